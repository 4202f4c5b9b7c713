"""The heartbeat of `run`: a small file that says it is alive, since when, what it does and what it will do next.

A file and no row: a row would need the writer's lock every minute.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from watchlist.domain.errors import AlreadyRunning, DatabaseUnusable
from watchlist.storage.holder import Holder, myself, named, read_json, who, write_json
from watchlist.storage.moments import parse, stamp
from watchlist.storage.refused import refused

_LOCK: Final = "run.lock"
_HOLDER: Final = "run.holder.json"
_FILE: Final = "run.json"
State = Literal["idle", "working", "ended"]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a `run` last said of itself.

    Attributes:
        beat_at: when it said so.
        doing: the markets it works for.
        failure: the sentence of the newest failure that nothing good followed, in English and Chinese; empty for none.
    """

    pid: int
    host: str
    command: str
    since: str
    beat_at: str
    state: State
    doing: tuple[str, ...] = ()
    failure: tuple[str, ...] = ()

    @property
    def moment(self) -> dt.datetime:
        """Give when it said so, aware."""
        return parse(self.beat_at)

    @property
    def is_gone(self) -> bool:
        """Say whether its process is certainly gone."""
        return Holder(self.pid, self.host, self.command, self.since).is_gone


class Pulse:
    """The heartbeat of this process. A disk that cannot be written is no reason to stop working."""

    def __init__(self, folder: Path, now: dt.datetime) -> None:
        own = myself()
        self._path = folder / _FILE
        self._last = Heartbeat(own.pid, own.host, own.command, own.since, stamp(now), "idle")

    def beat(self, now: dt.datetime, state: State | None = None, doing: Sequence[str] | None = None) -> None:
        """Say that this process is alive, and what it does where that changed."""
        changes: dict[str, Any] = {"beat_at": stamp(now)}
        changes |= {} if state is None else {"state": state}
        changes |= {} if doing is None else {"doing": tuple(doing)}
        self._write(replace(self._last, **changes))

    def failed(self, now: dt.datetime, *sentences: str) -> None:
        """Say what failed; no sentence: nothing does any more."""
        self._write(replace(self._last, beat_at=stamp(now), failure=sentences))

    def _write(self, heartbeat: Heartbeat) -> None:
        self._last = heartbeat
        with contextlib.suppress(OSError):
            write_json(self._path, asdict(heartbeat))


def read_heartbeat(folder: Path) -> Heartbeat | None:
    """Give the newest heartbeat; ``None`` where nothing ever ran here, or the file is none of ours."""
    content = read_json(folder / _FILE)
    try:
        beat = Heartbeat(
            int(content["pid"]), str(content["host"]), str(content["command"]), str(content["since"]),
            str(content["beat_at"]), content["state"], tuple(map(str, content["doing"])),
            tuple(map(str, content["failure"])),
        )  # fmt: skip
        known = beat.state in get_args(State) and beat.moment.tzinfo is not None
    except (KeyError, TypeError, ValueError):
        return None
    return beat if known else None


@contextmanager
def running_alone(folder: Path) -> Iterator[None]:
    """Be the only `run` of a home.

    Raises:
        AlreadyRunning: another one is; the sentence says who.
        DatabaseUnusable: the lock cannot be taken.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (readers do without)

    lock = FileLock(folder / _LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(path=folder, who=who(folder / _HOLDER)) from None
    except OSError as error:
        raise DatabaseUnusable(path=folder / _LOCK, reason=refused(error)) from error
    try:
        with named(folder / _HOLDER):
            yield
    finally:
        lock.release()
