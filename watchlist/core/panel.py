"""The panel: one market's bars as dense security x session cells, from which every return is read.

Prices stay as traded; the factors beside them carry the actions, so nothing stored drifts when a dividend comes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints, SymbolBars
from watchlist.core.laying import CELL, Cells, lay_cells
from watchlist.core.limits import LimitTable
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Security

_BLOCK: Final = 64  # securities laid at once: their arrays stay in the processor's cache


@dataclass(frozen=True)
class Panel:
    """One market up to the as-of session; ``S`` securities by ``D`` sessions.

    Attributes:
        sessions: ``(D,)`` the market's sessions, the last one being the as-of session.
        following: the first session after the as-of session (foreseen), to know which calendar horizons have passed.
        cells: ``(S, C)`` of :data:`CELL`, C at least D: what lies beyond the as-of session is never looked at.
        splits: ``(S, K)`` cumulative splits of each security; a cell says which one it stands after.
        started: ``(S,)`` position of the first bar, ``D`` or more without one.
        last_day: ``(S,)`` day of the last bar known, whether or not it is a session up to the as-of session.
        listed, ended: ``(S,)`` listing date and first day on which it no longer trades, NaT where unknown.
        rates: ``(D,)`` what one unit of the trading currency is worth; prices are multiplied by it already. All 1 where
            returns are in the trading currency.
    """

    market: str
    sessions: Dates
    following: np.datetime64
    symbols: tuple[str, ...]
    row: Mapping[str, int]
    cells: Cells
    splits: Floats
    started: Ints
    last_day: Dates
    listed: Dates
    ended: Dates
    rates: Floats

    @property
    def width(self) -> int:
        """How many sessions count."""
        return int(self.sessions.size)

    @property
    def open(self) -> Floats:
        """``(S, D)`` as traded, NaN without a bar."""
        return self._field("open")

    @property
    def close(self) -> Floats:
        """``(S, D)`` as traded, the last one carried forward; NaN before the first bar."""
        return self._field("close")

    @property
    def total_factor(self) -> Floats:
        """``(S, D)`` cumulative steps of all actions, carried forward."""
        return self._field("factor")

    @property
    def next_buy(self) -> Ints:
        """``(S, D)`` the first session at or after each at which the share could be bought; ``D`` or more: none yet."""
        return self._field("next_buy")

    @property
    def next_sell(self) -> Ints:
        """``(S, D)`` the same for a sale."""
        return self._field("next_sell")

    @property
    def last_seen(self) -> Ints:
        """``(S, D)`` position of the last bar at or before each session, -1 before the first."""
        return self._field("last_bar")

    @cached_property
    def split_factor(self) -> Floats:
        """``(S, D)`` cumulative splits alone, carried forward."""
        return np.take_along_axis(self.splits, self._field("split").astype(np.int64), axis=1)

    @cached_property
    def total_close(self) -> Floats:
        """``(S, D)`` closes with every action worked in (后复权)."""
        return self.close * self.total_factor

    @cached_property
    def last_bar(self) -> Ints:
        """``(S,)`` position of the last bar, -1 without one."""
        return self.last_seen[:, -1].astype(np.int64)

    @cached_property
    def first_bar(self) -> Ints:
        """``(S,)`` position of the first bar, ``D`` without one."""
        return np.minimum(self.started, self.width)

    @cached_property
    def resumes(self) -> Bools:
        """``(S,)`` a bar after the as-of session is known."""
        return np.asarray(self.last_day > self.sessions[-1])

    @cached_property
    def delisted(self) -> Bools:
        """``(S,)`` known delisted by the as-of session's day."""
        return np.asarray(self.ended <= self.sessions[-1])

    def splits_on(self, rows: Ints, at: Ints | int) -> Floats:
        """Give cumulative splits of some rows at some sessions, broadcast against each other."""
        return np.asarray(self.splits[rows, self.cells["split"][rows, at]])

    def in_currency(self, rates: Floats) -> "Panel":
        """Give the panel with prices worth ``rates`` (``(D,)``) a unit: both legs at the same rates (RULES 16)."""
        cells = self.cells[:, : self.width].copy()
        for name in ("open", "close"):
            cells[name] *= rates
        return replace(self, cells=cells, rates=rates)

    def without_prices(self, rows: Sequence[int]) -> "Panel":
        """Give the panel with nothing known of what these securities cost."""
        if not rows:
            return self
        cells = self.cells[:, : self.width].copy()
        for name in ("open", "close"):
            cells[name][list(rows)] = np.nan
        return replace(self, cells=cells)

    def up_to(self, sessions: int, following: np.datetime64) -> "Panel":
        """Give the panel as it stood after the first so many sessions; nothing is copied."""
        return replace(self, sessions=self.sessions[:sessions], following=following, rates=self.rates[:sessions])

    def take(self, rows: Ints) -> "Panel":
        """Give the panel of some securities, in this order; their cells are copied."""
        symbols = tuple(self.symbols[row] for row in rows)
        return replace(
            self,
            symbols=symbols,
            row={symbol: row for row, symbol in enumerate(symbols)},
            cells=self.cells[rows, : self.width],
            **{name: getattr(self, name)[rows] for name in ("splits", "started", "last_day", "listed", "ended")},
        )

    def position(self, day: dt.date | np.datetime64) -> int:
        """Give the position of the last session on or before ``day``, -1 if there is none."""
        return int(np.searchsorted(self.sessions, np.datetime64(day), side="right")) - 1

    def _field(self, name: str) -> np.ndarray:
        return self.cells[name][:, : self.width]


def build_panel(
    market: str,
    sessions: Dates,
    following: np.datetime64,
    bars: Sequence[SymbolBars],
    securities: Mapping[str, Security],
    limits: LimitTable,
    *,
    needs_open: bool = True,
) -> Panel:
    """Lay bars out over a market's sessions.

    Args:
        sessions: the market's sessions, ascending and at least one, ending with the as-of session.
        following: the next session after it.
        bars: per security; bars off the sessions are left out, later ones only prove that it trades again.
        securities: listing, delisting and names for limits and statuses; a security may be missing.
        limits: the dated price limit table.
        needs_open: a session without an open cannot be bought in; false where entry is at the close.
    """
    cells, parts = np.empty((len(bars), sessions.size), dtype=CELL), []
    for start in range(0, len(bars), _BLOCK):
        block = bars[start : start + _BLOCK]
        cells[start : start + _BLOCK], splits = lay_cells(sessions, block, securities, limits, needs_open=needs_open)
        parts.append(splits)
    symbols = tuple(one.symbol for one in bars)
    listed, ended = life_dates(symbols, securities)
    return Panel(
        market=market,
        sessions=sessions,
        following=following,
        symbols=symbols,
        row={symbol: row for row, symbol in enumerate(symbols)},
        cells=cells,
        splits=stack_splits(parts),
        started=first_bars(cells),
        last_day=np.array([one.sessions[-1] if one.sessions.size else None for one in bars], dtype="datetime64[D]"),
        listed=listed,
        ended=ended,
        rates=np.ones(sessions.size),
    )


def life_dates(symbols: Sequence[str], securities: Mapping[str, Security]) -> tuple[Dates, Dates]:
    """Give listing and delisting dates of securities, ``(S,)`` each, NaT where unknown."""
    known = [securities.get(symbol) for symbol in symbols]
    listed = np.array([None if s is None else s.listed for s in known], dtype="datetime64[D]")
    return listed, np.array([None if s is None else s.delisted for s in known], dtype="datetime64[D]")


def first_bars(cells: Cells) -> Ints:
    """Give the position of the first bar of ``(S, D)`` cells, ``D`` without one."""
    traded = cells["last_bar"] >= 0
    return np.asarray(np.where(traded.any(axis=1), traded.argmax(axis=1), cells.shape[1]), dtype=np.int64)


def stack_splits(parts: Sequence[Floats]) -> Floats:
    """Put the splits of several blocks of securities into one array, ``(S, K)``."""
    widest = max((part.shape[1] for part in parts), default=1)
    wide = [np.pad(part, ((0, 0), (0, widest - part.shape[1])), constant_values=1.0) for part in parts]
    return np.concatenate([np.ones((0, widest)), *wide])
