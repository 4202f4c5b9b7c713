"""Calls: what opens, extends and closes a broker's opinion on a share, and what it returned (RULES 1-4)."""

import datetime as dt
from dataclasses import replace

from tests.core.markets import (
    AT_CLOSE,
    INDEX,
    Market,
    bars,
    day,
    measured,
    near,
    put,
    said,
    silent,
    steady,
    weekdays,
    without,
)
from watchlist.core.book import Book
from watchlist.core.calls import Said, build_calls
from watchlist.domain.calendars import days
from watchlist.domain.model import Action, Security

SHARE, OTHER = "600001.SH", "600002.SH"


def told(published: str, direction: int = 1, broker: str = "Alpha", symbol: str = SHARE, months: int = 12) -> Said:
    on = day(published)
    return Said(broker, symbol, on, dt.datetime.combine(on, dt.time.max, tzinfo=dt.UTC), direction, months)


def test_a_repeated_mention_extends_the_call_by_the_brokers_scale() -> None:
    (call,) = build_calls([told("2024-01-31", months=6), told("2024-07-31", months=6)])
    assert call.mentions == [0, 1]
    # Six months after the last mention: 2025-01-31. The second came on the very last day of the first.
    assert (call.expires, call.closed_by, call.direction) == (day("2025-01-31"), None, 1)


def test_a_repeat_after_expiry_is_a_new_call() -> None:
    first, second = build_calls([told("2024-01-31", months=6), told("2024-08-01", months=6)])
    assert (first.mentions, first.expires, first.closed_by) == ([0], day("2024-07-31"), None)
    assert (second.mentions, second.expires) == ([1], day("2025-02-01"))


def test_expiry_is_clamped_to_the_end_of_the_month() -> None:
    (call,) = build_calls([told("2024-08-31", months=6)])
    assert call.expires == day("2025-02-28")


def test_an_opposite_or_neutral_mention_closes_a_call_and_opens_its_own() -> None:
    buy, neutral, sell, again = build_calls(
        [told("2024-01-10", 1), told("2024-02-10", 0), told("2024-03-10", -1), told("2024-04-10", 1)]
    )
    assert [(c.direction, c.mentions, c.closed_by) for c in (buy, neutral, sell, again)] == [
        (1, [0], 1),
        (0, [1], 2),
        (-1, [2], 3),
        (1, [3], None),
    ]


def test_an_opposite_mention_after_expiry_closes_nothing() -> None:
    first, second = build_calls([told("2024-01-10", months=6), told("2024-07-11", -1, months=6)])
    assert (first.closed_by, second.direction) == (None, -1)


def test_brokers_and_shares_are_apart() -> None:
    calls = build_calls([told("2024-01-10"), told("2024-01-11", -1, "Beta"), told("2024-01-12", -1, symbol=OTHER)])
    assert [(c.broker, c.symbol, c.direction, c.closed_by) for c in calls] == [
        ("Alpha", SHARE, 1, None),
        ("Beta", SHARE, -1, None),
        ("Alpha", OTHER, -1, None),
    ]


def test_mentions_are_taken_in_the_order_they_were_published() -> None:
    (call,) = build_calls([told("2024-03-01", months=6), told("2024-01-01", months=6)])
    assert (call.mentions, call.expires) == ([1, 0], day("2024-09-01"))


def test_of_two_words_said_at_one_moment_the_more_cautious_stands_whatever_their_order() -> None:
    buy, neutral = told("2024-01-10", 1), told("2024-01-10", 0)
    for order in ([buy, neutral], [neutral, buy]):
        first, last = build_calls(order)
        assert (first.direction, last.direction, last.closed_by) == (1, 0, None)


# From here on in a market: Monday 06-10 is a holiday; the index rises 10 a session from an open of 1000 on 06-03.
JUNE = weekdays("2024-06-03", 20, closed=["2024-06-10"])
RISING = bars(INDEX, "\n".join(f"{d} {1000 + 10 * n} {1010 + 10 * n}" for n, d in enumerate(JUNE)))
LINES = """
    2024-06-05  9.90 10.00
    2024-06-06 10.00 10.40
    2024-06-07 10.40 10.20
    2024-06-11 10.50  9.60
    2024-06-12  9.60 10.00
    2024-06-13 10.20 10.60
    2024-06-14 10.60 10.80"""
PLACE = Market(RISING, (bars(SHARE, LINES),))


def life(book: Book, number: int = 0) -> tuple[str, str, dt.date | None, float | None, float | None]:
    """Give status, reason, closing session, total and benchmark return of a call."""
    part = book.markets["CN"]
    lives = part.lives
    legs = measured(book, "CN", lives.legs, number)
    closed = part.session(int(lives.closed[number]))
    return str(lives.status[number]), str(lives.reason[number]), closed, legs.total_return, legs.benchmark_return


def test_two_themes_of_one_report_are_one_call_with_two_mentions() -> None:
    book = PLACE.book(said(SHARE, "2024-06-05", theme="AI"), said(SHARE, "2024-06-05", theme="MR"), as_of="2024-06-14")
    (call,) = book.markets["CN"].calls
    assert sorted(call.mentions) == [0, 1]
    assert dict(book.call_of) == {0: 0, 1: 0}
    # Open: entry at 10.00, index open 1030; closes of 06-14, 10.80 and 1090.
    assert life(book) == ("open", "", None, near(0.08), near(60 / 1030))


def test_a_reversal_leaves_at_the_next_tradable_open_and_opens_a_call_the_other_way() -> None:
    book = PLACE.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07", -1), as_of="2024-06-14")
    # Sold at the open of 06-11: 10.50 over 10.00; index open of 06-11 (n = 5) 1050 over 1030.
    assert life(book) == ("closed", "reversed", day("2024-06-11"), near(0.05), near(20 / 1030))
    # The sale enters at that open: 10.50 to 10.80.
    assert life(book, 1) == ("open", "", None, near(10.8 / 10.5 - 1), near(1090 / 1050 - 1))


def test_a_neutral_rating_closes_too_and_a_purchase_closes_a_sale() -> None:
    book = PLACE.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07", 0), as_of="2024-06-14")
    assert life(book)[:3] == ("closed", "neutral", day("2024-06-11"))
    book = PLACE.book(said(SHARE, "2024-06-05", -1), said(SHARE, "2024-06-07", 1), as_of="2024-06-14")
    assert life(book)[:4] == ("closed", "reversed", day("2024-06-11"), near(0.05))


def test_a_share_locked_at_its_lower_limit_is_left_only_when_it_opens() -> None:
    # 06-07 closes at 10.20: lower limit 9.18. It opens there on 06-11, and at 9.00 on 06-12 (limit 8.26).
    share = put(put(bars(SHARE, LINES), "2024-06-11 9.18 9.18"), "2024-06-12 9.00 9.50")
    book = Market(RISING, (share,)).book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07", -1), as_of="2024-06-14")
    assert life(book) == ("closed", "reversed", day("2024-06-12"), near(-0.1), near(30 / 1030))
    # A sale is left by buying back, which an upper limit delays: 10.20 + 10 % = 11.22.
    share = put(bars(SHARE, LINES), "2024-06-11 11.22 10.00")
    book = Market(RISING, (share,)).book(
        said(SHARE, "2024-06-05", -1), said(SHARE, "2024-06-07", 1), as_of="2024-06-14"
    )
    assert life(book)[2] == day("2024-06-12")


def test_a_neutral_call_is_left_by_selling() -> None:
    # Locked at the lower limit on 06-11 (10.20 - 10 % = 9.18), at the upper one on 06-12 (9.18 + 10 % = 10.10).
    share = put(put(bars(SHARE, LINES), "2024-06-11 9.18 9.18"), "2024-06-12 10.10 10.00")
    book = Market(RISING, (share,)).book(said(SHARE, "2024-06-05", 0), said(SHARE, "2024-06-07"), as_of="2024-06-14")
    assert life(book)[:4] == ("closed", "reversed", day("2024-06-12"), near(0.01))


def test_a_reversal_before_the_cutoff_leaves_in_the_same_session() -> None:
    turn = said(SHARE, "2024-06-11", -1, at="2024-06-11T09:00:00+08:00")
    assert life(PLACE.book(said(SHARE, "2024-06-05"), turn))[2] == day("2024-06-11")
    turn = said(SHARE, "2024-06-11", -1, at="2024-06-11T09:15:00+08:00")
    assert life(PLACE.book(said(SHARE, "2024-06-05"), turn))[2] == day("2024-06-12")


def test_a_reversal_that_could_not_be_acted_on_yet_leaves_the_call_open() -> None:
    for published in ("2024-06-14", "2024-06-13"):
        as_of = "2024-06-14" if published == "2024-06-14" else "2024-06-13"
        book = PLACE.book(said(SHARE, "2024-06-05"), said(SHARE, published, -1), as_of=as_of)
        assert life(book)[:3] == ("open", "", None)


def test_an_evening_report_comes_before_a_report_of_the_next_early_morning() -> None:
    # A buy dated 06-06 (no time known), then at 07:00 of 06-07 in Shanghai a neutral word: it closes the call.
    later = said(SHARE, "2024-06-07", 0, at="2024-06-07T07:00:00+08:00")
    book = PLACE.book(said(SHARE, "2024-06-06"), later, as_of="2024-06-14")
    first, second = book.markets["CN"].calls
    assert (first.direction, first.closed_by, second.direction, second.closed_by) == (1, 1, 0, None)
    # In New York the day of 06-06 ends twelve hours later still.
    span = steady("SPX.GI", JUNE, 1000.0)
    us = Market(span, (steady("AAPL.US", JUNE),), market="US")
    evening = said("AAPL.US", "2024-06-06", 1, at="2024-06-07T09:00:00+08:00")  # 21:00 of 06-06 in New York
    dated = said("AAPL.US", "2024-06-06", 0)
    calls = us.book(dated, evening).markets["US"].calls
    assert [(c.direction, c.mentions) for c in calls] == [(1, [1]), (0, [0])]


def test_a_call_expires_at_the_close_of_its_last_session() -> None:
    year = weekdays("2024-01-01", 200)
    share = put(steady(SHARE, year), "2024-06-28 10.00 11.00")
    place = Market(steady(INDEX, year, 1000.0), (share,), foreseen=year)
    # Published Saturday 2023-12-30 would be before the index; 2024-01-01 plus six months is Monday 07-01.
    assert life(place.book(said(SHARE, "2024-01-01", months=6), as_of="2024-06-28"))[:2] == ("open", "")
    assert life(place.book(said(SHARE, "2024-01-01", months=6)))[:3] == ("closed", "expired", day("2024-07-01"))
    # 2024-02-29 less: published 01-30, plus five months is Sunday 06-30: the close of Friday 06-28, 11.00.
    book = place.book(said(SHARE, "2024-01-30", months=5), as_of="2024-06-28")
    assert life(book)[:4] == ("closed", "expired", day("2024-06-28"), near(0.1))
    # A reversal published before expiry that could be acted on only after it changes nothing.
    book = place.book(said(SHARE, "2024-01-30", months=5), said(SHARE, "2024-06-29", -1))
    assert life(book)[1:3] == ("expired", day("2024-06-28"))


def test_expiry_in_a_suspension_is_measured_at_the_last_close() -> None:
    year = weekdays("2024-01-01", 200)
    share = without(put(steady(SHARE, year), "2024-06-26 10.00 10.50"), "2024-06-27", "2024-06-28", "2024-07-01")
    place = Market(steady(INDEX, year, 1000.0), (share,))
    got = life(place.book(said(SHARE, "2024-01-30", months=5)))
    assert got[:4] == ("closed", "expired", day("2024-06-28"), near(0.05))


def test_a_delisting_closes_a_call_at_the_last_trade() -> None:
    share = without(bars(SHARE, LINES), "2024-06-12", "2024-06-13", "2024-06-14")
    gone = Security(SHARE, "one", delisted=day("2024-06-13"))
    book = Market(RISING, (share,), securities=(gone,)).book(said(SHARE, "2024-06-05"))
    assert life(book) == ("closed", "delisted", day("2024-06-11"), near(-0.04), near(30 / 1030))


def test_an_open_call_of_a_share_that_does_not_trade_says_so() -> None:
    share = without(bars(SHARE, LINES), "2024-06-12", "2024-06-13")
    book = Market(RISING, (share,)).book(said(SHARE, "2024-06-05"), as_of="2024-06-13")
    assert life(book)[:3] == ("suspended", "", None)
    ended = without(share, "2024-06-14")
    assert life(Market(RISING, (ended,)).book(said(SHARE, "2024-06-05")))[:2] == ("stale", "")


def test_a_call_never_bought_has_the_status_of_its_mention() -> None:
    assert life(PLACE.book(said(SHARE, "2024-06-14"), as_of="2024-06-14"))[:4] == ("pending", "", None, None)
    assert life(PLACE.book(said(SHARE, "2024-06-04")))[0] == "no_price"
    # A reversal of a share without prices closes nothing: there is no open to leave at.
    assert life(PLACE.book(said(OTHER, "2024-06-05"), said(OTHER, "2024-06-06", -1)))[:2] == ("no_price", "")


def test_a_calls_entry_is_that_of_its_first_mention_that_was_bought() -> None:
    # The first mention finds the share silent for more than its wait of one session, the second is bought.
    rules = replace(PLACE.rules, entry=replace(PLACE.rules.entry, max_wait=1))
    share = silent(bars(SHARE, LINES), days(["2024-06-06", "2024-06-07"]))
    book = Market(RISING, (share,), rules=rules).book(
        said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07"), as_of="2024-06-14"
    )
    assert book.markets["CN"].lives.first.tolist() == [1]
    assert life(book)[3] == near(10.8 / 10.5 - 1)


def test_a_call_turned_while_it_waited_to_be_bought_is_closed_without_a_return() -> None:
    # Locked at its upper limit on 06-06 (11.00) and 06-07 (12.10); the sale of 06-06 can be acted on on 06-07.
    share = put(put(steady(SHARE, JUNE), "2024-06-06 11.00 11.00"), "2024-06-07 12.10 12.10")
    place = Market(RISING, (share,))
    for as_of in ("2024-06-07", "2024-06-24"):
        book = place.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-06", -1), as_of=as_of)
        assert life(book) == ("closed", "reversed", day("2024-06-07"), None, None)


def test_bought_and_turned_at_one_open_returns_nothing() -> None:
    book = PLACE.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-05", 0), as_of="2024-06-14")
    assert life(book) == ("closed", "neutral", day("2024-06-06"), 0.0, 0.0)


def test_what_is_bought_at_a_close_is_not_sold_at_the_open_before_it() -> None:
    place = replace(PLACE, rules=AT_CLOSE)
    book = place.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-05", 0), as_of="2024-06-14")
    assert life(book) == ("closed", "neutral", day("2024-06-06"), 0.0, 0.0)


def test_where_the_index_has_no_open_a_turned_call_ends_at_the_close_on_both_legs() -> None:
    blind = put(RISING, "2024-06-11 ? 1060")
    book = Market(blind, (bars(SHARE, LINES),)).book(
        said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07", -1), as_of="2024-06-14"
    )
    # The close of 06-11 is 9.60 over 10.00, the index's 1060 over 1030.
    assert life(book) == ("closed", "reversed", day("2024-06-11"), near(-0.04), near(30 / 1030))


def test_a_dividend_is_in_the_return_of_a_turned_call() -> None:
    # 0.40 cash on 06-11, the very day it is sold: bought at 10.00, 10.20 the close before: step 10.20 / 9.80.
    share = bars(SHARE, LINES, Action(day("2024-06-11"), cash=0.4))
    book = Market(RISING, (share,)).book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07", -1), as_of="2024-06-14")
    assert life(book)[3] == near(10.5 / 10.0 * 10.2 / 9.8 - 1)
    assert measured(book, "CN", book.markets["CN"].lives.legs, 0).price_return == near(0.05)


def test_horizons_run_on_whatever_becomes_of_the_call() -> None:
    turned = PLACE.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-07", -1), as_of="2024-06-14")
    alone = PLACE.book(said(SHARE, "2024-06-05"), as_of="2024-06-14")
    for key in ("1", "2", "5"):
        one, other = (b.markets["CN"].horizons[key].total_return[0] for b in (turned, alone))
        assert one == other
    assert turned.markets["CN"].now.total_return[0] == near(0.08)
