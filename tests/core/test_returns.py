"""Returns: steps of actions, windows, chains; expected values by hand or from published cases."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.core.markets import day, near
from watchlist.core.returns import chain, step, step_factors
from watchlist.domain.calendars import days
from watchlist.domain.model import Action


@pytest.mark.parametrize(
    ("cash", "split", "expected"),
    [
        (0.0, 1.0, 1.0),
        (1.0, 1.0, 10 / 9),
        (0.0, 2.0, 2.0),
        (0.0, 0.1, 0.1),  # ten become one
        (1.0, 1.5, 10 / 6),  # (10 - 1) / 1.5 = 6
    ],
)
def test_a_step_is_the_previous_close_over_the_ex_reference_price(cash: float, split: float, expected: float) -> None:
    assert step(10.0, Action(day("2024-06-07"), cash, split)) == near(expected)


def test_a_step_of_a_share_below_one_is_one_too() -> None:
    # 0.90 less 0.10: 0.80 is the ex-reference price.
    assert step(0.9, Action(day("2024-06-07"), cash=0.1)) == near(1.125)


@pytest.mark.parametrize("cash", [10.0, 11.0])
def test_a_distribution_of_all_the_share_was_worth_is_refused(cash: float) -> None:
    with pytest.raises(ValueError, match=r"2024-06-07: cash .* is not below the previous close 10\.0"):
        step(10.0, Action(day("2024-06-07"), cash))


BARS = days(["2024-06-05", "2024-06-06", "2024-06-12", "2024-06-13"])
CLOSE = np.array([10.0, 10.0, 5.0, 6.0])


def test_factors_accumulate_from_the_first_bar_on_or_after_each_ex_date() -> None:
    actions = (Action(day("2024-06-06"), cash=2.0), Action(day("2024-06-13"), cash=1.0, split=2.0))
    total, split = step_factors(BARS, CLOSE, actions)
    # 06-06: 10 / 8 = 1.25. 06-13: 5 / ((5 - 1) / 2) = 2.5, so 3.125.
    np.testing.assert_allclose(total, [1.0, 1.25, 1.25, 3.125])
    np.testing.assert_allclose(split, [1.0, 1.0, 1.0, 2.0])


def test_actions_before_the_second_bar_and_after_the_last_change_nothing() -> None:
    outside = (Action(day("2024-06-05"), 1.0), Action(day("2024-05-01"), 1.0), Action(day("2024-06-14"), 1.0))
    for factors in step_factors(BARS, CLOSE, outside):
        assert factors.tolist() == [1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        # 10 less 1 is 9, less 1 again is 8: 10 / 8.
        ((Action(day("2024-06-07"), cash=1.0), Action(day("2024-06-11"), cash=1.0)), 1.25),
        # Two for one leaves 5; 1 cash on each new share leaves 4: 10 / 4.
        ((Action(day("2024-06-07"), split=2.0), Action(day("2024-06-11"), cash=1.0)), 2.5),
        # 1 cash leaves 9; two for one 4.5: 10 / 4.5.
        ((Action(day("2024-06-07"), cash=1.0), Action(day("2024-06-11"), split=2.0)), 20 / 9),
    ],
)
def test_of_two_actions_in_one_suspension_the_second_finds_what_the_first_left(
    actions: tuple[Action, Action], expected: float
) -> None:
    for order in (actions, actions[::-1]):
        assert step_factors(BARS, CLOSE, order)[0].tolist() == near([1.0, 1.0, expected, expected])


def test_an_action_that_cannot_be_leaves_the_total_return_unknown_from_there_on() -> None:
    wrong = (Action(day("2024-06-12"), cash=25.0), Action(day("2024-06-13"), split=2.0))
    total, split = step_factors(BARS, CLOSE, wrong)
    np.testing.assert_array_equal(total, [1.0, 1.0, np.nan, np.nan])
    assert split.tolist() == [1.0, 1.0, 1.0, 2.0]


def test_two_splits_in_one_suspension_are_multiplied() -> None:
    halves = (Action(day("2024-06-07"), split=2.0), Action(day("2024-06-11"), split=1.5))
    total, split = step_factors(BARS, CLOSE, halves)
    assert (total[2], split[2]) == (near(3.0), near(3.0))


def test_the_time_weighted_return_of_case_10(shared: Path) -> None:
    case = json.loads((shared / "cases/10_time_weighted_return.json").read_text("utf-8"))
    returns = case["inputs"]["a"]["hpr"]
    # Published a year: two years' chained return, annualised.
    assert (1 + chain(np.array(returns))) ** 0.5 - 1 == pytest.approx(case["expected"]["a_twr"], abs=case["abs_tol"])
    assert chain(np.array(case["inputs"]["b"]["hpr"])) == near(0.6)


def test_chaining_nothing_is_no_return_and_a_loss_of_all_stays() -> None:
    assert chain(np.array([])) == 0.0
    assert chain(np.array([0.5, -1.0, 0.5])) == -1.0
    assert chain(np.array([0.1, 0.1])) == near(0.21)
