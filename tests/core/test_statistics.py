"""Statistics of groups: published intervals and drawdowns, and nothing said where nothing is known."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.core.markets import near
from watchlist.core.statistics import max_drawdown, mean_or_none, summarise, wilson


def test_wilson_intervals_of_case_06(shared: Path) -> None:
    case = json.loads((shared / "cases/06_wilson_interval.json").read_text("utf-8"))
    pairs, want = case["inputs"]["count_nobs"], case["expected"]
    for (count, trials), low, high in zip(pairs, want["low"], want["high"], strict=True):
        assert wilson(count, trials, case["inputs"]["alpha"]) == pytest.approx((low, high), abs=case["abs_tol"])
        assert wilson(count, trials) == pytest.approx((low, high), abs=case["abs_tol"])


@given(trials=st.integers(1, 30_000), share=st.floats(0, 1))
def test_wilson_intervals_are_those_of_scipy(trials: int, share: float) -> None:
    found = binomtest(round(share * trials), trials).proportion_ci(0.95, method="wilson")
    assert wilson(round(share * trials), trials) == pytest.approx((found.low, found.high), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("trials", [0, -1])
def test_an_interval_of_no_trial_is_refused(trials: int) -> None:
    with pytest.raises(ValueError, match="at least one trial"):
        wilson(0, trials)


def test_drawdowns_of_case_01_count_from_the_starting_capital(shared: Path) -> None:
    case = json.loads((shared / "cases/01_max_drawdown.json").read_text("utf-8"))
    for name, returns in case["inputs"].items():
        moves = np.array([0.0 if r is None else r for r in returns])
        level = np.concatenate([[1000.0], 1000.0 * np.cumprod(1 + moves)])
        assert max_drawdown(level) == pytest.approx(case["expected"][name], abs=case["abs_tol"]), name


def test_a_level_that_never_falls_has_no_drawdown_and_no_level_has_none_at_all() -> None:
    assert max_drawdown(np.array([1000.0])) == 0.0
    assert max_drawdown(np.array([])) is None
    assert max_drawdown(np.array([100.0, 50.0, 100.0, 40.0])) == near(-0.6)


def test_a_group_is_summarised_over_what_is_known() -> None:
    excess = np.array([0.10, -0.02, 0.04, np.nan, 0.0])
    hit = np.array([1.0, 0.0, 1.0, np.nan, 0.0])
    got = summarise(excess, hit)
    # Four known: mean 0.12 / 4, median of -0.02, 0, 0.04, 0.10 is 0.02; two of four right.
    assert (got.sample, got.mean_excess, got.median_excess, got.hit_rate) == (4, near(0.03), near(0.02), 0.5)
    # Wilson, 2 of 4, z = 1.959964: centre 0.5; half width z sqrt(0.25/4 + z^2/64) / (1 + z^2/4) = 0.349961.
    assert got.hit_rate_low == pytest.approx(0.150039, abs=1e-5)
    assert got.hit_rate_high == pytest.approx(0.849961, abs=1e-5)


def test_a_group_of_neutral_ratings_has_a_sample_and_no_hit_rate() -> None:
    got = summarise(np.array([0.1, 0.3]), np.array([np.nan, np.nan]))
    assert (got.sample, got.mean_excess, got.hit_rate, got.hit_rate_low) == (2, near(0.2), None, None)


def test_an_empty_group_says_nothing() -> None:
    got = summarise(np.array([np.nan]), np.array([np.nan]))
    assert (got.sample, got.hit_rate, got.hit_rate_high, got.mean_excess, got.median_excess) == (0, *[None] * 4)


def test_a_mean_is_of_what_is_known_or_nothing() -> None:
    assert mean_or_none(np.array([0.1, np.nan, 0.3])) == near(0.2)
    assert mean_or_none(np.array([np.nan])) is None
    assert mean_or_none(np.array([])) is None
