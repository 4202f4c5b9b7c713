"""A reader in a process of its own: a report that takes too long, or brings a library down, takes nothing with it."""

import datetime as dt
import multiprocessing
import signal
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from watchlist.domain.errors import WatchlistError
from watchlist.ledger.draft import Reading
from watchlist.ledger.home import Home
from watchlist.reading.about import Told
from watchlist.steps.read import load_names, read_bytes, read_file

# Bytes of address space: a PDF of two kilobytes may unpack to two billion. A report of 600 pages takes a tenth of it.
_MOST_MEMORY: Final = 1_500_000_000
_END_SECONDS: Final = 2.0  # a reader that has nothing to do ends at once when nobody listens any more


class TookTooLong(WatchlistError):
    """A report was not read within its time."""

    en = (
        "{file} was not read within {seconds} s and was given up: cut it into parts, or raise reading.seconds in "
        "config/local/settings.toml."
    )
    zh = (
        "{file} 在 {seconds} 秒内未读完，已放弃：请拆分后再读，或调高 config/local/settings.toml 中的 reading.seconds。"
    )


class BroughtDown(WatchlistError):
    """A file ended the process that read it."""

    en = "{file} brought the reader down: it is no sound file; save it anew, or paste its text."
    zh = "{file} 使读取程序崩溃：文件不正常；请重新保存，或直接粘贴其文字。"


class ApartReader:
    """Reads reports one after another, each within its time; use it as a context manager."""

    def __init__(self, home: Home, seconds: float) -> None:
        self._home, self._seconds = home, seconds
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop(_END_SECONDS)

    def read(self, source: Path | bytes, told: Told, today: dt.date, file: str = "-") -> Reading:
        """Read a file, or the bytes of one that is called ``file``.

        Raises:
            TookTooLong: it was not read in time.
            BroughtDown: the process that read it ended.
            WatchlistError: what the reader itself says.
        """
        file = source.name if isinstance(source, Path) else file
        try:
            line = self._line or self._start()
            line.send((source, told, today, file))
            if not line.poll(self._seconds):
                self._stop()
                raise TookTooLong(file=file, seconds=f"{self._seconds:g}")
            reading: Reading = _received(line)
        except (EOFError, OSError):
            self._stop()
            raise BroughtDown(file=file) from None
        return reading

    def _start(self) -> Connection:
        # Spawned everywhere: a forked copy of a program with threads may hang.
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        self._process, self._line = context.Process(target=_serve, args=(there, self._home), daemon=True), here
        self._process.start()
        there.close()
        # Its own beginning takes none of the time of the first report.
        _received(here)
        return here

    def _stop(self, seconds: float = 0.0) -> None:
        """End the process; it may take so many seconds to do so by itself."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.join(seconds)
            self._process.kill()
            self._process.join()
        self._process = self._line = None


def _received(line: Connection) -> Any:  # noqa: ANN401 - whatever was sent
    answer = line.recv()
    if isinstance(answer, WatchlistError):
        raise answer
    return answer


def _bounded() -> None:
    """Let this process end where it takes too much memory, and not the machine; Windows has no such bound."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (POSIX only)

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, hard))


def _serve(line: Connection, home: Home) -> None:
    """Say that the names are known, then read what is sent until nobody listens any more."""
    _bounded()
    # The person's Ctrl-C is for the program, which ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        names = load_names(home)
    except WatchlistError as error:
        line.send(error)
        return
    line.send(None)
    with suppress(EOFError):
        while True:
            source, told, today, file = line.recv()
            read = partial(read_file, source) if isinstance(source, Path) else partial(read_bytes, source, file)
            try:
                line.send(read(names, told, today))
            except WatchlistError as error:
                line.send(error)
            except MemoryError:
                break  # as if it had been brought down
