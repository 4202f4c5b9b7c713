"""Event study (事件研究): what shares did around reports beyond the market, and whether that was chance (S4, S5).

Abnormal return of a day ``AR = r - r_b`` (market-adjusted) or ``AR = r - a - b x r_b`` with ``a`` and ``b`` estimated
before the event (market model; MacKinlay 1997). ``CAR`` is the sum over the event days. All events at once: a row each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from watchlist.core.bars import Floats, Ints

ESTIMATION: Final = (-270, -21)  # sessions before the event day, both included
FEWEST: Final = 120  # observations below which the market model is not estimated
PRIOR: Final = 63  # sessions of the three months whose residual says what is usual (Loh and Stulz 2011)
USUAL: Final = 1.96
_AT_ONCE: Final = 4096  # events whose windows are held in memory together


@dataclass(frozen=True, slots=True)
class MarketModels:
    """Market models ``r = alpha + beta x r_b + e``, one an event; ``(n,)``, NaN with too few observations.

    Attributes:
        sigma: deviation of the residual with ``observations - 2`` degrees.
        spread: ``(n,)`` sum of squared deviations of ``r_b`` from ``mean``, its mean over the observations.
    """

    alpha: Floats
    beta: Floats
    sigma: Floats
    observations: Ints
    mean: Floats
    spread: Floats

    def abnormal(self, share: Floats, benchmark: Floats) -> Floats:
        """Give the abnormal returns ``(n, days)``; NaN where a leg is unknown."""
        return np.asarray(share - self.alpha[:, None] - self.beta[:, None] * benchmark)

    def deviation(self, benchmark: Floats) -> Floats:
        """Give what a sum of abnormal returns over some days deviates by when it is forecast, ``(n,)``.

        ``sigma sqrt(K + K^2 / L + (sum(r_b) - K mean)^2 / spread)`` for K days after L observations.
        """
        days = benchmark.shape[1]
        aside = benchmark.sum(axis=1) - days * self.mean
        return np.asarray(
            self.sigma * np.sqrt(days + days**2 / np.maximum(self.observations, 1) + aside**2 / self.spread)
        )


def market_models(share: Floats, benchmark: Floats, fewest: int = FEWEST) -> MarketModels:
    """Estimate market models by least squares, each over the days on which both of its legs are known.

    Args:
        share, benchmark: ``(n, days)`` daily returns before each event.
        fewest: observations that a model needs.
    """
    known = ~(np.isnan(share) | np.isnan(benchmark))
    count = known.sum(axis=1)
    enough = count >= max(fewest, 3)
    size = np.where(enough, count, 1)
    x, y = np.where(known, benchmark, 0.0), np.where(known, share, 0.0)
    mean_x, mean_y = x.sum(axis=1) / size, y.sum(axis=1) / size
    x, y = np.where(known, x - mean_x[:, None], 0.0), np.where(known, y - mean_y[:, None], 0.0)
    spread = (x * x).sum(axis=1)
    enough &= spread > 0  # against an index that never moved there is no slope
    beta = (x * y).sum(axis=1) / np.where(enough, spread, 1.0)
    residual = y - beta[:, None] * x
    sigma = np.sqrt((residual**2).sum(axis=1) / np.where(enough, count - 2, 1))
    alpha, beta, sigma, spread = (
        np.where(enough, part, np.nan) for part in (mean_y - beta * mean_x, beta, sigma, spread)
    )
    return MarketModels(alpha, beta, sigma, count, mean_x, spread)


@dataclass(frozen=True, slots=True)
class Events:
    """Publications in one market, ``(n,)`` each.

    Attributes:
        row: the share's row among daily returns; ``index`` its benchmark's.
        session: position of the first session that could know the report.
        direction: +1, 0 or -1.
    """

    row: Ints
    index: Ints
    session: Ints
    direction: Ints

    def take(self, at: Ints | slice) -> "Events":
        """Give the ones at these positions, in this order."""
        return Events(self.row[at], self.index[at], self.session[at], self.direction[at])


@dataclass(frozen=True, slots=True)
class Reactions:
    """How shares answered reports; NaN where it cannot be said.

    Attributes:
        market_adjusted, market_model: CAR by window, ``(n, windows)``, the event session being the first.
        models: ``(n,)`` the market models, with fewer than 120 observations none.
        influential: ``(n,)`` 1 where the first two days went the report's way, beyond ``1.96 x sqrt(2) x sigma`` of
            the three months before (Loh and Stulz 2011), else 0; NaN for a neutral one.
    """

    market_adjusted: Floats
    market_model: Floats
    models: MarketModels
    influential: Floats


def reactions(share: Floats, benchmark: Floats, events: Events, windows: Sequence[int]) -> Reactions:
    """Measure how shares answered reports.

    Args:
        share: ``(S, D)`` daily returns up to the as-of session; ``benchmark`` ``(B, D)``.
        windows: lengths of the windows in sessions.
    """
    starts = range(0, max(events.row.size, 1), _AT_ONCE)
    parts = [_reactions(share, benchmark, events.take(slice(n, n + _AT_ONCE)), windows) for n in starts]

    def whole(name: str) -> Floats:
        return np.concatenate([getattr(part, name) for part in parts])

    models = MarketModels(*(np.concatenate([getattr(part.models, name) for part in parts])
                            for name in MarketModels.__dataclass_fields__))  # fmt: skip
    return Reactions(whole("market_adjusted"), whole("market_model"), models, whole("influential"))


def _reactions(share: Floats, benchmark: Floats, events: Events, windows: Sequence[int]) -> Reactions:
    models = market_models(*cut(share, benchmark, events, *ESTIMATION))
    own, index = cut(share, benchmark, events, 0, max(windows) - 1)
    ends = np.array(windows) - 1
    adjusted = np.cumsum(own - index, axis=1)  # a day that is unknown or has not come leaves what follows unknown
    usual = market_models(*cut(share, benchmark, events, -PRIOR, -1), fewest=PRIOR // 2)
    moved = events.direction * (own - index)[:, :2].sum(axis=1)
    known = ~np.isnan(moved) & ~np.isnan(usual.sigma) & (events.direction != 0)
    beyond = (moved > USUAL * sqrt(2) * usual.sigma).astype(float)
    return Reactions(
        market_adjusted=adjusted[:, ends],
        market_model=np.cumsum(models.abnormal(own, index), axis=1)[:, ends],
        models=models,
        influential=np.where(known, beyond, np.nan),
    )


def cut(share: Floats, benchmark: Floats, events: Events, first: int, last: int) -> tuple[Floats, Floats]:
    """Cut the window from ``first`` to ``last`` sessions after each event, both included, out of both legs."""
    at = events.session[:, None] + np.arange(first, last + 1)
    inside = (at >= 0) & (at < share.shape[1]) & (events.session >= 0)[:, None]
    at = np.where(inside, at, 0)
    legs = (share[events.row[:, None], at], benchmark[events.index[:, None], at])
    own, index = (np.where(inside, leg, np.nan) for leg in legs)
    return own, index


def daily_returns(levels: Floats) -> Floats:
    """Give the change of each session over the one before, along the last axis; NaN where one of them is unknown."""
    change = np.full(levels.shape, np.nan)
    change[..., 1:] = levels[..., 1:] / levels[..., :-1] - 1
    return change
