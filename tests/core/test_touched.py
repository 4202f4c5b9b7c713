"""Touched at any time: the running maximum of a window, for one share and for a whole market, by hand."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tests.core.markets import INDEX, LIMITS, RULES, bars, day, near, weekdays
from watchlist.core.bars import SymbolBars
from watchlist.core.book import Known, lay_benchmarks, market_panel
from watchlist.core.panel import Panel, build_panel
from watchlist.core.scoring import Benchmarks
from watchlist.core.touched import Span, highest, market_highest, touched, touched_rate
from watchlist.domain.model import Action, Security

UP, GONE, ENDED, SPLIT, LOCKED = "600001.SH", "600002.SH", "600003.SH", "600004.SH", "600005.SH"
LINES = {
    # Bought at the open 10 of 06-06: +30 % on 06-07, but -10 % at the end.
    UP: "2024-06-05 10 10\n2024-06-06 10 11\n2024-06-07 11 13\n2024-06-11 13 12\n2024-06-12 12 9",
    # Delisted after 06-07, where it stood at -20 %; the index falls on, which must not lift it.
    GONE: "2024-06-05 10 10\n2024-06-06 10 9\n2024-06-07 9 8",
    ENDED: "2024-06-05 10 10\n2024-06-06 10 11\n2024-06-07 11 13",  # simply ends: nobody knows
    # Ten become twenty on 06-11: 7 is worth 14 of before.
    SPLIT: "2024-06-05 10 10\n2024-06-06 10 10\n2024-06-07 10 10\n2024-06-11 5 7\n2024-06-12 7 6",
    # Opens at its upper limit, 10.00 x 1.10: nobody could buy it.
    LOCKED: "2024-06-05 10 10\n2024-06-06 11 11\n2024-06-07 12 12\n2024-06-11 13 13\n2024-06-12 14 14",
}
INDEX_LINES = """\
2024-06-05 1000 1000
2024-06-06 1000 1010
2024-06-07 1010 1050
2024-06-11 1050 1000
2024-06-12 1000 700"""
SPAN = Span(entered=1, exits=4, at_close=False, benchmark=0, relative=True)


def market() -> tuple[Panel, Benchmarks]:
    split = Action(day("2024-06-11"), split=2.0)
    every = {symbol: bars(symbol, lines, *([split] if symbol == SPLIT else [])) for symbol, lines in LINES.items()}
    old = dt.date(2000, 1, 4)
    securities = {symbol: Security(symbol, "名", listed=old) for symbol in LINES}
    securities[GONE] = replace(securities[GONE], delisted=day("2024-06-11"))
    known = Known([], every | {INDEX: bars(INDEX, INDEX_LINES)}, securities, {})
    panel = market_panel(known, RULES, "CN", day("2024-06-12"), list(LINES))
    assert panel is not None
    return panel, lay_benchmarks(panel, known, [INDEX])


def best_of(symbol: str, span: Span = SPAN) -> float:
    panel, benchmarks = market()
    row = np.array([panel.row[symbol]])
    price = (panel.close if span.at_close else panel.open)[row, span.entered]
    return float(highest(panel, benchmarks, row, price, span)[0])


def test_the_best_close_counts_and_not_the_last() -> None:
    # Excesses: 0.10 - 0.01, 0.30 - 0.05, 0.20 - 0, -0.10 + 0.30: the best is +25 points, on the second day.
    assert best_of(UP) == near(0.25)
    assert best_of(UP, replace(SPAN, relative=False)) == near(0.30)
    assert best_of(UP, replace(SPAN, exits=1)) == near(0.09)
    # Bought at the close of 06-06, 11 against 1010: 13/11 - 1050/1010 is 14.22 points; the end, 9/11 - 700/1010, 12.51.
    assert best_of(UP, replace(SPAN, at_close=True)) == near(13 / 11 - 1050 / 1010)


def test_a_split_is_no_fall() -> None:
    # 06-11: 7 x 2 / 10 - 1 - 0 = 0.40; 06-12: 6 x 2 / 10 - 1 + 0.30 = 0.50.
    assert best_of(SPLIT) == near(0.50)


def test_a_delisted_share_is_watched_to_its_last_bar_and_an_unexplained_end_is_unknown() -> None:
    # 0.90 - 1.01 and 0.80 - 1.05: -11 points is the best. With the index at 700 it would have been +10.
    assert best_of(GONE) == near(-0.11)
    assert np.isnan(best_of(ENDED))


def test_a_market_is_what_could_be_bought_and_is_known() -> None:
    panel, benchmarks = market()
    found = market_highest(panel, benchmarks, SPAN)
    # The locked share and the one that simply ends are not in it.
    assert sorted(found) == near([-0.11, 0.25, 0.50])
    # A bound of 25 points is touched by two of three: standing on it is enough.
    assert touched_rate(found, 0.25, fewest=3) == near(2 / 3)
    assert touched_rate(found, 0.25, fewest=4) is None
    assert touched_rate(found, 0.25) is None


def test_a_bound_is_touched_by_standing_on_it() -> None:
    got = touched(np.array([0.2, 0.2 - 1e-9, np.nan, 0.3]), 0.2)
    assert got.tolist() == pytest.approx([1, 0, np.nan, 1], nan_ok=True)


def test_without_direction_a_bound_is_touched_twice_as_often_as_kept() -> None:
    # The reflection principle: P(max >= b) = 2 P(end >= b) for a walk in small steps. 4,000 shares, 400 sessions of
    # +1 or -1 cent around 100; what is counted here is counted from the steps, not by the program.
    steps = np.random.default_rng(7).choice([-0.01, 0.01], (4_000, 400))
    walks = 100 + np.cumsum(steps, axis=1)
    _, benchmarks = market()
    days = weekdays("2024-06-03", 400)
    level = np.full(400, 100.0)
    shares = [SymbolBars(f"{at:05d}.HK", days, level, walk, level) for at, walk in enumerate(walks)]
    wide = build_panel("HK", days, days[-1] + 1, shares, {}, LIMITS)
    span = Span(entered=0, exits=399, at_close=False, benchmark=0, relative=False)
    best = highest(wide, benchmarks, np.arange(4_000), np.full(4_000, 100.0), span)
    rate, kept = touched_rate(best, 0.002), float((walks[:, -1] >= 100.2 - 1e-9).mean())
    assert rate == near(float((walks.max(axis=1) >= 100.2 - 1e-9).mean()))
    assert rate is not None
    assert 1.7 < rate / kept < 2.1
