"""Entry: the first session after publication at which a recommendation could be bought (RULES 5-9), market by market.

June 2024 in Shanghai: Monday the 10th is a holiday (Dragon Boat). Shares stand at 10.00 unless a line says otherwise.
"""

import datetime as dt
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
    near,
    put,
    said,
    silent,
    steady,
    weekdays,
    without,
)
from watchlist.core.bars import SymbolBars
from watchlist.core.rules import Rules
from watchlist.core.scoring import Asked, Entries
from watchlist.domain.calendars import days
from watchlist.domain.model import Action, Security

JUNE = weekdays("2024-06-03", 15, closed=["2024-06-10"])  # 06-03 … 06-07, 06-11 … 06-14, 06-17 … 06-21, 06-24
SHARE = "600001.SH"
FLAT_INDEX = steady(INDEX, JUNE, 1000.0)


def market(
    *shares: SymbolBars,
    securities: tuple[Security, ...] = (),
    others: tuple[SymbolBars, ...] = (),
    rules: Rules = RULES,
) -> Market:
    return Market(FLAT_INDEX, shares, securities=securities, others=others, rules=rules)


@pytest.mark.parametrize(
    ("published", "at", "entry"),
    [
        ("2024-06-05", None, "2024-06-06"),  # a date alone: the next session
        ("2024-06-07", None, "2024-06-11"),  # over a weekend and a holiday
        ("2024-06-08", None, "2024-06-11"),  # published on a Saturday
        ("2024-06-10", None, "2024-06-11"),  # published on the holiday
        ("2024-06-05", "2024-06-05T09:14:59+08:00", "2024-06-05"),  # before 09:15: the same session
        ("2024-06-05", "2024-06-05T09:15:00+08:00", "2024-06-06"),  # 09:15 itself is not before it
        ("2024-06-05", "2024-06-05T15:01:00+08:00", "2024-06-06"),
        ("2024-06-05", "2024-06-05T01:14:59+00:00", "2024-06-05"),  # the same moment told in another zone
        ("2024-06-05", "2024-06-04T21:14:59-04:00", "2024-06-05"),
        ("2024-06-10", "2024-06-10T08:00:00+08:00", "2024-06-11"),  # early on a holiday: the next session
    ],
)
def test_entry_is_the_first_session_after_publication(published: str, at: str | None, entry: str) -> None:
    got = market(steady(SHARE, JUNE)).ask(said(SHARE, published, at=at))
    assert (got.status, got.entry, got.price) == ("running", day(entry), 10.0)


@pytest.mark.parametrize(
    ("name", "index", "share", "at", "entry"),
    [
        ("HK", "HSI.HI", "00700.HK", "2024-06-05T08:59:59+08:00", "2024-06-05"),
        ("HK", "HSI.HI", "00700.HK", "2024-06-05T09:00:00+08:00", "2024-06-06"),
        ("US", "SPX.GI", "AAPL.US", "2024-06-05T21:29:59+08:00", "2024-06-05"),  # 09:29:59 in New York, summer time
        ("US", "SPX.GI", "AAPL.US", "2024-06-05T21:30:00+08:00", "2024-06-06"),
        ("US", "SPX.GI", "AAPL.US", "2024-06-06T08:00:00+08:00", "2024-06-06"),  # 20:00 of the 5th in New York
    ],
)
def test_the_cutoff_is_of_the_shares_own_market(name: str, index: str, share: str, at: str, entry: str) -> None:
    place = Market(steady(index, JUNE, 1000.0), (steady(share, JUNE),), market=name)
    assert place.ask(said(share, at[:10], at=at)).entry == day(entry)


def test_winter_time_in_new_york_moves_the_cutoff_by_an_hour() -> None:
    january = weekdays("2025-01-06", 5)
    place = Market(steady("SPX.GI", january, 1000.0), (steady("AAPL.US", january),), market="US")
    # 22:29:59 in Shanghai is 09:29:59 in New York in January.
    assert place.ask(said("AAPL.US", "2025-01-07", at="2025-01-07T22:29:59+08:00")).entry == day("2025-01-07")
    assert place.ask(said("AAPL.US", "2025-01-07", at="2025-01-07T22:30:00+08:00")).entry == day("2025-01-08")


def test_sessions_are_the_default_indexs_not_the_reports_own_benchmarks() -> None:
    own = without(steady("930713.CSI", JUNE, 500.0), "2024-06-06")
    got = market(steady(SHARE, JUNE), others=(own,)).ask(said(SHARE, "2024-06-05", benchmark="930713.CSI"))
    assert got.entry == day("2024-06-06")


# Published 2024-06-05 at a close of ``close``; the open of 06-06 is the upper limit, or one tick below it.
@pytest.mark.parametrize(
    ("share", "close", "limit", "below"),
    [
        ("600001.SH", "10.00", "11.00", "10.99"),  # main board: 10 %
        ("000002.SZ", "1.15", "1.27", "1.26"),  # 1.265 half up; floats say 1.26
        ("600001.SH", "27.65", "30.42", "30.41"),  # 30.415 half up; floats say 30.41
        ("600001.SH", "0.04", "0.05", "0.04"),  # 0.044 would be 0.04: never nearer than one tick
        ("300418.SZ", "10.00", "12.00", "11.99"),  # ChiNext since 2020-08-24: 20 %
        ("688001.SH", "10.03", "12.04", "12.03"),  # STAR: 20 % of 10.03 = 12.036
        ("430047.BJ", "10.00", "13.00", "12.99"),  # BSE: 30 %
        ("510300.SH", "3.505", "3.856", "3.855"),  # fund, tick 0.001: 3.8555 half up
    ],
)
def test_a_share_locked_at_its_upper_limit_is_bought_the_next_session(
    share: str, close: str, limit: str, below: str
) -> None:
    prices = put(steady(share, JUNE, float(close)), f"2024-06-06 {limit} {limit}")
    assert market(prices).ask(said(share, "2024-06-05")).entry == day("2024-06-07")
    prices = put(steady(share, JUNE, float(close)), f"2024-06-06 {below} {limit}")
    got = market(prices).ask(said(share, "2024-06-05"))
    assert (got.entry, got.price) == (day("2024-06-06"), float(below))


@pytest.mark.parametrize(
    ("start", "open_", "bought"),
    [("2020-08-17", "11.00", False), ("2020-08-17", "10.99", True), ("2020-08-18", "11.99", True),
     ("2020-08-18", "12.00", False)],
)  # fmt: skip
def test_chinext_goes_from_ten_to_twenty_percent_on_2020_08_24(start: str, open_: str, *, bought: bool) -> None:
    # Five sessions later: Friday 2020-08-21 (10 %), or Monday 2020-08-24 (20 %).
    span = weekdays(start, 7)
    entry, published = span[4].item(), span[3].item()
    prices = put(steady("300001.SZ", span), f"{entry} {open_} 10.00")
    got = Market(steady(INDEX, span, 1000.0), (prices,)).ask(said("300001.SZ", published.isoformat()))
    assert got.entry == (entry if bought else span[5].item())


def test_a_risk_marked_share_of_the_main_board_has_five_percent_while_it_bears_the_name() -> None:
    marked = Security(SHARE, "*ST one", names=(("one", None, day("2024-06-05")), ("*ST one", day("2024-06-06"), None)))
    locked = put(steady(SHARE, JUNE), "2024-06-06 10.50 10.00")
    assert market(locked, securities=(marked,)).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-07")
    # A session earlier it still had 10 %.
    free = put(steady(SHARE, JUNE), "2024-06-05 10.50 10.00")
    assert market(free, securities=(marked,)).ask(said(SHARE, "2024-06-04")).entry == day("2024-06-05")
    # On ChiNext, risk-marked shares have the board's 20 % since 2020-08-24.
    other = Security("300418.SZ", "ST two")
    open_ = put(steady("300418.SZ", JUNE), "2024-06-06 11.99 10.00")
    assert market(open_, securities=(other,)).ask(said("300418.SZ", "2024-06-05")).entry == day("2024-06-06")


def test_the_limit_of_an_ex_date_is_reckoned_from_the_ex_reference_price() -> None:
    # 10.00 less 0.30 cash, ten become fourteen: 9.70 / 1.4 = 6.92857 -> 6.93; +10 % = 7.623 -> 7.62.
    action = Action(day("2024-06-06"), cash=0.3, split=1.4)
    locked = put(steady(SHARE, JUNE, 10.0, action), "2024-06-06 7.62 7.62")
    locked = put(locked, "2024-06-07 7.70 7.70")
    assert market(locked).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-07")
    free = put(locked, "2024-06-06 7.61 7.62")
    assert market(free).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-06")


def test_hong_kong_and_new_york_have_no_limit() -> None:
    for name, index, share in (("HK", "HSI.HI", "00700.HK"), ("US", "SPX.GI", "AAPL.US")):
        prices = put(steady(share, JUNE), "2024-06-06 25.00 25.00")
        place = Market(steady(index, JUNE, 1000.0), (prices,), market=name)
        assert place.ask(said(share, "2024-06-05")).price == 25.0


def test_no_volume_waits_and_unknown_volume_passes() -> None:
    still = put(steady(SHARE, JUNE), "2024-06-06 10.00 10.00 0")
    assert market(still).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-07")
    unknown = put(steady(SHARE, JUNE), "2024-06-06 10.00 10.00 ?")
    assert market(unknown).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-06")


def test_a_share_suspended_at_entry_is_bought_where_it_resumes() -> None:
    gone = put(without(steady(SHARE, JUNE), "2024-06-06", "2024-06-07"), "2024-06-11 10.40 10.20")
    got = market(gone).ask(said(SHARE, "2024-06-05"))
    assert (got.entry, got.price) == (day("2024-06-11"), 10.4)
    # A session without an open cannot be bought at its open.
    half = put(steady(SHARE, JUNE), "2024-06-06 ? 10.00")
    assert market(half).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-07")


LONG = weekdays("2024-07-01", 30)  # positions: 07-01 is 0; published on 07-02 (1), first possible session 07-03 (2)
LONG_INDEX = steady(INDEX, LONG, 1000.0)


def test_after_twenty_sessions_of_waiting_it_is_still_bought_and_after_twenty_one_never() -> None:
    # Nothing is traded in positions 2 … 21, twenty sessions; 22 is bought.
    twenty = silent(steady(SHARE, LONG), LONG[2:22])
    got = Market(LONG_INDEX, (twenty,)).ask(said(SHARE, "2024-07-02"))
    assert (got.status, got.entry) == ("running", LONG[22].item())
    twenty_one = silent(steady(SHARE, LONG), LONG[2:23])
    never = Market(LONG_INDEX, (twenty_one,)).ask(said(SHARE, "2024-07-02"))
    assert (never.status, never.entry, never.now.end, never.now.total_return) == ("untradable", None, None, None)
    assert {key: m.status for key, m in never.horizons.items()} == dict.fromkeys(("1", "2", "5", "1m"), "untradable")


def test_while_the_wait_is_not_over_it_is_pending() -> None:
    share = silent(steady(SHARE, LONG), LONG[2:23])
    place = Market(LONG_INDEX, (share,))
    # Position 21 is the twentieth session of the wait (2 … 21); 22 would still do, and shows nothing was to be had.
    for position, status in ((1, "pending"), (2, "pending"), (21, "pending"), (22, "untradable")):
        got = place.ask(said(SHARE, "2024-07-02"), LONG[position].item().isoformat())
        assert got.status == status, position
        assert got.horizons["1"].status == ("open" if status == "pending" else "untradable")


def test_a_suspended_share_is_pending_while_a_later_bar_is_known_and_stale_where_bars_simply_end() -> None:
    share = without(steady(SHARE, LONG), *[str(d) for d in LONG[2:10]])
    assert Market(LONG_INDEX, (share,)).ask(said(SHARE, "2024-07-02"), str(LONG[5])).status == "pending"
    ended = without(steady(SHARE, LONG), *[str(d) for d in LONG[2:]])
    assert Market(LONG_INDEX, (ended,)).ask(said(SHARE, "2024-07-02"), str(LONG[5])).status == "stale"
    once = steady(SHARE, LONG[:1])  # its one bar is of the very first session
    assert Market(LONG_INDEX, (once,)).ask(said(SHARE, "2024-07-01"), str(LONG[5])).status == "stale"
    # A day without a bar is enough; whose last bar is the day itself may still be bought.
    idle = silent(steady(SHARE, LONG[:8]), LONG[2:8])
    for position, status in ((7, "pending"), (8, "stale")):
        assert Market(LONG_INDEX, (idle,)).ask(said(SHARE, "2024-07-02"), str(LONG[position])).status == status
    # Positions 2 … 22 are all that is waited for: bars that end with the last of them were waited for to the end.
    for count, status in ((22, "stale"), (23, "untradable")):
        over = silent(steady(SHARE, LONG[:count]), LONG[2:count])
        assert Market(LONG_INDEX, (over,)).ask(said(SHARE, "2024-07-02"), str(LONG[28])).status == status
    dead = Security(SHARE, "one", delisted=LONG[4].item())
    place = Market(LONG_INDEX, (ended,), securities=(dead,))
    assert place.ask(said(SHARE, "2024-07-02"), str(LONG[5])).status == "untradable"


def test_a_new_listing_has_no_limit_in_its_first_five_sessions() -> None:
    # Listed on 06-05, published before; +40 % a session is free until the fifth, 06-12 (06-10 is a holiday).
    listing = Security(SHARE, "new", listed=day("2024-06-05"))
    lines = """
        2024-06-05 10.00 10.00
        2024-06-06 14.00 14.00
        2024-06-07 19.60 19.60
        2024-06-11 27.44 27.44
        2024-06-12 38.42 38.42
        2024-06-13 42.26 42.26
        2024-06-14 42.00 42.00"""
    place = market(bars(SHARE, lines), securities=(listing,))
    for published, entry in (
        ("2024-06-03", "2024-06-05"),  # before its first session: bought at its first open
        ("2024-06-05", "2024-06-06"),
        ("2024-06-11", "2024-06-12"),  # the fifth session
        ("2024-06-12", "2024-06-14"),  # the sixth, 06-13, opens at its limit: 38.42 + 10 % = 42.262 -> 42.26
    ):
        assert place.ask(said(SHARE, published)).entry == day(entry), published


def test_on_chinext_before_the_reform_only_the_first_session_was_free() -> None:
    span = weekdays("2020-06-01", 8)
    listing = Security("300999.SZ", "new", listed=day("2020-06-01"))
    lines = "\n".join(f"{d} {p} {p}" for d, p in zip(span[:4], ("10.00", "11.00", "12.10", "12.20"), strict=True))
    place = Market(steady(INDEX, span, 1000.0), (bars("300999.SZ", lines),), securities=(listing,))
    assert place.ask(said("300999.SZ", "2020-06-01")).entry == span[3].item()


def test_sessions_before_the_panel_count_as_sessions_since_the_listing() -> None:
    # Listed on Wednesday 05-29; 06-03 is its fourth session, 06-04 its fifth, 06-05 its sixth.
    listing = Security(SHARE, "new", listed=day("2024-05-29"))
    lines = """
        2024-06-03 10.00 10.00
        2024-06-04 11.00 11.00
        2024-06-05 12.10 12.10
        2024-06-06 12.00 12.00"""
    place = market(bars(SHARE, lines), securities=(listing,))
    assert place.ask(said(SHARE, "2024-06-03")).entry == day("2024-06-04")
    assert place.ask(said(SHARE, "2024-06-04")).entry == day("2024-06-06")


def test_the_first_session_of_a_delisting_period_has_no_limit() -> None:
    leaving = Security(SHARE, "one", delisting_period_from=day("2024-06-06"))
    prices = put(put(steady(SHARE, JUNE), "2024-06-06 11.00 11.00"), "2024-06-07 12.10 12.10")
    place = market(prices, securities=(leaving,))
    assert place.ask(said(SHARE, "2024-06-05")).entry == day("2024-06-06")
    # The second one has its limit again: 11.00 + 10 % = 12.10; 06-11 opens at 10.00.
    assert place.ask(said(SHARE, "2024-06-06")).entry == day("2024-06-11")


def test_published_before_the_share_or_the_benchmark_has_prices_is_no_price() -> None:
    late = without(steady(SHARE, JUNE), "2024-06-03", "2024-06-04", "2024-06-05")
    got = market(late).ask(said(SHARE, "2024-06-05"))
    assert (got.status, got.entry, got.now.end, got.now.total_return) == ("no_price", None, None, None)
    assert {m.status for m in got.horizons.values()} == {"no_price"}
    assert market(late).ask(said(SHARE, "2024-06-06")).entry == day("2024-06-07")
    # Before the index itself has bars.
    assert market(steady(SHARE, weekdays("2024-05-27", 20))).ask(said(SHARE, "2024-06-02")).status == "no_price"
    # Before the report's own benchmark has bars.
    own = without(steady("930713.CSI", JUNE, 500.0), "2024-06-03", "2024-06-04", "2024-06-05")
    place = market(steady(SHARE, JUNE), others=(own,))
    assert place.ask(said(SHARE, "2024-06-05", benchmark="930713.CSI")).status == "no_price"
    assert place.ask(said(SHARE, "2024-06-06", benchmark="930713.CSI")).status == "running"
    # A share nobody has a bar of, beside one that has some.
    assert place.ask(said("600009.SH", "2024-06-06")).status == "no_price"


def test_where_no_share_of_a_market_has_bars_all_of_them_are_no_price() -> None:
    got = market().ask(said("600009.SH", "2024-06-06"))
    assert (got.status, {m.status for m in got.horizons.values()}) == ("no_price", {"no_price"})


def test_a_share_listed_later_is_bought_only_if_its_bars_begin_with_its_first_session() -> None:
    whole = without(steady(SHARE, JUNE), "2024-06-03", "2024-06-04", "2024-06-05")
    listing = Security(SHARE, "new", listed=day("2024-06-06"))
    assert market(whole, securities=(listing,)).ask(said(SHARE, "2024-06-04")).entry == day("2024-06-06")
    # Its bars begin a session after its listing: entry never slides to the first stored bar.
    cut = without(whole, "2024-06-06")
    assert market(cut, securities=(listing,)).ask(said(SHARE, "2024-06-04")).status == "no_price"
    # Listed on a day that is no session (a holiday): its first session is the next one.
    monday = Security(SHARE, "new", listed=day("2024-06-10"))
    later = without(steady(SHARE, JUNE), *[str(d) for d in JUNE[:5]])
    assert market(later, securities=(monday,)).ask(said(SHARE, "2024-06-04")).entry == day("2024-06-11")


def test_published_on_the_morning_of_its_listing_the_share_is_bought_at_its_first_open() -> None:
    whole = without(steady(SHARE, JUNE), "2024-06-03", "2024-06-04", "2024-06-05")
    listing = Security(SHARE, "new", listed=day("2024-06-06"))
    got = market(whole, securities=(listing,)).ask(said(SHARE, "2024-06-06", at="2024-06-06T08:00:00+08:00"))
    assert (got.status, got.entry) == ("running", day("2024-06-06"))


def test_a_share_not_listed_yet_is_pending() -> None:
    # Its one bar lies after the as-of session: nothing is known of it but that it will be listed.
    future = without(steady(SHARE, JUNE), *[str(d) for d in JUNE[:10]])
    listing = Security(SHARE, "new", listed=JUNE[10].item())
    got = market(future, securities=(listing,)).ask(said(SHARE, "2024-06-04"), "2024-06-06")
    assert (got.status, got.now.total_return, got.gap) == ("pending", None, None)


def test_a_sale_waits_while_the_open_is_at_or_below_the_lower_limit() -> None:
    # 1.15 less 10 % = 1.035 -> 1.04 half up (floats say 1.03): an open of 1.04 is locked, for a seller only.
    locked = put(steady("000002.SZ", JUNE, 1.15), "2024-06-06 1.04 1.04")
    locked = put(locked, "2024-06-07 0.95 0.95")
    place = market(put(locked, "2024-06-11 0.93 0.93"))
    assert place.ask(said("000002.SZ", "2024-06-05", -1)).entry == day("2024-06-07")  # 1.04 - 10 % = 0.936 -> 0.94
    assert place.ask(said("000002.SZ", "2024-06-05", +1)).entry == day("2024-06-06")
    assert place.ask(said("000002.SZ", "2024-06-05", 0)).entry == day("2024-06-06")
    # At the upper limit a sale finds its buyer.
    up = market(put(steady("000002.SZ", JUNE, 10.0), "2024-06-06 11.00 11.00"))
    assert up.ask(said("000002.SZ", "2024-06-05", -1)).entry == day("2024-06-06")
    assert up.ask(said("000002.SZ", "2024-06-05", 0)).entry == day("2024-06-07")


PATH = """
    2024-06-05 10.00 10.00
    2024-06-06 10.20 10.50
    2024-06-07 10.50 10.80
    2024-06-11 10.80 11.00
    2024-06-12 11.00 10.60
    2024-06-13 10.60 10.70"""
INDEX_PATH = """
    2024-06-05 1000 1000
    2024-06-06 1010 1020
    2024-06-07 1020 1030
    2024-06-11 1030 1040
    2024-06-12 1040 1050
    2024-06-13 1050 1060"""


def test_entry_at_the_open_measures_from_the_open_and_counts_the_entry_session() -> None:
    got = Market(bars(INDEX, INDEX_PATH), (bars(SHARE, PATH),)).ask(said(SHARE, "2024-06-05"))
    # Bought at 10.20, index at 1010. One session: closes of 06-06, 10.50 and 1020; five: closes of 06-13.
    one, two, five = (got.horizons[key] for key in ("1", "2", "5"))
    assert (one.status, one.end) == ("matured", day("2024-06-06"))
    assert one.total_return == near(10.50 / 10.20 - 1)
    assert one.benchmark_return == near(1020 / 1010 - 1)
    assert (two.end, two.total_return) == (day("2024-06-07"), near(10.80 / 10.20 - 1))
    assert (five.end, five.benchmark_return) == (day("2024-06-13"), near(1060 / 1010 - 1))
    # Entry gap: 10.20 over the close at publication, 10.00.
    assert got.gap == near(0.02)


def test_by_the_other_rule_entry_is_the_close_and_horizon_h_exits_h_sessions_after() -> None:
    got = Market(bars(INDEX, INDEX_PATH), (bars(SHARE, PATH),), rules=AT_CLOSE).ask(said(SHARE, "2024-06-05"))
    assert (got.entry, got.price) == (day("2024-06-06"), 10.5)
    one, two, five = (got.horizons[key] for key in ("1", "2", "5"))
    assert (one.end, one.total_return) == (day("2024-06-07"), near(10.80 / 10.50 - 1))
    assert one.benchmark_return == near(1030 / 1020 - 1)
    assert (two.end, two.total_return) == (day("2024-06-11"), near(11.00 / 10.50 - 1))
    assert five.status == "open"  # five sessions after 06-06 is 06-14
    # A share whose open is unknown can be bought at the close.
    half = put(bars(SHARE, PATH), "2024-06-06 ? 10.50")
    assert Market(bars(INDEX, INDEX_PATH), (half,), rules=AT_CLOSE).ask(said(SHARE, "2024-06-05")).price == 10.5


def test_where_the_index_has_no_open_both_legs_start_at_the_close_and_the_exit_stays() -> None:
    blind = put(bars(INDEX, INDEX_PATH), "2024-06-06 ? 1020")
    got = Market(blind, (bars(SHARE, PATH),)).ask(said(SHARE, "2024-06-05"))
    assert (got.entry, got.price) == (day("2024-06-06"), 10.5)
    # The exit of two sessions is 06-07 still; of one, the close it was bought at.
    two, one = got.horizons["2"], got.horizons["1"]
    assert (two.end, two.total_return) == (day("2024-06-07"), near(10.80 / 10.50 - 1))
    assert two.benchmark_return == near(1030 / 1020 - 1)
    assert (one.end, one.total_return, one.benchmark_return) == (day("2024-06-06"), 0.0, 0.0)
    assert got.gap == near(0.05)


def test_the_entry_gap_works_actions_in_and_is_unknown_for_a_new_listing() -> None:
    # 10.00 at publication, 1.00 cash on the entry day (step 10 / 9): an open of 9.18 is 2 % above what was due.
    action = Action(day("2024-06-06"), cash=1.0)
    paid = put(steady(SHARE, JUNE, 10.0, action), "2024-06-06 9.18 9.18")
    assert market(paid).ask(said(SHARE, "2024-06-05")).gap == near(0.02)
    listing = Security(SHARE, "new", listed=day("2024-06-06"))
    whole = without(steady(SHARE, JUNE), "2024-06-03", "2024-06-04", "2024-06-05")
    assert market(whole, securities=(listing,)).ask(said(SHARE, "2024-06-04")).gap is None


def test_the_wait_is_a_setting() -> None:
    one = replace(RULES, entry=replace(RULES.entry, max_wait=1))
    share = silent(steady(SHARE, JUNE), days(["2024-06-06", "2024-06-07"]))
    assert market(share).ask(said(SHARE, "2024-06-05")).entry == day("2024-06-11")
    assert market(share, rules=one).ask(said(SHARE, "2024-06-05")).status == "untradable"


def test_nothing_before_the_first_recommendation_or_after_the_as_of_day_is_asked() -> None:
    place = market(steady(SHARE, JUNE))
    book = place.book(said(SHARE, "2024-06-05"), said(SHARE, "2024-06-20"), as_of="2024-06-12")
    assert dict(book.place) == {0: ("CN", 0)}
    assert place.ask(said(SHARE, "2024-06-12"), "2024-06-12").status == "pending"


def test_asked_and_entries_are_taken_by_position() -> None:
    asked = Asked(
        np.array([4, 5]), days(["2024-06-05", "2024-06-06"]), np.array([True, False]), np.array([1, -1]),
        np.array([0, 1]),
    ).take(np.array([1, 0, 1]))  # fmt: skip
    assert asked.row.tolist() == [5, 4, 5]
    assert asked.direction.tolist() == [-1, 1, -1]
    assert asked.published.tolist() == [dt.date(2024, 6, 6), dt.date(2024, 6, 5), dt.date(2024, 6, 6)]
    entries = Entries(
        np.array([7, 8]), np.array(["running", "pending"]), np.array([False, True]), np.array([1.0, 2.0]),
        np.array([0.1, 0.2]),
    ).take(np.array([1]))  # fmt: skip
    assert (entries.session.tolist(), entries.status.tolist(), entries.price.tolist()) == ([8], ["pending"], [2.0])
    assert (entries.at_close.tolist(), entries.gap.tolist()) == ([True], [0.2])
