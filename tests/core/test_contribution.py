"""Contributions, worked out by hand for a few calls over a few days; that they add up, for any."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.core.markets import near
from watchlist.core.contribution import Leg, contribute

NAN = np.nan


def leg(growth: list[list[float]], row: list[int], first: list[float], last: list[float]) -> Leg:
    return Leg(np.array(growth, dtype=float), np.array(row), np.array(first), np.array(last))


def test_the_example_of_the_scores() -> None:
    # A is held alone on the first day and makes 10 %. On the second it makes 20 %, and B, bought at that day's open,
    # loses 10 % (the whole day's -12 % counts for nothing): mean 5 %, 1.10 x 1.05 = 1.155. The index stands still.
    share = leg([[0.10, 0.20], [0.50, -0.12]], [0, 1], [NAN, -0.10], [NAN, NAN])
    index = leg([[0.0, 0.0]], [0, 0], [NAN, NAN], [NAN, NAN])
    found = contribute(np.array([0, 1]), np.array([1, 1]), np.array([1, 1]), share, index)
    assert found.share.contribution.tolist() == near([0.21, -0.055])
    assert found.share.value.tolist() == near([1.10, 1.155])
    assert found.share.total == near(0.155)
    assert found.benchmark.contribution.tolist() == [0.0, 0.0]
    assert found.weight.tolist() == near([0.75, 0.25])
    assert found.held.tolist() == [1, 2]


def test_a_call_to_sell_counts_with_its_sign_turned_in_both_legs() -> None:
    # The share falls by 4 % and its index by 1 %: the call makes +4 % against +1 %.
    share, index = leg([[-0.04]], [0], [NAN], [NAN]), leg([[-0.01]], [0], [NAN], [NAN])
    found = contribute(np.array([0]), np.array([0]), np.array([-1]), share, index)
    assert (found.share.total, found.benchmark.total) == (near(0.04), near(0.01))


def test_days_on_which_nothing_is_held_change_nothing_and_no_calls_are_no_return() -> None:
    share = leg([[0.10, 9.0, 0.10]], [0, 0], [NAN, NAN], [NAN, NAN])
    found = contribute(np.array([0, 2]), np.array([0, 2]), np.array([1, 1]), share, share)
    assert found.share.total == near(1.1 * 1.1 - 1)
    assert found.weight.tolist() == near([0.5, 0.5])
    none, nobody = np.array([], dtype=np.int64), leg([], [], [], [])
    empty = Leg(np.zeros((0, 3)), none, nobody.first, nobody.last)
    assert contribute(none, none, none, empty, empty).share.total == 0.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 40))
def test_contributions_add_up_to_the_return_of_the_whole(seed: int, calls: int, days: int) -> None:
    chance = np.random.default_rng(seed)
    ends = np.sort(chance.integers(0, days, (calls, 2)), axis=1)
    growth = chance.normal(0, 0.03, (5, days))
    first = np.where(chance.random(calls) < 0.3, chance.normal(0, 0.03, calls), NAN)
    last = np.where((ends[:, 0] < ends[:, 1]) & (chance.random(calls) < 0.3), chance.normal(0, 0.03, calls), NAN)
    one = Leg(growth, chance.integers(0, 5, calls), first, last)
    found = contribute(ends[:, 0], ends[:, 1], chance.choice([-1, 1], calls), one, one)
    assert abs(found.share.contribution.sum() - found.share.total) < 1e-12
    assert abs(found.weight.sum() - 1) < 1e-12
