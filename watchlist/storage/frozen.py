"""Frozen answers: which score run holds the numbers that a page, a workbook or a file shows."""

import datetime as dt
import sqlite3
from typing import Any, Final

_COLUMNS: Final = ("id", "as_of", "as_of_fetch", "output_sha256", "app_version", "created_at")


def frozen_run(connection: sqlite3.Connection, as_of: dt.date, fetch: int) -> dict[str, Any] | None:
    """Give the newest score run of a day and a state of prices; ``None`` where none was kept of exactly these."""
    row = connection.execute(
        f"select {', '.join(_COLUMNS)} from score_runs where as_of = ? and as_of_fetch = ? order by id desc limit 1",  # noqa: S608
        (as_of.isoformat(), fetch),
    ).fetchone()
    return None if row is None else dict(zip(_COLUMNS, row, strict=True))


def state(connection: sqlite3.Connection) -> tuple[int, ...]:
    """Give numbers that change whenever anything was recorded, fetched or scored: to know when an answer is old."""
    row = connection.execute(
        "select (select count(*) from recommendations), (select coalesce(max(id), 0) from fetches), "
        "(select count(*) from documents), (select count(*) from closings), "
        "(select coalesce(max(id), 0) from score_runs)"
    ).fetchone()
    return tuple(int(value) for value in row)
