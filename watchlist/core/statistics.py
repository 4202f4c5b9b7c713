"""Statistics of groups: hit rate (胜率) with its interval, means that leave nothing unsaid."""

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from watchlist.core.bars import Floats


@dataclass(frozen=True, slots=True)
class HorizonSummary:
    """A group at one horizon; fractions, ``None`` where the sample is empty.

    Attributes:
        sample: matured outcomes with both legs.
        hit_rate, hit_rate_low, hit_rate_high: over what can be right or wrong, with the 95 % Wilson interval.
    """

    sample: int
    hit_rate: float | None
    hit_rate_low: float | None
    hit_rate_high: float | None
    mean_excess: float | None
    median_excess: float | None


@cache
def wilson(successes: int, trials: int, alpha: float = 0.05) -> tuple[float, float]:
    """Give the Wilson score interval of a proportion, both ends as fractions (Wilson 1927).

    Raises:
        ValueError: ``trials`` is not positive.
    """
    if trials <= 0:
        message = "an interval needs at least one trial"
        raise ValueError(message)
    z = NormalDist().inv_cdf(1 - alpha / 2)
    middle, whole = successes + z * z / 2, trials + z * z
    half = z * math.sqrt(successes * (trials - successes) / trials + z * z / 4)
    low = 0.0 if successes == 0 else (middle - half) / whole
    return low, 1.0 if successes == trials else (middle + half) / whole


def summarise(excess: Floats, hit: Floats) -> HorizonSummary:
    """Summarise outcomes of one horizon.

    Args:
        excess: ``(n,)`` signed excess returns of what has matured (direction x excess), NaN elsewhere.
        hit: ``(n,)`` 1, 0, or NaN where nothing is judged.
    """
    known, judged = excess[~np.isnan(excess)], hit[~np.isnan(hit)]
    rate = low = high = None
    if judged.size:
        rate = float(judged.mean())
        low, high = wilson(int(judged.sum()), int(judged.size))
    return HorizonSummary(
        sample=int(known.size),
        hit_rate=rate,
        hit_rate_low=low,
        hit_rate_high=high,
        mean_excess=float(known.mean()) if known.size else None,
        median_excess=float(np.median(known)) if known.size else None,
    )


def mean_or_none(values: Floats) -> float | None:
    """Give the mean of what is known, ``None`` where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else None


def max_drawdown(level: Floats) -> float | None:
    """Give the deepest fall from a peak, as a fraction at or below zero; the starting level counts as a peak."""
    if level.size == 0:
        return None
    return float((level / np.maximum.accumulate(level) - 1).min())
