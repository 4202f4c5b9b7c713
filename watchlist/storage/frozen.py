"""Frozen answers: the score runs that were kept, and when an answer is old."""

import sqlite3
from typing import Any, Final

from watchlist.storage.holdings import snapshot_revisions

_COLUMNS: Final = ("id", "as_of", "as_of_fetch", "output_sha256", "app_version", "created_at")


def score_runs(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """List every kept score run, newest first."""
    rows = connection.execute(f"select {', '.join(_COLUMNS)} from score_runs order by id desc")  # noqa: S608
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def state(connection: sqlite3.Connection) -> tuple[int, ...]:
    """Give numbers that change whenever anything was recorded, fetched or scored: to know when an answer is old."""
    row = connection.execute(
        "select (select count(*) from recommendations), (select coalesce(max(id), 0) from fetches), "
        "(select count(*) from documents), (select count(*) from closings), "
        "(select count(*) from holding_snapshots), (select count(*) from securities), "
        "(select coalesce(max(id), 0) from score_runs)"
    ).fetchone()
    return (*(int(value) for value in row), snapshot_revisions(connection))
