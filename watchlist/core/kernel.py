"""The kernel: where each recommendation is bought, where each horizon sells it, and what both legs made (RULES 4-15).

Every formula here is written once, for numbers and for whole arrays alike. NumPy runs it over blocks of
recommendations; where numba is installed, ``core/compiled.py`` runs the same lines as machine code, one recommendation
after another, and gives the same bits. First every place in the panel is found, then all are read, then worked with:
reads that do not wait for each other are what makes it fast.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.domain.model import Status

# What a status is counted as, in the order of the words.
WORDS: Final = np.array([str(status) for status in Status])
PENDING, RUNNING, MATURED, OPEN, SUSPENDED, DELISTED, STALE, UNTRADABLE, NO_PRICE = np.arange(9, dtype=np.uint8)
Codes = NDArray[np.uint8]

# What moves an exit: nothing but the calendar, the entry session, or the end of what is known.
BY_CALENDAR, BY_ENTRY, TO_DATE = range(3)
NOT_YET: Final = 2**31 - 1  # a position that never comes
SHARE: Final = np.dtype(
    [("listed", "i4"), ("debut", "i4"), ("first_bar", "i4"), ("last_bar", "i4"), ("resumes", "?"), ("delisted", "?")],
    align=True,
)


class Prices(NamedTuple):
    """Prices of one market as the kernel reads them.

    Attributes:
        cells: ``(S * stride,)`` of the panel; ``width`` sessions of each security count.
        shares: ``(S,)`` of :data:`SHARE`: positions, and the listing in days since 1970.
        splits: ``(S, K)`` cumulative splits.
        index_open, index_close: ``(B, D)`` of the benchmarks; ``index_first``: ``(B,)`` their first closes.
    """

    cells: Any
    stride: int
    width: int
    shares: Any
    splits: Floats
    index_open: Floats
    index_close: Floats
    index_first: Ints


class Plan(NamedTuple):
    """When to buy and to sell, by the day of publication.

    Attributes:
        origin: the first day of the tables, in days since 1970; ``T`` days follow.
        after, since: ``(T,)`` the first session after each day, and on or after it.
        exits: ``(T, H)`` exit of each horizon that the calendar moves; of the others, sessions after entry.
        moved_by: ``(H,)`` :data:`BY_CALENDAR`, :data:`BY_ENTRY` or :data:`TO_DATE`.
        wait: how many sessions an entry waits at most.
        at_close: entry is at the close.
    """

    origin: int
    after: Ints
    since: Ints
    exits: NDArray[np.int32]
    moved_by: Ints
    wait: int
    at_close: bool


class Given(NamedTuple):
    """Recommendations, one or many: numbers or arrays ``(n,)``.

    Attributes:
        row: panel row of the security, -1 without one; ``benchmark``: row of its index.
        day: day of publication, counted from the plan's first.
        same_session: that day's own session counts.
    """

    row: Ints
    day: Ints
    same_session: Bools
    direction: Ints
    benchmark: Ints


class Paid(NamedTuple):
    """What was paid at entry, one or many: price as traded, factors there, and the benchmark; NaN without an entry."""

    price: Floats
    factor: Floats
    split: Floats
    benchmark: Floats


class Columns:
    """Records read a column at a time: what a formula takes from one record, it takes from many."""

    def __init__(self, records: NDArray[np.void], at: Ints | None = None) -> None:
        self._records, self._at = records, at

    def __getitem__(self, wanted: Any) -> Any:  # noqa: ANN401 - a column's name, or positions of records
        if self._at is None:
            return Columns(self._records, wanted)
        return self._records[wanted][self._at]


def by_column(prices: Prices) -> Prices:
    """Give prices in the form that formulas over arrays read."""
    return prices._replace(cells=Columns(prices.cells), shares=Columns(prices.shares))


def choose(condition: Bools, one: Any, other: Any) -> Any:  # noqa: ANN401 - numbers or arrays of any kind
    """Give one where the condition holds, else the other."""
    return np.where(condition, one, other)


def no(condition: Bools) -> Bools:
    """Say where a condition does not hold."""
    return np.logical_not(condition)


def lists_later(share: Any, day: Ints, same_session: Bools) -> Bools:  # noqa: ANN401 - one of SHARE, or many
    """Say whether a share was listed only after publication, and its bars begin with its first session (RULES 8)."""
    # What is published on the morning of the listing is published before it.
    later = (share["listed"] > day) | ((share["listed"] == day) & same_session)
    begins: Bools = later & (share["first_bar"] <= share["debut"])
    return begins


def find_entry(prices: Prices, plan: Plan, given: Given) -> tuple[Ints, Codes]:
    """Find the first session after publication at which it could be bought (RULES 5-9): ``session, status``."""
    row, day, same_session = given.row, given.day, given.same_session
    known, width = row >= 0, prices.width
    at = np.maximum(row, 0)
    share = prices.shares[at]
    side = choose(same_session, plan.since[day], plan.after[day])
    before = side - 1  # the last session known at publication
    debut = lists_later(share, plan.origin + day, same_session)
    priced = known & ((share["first_bar"] <= before) | debut) & (prices.index_first[given.benchmark] <= before)
    reachable = known & (side < width)
    cell = prices.cells[at * prices.stride + np.minimum(side, width - 1)]
    found = choose(given.direction < 0, cell["next_sell"], cell["next_buy"])
    bought = priced & reachable & (found < width) & (found - side <= plan.wait)
    last, gone = share["last_bar"], share["delisted"]
    # A delisted share never trades again: there is nothing left to wait for.
    status = choose((width - 1 - side >= plan.wait) | gone, UNTRADABLE, PENDING)
    ended = (last >= 0) & (last < np.minimum(side + plan.wait, width - 1))
    status = choose(reachable & ended & no(share["resumes"]) & no(gone), STALE, status)
    status = choose(priced, choose(bought, RUNNING, status), NO_PRICE)
    return choose(bought, found, -1), status


def find_exit(prices: Prices, row: Ints, session: Ints, entered: Codes, exits: Ints) -> tuple[Ints, Codes]:
    """Find where a horizon ends for a share (RULES 10-14): ``stop, status``; -1 where nothing is measured.

    ``open`` until the exit has come, then ``matured`` (or ``suspended``, which :func:`measure` tells by the cell), or
    ``delisted``: both legs end at the last trade. A share whose bars simply end before the exit stays ``open``.
    """
    share, width = prices.shares[np.maximum(row, 0)], prices.width
    bought, reached, last = session >= 0, exits < width, share["last_bar"]
    come = bought & reached & (exits >= session)
    beyond = exits > last
    gone = beyond & share["delisted"]
    status = choose(gone, DELISTED, choose(beyond & no(share["resumes"]), OPEN, MATURED))
    early = choose(exits < session, UNTRADABLE, OPEN)
    idle = choose(reached & (entered == PENDING), UNTRADABLE, OPEN)  # bought too late, if at all
    idle = choose((entered == NO_PRICE) | (entered == UNTRADABLE), entered, idle)
    status = choose(come, status, choose(bought, early, idle))
    measured = (status == MATURED) | (status == DELISTED)
    return choose(measured, choose(gone, last, np.maximum(exits, 0)), -1), status


def find_end(prices: Prices, row: Ints) -> tuple[Ints, Codes]:
    """Find up to which session a share can be measured now, and why not further (RULES 11, 12): ``stop, status``."""
    share, final = prices.shares[np.maximum(row, 0)], prices.width - 1
    last, resumes, gone = share["last_bar"], share["resumes"], share["delisted"]
    silent = choose(gone, DELISTED, choose(resumes, SUSPENDED, STALE))
    status = choose(last < final, silent, RUNNING)
    status = choose((row < 0) | (last < 0), NO_PRICE, status)
    stop = choose((status == STALE) | (status == DELISTED), last, final)
    return choose(status == NO_PRICE, -1, stop), status


def exit_of(plan: Plan, day: Ints, session: Ints, horizon: int) -> Ints:
    """Give the position at which a horizon ends; :data:`NOT_YET` of one that counts from an entry there is not."""
    exits: Ints = plan.exits[day, horizon]
    if plan.moved_by[horizon] == BY_ENTRY:
        exits = choose(session >= 0, session + exits, NOT_YET)
    return exits


def find_stop(
    prices: Prices, plan: Plan, given: Given, session: Ints, entered: Codes, horizon: int
) -> tuple[Ints, Codes]:
    """Find where a horizon of the plan is measured: ``stop, status``."""
    if plan.moved_by[horizon] == TO_DATE:
        stop, status = find_end(prices, given.row)
        return choose(session >= 0, stop, -1), choose(session >= 0, status, entered)
    return find_exit(prices, given.row, session, entered, exit_of(plan, given.day, session, horizon))


def pays_close(prices: Prices, plan: Plan, index: Ints, session: Ints) -> Bools:
    """Say whether the close of the entry session is paid: by rule, or because the benchmark has no open there."""
    return (session >= 0) & (np.isnan(prices.index_open[index, np.maximum(session, 0)]) | plan.at_close)


def paid(prices: Prices, row: Ints, index: Ints, session: Ints, at_close: Bools) -> Paid:
    """Read what was paid at entry."""
    at, start = np.maximum(row, 0), np.maximum(session, 0)
    cell = prices.cells[at * prices.stride + start]
    price = choose(session >= 0, choose(at_close, cell["close"], cell["open"]), np.nan)
    base = choose(at_close, prices.index_close[index, start], prices.index_open[index, start])
    return Paid(price, cell["factor"], prices.splits[at, cell["split"]], base)


def earned(bought: Paid, sold: Paid) -> tuple[Floats, Floats, Floats]:
    """Give the ``price_return, total_return, benchmark_return`` of a window, as fractions."""
    change = sold.price / bought.price
    return (
        change * sold.split / bought.split - 1,
        change * sold.factor / bought.factor - 1,
        sold.benchmark / bought.benchmark - 1,
    )


def measure(
    prices: Prices, given: Given, bought: Paid, stop: Ints, status: Codes, cell: Any  # noqa: ANN401 - one cell or many
) -> tuple[Codes, Floats, Floats, Floats]:  # fmt: skip
    """Measure both legs to the cell at ``stop``: ``status, price_return, total_return, benchmark_return``.

    Returns are NaN where ``stop`` is -1. A horizon that ends on a session without a bar is ``suspended``.
    """
    measured = stop >= 0
    status = choose((status == MATURED) & (cell["last_bar"] != stop), SUSPENDED, status)
    split = prices.splits[np.maximum(given.row, 0), cell["split"]]
    index = prices.index_close[given.benchmark, np.maximum(stop, 0)]
    price_return, total_return, benchmark = earned(bought, Paid(cell["close"], cell["factor"], split, index))
    return (
        status,
        choose(measured, price_return, np.nan),
        choose(measured, total_return, np.nan),
        choose(measured, benchmark, np.nan),
    )
