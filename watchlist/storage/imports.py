"""Imported recommendations in the database: revisions beside the ledger's, whole columns at a time.

Their reports bear a mark, so that recording the ledger, which retracts what its files no longer hold, leaves them be.
"""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any, Final

import numpy as np

from watchlist.core.coded import Coded, objects
from watchlist.domain.identity import IMPORTED
from watchlist.storage.bulk import AT_ONCE, Columns, insert_columns, portions
from watchlist.storage.ledger import LATER, Recorded
from watchlist.storage.moments import stamp

_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def record_imported(
    connection: sqlite3.Connection, table: str, key: str, columns: Columns, now: dt.datetime, *, dry_run: bool = False
) -> Recorded:
    """Append what is new or different of imported rows; what a list no longer holds stays.

    Args:
        table: ``reports`` or ``recommendations``, its key column in ``key``: no key stands there twice.
        columns: those of the table without ``rev op content_sha256 recorded_at``, ``n`` rows each.
        dry_run: only count.
    """
    keys = columns[key].cells.tolist()
    contents = digests(columns)
    rev = np.ones(len(keys), dtype=np.int64)
    amends, due = rev == 0, rev == 1
    newest = _newest(connection, table, key, keys)
    for at, one in enumerate(keys) if newest else ():
        if one in newest:
            last, op, before = newest[one]
            stands = op != "retract"
            rev[at], amends[at], due[at] = last + 1, stands, not (stands and before == contents[at])
    amended = int((amends & due).sum())
    if not dry_run and due.any():
        written = {
            **columns,
            "rev": Coded.of(rev),
            "op": Coded(objects(["add", "amend"]), amends.astype(np.int64)),
            "content_sha256": Coded.each(contents),
            "recorded_at": Coded.same(stamp(now), len(keys)),
        }
        # In the order of the table: every page is written once.
        order = np.array(sorted(np.flatnonzero(due).tolist(), key=keys.__getitem__))
        insert_columns(connection, table, {name: column.take(order) for name, column in written.items()})
    return Recorded(int(due.sum()) - amended, amended)


def digests(columns: Columns) -> list[str]:
    """Give each row's digest, as ``storage.ledger.row_digest`` gives it: what a column says is written out once."""
    return [hashlib.sha256(text.encode()).hexdigest() for part in portions(columns) for text in _written(part)]


def _written(columns: Columns) -> Iterator[str]:
    """Write each row as JSON with sorted keys."""
    parts: list[Iterable[str]] = []
    count = len(next(iter(columns.values())))
    fixed, separator = "", "{"
    for name, column in sorted(columns.items()):
        key, said = f'{separator}"{name}":', _in_json(column.distinct.tolist())
        separator = ","
        if name in LATER or 2 * len(said) < count:
            silent = {None} if name in LATER else set()
            said = ["" if value in silent else key + text for value, text in zip(column.distinct, said, strict=True)]
        else:
            fixed += key
        if len(said) == 1:
            fixed += said[0]
            continue
        parts += [repeat(fixed, count)] if fixed else []
        parts.append(np.array(said, dtype=object)[column.codes].tolist())
        fixed = ""
    parts.append(repeat(f"{fixed}}}", count))
    return map("".join, zip(*parts, strict=True))


def _in_json(values: Sequence[Any]) -> list[str]:
    """Write values as JSON; texts, which are the most, without a look at what else they might be."""
    return [encode_basestring(value) if isinstance(value, str) else _JSON.encode(value) for value in values]


def _newest(connection: sqlite3.Connection, table: str, key: str, keys: list[str]) -> dict[str, tuple[int, str, str]]:
    """Give the newest revision of those keys that the table holds: ``rev, op, content_sha256``."""
    if connection.execute(f"select not exists (select 1 from {table})").fetchone()[0]:  # noqa: S608  (names of ours)
        return {}
    query = (
        f"select t.{key}, t.rev, t.op, t.content_sha256 from json_each(?) as wanted "  # noqa: S608
        f"join {table} as t on t.{key} = wanted.value order by t.{key}, t.rev"
    )
    found: dict[str, tuple[int, str, str]] = {}
    for start in range(0, len(keys), AT_ONCE):
        rows = connection.execute(query, (json.dumps(keys[start : start + AT_ONCE]),))
        found |= {row[0]: (row[1], row[2], row[3]) for row in rows}
    return found


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
