"""Turnover and concentration (换手与集中度) of a book of weights over the days (S16)."""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Floats


@dataclass(frozen=True, slots=True)
class Concentration:
    """How a book was spread over its shares; means over the days it held something.

    Attributes:
        turnover: one-way, a day: half of what was traded.
        herfindahl: sum of squared weights; ``effective`` is one over it, the number of equal shares that would be as
            concentrated.
        top_five: weight of the five largest.
    """

    turnover: float
    herfindahl: float
    effective: float
    top_five: float


def concentration(weights: Floats, growth: Floats) -> Concentration | None:
    """Measure a book; ``None`` where it never held anything.

    Args:
        weights: ``(S, D)`` share of each in the book during the day (absolute values add up to 1), 0 where it has none.
        growth: ``(S, D)`` daily returns, by which yesterday's weights drift.
    """
    size = np.abs(weights)
    live = size.sum(axis=0) > 0
    if not live.any():
        return None
    squares = (size**2).sum(axis=0)[live]
    both = live[1:] & live[:-1]
    turned = np.abs(weights[:, 1:] - drifted(weights, growth)[:, :-1]).sum(axis=0)[both] / 2
    largest = np.sort(size[:, live], axis=0)[-5:].sum(axis=0)
    return Concentration(
        turnover=float(turned.mean()) if turned.size else 0.0,
        herfindahl=float(squares.mean()),
        effective=float(1 / squares.mean()),
        top_five=float(largest.mean()),
    )


def drifted(weights: Floats, growth: Floats) -> Floats:
    """Let weights drift through a day: ``w (1 + r)``, scaled to the size they had; a NaN (suspended) moves nothing."""
    moved = weights * (1 + np.nan_to_num(growth))
    before, after = np.abs(weights).sum(axis=0), np.abs(moved).sum(axis=0)
    return np.asarray(moved * np.where(after > 0, before / np.where(after > 0, after, 1), 0.0))
