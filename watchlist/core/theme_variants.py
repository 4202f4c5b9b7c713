"""Other weightings of a theme index: buy-and-hold, and by shares outstanding; and how far themes overlap (S14).

``theme_index`` has the equal weight rebalanced daily. Here units are fixed when a member joins, and the divisor is
chained at every change, so that joining and leaving move no level: ``D_after = D_before x MV_after / MV_before``.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from watchlist.core.bars import Bools, Floats
from watchlist.core.theme_index import BASE, FEWEST, Member
from watchlist.domain.calendars import Dates


def buy_and_hold(members: Sequence[Member], dates: Dates, fewest: int = FEWEST) -> Floats:
    """Chain an index whose members get one equal part when they join and then drift.

    Args:
        dates: ``(t,)`` days, the first being the base.
        fewest: members below which it stands still.
    """
    growth, inside = _lay(members, dates)
    return _chain(growth, inside, None, fewest)


def by_shares(
    members: Sequence[Member], shares: Mapping[str, float], close: Mapping[str, float], dates: Dates,
    fewest: int = FEWEST,
) -> Floats | None:  # fmt: skip
    """Chain an index weighted by shares outstanding, or in free float, times price.

    Args:
        shares: by symbol; ``close`` the price at the first day of ``dates`` that belongs to them.

    Returns:
        levels ``(t,)``; ``None`` where the shares of a member are not known.
    """
    symbols = list(dict.fromkeys(m.symbol for m in members))
    if any(s not in shares or s not in close for s in symbols):
        return None
    growth, inside = _lay(members, dates)
    worth = np.array([shares[s] * close[s] for s in symbols])
    return _chain(growth, inside, worth, fewest)


def drifting(returns: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Let a portfolio run without trading.

    Args:
        returns: ``(t, n)`` daily returns; NaN is a suspended day: it moves nothing and the weight stays.
        weights: ``(n,)`` at the start, adding up to 1.

    Returns:
        the portfolio's daily returns ``(t,)``, and the weights at the start of each day ``(t, n)``.
    """
    known = np.nan_to_num(returns)
    level = np.vstack([np.ones(returns.shape[1]), np.multiply.accumulate(1 + known, axis=0)]) * weights
    worth = level.sum(axis=1)
    return worth[1:] / worth[:-1] - 1, level[:-1] / worth[:-1, None]


def jaccard(one: Collection[str], other: Collection[str]) -> float | None:
    """Give how far two themes hold the same shares: those of both over those of either; ``None`` for empty ones."""
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else None


def _lay(members: Sequence[Member], dates: Dates) -> tuple[Floats, Bools]:
    """Lay growth and membership over days, a row a share; a share that two reports put in counts once."""
    symbols = list(dict.fromkeys(m.symbol for m in members))
    growth, inside = np.zeros((len(symbols), dates.size)), np.zeros((len(symbols), dates.size), dtype=bool)
    for m in members:
        row = symbols.index(m.symbol)
        at = np.searchsorted(dates, m.sessions)
        here = (at < dates.size) & (dates[np.minimum(at, dates.size - 1)] == m.sessions)
        growth[row, at[here]] = np.nan_to_num(m.growth[here])
        inside[row] |= (dates > m.joined) & (dates <= m.left)
    return growth, inside


def _chain(growth: Floats, inside: Bools, worth: Floats | None, fewest: int) -> Floats:
    """Chain levels; a joining member brings the mean value of those inside, or its own worth where that is given."""
    level = np.full(growth.shape[1], BASE)
    own = None if worth is None else worth[:, None] * np.multiply.accumulate(1 + growth, axis=1)
    held = np.zeros(growth.shape[0])
    for day in range(1, growth.shape[1]):
        now = inside[:, day]
        if own is None:
            staying = held[now & (held > 0)]
            held = np.where(now, np.where(held > 0, held, staying.mean() if staying.size else 1.0), 0.0)
        else:
            held = np.where(now, own[:, day - 1], 0.0)
        move = 0.0
        if now.sum() >= fewest:
            move = float((held * growth[:, day]).sum() / held.sum())
        held = held * (1 + growth[:, day])
        level[day] = level[day - 1] * (1 + move)
    return level
