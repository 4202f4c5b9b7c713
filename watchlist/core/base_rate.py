"""Base rate (基准胜率): how often any share of the market beat the benchmark over the same sessions (S6b).

It is not 50 %: returns are skewed, so most shares fall behind their index. A hit rate is skill only above it.
"""

from typing import Final

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.panel import Panel

FEWEST: Final = 200  # shares on the day (RULES 24)


def base_rates(
    panel: Panel,
    benchmark: tuple[Floats, Floats],
    entered: Ints,
    exits: Ints,
    direction: Ints,
    fewest: int = FEWEST,
    *,
    at_close: Bools | bool = False,
) -> Floats:
    """Give for each window the share of the market's securities whose excess went the given way.

    Args:
        panel: every security of the market.
        benchmark: open and close of the index, ``(D,)`` each.
        entered, exits: ``(n,)`` positions of the entry and exit sessions; -1 has none.
        direction: ``(n,)`` +1 or -1; neutral ones have no base rate.
        fewest: securities that must have traded at entry.
        at_close: ``(n,)`` bought at the close of the entry session; else at its open where the index has one.

    Returns:
        ``(n,)`` fractions; NaN where fewer than ``fewest`` could be bought that day.
    """
    keys = np.column_stack([entered, exits, direction, np.broadcast_to(at_close, entered.shape)])
    unique, back = np.unique(keys, axis=0, return_inverse=True)
    rates = np.array(
        [_rate(panel, benchmark, int(a), int(b), int(s), fewest, at_close=bool(c)) for a, b, s, c in unique]
    )
    return np.asarray(rates[np.ravel(back)]) if unique.size else np.zeros(0)


def _rate(
    panel: Panel,
    benchmark: tuple[Floats, Floats],
    entered: int,
    exits: int,
    direction: int,
    fewest: int,
    *,
    at_close: bool,
) -> float:
    if entered < 0 or exits < entered or exits >= panel.sessions.size or direction == 0:
        return np.nan
    opened, closed = benchmark
    at_open = not at_close and not np.isnan(opened[entered])
    base = (panel.open if at_open else panel.close)[:, entered]
    index = closed[exits] / (opened if at_open else closed)[entered] - 1
    tradable = (panel.last_seen[:, entered] == entered) & ~np.isnan(base)
    if tradable.sum() < fewest or np.isnan(index):
        return np.nan
    every = np.arange(len(panel.symbols))
    split = panel.splits_on(every, exits) / panel.splits_on(every, entered)
    grown = panel.close[:, exits] / base * split - 1
    return float((direction * (grown[tradable] - index) > 0).mean())
