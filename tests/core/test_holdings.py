"""Contributions: worked out by hand on two stretches, and laws that must hold for any portfolio."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from watchlist.core.holdings import chain_contributions


def test_two_stretches_by_hand() -> None:
    # 600 and 400 grow by 10 % and fall by 5 %: 60 - 20 of 1000, or 4 %.
    # Then 500 and 500 fall by 2 % and grow by 8 %: -10 + 40 of 1000, or 3 %.
    begin = np.array([[600.0, 400.0, 0.0], [500.0, 0.0, 500.0]])
    returns = np.array([[0.10, -0.05, 0.30], [-0.02, 0.5, 0.08]])
    index = np.array([[0.01, 0.01, 0.01], [0.02, 0.02, 0.04]])
    found = chain_contributions(begin, returns, index)
    assert found.stretch == pytest.approx([0.04, 0.03])
    assert found.total == pytest.approx(1.04 * 1.03 - 1)
    # One unit was 1.04 when the second stretch began: half of it fell by 2 %, half grew by 8 %.
    assert found.contribution == pytest.approx([0.06 - 1.04 * 0.01, -0.02, 1.04 * 0.04])
    assert found.benchmark == pytest.approx(1.01 * 1.03 - 1)


def test_what_has_no_price_is_left_out_of_the_weights_and_never_zero() -> None:
    found = chain_contributions(
        np.array([[100.0, np.nan, 300.0]]), np.array([[0.08, 0.5, np.nan]]), np.array([[0.01, 0.01, 0.01]])
    )
    # Only the first had a price at both ends: it is the whole portfolio that can be measured.
    assert found.stretch == pytest.approx([0.08])
    assert found.contribution[0] == pytest.approx(0.08)
    assert np.isnan(found.contribution[1:]).all()
    assert found.counted.tolist() == [[True, False, False]]


def test_a_stretch_without_any_price_is_unknown_and_one_without_holdings_stands_still() -> None:
    nothing = chain_contributions(np.array([[np.nan]]), np.array([[np.nan]]), np.array([[0.1]]))
    assert np.isnan(nothing.total)
    sold = chain_contributions(np.array([[100.0], [0.0]]), np.array([[0.1], [0.5]]), np.array([[0.0], [0.5]]))
    assert sold.total == pytest.approx(0.1)
    assert np.isnan(chain_contributions(np.empty((0, 2)), np.empty((0, 2)), np.empty((0, 2))).total)


@given(
    # The plain product below loses its digits where numbers end: no holding is worth 5e-324.
    begin=arrays.arrays(float, (4, 5), elements=st.just(0.0) | st.floats(1e-3, 1e9)),
    returns=arrays.arrays(float, (4, 5), elements=st.floats(-0.9, 3)),
)
def test_contributions_add_up_to_the_portfolios_return(begin: np.ndarray, returns: np.ndarray) -> None:
    found = chain_contributions(begin, returns, np.zeros((4, 5)))
    assert np.nansum(found.contribution) == pytest.approx(found.total, rel=1e-9, abs=1e-9)
    wealth = 1.0
    for values, moved in zip(begin, returns, strict=True):
        if values.sum() > 0:
            wealth *= float((values * (1 + moved)).sum() / values.sum())
    assert found.total == pytest.approx(wealth - 1, rel=1e-9, abs=1e-9)
