"""Exits, statuses and returns: how long each leg runs, and what a dividend, a suspension or an end does to it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.markets import (
    AT_CLOSE,
    INDEX,
    RULES,
    Market,
    bars,
    day,
    measured,
    near,
    outcome,
    put,
    said,
    steady,
    weekdays,
    without,
)
from watchlist.core.book import ask_symbols, trailing_start
from watchlist.core.scoring import Legs, between, hits, life_end, to_date
from watchlist.domain.calendars import days
from watchlist.domain.model import Action, Security

JUNE = weekdays("2024-06-03", 15, closed=["2024-06-10"])
SHARE = "600001.SH"
# The index opens at 1000 + 10 n and closes 10 higher, n = 0 on 06-03: its open is the close before.
INDEX_LINES = "\n".join(f"{d} {1000 + 10 * n} {1010 + 10 * n}" for n, d in enumerate(JUNE))
RISING = bars(INDEX, INDEX_LINES)
# Published 06-05, bought 06-06 at 10.00; index open of 06-06 (n = 3): 1030.
LINES = """
    2024-06-05  9.90 10.00
    2024-06-06 10.00 10.40
    2024-06-07 10.40 10.20
    2024-06-11 10.20  9.60
    2024-06-12  9.60 10.00
    2024-06-13 10.00 10.60
    2024-06-14 10.60 10.80"""


def test_horizons_in_sessions_count_the_entry_session_and_stay_open_until_they_come() -> None:
    place = Market(RISING, (bars(SHARE, LINES),))
    five = place.ask(said(SHARE, "2024-06-05"), "2024-06-13").horizons["5"]
    assert (five.status, five.end) == ("matured", day("2024-06-13"))  # 06-06, 06-07, 06-11, 06-12, 06-13
    assert five.total_return == near(0.06)
    assert five.benchmark_return == near(1080 / 1030 - 1)  # 06-13 is n = 7: closes at 1080
    assert five.excess_return == near(0.06 - 50 / 1030)
    before = place.ask(said(SHARE, "2024-06-05"), "2024-06-12").horizons["5"]
    assert (before.status, before.end, before.total_return, before.benchmark_return) == ("open", None, None, None)
    assert before.excess_return is None


def test_nothing_after_the_as_of_day_is_used() -> None:
    place = Market(RISING, (bars(SHARE, LINES),))
    got = place.ask(said(SHARE, "2024-06-05"), "2024-06-11")
    # The close of 06-11, 9.60; highest close so far 10.40, lowest 9.60.
    assert (got.status, got.now.end, got.now.total_return) == ("running", day("2024-06-11"), near(-0.04))
    assert (got.best, got.worst) == (near(0.04), near(-0.04))
    cut = Market(
        bars(INDEX, "\n".join(INDEX_LINES.splitlines()[:6])), (bars(SHARE, "\n".join(LINES.splitlines()[:5])),)
    )
    assert cut.ask(said(SHARE, "2024-06-05")) == got
    # An as-of day that is no session stands for the last session before it.
    assert place.ask(said(SHARE, "2024-06-05"), "2024-06-10").now.end == day("2024-06-07")


def test_running_returns_and_extremes_go_by_closes_from_entry() -> None:
    got = Market(RISING, (bars(SHARE, LINES),)).ask(said(SHARE, "2024-06-05"), "2024-06-14")
    assert got.now.total_return == near(0.08)
    assert (got.best, got.worst) == (near(0.08), near(-0.04))
    assert got.now.benchmark_return == near(1090 / 1030 - 1)


def test_a_best_close_below_the_entry_is_a_negative_best() -> None:
    falling = bars(SHARE, "2024-06-05 10 10\n2024-06-06 10.00 9.50\n2024-06-07 9.50 9.00")
    got = Market(RISING, (falling,)).ask(said(SHARE, "2024-06-05"), "2024-06-07")
    assert (got.best, got.worst) == (near(-0.05), near(-0.10))


def test_extremes_work_a_dividend_in() -> None:
    # 10.00 -> 10.40; then 1.40 cash: the ex-reference is 9.00, and a close of 9.00 is no loss: still +4 %.
    paid = bars(
        SHARE,
        "2024-06-05 10 10\n2024-06-06 10.00 10.40\n2024-06-07 9.00 9.00\n2024-06-11 9.00 9.45",
        Action(day("2024-06-07"), cash=1.4),
    )
    got = Market(RISING, (paid,)).ask(said(SHARE, "2024-06-05"), "2024-06-11")
    # 06-11: 9.45 / 9.00 x 1.04 = 1.092.
    assert (got.best, got.worst) == (near(0.092), near(0.04))
    assert got.now.total_return == near(0.092)
    assert got.now.price_return == near(-0.055)


# Bought at 10.00 on 06-06, 10.00 at its close; the action's ex-date is 06-07.
@pytest.mark.parametrize(
    ("action", "close", "price", "total"),
    [
        (Action(day("2024-06-07"), cash=0.5), "9.50", -0.05, 0.0),  # 10 / 9.5 steps
        (Action(day("2024-06-07"), cash=0.5), "9.975", -0.0025, 0.05),
        (Action(day("2024-06-07"), split=2.0), "5.00", 0.0, 0.0),  # two for one: half the price, no loss
        (Action(day("2024-06-07"), split=0.1), "110.00", 0.1, 0.1),  # ten become one
        # Both: (10 - 1) / 1.5 = 6.00 is the ex-reference; at 6.60, 10 % above it. By price: 6.60 x 1.5 / 10 = 0.99.
        (Action(day("2024-06-07"), cash=1.0, split=1.5), "6.60", -0.01, 0.1),
        # On the entry day the open is ex already: nothing is received.
        (Action(day("2024-06-06"), cash=0.5), "10.20", 0.02, 0.02),
        # Before entry, and after the exit.
        (Action(day("2024-06-05"), cash=0.5), "10.20", 0.02, 0.02),
        (Action(day("2024-06-11"), cash=0.5), "10.20", 0.02, 0.02),
    ],
)
def test_price_and_total_returns_part_by_cash_and_not_by_splits(
    action: Action, close: str, price: float, total: float
) -> None:
    share = bars(SHARE, f"2024-06-04 10 10\n2024-06-05 10 10\n2024-06-06 10 10\n2024-06-07 10 {close}", action)
    got = Market(RISING, (share,)).ask(said(SHARE, "2024-06-05"), "2024-06-07")
    assert got.now.price_return == near(price)
    assert got.now.total_return == near(total)
    assert got.now.benchmark_return == near(20 / 1030)  # 1050 / 1030 - 1
    assert got.now.excess_return == near(total - 20 / 1030)
    assert got.now.price_excess == near(price - 20 / 1030)


def test_a_split_on_the_entry_day_is_in_the_open_already() -> None:
    split = Action(day("2024-06-06"), split=2.0)
    share = bars(SHARE, "2024-06-05 20 20\n2024-06-06 10 10\n2024-06-07 10 10.20", split)
    got = Market(RISING, (share,)).ask(said(SHARE, "2024-06-05"), "2024-06-07")
    assert (got.price, got.gap) == (10.0, near(0.0))
    assert (got.now.price_return, got.now.total_return) == (near(0.02), near(0.02))


def test_an_action_inside_a_suspension_counts_from_the_first_bar_after_it() -> None:
    # Suspended 06-07 … 06-11, ex-date 06-11: 1.00 cash on 10.00; resumes at 9.00 on 06-12 - nothing lost.
    share = bars(
        SHARE,
        "2024-06-05 10 10\n2024-06-06 10 10\n2024-06-12 9.00 9.00\n2024-06-13 9.00 9.90",
        Action(day("2024-06-11"), cash=1.0),
    )
    place = Market(RISING, (share,))
    inside = place.ask(said(SHARE, "2024-06-05"), "2024-06-11")
    assert (inside.status, inside.now.total_return, inside.now.price_return) == ("suspended", 0.0, 0.0)
    assert place.ask(said(SHARE, "2024-06-05"), "2024-06-12").now.total_return == near(0.0)
    after = place.ask(said(SHARE, "2024-06-05"), "2024-06-13")
    assert (after.now.total_return, after.now.price_return) == (near(0.1), near(-0.01))


def test_a_suspended_exit_takes_the_last_close_and_both_legs_run_to_the_horizon() -> None:
    share = without(bars(SHARE, LINES), "2024-06-12", "2024-06-13")
    place = Market(RISING, (share,))
    got = place.ask(said(SHARE, "2024-06-05"), "2024-06-13").horizons["5"]
    assert (got.status, got.end) == ("suspended", day("2024-06-13"))
    assert got.total_return == near(-0.04)  # 9.60, the close of 06-11
    assert got.benchmark_return == near(1080 / 1030 - 1)  # runs on to 06-13
    # At the as-of session: suspended, because a later bar is known; both legs to that session.
    now = place.ask(said(SHARE, "2024-06-05"), "2024-06-12")
    assert (now.status, now.now.end) == ("suspended", day("2024-06-12"))
    assert now.now.benchmark_return == near(1070 / 1030 - 1)
    # Once it trades again the horizon does not change, and the recommendation runs.
    later = place.ask(said(SHARE, "2024-06-05"), "2024-06-14")
    assert (later.status, later.horizons["5"]) == ("running", got)


def test_a_delisted_share_freezes_both_legs_at_its_last_trade() -> None:
    share = without(bars(SHARE, LINES), "2024-06-12", "2024-06-13", "2024-06-14")
    gone = Security(SHARE, "one", delisted=day("2024-06-13"))
    place = Market(RISING, (share,), securities=(gone,))
    got = place.ask(said(SHARE, "2024-06-05"), "2024-06-24")
    assert (got.status, got.now.end) == ("delisted", day("2024-06-11"))
    assert got.now.total_return == near(-0.04)
    assert got.now.benchmark_return == near(1060 / 1030 - 1)  # frozen on 06-11
    five, two = got.horizons["5"], got.horizons["2"]
    assert (five.status, five.end) == ("delisted", day("2024-06-11"))
    assert five.excess_return == near(-0.04 - 30 / 1030)
    assert (two.status, two.end) == ("matured", day("2024-06-07"))
    assert (got.best, got.worst) == (near(0.04), near(-0.04))
    # Its nominal exit (07-05) lies ahead: no sample yet.
    assert got.horizons["1m"].status == "open"
    # Before the delisting is known the gap proves nothing.
    early = place.ask(said(SHARE, "2024-06-05"), "2024-06-12")
    assert (early.status, early.now.end) == ("stale", day("2024-06-11"))
    assert place.ask(said(SHARE, "2024-06-05"), "2024-06-13").status == "delisted"


def test_where_bars_simply_end_it_is_stale_and_no_horizon_beyond_them_matures() -> None:
    share = without(bars(SHARE, LINES), "2024-06-12", "2024-06-13", "2024-06-14")
    got = Market(RISING, (share,)).ask(said(SHARE, "2024-06-05"), "2024-06-24")
    assert (got.status, got.now.end) == ("stale", day("2024-06-11"))
    assert got.now.total_return == near(-0.04)
    assert got.now.benchmark_return == near(1060 / 1030 - 1)
    assert (got.horizons["5"].status, got.horizons["5"].total_return) == ("open", None)
    assert got.horizons["2"].status == "matured"
    assert got.hits["5"] is None


YEAR = weekdays("2024-01-01", 300)
YEAR_INDEX = steady(INDEX, YEAR, 1000.0)


@pytest.mark.parametrize(
    ("published", "exit_"),
    [
        ("2024-01-31", "2024-02-29"),  # clamped to the end of a leap February
        ("2024-03-15", "2024-04-15"),
        ("2024-03-30", "2024-04-30"),  # published on a Saturday
        ("2024-03-31", "2024-04-30"),
        ("2024-04-15", "2024-05-15"),
        ("2024-05-01", "2024-05-31"),  # plus a month is Saturday 06-01: the Friday before
    ],
)
def test_calendar_horizons_end_on_or_before_the_same_day_of_the_month(published: str, exit_: str) -> None:
    got = Market(YEAR_INDEX, (steady(SHARE, YEAR),)).ask(said(SHARE, published)).horizons["1m"]
    assert (got.status, got.end) == ("matured", day(exit_))


def test_a_calendar_horizon_may_have_two_digits() -> None:
    place = Market(YEAR_INDEX, (steady(SHARE, YEAR),), rules=replace(RULES, horizons=("12m",), horizon="12m"))
    got = place.ask(said(SHARE, "2024-01-15")).horizons["12m"]
    assert (got.status, got.end) == ("matured", day("2025-01-15"))


def test_a_calendar_horizon_counts_from_publication_not_from_entry() -> None:
    share = without(steady(SHARE, YEAR), "2024-03-18", "2024-03-19", "2024-03-20")
    got = Market(YEAR_INDEX, (share,)).ask(said(SHARE, "2024-03-15"))
    assert (got.entry, got.horizons["1m"].end) == (day("2024-03-21"), day("2024-04-15"))


def test_an_exit_on_a_holiday_has_come_as_soon_as_no_session_lies_before_it() -> None:
    # Published Friday 04-05: a month later is Sunday 05-05. Friday 05-03 is the last session before it.
    place = Market(YEAR_INDEX, (steady(SHARE, YEAR),), foreseen=YEAR)
    mention = said(SHARE, "2024-04-05")
    assert place.ask(mention, "2024-05-02").horizons["1m"].status == "open"
    assert place.ask(mention, "2024-05-03").horizons["1m"].end == day("2024-05-03")
    # Where bars end on 05-03 the calendar's next session tells; where it knows no more, 05-04 may be one.
    upto = YEAR[days("2024-05-03") >= YEAR]
    for ahead, status in ((["2024-05-06"], "matured"), (["2024-05-05"], "open"), ([], "open")):
        cut = Market(steady(INDEX, upto, 1000.0), (steady(SHARE, upto),), foreseen=np.union1d(upto, days(ahead)))
        assert cut.ask(mention).horizons["1m"].status == status, ahead


def test_a_calendar_horizon_over_before_entry_is_untradable() -> None:
    # Suspended 01-03 … 01-26, bought on 01-29; the month from 01-02 ends on 02-02.
    share = without(steady(SHARE, YEAR), *[str(d) for d in YEAR[2:20]])
    got = Market(YEAR_INDEX, (share,)).ask(said(SHARE, "2024-01-02"))
    assert (got.entry, got.horizons["1m"].status) == (day("2024-01-29"), "matured")
    # With long holidays a month is over within the wait: published on 02-29, sessions 03-01, 03-28, 03-29, 04-01;
    # suspended until 04-01, while the month ends on 03-29.
    closed = [str(d) for d in np.arange(np.datetime64("2024-03-04"), np.datetime64("2024-03-28"))]
    span = weekdays("2024-02-26", 20, closed=closed)
    late = without(steady(SHARE, span), "2024-03-01", "2024-03-28", "2024-03-29")
    got = Market(steady(INDEX, span, 1000.0), (late,)).ask(said(SHARE, "2024-02-29"))
    assert (got.entry, got.status) == (day("2024-04-01"), "running")
    month = got.horizons["1m"]
    assert (month.status, month.end, month.total_return) == ("untradable", None, None)
    assert got.horizons["1"].status == "matured"


def test_a_calendar_horizon_that_is_over_while_the_entry_is_waited_for_is_untradable() -> None:
    # As above, looked at on 03-29, when the month from 02-29 is over and the share still suspended.
    closed = [str(d) for d in np.arange(np.datetime64("2024-03-04"), np.datetime64("2024-03-28"))]
    span = weekdays("2024-02-26", 20, closed=closed)
    late = without(steady(SHARE, span), "2024-03-01", "2024-03-28", "2024-03-29")
    place = Market(steady(INDEX, span, 1000.0), (late,), foreseen=span)
    for as_of, status in (("2024-03-28", "open"), ("2024-03-29", "untradable")):
        got = place.ask(said(SHARE, "2024-02-29"), as_of)
        assert (got.status, got.horizons["1m"].status) == ("pending", status), as_of


def test_a_share_with_one_bar_in_the_first_session_is_stale_from_there() -> None:
    part = Market(RISING, (steady(SHARE, JUNE[:1]),)).book(said(SHARE, "2024-06-12")).markets["CN"]
    end, status = life_end(part.panel, part.asked.row)
    assert (end.tolist(), status.tolist()) == ([0], ["stale"])


def test_what_was_bought_at_a_close_is_measured_from_that_close_to_date() -> None:
    book = Market(RISING, (bars(SHARE, LINES),), rules=AT_CLOSE).book(said(SHARE, "2024-06-05"), as_of="2024-06-14")
    part = book.markets["CN"]
    assert part.entries.status.tolist() == ["running"]
    now = to_date(part.panel, part.asked, part.entries, part.benchmarks)
    # Bought on 06-06 at its close, 10.40; the index closed there (n = 3) at 1040.
    np.testing.assert_allclose(now.total_return, [10.8 / 10.4 - 1])
    np.testing.assert_allclose(now.benchmark_return, [1090 / 1040 - 1])


def legs(*excess: float) -> Legs:
    count, values = len(excess), np.array(excess)
    return Legs(np.zeros(count, dtype=np.int64), np.array(["matured"] * count), values, values, np.zeros(count))


def test_a_hit_has_the_direction_of_the_call_and_a_tie_is_a_miss() -> None:
    buy, neutral, sell = (np.full(4, s) for s in (1, 0, -1))
    excess = legs(0.1, -0.1, 0.0, np.nan)
    np.testing.assert_array_equal(hits(buy, excess), [1, 0, 0, np.nan])
    np.testing.assert_array_equal(hits(sell, excess), [0, 1, 0, np.nan])
    np.testing.assert_array_equal(hits(neutral, excess), [np.nan] * 4)


def test_a_tie_of_ten_percent_each_is_a_miss_both_ways() -> None:
    # 11.00 -> 12.10 and 1000 -> 1100, and the other way round: 10 % each; the last bits differ.
    for base, top, index, index_top in (("11.00", "12.10", "1000", "1100"), ("10.00", "11.00", "1100", "1210")):
        share = bars(SHARE, f"2024-06-05 {base} {base}\n2024-06-06 {base} {base}\n2024-06-07 {base} {top}")
        line = bars(INDEX, f"2024-06-05 {index} {index}\n2024-06-06 {index} {index}\n2024-06-07 {index} {index_top}")
        for direction in (1, -1):
            assert Market(line, (share,)).ask(said(SHARE, "2024-06-05", direction)).hits["2"] == 0.0


def test_a_sale_is_right_when_its_excess_is_below_zero_and_excess_is_unsigned() -> None:
    place = Market(RISING, (bars(SHARE, LINES),))
    book = place.book(said(SHARE, "2024-06-05", -1), said(SHARE, "2024-06-05", 0, broker="B"), as_of="2024-06-14")
    sale, neutral = outcome(book, 0), outcome(book, 1)
    assert sale.horizons["2"].excess_return == near(0.02 - 20 / 1030)  # above zero: wrong
    assert (sale.hits["2"], sale.hits["1m"]) == (0.0, None)
    assert neutral.horizons["2"].status == "matured"
    assert neutral.hits["2"] is None


def test_between_two_closes_needs_a_close_to_start_from_and_life_after_it() -> None:
    rising = bars(SHARE, LINES, Action(day("2024-06-12"), cash=0.6, split=1.5))
    ended = bars("600002.SH", "2024-06-05 9.9 10\n2024-06-06 10 10.4\n2024-06-07 10.4 10.2\n2024-06-11 10.2 9.6")
    unborn = bars("600003.SH", "2024-06-13 5 5\n2024-06-14 5 6")
    place = Market(RISING, (rising, ended, unborn))
    book = place.book(*(said(s.symbol, "2024-06-05") for s in place.shares), as_of="2024-06-14")
    part = book.markets["CN"]
    asked = ask_symbols(part.panel, [SHARE, "600002.SH", "600003.SH", "600004.SH"])
    assert asked.row.tolist() == [0, 1, 2, -1]
    end, status = life_end(part.panel, asked.row)
    assert status.tolist() == ["running", "stale", "running", "no_price"]
    assert end.tolist() == [8, 5, 8, -1]  # 06-14, 06-11, 06-14
    # From the close of 06-07 (position 4): 10.20 -> 10.80. On 06-12 9.60 less 0.60, x 1.5: ex-reference 6.00, step 1.6.
    price, total, benchmark = between(part.panel, asked, part.benchmarks, 4, end)
    np.testing.assert_allclose(price, [10.8 / 10.2 * 1.5 - 1, 9.6 / 10.2 - 1, np.nan, np.nan])
    np.testing.assert_allclose(total, [10.8 / 10.2 * 1.6 - 1, 9.6 / 10.2 - 1, np.nan, np.nan])
    # Index closes: 06-07 1050; 06-14 (n = 8) 1090; 06-11 (n = 5) 1060, where the second share ends.
    np.testing.assert_allclose(benchmark[:2], [1090 / 1050 - 1, 1060 / 1050 - 1])
    # From the very first session, 06-03, where only the index has a close: 1010.
    first = Market(RISING, (steady(SHARE, JUNE[:9]),)).book(said(SHARE, "2024-06-05"), as_of="2024-06-14").markets["CN"]
    alone = between(first.panel, first.asked, first.benchmarks, 0, np.array([8]))
    np.testing.assert_allclose(np.concatenate(alone), [0.0, 0.0, 1090 / 1010 - 1], atol=1e-12)
    # From the session the second one ended in, or later, it has no life left; from -1 nothing is measured.
    for start, known in ((5, [True, False, False, False]), (-1, [False] * 4)):
        assert (~np.isnan(between(part.panel, asked, part.benchmarks, start, end)[1])).tolist() == known


def test_trailing_periods_measure_what_was_held_when_they_began() -> None:
    share = bars(SHARE, LINES)
    book = Market(RISING, (share,)).book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-12"), as_of="2024-06-14")
    part = book.markets["CN"]
    # 1d: the day before 06-14: close of 06-13, 10.60 -> 10.80; both were held (the second from 06-13).
    price, total, benchmark = part.periods["1d"]
    np.testing.assert_allclose(total, [10.8 / 10.6 - 1] * 2)
    np.testing.assert_allclose(price, total)
    np.testing.assert_allclose(benchmark, [1090 / 1080 - 1] * 2)
    # 1w: from the close of 06-07, 10.20; the second was not held then.
    np.testing.assert_allclose(part.periods["1w"][1], [10.8 / 10.2 - 1, np.nan])
    # 1m and ytd reach back before the first session.
    assert np.isnan(part.periods["ytd"][1]).all()
    assert [trailing_start(part.panel, p) for p in ("1d", "1w", "1m", "since")] == [7, 4, -1, -1]


def test_positions_outside_the_sessions_have_no_date() -> None:
    book = Market(RISING, (bars(SHARE, LINES),)).book(said(SHARE, "2024-06-05"), as_of="2024-06-14")
    part = book.markets["CN"]
    assert (part.as_of, part.session(0), part.session(-1), part.session(9)) == (
        day("2024-06-14"), day("2024-06-03"), None, None,
    )  # fmt: skip
    assert measured(book, "CN", part.now, 0).end == day("2024-06-14")


def test_a_benchmark_of_its_own_is_used_for_that_recommendation_only() -> None:
    own = put(steady("930713.CSI", JUNE, 500.0), "2024-06-14 500 550")
    place = Market(RISING, (bars(SHARE, LINES),), others=(own,))
    book = place.book(
        said(SHARE, "2024-06-05"), said(SHARE, "2024-06-05", broker="B", benchmark="930713.CSI"), as_of="2024-06-14"
    )
    assert outcome(book, 0).now.benchmark_return == near(60 / 1030)
    assert outcome(book, 1).now.benchmark_return == near(0.1)


def test_a_benchmark_without_any_bar_leaves_what_is_held_against_it_without_a_price_and_nothing_else() -> None:
    place = Market(RISING, (bars(SHARE, LINES),))
    book = place.book(
        said(SHARE, "2024-06-05"), said(SHARE, "2024-06-05", broker="B", benchmark="930713.CSI"), as_of="2024-06-14"
    )
    assert outcome(book, 0).status == "running"
    other = outcome(book, 1)
    assert (other.status, other.now.total_return, other.now.excess_return) == ("no_price", None, None)
