"""Checks on arrival: what a source sent is compared with sense and with what is stored, before anything is kept.

What fails is never repaired: it goes to quarantine with the rule it broke.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from watchlist.domain.model import Action

# Two sources may round differently; half a tick of a share's cent is no disagreement.
AGREE = 0.0051
Bar = tuple[float | None, ...]  # open, high, low, close, volume


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that is not believed: its session or ex-date, the rule it broke, and the row as it came."""

    session: str | None
    rule: str
    row: Mapping[str, object]


def examine_bars(
    arrived: Sequence[tuple[str, Bar]], stored: Mapping[str, Bar], last_closed: dt.date
) -> tuple[list[tuple[str, Bar]], list[Doubt]]:
    """Sort what arrived into new bars and doubted ones; what is stored already is neither.

    Args:
        arrived: ``(session, (open, high, low, close, volume))``, ascending; unknown values are NaN.
        stored: the same sessions as they stand now.
        last_closed: bars after this session are not final.

    Returns:
        bars to store, and doubts by rule: ``impossible`` (prices out of order), ``unfinished`` (not closed yet),
        ``restated`` (a stored past that came differently).
    """
    new, doubts = [], []
    for session, bar in arrived:
        if session > last_closed.isoformat():
            doubts.append(_doubt(session, "unfinished", bar))
        elif not possible(bar):
            doubts.append(_doubt(session, "impossible", bar))
        elif session not in stored:
            new.append((session, bar))
        elif not same_bar(bar, stored[session]):
            doubts.append(_doubt(session, "restated", bar))
    return new, doubts


def possible(bar: Bar) -> bool:
    """Say whether the prices of a bar can be: positive, high above low, open and close between them."""
    opened, high, low, close, volume = bar
    if not (_known(close) and close is not None and close > 0):
        return False
    prices = [p for p in (opened, high, low, close) if p is not None and _known(p)]
    if min(prices) <= 0 or (volume is not None and _known(volume) and volume < 0):
        return False
    within = [p for p in (opened, close) if p is not None and _known(p)]
    above = high is None or not _known(high) or max(within) <= high + AGREE
    below = low is None or not _known(low) or min(within) >= low - AGREE
    return above and below


def same_bar(one: Bar, other: Bar) -> bool:
    """Say whether two bars agree; a value that only one of them knows is no disagreement, volume is not compared."""
    pairs = zip(one[:4], other[:4], strict=True)
    return all(a is None or b is None or not _known(a) or not _known(b) or abs(a - b) <= AGREE for a, b in pairs)


def examine_actions(arrived: Iterable[Action], stored: Mapping[dt.date, Action]) -> tuple[list[Action], list[Doubt]]:
    """Sort actions into new ones and doubted ones (``restated_action``); what is stored already is neither."""
    new, doubts = [], []
    for action in arrived:
        before = stored.get(action.ex_date)
        if before is None:
            new.append(action)
        elif not (
            math.isclose(before.cash, action.cash, abs_tol=1e-6)
            and math.isclose(before.split, action.split, abs_tol=1e-6)
        ):
            row = {"cash": action.cash, "split": action.split}
            doubts.append(Doubt(action.ex_date.isoformat(), "restated_action", row))
    return new, doubts


def _known(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def _doubt(session: str, rule: str, bar: Bar) -> Doubt:
    row = {
        name: value if _known(value) else None
        for name, value in zip(("open", "high", "low", "close", "volume"), bar, strict=True)
    }
    return Doubt(session, rule, row)
