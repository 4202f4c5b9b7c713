"""What moved: past prices and actions that were restated and confirmed, and the results that moved with them."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from watchlist.ledger.settings import Settings
from watchlist.queries.recommendations import Filters, recommendation_rows
from watchlist.queries.situation import Situation, load_situation
from watchlist.storage.revisions import Revision, revisions_since

Row = dict[str, Any]
_INSTANT: Final = dt.timedelta(microseconds=1)
_EVER: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_SAME: Final = 1e-12


def moves(
    connection: sqlite3.Connection, settings: Settings, situation: Situation, *,
    since: dt.datetime | None = None, symbol: str | None = None,
) -> list[Row]:  # fmt: skip
    """List the fetches that replaced something, oldest first.

    Args:
        situation: as it is asked about; what was replaced after its moment is not known to it.
        since: leave out what was replaced before this moment.

    Returns:
        ``symbol restated_at source revisions`` (each ``session what before after``) ``results`` (each ``report broker
        theme before after``: the total return of a recommendation at the same as-of session, before and after).
    """
    by_fetch: dict[tuple[str, int], list[Revision]] = {}
    known_at = situation.when.known_at
    for one in revisions_since(connection, since or _EVER, symbol):
        if known_at is not None and one.at > known_at:
            continue
        by_fetch.setdefault((one.symbol, one.fetch), []).append(one)
    return [_move(connection, settings, situation, group) for group in by_fetch.values()]


def _move(connection: sqlite3.Connection, settings: Settings, situation: Situation, group: list[Revision]) -> Row:
    one = group[0]
    then = replace(situation.when, known_at=one.at - _INSTANT)
    now = replace(situation.when, known_at=one.at)
    before = _returns(load_situation(connection, settings, then), one.symbol)
    after = _returns(load_situation(connection, settings, now), one.symbol)
    moved = [
        {"report": key[0], "broker": key[1], "theme": key[2], "before": before[key], "after": value}
        for key, value in after.items()
        if key in before and _differ(before[key], value)
    ]
    return {
        "symbol": one.symbol,
        "restated_at": one.at.isoformat(),
        "source": one.source,
        "revisions": [{"session": r.session, "what": r.what, "before": r.before, "after": r.after} for r in group],
        "results": moved,
    }


def _returns(situation: Situation, symbol: str) -> Mapping[tuple[str, str, str], float | None]:
    """Give the total return of every recommendation of a security, or measured by it, by report, broker and theme."""
    benchmarks = {market.benchmark for market in situation.rules.markets.values()}
    key = "benchmark_return" if symbol in benchmarks else "total_return"
    filters = Filters() if symbol in benchmarks else Filters(symbols=(symbol,))
    rows = recommendation_rows(situation, filters)
    return {(row["report"], row["broker"], f"{row['theme']} {row['symbol']}"): row[key] for row in rows}


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > _SAME
