"""The calls of a period: which stood at its opening, which came, which ended, and which stand at its close.

A call stands from the day its first mention was published until it closes; one that could never be bought until its
time to wait is over, a stale one until its own time is. One without a price never does, and is counted apart.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from watchlist.core.book import Book, MarketBook
from watchlist.domain.model import Status
from watchlist.domain.periods import Period
from watchlist.queries.recommendations import Filters, select
from watchlist.queries.situation import Situation

_STANDING: Final = frozenset({"open", str(Status.PENDING), str(Status.SUSPENDED), str(Status.STALE)})


@dataclass(frozen=True, slots=True)
class PeriodCall:
    """One call of a period.

    Attributes:
        market, number: where the closing book holds it.
        positions: its mentions that the question is about, oldest first, as positions in the book's mentions.
        opening, closing: whether it stood at the end of the day before, and stands at the end of the last day.
        new, closed: whether it came and whether it ended in the period; both where it did both.
        unpriced: nothing is known of its prices: it counts nowhere.
    """

    market: str
    number: int
    positions: tuple[int, ...]
    opening: bool
    closing: bool
    new: bool
    closed: bool
    unpriced: bool = False


def period_calls(situation: Situation, period: Period, filters: Filters) -> list[PeriodCall]:
    """List the calls that stood at some time of a period, and those of its time that have no price.

    Args:
        situation: as of the period's last day, or of an earlier day within it.
    """
    wanted = set(select(situation, filters))
    stood = _standing(situation.up_to(period.before), situation.book)
    found = []
    for market, part in situation.book.markets.items():
        for number, call in enumerate(part.calls):
            asked = tuple(part.at[m] for m in call.mentions if part.at[m] in wanted)
            if asked:
                one = _judged(situation, period, (market, number), asked, opening=(market, number) in stood)
                found.append(one)
    return [one for one in found if one.opening or one.new or one.unpriced]


def _judged(
    situation: Situation, period: Period, at: tuple[str, int], asked: tuple[int, ...], *, opening: bool
) -> PeriodCall:
    part, number = situation.book.markets[at[0]], at[1]
    closing = stands(part, number, situation.when.as_of)
    unpriced = not opening and part.lives.status[number] == Status.NO_PRICE
    new = not opening and not unpriced and (closing or _came(situation, part, number, period))
    known = part.calls[number].expires >= period.first
    return PeriodCall(*at, asked, opening, closing, new, (opening or new) and not closing, unpriced and known)


def _came(situation: Situation, part: MarketBook, number: int, period: Period) -> bool:
    """Say whether a call that has ended began in the period: was first published or bought in it."""
    call, entered = part.calls[number], part.session(int(part.entries.session[part.lives.first[number]]))
    first = situation.known.mentions[part.at[call.mentions[0]]].published
    return first > period.before or (entered is not None and entered > period.before)


def _standing(before: Situation, now: Book) -> set[tuple[str, int]]:
    """Give the calls of the closing book that stood in the opening one; a mention belongs to one call in each."""
    return {
        (market, now.call_of[part.at[call.mentions[0]]])
        for market, part in before.book.markets.items()
        for number, call in enumerate(part.calls)
        if stands(part, number, before.when.as_of)
    }


def standing_mentions(situation: Situation) -> set[str]:
    """Give the ids of every recommendation whose call stands."""
    return {
        situation.known.mentions[part.at[mention]].rec_id
        for part in situation.book.markets.values()
        for number, call in enumerate(part.calls)
        if stands(part, number, situation.when.as_of)
        for mention in call.mentions
    }


def stands(part: MarketBook, number: int, day: dt.date) -> bool:
    """Say whether a call stands at the end of a day; a stale one does until its own time is over."""
    status = str(part.lives.status[number])
    return status in _STANDING and (status != Status.STALE or part.calls[number].expires >= day)
