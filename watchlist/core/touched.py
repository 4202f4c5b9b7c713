"""Touched (期间触及): did a result ever stand at a bound between entry and exit, and how often any share did (S7b).

That is not keeping a promise, which is judged at the exit alone. Of shares that move without any direction far more
touch a bound on the way than end beyond it, so a touched rate says nothing without the market's own.
"""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.base_rate import FEWEST
from watchlist.core.panel import Panel
from watchlist.core.scoring import TIE, Benchmarks


@dataclass(frozen=True, slots=True)
class Span:
    """One window that shares are watched in.

    Attributes:
        entered, exits: positions of its first and last session, both included; the exit has come.
        at_close: bought at the close of the first session; else at its open.
        benchmark: row of the index in :class:`Benchmarks`.
        relative: price returns less the index's are watched; else the price returns alone.
    """

    entered: int
    exits: int
    at_close: bool
    benchmark: int
    relative: bool


def highest(panel: Panel, benchmarks: Benchmarks, row: Ints, price: Floats, span: Span) -> Floats:
    """Give the best result since entry at any close of a window, price legs (the running maximum at its end).

    Args:
        row: ``(n,)`` panel rows.
        price: ``(n,)`` what each was bought at.

    Returns:
        ``(n,)`` fractions. A delisted share is watched to its last bar; NaN where the bars simply end before the exit,
        nobody knowing why (RULES 11, 12).
    """
    days = slice(span.entered, span.exits + 1)
    split = panel.splits_on(row[:, None], np.arange(panel.width)[days]) / panel.splits_on(row, span.entered)[:, None]
    path = panel.close[row, days] * split / price[:, None] - 1
    if span.relative:
        index = benchmarks.close[span.benchmark, days]
        opened = (benchmarks.close if span.at_close else benchmarks.open)[span.benchmark, span.entered]
        path = path - (index / opened - 1)
    last = panel.last_bar[row]
    over = (np.arange(span.entered, span.exits + 1) > last[:, None]) & panel.delisted[row][:, None]
    best: Floats = np.fmax.reduce(np.where(over, np.nan, path), axis=1)
    unknown = (last < span.exits) & ~panel.resumes[row] & ~panel.delisted[row]
    return np.where(unknown, np.nan, best)


def market_highest(panel: Panel, benchmarks: Benchmarks, span: Span) -> Floats:
    """Give :func:`highest` of every share of a market that could be bought as the window began; unknown ones left out.

    Args:
        panel: every security of the market, over the sessions of ``benchmarks``.
    """
    price = (panel.close if span.at_close else panel.open)[:, span.entered]
    row = np.flatnonzero((panel.next_buy[:, span.entered] == span.entered) & ~np.isnan(price))
    found = highest(panel, benchmarks, row, price[row], span)
    return found[~np.isnan(found)]


def touched(best: Floats, bound: float) -> Floats:
    """Say of each whether its best result reached a bound, equality included: 1, 0, or NaN where it is unknown."""
    return np.where(np.isnan(best), np.nan, (best >= bound - TIE).astype(float))


def touched_rate(best: Floats, bound: float, fewest: int = FEWEST) -> float | None:
    """Give the share of a market that touched a bound; ``None`` with fewer than 200 shares."""
    return None if best.size < fewest else float(touched(best, bound).mean())
