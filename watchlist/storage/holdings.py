"""Holdings in the database: dated snapshots of accounts, append-only, each the newest revision known by a moment."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from watchlist.storage.ledger import digest
from watchlist.storage.moments import parse, stamp
from watchlist.storage.seals import seal

# The newest revision of each account and day that was recorded by a moment.
_STANDING = (
    "from holding_snapshots as s where s.rev = (select max(x.rev) from holding_snapshots as x "
    "where x.account = s.account and x.day = s.day and (?1 is null or x.recorded_at <= ?1))"
)


@dataclass(frozen=True, slots=True)
class Position:
    """One security of a snapshot.

    Attributes:
        holder: the shareholder code that the file prints, empty where it prints none.
        shares: above zero, as of the snapshot's close.
        cost: a share's, in ``cost_currency``; brokers print zero and less for what paid for itself.
        cost_currency: ``None`` where the file does not say: the security's own.
    """

    symbol: str
    holder: str
    name_printed: str
    shares: float
    cost: float | None
    cost_currency: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one account held at the close of one day.

    Attributes:
        account: its name, empty where the file names none.
        rev: its revision, from 1; 0 before it is stored.
        source: the name of the file.
        problems: how many lines of the file could not be understood: positions may be missing.
        recorded_at: aware; when this revision became known here.
    """

    account: str
    day: dt.date
    positions: tuple[Position, ...]
    source: str
    problems: int
    rev: int = 0
    recorded_at: dt.datetime | None = None


def record_snapshot(
    connection: sqlite3.Connection, snapshot: Snapshot, now: dt.datetime, *, dry_run: bool = False
) -> str | None:
    """Append a snapshot where it says something new.

    Args:
        dry_run: only look.

    Returns:
        ``add`` or ``amend``, or ``None`` where the newest revision says the same.
    """
    rows = [asdict(position) for position in snapshot.positions]
    content = digest([snapshot.problems, sorted(rows, key=lambda row: (row["symbol"], row["holder"]))])
    newest = _newest(connection, snapshot.account, snapshot.day)
    if newest is not None and newest["op"] != "retract" and newest["content_sha256"] == content:
        return None
    op = "add" if newest is None or newest["op"] == "retract" else "amend"
    if dry_run:
        return op
    key = (snapshot.account, snapshot.day.isoformat(), 1 if newest is None else newest["rev"] + 1)
    _append(connection, key, op, (snapshot.source, snapshot.problems, None, content), now)
    connection.executemany(
        "insert into holdings (account, day, rev, symbol, holder, name_printed, shares, cost, cost_currency) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(*key, *row.values()) for row in rows],
    )
    _seal(connection, "holdings", key)
    return op


def retract_snapshot(
    connection: sqlite3.Connection, account: str, day: dt.date, why: str, now: dt.datetime
) -> Snapshot | None:
    """Withdraw a snapshot, which stays known for the time before.

    Returns:
        what was withdrawn, ``None`` where there is no such snapshot.
    """
    standing = {(one.account, one.day): one for one in load_snapshots(connection, None)}
    found = standing.get((account, day))
    if found is not None:
        content = digest(["retracted", why])
        key = (account, day.isoformat(), found.rev + 1)
        _append(connection, key, "retract", (found.source, 0, why, content), now)
    return found


def load_snapshots(connection: sqlite3.Connection, known_at: dt.datetime | None) -> list[Snapshot]:
    """Load every snapshot that stands, or stood at a moment, by day and account; none of those withdrawn by then."""
    if not has_holdings(connection):
        return []
    until = None if known_at is None else stamp(known_at)
    heads = connection.execute(
        f"select s.* {_STANDING} and s.op <> 'retract' order by s.day, s.account",
        (until,),
    ).fetchall()
    rows = connection.execute(
        f"select h.* from holdings as h join (select s.account, s.day, s.rev {_STANDING}) as standing "  # noqa: S608
        "on h.account = standing.account and h.day = standing.day and h.rev = standing.rev order by h.symbol, h.holder",
        (until,),
    ).fetchall()
    positions: dict[tuple[str, str, int], list[Position]] = {}
    for row in rows:
        positions.setdefault((row["account"], row["day"], row["rev"]), []).append(_position(row))
    return [_snapshot(head, positions.get((head["account"], head["day"], head["rev"]), [])) for head in heads]


def snapshot_revisions(connection: sqlite3.Connection) -> int:
    """Count the revisions of all snapshots: it changes whenever one is brought in or withdrawn."""
    if not has_holdings(connection):
        return 0
    return int(connection.execute("select count(*) from holding_snapshots").fetchone()[0])


def has_holdings(connection: sqlite3.Connection) -> bool:
    """Say whether the database knows holdings at all: a reader may meet one that no writer has brought up to date."""
    row = connection.execute("select 1 from sqlite_master where name = 'holding_snapshots'").fetchone()
    return row is not None


def held_symbols(snapshots: Iterable[Snapshot]) -> list[str]:
    """List every security of some snapshots, once."""
    return list(dict.fromkeys(position.symbol for one in snapshots for position in one.positions))


def _newest(connection: sqlite3.Connection, account: str, day: dt.date) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "select rev, op, content_sha256 from holding_snapshots where account = ? and day = ? order by rev desc limit 1",
        (account, day.isoformat()),
    ).fetchone()
    return row


def _append(
    connection: sqlite3.Connection,
    key: tuple[str, str, int],
    op: str,
    rest: tuple[str, int, str | None, str],
    now: dt.datetime,
) -> None:
    connection.execute(
        "insert into holding_snapshots (account, day, rev, op, source, problems, note, content_sha256, recorded_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*key, op, *rest, stamp(now)),
    )
    _seal(connection, "holding_snapshots", key)


def _seal(connection: sqlite3.Connection, table: str, key: tuple[str, str, int]) -> None:
    query = f"select * from {table} where (account, day, rev) = (?, ?, ?)"  # noqa: S608  (names of ours)
    seal(connection, table, connection.execute(query, key))


def _position(row: sqlite3.Row) -> Position:
    return Position(
        symbol=row["symbol"],
        holder=row["holder"],
        name_printed=row["name_printed"],
        shares=row["shares"],
        cost=row["cost"],
        cost_currency=row["cost_currency"],
    )


def _snapshot(head: sqlite3.Row, positions: Sequence[Position]) -> Snapshot:
    return Snapshot(
        account=head["account"],
        day=dt.date.fromisoformat(head["day"]),
        positions=tuple(positions),
        source=head["source"],
        problems=head["problems"],
        rev=head["rev"],
        recorded_at=parse(head["recorded_at"]),
    )
