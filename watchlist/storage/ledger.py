"""The ledger in the database: append-only revisions of reports, recommendations, securities and settings.

What is written is compared by content: recording the same thing twice adds nothing.
"""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchlist.domain.identity import IMPORTED
from watchlist.domain.model import Closing, Mention, Security, Strength
from watchlist.storage.moments import parse, stamp
from watchlist.storage.seals import seal

Row = Mapping[str, Any]
LATER: Final = frozenset({"target_currency"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many rows a recording added, by what they say."""

    added: int = 0
    amended: int = 0
    retracted: int = 0

    def __add__(self, other: "Recorded") -> "Recorded":
        return Recorded(self.added + other.added, self.amended + other.amended, self.retracted + other.retracted)

    @property
    def changed(self) -> int:
        """All rows added."""
        return self.added + self.amended + self.retracted


def digest(content: object) -> str:
    """Give the SHA-256 of a JSON-like content, independent of key order."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def row_digest(row: Row) -> str:
    """Give the digest of a row; a column that came later counts where it says something: no upgrade amends anything."""
    return digest({name: value for name, value in row.items() if value is not None or name not in LATER})


def record_revisions(
    connection: sqlite3.Connection, table: str, key: str, rows: Iterable[Row], now: dt.datetime, *,
    withdrawn: Collection[str] = (), unread: Collection[str] = (),
) -> Recorded:  # fmt: skip
    """Append what is new or different, and a retraction of what is gone.

    Args:
        table: ``reports``, ``recommendations`` or ``closings``, its key column in ``key``.
        rows: everything the ledger holds now; columns of the table without ``rev op content_sha256 recorded_at``.
        unread: reports whose files cannot be read just now: what was recorded of them stays as it is.
        withdrawn: what a person took back: gone also where it was imported, so that no file of the ledger holds it.
    """
    current = {row[key]: row for row in connection.execute(f"select * from {table}_current")}  # noqa: S608
    newest = dict(connection.execute(f"select {key}, max(rev) from {table} group by {key}").fetchall())  # noqa: S608
    added = amended = 0
    seen = set()
    for row in rows:
        content, identity = row_digest(row), row[key]
        seen.add(identity)
        if identity in current and current[identity]["content_sha256"] == content:
            continue
        op = "amend" if identity in current else "add"
        added, amended = added + (op == "add"), amended + (op == "amend")
        _append(
            connection, table, {**row, "rev": newest.get(identity, 0) + 1, "op": op, "content_sha256": content}, now
        )
    gone = [
        dict(row)
        for identity, row in current.items()
        if identity not in seen and (identity in withdrawn or not _kept_elsewhere(dict(row), unread))
    ]
    for row in gone:
        _append(connection, table, {**row, "rev": row["rev"] + 1, "op": "retract"}, now)
    return Recorded(added, amended, len(gone))


def _kept_elsewhere(row: Row, unread: Collection[str]) -> bool:
    report = str(row.get("report", ""))
    return report.startswith(IMPORTED) or report in unread


def record_document(connection: sqlite3.Connection, kind: str, body: object, now: dt.datetime) -> Recorded:
    """Append settings or themes where they differ from the newest ones."""
    content = digest(body)
    newest = connection.execute(
        "select rev, content_sha256 from documents where kind = ? order by rev desc limit 1", (kind,)
    ).fetchone()
    if newest is not None and newest["content_sha256"] == content:
        return Recorded()
    row = {
        "kind": kind,
        "rev": 1 if newest is None else newest["rev"] + 1,
        "body_json": json.dumps(body, ensure_ascii=False, sort_keys=True),
        "content_sha256": content,
    }
    _append(connection, "documents", row, now)
    return Recorded(added=int(newest is None), amended=int(newest is not None))


def record_securities(connection: sqlite3.Connection, securities: Iterable[Security], now: dt.datetime) -> Recorded:
    """Append securities that are new or known differently; none is ever retracted."""
    current = {row["symbol"]: row for row in connection.execute("select * from securities_current")}
    added = amended = 0
    for security in securities:
        row = _security_row(security)
        before = current.get(security.symbol)
        if before is not None and all(before[name] == value for name, value in row.items()):
            continue
        added, amended = added + (before is None), amended + (before is not None)
        _append(connection, "securities", {**row, "rev": 1 if before is None else before["rev"] + 1}, now)
    return Recorded(added, amended)


def load_mentions(connection: sqlite3.Connection, known_at: dt.datetime | None) -> list[Mention]:
    """Load the recommendations as they stand now, or stood at a moment: newest report first, then as printed.

    ``recorded_at`` is the moment of the first revision: when it became known here at all.
    """
    until = None if known_at is None else stamp(known_at)
    rows = connection.execute(
        "select r.*, (select min(f.recorded_at) from recommendations as f where f.rec_id = r.rec_id) as first_recorded "
        "from recommendations as r where r.op <> 'retract' and r.rev = (select max(x.rev) from recommendations as x "
        "where x.rec_id = r.rec_id and (?1 is null or x.recorded_at <= ?1))",
        (until,),
    )
    quoted = [(row, json.loads(row["quotes_json"])) for row in rows]
    return [_mention(row, quotes) for row, quotes in sorted(quoted, key=_as_printed)]


def load_last_words(connection: sqlite3.Connection, rec_ids: Iterable[str]) -> list[Mention]:
    """Load recommendations by id as they stood last, also those that were retracted since."""
    rows = connection.execute(
        "select r.*, (select min(f.recorded_at) from recommendations as f where f.rec_id = r.rec_id) as first_recorded "
        "from json_each(?) as wanted join recommendations as r on r.rec_id = wanted.value where r.rev = "
        "(select max(x.rev) from recommendations as x where x.rec_id = r.rec_id and x.op <> 'retract')",
        (json.dumps(list(rec_ids)),),
    )
    return [_mention(row, json.loads(row["quotes_json"])) for row in rows]


def load_closings(connection: sqlite3.Connection, known_at: dt.datetime | None) -> tuple[Closing, ...]:
    """Load the calls that a person closed, as known now or at a moment, by the day they were closed for."""
    rows = connection.execute(
        "select c.broker, c.symbol, c.closed_on, c.why from closings as c where c.op <> 'retract' and c.rev = ("
        "select max(x.rev) from closings as x where x.closing = c.closing and (?1 is null or x.recorded_at <= ?1)) "
        "order by c.closed_on, c.closing",
        (None if known_at is None else stamp(known_at),),
    )
    return tuple(
        Closing(row["broker"], row["symbol"], dt.date.fromisoformat(row["closed_on"]), row["why"]) for row in rows
    )


def load_securities(
    connection: sqlite3.Connection, symbols: Iterable[str], known_at: dt.datetime | None
) -> dict[str, Security]:
    """Load securities as they are known now, or were at a moment; unknown ones are left out."""
    until = None if known_at is None else stamp(known_at)
    rows = connection.execute(
        "select s.* from json_each(?1) as wanted join securities as s on s.symbol = wanted.value where s.rev = ("
        "select max(x.rev) from securities as x where x.symbol = s.symbol and (?2 is null or x.recorded_at <= ?2))",
        (json.dumps(list(symbols)), until),
    )
    return {row["symbol"]: _security(row) for row in rows}


def load_document(connection: sqlite3.Connection, kind: str, known_at: dt.datetime | None) -> Any:  # noqa: ANN401
    """Load settings or themes as they are known now, or were at a moment; ``None`` where there were none yet."""
    row = connection.execute(
        "select body_json from documents where kind = ?1 and (?2 is null or recorded_at <= ?2) "
        "order by rev desc limit 1",
        (kind, None if known_at is None else stamp(known_at)),
    ).fetchone()
    return None if row is None else json.loads(row["body_json"])


def _append(connection: sqlite3.Connection, table: str, row: Row, now: dt.datetime) -> None:
    """Insert one revision; table and column names come from this program, values are bound."""
    columns = {**row, "recorded_at": stamp(now)}
    connection.execute(
        f"insert into {table} ({', '.join(columns)}) values ({', '.join(':' + name for name in columns)})",  # noqa: S608
        columns,
    )
    seal(connection, table, [columns])


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _security_row(security: Security) -> dict[str, str | None]:
    names = [[name, _iso(since), _iso(until)] for name, since, until in security.names]
    return {
        "symbol": security.symbol,
        "name": security.name,
        "listed": _iso(security.listed),
        "delisting_period_from": _iso(security.delisting_period_from),
        "delisted": _iso(security.delisted),
        "names_json": json.dumps(names, ensure_ascii=False),
    }


def _security(row: sqlite3.Row) -> Security:
    return Security(
        symbol=row["symbol"],
        name=row["name"],
        listed=_date(row["listed"]),
        delisting_period_from=_date(row["delisting_period_from"]),
        delisted=_date(row["delisted"]),
        names=tuple((name, _date(since), _date(until)) for name, since, until in json.loads(row["names_json"])),
    )


def _as_printed(quoted: tuple[sqlite3.Row, list[Any]]) -> tuple[int, str, int]:
    """Order by the place where a report first names the share."""
    row, quotes = quoted
    first = min(quote.get("name_start", quote["start"]) for quote in quotes)
    return -dt.date.fromisoformat(row["published"]).toordinal(), row["report"], first


def _mention(row: sqlite3.Row, quotes: list[Any]) -> Mention:
    return Mention(
        rec_id=row["rec_id"],
        report=row["report"],
        broker=row["broker"],
        analyst=row["analyst"],
        published=dt.date.fromisoformat(row["published"]),
        published_at=None if row["published_at"] is None else dt.datetime.fromisoformat(row["published_at"]),
        recorded_at=parse(row["first_recorded"]),
        theme_printed=row["theme_printed"],
        symbol=row["symbol"],
        name_printed=row["name_printed"],
        direction=row["direction"],
        strength=Strength(row["strength"]),
        verb=row["verb"],
        rating=row["rating"],
        target_price=row["target_price"],
        scale_months=row["scale_months"],
        benchmark=row["benchmark"],
        quote=quotes[0]["text"],
        target_currency=row["target_currency"],
    )
