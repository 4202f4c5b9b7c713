"""Event tests (事件检验): whether the mean reaction to many reports was more than chance (S4t).

Reports of one week are answered by one market: shares that move together are not as many witnesses as they are shares.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.event_study import Events

FEWEST_EVENTS: Final = 10  # reactions below which their mean is not tested


@dataclass(frozen=True, slots=True)
class CrossSection:
    """Tests of the mean abnormal return over several events; arrays over the days of the window, ``(K,)``.

    Attributes:
        mean: AAR, the mean over the events.
        brown_warner: AAR over its deviation in the estimation days (crude dependence adjustment, Brown-Warner 1985).
        cross_sectional: t of the mean over the events of the day.
        cumulated: CAAR, the mean of the window's sums; ``cumulated_brown_warner`` its statistic, ``sum / sqrt(K)``.
        standardised: t of the sums, each over what it deviates by when it is forecast (Boehmer, Musumeci and Poulsen
            1991).
        correlation: mean correlation of the events' residuals; ``adjusted`` is ``standardised`` allowing for it
            (Kolari and Pynnonen 2010).
    """

    mean: Floats
    brown_warner: Floats
    cross_sectional: Floats
    cumulated: float
    cumulated_brown_warner: float
    standardised: float
    correlation: float
    adjusted: float


def cross_section(estimation: Floats, event: Floats, deviation: Floats, correlation: float) -> CrossSection:
    """Test the abnormal returns of an event window against those of the estimation window.

    Args:
        estimation: ``(n, L)`` abnormal returns before; NaN where a share had no return.
        event: ``(n, K)`` abnormal returns of the event days.
        deviation: ``(n,)`` what a sum over the event days deviates by when it is forecast.
        correlation: as :func:`mean_correlation` gives it.
    """
    mean = np.nanmean(event, axis=0)
    before = np.nanmean(estimation[:, ~np.isnan(estimation).all(axis=0)], axis=0)
    daily = mean / np.std(before, ddof=1)
    count = (~np.isnan(event)).sum(axis=0)
    across = mean / (np.nanstd(event, axis=0, ddof=1) / np.sqrt(count))
    sums = event.sum(axis=1)
    scaled = sums / deviation
    standardised = float(scaled.mean() / (scaled.std(ddof=1) / sqrt(scaled.size)))
    return CrossSection(
        mean=mean,
        brown_warner=daily,
        cross_sectional=across,
        cumulated=float(sums.mean()),
        cumulated_brown_warner=float(daily.sum() / sqrt(daily.size)),
        standardised=standardised,
        correlation=correlation,
        adjusted=kolari_pynnonen(standardised, correlation, scaled.size),
    )


def kolari_pynnonen(t: float, correlation: float, events: int) -> float:
    """Correct a cross-sectional t for the mean correlation of the residuals (Kolari and Pynnonen 2010)."""
    inflated = 1 + (events - 1) * correlation
    return t * sqrt((1 - correlation) / inflated) if inflated > 0 else float("nan")


def mean_correlation(residuals: Floats, events: Events, days: int) -> float:
    """Give the mean correlation of the events' residuals over all pairs, each as far as their windows overlap.

    Two reports of one session count with the correlation of their shares, those a session apart with the share of the
    window they have in common, others with none (Kolari, Pape and Pynnonen 2018).

    Args:
        residuals: ``(S, D)`` daily abnormal returns of the shares, NaN where unknown.
        events: two or more, their ``row`` into ``residuals``; a sell's residual counts with its sign turned.
        days: length of the event window in sessions.
    """
    sessions, at = np.unique(events.session, return_inverse=True)
    rows, column = np.unique(events.row, return_inverse=True)
    together = correlations(residuals[rows])
    signed = np.zeros((sessions.size, rows.size))
    np.add.at(signed, (at, column), events.direction)
    carried = signed @ together
    total = 0.0
    for apart in range(days):
        later = np.searchsorted(sessions, sessions + apart)
        here = (later < sessions.size) & (sessions[np.minimum(later, sessions.size - 1)] == sessions + apart)
        pairs = float((carried[here] * signed[later[here]]).sum()) * (days - apart) / days
        total += pairs if apart == 0 else 2 * pairs
    count = events.row.size
    return (total - count) / (count * (count - 1))


def correlations(residuals: Floats) -> Floats:
    """Give the correlations of rows over the days that both know, ``(S, S)``; 0 where they have fewer than three."""
    known = ~np.isnan(residuals)
    filled, weight = np.where(known, residuals, 0.0), known.astype(float)
    count = weight @ weight.T
    size = np.maximum(count, 1)
    sums, squares = filled @ weight.T, (filled**2) @ weight.T  # of each row over the days that the other knows
    products = filled @ filled.T - sums * sums.T / size
    variance = np.maximum(squares - sums**2 / size, 0.0)
    scale = np.sqrt(variance * variance.T)
    found = np.where((count > 2) & (scale > 0), products / np.where(scale > 0, scale, 1.0), 0.0)  # noqa: PLR2004
    np.fill_diagonal(found, 1.0)
    return np.asarray(found)
