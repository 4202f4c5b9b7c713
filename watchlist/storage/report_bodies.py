"""Reports as they were recorded: what a question needs beside their recommendations of shares."""

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from watchlist.domain.identity import IMPORTED
from watchlist.storage.moments import parse, stamp


@dataclass(frozen=True, slots=True)
class ReportBody:
    """One report: who published it when, since when it is known here, and the rest as the ledger's file says it."""

    report: str
    broker: str
    published: dt.date
    published_at: dt.datetime | None
    recorded_at: dt.datetime
    body: dict[str, Any]


def load_reports(
    connection: sqlite3.Connection, known_at: dt.datetime | None, report: str | None = None
) -> list[ReportBody]:
    """Load the ledger's reports as they stand now, or stood at a moment, or one of them; imported lists have none."""
    rows = connection.execute(
        "select r.*, (select min(f.recorded_at) from reports as f where f.report = r.report) as first_recorded "
        "from reports as r where r.op <> 'retract' and r.report not glob ?2 and r.rev = (select max(x.rev) "
        "from reports as x where x.report = r.report and (?1 is null or x.recorded_at <= ?1)) "
        "and (?3 is null or r.report = ?3) order by r.report",
        (None if known_at is None else stamp(known_at), f"{IMPORTED}*", report),
    )
    return [
        ReportBody(
            report=row["report"],
            broker=row["broker"],
            published=dt.date.fromisoformat(row["published"]),
            published_at=None if row["published_at"] is None else dt.datetime.fromisoformat(row["published_at"]),
            recorded_at=parse(row["first_recorded"]),
            body=json.loads(row["body_json"]),
        )
        for row in rows
    ]


def load_quotes(connection: sqlite3.Connection, report: str, known_at: dt.datetime | None) -> list[dict[str, Any]]:
    """Load every quote of a report's recommendations of shares: ``start end text``, and the name's place if known."""
    rows = connection.execute(
        "select r.quotes_json from recommendations as r where r.report = ?2 and r.op <> 'retract' and r.rev "
        "= (select max(x.rev) from recommendations as x where x.rec_id = r.rec_id "
        "and (?1 is null or x.recorded_at <= ?1))",
        (None if known_at is None else stamp(known_at), report),
    )
    return [quote for row in rows for quote in json.loads(row["quotes_json"])]
