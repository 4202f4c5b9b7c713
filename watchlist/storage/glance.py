"""A glance at the database: the few counts and dates that a greeting is made of, from small tables and short looks."""

import datetime as dt
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from watchlist.storage.moments import parse

# A list of millions is not counted to the end for a greeting.
MANY: Final = 100_000


@dataclass(frozen=True, slots=True)
class Glance:
    """What a database holds.

    Attributes:
        recommendations, reports: in force; :data:`MANY` stands for that many or more.
        scored: as-of day of the newest score run; ``None`` before the first.
        scored_days: how many as-of days score runs were kept of.
        problems, quarantined: what still waits for somebody.
    """

    recommendations: int
    reports: int
    scored: dt.date | None
    scored_days: int
    problems: int
    quarantined: int


def glance(connection: sqlite3.Connection) -> Glance:
    """Look at the database."""
    scored = _value(connection, "select as_of from score_runs order by id desc limit 1")
    return Glance(
        recommendations=_counted(connection, "recommendations_current"),
        reports=_counted(connection, "reports_current"),
        scored=None if scored is None else dt.date.fromisoformat(str(scored)),
        scored_days=int(_value(connection, "select count(distinct as_of) from score_runs") or 0),
        problems=int(_value(connection, "select count(*) from problems where resolved_at is null") or 0),
        quarantined=int(_value(connection, "select count(*) from quarantine where resolved_at is null") or 0),
    )


def asked_at(connection: sqlite3.Connection, market: str) -> dt.datetime | None:
    """Give when a market's prices were last asked for (aware): by a day's work or an update that brought something."""
    asked = connection.execute(
        "select max(at) from (select max(tried_at) as at from market_sessions where market = ? union all "
        "select max(started_at) from runs where job = 'update' and status in ('ok', 'partial'))",
        (market,),
    ).fetchone()[0]
    return None if asked is None else parse(asked)


def never_recorded(connection: sqlite3.Connection, reports: Iterable[str]) -> list[str]:
    """Keep the reports, by id, that no revision was ever recorded of."""
    query = "select 1 from reports where report = ? limit 1"
    return [report for report in reports if connection.execute(query, (report,)).fetchone() is None]


def _counted(connection: sqlite3.Connection, view: str) -> int:
    query = f"select count(*) from (select 1 from {view} limit {MANY})"  # noqa: S608  (views of this program)
    return int(_value(connection, query) or 0)


def _value(connection: sqlite3.Connection, query: str) -> str | int | None:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]
