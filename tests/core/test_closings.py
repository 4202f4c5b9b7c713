"""Calls that a person closes: they end at the next tradable open after that day, and a later mention begins anew."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from tests.core.markets import INDEX, RULES, bars, day, measured, near, put, said, weekdays
from watchlist.core.bars import SymbolBars
from watchlist.core.book import Book, Known, keep_book
from watchlist.core.calls import Said, build_calls
from watchlist.domain.model import Closing, Mention

SHARE = "600001.SH"
# The index rises 10 a session from an open of 1000 on 06-03.
JUNE = weekdays("2024-06-03", 10)
RISING = bars(INDEX, "\n".join(f"{d} {1000 + 10 * n} {1010 + 10 * n}" for n, d in enumerate(JUNE)))
LINES = """
    2024-06-05  9.90 10.00
    2024-06-06 10.00 10.40
    2024-06-07 10.40 10.20
    2024-06-10 10.50  9.60
    2024-06-11  9.60 10.00
    2024-06-12 10.20 10.60
    2024-06-13 10.60 10.80"""
Life = tuple[str, str, dt.date | None, float | None, float | None]


def keep(mentions: Sequence[Mention], *closings: Closing, share: SymbolBars | None = None, as_of: str) -> Book:
    every = {INDEX: RISING, SHARE: bars(SHARE, LINES) if share is None else share}
    return keep_book(Known(mentions, every, {}, {}, closings=closings), RULES, day(as_of))


def closed(on: str, broker: str = "Alpha", symbol: str = SHARE) -> Closing:
    return Closing(broker, symbol, day(on), "coverage ended")


def life(book: Book, number: int = 0) -> Life:
    part = book.markets["CN"]
    legs = measured(book, "CN", part.lives.legs, number)
    session = part.session(int(part.lives.closed[number]))
    return (
        str(part.lives.status[number]),
        str(part.lives.reason[number]),
        session,
        legs.total_return,
        legs.benchmark_return,
    )


def test_a_call_closed_by_a_person_is_left_at_the_next_open() -> None:
    book = keep([said(SHARE, "2024-06-05")], closed("2024-06-07"), as_of="2024-06-13")
    # Bought at 10.00 on 06-06 (index 1030), sold at the open of Monday 06-10: 10.50, index 1050.
    assert life(book) == ("closed", "person", day("2024-06-10"), near(0.05), near(20 / 1030))
    closing = book.markets["CN"].calls[0].closing
    assert closing is not None
    assert closing.why == "coverage ended"


def test_it_waits_while_the_share_cannot_be_sold() -> None:
    # 06-07 closes at 10.20: lower limit 9.18, where it opens on 06-10.
    share = put(bars(SHARE, LINES), "2024-06-10 9.18 9.18")
    book = keep([said(SHARE, "2024-06-05")], closed("2024-06-07"), share=share, as_of="2024-06-13")
    assert life(book)[:3] == ("closed", "person", day("2024-06-11"))


def test_a_closing_is_not_known_before_its_day_and_touches_nobody_else() -> None:
    mentions = [said(SHARE, "2024-06-05"), said(SHARE, "2024-06-05", broker="Beta")]
    assert life(keep(mentions, closed("2024-06-07"), as_of="2024-06-06"))[:2] == ("open", "")
    # Closed on the very last session: it is left at an open that has not come.
    assert life(keep(mentions, closed("2024-06-07"), as_of="2024-06-07"))[:2] == ("open", "")
    after = keep(mentions, closed("2024-06-07"), as_of="2024-06-13")
    assert [life(after, number)[1] for number in (0, 1)] == ["person", ""]


def test_a_later_mention_begins_a_new_call_and_one_of_the_same_day_is_closed_too() -> None:
    mentions = [said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07"), said(SHARE, "2024-06-10")]
    book = keep(mentions, closed("2024-06-07"), as_of="2024-06-13")
    assert [call.mentions for call in book.markets["CN"].calls] == [[0, 1], [2]]
    assert [life(book, number)[:2] for number in (0, 1)] == [("closed", "person"), ("open", "")]
    # Said on a weekend: what comes on Sunday is not extended by what was closed on Saturday.
    weekend = [said(SHARE, "2024-06-05"), said(SHARE, "2024-06-09")]
    assert len(keep(weekend, closed("2024-06-08"), as_of="2024-06-09").markets["CN"].calls) == 2


def test_a_call_that_never_was_or_is_over_is_closed_by_nothing() -> None:
    moment = dt.datetime(2024, 7, 31, 15, tzinfo=dt.UTC)
    one = Said("Alpha", SHARE, day("2024-01-10"), dt.datetime(2024, 1, 10, 15, tzinfo=dt.UTC), 1, 6)
    late = closed("2024-07-31")
    (call,) = build_calls([one], [(moment, late), (moment, replace(late, broker="Beta"))])
    assert (call.closing, call.closed_by) == (None, None)


def test_a_purchase_that_still_waits_is_closed_without_a_return() -> None:
    # Locked at its upper limit at the open of 06-06 (11.00) and 06-07 (12.10): not bought before it is closed.
    share = put(put(bars(SHARE, LINES), "2024-06-06 11.00 11.00"), "2024-06-07 12.10 12.10")
    book = keep([said(SHARE, "2024-06-05")], closed("2024-06-06"), share=share, as_of="2024-06-07")
    assert life(book) == ("closed", "person", day("2024-06-07"), None, None)
