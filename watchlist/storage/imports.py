"""Imported recommendations in the database: revisions beside the ledger's, many at a time.

Their reports bear a mark, so that recording the ledger, which retracts what its files no longer hold, leaves them be.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from watchlist.domain.identity import IMPORTED
from watchlist.storage.ledger import Recorded, row_digest
from watchlist.storage.moments import stamp
from watchlist.storage.seals import seal

Row = Mapping[str, Any]
_AT_ONCE: Final = 5_000


def record_imported(
    connection: sqlite3.Connection,
    table: str,
    key: str,
    rows: Iterable[Row],
    now: dt.datetime,
    *,
    dry_run: bool = False,
) -> Recorded:
    """Append what is new or different of imported rows; what a list no longer holds stays.

    Args:
        table: ``reports`` or ``recommendations``, its key column in ``key``.
        rows: columns of the table without ``rev op content_sha256 recorded_at``; all with the same columns.
        dry_run: only count.
    """
    newest = {
        row[0]: (row[1], row[2], row[3])
        for row in connection.execute(
            f"select {key}, rev, op, content_sha256 from {table} as t where report glob ?1 and rev = "  # noqa: S608
            f"(select max(x.rev) from {table} as x where x.{key} = t.{key})",
            (f"{IMPORTED}*",),
        )
    }
    fresh: list[dict[str, Any]] = []
    amended, recorded_at = 0, stamp(now)
    for row in rows:
        content = row_digest(row)
        rev, op, before = newest.get(row[key], (0, "retract", ""))
        if before == content and op != "retract":
            continue
        word = "add" if op == "retract" else "amend"
        amended += word == "amend"
        fresh.append({**row, "rev": rev + 1, "op": word, "content_sha256": content, "recorded_at": recorded_at})
    if not dry_run:
        _insert(connection, table, fresh)
    return Recorded(len(fresh) - amended, amended)


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        names = list(rows[0])
        command = f"insert into {table} ({', '.join(names)}) values ({', '.join(':' + name for name in names)})"  # noqa: S608
        for start in range(0, len(rows), _AT_ONCE):
            connection.executemany(command, rows[start : start + _AT_ONCE])
        seal(connection, table, rows)


def newest_of(connection: sqlite3.Connection, source: str) -> dict[str, dt.date]:
    """Give the day of the newest report on each security that came from a source (the ``source`` of its body)."""
    rows = connection.execute(
        "select r.symbol, max(r.published) from recommendations_current as r join reports_current as p "
        "on p.report = r.report where json_extract(p.body_json, '$.source') = ? group by r.symbol",
        (source,),
    )
    return {symbol: dt.date.fromisoformat(day) for symbol, day in rows}


def said_elsewhere(connection: sqlite3.Connection, source: str) -> set[tuple[str, str, str]]:
    """Give ``(broker, symbol, day)`` of every recommendation that did not come from a source."""
    rows = connection.execute(
        "select r.broker, r.symbol, r.published from recommendations_current as r join reports_current as p "
        "on p.report = r.report where json_extract(p.body_json, '$.source') is not ?",
        (source,),
    )
    return {(broker, symbol, day) for broker, symbol, day in rows}


def printed_themes(connection: sqlite3.Connection) -> list[str]:
    """List the themes that imported recommendations print, by name."""
    rows = connection.execute(
        "select distinct theme_printed from recommendations_current where theme_printed <> '' and report glob ? "
        "order by theme_printed",
        (f"{IMPORTED}*",),
    )
    return [row[0] for row in rows]
