"""Laying whole histories into panel files: a part at a time, and where there are many, on every core at once.

Each part reads the database as it stood at one fetch, over a connection of its own, and writes its own rows of the
cells file: whoever does it, and in whatever order, the bytes are the same.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.laying import lay_cells
from watchlist.core.panel import first_bars
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import DatabaseUnusable, Words
from watchlist.domain.model import Security
from watchlist.storage.database import reading
from watchlist.storage.engines import Engine, Progress, WorkersLost, map_parts
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


def lay_whole(connection: sqlite3.Connection, work: Part, progress: Progress | None = None) -> list[Laid]:
    """Lay shares whole into the cells file, and give what stands in the index about each part of them.

    Args:
        progress: told how many shares of how many are laid.
    """
    parts, shares = work.split(TOGETHER), len(work.symbols)
    told = None if progress is None else lambda done, of: progress(shares * done // of, shares)
    engine = Engine("processes")
    if shares * work.terms.sessions.size >= _WORTH and engine.count > 1:
        # Where a process is killed again and again, none can be had, or none sees what this connection sees, all is
        # done here again.
        with suppress(WorkersLost, DatabaseUnusable, OSError):
            return map_parts(replace(engine, workers=min(engine.count, _MOST)), _lay_alone, parts, told)
    return map_parts(Engine(), partial(_lay, connection), parts, told)


def _lay_alone(part: Part) -> Laid:
    with reading(part.database) as connection:
        if newest_fetch(connection, None) < part.newest:
            raise DatabaseUnusable(
                path=part.database, reason=Words("it was put back to an older state", "它被恢复到了更早的状态")
            )
        return _lay(connection, part)


def _lay(connection: sqlite3.Connection, part: Part) -> Laid:
    bars = load_bars_of(connection, part.symbols, part.newest, {})
    whole, terms = [bars[symbol] for symbol in part.symbols], part.terms
    laid, splits = lay_cells(terms.sessions, whole, part.securities, terms.limits, needs_open=terms.needs_open)
    map_cells(part.cells)[part.rows, : terms.sessions.size] = laid
    last_day = np.array([one.sessions[-1] for one in whole], dtype="datetime64[D]")
    return Laid(part.rows, splits, first_bars(laid), last_day, digests(laid))
