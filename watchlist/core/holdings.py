"""Contributions (贡献): what each holding added to a portfolio's return, over one snapshot and over several in a row.

Within a snapshot nothing is bought or sold, so that a holding contributes its weight at the beginning times its return
(Bacon 2008), and the contributions add up to the portfolio's return. Over several snapshots a later contribution counts
on what the ones before had made of one unit (Frongello 2002): they still add up.
"""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Bools, Floats


@dataclass(frozen=True, slots=True)
class Chained:
    """A portfolio over ``K`` stretches of ``N`` securities; fractions.

    Attributes:
        stretch: ``(K,)`` the portfolio's return in each stretch; NaN where it held something without a price only.
        stretch_benchmark: ``(K,)`` its benchmarks' by the same weights.
        contribution: ``(N,)`` what each security added to one unit over all stretches; NaN where it never counted.
        total, benchmark: over all stretches; NaN without one, or where a stretch is NaN.
        counted: ``(K, N)`` which holdings had a price at both ends.
    """

    stretch: Floats
    stretch_benchmark: Floats
    contribution: Floats
    total: float
    benchmark: float
    counted: Bools


def chain_contributions(begin: Floats, returns: Floats, benchmark: Floats) -> Chained:
    """Link the contributions of stretches between which the portfolio may have changed.

    Args:
        begin: ``(K, N)`` what was held at the beginning of each stretch is worth, in one currency; 0 where nothing is
            held, NaN where that has no price. A holding without a price is left out of the weights, never taken as 0.
        returns: ``(K, N)`` total returns over each stretch in that currency.
        benchmark: ``(K, N)`` returns of each security's benchmark, likewise.
    """
    counted = (begin > 0) & ~np.isnan(returns)
    value = np.where(counted, begin, 0.0)
    whole = value.sum(axis=1)
    weights = value / np.where(whole > 0, whole, 1.0)[:, None]
    parts = np.where(counted, weights * np.where(counted, returns, 0.0), 0.0)
    against = np.where(counted, weights * np.where(counted, benchmark, 0.0), 0.0)
    # What is all sold stands still; what is held without a price went nobody knows where.
    unknown = (whole <= 0) & np.isnan(begin).any(axis=1)
    stretch = np.where(unknown, np.nan, parts.sum(axis=1))
    stretch_benchmark = np.where(unknown, np.nan, against.sum(axis=1))
    before = np.concatenate([[1.0], np.cumprod(1 + stretch)[:-1]]) if stretch.size else stretch
    contribution = (parts * before[:, None]).sum(axis=0)
    return Chained(
        stretch=stretch,
        stretch_benchmark=stretch_benchmark,
        contribution=np.where(counted.any(axis=0), contribution, np.nan),
        total=float(np.prod(1 + stretch) - 1) if stretch.size else np.nan,
        benchmark=float(np.prod(1 + stretch_benchmark) - 1) if stretch.size else np.nan,
        counted=counted,
    )
