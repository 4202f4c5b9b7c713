"""Panel files: the cells of a market's shares on disk, mapped into memory, beside an index that says what they hold.

They are derived from the database and may be deleted at any time. The index is replaced as a whole, and only what it
names counts: a cells file is written aside under a name of its own, or sessions are added to it behind what the index
of any reader knows of. A reader meets the old state or the new one.
"""

import json
import os
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from tokenize import TokenError
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchlist.core.bars import Floats, Ints
from watchlist.core.laying import CELL, Cells
from watchlist.domain.calendars import Dates
from watchlist.storage.place import file_of

Sums = NDArray[np.uint64]
_INDEX: Final = "index.npz"
# What reading a file raises whose bytes are not what was written.
_DAMAGED: Final = (OSError, EOFError, ValueError, TypeError, KeyError, SyntaxError, TokenError, zipfile.BadZipFile)
_TEXTS: Final = ("key", "fetched", "name")
_WORDS_A_CELL: Final = CELL.itemsize // 8


@dataclass(frozen=True, slots=True)
class Held:
    """What a cells file holds; ``S`` shares over ``D`` sessions.

    Attributes:
        key: what the cells depend on besides bars, actions and securities.
        fetch: the newest fetch that is in them; ``fetched`` describes it, so that another database's is told apart.
        name: of the cells file.
        securities: ``(S,)`` digest of what was known of each share.
        splits, started, last_day: as in :class:`~watchlist.core.panel.Panel`.
        sums: ``(S,)`` digest of each share's cells.
    """

    key: str
    fetch: int
    fetched: str
    name: str
    sessions: Dates
    symbols: NDArray[np.str_]
    securities: Sums
    splits: Floats
    started: Ints
    last_day: Dates
    sums: Sums


class PanelFiles:
    """One market's files in a folder of their own, beside the database they are derived from."""

    def __init__(self, database: Path, market: str) -> None:
        self.database, self.folder = database, database.parent / "panel" / database.stem / market

    @classmethod
    def of(cls, connection: sqlite3.Connection, market: str) -> "PanelFiles | None":
        """Give the files that belong to a database; ``None`` of one that lies in memory."""
        file = file_of(connection)
        return cls(file, market) if file else None

    def exist(self) -> bool:
        """Say whether anything was ever made here, whole or not."""
        return (self.folder / _INDEX).exists() or any(self.folder.glob("cells-*.npy"))

    def read(self, *, write: bool = False) -> tuple[Held, Cells] | None:
        """Give the index and the cells it names, ``(S, C)`` on disk; ``None`` where they are not there or not whole."""
        try:
            with (self.folder / _INDEX).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                told = json.loads(str(stored["told"]))
                held = Held(**told, **{name: stored[name] for name in stored.files if name != "told"})
            cells = map_cells(self.folder / held.name, write=write)
        except _DAMAGED:
            return None
        if len(cells) != held.symbols.size or cells.shape[1] < held.sessions.size:
            return None
        return held, cells

    def room(self, shares: int, sessions: int, fetch: int) -> tuple[str, Cells]:
        """Make room for cells aside, under a name that nothing else bears."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = 0
        while (self.folder / (name := f"cells-{fetch}-{number}.npy")).exists():
            number += 1
        mapped = np.lib.format.open_memmap(self.folder / name, mode="w+", dtype=CELL, shape=(shares, sessions))
        return name, np.asarray(mapped)

    def commit(self, held: Held) -> None:
        """Let an index count, once the cells it names are on disk; then remove the cells that none names."""
        with (self.folder / held.name).open("rb+") as cells:
            os.fsync(cells.fileno())
        fields = asdict(held)
        told = {name: fields.pop(name) for name in (*_TEXTS, "fetch")}
        aside = self.folder / f".{_INDEX}"
        with aside.open("wb") as file:
            arrays: dict[str, Any] = {**fields, "told": np.array(json.dumps(told))}
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / _INDEX)
        for old in self.folder.glob("cells-*.npy"):
            if old.name != held.name:
                with suppress(OSError):  # Windows keeps what a reader has open; the next commit tries again
                    old.unlink()

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Say whether nobody else builds, and keep it so."""
        from filelock import FileLock, Timeout  # noqa: PLC0415  (who only reads does without)

        lock = FileLock(self.folder / ".lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def map_cells(path: Path, *, write: bool = True) -> Cells:
    """Map a cells file into memory, ``(S, C)``.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no cells file.
    """
    cells = np.asarray(np.load(path, mmap_mode="r+" if write else "r", allow_pickle=False))
    if cells.ndim != 2 or cells.dtype.itemsize != CELL.itemsize:  # noqa: PLR2004  (shares and sessions)
        message = f"{path} holds no cells"
        raise ValueError(message)
    return cells.view(CELL)


def digests(cells: Iterable[Cells], at: int = 0) -> Sums:
    """Sum up ``(n,)`` cells of each of ``S`` shares from session ``at`` on: ``(S,)``, wrapping around at 64 bits.

    Each word counts times an odd number of its place, so that no changed word, moved session or emptied page keeps the
    sum. Sums of sessions add up to the sum of all.
    """
    return np.array([_digest(np.ascontiguousarray(row).view(np.uint64), at) for row in cells], dtype=np.uint64)


def _digest(words: Sums, at: int) -> np.uint64:
    return np.uint64(np.einsum("w,w->", words, _weights(at + words.size // _WORDS_A_CELL)[at * _WORDS_A_CELL :]))


@cache
def _weights(sessions: int) -> Sums:
    """Give an odd number for each word (splitmix64 of its place)."""
    with np.errstate(over="ignore"):
        mixed = np.arange(1, sessions * _WORDS_A_CELL + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return (mixed ^ (mixed >> np.uint64(31))) | np.uint64(1)
