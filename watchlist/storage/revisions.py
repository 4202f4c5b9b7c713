"""Revisions in the database: which past bars and actions were replaced, by what, and on whose word."""

import datetime as dt
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from watchlist.storage.moments import parse, stamp

_QUERY = (
    "select r.symbol, r.session, 'close' as what, r.close as before, "
    "coalesce((select n.close from bar_revisions as n where n.symbol = r.symbol and n.session = r.session "
    "and n.fetch_id = r.superseded_by), b.close) as after, r.superseded_by, f.fetched_at, "
    "f.source from bar_revisions as r join bars as b on b.symbol = r.symbol and b.session = r.session "
    "join fetches as f on f.id = r.superseded_by where f.fetched_at >= ?1 and (?2 is null or r.symbol = ?2) "
    "union all "
    "select r.symbol, r.ex_date, 'action', r.cash, "
    "coalesce((select n.cash from action_revisions as n where n.symbol = r.symbol and n.ex_date = r.ex_date "
    "and n.fetch_id = r.superseded_by), a.cash), r.superseded_by, f.fetched_at, f.source "
    "from action_revisions as r join actions as a on a.symbol = r.symbol and a.ex_date = r.ex_date "
    "join fetches as f on f.id = r.superseded_by where f.fetched_at >= ?1 and (?2 is null or r.symbol = ?2) "
    "order by 6, 1, 2"
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A replaced bar (``what`` is ``close``) or action (``action``: its cash), before and after.

    Attributes:
        fetch: the fetch that replaced it, done at ``at`` (aware).
    """

    symbol: str
    session: str
    what: str
    before: float
    after: float
    fetch: int
    at: dt.datetime
    source: str


def revisions_since(
    connection: sqlite3.Connection, since: dt.datetime, symbol: str | None = None
) -> Sequence[Revision]:
    """List what was replaced since a moment, of one security or of all, oldest first."""
    rows = connection.execute(_QUERY, (stamp(since), symbol)).fetchall()
    return [Revision(row[0], row[1], row[2], row[3], row[4], row[5], parse(row[6]), row[7]) for row in rows]
