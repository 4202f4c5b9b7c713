"""Who holds a lock: written beside it by its holder, so that whoever is turned away can say who is at work.

A lock's own file says nothing: on Windows nobody else can read it while it is held.
"""

import contextlib
import datetime as dt
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from watchlist.domain.errors import Words

_PATIENCE: Final = 1.0  # seconds that a new holder may take to write its name
_LOOK_AGAIN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds a lock; ``since`` is an ISO moment with its zone."""

    pid: int
    host: str
    command: str
    since: str

    @property
    def words(self) -> Words:
        """Say who it is, to be put behind a noun."""
        en = f" ({self.command}, process {self.pid} on {self.host} since {self.since})"
        return Words(en, f"（{self.command}，{self.host} 上的进程 {self.pid}，始于 {self.since}）")

    @property
    def is_gone(self) -> bool:
        """Say whether its process is certainly gone; on another machine, and on Windows, nobody can tell."""
        if self.host != platform.node() or os.name != "posix":
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False


def myself() -> Holder:
    """Describe this process; its command is the first word of the command line that is no option."""
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), Path(sys.argv[0]).name)
    since = dt.datetime.now(dt.UTC).astimezone().isoformat(" ", "seconds")
    return Holder(os.getpid(), platform.node(), command[:40], since)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Leave the name of this process at ``path`` for as long as it holds the lock; a full disk is no reason to stop."""
    with contextlib.suppress(OSError):
        write_json(path, asdict(myself()))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def who(path: Path) -> Words:
    """Say who holds a lock, waiting a moment for a new holder's name; empty words where nobody says."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        holder = _read(path)
        if holder is not None and not holder.is_gone:
            return holder.words
        if time.monotonic() >= deadline:
            return Words("", " ")  # a blank between the Latin word and the Chinese one
        time.sleep(_LOOK_AGAIN)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a small file in one step: whoever reads it meets the old text or the new one."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict[str, Any]:
    """Read a small file back; empty where there is none or it is none of ours."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _read(path: Path) -> Holder | None:
    content = read_json(path)
    try:
        return Holder(int(content["pid"]), str(content["host"]), str(content["command"]), str(content["since"]))
    except (KeyError, TypeError, ValueError):
        return None
