"""Money book (资金账): one unit of money in every call to buy, from its entry to its end (case 10).

Its money-weighted return says what the money earned; its time-weighted return what the calls earned, however much was
in them. Where the first is below the second, most was recommended before the worse times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.calendar_time import Holdings
from watchlist.core.returns import chain, money_weighted
from watchlist.domain.calendars import Dates

YEAR: Final = 365.25  # days
SHORTEST: Final = 365  # days below which no return a year is given: it would stretch what was seen


@dataclass(frozen=True, slots=True)
class Flows:
    """Money in and out by day, of the shares and of the same money in the benchmark; ``(n,)`` each."""

    days: Dates
    shares: Floats
    benchmark: Floats


@dataclass(frozen=True, slots=True)
class MoneyBook:
    """Returns a year, as fractions; ``None`` where it is too short, or no one rate does it.

    Attributes:
        calls: how many were bought; ``days`` from the first purchase to the last sale or the as-of session.
        time_weighted: the calls' returns of each day, weighted by what each had become, chained; ``benchmark`` the
            index over the same days.
    """

    status: str
    calls: int
    days: int
    money_weighted: float | None
    benchmark_money_weighted: float | None
    time_weighted: float | None
    benchmark_time_weighted: float | None


def flows(held: Holdings, level: Floats, benchmark: Floats, dates: Dates) -> Flows:
    """Pay one unit in at each call's entry close and take out what it became at its end, or at the last session.

    Args:
        held: calls; only those to buy, and held for a session at least, are bought.
        level: ``(S, D)`` closes that returns can be read from; ``benchmark`` ``(D,)``.
    """
    end = np.minimum(held.closed, dates.size - 1)
    kept = (held.direction > 0) & (held.entered >= 0) & (end > held.entered)
    row, start, stop = held.row[kept], held.entered[kept], end[kept]
    out = level[row, stop] / level[row, start]
    index = benchmark[stop] / benchmark[start]
    known = ~np.isnan(out + index)
    paid = -np.ones(int(known.sum()))
    return Flows(
        np.concatenate([dates[start[known]], dates[stop[known]]]),
        np.concatenate([paid, out[known]]),
        np.concatenate([paid, index[known]]),
    )


def money_book(parts: Sequence[Flows], moved: Floats, benchmark: Floats) -> MoneyBook:
    """Work out what the money of a group earned.

    Args:
        parts: the flows of each of its markets.
        moved: ``(n,)`` the group's time-weighted returns of the days it held something; ``benchmark`` the index's.
    """
    days = np.concatenate([part.days for part in parts]) if parts else np.array([], dtype="datetime64[D]")
    calls = days.size // 2
    span = int((days.max() - days.min()).astype(int)) if calls else 0
    if span < SHORTEST:
        return MoneyBook("insufficient", calls, span, None, None, None, None)
    every, back = np.unique(days, return_inverse=True)
    years: Floats = (every - every[0]).astype(np.float64) / YEAR
    paid = (np.concatenate([getattr(part, name) for part in parts]) for name in ("shares", "benchmark"))
    earned, index = (money_weighted(np.bincount(back, each, every.size).astype(float), years) for each in paid)
    whole = YEAR / span
    linked, linked_index = ((1 + chain(each)) ** whole - 1 for each in (moved, benchmark))
    return MoneyBook("ok", calls, span, earned, index, linked, linked_index)
