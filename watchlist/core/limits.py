"""Price limits (涨跌停): between which prices a share could trade in a session, in whole ticks.

The exchange rounds half up. Floating point does not: at 10 % it is wrong at hundreds of prices, so ticks are integers.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints, SymbolBars
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Action, Security
from watchlist.domain.symbols import board

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


def half_up(value: Fraction) -> int:
    """Round to a whole number, halves up as exchanges do (四舍五入); prices are positive."""
    return int(value + Fraction(1, 2))


def limit_ticks(reference: Ints, percent: Ints) -> tuple[Ints, Ints]:
    """Give the upper and lower limit of reference prices, all in whole ticks.

    Rounded half up in integers; a limit is never nearer to the reference than one tick.
    """
    upper = (reference * (100 + percent) + 50) // 100
    lower = (reference * (100 - percent) + 50) // 100
    return np.maximum(upper, reference + 1), np.minimum(lower, reference - 1)


def limit_prices(
    sessions: Dates, close: Floats, bars: SymbolBars, security: Security | None, table: LimitTable
) -> tuple[Floats, Floats]:
    """Give the upper and lower limit of each session, NaN where the share trades without one.

    Args:
        sessions: ``(D,)`` the market's sessions.
        close: ``(D,)`` closes as traded, NaN without a bar.

    Returns:
        two ``(D,)`` arrays of prices. The reference is the previous close less the session's own action.
    """
    upper, lower = np.full(sessions.size, np.nan), np.full(sessions.size, np.nan)
    rules = [rule for rule in table.rules if rule.board == board(bars.symbol)]
    traded = np.flatnonzero(~np.isnan(close))
    if traded.size < 2 or not any(rule.percent for rule in rules):  # noqa: PLR2004  (a reference needs a close before)
        return upper, lower
    places, before = traded[1:], traded[:-1]
    days = sessions[places]
    percent, free, tick = _rules_by_session(days, _is_st(security, days), rules)
    reference = _reference_ticks(sessions, close, before, places, bars.actions, tick)
    high, low = limit_ticks(reference, percent)
    limited = (percent > 0) & ~_is_free(security, sessions, places, free)
    upper[places] = np.where(limited, high * tick / UNITS, np.nan)
    lower[places] = np.where(limited, low * tick / UNITS, np.nan)
    return upper, lower


def _rules_by_session(days: Dates, st: Bools, rules: Sequence[LimitRule]) -> tuple[Ints, Ints, Ints]:
    """Give percent (0 = no limit), free sessions and tick of each day; a board without ST rows has its own for all."""
    percent, free, tick = (np.zeros(days.size, dtype=np.int64) for _ in range(3))
    tick += 100
    for rule in sorted(rules, key=lambda r: (r.st, r.since)):
        here = (days >= np.datetime64(rule.since)) & (st if rule.st else True)
        percent[here], free[here], tick[here] = rule.percent or 0, rule.free_sessions, rule.tick
    return percent, free, tick


def _reference_ticks(
    sessions: Dates, close: Floats, before: Ints, places: Ints, actions: Sequence[Action], tick: Ints
) -> Ints:
    units = np.rint(close[before] * UNITS).astype(np.int64)
    reference = (2 * units + tick) // (2 * tick)
    due: dict[int, Fraction] = {}
    for action in sorted(actions, key=lambda a: a.ex_date):
        at = int(np.searchsorted(sessions[places], np.datetime64(action.ex_date)))
        if at < places.size and np.datetime64(action.ex_date) > sessions[before[at]]:
            # Of two actions in one suspension the second finds the price that the first left.
            left = due.get(at, Fraction(int(units[at]), UNITS))
            due[at] = (left - Fraction(str(action.cash))) / Fraction(str(action.split))
            reference[at] = half_up(due[at] * UNITS / int(tick[at]))
    return reference


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
    return re.match(r"S?\*?ST", name.upper()) is not None


def _is_free(security: Security | None, sessions: Dates, places: Ints, free: Ints) -> Bools:
    """Say which sessions have no limit: the first after listing, and the first of a delisting period."""
    exempt = np.zeros(places.size, dtype=bool)
    if security is None:
        return exempt
    if security.delisting_period_from is not None:
        exempt |= places == int(np.searchsorted(sessions, np.datetime64(security.delisting_period_from)))
    if security.listed is not None:
        listed = np.datetime64(security.listed)
        # Where the panel begins after the listing, weekdays stand in for the sessions before it.
        since = places - int(np.searchsorted(sessions, listed)) + max(0, int(np.busday_count(listed, sessions[0])))
        exempt |= (since >= 0) & (since < free)
    return exempt
