"""Checks on arrival: one answer of one source is held against sense, the calendar and what is stored.

Nothing is repaired: a row that breaks a rule carries that rule's name, and an answer whose overlap with what is stored
does not agree is not believed as a whole. What becomes of doubts is settled in ``core.settling``.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, SymbolBars
from watchlist.core.grid import lay_out
from watchlist.core.limits import LimitTable, limit_prices
from watchlist.domain.calendars import Dates, days
from watchlist.domain.model import Action, Security
from watchlist.domain.symbols import board

Bar = tuple[float | None, ...]  # open, high, low, close, volume
Rows = Mapping[str, Bar]  # by session, ascending

# Prices of two sources agree within a tick of 0.01 and its rounding; of cheap securities, within half a percent.
AGREE: Final = 0.011 + 1e-9  # 9.911 and 9.9 are 0.011 apart
_AGREE_FRACTION: Final = 0.005
_FINEST: Final = 0.00051
# An answer is believed when so many of the newest sessions that it shares with what is stored agree.
OVERLAP: Final = 5
# Volume in lots is a hundredfold; nothing honest is tenfold.
_UNITS: Final = 10.0
# Where a board has no limit, a move that nobody makes without an action: a share to two fifths, an index by a quarter.
_FREE_MOVE: Final = 0.6
_INDEX_MOVE: Final = 0.25
# The exchange's own rounding of a reference price may differ by a tick.
_TICK: Final = 0.0101
_PRICES: Final = 4
NEVER: Final = frozenset({"impossible", "unfinished"})  # a second source does not make these true


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that is not believed: its session or ex-date, the rule it broke, and the row as it came."""

    session: str | None
    rule: str
    row: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer about one security is judged against.

    Attributes:
        stored: its current bars over the range that was asked, and some before.
        expected: the market's sessions over the range, with the index's bars as evidence; empty where nobody knows.
        provisional_after: last day the calendar knows; a weekday after it may be a session or not.
        is_evidence: whether this is the market's index, whose bars say themselves which weekdays were sessions.
        until: last closed session; later bars are not final.
        actions: the actions known of it, stored or just arrived.
        limits: the dated table of price limits.
        security: names and listing dates, where they are known.
    """

    symbol: str
    stored: Rows
    expected: Dates
    until: dt.date
    provisional_after: dt.date | None = None
    is_evidence: bool = False
    actions: tuple[Action, ...] = ()
    limits: LimitTable = field(default_factory=lambda: LimitTable(()))
    security: Security | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source said of one security, examined.

    Attributes:
        rows: every bar that can be, by session; what is impossible or not final is only among the doubts.
        doubts: by session, the first rule a row broke.
        unlike: the rule that the answer broke as a whole: ``overlap`` (disagrees with what is stored), ``units``
            (volume counted otherwise), ``calendar`` (its dates are not the market's); ``None`` where it fits.
        compared: how many sessions were compared with what is stored.
        missing: sessions inside its range that the market had and it has not, and that are not stored either.
        late: whether it ends before the last session that the market had.
    """

    source: str
    rows: Rows
    doubts: Mapping[str, str]
    refused: tuple[Doubt, ...]
    unlike: str | None
    compared: int
    missing: tuple[str, ...]
    late: bool


def examine(source: str, arrived: Iterable[tuple[str, Bar]], ground: Ground, turnover: Sequence[float] = ()) -> Answer:
    """Hold one answer against its ground.

    Args:
        arrived: ``(session, (open, high, low, close, volume))``, ascending; unknown values are NaN or ``None``.
        turnover: a value a row in trading currency where the source gives it.
    """
    arrived = list(arrived)
    unfinished = days([session for session, _ in arrived]) > np.datetime64(ground.until)
    odd = [arrived[at] for at in np.flatnonzero(unfinished | ~_plain(arrived))]
    refused = [doubt for session, bar in odd if (doubt := _refused(session, bar, ground.until)) is not None]
    never = {doubt.session for doubt in refused}
    rows = {session: bar for session, bar in arrived if session not in never} if never else dict(arrived)
    money = dict(zip((session for session, _ in arrived), turnover, strict=False))
    sessions = days(list(rows))
    off = _off_calendar(rows, sessions, ground)
    doubts = dict.fromkeys(_beyond_limits(rows, ground), "limit")
    doubts |= dict.fromkeys(_in_other_units(rows, money, ground.symbol), "units") | dict.fromkeys(off, "calendar")
    doubts |= {s: "restated" for s, bar in rows.items() if s in ground.stored and not same_bar(bar, ground.stored[s])}
    compared, unlike = _overlap(rows, ground.stored)
    if unlike is None and off and len(off) > len(rows) // 20:
        unlike = "calendar"
    if unlike is None and _counts_otherwise(rows, money, ground):
        unlike = "units"
    missing, late = _missing(sessions, ground)
    return Answer(source, rows, doubts, tuple(refused), unlike, compared, missing, late)


def possible(bar: Bar) -> bool:
    """Say whether the prices of a bar can be: positive, high above low, open and close between them."""
    opened, high, low, close, volume = bar
    if any(value is not None and math.isinf(value) for value in bar):
        return False
    if close is None or not (_known(close) and close > 0):
        return False
    prices = [p for p in (opened, high, low, close) if p is not None and _known(p)]
    if min(prices) <= 0 or (volume is not None and _known(volume) and volume < 0):
        return False
    within = [p for p in (opened, close) if p is not None and _known(p)]
    above = high is None or not _known(high) or max(within) <= high + _slack(close)
    below = low is None or not _known(low) or min(within) >= low - _slack(close)
    return above and below


def same_bar(one: Bar, other: Bar) -> bool:
    """Say whether two bars agree; a value that only one of them knows is no disagreement, volume is not compared."""
    pairs = zip(one[:_PRICES], other[:_PRICES], strict=True)
    return all(a is None or b is None or not _known(a) or not _known(b) or abs(a - b) <= _slack(a) for a, b in pairs)


def _plain(arrived: Sequence[tuple[str, Bar]]) -> Bools:
    """Say of which rows all five values are known and :func:`possible`; the others have to be looked at one by one."""
    if not arrived:
        return np.zeros(0, dtype=bool)
    opened, high, low, close, volume = values = np.array([bar for _, bar in arrived], dtype=float).T
    slack = np.maximum(_FINEST, np.minimum(AGREE, np.abs(close) * _AGREE_FRACTION))
    # Whatever is not known makes a comparison false.
    fine: Bools = (np.minimum(np.minimum(opened, high), np.minimum(low, close)) > 0) & (volume >= 0)
    fine &= np.isfinite(values).all(axis=0)
    fine &= (np.maximum(opened, close) <= high + slack) & (np.minimum(opened, close) >= low - slack)
    return fine


def laid_over(stored: Rows, rows: Rows) -> Rows:
    """Lay rows over what is stored, ascending by session as both are."""
    return dict(sorted({**stored, **rows}.items())) if stored else rows


def row_of(bar: Bar) -> dict[str, object]:
    """Write a bar the way quarantine keeps it."""
    names = ("open", "high", "low", "close", "volume")
    return {name: value if _known(value) else None for name, value in zip(names, bar, strict=True)}


def _slack(price: float) -> float:
    return max(_FINEST, min(AGREE, abs(price) * _AGREE_FRACTION))


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _refused(session: str, bar: Bar, until: dt.date) -> Doubt | None:
    """Give the doubt about a row that can never be believed, ``None`` about any other."""
    if session > until.isoformat():
        return Doubt(session, "unfinished", row_of(bar))
    return None if possible(bar) else Doubt(session, "impossible", row_of(bar))


def _off_calendar(rows: Rows, sessions: Dates, ground: Ground) -> list[str]:
    """List the rows on days that are no sessions; beyond the known years, on weekends."""
    known = np.isin(sessions, ground.expected)
    if ground.is_evidence:
        known |= np.is_busday(sessions)
    if ground.provisional_after is not None:
        known |= (sessions > np.datetime64(ground.provisional_after)) & np.is_busday(sessions)
    if not ground.expected.size:
        known[:] = True
    return [session for session, fine in zip(rows, known.tolist(), strict=True) if not fine]


def _overlap(rows: Rows, stored: Rows) -> tuple[int, str | None]:
    """Compare the newest sessions that an answer shares with what is stored: how many, and ``overlap`` if unlike."""
    shared = [session for session in rows if session in stored]
    if not shared:
        inside = [s for s in stored if rows and min(rows) <= s <= max(rows)]
        return 0, "overlap" if len(inside) >= OVERLAP else None
    agreed = sum(same_bar(rows[session], stored[session]) for session in shared)
    fits = agreed >= min(OVERLAP, len(shared)) or (agreed >= 1 and agreed == len(shared) - 1)
    return len(shared), None if fits else "overlap"


def _beyond_limits(rows: Rows, ground: Ground) -> list[str]:
    """List the rows that moved beyond what their board allows, without an action that explains it."""
    together = laid_over(ground.stored, rows)
    if len(together) < 2:  # noqa: PLR2004  (a move needs a close before)
        return []
    sessions = days(list(together))
    close = np.array([bar[3] for bar in together.values()], dtype=float)
    empty = np.full(sessions.size, np.nan)
    bars = SymbolBars(ground.symbol, sessions, empty, close, empty, ground.actions)
    known = {} if ground.security is None else {ground.symbol: ground.security}
    upper, lower = (side[0] for side in limit_prices(lay_out(sessions, [bars]), known, ground.limits))
    acted = np.zeros(sessions.size, dtype=bool)
    places = np.searchsorted(sessions, days([action.ex_date for action in ground.actions]))
    acted[places[places < sessions.size]] = True
    most = _INDEX_MOVE if board(ground.symbol) == "index" else _FREE_MOVE
    moves = np.concatenate([[0.0], close[1:] / close[:-1] - 1])
    if any(rule.percent for rule in ground.limits.rules if rule.board == board(ground.symbol)):
        beyond = (close > upper + _TICK) | (close < lower - _TICK)
    else:
        beyond = (np.abs(moves) > most) & ~acted
    listed = {session for session, far in zip(together, beyond.tolist(), strict=True) if far}
    return [session for session in rows if session in listed]


def _in_other_units(rows: Rows, turnover: Mapping[str, float], symbol: str) -> list[str]:
    """List the rows whose turnover is not about volume times price; vendors count an index's volume as they like."""
    if not turnover or board(symbol) == "index":
        return []
    found = []
    for session, bar in rows.items():
        money, volume, close = turnover.get(session), bar[4], bar[3]
        if money and volume and close and money > 0 and volume > 0:
            ratio = money / (volume * close)
            if not 1 / _UNITS < ratio < _UNITS:
                found.append(session)
    return found


def _counts_otherwise(rows: Rows, turnover: Mapping[str, float], ground: Ground) -> bool:
    """Say whether volumes are in other units than their turnover or than those stored."""
    if board(ground.symbol) == "index":
        return False
    wrong = _in_other_units(rows, turnover, ground.symbol)
    if rows and len(wrong) > len(rows) // 2:
        return True
    pairs = [(rows[s][4], ground.stored[s][4]) for s in rows.keys() & ground.stored.keys()]
    ratios = [a / b for a, b in pairs if a and b and a > 0 and b > 0]
    return bool(ratios) and not 1 / _UNITS < float(np.median(ratios)) < _UNITS


def _missing(have: Dates, ground: Ground) -> tuple[tuple[str, ...], bool]:
    """List the market's sessions that a security's rows skip, and say whether they end before the market's."""
    if not have.size or not ground.expected.size:
        return (), False
    sessions = ground.expected[ground.expected <= np.datetime64(ground.until)]
    if ground.provisional_after is not None:
        sessions = sessions[sessions <= np.datetime64(ground.provisional_after)]
    inside = sessions[(sessions >= have.min()) & (sessions <= have.max())]
    skipped = np.datetime_as_string(inside[~np.isin(inside, have)]).tolist()
    missing = tuple(session for session in skipped if session not in ground.stored)
    return missing, bool(sessions.size and have.max() < sessions[-1])
