"""Other weightings of a theme index: buy-and-hold, and by shares outstanding; and how far themes overlap (S14).

``theme_index`` has the equal weight rebalanced daily. Weights that follow what is held need no trading; where a member
joins or leaves, the divisor is chained, so that it moves no level: ``D_after = D_before x MV_after / MV_before``.
"""

from collections.abc import Collection

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.theme_index import Laid


def held(laid: Laid) -> Floats:
    """Weigh members by what one equal part, put into each as it joins, has become since: buy-and-hold.

    A joining member brings the mean value of those inside, a leaving one takes its own along.
    """
    weights, own = np.zeros(laid.growth.shape), np.zeros(len(laid.symbols))
    changed = np.flatnonzero((laid.inside[:, 1:] != laid.inside[:, :-1]).any(axis=0)) + 1
    starts = np.unique([1, *changed])
    for start, stop in zip(starts, [*starts[1:], laid.dates.size], strict=True):
        now = laid.inside[:, start:stop].any(axis=1)
        staying = own[now & (own > 0)]
        own = np.where(now, np.where(own > 0, own, staying.mean() if staying.size else 1.0), 0.0)
        if now.any():
            _, run = drifting(laid.growth[now, start:stop].T, own[now] / own[now].sum())
            own[now] = run[-1]
            weights[now, start:stop] = run[:-1].T
    return weights


def by_worth(laid: Laid) -> Floats:
    """Weigh members by what their shares outstanding, or in free float, were worth at the close before.

    ``I = sum(q P) / divisor``; NaN on the days on which that of a member is not known.
    """
    weights = np.zeros(laid.growth.shape)
    before = np.where(laid.inside[:, 1:], laid.worth[:, :-1], 0.0)
    whole = before.sum(axis=0)
    weights[:, 1:] = before / np.where(whole == 0, 1.0, whole)
    return weights


def without_worth(laid: Laid) -> list[str]:
    """List the members whose worth is not known on a day on which they count."""
    unknown = np.asarray((laid.inside[:, 1:] & np.isnan(laid.worth[:, :-1])).any(axis=1))
    return [laid.symbols[row] for row in np.flatnonzero(unknown)]


def drifting(returns: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Let a portfolio run without trading.

    Args:
        returns: ``(t, n)`` daily returns; NaN is a suspended day: it moves nothing and the weight stays.
        weights: ``(n,)`` at the start, adding up to 1.

    Returns:
        the portfolio's daily returns ``(t,)``, and the weights at the start of each day and after the last
        ``(t + 1, n)``.
    """
    known = np.nan_to_num(returns)
    level = np.vstack([np.ones(returns.shape[1]), np.multiply.accumulate(1 + known, axis=0)]) * weights
    worth = level.sum(axis=1)
    return worth[1:] / worth[:-1] - 1, level / worth[:, None]


def jaccard(one: Collection[str], other: Collection[str]) -> float | None:
    """Give how far two themes hold the same shares: those of both over those of either; ``None`` for empty ones."""
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else None
