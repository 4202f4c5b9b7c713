"""Seals: sums over rows, taken as they are written, that tell later whether a bit changed by itself, and in which row.

Rows that numbers depend on are only ever added. So a sum of their hashes only ever grows, and a row that changed,
vanished or appeared without its writer shows as a sum that no longer fits.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import repeat
from operator import methodcaller
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchlist.core.coded import Coded

_BITS: Final = 62  # the sum of two seals still fits SQLite's signed 64 bits
_MASK: Final = (1 << _BITS) - 1
_AT_ONCE: Final = 100_000
_CACHED: Final = 65_536  # texts whose hashes are remembered: sessions and symbols come again and again
_FEW: Final = 8_192  # distinct texts from which on they are more likely to be new
_BAR: Final = ("symbol", "session", "open", "high", "low", "close", "volume", "fetch_id")
_ACTION: Final = ("symbol", "ex_date", "cash", "split", "fetch_id")

Seals = dict[tuple[str, str], tuple[int, int]]  # (kind, part) -> rows, sum of their hashes


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table under seal.

    Attributes:
        columns: what is summed, in this order; all of the table's where it is empty.
        parts: the kinds of seals its rows count for, each with the column that names the part.
        superseded: where its rows go when a newer version takes their place; they keep counting.
    """

    table: str
    columns: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    superseded: str | None = None


SEALED: Final = {
    one.table: one
    for one in (
        Sealed("fetches", (), (("fetch", "id"),)),
        Sealed("bars", _BAR, (("fetch", "fetch_id"), ("session", "session")), "bar_revisions"),
        Sealed("actions", _ACTION, (("fetch", "fetch_id"), ("session", "ex_date")), "action_revisions"),
        Sealed("reports", (), (("reports", "recorded_at"),)),
        Sealed("recommendations", (), (("recommendations", "recorded_at"),)),
        Sealed("closings", (), (("closings", "recorded_at"),)),
        Sealed("securities", (), (("securities", "recorded_at"),)),
        Sealed("documents", (), (("documents", "recorded_at"),)),
        Sealed("score_runs", (), (("score_run", "id"),)),
        Sealed("scores", (), (("score_run", "score_run"),)),
        Sealed("score_files", (), (("score_file", "id"),)),
        Sealed("score_file_groups", (), (("score_file", "score_file"),)),
        Sealed("holding_snapshots", (), (("holdings", "day"),)),
        Sealed("holdings", (), (("holdings", "day"),)),
    )
}


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A part whose rows are not what was written: how many there should be, and how many there are."""

    kind: str
    part: str
    rows: int
    found: int


@dataclass(frozen=True, slots=True)
class Sealing:
    """Sums up what is being added."""

    connection: sqlite3.Connection
    total: Seals = field(default_factory=dict)

    def rows(self, table: str, rows: Iterable[Mapping[str, Any] | sqlite3.Row]) -> None:
        """Sum rows, which hold every column of the table."""
        columns = _columns(self.connection, SEALED[table])
        values = [tuple(row[name] for name in columns) for row in rows]
        if values:
            self.columns(table, _by_column(columns, values))

    def columns(self, table: str, columns: Mapping[str, Coded]) -> None:
        """Sum rows given by column, every one of the table among them."""
        sealed = SEALED[table]
        named = {name: columns[name] for name in _columns(self.connection, sealed)}
        _add(self.total, _summed(self.connection, sealed, named))


@contextmanager
def sealing(connection: sqlite3.Connection) -> Iterator[Sealing]:
    """Put all that is summed inside under seal at its end, in the transaction that adds it."""
    found = Sealing(connection)
    yield found
    _save(connection, found.total)


def seal(connection: sqlite3.Connection, table: str, rows: Iterable[Mapping[str, Any] | sqlite3.Row]) -> None:
    """Put rows, which hold every column of the table, under seal in the transaction that adds them."""
    with sealing(connection) as seals:
        seals.rows(table, rows)


def is_sealed(connection: sqlite3.Connection) -> bool:
    """Say whether a database is under seal, or has nothing to seal yet."""
    there = [table for table in SEALED if _types(connection, table)]
    nothing = " and ".join(f"not exists (select 1 from {table})" for table in there)  # noqa: S608  (names of ours)
    return bool(connection.execute(f"select exists (select 1 from seals) or ({nothing})").fetchone()[0])  # noqa: S608


def seal_all(connection: sqlite3.Connection) -> None:
    """Put a database under seal that was written before there were any."""
    _save(connection, _found(connection))


def sealed_columns(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Give the columns that are summed of each table, as the tables are now."""
    return {table: _columns(connection, sealed) for table, sealed in SEALED.items()}


def follow_columns(connection: sqlite3.Connection, before: Mapping[str, tuple[str, ...]]) -> None:
    """Carry the seals of tables whose columns a migration added to over to the new columns, in its transaction.

    A seal that was broken stays broken by as much.

    Args:
        before: :func:`sealed_columns` as they were.
    """
    if not _types(connection, "seals"):
        return
    for table, columns in sealed_columns(connection).items():
        if not before[table] or columns == before[table]:
            continue
        was, now = (_found_in(connection, SEALED[table], one) for one in (before[table], columns))
        connection.executemany(
            "update seals set digest = (digest + ?3) & ?4 where (kind, part) = (?1, ?2)",
            [(*key, (digest - was[key][1]) & _MASK, _MASK) for key, (_, digest) in now.items()],
        )


def broken_seals(connection: sqlite3.Connection) -> list[BrokenSeal]:
    """List the parts whose rows are not what was written."""
    connection.text_factory = _lenient
    found = _found(connection)
    kept = {
        (kind, part): (rows, digest)
        for kind, part, rows, digest in connection.execute("select kind, part, rows, digest from seals")
    }
    nothing = (0, 0)
    broken = sorted(key for key in kept.keys() | found.keys() if kept.get(key) != found.get(key))
    return [BrokenSeal(kind, part, kept.get((kind, part), nothing)[0], found.get((kind, part), nothing)[0])
            for kind, part in broken]  # fmt: skip


def suspects(connection: sqlite3.Connection, broken: Sequence[BrokenSeal]) -> list[tuple[str, str]]:
    """Name the bars and actions in doubt: ``(symbol, session)`` where a broken fetch and a broken session meet.

    Every table is gone through once, however many seals are broken.
    """
    fetches, sessions = (json.dumps([one.part for one in broken if one.kind == kind]) for kind in ("fetch", "session"))
    query = " union ".join(
        f"select symbol, {day} from {table} where fetch_id in (select value from json_each(?1)) "  # noqa: S608
        f"and {day} in (select value from json_each(?2))"
        for sealed in SEALED.values()
        if sealed.superseded is not None
        for day in (sealed.parts[1][1],)
        for table in (sealed.table, sealed.superseded)
    )
    return sorted(tuple(row) for row in connection.execute(query, (fetches, sessions)))


def _found(connection: sqlite3.Connection) -> Seals:
    """Sum what the tables hold now."""
    total: Seals = {}
    for sealed in SEALED.values():
        if _types(connection, sealed.table):  # an older version's database may not have it yet
            _add(total, _found_in(connection, sealed, _columns(connection, sealed)))
    return total


def _found_in(connection: sqlite3.Connection, sealed: Sealed, columns: Sequence[str]) -> Seals:
    total: Seals = {}
    listed = ", ".join(columns)
    for table in filter(None, (sealed.table, sealed.superseded)):
        cursor = connection.execute(f"select {listed} from {table}")  # noqa: S608  (names of ours)
        while rows := cursor.fetchmany(_AT_ONCE):
            _add(total, _summed(connection, sealed, _by_column(columns, [tuple(row) for row in rows])))
    return total


def _by_column(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, Coded]:
    return {name: Coded.each(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}


def _summed(connection: sqlite3.Connection, sealed: Sealed, columns: Mapping[str, Coded]) -> Seals:
    """Sum the hashes of rows by part."""
    numbers = {name for name, kind in _types(connection, sealed.table) if kind != "TEXT"}
    hashes = _hashes(sealed.table, [(column, name in numbers) for name, column in columns.items()])
    total: Seals = {}
    for kind, name in sealed.parts:
        part = Coded.of(columns[name].cells)
        sums = np.zeros(part.distinct.size, dtype=np.uint64)
        np.add.at(sums, part.codes, hashes)
        counts = np.bincount(part.codes, minlength=part.distinct.size).tolist()
        keys = zip(repeat(kind), map(str, part.distinct.tolist()), strict=False)
        total |= zip(keys, zip(counts, (sums & np.uint64(_MASK)).tolist(), strict=True), strict=True)
    return total


def _lenient(text: bytes) -> str:
    """Read a text that may have stopped to be one."""
    return text.decode("utf-8", "surrogateescape")


def _add(total: Seals, more: Seals) -> None:
    for key in total.keys() & more.keys():
        (rows, digest), (before, kept) = more[key], total[key]
        more[key] = before + rows, kept + digest & _MASK
    total |= more


def _save(connection: sqlite3.Connection, seals: Seals) -> None:
    connection.executemany(
        "insert into seals (kind, part, rows, digest) values (?1, ?2, ?3, ?4) on conflict (kind, part) do update "
        "set rows = rows + excluded.rows, digest = (digest + excluded.digest) & ?5",
        [(*key, *one, _MASK) for key, one in seals.items()],
    )


def _columns(connection: sqlite3.Connection, sealed: Sealed) -> tuple[str, ...]:
    return sealed.columns or tuple(name for name, _ in _types(connection, sealed.table))


def _types(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return [(row[1], row[2]) for row in connection.execute(f"pragma table_info({table})")]


def _hashes(table: str, columns: Iterable[tuple[Coded, bool]]) -> NDArray[np.uint64]:
    """Hash rows given by column, each with whether it holds numbers: ``(n,)``, equal for equal values."""
    hashes: NDArray[np.uint64] = np.uint64(_hash_of(table)) + np.zeros(1, dtype=np.uint64)
    for column, is_number in columns:
        values = column.distinct.tolist()
        hashes = _mixed(hashes ^ (_bits(values) if is_number else _texts(values))[column.codes])
    return hashes


def _bits(values: Sequence[Any]) -> NDArray[np.uint64]:
    """Give the bits of numbers, null as not-a-number; what a damaged file holds instead of numbers as a text."""
    try:
        # SQLite keeps whole numbers without their sign bit: minus zero comes back as zero.
        return (np.array(values, dtype=float) + 0.0).view(np.uint64)
    except (TypeError, ValueError, OverflowError):
        return _texts(values)


def _texts(values: Sequence[Any]) -> NDArray[np.uint64]:
    return np.frombuffer(b"".join(map(_bytes_of, values) if len(values) < _FEW else _all_bytes(values)), "<u8")


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread each bit over all others: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    spread = values + np.uint64(0x9E3779B97F4A7C15)
    spread = (spread ^ (spread >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    spread = (spread ^ (spread >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = spread ^ (spread >> np.uint64(31))
    return mixed


@lru_cache(maxsize=_CACHED)
def _bytes_of(text: object) -> bytes:
    return b"".join(_all_bytes([text]))


def _all_bytes(values: Iterable[Any]) -> Iterator[bytes]:
    """Hash texts; the steps are passed from one to the next without a line of Python between, as there are millions."""
    return map(methodcaller("digest"), map(partial(blake2b, digest_size=8), map(str.encode, map(repr, values))))


def _hash_of(text: object) -> int:
    return int.from_bytes(_bytes_of(text), "little")


def mismatched_revisions(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Name the superseded bars and actions that do not point at the version that took their place."""
    for sealed in SEALED.values():
        if sealed.superseded is None:
            continue
        day = sealed.parts[1][1]
        query = (
            f"select symbol, {day} from (select r.symbol, r.{day}, r.superseded_by, (select min(x.fetch_id) from "  # noqa: S608
            f"(select fetch_id from {sealed.table} as c where c.symbol = r.symbol and c.{day} = r.{day} union all "
            f"select fetch_id from {sealed.superseded} as n where n.symbol = r.symbol and n.{day} = r.{day}) as x "
            f"where x.fetch_id > r.fetch_id) as next from {sealed.superseded} as r) where superseded_by is not next"
        )
        yield from (tuple(row) for row in connection.execute(query))
