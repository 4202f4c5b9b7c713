"""Theme index: what a theme's open recommendations did together, day by day, from a base of 1000 (RULES 21).

Equal weight, rebalanced daily: ``I_t = I_{t-1} x (1 + mean of the members' total returns of the day)``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.statistics import max_drawdown
from watchlist.domain.calendars import Dates

BASE = 1000.0
FEWEST = 3  # members below which the index stands still


@dataclass(frozen=True, slots=True)
class Member:
    """One share in a theme: its own market's sessions and growth, and when it belongs.

    Attributes:
        sessions: ``(d,)`` its market's sessions.
        growth: ``(d,)`` daily total return, 0 while suspended.
        benchmark_growth: ``(d,)`` daily return of its benchmark.
        joined: joins at the close of this session: counts from the next one.
        left: leaves at the close of this session, its last one inside.
    """

    symbol: str
    sessions: Dates
    growth: Floats
    benchmark_growth: Floats
    joined: np.datetime64
    left: np.datetime64


@dataclass(frozen=True, slots=True)
class ThemeIndex:
    """A chained index; all arrays ``(t,)``, the first element being the base.

    Attributes:
        live: whether three members or more moved the index that day; elsewhere it is flat.
        members: how many belonged on the day.
    """

    dates: Dates
    level: Floats
    benchmark: Floats
    live: Ints
    members: Ints

    @property
    def total_return(self) -> float | None:
        """Return since the base, ``None`` where the index never had enough members to move."""
        return float(self.level[-1] / BASE - 1) if self.live.any() else None

    @property
    def benchmark_return(self) -> float | None:
        """The members' benchmarks, chained over the same days."""
        return float(self.benchmark[-1] / BASE - 1) if self.live.any() else None

    @property
    def drawdown(self) -> float | None:
        """Deepest fall from a peak, ``None`` where the index never moved."""
        return max_drawdown(self.level) if self.live.any() else None


def chain_index(members: Sequence[Member]) -> ThemeIndex | None:
    """Chain a theme's members into an index; ``None`` where nothing was ever a member.

    A share that two reports put into the theme counts once. The benchmark moves on the same days with the same weights.
    """
    if not members:
        return None
    every = np.unique(np.concatenate([m.sessions for m in members]))
    dates = every[every >= min(m.joined for m in members)]
    width = dates.size
    inside: dict[str, Bools] = {}
    shares: dict[str, Floats] = {}
    index: dict[str, Floats] = {}
    for m in members:
        at = np.searchsorted(dates, m.sessions)
        here = (at < width) & (dates[np.minimum(at, width - 1)] == m.sessions)
        belongs = (dates > m.joined) & (dates <= m.left)
        inside[m.symbol] = belongs | inside.get(m.symbol, np.zeros(width, dtype=bool))
        for line, own in ((shares, m.growth), (index, m.benchmark_growth)):
            row = np.zeros(width)
            row[at[here]] = np.nan_to_num(own[here])
            line[m.symbol] = row
    counted = np.array([inside[s] for s in inside])
    size = counted.sum(axis=0)
    live = size >= FEWEST

    def level(line: dict[str, Floats]) -> Floats:
        moves = (np.array([line[s] for s in inside]) * counted).sum(axis=0)
        daily = np.where(live, moves / np.maximum(size, 1), 0.0)
        chained: Floats = BASE * np.multiply.accumulate(1 + daily)
        return chained

    return ThemeIndex(dates, level(shares), level(index), live.astype(np.int64), size)


def growth(levels: Floats) -> Floats:
    """Give the change of each session over the one before, ``(d,)``; 0 where there is none to compare with."""
    last = np.maximum.accumulate(np.where(np.isnan(levels), -1, np.arange(levels.size)))
    carried = np.where(last >= 0, levels[last], np.nan)  # a gap's move is made at the next level
    change = np.zeros(levels.size)
    change[1:] = carried[1:] / carried[:-1] - 1
    return np.nan_to_num(change)
