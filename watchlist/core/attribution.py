"""Attribution (归因): a return split into market, theme and the share within its theme, adding up exactly.

``return = benchmark + (theme - benchmark) + (share - theme)``. The theme's return is the equal-weight mean over every
share that had been recommended in it by then, itself included, bought and sold at the same sessions.
"""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.panel import Panel
from watchlist.core.scoring import Asked, Entries, Legs


@dataclass(frozen=True, slots=True)
class Attribution:
    """Parts of returns, ``(n,)`` fractions; NaN where there is no return. ``peers``: shares in the theme's mean."""

    market: Floats
    theme: Floats
    selection: Floats
    peers: Ints


def attribute(panel: Panel, asked: Asked, entries: Entries, legs: Legs, peers: Bools) -> Attribution:
    """Split the total returns of one market's recommendations.

    Args:
        legs: the window that is split, from entry to its end.
        peers: ``(n, S)`` which securities belonged to the recommendation's theme when it was made.
    """
    total, benchmark = legs.total_return, legs.benchmark_return
    known = (entries.session >= 0) & (legs.end >= 0) & ~np.isnan(total) & ~np.isnan(benchmark)
    each, row = np.arange(asked.row.size), np.maximum(asked.row, 0)
    moved = _moved(panel, np.maximum(entries.session, 0), np.maximum(legs.end, 0), entries.at_close)
    moved[each, row] = 1 + total
    counted = peers & ~np.isnan(moved)
    counted[each, row] = known
    size = counted.sum(axis=1)
    theme = np.where(counted, moved, 0).sum(axis=1) / np.maximum(size, 1) - 1
    none = np.full(row.size, np.nan)
    return Attribution(
        market=np.where(known, benchmark, none),
        theme=np.where(known, theme - benchmark, none),
        selection=np.where(known, total - theme, none),
        peers=np.where(known, size, 0),
    )


def _moved(panel: Panel, start: Ints, stop: Ints, at_close: Bools) -> Floats:
    """Give ``(n, S)`` what one unit of each security became from the entry to the end; NaN before its first bar.

    A peer without an open on the entry session, suspended or not told, counts from its close.
    """
    level = panel.total_close
    with np.errstate(invalid="ignore", divide="ignore"):
        first_day = (panel.close[:, start] / panel.open[:, start]).T
        whole = level[:, stop].T / level[:, start].T
    from_open = np.isfinite(first_day) & ~at_close[:, None]
    return np.asarray(whole * np.where(from_open, first_day, 1.0))
