"""Scoring: the kernel. Recommendations as arrays and a panel in; returns, statuses and horizons out (RULES 4-15).

The same function serves the two founding reports and millions of rows: no loop over recommendations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.panel import Panel
from watchlist.core.rules import EntryRule
from watchlist.domain.calendars import Dates, add_months
from watchlist.domain.model import Status

Words = NDArray[np.str_]
_NEVER = np.iinfo(np.int64).max  # a position that never comes
TIE = 1e-12  # excess returns nearer to zero than this are zero
_WORD = f"<U{max(len(status) for status in Status)}"


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

    def take(self, at: Ints) -> "Asked":
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


def find_entries(panel: Panel, asked: Asked, benchmarks: Benchmarks, rule: EntryRule) -> Entries:
    """Find the first session after publication at which each recommendation could be bought (RULES 5-9)."""
    width = panel.sessions.size
    row, valid, side = np.maximum(asked.row, 0), asked.row >= 0, first_after(panel, asked)
    before = side - 1  # the last session known at publication
    priced = valid & _has_price_before(panel, row, before, asked) & _index_before(benchmarks, asked.benchmark, before)
    reachable = valid & (side < width)
    start = np.minimum(side, max(width - 1, 0))
    found = np.where(asked.direction < 0, panel.next_sell[row, start], panel.next_buy[row, start])
    found = np.where(reachable, found, width)
    bought = priced & (found < width) & (found - side <= rule.max_wait)
    status = np.full(row.size, Status.PENDING, dtype=_WORD)
    waited = (width - 1 - side) >= rule.max_wait
    # A delisted share never trades again: there is nothing left to wait for.
    status[waited | panel.delisted[row]] = Status.UNTRADABLE
    deadline = np.minimum(side + rule.max_wait, width - 1)
    ended = (panel.last_bar[row] >= 0) & (panel.last_bar[row] < deadline)
    status[reachable & ended & ~panel.resumes[row] & ~panel.delisted[row]] = Status.STALE
    status[bought] = Status.RUNNING
    status[~priced] = Status.NO_PRICE
    session = np.where(bought, found, -1)
    at = np.maximum(session, 0)
    at_close = bought & ((rule.at == "close") | np.isnan(benchmarks.open[asked.benchmark, at]))
    price = np.where(bought, np.where(at_close, panel.close[row, at], panel.open[row, at]), np.nan)
    reference = np.where(before >= 0, panel.total_close[row, np.maximum(before, 0)], np.nan)
    gap = price * panel.total_factor[row, at] / reference - 1
    return Entries(session, status, at_close, price, gap)


def first_after(panel: Panel, asked: Asked) -> Ints:
    """Give the first session after each publication (RULES 5), ``D`` where it has not come."""
    morning = np.searchsorted(panel.sessions, asked.published, side="left")
    return np.where(asked.same_session, morning, np.searchsorted(panel.sessions, asked.published, side="right"))


def listed_later(panel: Panel, asked: Asked) -> Bools:
    """Say whether a share was listed only after publication, and its bars begin with its first session (RULES 8)."""
    row = np.maximum(asked.row, 0)
    debut = np.searchsorted(panel.sessions, panel.listed[row], side="left")
    # What is published on the morning of the listing is published before it.
    later = (panel.listed[row] > asked.published) | ((panel.listed[row] == asked.published) & asked.same_session)
    return np.asarray((asked.row >= 0) & later & (panel.first_bar[row] <= debut))


def _has_price_before(panel: Panel, row: Ints, before: Ints, asked: Asked) -> Bools:
    """Say whether the share had a bar at publication, or was listed only later: entry never slides (RULES 8)."""
    return np.asarray((panel.first_bar[row] <= before) | listed_later(panel, asked))


def _index_before(benchmarks: Benchmarks, row: Ints, before: Ints) -> Bools:
    known = ~np.isnan(benchmarks.close)
    first = np.where(known.any(axis=1), known.argmax(axis=1), known.shape[1])
    return np.asarray(first[row] <= before)


def window(panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks, exits: Ints) -> Legs:
    """Measure both legs from entry to the given exit positions, with the rules for shares that stop trading.

    Args:
        exits: ``(n,)`` nominal exit positions; ``D`` or more has not come yet.

    Returns:
        legs with horizon statuses: ``open`` until the exit has come; then ``matured``, or ``suspended`` (the share at
        its last close, both legs to the exit), or ``delisted`` (both legs end at the last trade). A share whose bars
        simply end before the exit stays ``open``: nobody knows (RULES 11-14).
    """
    width = panel.sessions.size
    row, bought = np.maximum(asked.row, 0), entries.session >= 0
    last = panel.last_bar[row]
    beyond = exits > last
    come = bought & (exits < width) & (exits >= entries.session)
    status = np.full(row.size, Status.OPEN, dtype=_WORD)
    status[come] = Status.MATURED
    nominal = np.clip(exits, 0, max(width - 1, 0))
    status[come & ~panel.traded[row, nominal]] = Status.SUSPENDED
    status[come & beyond & ~panel.resumes[row]] = Status.OPEN
    status[come & beyond & panel.delisted[row]] = Status.DELISTED
    early = bought & (exits < entries.session)
    status[early] = Status.UNTRADABLE
    never = entries.status
    status[~bought & (exits < width) & (never == Status.PENDING)] = Status.UNTRADABLE  # bought too late, if at all
    for word in (Status.NO_PRICE, Status.UNTRADABLE):
        status[~bought & (never == word)] = word
    end = np.where(status == Status.DELISTED, last, nominal)
    measured = (status == Status.MATURED) | (status == Status.SUSPENDED) | (status == Status.DELISTED)
    return _legs(panel, asked, entries, benchmarks, np.where(measured, end, -1), status)


def to_date(panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks) -> Legs:
    """Measure both legs from entry to the as-of session or the end of the share's life; statuses of RULES 13."""
    bought = entries.session >= 0
    end, life = life_end(panel, asked.row)
    status = np.where(bought, life, entries.status)
    return _legs(panel, asked, entries, benchmarks, np.where(bought, end, -1), status)


def sold_at_open(panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks, exits: Ints) -> Legs:
    """Measure both legs to the open of the given sessions, which could be traded; without one to the close there."""
    status = np.full(asked.row.size, Status.MATURED, dtype=_WORD)
    return _legs(panel, asked, entries, benchmarks, exits, status, at_open=True)


def _legs(
    panel: Panel,
    asked: Asked,
    entries: Entries,
    benchmarks: Benchmarks,
    end: Ints,
    status: Words,
    *,
    at_open: bool = False,
) -> Legs:
    row, index = np.maximum(asked.row, 0), asked.benchmark
    start, stop, closed = np.maximum(entries.session, 0), np.maximum(end, 0), end >= 0
    sold, index_out = panel.close[row, stop], benchmarks.close[index, stop]
    if at_open:  # the close is for legs without an open there, and for what was bought at that very close
        opened = ~np.isnan(panel.open[row, stop] + benchmarks.open[index, stop]) & ~(entries.at_close & (stop == start))
        sold = np.where(opened, panel.open[row, stop], sold)
        index_out = np.where(opened, benchmarks.open[index, stop], index_out)
    change = sold / entries.price
    total = change * panel.total_factor[row, stop] / panel.total_factor[row, start] - 1
    price = change * panel.split_factor[row, stop] / panel.split_factor[row, start] - 1
    base = np.where(entries.at_close, benchmarks.close[index, start], benchmarks.open[index, start])
    benchmark = index_out / base - 1
    none = np.full(row.size, np.nan)
    return Legs(
        end=end,
        status=status,
        price_return=np.where(closed, price, none),
        total_return=np.where(closed, total, none),
        benchmark_return=np.where(closed, benchmark, none),
    )


def session_exits(entries: Entries, sessions: int, rule: EntryRule) -> Ints:
    """Give the exit of a horizon in sessions: the entry session is the first, unless the rule buys at the close."""
    exits = entries.session + sessions - (0 if rule.at == "close" else 1)
    return np.where(entries.session >= 0, exits, _NEVER)


def month_exits(panel: Panel, published: Dates, months: int) -> Ints:
    """Give the exit of a calendar horizon: the last session on or before publication + ``months`` (RULES 10)."""
    unique, back = np.unique(published, return_inverse=True)
    targets = np.array([add_months(day.item(), months) for day in unique], dtype="datetime64[D]")
    exits = np.searchsorted(panel.sessions, targets, side="right") - 1
    return np.where(targets >= panel.following, panel.sessions.size, exits)[back]


def exits_for(panel: Panel, asked: Asked, entries: Entries, horizon: str, rule: EntryRule) -> Ints:
    """Give exit positions of a horizon by its key: ``"20"`` sessions or ``"6m"`` calendar months."""
    if horizon.endswith("m"):
        return month_exits(panel, asked.published, int(horizon[:-1]))
    return session_exits(entries, int(horizon), rule)


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
    total = panel.total_close
    for row in np.unique(asked.row[entries.session >= 0]):
        mine = np.flatnonzero((asked.row == row) & (entries.session >= 0))
        for start, stop in {(int(entries.session[i]), int(end[i])) for i in mine}:
            path = total[row, start : stop + 1] / panel.total_factor[row, start]
            here = mine[(entries.session[mine] == start) & (end[mine] == stop)]
            best[here] = path.max() / entries.price[here] - 1
            worst[here] = path.min() / entries.price[here] - 1
    return best, worst


def between(panel: Panel, asked: Asked, benchmarks: Benchmarks, start: int, end: Ints) -> tuple[Floats, Floats, Floats]:
    """Measure from the close of one session to the closes of others: what a period or a window between dates is.

    Args:
        start: position whose close is the base; -1 measures nothing.
        end: ``(n,)`` positions of the last closes, as :func:`to_date` gives them.

    Returns:
        price, total and benchmark returns ``(n,)``; NaN where the share had no close yet or no life left.
    """
    row, index = np.maximum(asked.row, 0), asked.benchmark
    alive = (asked.row >= 0) & (end > start) & (start >= 0)
    base, stop = max(start, 0), np.maximum(end, 0)
    change = panel.close[row, stop] / panel.close[row, base]
    total = change * panel.total_factor[row, stop] / panel.total_factor[row, base] - 1
    price = change * panel.split_factor[row, stop] / panel.split_factor[row, base] - 1
    benchmark = benchmarks.close[index, stop] / benchmarks.close[index, base] - 1
    return np.where(alive, price, np.nan), np.where(alive, total, np.nan), np.where(alive, benchmark, np.nan)


def life_end(panel: Panel, row: Ints) -> tuple[Ints, Words]:
    """Say up to which session each share can be measured at the as-of session, and why not further (RULES 11, 12).

    Returns:
        positions and statuses ``(n,)``: ``running``; ``suspended`` counts to the as-of session at its last close;
        ``delisted`` and ``stale`` end at the last bar; ``no_price`` has none (-1).
    """
    at = np.maximum(row, 0)
    last, final = panel.last_bar[at], panel.sessions.size - 1
    status = np.full(row.size, Status.RUNNING, dtype=_WORD)
    silent = last < final
    status[silent] = Status.STALE
    status[silent & panel.resumes[at]] = Status.SUSPENDED
    status[silent & panel.delisted[at]] = Status.DELISTED
    status[(row < 0) | (last < 0)] = Status.NO_PRICE
    end = np.where((status == Status.STALE) | (status == Status.DELISTED), last, final)
    return np.where(status == Status.NO_PRICE, -1, end), status
