"""Targets (目标价): whether a price that a report foresees was reached by a close within the rating's own months.

A target is in the trading currency and counts in the shares of the day it was printed: only splits move it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints, SymbolBars
from watchlist.core.panel import Panel
from watchlist.core.scoring import Asked, Words, first_after, life_end, listed_later, month_exits
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Status, TargetStatus

# Prices have two or three decimals: what a product of steps leaves in the tenth is not a price.
_NOISE: Final = 1e-9
_WORD: Final = f"<U{max(len(status) for status in TargetStatus)}"


@dataclass(frozen=True, slots=True)
class Aims:
    """Target prices as printed; all ``(n,)``.

    Attributes:
        asked: the recommendations they belong to.
        price: as printed, NaN where none is.
        comparable: printed in the currency that the share trades in.
        months: how long the rating holds.
        late_split: see :func:`late_splits`.
    """

    asked: Asked
    price: Floats
    comparable: Bools
    months: Ints
    late_split: Floats


@dataclass(frozen=True, slots=True)
class Aimed:
    """How targets stand at the as-of session; all ``(n,)``.

    Attributes:
        upside: target over the last close known at publication, less 1 (上涨空间); NaN where there is none.
        reached: position of the first session that closed at the target or beyond, -1 without one.
        touched: the same by the session's high, of a sell by its low; -1 also where none is stored.
        until: position of the last session of its months, the panel's width while it has not come.
    """

    upside: Floats
    status: Words
    reached: Ints
    touched: Ints
    until: Ints


@dataclass(frozen=True, slots=True)
class Ranges:
    """Highs and lows as traded of some of a panel's securities, ``(R, D)``, NaN without one.

    Attributes:
        place: ``(S,)`` where a panel row stands here, -1 where it does not.
    """

    place: Ints
    high: Floats
    low: Floats


def late_splits(bars: SymbolBars, published: Dates, known: Dates) -> Floats:
    """Give the splits, by report, that a target knows of and the last close before it does not.

    A share may be suspended over its ex-date, or the report appear on that very morning.

    Args:
        published: ``(n,)`` days of publication.
        known: ``(n,)`` the last session before each.

    Returns:
        ``(n,)`` products of the splits whose ex-date lies after the last bar and not after publication; 1 without one.
    """
    last = np.searchsorted(bars.sessions, known, side="right") - 1
    since = bars.sessions[np.maximum(last, 0)]
    found = np.ones(published.size)
    for action in bars.actions:
        day = np.datetime64(action.ex_date)
        found *= np.where((last >= 0) & (since < day) & (day <= published), action.split, 1.0)
    return found


def follow_targets(panel: Panel, aims: Aims, ranges: Ranges) -> Aimed:
    """Say of each target how far it lay, and whether it was reached (close), touched (high or low) or missed.

    The watch runs from the first session after publication to the last one on or before publication plus the
    rating's months, whether or not the share could be bought, and also after its call is closed (RULES 4, 10).
    """
    asked, row, side = aims.asked, np.maximum(aims.asked.row, 0), first_after(panel, aims.asked)
    known = np.maximum(side - 1, 0)
    seen = (asked.row >= 0) & (side >= 1) & (panel.first_bar[row] <= side - 1)
    closes = panel.close / panel.rates
    # Prices count in the shares of the day of publication, as the target does.
    basis = np.where(seen, panel.split_factor[row, known], 1.0) * aims.late_split
    reference = np.where(seen, closes[row, known] / aims.late_split, np.nan)
    wanted = aims.comparable & ~np.isnan(aims.price)
    upside = np.where(wanted, aims.price / reference - 1, np.nan)
    way = np.where(asked.direction != 0, asked.direction, np.sign(np.nan_to_num(upside)))
    there = wanted & seen & (way * upside <= _NOISE)
    judged = wanted & (seen | (listed_later(panel, asked) & (way != 0))) & ~there
    until = _until(panel, aims)
    watch = _Watch(panel, row, basis, side, np.minimum(until, panel.sessions.size - 1), aims.price, way)
    reached, place = watch.first(closes, row, judged), ranges.place[row]
    up = watch.first(ranges.high, place, judged & (place >= 0) & (way > 0))
    down = watch.first(ranges.low, place, judged & (place >= 0) & (way < 0))
    status = _statuses(panel, aims, until, reached)
    status[wanted & ~judged] = TargetStatus.NO_PRICE
    status[there] = TargetStatus.ALREADY_THERE
    return Aimed(upside, status, reached, np.maximum(up, down), until)


def _until(panel: Panel, aims: Aims) -> Ints:
    until = np.full(aims.price.size, panel.sessions.size, dtype=np.int64)
    for months in np.unique(aims.months):
        mine = aims.months == months
        until[mine] = month_exits(panel, aims.asked.published[mine], int(months))
    return until


def _statuses(panel: Panel, aims: Aims, until: Ints, reached: Ints) -> Words:
    row, last = np.maximum(aims.asked.row, 0), panel.sessions.size - 1
    status = np.full(aims.price.size, TargetStatus.OPEN, dtype=_WORD)
    status[until <= last] = TargetStatus.MISSED
    _, life = life_end(panel, aims.asked.row)
    ended = panel.last_bar[row] < np.minimum(until, last)
    status[ended & (life == Status.STALE)] = TargetStatus.STALE
    status[ended & (life == Status.DELISTED)] = TargetStatus.DELISTED
    status[reached >= 0] = TargetStatus.REACHED
    status[~aims.comparable] = TargetStatus.OTHER_CURRENCY
    status[np.isnan(aims.price)] = TargetStatus.NO_TARGET
    return status


@dataclass(frozen=True, slots=True)
class _Watch:
    """Windows of sessions in which prices are held against targets; arrays ``(n,)``, both ends included."""

    panel: Panel
    row: Ints
    basis: Floats
    since: Ints
    until: Ints
    target: Floats
    way: Ints

    def first(self, prices: Floats, place: Ints, wanted: Bools) -> Ints:
        """Give the first session at which a price stood at its target or beyond, -1 where none did.

        Args:
            prices: as traded, one row a security; ``place``: ``(n,)`` the row of each.
            wanted: ``(n,)`` which are watched at all.
        """
        found = np.full(self.row.size, -1, dtype=np.int64)
        going, ahead = np.flatnonzero(wanted & (self.since <= self.until)), 0
        while going.size:
            session = self.since[going] + ahead
            split = self.panel.split_factor[self.row[going], session] / self.basis[going]
            beyond = prices[place[going], session] * split / self.target[going] - 1
            there = self.way[going] * beyond >= -_NOISE
            found[going[there]] = session[there]
            going = going[~there & (session < self.until[going])]
            ahead += 1
        return found
