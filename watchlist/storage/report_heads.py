"""Heads of the recorded reports: who published what and when, for whoever lists them."""

import datetime as dt
import sqlite3
from typing import Any

from watchlist.storage.moments import stamp


def report_heads(connection: sqlite3.Connection, known_at: dt.datetime | None = None) -> dict[str, dict[str, Any]]:
    """Give ``broker title published industry`` of each report, as known now or at a moment."""
    rows = connection.execute(
        "select r.report, r.broker, r.title, r.published, r.industry from reports as r where r.op <> 'retract' "
        "and r.rev = (select max(x.rev) from reports as x where x.report = r.report "
        "and (?1 is null or x.recorded_at <= ?1)) order by r.published desc, r.report",
        (None if known_at is None else stamp(known_at),),
    )
    return {row["report"]: {name: row[name] for name in ("broker", "title", "published", "industry")} for row in rows}
