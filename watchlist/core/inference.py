"""Inference (推断) on mean excess returns: tests and intervals where events of a month move together (S10, S19)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np

from watchlist.core.bars import Floats, Ints

SEED: Final = 20240614  # the same inputs give the same bytes
DRAWS: Final = 2_000
FEWEST_RESULTS: Final = 40  # results below which a mean is not tested: a quarter of them, ten, is what is drawn again
FEWEST_CLUSTERS: Final = 6  # clusters below which their spread says nothing
SESSIONS_A_MONTH: Final = 20.5
FEWEST_MONTHS: Final = 12  # calendar months below which no interval is drawn


@dataclass(frozen=True, slots=True)
class ClusteredMean:
    """A mean with a variance that lets members of one cluster move together.

    Attributes:
        p: two-sided, by Student's t with one degree less than there are clusters; ``low`` and ``high`` likewise are
            the ends of the 95 % interval. NaN where the variance is nothing.
    """

    mean: float
    variance: float
    t: float
    p: float
    low: float
    high: float
    clusters: int

    @property
    def error(self) -> float:
        """Give the standard error of the mean."""
        return sqrt(self.variance)


def clustered_mean(values: Floats, cluster: Ints) -> ClusteredMean:
    """Give the mean and its cluster-robust variance (Dutta, Knif, Kolari and Pynnonen 2018).

    ``variance`` is that of the mean, with the factor ``G / (G - 1)``; ``t`` is ``mean / sqrt(variance)``.

    Args:
        values: ``(n,)`` known results.
        cluster: ``(n,)`` which month, or share, each belongs to; two or more.
    """
    from scipy.stats import t as student  # noqa: PLC0415  (a second of import)
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415  (seconds of import)

    every, groups = np.unique(cluster, return_inverse=True)
    fitted = OLS(values, np.ones(values.size)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    mean, variance = float(fitted.params[0]), float(fitted.cov_params()[0, 0])
    t = mean / sqrt(variance) if variance > 0 else np.nan
    degrees = every.size - 1
    wide = float(student.ppf(0.975, degrees)) * sqrt(variance) if variance > 0 else np.nan
    p = 2 * float(student.sf(abs(t), degrees))
    return ClusteredMean(mean, variance, t, p, mean - wide, mean + wide, int(every.size))


def cluster_months(horizon: str) -> int:
    """Give how many calendar months a cluster takes that is as long as a horizon: 6 for ``6m``, 1 for 20 sessions.

    Results of overlapping windows move together; clusters shorter than the windows would not know it.
    """
    return int(horizon[:-1]) if horizon.endswith("m") else max(1, round(int(horizon) / SESSIONS_A_MONTH))


def skew_adjusted_t(values: Floats) -> float | None:
    """Give the skewness-adjusted t of a mean (Johnson 1978; Lyon, Barber and Tsai 1999).

    ``sqrt(n) (S + g S^2 / 3 + g / 6n)`` with ``S = mean / sd`` and ``g`` the skewness. For display only: of worlds
    without any skill it rejects 38 % at a nominal 5 %, since it takes overlapping events for independent ones.
    """
    n = values.size
    deviation = float(values.std(ddof=1)) if n > 2 else 0.0  # noqa: PLR2004  (a skewness needs three)
    if deviation == 0:
        return None
    s = float(values.mean()) / deviation
    g = float(((values - values.mean()) ** 3).sum()) / (n * deviation**3)
    return sqrt(n) * (s + g * s**2 / 3 + g / (6 * n))


def skew_adjusted_critical(values: Floats, level: float = 0.05, draws: int = 1_000) -> tuple[float, float] | None:
    """Bootstrap the critical values of :func:`skew_adjusted_t` from resamples of a quarter of the size."""
    size = values.size // 4
    if size < 3 or float(values.std()) == 0:  # noqa: PLR2004
        return None
    from scipy.stats import randint  # noqa: PLC0415  (a second of import)

    picks = randint(0, values.size).rvs((draws, size), random_state=SEED)
    centred = values - values.mean()
    found = [t for row in picks if (t := skew_adjusted_t(centred[row])) is not None]
    if not found:
        return None
    low, high = np.quantile(found, [level / 2, 1 - level / 2])
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class MeanTest:
    """A mean held against zero, for display only: never what ranks, since it takes overlapping events for independent.

    Attributes:
        t: :func:`skew_adjusted_t`.
        critical_low, critical_high: between them lies the t of 95 % of resamples that have no mean of their own.
    """

    sample: int
    mean: float
    t: float
    critical_low: float
    critical_high: float


def mean_test(values: Floats) -> MeanTest | None:
    """Test the mean of buy-and-hold abnormal returns (Lyon, Barber and Tsai 1999).

    ``None`` below forty results, and where they do not differ.
    """
    t = skew_adjusted_t(values) if values.size >= FEWEST_RESULTS else None
    critical = None if t is None else skew_adjusted_critical(values)
    return None if t is None or critical is None else MeanTest(values.size, float(values.mean()), t, *critical)


def month_interval(
    months: Ints, *columns: Floats, statistic: Callable[..., Floats] | None = None, level: float = 0.95
) -> tuple[float, float] | None:
    """Give a bootstrap interval that resamples whole calendar months, all results of a month together.

    Args:
        months: ``(n,)`` the month of each result, any whole number.
        columns: ``(n,)`` values; the statistic sees their sums over the drawn months, ``(draws,)`` each, and last the
            number of results. By default the mean of the first column.
        level: how much the interval should hold.

    Returns:
        both ends; ``None`` with fewer than twelve months.
    """
    every, group = np.unique(months, return_inverse=True)
    if every.size < FEWEST_MONTHS:
        return None
    sums = [np.bincount(group, column, every.size) for column in columns]
    size = np.bincount(group, minlength=every.size).astype(float)
    drawn = [_month_counts(every.size) @ column for column in (*sums, size)]
    values = drawn[0] / drawn[-1] if statistic is None else statistic(*drawn)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


@lru_cache(maxsize=64)
def _month_counts(months: int) -> Floats:
    """Draw how often each of so many months comes, ``(draws, months)``: the same for every group that has as many."""
    from scipy.stats import multinomial  # noqa: PLC0415  (a second of import)

    return np.asarray(multinomial(months, np.full(months, 1 / months)).rvs(DRAWS, random_state=SEED), dtype=float)


def stationary_draws(days: int, draws: int, block: float) -> Ints:
    """Draw positions of a daily series by the stationary bootstrap (Politis and Romano 1994), ``(draws, days)``."""
    from arch.bootstrap import StationaryBootstrap  # noqa: PLC0415  (seconds of import)

    sampler = StationaryBootstrap(max(round(block), 1), np.arange(days), seed=SEED)
    return np.array([positions[0][0] for positions in sampler.bootstrap(draws)], dtype=np.int64)


def block_length(series: Floats) -> float:
    """Give the mean block of the stationary bootstrap for a daily series (Politis and White 2004)."""
    from arch.bootstrap import optimal_block_length  # noqa: PLC0415  (seconds of import)

    return float(optimal_block_length(series)["stationary"].iloc[0])


def series_interval(series: Floats, level: float = 0.95, draws: int = DRAWS) -> tuple[float, float] | None:
    """Give a stationary-bootstrap interval of the mean of a daily series; ``None`` below sixty days."""
    if series.size < 60:  # noqa: PLR2004  (three months)
        return None
    picks = stationary_draws(series.size, draws, block_length(series))
    low, high = np.quantile(series[picks].mean(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
