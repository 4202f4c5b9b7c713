"""Ranking (排行): many groups compared at once, with what luck alone would do taken out (S17, S18).

A raw leaderboard is led by whoever had few calls and much luck. Shrinkage pulls each estimate towards the mean of all
by as much as its error asks for; q-values say how many of those called significant may be false.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints

FEWEST_MATURED: Final = 30  # RULES 24
FEWEST_SHARES: Final = 10
FEWEST_MONTHS: Final = 6
FALSE_DISCOVERY: Final = 0.10
STRICT_T: Final = 3.0  # Harvey, Liu and Zhu 2016: what a t must reach where many were tried


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Estimates pulled towards their common mean; arrays ``(J,)``.

    Attributes:
        mean: the precision-weighted mean of all.
        variance: how much true skill varies between groups (tau squared).
        weight: how much of each group's own estimate is kept, from 0 to 1.
    """

    estimates: Floats
    errors: Floats
    mean: float
    variance: float
    weight: Floats


def shrink(estimates: Floats, errors: Floats) -> Shrunken:
    """Shrink estimates by empirical Bayes: ``B e + (1 - B) mean`` with ``B = tau^2 / (tau^2 + error^2)``.

    ``tau^2`` by DerSimonian and Laird (1986), not below zero; a single estimate is left as it is.

    Args:
        estimates, errors: ``(J,)``, all known, errors positive.
    """
    if estimates.size < 2:  # noqa: PLR2004  (nothing to shrink towards)
        mean = float(estimates[0]) if estimates.size else float("nan")
        return Shrunken(estimates.copy(), errors.copy(), mean, float("nan"), np.ones(estimates.size))
    from statsmodels.stats.meta_analysis import combine_effects  # noqa: PLC0415  (seconds of import)

    with np.errstate(invalid="ignore"):  # a negative tau squared, which is taken as none, has no root
        between = max(float(combine_effects(estimates, errors**2, method_re="dl").tau2), 0.0)
    precision = 1 / (between + errors**2)
    mean = float((precision * estimates).sum() / precision.sum())
    weight = between / (between + errors**2)
    spread = np.sqrt(weight * errors**2 + (1 - weight) ** 2 / precision.sum())
    return Shrunken(weight * estimates + (1 - weight) * mean, spread, mean, between, weight)


@dataclass(frozen=True, slots=True)
class ShrunkenRates:
    """Hit rates pulled towards the rate of all: ``(hits + a) / (judged + a + b)``, ``a`` and ``b`` fitted to all."""

    rates: Floats
    a: float
    b: float


def shrink_rates(hits: Ints, judged: Ints) -> ShrunkenRates | None:
    """Shrink hit rates by a beta-binomial fitted by maximum likelihood; ``None`` with fewer than two groups.

    Args:
        hits, judged: ``(J,)`` counts; groups without anything judged keep the common rate.
    """
    known = judged > 0
    if known.sum() < 2:  # noqa: PLR2004
        return None
    from scipy.optimize import minimize  # noqa: PLC0415  (a second of import)
    from scipy.stats import betabinom  # noqa: PLC0415

    k, n = hits[known], judged[known]
    rate = float(np.clip(k.sum() / n.sum(), 0.01, 0.99))

    def surprise(logs: Floats) -> float:
        a, b = np.exp(np.clip(logs, -5, 9))
        return -float(betabinom(n, a, b).logpmf(k).sum())

    start = np.log([20 * rate, 20 * (1 - rate)])
    found = minimize(surprise, start, method="Nelder-Mead")
    a, b = (float(value) for value in np.exp(np.clip(found.x, -5, 9)))
    return ShrunkenRates((hits + a) / (judged + a + b), a, b)


def q_values(p_values: Floats) -> Floats:
    """Adjust p-values for how many were tried (Benjamini and Hochberg 1995)."""
    if p_values.size == 0:
        return p_values.copy()
    from scipy.stats import false_discovery_control  # noqa: PLC0415  (a second of import)

    return np.asarray(false_discovery_control(p_values, method="bh"), dtype=float)


def rejected(p_values: Floats, level: float = FALSE_DISCOVERY, method: str = "fdr_bh") -> Bools:
    """Say which are significant at a false discovery rate (``fdr_bh``), or family-wise (``bonferroni``)."""
    if p_values.size == 0:
        return np.zeros(0, dtype=bool)
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415  (seconds of import)

    return np.asarray(multipletests(p_values, level, method)[0], dtype=bool)


def ranks(values: Floats) -> Ints:
    """Give places from 1 for the largest down the last axis, all known; equal values share the better place."""
    from scipy.stats import rankdata  # noqa: PLC0415  (a second of import)

    return np.asarray(rankdata(-values, method="min", axis=-1), dtype=np.int64)


def places(shrunken: Floats, t: Floats) -> Ints:
    """Give places from 1, each once: by the shrunken estimate, and where shrinkage left no difference, by its t."""
    order = np.lexsort((-t, -np.round(shrunken, 12)))
    found = np.empty(order.size, dtype=np.int64)
    found[order] = np.arange(1, order.size + 1)
    return found


def rank_range(draws: Floats, placed: Ints, level: float = 0.90) -> tuple[Ints, Ints]:
    """Give the places between which each group's own estimate came out in most resamples, its place included.

    Args:
        draws: ``(draws, J)`` estimates of each resample; draws with an unknown one are left out.
        placed: ``(J,)`` the places given.
    """
    known = draws[~np.isnan(draws).any(axis=1)]
    if known.shape[0] == 0:
        return np.ones_like(placed), np.full_like(placed, placed.size)
    drawn = ranks(known)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0, method="nearest")
    return np.minimum(low.astype(np.int64), placed), np.maximum(high.astype(np.int64), placed)


def may_be_ranked(matured: int, shares: int, months: int) -> bool:
    """Say whether a group has enough to be ranked: 30 matured calls on 10 shares in 6 months (RULES 24)."""
    return matured >= FEWEST_MATURED and shares >= FEWEST_SHARES and months >= FEWEST_MONTHS
