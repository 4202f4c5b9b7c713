"""Price limits (涨跌停): between which prices a share could trade in a session, in whole ticks.

The exchange rounds half up. Floating point does not: at 10 % it is wrong at hundreds of prices, so ticks are integers.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.grid import Grid
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Security
from watchlist.domain.symbols import board, normalise_name

UNITS = 10_000  # prices are counted in hundredths of a cent, which every tick divides


@dataclass(frozen=True, slots=True)
class LimitRule:
    """One row of the dated limit table, valid from ``since`` until the board's next row.

    Attributes:
        percent: whole percent of the reference price; ``None`` where the board has no limit.
        free_sessions: sessions after listing without a limit, the listing session being the first.
        tick: price step in hundredths of a cent (100 = 0.01).
    """

    board: str
    st: bool
    since: dt.date
    percent: int | None
    free_sessions: int = 0
    tick: int = 100


@dataclass(frozen=True, slots=True)
class LimitTable:
    """The dated limit table of settings."""

    rules: tuple[LimitRule, ...]


def half_up(above: int, below: int) -> int:
    """Round a ratio of whole numbers to the nearest one, halves up as exchanges do (四舍五入)."""
    return (2 * above + below) // (2 * below)


def limit_ticks(reference: Ints, percent: Ints) -> tuple[Ints, Ints]:
    """Give the upper and lower limit of reference prices, all in whole ticks.

    Rounded half up in integers; a limit is never nearer to the reference than one tick.
    """
    upper = (reference * (100 + percent) + 50) // 100
    lower = (reference * (100 - percent) + 50) // 100
    return np.maximum(upper, reference + 1), np.minimum(lower, reference - 1)


def limit_prices(grid: Grid, securities: Mapping[str, Security], table: LimitTable) -> tuple[Floats, Floats]:
    """Give the upper and lower limit of each session, NaN where the share trades without one.

    Returns:
        two ``(S, n)`` arrays of prices. The reference is the previous close less the session's own action.
    """
    percent, free, tick = _rules(grid, securities, table)
    limited = (percent > 0) & grid.traded & ~np.isnan(grid.before)  # a reference needs a close before
    if not limited.any():
        none = np.full(limited.shape, np.nan)
        return none, none
    high, low = limit_ticks(_reference_ticks(grid, tick, limited), percent)
    limited &= ~_is_free(grid, securities, free)
    return np.where(limited, high * tick / UNITS, np.nan), np.where(limited, low * tick / UNITS, np.nan)


def _rules(grid: Grid, securities: Mapping[str, Security], table: LimitTable) -> tuple[Ints, Ints, Ints]:
    """Give percent (0 = no limit), free sessions and tick ``(S, n)``."""
    found = np.zeros((3, *grid.close.shape), dtype=np.int64)
    plain: dict[str, Ints] = {}
    for row, one in enumerate(grid.bars):
        name, st = board(one.symbol), _is_st(securities.get(one.symbol), grid.days)
        rules = [rule for rule in table.rules if rule.board == name]
        if st.any():
            found[:, row] = _rules_by_session(grid.days, st, rules)
            continue
        if name not in plain:
            plain[name] = _rules_by_session(grid.days, st, rules)
        found[:, row] = plain[name]
    percent, free, tick = found
    return percent, free, tick


def _rules_by_session(days: Dates, st: Bools, rules: Sequence[LimitRule]) -> Ints:
    """Give percent, free sessions and tick of each day, ``(3, n)``; a board without ST rows has its own for all."""
    percent, free, tick = found = np.zeros((3, days.size), dtype=np.int64)
    tick += 100
    for rule in sorted(rules, key=lambda r: (r.st, r.since)):
        here = (days >= np.datetime64(rule.since)) & (st if rule.st else True)
        percent[here], free[here], tick[here] = rule.percent or 0, rule.free_sessions, rule.tick
    return np.asarray(found)


def _reference_ticks(grid: Grid, tick: Ints, limited: Bools) -> Ints:
    units = np.rint(np.where(limited, grid.before, 0.0) * UNITS).astype(np.int64)
    reference: Ints = (2 * units + tick) // (2 * tick)
    for row, one in enumerate(grid.bars):
        due: dict[int, tuple[int, int]] = {}
        for action in sorted(one.actions, key=lambda a: a.ex_date):
            at = grid.first_bar_from(row, action.ex_date)
            if at is not None and limited[row, at]:
                # Of two actions in one suspension the second finds the price that the first left.
                above, below = due.get(at, (int(units[row, at]), UNITS))
                (cash, parts), (new, old) = _exact(action.cash), _exact(action.split)
                above, below = (above * parts - cash * below) * old, below * parts * new
                if above > 0 and below > 0:  # else it cannot be, and is no reason to doubt the bar
                    due[at] = above, below
                    reference[row, at] = half_up(above * UNITS, below * int(tick[row, at]))
    return reference


@lru_cache(maxsize=4096)
def _exact(printed: float) -> tuple[int, int]:
    """Give a number as printed as the ratio of two whole ones: 0.1 is (1, 10)."""
    return Decimal(str(printed)).as_integer_ratio()


def _is_st(security: Security | None, days: Dates) -> Bools:
    """Say for each day whether the name borne on it marks risk (ST, *ST)."""
    risky = np.zeros(days.size, dtype=bool)
    if security is None:
        return risky
    dated = False
    for name, since, until in security.names:
        borne = np.ones(days.size, dtype=bool)
        if since is not None:
            borne &= days >= np.datetime64(since)
        if until is not None:
            borne &= days <= np.datetime64(until)
        dated = dated or since is not None or until is not None
        risky |= borne & _marks_risk(name)
    return risky if dated else risky | _marks_risk(security.name)


def _marks_risk(name: str) -> bool:
    return re.match(r"S?\*?ST", normalise_name(name)) is not None


def _is_free(grid: Grid, securities: Mapping[str, Security], free: Ints) -> Bools:
    """Say which sessions have no limit: the first after listing, and the first of a delisting period."""
    sessions, place = grid.sessions, np.arange(grid.start, grid.sessions.size)
    known = [securities.get(one.symbol) for one in grid.bars]
    listed, leaving = (
        np.array([None if s is None else getattr(s, name) for s in known], dtype="datetime64[D]")
        for name in ("listed", "delisting_period_from")
    )
    exempt = (np.searchsorted(sessions, leaving)[:, None] == place) & ~np.isnat(leaving)[:, None]
    # Where the panel begins after the listing, weekdays stand in for the sessions before it.
    before = np.maximum(np.busday_count(np.where(np.isnat(listed), sessions[0], listed), sessions[0]), 0)
    since = place - (np.searchsorted(sessions, listed) - before)[:, None]
    return np.asarray(exempt | ((since >= 0) & (since < free) & ~np.isnat(listed)[:, None]))
