"""Deliveries in the database: what was sent when, to which kind of address, and whether it was taken; no text."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from watchlist.storage.moments import parse, stamp

Kind = Literal["summary", "failure", "recovered", "test"]
_NEWEST: Final = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address; ``subject`` names what it is about: a market, or what failed."""

    sent_at: dt.datetime
    kind: Kind
    subject: str
    scheme: str
    target: str
    ok: bool
    detail: str = ""


def save_deliveries(connection: sqlite3.Connection, deliveries: Iterable[Delivery]) -> None:
    """Write deliveries, inside the caller's transaction."""
    connection.executemany(
        "insert into deliveries (sent_at, kind, subject, scheme, target, result, detail) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (stamp(d.sent_at), d.kind, d.subject, d.scheme, d.target, "sent" if d.ok else "failed", d.detail or None)
            for d in deliveries
        ],
    )


def newest_deliveries(connection: sqlite3.Connection) -> Sequence[sqlite3.Row]:
    """Give the newest deliveries, the newest first."""
    if not _is_there(connection):
        return []
    return connection.execute(
        "select sent_at, kind, subject, scheme, target, result, detail from deliveries order by id desc limit ?",
        (_NEWEST,),
    ).fetchall()


def standing_failures(connection: sqlite3.Connection) -> dict[str, dt.datetime]:
    """Give the subjects whose failure was told and whose recovery was not, with the moment it was told last."""
    if not _is_there(connection):
        return {}
    rows = connection.execute(
        "select d.subject, d.sent_at from deliveries as d where d.kind = 'failure' and d.result = 'sent' and d.id = ("
        "select max(n.id) from deliveries as n where n.subject = d.subject and n.result = 'sent' "
        "and n.kind in ('failure', 'recovered'))"
    )
    return {row[0]: parse(row[1]) for row in rows}


def _is_there(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("select count(*) from sqlite_master where name = 'deliveries'").fetchone()[0])
