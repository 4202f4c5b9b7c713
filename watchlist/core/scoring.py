"""Scoring: windows of recommendations over a panel, worked out by the kernel's formulas (RULES 4-15).

``core/score_part.py`` scores many recommendations at every horizon at once; here is what else is asked of a window.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.kernel import (
    MATURED,
    SHARE,
    WORDS,
    Codes,
    Given,
    Paid,
    Prices,
    by_column,
    earned,
    find_end,
    find_exit,
    lists_later,
    measure,
    paid,
)
from watchlist.core.panel import Panel
from watchlist.core.rules import EntryRule
from watchlist.domain.calendars import Dates, months_later

Words = NDArray[np.str_]
TIE: Final = 1e-12  # excess returns nearer to zero than this are zero
_EPOCH: Final = np.datetime64("1970-01-01")
_UNKNOWN: Final = -(2**31)
_ORDER: Final = np.argsort(WORDS)


@dataclass(frozen=True, slots=True)
class Asked:
    """Recommendations to score; all arrays ``(n,)``.

    Attributes:
        row: panel row of the security, -1 where the panel does not have it.
        published: the day of publication in the market's time.
        same_session: published before the market's cutoff, so that day's own session counts.
        direction: +1, 0 or -1.
        benchmark: row of its benchmark in :class:`Benchmarks`.
    """

    row: Ints
    published: Dates
    same_session: Bools
    direction: Ints
    benchmark: Ints

    def take(self, at: Any) -> "Asked":  # noqa: ANN401 - positions, a mask or a slice
        """Give the ones at these positions, in this order."""
        return Asked(self.row[at], self.published[at], self.same_session[at], self.direction[at], self.benchmark[at])


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Indices over the panel's sessions (基准): ``(B, D)`` open and close as published, NaN without a bar."""

    symbols: tuple[str, ...]
    open: Floats
    close: Floats


@dataclass(frozen=True, slots=True)
class Legs:
    """Returns over one window, ``(n,)`` fractions, NaN where there is none; ``excess`` is unsigned."""

    end: Ints
    status: Words
    price_return: Floats
    total_return: Floats
    benchmark_return: Floats

    @property
    def excess_return(self) -> Floats:
        """Total return less the benchmark's (超额收益)."""
        return self.total_return - self.benchmark_return

    @property
    def price_excess(self) -> Floats:
        """Price return less the benchmark's."""
        return self.price_return - self.benchmark_return


@dataclass(frozen=True, slots=True)
class Entries:
    """Where each recommendation was bought; ``(n,)``.

    Attributes:
        session: position of the entry session, -1 without one.
        status: ``pending``, ``untradable``, ``stale``, ``no_price``, or ``running`` where it was bought.
        at_close: bought at the close of the entry session, by rule or because the benchmark has no open there.
        price: entry price as traded.
        gap: entry against the last close known at publication, with actions worked in; NaN for a new listing.
    """

    session: Ints
    status: Words
    at_close: Bools
    price: Floats
    gap: Floats

    def take(self, at: Ints) -> "Entries":
        """Give the ones at these positions, in this order."""
        return Entries(self.session[at], self.status[at], self.at_close[at], self.price[at], self.gap[at])


def first_after(panel: Panel, asked: Asked) -> Ints:
    """Give the first session after each publication (RULES 5), ``D`` where it has not come."""
    morning = np.searchsorted(panel.sessions, asked.published, side="left")
    return np.where(asked.same_session, morning, np.searchsorted(panel.sessions, asked.published, side="right"))


def listed_later(panel: Panel, asked: Asked) -> Bools:
    """Say of which recommendations the share was listed only after publication (:func:`lists_later`)."""
    share, day = _shares(panel)[np.maximum(asked.row, 0)], (asked.published - _EPOCH).astype(np.int64)
    return np.asarray((asked.row >= 0) & lists_later(share, day, asked.same_session))


def entry_gap(panel: Panel, asked: Asked, session: Ints, price: Floats) -> Floats:
    """Give the entry against the last close known at publication, with actions worked in; NaN without either."""
    row, before, at = np.maximum(asked.row, 0), first_after(panel, asked) - 1, np.maximum(session, 0)
    known = np.maximum(before, 0)
    reference = np.where(before >= 0, panel.close[row, known] * panel.total_factor[row, known], np.nan)
    return price * panel.total_factor[row, at] / reference - 1


def prices_of(panel: Panel, benchmarks: Benchmarks) -> Prices:
    """Give a panel and its benchmarks the shape that the kernel reads."""
    known = ~np.isnan(benchmarks.close)
    return Prices(
        cells=np.asarray(panel.cells).reshape(-1),
        stride=panel.cells.shape[1],
        width=panel.width,
        shares=_shares(panel),
        splits=panel.splits,
        index_open=benchmarks.open,
        index_close=benchmarks.close,
        index_first=np.where(known.any(axis=1), known.argmax(axis=1), known.shape[1]),
    )


def _shares(panel: Panel) -> NDArray[np.void]:
    shares = np.zeros(len(panel.symbols), dtype=SHARE)
    days = (panel.listed - _EPOCH).astype(np.int64)
    shares["listed"] = np.where(np.isnat(panel.listed), _UNKNOWN, days)
    shares["debut"] = np.searchsorted(panel.sessions, panel.listed, side="left")
    shares["first_bar"], shares["last_bar"] = panel.first_bar, panel.last_bar
    shares["resumes"], shares["delisted"] = panel.resumes, panel.delisted
    return shares


def window(panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks, exits: Ints) -> Legs:
    """Measure both legs from entry to the given exit positions, with the rules for shares that stop trading.

    Args:
        exits: ``(n,)`` nominal exit positions; ``D`` or more has not come yet.

    Returns:
        legs with horizon statuses: ``open`` until the exit has come; then ``matured``, or ``suspended`` (the share at
        its last close, both legs to the exit), or ``delisted`` (both legs end at the last trade). A share whose bars
        simply end before the exit stays ``open``: nobody knows (RULES 11-14).
    """
    prices = by_column(prices_of(panel, benchmarks))
    stop, status = find_exit(prices, asked.row, entries.session, _codes(entries.status), exits)
    return _legs(prices, asked, entries, stop, status)


def to_date(panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks) -> Legs:
    """Measure both legs from entry to the as-of session or the end of the share's life; statuses of RULES 13."""
    prices, bought = by_column(prices_of(panel, benchmarks)), entries.session >= 0
    stop, status = find_end(prices, asked.row)
    status = np.where(bought, status, _codes(entries.status))
    return _legs(prices, asked, entries, np.where(bought, stop, -1), status)


def sold_at_open(panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks, exits: Ints) -> Legs:
    """Measure both legs to the open of the given sessions, which could be traded; without one to the close there."""
    prices, index = by_column(prices_of(panel, benchmarks)), asked.benchmark
    row, stop = np.maximum(asked.row, 0), np.maximum(exits, 0)
    cell, index_open = prices.cells[row * prices.stride + stop], prices.index_open[index, stop]
    # The close is for legs without an open there, and for what was bought at that very close.
    opened = ~np.isnan(cell["open"] + index_open) & ~(entries.at_close & (stop == np.maximum(entries.session, 0)))
    sold = Paid(
        np.where(opened, cell["open"], cell["close"]),
        cell["factor"],
        prices.splits[row, cell["split"]],
        np.where(opened, index_open, prices.index_close[index, stop]),
    )
    returns = earned(paid(prices, asked.row, index, entries.session, entries.at_close), sold)
    status = np.full(asked.row.size, WORDS[MATURED])
    return Legs(exits, status, *(np.where(exits >= 0, values, np.nan) for values in returns))


def _legs(prices: Prices, asked: Asked, entries: Entries, stop: Ints, status: Codes) -> Legs:
    given = Given(asked.row, asked.published.astype(np.int64), asked.same_session, asked.direction, asked.benchmark)
    cell = prices.cells[np.maximum(asked.row, 0) * prices.stride + np.maximum(stop, 0)]
    bought = paid(prices, asked.row, asked.benchmark, entries.session, entries.at_close)
    status, *returns = measure(prices, given, bought, stop, status, cell)
    return Legs(stop, WORDS[status], *returns)


def _codes(words: Words) -> Codes:
    return np.asarray(_ORDER[np.searchsorted(WORDS, words, sorter=_ORDER)], dtype=np.uint8)


def sessions_after(sessions: int, rule: EntryRule) -> int:
    """Say how many sessions after the entry a horizon ends: the entry is the first, unless its close was paid."""
    return sessions - (0 if rule.at == "close" else 1)


def month_exits(panel: Panel, published: Dates, months: int) -> Ints:
    """Give the exit of a calendar horizon: the last session on or before publication + ``months`` (RULES 10)."""
    targets = months_later(published, months)
    exits = np.searchsorted(panel.sessions, targets, side="right") - 1
    return np.where(targets >= panel.following, panel.width, exits)


def hits(direction: Ints, legs: Legs) -> NDArray[np.float64]:
    """Say whether each was right: 1, 0, or NaN where nothing is judged (neutral, not matured); a tie is a miss."""
    excess = legs.excess_return
    # 12.1 / 11 and 11 / 10 differ in the last bit only: that is a tie.
    right = np.where(np.abs(excess) < TIE, 0, np.sign(excess)) == direction
    judged = (direction != 0) & ~np.isnan(excess)
    return np.where(judged, right.astype(float), np.nan)


def extremes(panel: Panel, asked: Asked, entries: Entries, end: Ints) -> tuple[Floats, Floats]:
    """Give the best and worst total return at any close from entry to ``end``, both included (MFE, MAE)."""
    best, worst = np.full(asked.row.size, np.nan), np.full(asked.row.size, np.nan)
    bought = np.flatnonzero(entries.session >= 0)
    bought = bought[np.lexsort((end[bought], asked.row[bought]))]
    # Beside each other lie the windows of one share that end together: all are read off one walk back from there.
    turns = np.diff(asked.row[bought], prepend=-1) | np.diff(end[bought], prepend=-1)
    for here in np.split(bought, np.flatnonzero(turns)[1:]):
        if not here.size:
            continue
        row, stop, start = asked.row[here[0]], end[here[0]], entries.session[here]
        cells = panel.cells[row, : stop + 1]
        path = (cells["close"] * cells["factor"])[::-1]
        back, factor = stop - start, cells["factor"][start]
        for values, furthest in ((best, np.maximum), (worst, np.minimum)):
            values[here] = furthest.accumulate(path)[back] / factor / entries.price[here] - 1
    return best, worst


def between(
    panel: Panel, asked: Asked, benchmarks: Benchmarks, start: int | Ints, end: Ints
) -> tuple[Floats, Floats, Floats]:
    """Measure from the close of one session to the closes of others: what a period or a window between dates is.

    Args:
        start: position whose close is the base, of all or ``(n,)``; -1 measures nothing.
        end: ``(n,)`` positions of the last closes, as :func:`to_date` gives them.

    Returns:
        price, total and benchmark returns ``(n,)``; NaN where the share had no close yet or no life left.
    """
    row, index = np.maximum(asked.row, 0), asked.benchmark
    alive = (asked.row >= 0) & (end > start) & (start >= 0)
    base, stop = np.maximum(start, 0), np.maximum(end, 0)
    change = panel.close[row, stop] / panel.close[row, base]
    total = change * panel.total_factor[row, stop] / panel.total_factor[row, base] - 1
    price = change * panel.splits_on(row, stop) / panel.splits_on(row, base) - 1
    benchmark = benchmarks.close[index, stop] / benchmarks.close[index, base] - 1
    return np.where(alive, price, np.nan), np.where(alive, total, np.nan), np.where(alive, benchmark, np.nan)


def life_end(panel: Panel, row: Ints) -> tuple[Ints, Words]:
    """Say up to which session each share can be measured at the as-of session, and why not further (RULES 11, 12).

    Returns:
        positions and statuses ``(n,)``: ``running``; ``suspended`` counts to the as-of session at its last close;
        ``delisted`` and ``stale`` end at the last bar; ``no_price`` has none (-1).
    """
    nothing = np.empty((0, panel.width))
    stop, status = find_end(by_column(prices_of(panel, Benchmarks((), nothing, nothing))), row)
    return stop, WORDS[status]
