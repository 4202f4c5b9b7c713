"""The panel: bars laid over a market's sessions, and what is carried where there is none."""

import datetime as dt

import numpy as np

from tests.core.markets import INDEX, LIMITS, RULES, Market, bars, day, said, silent, steady, weekdays, without
from watchlist.core.bars import SymbolBars
from watchlist.core.book import Known, keep_book, lay_benchmarks, market_panel
from watchlist.core.laying import NEVER
from watchlist.core.panel import Panel, build_panel
from watchlist.domain.calendars import Dates, days
from watchlist.domain.model import Action, Security

WEEK = weekdays("2024-06-03", 5)
SHARE = "600001.SH"
GAPPED = bars(SHARE, "2024-06-04 10 11\n2024-06-06 5 6 0", Action(day("2024-06-05"), cash=1.0, split=2.0))


def panel(*shares: SymbolBars, securities: tuple[Security, ...] = (), needs_open: bool = True) -> Panel:
    each = {one.symbol: one for one in securities}
    return build_panel("CN", WEEK, np.datetime64("2024-06-11"), shares, each, LIMITS, needs_open=needs_open)


def test_closes_and_factors_are_carried_over_gaps_and_opens_are_not() -> None:
    got = panel(GAPPED)
    np.testing.assert_array_equal(got.close[0], [np.nan, 11, 11, 6, 6])
    np.testing.assert_array_equal(got.open[0], [np.nan, 10, np.nan, 5, np.nan])
    # 11 / ((11 - 1) / 2) = 2.2, from the first bar on or after the ex-date.
    np.testing.assert_allclose(got.total_factor[0], [1, 1, 1, 2.2, 2.2])
    np.testing.assert_allclose(got.split_factor[0], [1, 1, 1, 2, 2])
    np.testing.assert_allclose(got.total_close[0], [np.nan, 11, 11, 13.2, 13.2])
    assert got.last_seen[0].tolist() == [-1, 1, 1, 3, 3]
    assert (got.first_bar.tolist(), got.last_bar.tolist()) == ([1], [3])


def test_the_next_chance_to_buy_and_to_sell_is_the_first_session_that_trades() -> None:
    got = panel(GAPPED)
    # 06-06 has no volume; after 06-04 nothing can be had yet.
    assert got.next_buy[0].tolist() == got.next_sell[0].tolist() == [1, 1, NEVER, NEVER, NEVER]


def test_a_session_without_an_open_does_not_do_where_entry_is_at_the_open() -> None:
    half = bars(SHARE, "2024-06-04 ? 11\n2024-06-05 10 11")
    assert panel(half).next_buy[0].tolist() == [2, 2, 2, NEVER, NEVER]
    assert panel(half, needs_open=False).next_buy[0].tolist() == [1, 1, 2, NEVER, NEVER]


def test_positions_are_of_the_last_session_on_or_before_a_day() -> None:
    got = panel(GAPPED)
    assert [got.position(day(d)) for d in ("2024-06-02", "2024-06-03", "2024-06-06", "2024-06-09")] == [-1, 0, 3, 4]
    assert got.position(np.datetime64("2024-06-05")) == 2


def test_bars_off_the_sessions_are_left_out_and_later_ones_prove_that_it_trades_again() -> None:
    odd = bars(SHARE, "2024-06-01 9 9\n2024-06-03 10 10\n2024-06-11 12 12")
    got = panel(odd, steady("600002.SH", WEEK))
    np.testing.assert_array_equal(got.close[0], [10] * 5)
    assert got.resumes.tolist() == [True, False]
    assert got.last_bar.tolist() == [0, 4]


def test_what_is_known_of_a_security_stands_beside_it() -> None:
    gone = Security(SHARE, "one", listed=day("2000-01-04"), delisted=day("2024-06-07"))
    later = Security("600002.SH", "two", delisted=day("2024-06-10"))
    got = panel(GAPPED, steady("600002.SH", WEEK), steady("600003.SH", WEEK), securities=(gone, later))
    assert got.delisted.tolist() == [True, False, False]  # on the as-of day, after it, never
    assert got.listed[0] == np.datetime64("2000-01-04")
    assert np.isnat(got.listed[1:]).all()
    assert (got.row[SHARE], got.symbols[2], got.market) == (0, "600003.SH", "CN")


def known(index: SymbolBars, shares: list[SymbolBars], foreseen: Dates | None = None) -> Known:
    every = {one.symbol: one for one in [index, *shares]}
    return Known([], every, {}, {} if foreseen is None else {"CN": foreseen})


def test_a_markets_panel_ends_with_its_indexs_last_session_on_or_before_the_day() -> None:
    have = known(steady(INDEX, WEEK), [steady(SHARE, WEEK)])
    got = market_panel(have, RULES, "CN", day("2024-06-05"), [SHARE, "00700.HK"])
    assert got is not None
    assert got.sessions.tolist() == WEEK[:3].tolist()
    assert got.following == np.datetime64("2024-06-06")  # the index has a bar then
    assert got.symbols == (SHARE,)  # the other lives by another market


def test_the_session_after_the_last_bar_of_the_index_is_the_calendars_or_else_the_next_day() -> None:
    for foreseen, following in (
        (days(["2024-06-07", "2024-06-11"]), "2024-06-11"),
        (days(["2025-01-02"]), "2024-06-08"),  # a calendar that begins later knows nothing of the days between
        (days([]), "2024-06-08"),
        (None, "2024-06-08"),
    ):
        got = market_panel(known(steady(INDEX, WEEK), [], foreseen), RULES, "CN", day("2024-12-31"), [])
        assert got is not None
        assert got.following == np.datetime64(following)


def test_without_a_bar_of_its_index_a_market_has_no_panel_and_others_go_on() -> None:
    assert market_panel(known(steady(INDEX, WEEK), []), RULES, "HK", day("2024-06-05"), []) is None
    assert market_panel(known(steady(INDEX, WEEK), []), RULES, "CN", day("2024-06-02"), []) is None
    book = keep_book(
        Known(
            [said("00700.HK", "2024-06-03"), said(SHARE, "2024-06-03")],
            {INDEX: steady(INDEX, WEEK), SHARE: steady(SHARE, WEEK)},
            {},
            {},
        ),
        RULES,
        day("2024-06-07"),
    )
    assert (list(book.markets), dict(book.place)) == (["CN"], {1: ("CN", 0)})


def test_an_index_stands_at_its_last_close_where_its_exchange_was_shut_and_is_unknown_before_it_begins() -> None:
    have = known(
        steady(INDEX, WEEK, 1000.0), [without(steady("930713.CSI", weekdays("2024-06-04", 10), 500.0), "2024-06-05")]
    )
    got = market_panel(have, RULES, "CN", day("2024-06-07"), [])
    assert got is not None
    laid = lay_benchmarks(got, have, [INDEX, "930713.CSI", "HSI.HI"])
    np.testing.assert_array_equal(laid.close, [[1000] * 5, [np.nan, 500, 500, 500, 500], [np.nan] * 5])
    np.testing.assert_array_equal(laid.open, laid.close)


def test_an_index_whose_bars_end_is_unknown_after_them_and_a_funds_split_is_worked_in() -> None:
    # Four sessions at 2.00, then two for one: 1.00 is no loss. It has no bar on the last session.
    fund = bars("512980.SH", "2024-06-03 2 2\n2024-06-04 2 2\n2024-06-05 1 1\n2024-06-06 1 1.1",
                Action(dt.date(2024, 6, 5), split=2.0))  # fmt: skip
    have = known(steady(INDEX, WEEK, 1000.0), [fund])
    got = market_panel(have, RULES, "CN", day("2024-06-07"), [])
    assert got is not None
    laid = lay_benchmarks(got, have, ["512980.SH"])
    np.testing.assert_allclose(laid.close, [[2, 2, 2, 2.2, np.nan]])
    np.testing.assert_allclose(laid.open, [[2, 2, 2, 2, np.nan]])


def test_one_index_may_be_asked_for_instead_of_all_others() -> None:
    rising = bars("930713.CSI", "\n".join(f"{d} {500 + n} {501 + n}" for n, d in enumerate(WEEK)))
    place = Market(steady(INDEX, WEEK, 1000.0), (steady(SHARE, WEEK),))
    every = {one.symbol: one for one in (place.index, *place.shares, rising)}
    mention = said(SHARE, "2024-06-04", benchmark="HSI.HI")
    book = keep_book(Known([mention], every, {}, {}, benchmark="930713.CSI"), RULES, day("2024-06-07"))
    # Bought on 06-05 (n = 2) at the index's open of 502, to the close of 06-07: 505.
    assert book.markets["CN"].now.benchmark_return.tolist() == [505 / 502 - 1]


def test_a_silent_share_has_bars_without_a_chance() -> None:
    assert panel(silent(steady(SHARE, WEEK), WEEK)).next_buy[0].tolist() == [NEVER] * 5
