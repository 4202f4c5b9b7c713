"""Laying whole histories into panel files: a part at a time, and where there are many, on every core at once.

Each part reads the database as it stood at one fetch, over a connection of its own, and writes its own rows of the
cells file: whoever does it, and in whatever order, the bytes are the same.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.laying import Cells, lay_cells
from watchlist.core.panel import first_bars
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import DatabaseUnusable
from watchlist.domain.model import Security
from watchlist.storage.database import reading
from watchlist.storage.panel_files import Sums, digests, map_cells
from watchlist.storage.panels import Terms
from watchlist.storage.prices import load_bars_of, newest_fetch

TOGETHER: Final = 64  # shares laid at once: their arrays stay in the processor's cache
_WORTH: Final = 4_000_000  # cells from which on further processes are quicker: each takes half a second to start
_MOST: Final = 8  # processes: each holds some 150 MB


@dataclass(frozen=True, slots=True)
class Part:
    """Shares to be laid whole.

    Attributes:
        database: its file; ``cells`` that of the cells.
        newest: the fetch up to which bars count.
        terms: over the sessions to be laid.
        rows: ``(n,)`` of the cells file, of these ``symbols``.
    """

    database: Path
    cells: Path
    newest: int
    terms: Terms
    symbols: tuple[str, ...]
    rows: Ints
    securities: Mapping[str, Security]

    def split(self, size: int) -> "list[Part]":
        """Cut it into parts of so many shares."""
        return [self._cut(slice(at, at + size)) for at in range(0, len(self.symbols), size)]

    def _cut(self, here: slice) -> "Part":
        symbols = self.symbols[here]
        known = {symbol: self.securities[symbol] for symbol in symbols if symbol in self.securities}
        return replace(self, symbols=symbols, rows=self.rows[here], securities=known)


class Laid(NamedTuple):
    """What stands in the index about shares that were laid, ``n`` rows each (:class:`~..panel_files.Held`)."""

    rows: Ints
    splits: Floats
    started: Ints
    last_day: Dates
    sums: Sums


def lay_whole(connection: sqlite3.Connection, work: Part) -> Iterator[Laid]:
    """Lay shares whole into the cells file, and give what stands in the index about each part of them."""
    parts = work.split(TOGETHER)
    if (workers := _workers(work)) > 1:
        try:
            yield from _apart(parts, workers)
        except (BrokenProcessPool, DatabaseUnusable, OSError):
            # A process was killed, none can be had, or none sees what this connection sees: all is done here again.
            pass
        else:
            return
    cells = map_cells(work.cells)
    for part in parts:
        yield _lay(connection, part, cells)


def _workers(work: Part) -> int:
    """Say how many processes are worth having: one for each core we may use, where there is enough to do."""
    if len(work.symbols) * work.terms.sessions.size < _WORTH:
        return 1
    allowed = getattr(os, "sched_getaffinity", None)  # Linux alone says it
    return min((os.cpu_count() or 1) if allowed is None else len(allowed(0)), _MOST)


def _apart(parts: Sequence[Part], workers: int) -> Iterator[Laid]:
    from concurrent.futures import ProcessPoolExecutor, as_completed  # noqa: PLC0415  (a quick question does without)
    from multiprocessing import get_context  # noqa: PLC0415

    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        try:
            for one in as_completed([pool.submit(_lay_alone, part) for part in parts]):
                yield one.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _lay_alone(part: Part) -> Laid:
    with reading(part.database) as connection:
        if newest_fetch(connection, None) < part.newest:
            raise DatabaseUnusable(path=part.database, reason="it was put back to an older state")
        return _lay(connection, part, map_cells(part.cells))


def _lay(connection: sqlite3.Connection, part: Part, cells: Cells) -> Laid:
    bars = load_bars_of(connection, part.symbols, part.newest, {})
    whole, terms = [bars[symbol] for symbol in part.symbols], part.terms
    laid, splits = lay_cells(terms.sessions, whole, part.securities, terms.limits, needs_open=terms.needs_open)
    cells[part.rows, : terms.sessions.size] = laid
    last_day = np.array([one.sessions[-1] for one in whole], dtype="datetime64[D]")
    return Laid(part.rows, splits, first_bars(laid), last_day, digests(laid))
