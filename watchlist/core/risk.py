"""Risk (风险) of a daily series against its benchmark, by empyrical: drawdown, volatility, tracking error (S15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Floats

FEWEST: Final = 60  # days below which nothing is said
# Sessions of a year, 2015 to 2025: 252 would overstate the volatility of Chinese shares by 1.8 %.
SESSIONS_A_YEAR: Final = {"CN": 243, "HK": 246, "US": 252}


@dataclass(frozen=True, slots=True)
class Risk:
    """Figures of one series; fractions, a year where they say so.

    Attributes:
        annual_return: compounded to a year.
        volatility: deviation of daily returns, a year.
        max_drawdown: deepest fall from a peak, the starting capital being one.
        sharpe, sortino: mean over deviation, and over downside deviation; no risk-free rate.
        calmar: annual return over the drawdown.
        tracking_error: deviation of the daily difference from the benchmark, a year.
        information_ratio: mean difference over its deviation, a year.
        active_premium: annual return less the benchmark's; ``geometric_ratio`` is that over the tracking error.
        beta, alpha: against the benchmark; alpha compounded to a year.
    """

    days: int
    annual_return: float
    volatility: float
    max_drawdown: float
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    tracking_error: float
    information_ratio: float | None
    active_premium: float
    geometric_ratio: float | None
    beta: float | None
    alpha: float | None


def sessions_of(markets: Sequence[str]) -> float:
    """Give the sessions of a year for some members: their own market's, of several the mean weighted by members.

    An index of several markets moves on the sessions of each; two mainland members and one of New York count
    ``(243 + 243 + 252) / 3 = 246`` a year.

    Args:
        markets: the market of each member, one or more.
    """
    return sum(SESSIONS_A_YEAR[market] for market in markets) / len(markets)


def risk(returns: Floats, benchmark: Floats, sessions_a_year: float, fewest: int = FEWEST) -> Risk | None:
    """Work out the figures of a series; ``None`` with fewer than sixty returns.

    Args:
        returns: ``(n,)`` daily returns; a NaN is a day that counts as time and moves nothing.
        benchmark: ``(n,)`` the benchmark's.
        sessions_a_year: what a daily figure is scaled to a year by.
    """
    if int((~np.isnan(returns)).sum()) < fewest:
        return None
    import empyrical as ep  # noqa: PLC0415  (a second of import)

    scale = {"annualization": sessions_a_year}
    difference = returns - benchmark
    tracking = float(ep.annual_volatility(difference, **scale))
    ratio = float(ep.excess_sharpe(returns, benchmark)) * float(np.sqrt(sessions_a_year))
    year, bench = float(ep.annual_return(returns, **scale)), float(ep.annual_return(benchmark, **scale))
    alpha, beta = (float(value) for value in ep.alpha_beta(returns, benchmark, **scale))
    return Risk(
        days=int((~np.isnan(returns)).sum()),
        annual_return=year,
        volatility=float(ep.annual_volatility(returns, **scale)),
        max_drawdown=float(ep.max_drawdown(returns)),
        sharpe=_finite(ep.sharpe_ratio(returns, **scale)),
        sortino=_finite(ep.sortino_ratio(returns, **scale)),
        calmar=_finite(ep.calmar_ratio(returns, **scale)),
        tracking_error=tracking,
        information_ratio=_finite(ratio),
        active_premium=year - bench,
        geometric_ratio=_finite((year - bench) / tracking) if tracking > 0 else None,
        beta=_finite(beta),
        alpha=_finite(alpha),
    )


def _finite(value: float) -> float | None:
    """Turn what a division by zero left into nothing."""
    return float(value) if np.isfinite(value) else None
