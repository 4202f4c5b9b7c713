"""Freshness: up to which session the answers of a situation reach, and whose prices do not."""

from dataclasses import dataclass

from watchlist.core.price_basis import ADJUSTED, CLOSES_ONLY
from watchlist.domain.model import Status
from watchlist.queries.situation import Situation


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a situation's prices are.

    Attributes:
        sessions: by market, the as-of session: the last one its index has a bar of.
        stale: recommended shares whose bars end before it, and nobody says why.
        missing: recommended shares without a price to begin with.
        closes_only, adjusted: those bought at prices that no price limit can be told from (``core.price_basis``).
    """

    sessions: dict[str, str]
    stale: list[str]
    missing: list[str]
    closes_only: list[str]
    adjusted: list[str]


def freshness(situation: Situation) -> Freshness:
    """Look at every recommended share."""
    stale, missing = set(), set()
    bases: dict[str, set[str]] = {CLOSES_ONLY: set(), ADJUSTED: set()}
    for market, part in situation.book.markets.items():
        for at, position in enumerate(part.at):
            symbol = situation.known.mentions[position].symbol
            bases.get(situation.bases[market][at], set()).add(symbol)
            if part.now.status[at] == Status.STALE:
                stale.add(symbol)
            if part.now.status[at] == Status.NO_PRICE:
                missing.add(symbol)
    lost = {m.symbol for p, m in enumerate(situation.known.mentions) if p not in situation.book.place}
    published = {m.symbol for m in situation.known.mentions if m.published <= situation.when.as_of}
    sessions = {name: part.as_of.isoformat() for name, part in situation.book.markets.items()}
    unlimited = (sorted(bases[word]) for word in (CLOSES_ONLY, ADJUSTED))
    return Freshness(sessions, sorted(stale), sorted(missing | (lost & published)), *unlimited)
