"""Theme index: what a theme's open recommendations did together, day by day, from a base of 1000 (RULES 21).

``I_t = I_{t-1} x (1 + sum(w x r))`` over the members' total returns of the day: equal weight set anew each day unless
other weights are asked for (``theme_variants``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.grid import places
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
        worth: ``(d,)`` what its shares were worth at each close, NaN where nobody knows how many there were.
    """

    symbol: str
    sessions: Dates
    growth: Floats
    benchmark_growth: Floats
    joined: np.datetime64
    left: np.datetime64
    worth: Floats | None = None


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


@dataclass(frozen=True, slots=True)
class Laid:
    """Members laid over days, a row a share, all ``(n, t)``; a share that two reports put into the theme counts once.

    Attributes:
        dates: ``(t,)`` days, the first being the base.
        growth, benchmark: daily returns, 0 on its market's holidays.
        inside: whether it counts on the day.
        worth: what its shares were worth at the close, NaN where nobody knows.
    """

    symbols: tuple[str, ...]
    dates: Dates
    growth: Floats
    benchmark: Floats
    inside: Bools
    worth: Floats


# Gives the weights at the start of each day, (n, t), adding up to 1 over the members; NaN where they are not known.
Weigh = Callable[[Laid], Floats]


def lay(members: Sequence[Member]) -> Laid:
    """Lay one member or more over the days from the first entry on."""
    calendars = {id(m.sessions): m.sessions for m in members}  # shares of a market have one in common
    every = np.unique(np.concatenate(list(calendars.values())))
    joined, left = (np.array([getattr(m, name) for m in members]) for name in ("joined", "left"))
    dates = every[every >= joined.min()]
    last = {m.symbol: m for m in members}  # a share's own line is the same whoever put it into the theme
    rows = {symbol: row for row, symbol in enumerate(last)}
    growth, benchmark = np.zeros((2, len(rows), dates.size))
    worth = np.full(growth.shape, np.nan)
    for row, m in enumerate(last.values()):
        at, here = places(dates, m.sessions)
        growth[row, at], benchmark[row, at] = (np.nan_to_num(each[here]) for each in (m.growth, m.benchmark_growth))
        if m.worth is not None:
            before = np.searchsorted(m.sessions, dates, side="right") - 1  # over its market's holidays as it was
            worth[row] = np.where(before >= 0, m.worth[np.maximum(before, 0)], np.nan)
    inside = _inside(dates, np.array([rows[m.symbol] for m in members]), len(rows), joined, left)
    return Laid(tuple(rows), dates, growth, benchmark, inside, worth)


def _inside(dates: Dates, row: Ints, rows: int, joined: Dates, left: Dates) -> Bools:
    """Say on which days ``(rows, t)`` a share is a member: after one of its members joined, until that one left."""
    change = np.zeros((rows, dates.size + 1), dtype=np.int64)
    start = np.searchsorted(dates, joined, side="right")
    np.add.at(change, (row, start), 1)
    np.add.at(change, (row, np.maximum(np.searchsorted(dates, left, side="right"), start)), -1)
    return np.asarray(change[:, :-1].cumsum(axis=1) > 0)


def equal(laid: Laid) -> Floats:
    """Weigh every member alike, anew each day."""
    return np.asarray(laid.inside / np.maximum(laid.inside.sum(axis=0), 1))


def chain_index(members: Sequence[Member], weigh: Weigh = equal, fewest: int = FEWEST) -> ThemeIndex | None:
    """Chain a theme's members into an index: each day moves by the weighted mean of their returns.

    The benchmark moves on the same days with the same weights. Below ``fewest`` members it stands still.

    Returns:
        ``None`` where nothing was ever a member, or the weights of a day that counts are not known.
    """
    if not members:
        return None
    laid = lay(members)
    size = laid.inside.sum(axis=0)
    live = size >= fewest
    weights = np.where(laid.inside & live, weigh(laid), 0.0)
    if np.isnan(weights).any():
        return None

    def level(moves: Floats) -> Floats:
        chained: Floats = BASE * np.multiply.accumulate(1 + (weights * moves).sum(axis=0))
        return chained

    return ThemeIndex(laid.dates, level(laid.growth), level(laid.benchmark), live.astype(np.int64), size)


def growth(levels: Floats) -> Floats:
    """Give the change of each session over the one before, ``(d,)``; 0 where there is none to compare with."""
    last = np.maximum.accumulate(np.where(np.isnan(levels), -1, np.arange(levels.size)))
    carried = np.where(last >= 0, levels[last], np.nan)  # a gap's move is made at the next level
    change = np.zeros(levels.size)
    change[1:] = carried[1:] / carried[:-1] - 1
    return np.nan_to_num(change)
