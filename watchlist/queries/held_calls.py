"""What brokers say of what is held: open and ended calls by security, and the word for how the two stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from watchlist.domain.model import BACKED, LAPSED, OPPOSED, UNBACKED, Mention
from watchlist.queries.recommendations import Filters, Row, call_rows
from watchlist.queries.situation import Situation

# A call that was bought, or may still be, and has not ended.
_OPEN: Final = frozenset({"open", "pending", "suspended", "stale"})
_SHOWN: Final = (
    "broker", "direction", "first_published", "last_published", "entry_session", "expires", "mentions", "status",
    "closed_session", "reason", "total_return", "benchmark", "benchmark_return", "excess_return",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallsOf:
    """Calls by symbol, the newest first."""

    open: Mapping[str, Sequence[Row]]
    ended: Mapping[str, Sequence[Row]]

    def standing(self, symbol: str) -> str:
        """Say how brokers stand to a security.

        Returns:
            ``opposed`` where an open call says to sell, ``backed`` where one says to buy and none to sell, ``lapsed``
            where there were calls and none of those is open, ``unbacked`` where nobody ever made one.
        """
        directions = {call["direction"] for call in self.open.get(symbol, ())}
        if -1 in directions:
            return OPPOSED
        if 1 in directions:
            return BACKED
        return LAPSED if directions or symbol in self.ended else UNBACKED

    def recommended(self) -> list[str]:
        """List the securities that brokers say to buy now, the newest call first."""
        newest = {symbol: max(str(call["first_published"]) for call in calls) for symbol, calls in self.open.items()}
        backed = [symbol for symbol in self.open if self.standing(symbol) == BACKED]
        return sorted(sorted(backed), key=lambda symbol: newest[symbol], reverse=True)


def held_calls(situation: Situation, filters: Filters, calls: Sequence[Row] | None = None) -> CallsOf:
    """Sort the calls that fit the filters by security.

    Args:
        filters: all but ``status``, which is of prices here, and security and market, which choose what is shown.
        calls: the rows of the calls that fit the filters, where they are known already.
    """
    heard = replace(filters, status=None, symbols=(), market=None)
    rows = calls if calls is not None and heard == filters else call_rows(situation, heard)
    said = _last_words(situation)
    found: tuple[dict[str, list[Row]], dict[str, list[Row]]] = ({}, {})
    for row in rows:
        if row["status"] not in _OPEN and row["status"] != "closed":
            continue  # never bought, and never will be
        last = said[row["broker"], row["symbol"], row["last_published"]]
        shown = {name: row[name] for name in _SHOWN} | {"strength": str(last.strength), "rating": last.rating}
        found[row["status"] == "closed"].setdefault(row["symbol"], []).append(shown)
    return CallsOf(*found)


def _last_words(situation: Situation) -> dict[tuple[str, str, str], Mention]:
    """Find what a broker said of a security on each day it did."""
    return {(m.broker, m.symbol, m.published.isoformat()): m for m in situation.known.mentions}
