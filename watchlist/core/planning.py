"""Planning: what has to be fetched, decided before anything is (so that ``--dry-run`` is free)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OVERLAP_DAYS = 10  # a fetch re-reads the end of what is stored, to notice a changed past


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of a security: its last session, and since when its bars were once asked for."""

    last_session: dt.date | None
    asked_since: dt.date | None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One planned fetch; both ends inclusive. ``sources`` are tried in order."""

    symbol: str
    since: dt.date
    until: dt.date
    sources: tuple[str, ...]
    reason: str


def plan(
    symbols: Sequence[str],
    held: Mapping[str, Held],
    start: dt.date,
    until: Mapping[str, dt.date],
    sources: Mapping[str, tuple[str, ...]],
) -> list[Fetch]:
    """Plan the fetches that bring each security up to its market's last closed session.

    Args:
        symbols: what to hold, in the order to fetch.
        start: the first day whose bars are wanted.
        until: per symbol, the last closed session of its market.
        sources: per symbol, source names in order.

    Returns:
        a fetch for each symbol that lacks something; those with bars to the last closed session are left out.
    """
    fetches = []
    for symbol in symbols:
        have, last = held.get(symbol, Held(None, None)), until[symbol]
        if have.last_session is None or have.asked_since is None or have.asked_since > start:
            fetches.append(Fetch(symbol, start, last, sources[symbol], "first"))
        elif have.last_session < last:
            since = max(start, have.last_session - dt.timedelta(days=OVERLAP_DAYS))
            fetches.append(Fetch(symbol, since, last, sources[symbol], "new"))
    return fetches
