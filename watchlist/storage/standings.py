"""Standings in the database: which hosts refused us or could not be reached, and until when that counts."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from typing import Literal

from watchlist.sources.contract import Standing
from watchlist.storage.moments import parse, stamp


def load_standings(connection: sqlite3.Connection, now: dt.datetime) -> dict[str, Standing]:
    """Give the standings that still count at ``now``, by host."""
    rows = connection.execute(
        "select host, state, until, reason from source_standings where until > ? order by host", (stamp(now),)
    )
    return {row[0]: Standing(row[0], _state(row[1]), parse(row[2]), row[3]) for row in rows}


def save_standings(connection: sqlite3.Connection, standings: Iterable[Standing], now: dt.datetime) -> None:
    """Remember what was learned about hosts, inside the caller's transaction."""
    connection.executemany(
        "insert into source_standings (host, state, until, reason, learned_at) values (?, ?, ?, ?, ?) "
        "on conflict (host) do update set state = excluded.state, until = excluded.until, reason = excluded.reason, "
        "learned_at = excluded.learned_at",
        [(one.host, one.state, stamp(one.until), one.reason, stamp(now)) for one in standings],
    )


def _state(text: str) -> Literal["blocked", "last"]:
    return "blocked" if text == "blocked" else "last"
