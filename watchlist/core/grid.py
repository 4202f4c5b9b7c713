"""The grid: bars of several securities laid over the sessions of their market, before anything is carried forward."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints, SymbolBars
from watchlist.domain.calendars import Dates


@dataclass(frozen=True, slots=True)
class Grid:
    """Bars of ``S`` securities over the sessions from ``start`` on, ``n`` of them; arrays ``(S, n)``.

    Attributes:
        sessions: ``(D,)`` every session of the market; those before ``start`` were laid already.
        open, close, volume: as traded, NaN without a bar.
        last: ``(S,)`` position of the last bar before ``start``, -1 without one.
        seen: position of the last bar at or before each session, -1 before the first.
        before: the last close before each session, NaN up to the first bar.
    """

    sessions: Dates
    start: int
    bars: Sequence[SymbolBars]
    open: Floats
    close: Floats
    volume: Floats
    last: Ints
    seen: Ints
    before: Floats

    @property
    def days(self) -> Dates:
        """``(n,)`` the sessions that are laid."""
        return self.sessions[self.start :]

    @property
    def traded(self) -> Bools:
        """``(S, n)`` where there is a bar."""
        return ~np.isnan(self.close)

    def carried(self, values: np.ndarray, so_far: np.ndarray) -> np.ndarray:
        """Carry ``(S, n)`` values of bars forward; ``so_far`` ``(S,)`` is that of the last bar before ``start``."""
        laid = np.take_along_axis(values, np.maximum(self.seen - self.start, 0), axis=1)
        return np.where(self.seen >= self.start, laid, so_far[:, None])

    def first_bar_from(self, row: int, day: dt.date) -> int | None:
        """Give the place of the first bar on or after a day; ``None`` where there is none, or one before ``start``."""
        wanted, last = np.datetime64(day), int(self.last[row])
        if last >= 0 and self.sessions[last] >= wanted:
            return None
        since = int(np.searchsorted(self.days, wanted))
        # The last bar seen lies at or after that day for the first time where there is such a bar.
        place = int(np.searchsorted(self.seen[row], self.start + since))
        return place if place < self.days.size else None


def lay_out(
    sessions: Dates,
    bars: Sequence[SymbolBars],
    start: int = 0,
    last: Ints | None = None,
    close: Floats | None = None,
) -> Grid:
    """Lay bars over sessions; those off the sessions, and before ``start``, are left out.

    Args:
        last, close: ``(S,)`` position and close of the last bar before ``start``; without them there was none.
    """
    last = np.full(len(bars), -1, dtype=np.int64) if last is None else last
    close = np.full(len(bars), np.nan) if close is None else close
    shape = (len(bars), sessions.size - start)
    opened, closed, volume = (np.full(shape, np.nan) for _ in range(3))
    for row, one in enumerate(bars):
        place, here = places(sessions, one.sessions, start)
        for field, values in ((opened, one.open), (closed, one.close), (volume, one.volume)):
            field[row, place] = values[here]
    positions = np.where(np.isnan(closed), -1, np.arange(start, sessions.size))
    seen = np.maximum(np.maximum.accumulate(positions, axis=1), last[:, None])
    grid = Grid(sessions, start, bars, opened, closed, volume, last, seen, closed)
    carried = grid.carried(closed, close)
    before = np.concatenate([close[:, None], carried[:, :-1]], axis=1)
    return Grid(sessions, start, bars, opened, closed, volume, last, seen, before)


def places(sessions: Dates, days: Dates, start: int = 0) -> tuple[Ints, Bools]:
    """Find which of some days are sessions from ``start`` on: their places after it, and a mask ``(n,)`` of which."""
    place = np.searchsorted(sessions, days)
    here = (place >= start) & (place < sessions.size) & (sessions[np.minimum(place, sessions.size - 1)] == days)
    return place[here] - start, here
