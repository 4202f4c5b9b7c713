"""Books of calls: rating units against the benchmark (as StarMine does, S12), and monthly share lists (金股, S13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.calendar_time import Holdings, weights
from watchlist.core.returns import chain
from watchlist.domain.calendars import Dates

QUALIFY: Final = 5  # shares below which a book is not looked at (StarMine's own rule)


@dataclass(frozen=True, slots=True)
class UnitBook:
    """A book of units against an index, ``(D,)``.

    Attributes:
        returns: the book's return of the day over the index's; NaN while it holds nothing.
        units: how many it held.
    """

    dates: Dates
    returns: Floats
    units: Floats

    @property
    def excess_return(self) -> float | None:
        """The returns chained; ``None`` where it never held anything."""
        live = self.returns[~np.isnan(self.returns)]
        return chain(live) if live.size else None

    @property
    def sessions(self) -> int:
        """How many sessions it held something."""
        return int((~np.isnan(self.returns)).sum())


def unit_book(held: Holdings, units: Ints, growth: Floats, index: Floats, dates: Dates) -> UnitBook:
    """Hold +2 units of a strong buy, +1 of a buy, -1 and -2 of sells, each against as much of an index.

    The units are set anew at the first session of each month and whenever a rating comes, changes or ends, and drift
    with their shares in between (StarMine's method as published; the index is the market's, or the industry's).

    Args:
        held: open calls; ``direction`` gives the sign, ``units`` ``(n,)`` the size of each.
        growth: ``(S, D)`` daily returns of the shares.
        index: ``(D,)`` daily returns.
    """
    wanted = weights(Holdings(held.row, held.entered, held.closed, held.direction * units), *growth.shape)
    month = dates.astype("datetime64[M]")
    fresh = np.ones(dates.size, dtype=bool)
    fresh[1:] = (month[1:] != month[:-1]) | (wanted[:, 1:] != wanted[:, :-1]).any(axis=0)
    spread = np.nan_to_num(growth) - np.nan_to_num(index)
    returns, size = np.full(dates.size, np.nan), np.abs(wanted).sum(axis=0)
    starts = np.flatnonzero(fresh)
    for start, stop in zip(starts, [*starts[1:], dates.size], strict=True):
        if size[start] > 0:
            level = np.multiply.accumulate(1 + np.nan_to_num(growth[:, start:stop]), axis=1)
            drift = np.column_stack([np.ones(growth.shape[0]), level[:, :-1]]) * wanted[:, [start]] / size[start]
            returns[start:stop] = (drift * spread[:, start:stop]).sum(axis=0) / np.abs(drift).sum(axis=0)
    return UnitBook(dates, returns, size)


def pool_units(books: Sequence[UnitBook]) -> UnitBook:
    """Put one or more books, of several markets or against several indices, into one, weighted by their units."""
    dates = np.unique(np.concatenate([book.dates for book in books]))
    moved, size = np.zeros(dates.size), np.zeros(dates.size)
    for book in books:
        known = ~np.isnan(book.returns)
        at = np.searchsorted(dates, book.dates[known])
        moved[at] += book.returns[known] * book.units[known]
        size[at] += book.units[known]
    return UnitBook(dates, np.where(size > 0, moved / np.where(size > 0, size, 1.0), np.nan), size)


@dataclass(frozen=True, slots=True)
class Pick:
    """A share on a broker's list of a month (金股): ``month`` is the one it is held in."""

    month: np.datetime64
    broker: str
    row: int


@dataclass(frozen=True, slots=True)
class ListMonth:
    """One month of the monthly book; returns from its first session's close to the next month's first close.

    Attributes:
        equal: equal weight over the shares; ``by_brokers`` weighted by how many brokers picked each.
        new, repeated: equal weight of the shares that were not, or were, on last month's list.
        exclusive, shared: of the shares that one broker, or several, picked.
    """

    month: str
    shares: int
    equal: float
    by_brokers: float
    benchmark: float
    new: float | None
    repeated: float | None
    exclusive: float | None
    shared: float | None


def monthly_book(picks: Sequence[Pick], close: Floats, benchmark: Floats, dates: Dates) -> list[ListMonth]:
    """Follow monthly lists, changed at the first session's close (国信证券's rule for its index of golden stocks).

    A list is held in the month after its reports came out; a month whose next one has not begun is left out.

    Args:
        close: ``(S, D)`` closes that returns can be read from, carried forward.
        benchmark: ``(D,)`` closes.
    """
    months = dates.astype("datetime64[M]")
    firsts = {month: int(np.searchsorted(months, month)) for month in np.unique(months)}
    lists: dict[np.datetime64, dict[int, set[str]]] = {}
    for pick in picks:
        lists.setdefault(pick.month, {}).setdefault(pick.row, set()).add(pick.broker)
    book = []
    for month in sorted(lists):
        start, stop = firsts.get(month), firsts.get(month + np.timedelta64(1, "M"))
        if start is None or stop is None:
            continue
        rows = np.array(sorted(lists[month]), dtype=np.int64)
        with np.errstate(invalid="ignore"):
            moved = close[rows, stop] / close[rows, start] - 1
        known = ~np.isnan(moved)
        if known.any():
            brokers = np.array([len(lists[month][int(row)]) for row in rows])
            before = np.isin(rows, list(lists.get(month - np.timedelta64(1, "M"), {})))
            base = float(benchmark[stop] / benchmark[start] - 1)
            book.append(_list_month(month, moved[known], brokers[known], before[known], base))
    return book


def _list_month(month: np.datetime64, moved: Floats, brokers: Ints, before: np.ndarray, benchmark: float) -> ListMonth:
    def mean(kept: np.ndarray) -> float | None:
        return float(moved[kept].mean()) if kept.any() else None

    return ListMonth(
        month=str(month),
        shares=int(moved.size),
        equal=float(moved.mean()),
        by_brokers=float(np.average(moved, weights=brokers)),
        benchmark=benchmark,
        new=mean(~before),
        repeated=mean(before),
        exclusive=mean(brokers == 1),
        shared=mean(brokers > 1),
    )
