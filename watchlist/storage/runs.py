"""Runs and problems in the database: what the program did, and what went wrong and still stands."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watchlist import __version__
from watchlist.storage.moments import stamp


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong: in which step, with what, and the sentence a person reads, in both languages."""

    step: str
    subject: str
    message: str
    message_zh: str


def begin_run(connection: sqlite3.Connection, job: str, now: dt.datetime) -> int:
    """Write the start of a run and give its id."""
    cursor = connection.execute(
        "insert into runs (job, app_version, started_at, status) values (?, ?, ?, 'running')",
        (job, __version__, stamp(now)),
    )
    return int(cursor.lastrowid or 0)


def end_run(connection: sqlite3.Connection, run_id: int, status: str, detail: str, now: dt.datetime) -> None:
    """Write how a run ended."""
    connection.execute(
        "update runs set finished_at = ?, status = ?, detail = ? where id = ?", (stamp(now), status, detail, run_id)
    )


def set_problems(
    connection: sqlite3.Connection, step: str, subjects: Iterable[str], problems: Iterable[Problem], now: dt.datetime
) -> int:
    """Let the problems of a step stand as given: new ones are added, those of ``subjects`` that are gone are resolved.

    Returns:
        how many rows changed; the same problems twice change none.
    """
    wanted = {(p.subject, p.message): p for p in problems}
    rows = connection.execute(
        "select id, subject, message from problems where step = ? and resolved_at is null", (step,)
    ).fetchall()
    standing = {(row["subject"], row["message"]): row["id"] for row in rows}
    looked_at = set(subjects)
    solved = [i for key, i in standing.items() if key not in wanted and key[0] in looked_at]
    new = [p for key, p in wanted.items() if key not in standing]
    connection.executemany("update problems set resolved_at = ? where id = ?", [(stamp(now), i) for i in solved])
    connection.executemany(
        "insert into problems (step, subject, message, message_zh, first_seen) values (?, ?, ?, ?, ?)",
        [(p.step, p.subject, p.message, p.message_zh, stamp(now)) for p in new],
    )
    return len(solved) + len(new)


def standing_problems(connection: sqlite3.Connection) -> Sequence[sqlite3.Row]:
    """List the problems that still stand, oldest first."""
    return connection.execute(
        "select step, subject, message, message_zh, first_seen from problems where resolved_at is null order by id"
    ).fetchall()
