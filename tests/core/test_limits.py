"""Price limits: whole ticks, rounded half up, by board, date and name (RULES 7); expected prices by hand."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.markets import LIMITS, day, steady, weekdays, without
from watchlist.core.bars import Floats, SymbolBars
from watchlist.core.grid import lay_out
from watchlist.core.limits import LimitRule, LimitTable, half_up, limit_prices, limit_ticks
from watchlist.domain.model import Action, Security

JUNE = weekdays("2024-06-03", 5)


def limits(share: SymbolBars, security: Security | None = None, table: LimitTable = LIMITS) -> tuple[Floats, Floats]:
    upper, lower = limit_prices(lay_out(JUNE, [share]), {} if security is None else {share.symbol: security}, table)
    return upper[0], lower[0]


def test_halves_are_rounded_up() -> None:
    assert [half_up(n, 2) for n in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, 3]
    assert half_up(149, 100) == 1


# Reference in cents, percent, upper, lower; worked by hand.
@pytest.mark.parametrize(
    ("reference", "percent", "upper", "lower"),
    [
        (1000, 10, 1100, 900),
        (115, 10, 127, 104),  # 126.5 and 103.5: floats give 126 and 103
        (145, 10, 160, 131),  # 159.5 and 130.5: floats give 159 and 130
        (1003, 20, 1204, 802),  # 1203.6 and 802.4
        (1001, 5, 1051, 951),  # 1051.05 and 950.95
        (4, 10, 5, 3),  # 4.4 and 3.6 would be 4 and 4: one tick at least
        (5, 10, 6, 4),  # 5.5 -> 6; 4.5 -> 5, one tick below is 4
        (1, 30, 2, 0),
    ],
)
def test_limits_in_whole_ticks(reference: int, percent: int, upper: int, lower: int) -> None:
    got = limit_ticks(np.array([reference]), np.array([percent]))
    assert [int(side[0]) for side in got] == [upper, lower]


@given(st.integers(10, 300_000), st.sampled_from([5, 10, 20, 30]))
def test_limits_agree_with_decimal_arithmetic(reference: int, percent: int) -> None:
    def exact(share: int) -> int:
        value = Decimal(reference) * share / 100
        return int(value.quantize(Decimal(1), ROUND_HALF_UP))

    upper, lower = limit_ticks(np.array([reference]), np.array([percent]))
    assert int(upper[0]) == max(exact(100 + percent), reference + 1)
    assert int(lower[0]) == min(exact(100 - percent), reference - 1)


def test_a_session_needs_a_close_before_it_to_have_a_limit() -> None:
    upper, lower = limits(steady("600001.SH", JUNE))
    np.testing.assert_array_equal(upper, [np.nan, 11.0, 11.0, 11.0, 11.0])
    np.testing.assert_array_equal(lower, [np.nan, 9.0, 9.0, 9.0, 9.0])
    only = without(steady("600001.SH", JUNE), *[str(d) for d in JUNE[1:]])
    assert np.isnan(limits(only)[0]).all()


def test_over_a_suspension_the_reference_is_the_last_close() -> None:
    share = without(steady("600001.SH", JUNE), "2024-06-04", "2024-06-05")
    np.testing.assert_array_equal(limits(share)[0], [np.nan, np.nan, np.nan, 11.0, 11.0])


def test_boards_without_a_limit_and_without_a_row_have_none() -> None:
    for symbol in ("00700.HK", "AAPL.US", "900901.SH", "000300.SH"):
        assert np.isnan(limits(steady(symbol, JUNE))[0]).all()
    # Before the first row of its board a share has none either.
    later = LimitTable((LimitRule("main", st=False, since=day("2024-06-06"), percent=10),))
    np.testing.assert_array_equal(limits(steady("600001.SH", JUNE), None, later)[0], [*[np.nan] * 3, 11.0, 11.0])


def test_funds_are_priced_in_tenths_of_a_cent() -> None:
    # 1.005 + 10 % = 1.1055 -> 1.106; - 10 % = 0.9045 -> 0.905.
    upper, lower = limits(steady("510300.SH", JUNE, 1.005))
    assert (upper[1], lower[1]) == (1.106, 0.905)


def test_the_session_of_an_action_takes_its_ex_reference_price() -> None:
    # 10.00 less 0.55 for ten become twelve: 9.45 / 1.2 = 7.875 -> 7.88; 8.668 -> 8.67 and 7.092 -> 7.09.
    share = steady("600001.SH", JUNE, 10.0, Action(day("2024-06-05"), cash=0.55, split=1.2))
    upper, lower = limits(share)
    assert (upper[1], upper[2], lower[2], upper[3]) == (11.0, 8.67, 7.09, 11.0)


@pytest.mark.parametrize(
    ("ex_date", "expected"),
    [
        ("2024-06-05", [11.0, None, 9.9, 11.0]),  # inside the suspension: for the session it resumes in
        ("2024-06-06", [11.0, None, 9.9, 11.0]),
        ("2024-06-03", [11.0, None, 11.0, 11.0]),  # before the first session that has a reference
        ("2024-06-08", [11.0, None, 11.0, 11.0]),  # after the last bar
    ],
)
def test_an_action_counts_for_the_first_bar_on_or_after_its_ex_date(ex_date: str, expected: list[float | None]) -> None:
    # 10.00 less 1.00 is 9.00, + 10 % = 9.90. Suspended on 06-05.
    share = without(steady("600001.SH", JUNE, 10.0, Action(day(ex_date), cash=1.0)), "2024-06-05")
    assert [None if np.isnan(u) else float(u) for u in limits(share)[0][1:]] == expected


def test_two_actions_in_one_suspension_are_both_taken_off() -> None:
    # 10.00, two for one: 5.00, less 1.00: 4.00; + 10 % = 4.40.
    actions = (Action(day("2024-06-04"), split=2.0), Action(day("2024-06-05"), cash=1.0))
    for order in (actions, actions[::-1]):
        share = without(steady("600001.SH", JUNE, 10.0, *order), "2024-06-04", "2024-06-05")
        assert limits(share)[0][3] == 4.4


@pytest.mark.parametrize(("cash", "split"), [(10.0, 1.0), (25.0, 1.0), (0.0, 0.0)])
def test_an_action_that_cannot_be_leaves_the_reference_as_it_is(cash: float, split: float) -> None:
    upper, lower = limits(steady("600001.SH", JUNE, 10.0, Action(day("2024-06-05"), cash, split)))
    assert (upper[2], lower[2]) == (11.0, 9.0)


def named(*names: tuple[str, str | None, str | None], now: str = "one") -> Security:
    spans = tuple((n, None if a is None else day(a), None if b is None else day(b)) for n, a, b in names)
    return Security("600001.SH", now, names=spans)


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        (named(now="ST one"), [10.5, 10.5, 10.5, 10.5]),
        (named(now="*ST one"), [10.5, 10.5, 10.5, 10.5]),
        (named(now="*st one"), [10.5, 10.5, 10.5, 10.5]),
        (named(now="＊ＳＴ one"), [10.5, 10.5, 10.5, 10.5]),
        (named(now="BEST one"), [11.0, 11.0, 11.0, 11.0]),
        (None, [11.0, 11.0, 11.0, 11.0]),
        # Dated names decide, not the one it bears today; both ends included.
        (named(("ST one", "2024-06-05", "2024-06-06")), [11.0, 10.5, 10.5, 11.0]),
        (named(("one", None, "2024-06-04"), ("*ST one", "2024-06-05", None), now="*ST one"), [11.0, 10.5, 10.5, 10.5]),
        (named(("ST one", None, "2024-06-05"), ("one", "2024-06-06", None)), [10.5, 10.5, 11.0, 11.0]),
        (named(("one", "2024-06-01", None), now="ST one"), [11.0, 11.0, 11.0, 11.0]),
        # Former names without dates say nothing about when; today's name does.
        (named(("other", None, None), now="ST one"), [10.5, 10.5, 10.5, 10.5]),
    ],
)
def test_a_name_that_marks_risk_halves_the_limit_while_it_is_borne(
    security: Security | None, expected: list[float]
) -> None:
    assert limits(steady("600001.SH", JUNE), security)[0][1:].tolist() == expected


def test_boards_without_rows_for_marked_names_keep_their_own() -> None:
    marked = Security("688001.SH", "ST one")
    assert limits(steady("688001.SH", JUNE), marked)[0][1] == 12.0


def test_sessions_free_of_a_limit_are_counted_from_the_listing() -> None:
    # Listed on Monday 06-03: sessions one to five are free, that is the whole week.
    fresh = Security("600001.SH", "one", listed=day("2024-06-03"))
    assert np.isnan(limits(steady("600001.SH", JUNE), fresh)[0]).all()
    # Listed a week before (Monday 05-27): 06-03 is the sixth.
    older = Security("600001.SH", "one", listed=day("2024-05-27"))
    assert limits(steady("600001.SH", JUNE), older)[0][1] == 11.0
    # Listed on Thursday 05-30: 06-05 is the fifth, 06-06 the sixth.
    middle = Security("600001.SH", "one", listed=day("2024-05-30"))
    np.testing.assert_array_equal(limits(steady("600001.SH", JUNE), middle)[0], [*[np.nan] * 3, 11.0, 11.0])


def test_the_first_session_of_a_delisting_period_is_free() -> None:
    leaving = Security("600001.SH", "one", delisting_period_from=day("2024-06-05"))
    np.testing.assert_array_equal(limits(steady("600001.SH", JUNE), leaving)[0], [np.nan, 11.0, np.nan, 11.0, 11.0])


def test_a_rule_says_since_when() -> None:
    rule = LimitRule("main", st=False, since=dt.date(2024, 6, 3), percent=10)
    assert (rule.free_sessions, rule.tick) == (0, 100)
