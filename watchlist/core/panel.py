"""The panel: one market's bars as dense security x session arrays, from which every return is read.

Prices stay as traded; the factors beside them carry the actions, so nothing stored drifts when a dividend comes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints, SymbolBars
from watchlist.core.limits import LimitTable, limit_prices
from watchlist.core.returns import step_factors
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Security


@dataclass(frozen=True, slots=True)
class Panel:
    """One market up to the as-of session; ``S`` securities by ``D`` sessions.

    Attributes:
        sessions: ``(D,)`` the market's sessions, the last one being the as-of session.
        following: the first session after the as-of session (foreseen), to know which calendar horizons have passed.
        open: ``(S, D)`` as traded, NaN without a bar.
        close: ``(S, D)`` as traded, the last one carried forward; NaN before the first bar.
        total_factor, split_factor: ``(S, D)`` cumulative steps of all actions and of splits alone, carried forward.
        traded: ``(S, D)`` there is a bar.
        next_buy, next_sell: ``(S, D)`` the first session at or after this one at which the share could be bought or
            sold at the open; ``D`` where there is none yet.
        last_bar: ``(S,)`` position of the last bar, -1 without one.
        first_bar: ``(S,)`` position of the first bar, ``D`` without one.
        resumes: ``(S,)`` a bar after the as-of session is known.
        delisted: ``(S,)`` known delisted by the as-of session's day.
        listed: ``(S,)`` listing date, NaT where unknown.
        rates: ``(D,)`` what one unit of the trading currency is worth; prices are multiplied by it already. All 1 where
            returns are in the trading currency.
    """

    market: str
    sessions: Dates
    following: np.datetime64
    symbols: tuple[str, ...]
    row: Mapping[str, int]
    open: Floats
    close: Floats
    total_factor: Floats
    split_factor: Floats
    traded: Bools
    next_buy: Ints
    next_sell: Ints
    last_bar: Ints
    first_bar: Ints
    resumes: Bools
    delisted: Bools
    listed: Dates
    rates: Floats

    @property
    def total_close(self) -> Floats:
        """``(S, D)`` closes with every action worked in (后复权)."""
        return self.close * self.total_factor

    def in_currency(self, rates: Floats) -> "Panel":
        """Give the panel with prices worth ``rates`` (``(D,)``) a unit: both legs at the same rates (RULES 16)."""
        return replace(self, open=self.open * rates, close=self.close * rates, rates=rates)

    def position(self, day: dt.date | np.datetime64) -> int:
        """Give the position of the last session on or before ``day``, -1 if there is none."""
        return int(np.searchsorted(self.sessions, np.datetime64(day), side="right")) - 1


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
    grid = _lay_out(sessions, bars)
    traded = ~np.isnan(grid.close)
    last_seen = _carry_positions(traded)
    next_buy, next_sell = _next_chances(sessions, bars, grid, securities, limits, needs_open=needs_open)
    known = [securities.get(one.symbol) for one in bars]
    as_of = sessions[-1]
    return Panel(
        market=market,
        sessions=sessions,
        following=following,
        symbols=tuple(one.symbol for one in bars),
        row={one.symbol: row for row, one in enumerate(bars)},
        open=grid.open,
        close=_carried(grid.close, last_seen, np.nan),
        total_factor=_carried(grid.total_factor, last_seen, 1.0),
        split_factor=_carried(grid.split_factor, last_seen, 1.0),
        traded=traded,
        next_buy=next_buy,
        next_sell=next_sell,
        last_bar=last_seen[:, -1],
        first_bar=np.where(traded.any(axis=1), traded.argmax(axis=1), sessions.size),
        resumes=np.array([bool((one.sessions > as_of).any()) for one in bars], dtype=bool),
        delisted=np.array([_gone(security, as_of) for security in known], dtype=bool),
        listed=np.array([None if s is None else s.listed for s in known], dtype="datetime64[D]"),
        rates=np.ones(sessions.size),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Bars laid over sessions, ``(S, D)``: NaN (factors: 1) where there is no bar."""

    open: Floats
    close: Floats
    volume: Floats
    total_factor: Floats
    split_factor: Floats


def _lay_out(sessions: Dates, bars: Sequence[SymbolBars]) -> _Grid:
    shape = (len(bars), sessions.size)
    grid = _Grid(*(np.full(shape, np.nan) for _ in range(3)), *(np.ones(shape) for _ in range(2)))
    for row, one in enumerate(bars):
        place = np.searchsorted(sessions, one.sessions)
        here = (place < sessions.size) & (sessions[np.minimum(place, sessions.size - 1)] == one.sessions)
        total, split = step_factors(one.sessions, one.close, one.actions)
        laid = ((grid.open, one.open), (grid.close, one.close), (grid.volume, one.volume),
                (grid.total_factor, total), (grid.split_factor, split))  # fmt: skip
        for field, values in laid:
            field[row, place[here]] = values[here]
    return grid


def _next_chances(
    sessions: Dates,
    bars: Sequence[SymbolBars],
    grid: _Grid,
    securities: Mapping[str, Security],
    limits: LimitTable,
    *,
    needs_open: bool,
) -> tuple[Ints, Ints]:
    """Find for each session the next one at whose open each share could be bought, and sold (RULES 7)."""
    buy, sell = np.empty(grid.close.shape, dtype=np.int64), np.empty(grid.close.shape, dtype=np.int64)
    for row, one in enumerate(bars):
        upper, lower = limit_prices(sessions, grid.close[row], one, securities.get(one.symbol), limits)
        could_trade = ~np.isnan(grid.close[row]) & (grid.volume[row] != 0)
        if needs_open:
            could_trade &= ~np.isnan(grid.open[row])
        buy[row] = _next_true(could_trade & ~(grid.open[row] >= upper))
        sell[row] = _next_true(could_trade & ~(grid.open[row] <= lower))
    return buy, sell


def _gone(security: Security | None, as_of: np.datetime64) -> bool:
    return security is not None and security.delisted is not None and bool(np.datetime64(security.delisted) <= as_of)


def _carry_positions(traded: Bools) -> Ints:
    """Give for each cell the position of the last bar at or before it, -1 before the first."""
    positions = np.where(traded, np.arange(traded.shape[1]), -1)
    return np.maximum.accumulate(positions, axis=1)


def _carried(values: Floats, last_seen: Ints, before: float) -> Floats:
    rows = np.arange(values.shape[0])[:, None]
    return np.where(last_seen >= 0, values[rows, np.maximum(last_seen, 0)], before)


def _next_true(flags: Bools) -> Ints:
    """Give for each position the first true one at or after it, the length where there is none."""
    positions = np.where(flags, np.arange(flags.size), flags.size)
    return np.minimum.accumulate(positions[::-1])[::-1]
