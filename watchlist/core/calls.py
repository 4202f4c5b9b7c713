"""Calls: the life of a broker's opinion on a share, from its first mention until it turns or expires (RULES 1-4)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.panel import Panel
from watchlist.core.scoring import Asked, Benchmarks, Entries, Legs, Words, first_after, sold_at_open, to_date, window
from watchlist.domain.calendars import add_months
from watchlist.domain.model import Closing, Status


@dataclass(frozen=True, slots=True)
class Said:
    """What the life of a call needs of one mention."""

    broker: str
    symbol: str
    published: dt.date
    moment: dt.datetime
    direction: int
    scale_months: int


@dataclass(slots=True)
class Call:
    """One call.

    Attributes:
        mentions: positions of its mentions, oldest first; the last one sets its expiry.
        closed_by: position of the mention that turned it, ``None`` where it expires by itself.
        closing: a person's word that closed it, ``None`` where nobody did.
        expires: last day of its horizon after the last mention.
    """

    broker: str
    symbol: str
    direction: int
    expires: dt.date
    mentions: list[int] = field(default_factory=list)
    closed_by: int | None = None
    closing: Closing | None = None


def build_calls(said: Sequence[Said], closings: Sequence[tuple[dt.datetime, Closing]] = ()) -> list[Call]:
    """Fold mentions into calls, per broker and share, in the order they were published.

    A mention in the same direction before expiry extends the call; any other direction closes it and opens its own; so
    does a person's closing, with its moment, which opens none. One that finds no open call closes nothing.
    """
    active: dict[tuple[str, str], Call] = {}
    calls: list[Call] = []
    # Said at one moment, the more cautious word stands, a person's last; what is left to tell apart says the same.
    order = [(one.moment, 0, -one.direction, one.scale_months, at) for at, one in enumerate(said)]
    order += [(moment, 1, 0, 0, at) for at, (moment, _) in enumerate(closings)]
    for _, by_person, *_, at in sorted(order):
        if by_person:
            closing = closings[at][1]
            ended = active.pop((closing.broker, closing.symbol), None)
            if ended is not None and ended.expires >= closing.day:
                ended.closing = closing
            continue
        one = said[at]
        call = active.get((one.broker, one.symbol))
        if call is not None and call.expires < one.published:
            call = None
        if call is not None and call.direction != one.direction:
            call.closed_by = at
            call = None
        if call is None:
            call = Call(one.broker, one.symbol, one.direction, one.published)
            active[one.broker, one.symbol] = call
            calls.append(call)
        call.mentions.append(at)
        call.expires = add_months(one.published, one.scale_months)
    return calls


@dataclass(frozen=True, slots=True)
class Lives:
    """How calls stand at the as-of session; all ``(n,)``.

    Attributes:
        first: position of the mention whose entry is the call's.
        status: ``open`` or ``closed``; of one never bought ``pending``, ``untradable``, ``stale`` or ``no_price``; an
            open one whose share does not trade is ``suspended`` or ``stale``.
        reason: why it is closed: ``expired``, ``reversed``, ``neutral``, ``delisted``, ``person``; empty while open.
        closed: position of the session it closed in, the panel's width while it has not.
        legs: returns from its first entry to its close, or to the as-of session.
    """

    first: Ints
    status: Words
    reason: Words
    closed: Ints
    legs: Legs


def follow(
    panel: Panel, calls: Sequence[Call], said: Sequence[Said], asked: Asked, entries: Entries, benchmarks: Benchmarks
) -> Lives:
    """Follow each call from its first entry to its close (RULES 4).

    Args:
        calls: calls of this panel's market; ``asked`` and ``entries`` hold their mentions, in the order of ``said``.
    """
    width = panel.sessions.size
    hopes = entries.session >= 0, entries.status == Status.PENDING
    first = np.array([_first_of(call, hopes) for call in calls], dtype=np.int64)
    asked_first, bought = asked.take(first), entries.take(first)
    expiry = _positions(panel, [call.expires for call in calls])
    turn = np.array([_turning(panel, call, asked, said, width) for call in calls], dtype=np.int64)
    at_expiry = window(panel, asked_first, bought, benchmarks, expiry)
    now = to_date(panel, asked_first, bought, benchmarks)
    turned = (turn < width) & (turn <= expiry) & ((bought.session >= 0) | (now.status == Status.PENDING))
    # One that turned while it still waited to be bought is closed without a return.
    held = turned & (bought.session >= 0) & (turn >= bought.session)
    # So is one whose horizon ran out while it still waited.
    waiting = np.where(bought.session >= 0, bought.session > expiry, now.status == Status.PENDING)
    lapsed = (expiry < width) & waiting & ~turned
    at_turn = sold_at_open(panel, asked_first, bought, benchmarks, np.where(held, turn, -1))
    ended = np.isin(at_expiry.status, [Status.MATURED, Status.SUSPENDED]) & ~turned
    delisted = (now.status == Status.DELISTED) & ~ended & ~lapsed & ~turned
    status = now.status.astype("<U10")
    status[now.status == Status.RUNNING] = "open"
    status[ended | lapsed | delisted | turned] = "closed"
    reason = np.full(len(calls), "", dtype="<U10")
    reason[ended | lapsed], reason[delisted] = "expired", "delisted"
    turned_to = np.array([0 if c.closed_by is None else said[c.closed_by].direction for c in calls], dtype=np.int64)
    reason[turned] = np.where(turned_to[turned] == 0, "neutral", "reversed")
    reason[turned & np.array([call.closing is not None for call in calls], dtype=bool)] = "person"
    closed = np.select([turned, ended, lapsed, delisted], [turn, at_expiry.end, expiry, now.end], width)
    return Lives(first, status, reason, closed, _merge([turned, ended | lapsed], [at_turn, at_expiry], now, status))


def _first_of(call: Call, hopes: Sequence[Bools]) -> int:
    """Find the mention whose entry is the call's: the first that was bought, else the first that still may be."""
    for found in hopes:
        for at in call.mentions:
            if found[at]:
                return at
    return call.mentions[0]


def _positions(panel: Panel, days: Sequence[dt.date]) -> Ints:
    wanted = np.array(days, dtype="datetime64[D]")
    found = np.searchsorted(panel.sessions, wanted, side="right") - 1
    return np.where(wanted >= panel.following, panel.sessions.size, found)


def _turning(panel: Panel, call: Call, asked: Asked, said: Sequence[Said], width: int) -> int:
    """Give the session at whose open a turned or closed call is left: the first after that word at which it could be.

    A person's word is of a day, so it counts from the next session on.
    """
    row, at = asked.row[call.mentions[0]], call.closed_by
    if (at is None and call.closing is None) or row < 0:
        return width
    if at is None and call.closing is not None:
        side = int(np.searchsorted(panel.sessions, np.datetime64(call.closing.day), side="right"))
    else:
        side = int(first_after(panel, asked.take(np.array([at])))[0])
    if side >= width:
        return width
    leave = panel.next_sell if said[call.mentions[0]].direction >= 0 else panel.next_buy
    return int(leave[row, side])


def _merge(conditions: list[np.ndarray], choices: list[Legs], otherwise: Legs, status: Words) -> Legs:
    def pick(name: str) -> Floats:
        picked: Floats = np.select(conditions, [getattr(legs, name) for legs in choices], getattr(otherwise, name))
        return picked

    return Legs(
        end=np.select(conditions, [legs.end for legs in choices], otherwise.end),
        status=status,
        price_return=pick("price_return"),
        total_return=pick("total_return"),
        benchmark_return=pick("benchmark_return"),
    )
