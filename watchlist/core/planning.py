"""Planning: what has to be fetched, decided before anything is (so that ``--dry-run`` is free)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

OVERLAP_DAYS: Final = 10  # a fetch re-reads the end of what is stored, to notice a changed past
LATE_DAYS: Final = 10  # by so much at most a source is late with a security's last bars
FIRST: Final = "first"
TRUSTED: Final = "trusted"
Reason = Literal["first", "new", "doubt", "asked", "trusted"]


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of a security.

    Attributes:
        last_session: its newest bar.
        asked_since: since when its bars were once asked for.
        overlap_from: the fifth bar from the end, so that a fetch always has enough to compare.
        doubted_from: the oldest session or ex-date that waits in quarantine, where one does.
        ended: the day from which it no longer trades, where that is known.
        silent_until: up to which day it was asked about after its end, with nothing newer in the answer.
        gap: where days between its bars were never asked for, the last day before the newest such gap and the first
            one after it.
    """

    last_session: dt.date | None
    asked_since: dt.date | None
    overlap_from: dt.date | None = None
    doubted_from: dt.date | None = None
    ended: dt.date | None = None
    silent_until: dt.date | None = None
    gap: tuple[dt.date, dt.date] | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One planned fetch; both ends inclusive. ``sources`` are tried in order; of a ``trusted`` one the first only."""

    symbol: str
    since: dt.date
    until: dt.date
    sources: tuple[str, ...]
    reason: Reason


def plan(
    symbols: Sequence[str],
    held: Mapping[str, Held],
    start: dt.date,
    until: Mapping[str, dt.date],
    sources: Mapping[str, tuple[str, ...]],
    again_since: dt.date | None = None,
) -> list[Fetch]:
    """Plan the fetches that bring each security up to its market's last closed session.

    Args:
        symbols: what to hold, in the order to fetch.
        start: the first day whose bars are wanted.
        until: per symbol, the last closed session of its market.
        sources: per symbol, source names in order.
        again_since: fetch everything again from this day on, whatever is stored; earlier where that ends before it.

    Returns:
        a fetch for each symbol that lacks something, also in the middle, or has a doubt to settle. A security that
        ended is left out once it was asked about some days after its end and nothing newer came.
    """
    fetches = []
    for symbol in symbols:
        have, last = held.get(symbol, Held(None, None)), until[symbol]
        if have.last_session is None or have.asked_since is None or have.asked_since > start:
            fetches.append(Fetch(symbol, start, last, sources[symbol], FIRST))
        elif again_since is not None:
            fetches.append(Fetch(symbol, joined(again_since, have), last, sources[symbol], "asked"))
        elif have.doubted_from is not None or _gap(have, start) or (have.last_session < last and not _is_over(have)):
            reason: Reason = "new" if have.last_session < last else "doubt"
            marks = (_overlap(have, have.last_session), *_gap(have, start))
            since = max(joined(start, have), min(marks))
            fetches.append(Fetch(symbol, since, last, sources[symbol], reason))
    return fetches


def joined(since: dt.date, have: Held) -> dt.date:
    """Give the day to fetch again from: ``since``, or earlier where what is stored ends before, so as to leave no gap.

    A gap would stay: what is stored after it looks up to date.
    """
    last = have.last_session
    return since if last is None or since <= last else _overlap(have, last)


def _overlap(have: Held, last: dt.date) -> dt.date:
    """Give the day from which a fetch re-reads: over the newest bars, and over what is in doubt."""
    marks = (last - dt.timedelta(days=OVERLAP_DAYS), have.overlap_from, have.doubted_from)
    return min(mark for mark in marks if mark is not None)


def _gap(have: Held, start: dt.date) -> tuple[dt.date, ...]:
    """Give the day to fetch again from where days were never asked for, none where all of them lie before ``start``."""
    return have.gap[:1] if have.gap is not None and have.gap[1] > start else ()


def _is_over(have: Held) -> bool:
    """Say whether a security has ended and nothing more can come.

    What is stored does not tell: it may have been halted for years before its end, or its last sessions may be missing.
    """
    return have.ended is not None and have.silent_until is not None and have.silent_until >= past_end(have.ended)


def past_end(ended: dt.date) -> dt.date:
    """Give the day from which a source that has nothing newer will never have: some are days late with a bar."""
    return ended + dt.timedelta(days=LATE_DAYS)
