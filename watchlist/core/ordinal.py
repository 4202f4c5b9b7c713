"""Ordinal skill (评级区分度): whether stronger words come before better results (S8)."""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Floats, Ints

FEWEST = 10  # results a level needs to be compared


@dataclass(frozen=True, slots=True)
class OrdinalSkill:
    """How levels and results go together; ``insufficient`` where fewer than two levels have ten results.

    Attributes:
        tau: Kendall's tau-b, from -1 to 1; ``p_value`` of no connection.
        somers_d: Somers' D of the result given the level.
        spread: mean result of the highest level less that of the lowest one.
        means: by level, the mean result and how many.
    """

    status: str
    tau: float | None
    p_value: float | None
    somers_d: float | None
    spread: float | None
    means: dict[int, tuple[float, int]]


def ordinal_skill(levels: Ints, results: Floats, fewest: int = FEWEST) -> OrdinalSkill:
    """Compare levels with results; open results (NaN) are left out.

    Args:
        levels: ``(n,)`` ranks of the words, larger is stronger.
        results: ``(n,)`` excess returns.
        fewest: results that a level needs.
    """
    known = ~np.isnan(results)
    levels, results = levels[known], results[known]
    every, counts = np.unique(levels, return_counts=True)
    large = every[counts >= fewest]
    means = {int(level): (float(results[levels == level].mean()), int((levels == level).sum())) for level in every}
    if large.size < 2:  # noqa: PLR2004  (two levels make a comparison)
        return OrdinalSkill("insufficient", None, None, None, None, means)
    from scipy.stats import kendalltau, somersd  # noqa: PLC0415  (a second of import)

    kept = np.isin(levels, large)
    tau = kendalltau(levels[kept], results[kept])
    association = somersd(levels[kept], results[kept])
    return OrdinalSkill(
        status="ok",
        tau=float(tau.statistic),
        p_value=float(tau.pvalue),
        somers_d=float(association.statistic),
        spread=means[int(large[-1])][0] - means[int(large[0])][0],
        means=means,
    )
