"""Contribution (收益贡献): what each call of a period added to the return of all of them together, adding up exactly.

The calls are held as one portfolio: equal weight over those held on a day, set anew each day, a call to sell with its
sign turned. A call's contribution is what it earned, day by day, on what the portfolio had become by then::

    C_i = sum over days d of V(d-1) x s_i r_i(d) / n(d),   V(d) = V(d-1) (1 + sum_i s_i r_i(d) / n(d)),   V(0) = 1

so the contributions sum to ``V(end) - 1`` (Morningstar, Total Portfolio Performance Attribution Methodology, p. 36;
``to.period.contributions`` of R's PerformanceAnalytics). The benchmark's leg is a portfolio of the same weights.
"""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Floats, Ints


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of the calls: their shares, or their benchmarks.

    Attributes:
        growth: ``(K, D)`` daily returns of every security on it, 0 on days without one.
        row: ``(n,)`` each call's row there.
        first: ``(n,)`` the return of a call's first day, from its entry; NaN where it is the whole day's.
        last: ``(n,)`` the return of its last day, to its exit; NaN likewise, and where ``first`` holds it already.
    """

    growth: Floats
    row: Ints
    first: Floats
    last: Floats


@dataclass(frozen=True, slots=True)
class Side:
    """What one leg came to: each call's contribution ``(n,)`` and the portfolio's value after each day ``(D,)``."""

    contribution: Floats
    value: Floats

    @property
    def total(self) -> float:
        """Give the return of the whole portfolio over the period."""
        return float(self.value[-1] - 1) if self.value.size else 0.0


@dataclass(frozen=True, slots=True)
class Contributions:
    """Both sides of a period's calls.

    Attributes:
        weight: ``(n,)`` a call's mean weight over the days on which anything was held.
        held: ``(D,)`` how many calls were held on each day.
    """

    share: Side
    benchmark: Side
    weight: Floats
    held: Ints


def contribute(start: Ints, stop: Ints, direction: Ints, share: Leg, benchmark: Leg) -> Contributions:
    """Hold calls together over the days of a period.

    Args:
        start, stop: ``(n,)`` first and last day of each, both included.
        direction: ``(n,)`` +1 or -1.
    """
    days = share.growth.shape[1]
    change = np.zeros(days + 1, dtype=np.int64)
    np.add.at(change, start, 1)
    np.add.at(change, stop + 1, -1)
    held = np.cumsum(change)[:days]
    each = np.where(held > 0, 1 / np.maximum(held, 1), 0.0)
    passed = np.concatenate([[0.0], np.cumsum(each)])
    weight = (passed[stop + 1] - passed[start]) / max(int((held > 0).sum()), 1)
    shares, indices = (_side(leg, start, stop, direction, each) for leg in (share, benchmark))
    return Contributions(shares, indices, weight, held)


def _side(leg: Leg, start: Ints, stop: Ints, direction: Ints, each: Floats) -> Side:
    rows, days = leg.growth.shape
    signed = np.zeros((rows, days + 1))
    np.add.at(signed, (leg.row, start), direction)
    np.add.at(signed, (leg.row, stop + 1), -direction)
    moved = np.einsum("kd,kd->d", np.cumsum(signed, axis=1)[:, :days], leg.growth)
    edges = tuple(
        (day, np.nan_to_num(part - leg.growth[leg.row, day])) for day, part in ((start, leg.first), (stop, leg.last))
    )
    for day, more in edges:
        np.add.at(moved, day, direction * more)
    value = np.multiply.accumulate(1 + each * moved)
    scale = each * np.concatenate([[1.0], value])[:days]
    earned = np.concatenate([np.zeros((rows, 1)), np.cumsum(scale * leg.growth, axis=1)], axis=1)
    inside = earned[leg.row, stop + 1] - earned[leg.row, start]
    return Side(direction * (inside + sum(scale[day] * more for day, more in edges)), value)
