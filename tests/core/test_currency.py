"""Returns in another currency, and against a theme's second index (RULES 16 and 17)."""

import datetime as dt

import numpy as np
import pytest

from tests.core.markets import INDEX, RULES, bars, day, near, outcome, said
from watchlist.core.bars import SymbolBars
from watchlist.core.book import Book, Known, keep_book

SHARE = "600001.SH"
SECOND = "801760.SI"
SAID = said(SHARE, "2024-06-05")
LAST = day("2024-06-07")
# Bought 06-06 at 10.00, closes 06-07 at 11.00; the index opens 06-06 at 1000 and closes 06-07 at 1050.
MARKET = {
    SHARE: bars(SHARE, "2024-06-05 9.8 9.8\n2024-06-06 10 10.5\n2024-06-07 10.5 11"),
    INDEX: bars(INDEX, "2024-06-05 990 1000\n2024-06-06 1000 1020\n2024-06-07 1020 1050"),
}
# One yuan is worth 0.14 dollars on 06-06 and, there being no rate of 06-07, still 0.14 then; 0.147 from 06-10 on.
RATES = "2024-06-05 0.13 0.13\n2024-06-06 0.14 0.14\n2024-06-10 0.147 0.147"


def book(*more: SymbolBars, currency: str | None = None, second: str | None = None, as_of: dt.date = LAST) -> Book:
    every = MARKET | {one.symbol: one for one in more}
    mapped = {} if second is None else {SAID.theme_printed: second}
    return keep_book(Known([SAID], every, {}, {}, second=mapped, currency=currency), RULES, as_of)


def test_both_legs_are_counted_at_the_rates_of_the_same_sessions() -> None:
    # There is no rate of 06-07: the last one known stands still, so nothing changes.
    still = outcome(book(bars("CNYUSD.FX", RATES), currency="USD"), 0)
    assert (still.now.total_return, still.now.benchmark_return) == (near(0.10), near(0.05))
    # With 0.147 on 06-07 a yuan has gained 5 %, and so have both legs.
    gained = RATES.replace("2024-06-10", "2024-06-07")
    moved = outcome(book(bars("CNYUSD.FX", gained), currency="USD"), 0)
    assert moved.now.total_return == near(1.10 * 1.05 - 1)
    assert moved.now.price_return == near(1.10 * 1.05 - 1)
    assert moved.now.benchmark_return == near(1.05 * 1.05 - 1)
    assert moved.best == near(1.10 * 1.05 - 1)


def test_a_rate_stored_the_other_way_round_serves_too() -> None:
    # 7 yuan a dollar on 06-06, 6.8 on 06-07: a yuan is worth 7/6.8 times as many dollars.
    inverse = bars("USDCNY.FX", "2024-06-05 7.1 7.1\n2024-06-06 7 7\n2024-06-07 6.8 6.8")
    assert outcome(book(inverse, currency="USD"), 0).now.total_return == near(1.10 * 7 / 6.8 - 1)


def test_the_own_currency_asks_for_no_rate() -> None:
    assert outcome(book(currency="CNY"), 0).now.total_return == near(0.10)


def test_without_a_rate_nothing_is_made_up() -> None:
    part = book(currency="USD").markets["CN"]
    assert np.isnan(part.panel.rates).all()
    assert np.isnan(part.now.total_return).all()


def test_a_theme_may_name_a_second_index() -> None:
    # The second index opens 06-06 at 200 and closes 06-07 at 216: +8 %; the share stands at +10 %.
    part = book(bars(SECOND, "2024-06-06 200 204\n2024-06-07 204 216"), second=SECOND).markets["CN"]
    assert part.second.benchmark_return[0] == near(0.08)
    assert part.second.excess_return[0] == near(0.02)
    assert part.now.excess_return[0] == near(0.05)  # the first is untouched


@pytest.mark.parametrize("second", [None, SECOND])
def test_no_second_index_or_one_without_bars_says_nothing(second: str | None) -> None:
    assert np.isnan(book(second=second).markets["CN"].second.excess_return).all()


def test_a_b_share_is_counted_in_its_own_money_or_not_at_all() -> None:
    # 900901.SH trades in dollars while its market's panel is counted in yuan.
    b_share = bars("900901.SH", "2024-06-05 0.5 0.5\n2024-06-06 0.5 0.5\n2024-06-07 0.5 0.6")
    spoken = [SAID, said("900901.SH", "2024-06-05")]
    every = MARKET | {b_share.symbol: b_share, "CNYUSD.FX": bars("CNYUSD.FX", RATES)}
    own = keep_book(Known(spoken, every, {}, {}), RULES, LAST)
    assert outcome(own, 1).now.total_return == near(0.2)
    for wanted in ("CNY", "USD"):
        counted = keep_book(Known(spoken, every, {}, {}, currency=wanted), RULES, LAST)
        assert outcome(counted, 0).now.total_return == near(0.10)
        assert outcome(counted, 1).now.total_return is None
