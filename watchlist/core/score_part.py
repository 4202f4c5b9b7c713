"""Scoring a part: recommendations as arrays in, every horizon of each as arrays out.

The same function serves the two founding reports and millions of rows. A part stands by itself: parts may be scored one
after another, side by side or on other machines, and put together again.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchlist.core import compiled
from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.kernel import (
    BY_CALENDAR,
    BY_ENTRY,
    DELISTED,
    MATURED,
    NO_PRICE,
    NOT_YET,
    SUSPENDED,
    TO_DATE,
    UNTRADABLE,
    WORDS,
    Codes,
    Given,
    Plan,
    Prices,
    by_column,
    find_entry,
    find_stop,
    measure,
    paid,
    pays_close,
)
from watchlist.core.panel import Panel
from watchlist.core.rules import EntryRule
from watchlist.core.scoring import Asked, Legs, month_exits, sessions_after

NOW: Final = "now"  # the key of what runs to the as-of session
_EPOCH: Final = np.datetime64("1970-01-01")
_BLOCK: Final = 8192  # recommendations worked on at once: their arrays stay in the processor's cache
_WORTH: Final = 2_000_000  # horizons from which on loading machine code is quicker than doing without it
_SETTLED: Final = np.array([MATURED, SUSPENDED, DELISTED, UNTRADABLE, NO_PRICE])


class Scores(NamedTuple):
    """How ``n`` recommendations stand at ``H`` horizons, in the order they were asked for.

    Attributes:
        entry: ``(n,)`` position of the entry session, -1 without one; ``entry_status`` as ``kernel.WORDS`` counts it.
        at_close: ``(n,)`` bought at the close of the entry session.
        price: ``(n,)`` what was paid, as traded; NaN without an entry.
        stop: ``(n, H)`` position of the last session measured, -1 without one; ``status`` likewise.
        price_return, total_return, benchmark_return: ``(n, H)`` fractions, NaN where nothing is measured.
    """

    entry: NDArray[np.int32]
    entry_status: Codes
    at_close: Bools
    price: Floats
    stop: NDArray[np.int32]
    status: Codes
    price_return: Floats
    total_return: Floats
    benchmark_return: Floats

    @classmethod
    def empty(cls, count: int, horizons: int) -> "Scores":
        """Make room for so many recommendations and horizons."""
        one, many = (count,), (count, horizons)
        returns = (np.empty(many) for _ in range(3))
        return cls(
            np.empty(one, np.int32), np.empty(one, np.uint8), np.empty(one, np.bool_), np.empty(one),
            np.empty(many, np.int32), np.empty(many, np.uint8), *returns,
        )  # fmt: skip

    @property
    def excess_return(self) -> Floats:
        """Total return less the benchmark's (超额收益), ``(n, H)``."""
        return self.total_return - self.benchmark_return

    @property
    def settled(self) -> Bools:
        """``(n,)`` whose answers new sessions leave as they are; only the others have to be scored again.

        What holds an action or a bar that came late is scored again whatever it says here.
        """
        over = np.isin(self.entry_status, _SETTLED) | (self.entry >= 0)
        return np.asarray(over & np.isin(self.status, _SETTLED).all(axis=1))

    def legs(self, horizon: int) -> Legs:
        """Give one horizon by its place among those asked for."""
        returns = (self.price_return, self.total_return, self.benchmark_return)
        status = WORDS[self.status[:, horizon]]
        return Legs(self.stop[:, horizon].astype(np.int64), status, *(one[:, horizon] for one in returns))


def plan_of(panel: Panel, rule: EntryRule, horizons: Sequence[str], since: np.datetime64, until: np.datetime64) -> Plan:
    """Lay down when recommendations are bought and sold that are published from ``since`` to ``until``, both included.

    Args:
        horizons: keys: ``"20"`` sessions, ``"6m"`` calendar months, ``"now"`` up to the as-of session.
    """
    days = np.arange(since, until + 1, dtype="datetime64[D]")
    exits = np.full((days.size, len(horizons)), NOT_YET, dtype=np.int32)
    moved_by = np.full(len(horizons), BY_ENTRY, dtype=np.int64)
    for at, key in enumerate(horizons):
        if key == NOW:
            moved_by[at] = TO_DATE
        elif key.endswith("m"):
            moved_by[at] = BY_CALENDAR
            exits[:, at] = month_exits(panel, days, int(key[:-1]))
        else:
            exits[:, at] = sessions_after(int(key), rule)
    return Plan(
        origin=int((since - _EPOCH).astype(np.int64)),
        after=np.searchsorted(panel.sessions, days, side="right"),
        since=np.searchsorted(panel.sessions, days, side="left"),
        exits=exits,
        moved_by=moved_by,
        wait=rule.max_wait,
        at_close=rule.at == "close",
    )


def share_by_share(asked: Asked, size: int) -> Iterator[Ints]:
    """Cut recommendations into parts of so many, those of one share beside each other: positions ``(size,)`` each.

    Scored in this order, a share's cells are fetched once and are near when its next recommendation needs them; in the
    order of publication every answer waits for memory of its own.
    """
    row = asked.row + 1
    # Small numbers are sorted by counting, ten times as fast.
    narrow = row.size > 0 and int(row.max()) <= np.iinfo(np.uint16).max
    order = np.argsort(row.astype(np.uint16) if narrow else row, kind="stable")
    return (order[start : start + size] for start in range(0, order.size, size))


def score_part(prices: Prices, plan: Plan, asked: Asked, *, machine_code: bool | None = None) -> Scores:
    """Score recommendations of one market at every horizon of the plan.

    Args:
        machine_code: run the formulas compiled, or not; unless said, where numba is installed and it pays. The bits
            of the answer are the same.

    Raises:
        ValueError: one was published on a day that the plan does not reach.
    """
    day = (asked.published - _EPOCH).astype(np.int64) - plan.origin
    if day.size and not (day.min() >= 0 and day.max() < plan.after.size):
        message = "the plan does not reach every day of publication"
        raise ValueError(message)
    row, day, direction, index = (
        np.ascontiguousarray(part, dtype=np.int64) for part in (asked.row, day, asked.direction, asked.benchmark)
    )
    given = Given(row, day, np.ascontiguousarray(asked.same_session), direction, index)
    scores = Scores.empty(day.size, plan.moved_by.size)
    if machine_code is None:
        machine_code = scores.stop.size >= _WORTH and compiled.available()
    if machine_code:
        compiled.score_rows()(prices, plan, given, scores)
        return scores
    columns = by_column(prices)
    for start in range(0, day.size, _BLOCK):
        here = slice(start, start + _BLOCK)
        _score_block(columns, plan, Given._make(one[here] for one in given), Scores._make(one[here] for one in scores))
    return scores


def _score_block(prices: Prices, plan: Plan, given: Given, out: Scores) -> None:
    session, entered = find_entry(prices, plan, given)
    at_close = pays_close(prices, plan, given.benchmark, session)
    bought = paid(prices, given.row, given.benchmark, session, at_close)
    out.entry[:], out.entry_status[:], out.at_close[:], out.price[:] = session, entered, at_close, bought.price
    start = np.maximum(given.row, 0) * prices.stride
    for horizon in range(plan.moved_by.size):
        stop, status = find_stop(prices, plan, given, session, entered, horizon)
        cell = prices.cells[start + np.maximum(stop, 0)]
        status, *returns = measure(prices, given, bought, stop, status, cell)
        out.stop[:, horizon], out.status[:, horizon] = stop, status
        for place, values in zip((out.price_return, out.total_return, out.benchmark_return), returns, strict=True):
            place[:, horizon] = values
