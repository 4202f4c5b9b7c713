"""Calendar-time alpha (日历时间阿尔法): a day's return of every open call together, regressed on the market (S11).

This is the number that ranks: overlapping calls of a day fall into one observation, so that its test keeps its size
(Fama 1998; Mitchell and Stafford 2000; Barber, Lehavy, McNichols and Trueman 2001).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.domain.calendars import Dates

FEWEST_NAMES: Final = 5  # open calls below which a day does not count
FEWEST_DAYS: Final = 120  # counted days below which there is no alpha
_Call = tuple[int, int, int]  # entered, closed and direction of one


@dataclass(frozen=True, slots=True)
class Fit:
    """A least-squares fit with Newey-West errors; arrays over the columns of the design."""

    params: Floats
    errors: Floats
    t: Floats
    p: Floats


def newey_west_lags(days: int) -> int:
    """Give the usual number of lags, ``floor(4 (T / 100) ^ (2 / 9))`` (Newey and West 1994)."""
    return floor(4.0 * float((days / 100) ** (2 / 9)))


def newey_west(y: Floats, design: Floats, lags: int, *, small_sample: bool = True) -> Fit:
    """Fit by least squares with Bartlett-kernel errors (Newey and West 1987).

    Args:
        y: ``(n,)``.
        design: ``(n, k)``, a column of ones included where there is an intercept.
        lags: how many autocovariances enter.
        small_sample: multiply the variance by ``n / (n - k)``.
    """
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415  (seconds of import)

    options = {"maxlags": lags, "use_correction": small_sample}
    fitted = OLS(y, design).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    return Fit(*(np.asarray(part, dtype=float) for part in (fitted.params, fitted.bse, fitted.tvalues, fitted.pvalues)))


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a group's open calls did together, day by day; arrays ``(D,)``.

    Attributes:
        returns: mean return of the open calls, each in its direction; NaN where fewer than five were open.
        benchmark: the benchmark's return of the day.
        names: how many calls were open.
        size: what their weights add up to: the calls, or the money in them.
    """

    returns: Floats
    benchmark: Floats
    names: Ints
    size: Floats

    @property
    def counted(self) -> np.ndarray:
        """Say which days count."""
        return np.asarray(~np.isnan(self.returns) & ~np.isnan(self.benchmark))


@dataclass(frozen=True, slots=True)
class Holdings:
    """Open calls as rows; all ``(n,)``.

    Attributes:
        row: the security's row among the daily returns.
        entered: position of the entry session: the call counts from the next session on.
        closed: position of its last session.
        direction: +1 or -1; neutral calls hold nothing.
    """

    row: Ints
    entered: Ints
    closed: Ints
    direction: Ints

    def take(self, at: Ints | Bools) -> "Holdings":
        """Give the ones at these positions, in this order."""
        return Holdings(self.row[at], self.entered[at], self.closed[at], self.direction[at])


def weights(held: Holdings, shares: int, days: int) -> Floats:
    """Give the signed number of open calls of each share on each day, ``(shares, days)``."""
    kept = (held.entered >= 0) & (held.direction != 0) & (held.closed > held.entered)
    change = np.zeros((shares, days + 1))
    first, last = held.entered[kept] + 1, np.minimum(held.closed[kept], days - 1) + 1
    np.add.at(change, (held.row[kept], np.minimum(first, days)), held.direction[kept])
    np.add.at(change, (held.row[kept], np.maximum(last, np.minimum(first, days))), -held.direction[kept])
    return np.asarray(np.cumsum(change, axis=1)[:, :days])


def calendar_portfolio(
    held: Holdings, growth: Floats, benchmark: Floats, fewest: int = FEWEST_NAMES, *, one_dollar: bool = False
) -> Portfolio:
    """Put every open call of a day into one portfolio.

    Args:
        growth: ``(S, D)`` daily returns of the shares, 0 while suspended.
        benchmark: ``(D,)`` daily returns of the benchmark.
        fewest: open calls that a day needs.
        one_dollar: weight a call by what one unit put into its share at entry has become (Barber, Lehavy and Trueman
            2007) instead of equally; the sum over a share's open calls.
    """
    days = growth.shape[1]
    names, total, moved = np.zeros(days, dtype=np.int64), np.zeros(days), np.zeros(days)
    for row, start, stop, calls in _by_share(held, days):
        span = slice(start, stop)  # it is open on no other day
        move = growth[row, span]
        move = np.where(np.isnan(move), 0.0, move)
        count = load = _open(calls, span)
        if one_dollar:
            load = _compounded(calls, growth[row])[span]
        names[span] += np.abs(count).astype(np.int64)
        total[span] += np.abs(load)
        moved[span] += load * move
    known = names >= fewest
    returns = np.where(known & (total > 0), moved / np.where(total > 0, total, 1), np.nan)
    return Portfolio(returns, benchmark, names, total)


def _by_share(held: Holdings, days: int) -> Iterator[tuple[int, int, int, Sequence[_Call]]]:
    """Give the calls of each share that hold anything, by row, and the days from the first to before the last."""
    kept = np.flatnonzero((held.entered >= 0) & (held.direction != 0) & (held.closed > held.entered))
    kept = kept[np.argsort(held.row[kept], kind="stable")]
    mine = held.take(kept)
    calls = list(zip(mine.entered.tolist(), mine.closed.tolist(), mine.direction.tolist(), strict=True))
    ends = [*(np.flatnonzero(np.diff(mine.row)) + 1).tolist(), len(calls)] if calls else []
    for begin, end in zip([0, *ends], ends, strict=False):
        here = calls[begin:end]
        start = min(call[0] for call in here)
        yield int(mine.row[begin]), start, max(min(max(call[1] for call in here) + 1, days), start), here


def _open(calls: Sequence[_Call], span: slice) -> Floats:
    """Give the signed number of open calls of one share on each day of a span that holds them all."""
    count = np.zeros(span.stop - span.start)
    for entered, closed, sign in calls:
        count[entered + 1 - span.start : closed + 1 - span.start] += sign
    return count


def _compounded(calls: Sequence[_Call], growth: Floats) -> Floats:
    """Weigh each call of one share by its growth from entry to the day before, signed by its direction, ``(D,)``."""
    level = np.multiply.accumulate(1 + np.nan_to_num(growth))
    load = np.zeros(growth.size)
    for start, stop, sign in calls:
        span = slice(start + 1, min(stop, growth.size - 1) + 1)
        load[span] += sign * level[start : start + max(span.stop - span.start, 0)] / level[start]
    return load


@dataclass(frozen=True, slots=True)
class Alpha:
    """A calendar-time alpha; fractions a year, ``None`` where there are too few days.

    Attributes:
        status: ``ok`` or ``insufficient``.
        days: days that count, ``empty`` those left out because fewer than five calls were open.
    """

    status: str
    alpha: float | None
    error: float | None
    t: float | None
    p: float | None
    beta: float | None
    days: int
    empty: int
    lags: int | None


def alpha(portfolio: Portfolio, sessions_a_year: float, fewest: int = FEWEST_DAYS) -> Alpha:
    """Regress the portfolio on its benchmark: ``R_p = a + b R_b + e``, ``a`` times the sessions of a year.

    No risk-free rate is taken off: with daily data it moves the alpha by ``(1 - b)`` times it.
    """
    known = portfolio.counted
    days = int(known.sum())
    empty = int(((portfolio.names > 0) & ~known).sum())
    if days < fewest:
        return Alpha("insufficient", None, None, None, None, None, days, empty, None)
    lags = newey_west_lags(days)
    design = np.column_stack([np.ones(days), portfolio.benchmark[known]])
    fit = newey_west(portfolio.returns[known], design, lags)
    return Alpha(
        status="ok",
        alpha=float(fit.params[0]) * sessions_a_year,
        error=float(fit.errors[0]) * sessions_a_year,
        t=float(fit.t[0]),
        p=float(fit.p[0]),
        beta=float(fit.params[1]),
        days=days,
        empty=empty,
        lags=lags,
    )


def alphas_of_draws(returns: Floats, benchmark: Floats, counts: Floats) -> Floats:
    """Give the daily alpha of several portfolios in several resamples of the days.

    Args:
        returns: ``(J, D)`` portfolios, NaN on days that do not count.
        benchmark: ``(J, D)`` or ``(D,)``.
        counts: ``(draws, D)`` how often each day was drawn.

    Returns:
        ``(draws, J)``; NaN where a draw leaves nothing to fit.
    """
    known = ~np.isnan(returns) & ~np.isnan(benchmark)
    y = np.where(known, returns, 0.0)
    x = np.where(known, np.broadcast_to(benchmark, returns.shape), 0.0)
    n, sx, sy = counts @ known.T, counts @ x.T, counts @ y.T
    sxx, sxy = counts @ (x * x).T, counts @ (x * y).T
    with np.errstate(divide="ignore", invalid="ignore"):
        beta = (n * sxy - sx * sy) / (n * sxx - sx**2)
        return np.asarray((sy - beta * sx) / n)


def pool(parts: Sequence[tuple[Dates, Portfolio]], fewest: int = FEWEST_NAMES) -> tuple[Dates, Portfolio]:
    """Put portfolios of several markets, or against several benchmarks, into one, weighted by their size.

    Args:
        parts: sessions and portfolio of each, made with one call as the fewest.
        fewest: open calls that a day needs altogether.
    """
    dates = parts[0][0] if len(parts) == 1 else np.unique(np.concatenate([each for each, _ in parts]))
    names, size, moved, index = (np.zeros(dates.size) for _ in range(4))
    for sessions, one in parts:
        at = np.searchsorted(dates, sessions)
        known = one.counted
        for total, share in ((names, one.names), (size, one.size), (moved, one.returns * one.size),
                             (index, one.benchmark * one.size)):  # fmt: skip
            total[at] += np.where(known, share, 0.0)
    enough = (names >= fewest) & (size > 0)
    share = np.where(enough, size, 1.0)
    returns, benchmark = (np.where(enough, each / share, np.nan) for each in (moved, index))
    return dates, Portfolio(returns, benchmark, names.astype(np.int64), size)
