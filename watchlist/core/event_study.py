"""Event study (事件研究): what a share did around a report beyond the market, and whether that was chance (S4, S5).

Abnormal return of a day ``AR = r - r_b`` (market-adjusted) or ``AR = r - a - b x r_b`` with ``a`` and ``b`` estimated
before the event (market model; MacKinlay 1997). ``CAR`` is the sum over the event days.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from watchlist.core.bars import Floats

ESTIMATION: Final = (-270, -21)  # sessions before the event day, both included
FEWEST: Final = 120  # observations below which the market model is not estimated
PRIOR: Final = 63  # sessions of the three months whose residual says what is usual (Loh and Stulz 2011)
USUAL: Final = 1.96


@dataclass(frozen=True, slots=True)
class MarketModel:
    """A market model: ``r = alpha + beta x r_b + e``; ``sigma`` is the residual's deviation with ``n - 2`` degrees."""

    alpha: float
    beta: float
    sigma: float
    observations: int

    def abnormal(self, share: Floats, benchmark: Floats) -> Floats:
        """Give the abnormal returns of days; NaN where a leg is unknown."""
        return np.asarray(share - self.alpha - self.beta * benchmark)


def market_model(share: Floats, benchmark: Floats, fewest: int = FEWEST) -> MarketModel | None:
    """Estimate the market model by least squares over the days on which both are known.

    Args:
        share, benchmark: ``(n,)`` daily returns.
        fewest: observations needed; with fewer there is no model.
    """
    known = ~(np.isnan(share) | np.isnan(benchmark))
    if known.sum() < max(fewest, 3):
        return None
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415  (seconds of import)
    from statsmodels.tools import add_constant  # noqa: PLC0415

    fitted = OLS(share[known], add_constant(benchmark[known], has_constant="add")).fit()
    alpha, beta = (float(value) for value in fitted.params)
    return MarketModel(alpha, beta, sqrt(float(fitted.mse_resid)), int(known.sum()))


@dataclass(frozen=True, slots=True)
class CrossSection:
    """Tests of the mean abnormal return over several shares; arrays ``(days,)``.

    Attributes:
        mean: AAR, the mean over the shares.
        brown_warner: AAR over its deviation in the estimation days (crude dependence adjustment, Brown-Warner 1985).
        cross_sectional: t of the mean over the shares of the day.
        cumulated: the Brown-Warner statistic of the whole window, ``sum / sqrt(days)``.
    """

    mean: Floats
    brown_warner: Floats
    cross_sectional: Floats
    cumulated: float


def cross_section(estimation: Floats, event: Floats) -> CrossSection:
    """Test the abnormal returns of an event window against those of the estimation window.

    Args:
        estimation: ``(days, shares)`` abnormal returns before; NaN where a share had no return.
        event: ``(days, shares)`` abnormal returns of the event days.
    """
    mean, before = np.nanmean(event, axis=1), np.nanmean(estimation, axis=1)
    daily = mean / np.std(before, ddof=1)
    count = (~np.isnan(event)).sum(axis=1)
    across = mean / (np.nanstd(event, axis=1, ddof=1) / np.sqrt(count))
    return CrossSection(mean, daily, across, float(daily.sum() / sqrt(daily.size)))


def kolari_pynnonen(t: float, correlation: float, shares: int) -> float:
    """Correct a cross-sectional t for the mean correlation of the shares' residuals (Kolari and Pynnonen 2010)."""
    return t * sqrt((1 - correlation) / (1 + (shares - 1) * correlation))


@dataclass(frozen=True, slots=True)
class Reaction:
    """How a share answered one report; ``None`` where it cannot be said.

    Attributes:
        market_adjusted, market_model: CAR by the length of the window in sessions, the event session being the first.
        model: the market model, ``None`` with fewer than 120 observations.
        influential: the first two days went the recommendation's way, beyond ``1.96 x sqrt(2) x sigma`` of the three
            months before (Loh and Stulz 2011); ``None`` for a neutral one.
        confounded: another report on the share came out within the two days.
    """

    market_adjusted: dict[int, float | None]
    market_model: dict[int, float | None]
    model: MarketModel | None
    influential: bool | None
    confounded: bool


def reaction(
    share: Floats, benchmark: Floats, event: int, direction: int, windows: tuple[int, ...], *, confounded: bool = False
) -> Reaction:
    """Measure a share's answer to a report.

    Args:
        share, benchmark: ``(D,)`` daily returns up to the as-of session.
        event: position of the first session that could know the report.
        direction: +1, 0 or -1.
        windows: lengths of the windows in sessions.
    """
    first, last = (max(event + offset, 0) for offset in ESTIMATION)
    before = slice(first, last + 1 if event + ESTIMATION[1] >= 0 else 0)
    model = market_model(share[before], benchmark[before])
    plain = share - benchmark
    adjusted = None if model is None else model.abnormal(share, benchmark)
    return Reaction(
        market_adjusted={length: _car(plain, event, length) for length in windows},
        market_model={length: None if adjusted is None else _car(adjusted, event, length) for length in windows},
        model=model,
        influential=_influential(share, benchmark, event, direction),
        confounded=confounded,
    )


def _car(abnormal: Floats, event: int, length: int) -> float | None:
    """Sum a window; ``None`` where it is not over or a day of it is unknown."""
    days = abnormal[event : event + length]
    return float(days.sum()) if event >= 0 and days.size == length and not np.isnan(days).any() else None


def _influential(share: Floats, benchmark: Floats, event: int, direction: int) -> bool | None:
    before = slice(max(event - PRIOR, 0), max(event, 0))
    usual = market_model(share[before], benchmark[before], fewest=PRIOR // 2)
    moved = _car(share - benchmark, event, 2)
    if usual is None or moved is None or direction == 0:
        return None
    return bool(direction * moved > USUAL * sqrt(2) * usual.sigma)


def daily_returns(levels: Floats) -> Floats:
    """Give the change of each session over the one before, along the last axis; NaN where one of them is unknown."""
    change = np.full(levels.shape, np.nan)
    change[..., 1:] = levels[..., 1:] / levels[..., :-1] - 1
    return change
