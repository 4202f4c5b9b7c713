"""Seals find what changed by itself, and name the row."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from tests.cli.built_homes import demo_home
from watchlist.storage.backup import examined
from watchlist.storage.database import new_schema, reading, transaction, writing
from watchlist.storage.health import Injuries, injuries
from watchlist.storage.injury_words import in_words
from watchlist.storage.prices import Fetched, save_fetches
from watchlist.storage.runs import begin_run
from watchlist.storage.seals import SEALED, BrokenSeal, broken_seals, suspects

if TYPE_CHECKING:
    from sqlite_utils import Database

FLIPS: Final = 120
NOW: Final = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
# What nothing is computed from: what ran, what is asked next, what waits or was decided, and the seals themselves.
NOT_SEALED: Final = {
    "runs", "coverage", "problems", "quarantine", "source_standings", "seals", "market_sessions", "deliveries",
}  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database of simulated prices that went the whole road."""
    return demo_home(tmp_path_factory) / "db" / "demo.db"


@pytest.fixture
def database(whole: Path, tmp_path: Path) -> Iterator["Database"]:
    path = tmp_path / "watchlist.db"
    with closing(sqlite3.connect(whole)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    with writing(path) as opened:
        yield opened


def test_every_table_is_under_seal_or_known_not_to_be(database: "Database") -> None:
    tables = {name for name in database.table_names() if not name.startswith(("_", "sqlite_"))}
    sealed = {name for one in SEALED.values() for name in (one.table, one.superseded) if name}
    assert tables == sealed | NOT_SEALED
    parts = dict(database.conn.execute("select kind, sum(rows) from seals group by kind").fetchall())
    counted = {name: database[name].count for name in sealed}
    assert parts["session"] == sum(counted[name] for name in sealed if "bar" in name or "action" in name) > 0
    assert parts["score_run"] == counted["scores"] + counted["score_runs"]


def test_every_kind_of_seal_has_its_words() -> None:
    kinds = {kind for one in SEALED.values() for kind, _ in one.parts}
    broken = tuple(BrokenSeal(kind, "2026-01-05", 2, 1) for kind in sorted(kinds))
    said = list(in_words(Injuries(broken=broken)))
    assert len(said) == len(kinds) == len({one.words.zh for one in said})
    assert all("2026-01-05" in one.words.en and "(1 row, 2 written)" in one.words.en for one in said)


def test_what_the_program_writes_stays_under_seal(database: "Database") -> None:
    assert broken_seals(database.conn) == []
    assert not injuries(database.conn, new_schema(database.conn))


def test_a_restated_bar_keeps_its_seals(database: "Database") -> None:
    """The old version moves to the revisions, and counts there."""
    symbol, session = database.conn.execute("select symbol, session from bars limit 1").fetchone()
    before = dict(database.conn.execute("select part, digest from seals where kind = 'fetch'").fetchall())
    restate(database, symbol, session)
    after = dict(database.conn.execute("select part, digest from seals where kind = 'fetch'").fetchall())
    assert before.items() < after.items()
    assert broken_seals(database.conn) == []


def store(database: "Database", symbol: str, bars: list[list[Any]]) -> None:
    """Store bars of one security as an update would."""
    since, until = (dt.date.fromisoformat(str(bars[at][0])) for at in (0, -1))
    rows = {str(session): tuple(values) for session, *values in bars}
    with transaction(database) as connection:
        fetched = Fetched(symbol, "files", simulated=True, since=since, until=until, bars=rows, actions=(), doubted=())
        save_fetches(connection, [fetched], begin_run(connection, "update", NOW), NOW)


def restate(database: "Database", symbol: str, session: str) -> None:
    store(database, symbol, [[session, 1.0, 2.0, 0.5, 1.5, 10.0]])


def test_a_row_that_is_changed_behind_the_programs_back_is_named(database: "Database") -> None:
    symbol, session = database.conn.execute(
        "select symbol, session from bars where volume > 0 order by random() limit 1"
    ).fetchone()
    database.conn.execute("drop trigger bars_revise")
    database.conn.execute("update bars set volume = volume + 1 where symbol = ? and session = ?", (symbol, session))
    found = injuries(database.conn, new_schema(database.conn))
    assert found.rows == ((symbol, session),)
    assert found.rules == ("bars_revise",)
    assert found.structure == ()


def test_where_every_seal_is_lost_each_table_is_gone_through_once(database: "Database") -> None:
    """A question for each pair of a fetch and a session would never end."""
    connection = database.conn
    everything = {
        tuple(row)
        for query in ("select symbol, session from bars", "select symbol, ex_date from actions")
        for row in connection.execute(query)
    }
    asked: list[str] = []
    connection.execute("delete from seals where kind in ('fetch', 'session')")
    broken = broken_seals(connection)
    connection.set_trace_callback(asked.append)
    found = suspects(connection, broken)
    connection.set_trace_callback(None)
    assert len({one.part for one in broken if one.kind == "fetch"}) > 30
    assert found == sorted(everything)
    assert len(asked) == 1


def test_a_row_is_in_doubt_where_its_fetch_and_its_session_are_both_broken(database: "Database") -> None:
    connection = database.conn
    rows = [tuple(row) for row in connection.execute("select symbol, session, fetch_id from bars")]
    rows += [tuple(row) for row in connection.execute("select symbol, ex_date, fetch_id from actions")]
    fetches, sessions = {row[2] for row in rows[::97]}, {row[1] for row in rows[::13]}
    broken = [BrokenSeal("fetch", str(one), 2, 1) for one in fetches]
    broken += [BrokenSeal("session", one, 2, 1) for one in sessions]
    expected = {row[:2] for row in rows if row[2] in fetches and row[1] in sessions}
    assert len(rows) > len(expected) > 20
    assert suspects(connection, broken) == sorted(expected)
    assert suspects(connection, broken[: len(fetches)]) == suspects(connection, []) == []


def test_a_superseded_bar_must_point_at_its_successor(database: "Database") -> None:
    symbol, session = database.conn.execute("select symbol, session from bars limit 1").fetchone()
    restate(database, symbol, session)
    database.conn.execute("drop trigger bar_revisions_no_update")
    assert not injuries(database.conn, new_schema(database.conn)).rows
    database.conn.execute("update bar_revisions set superseded_by = superseded_by - 1, fetch_id = fetch_id")
    assert (symbol, session) in injuries(database.conn, new_schema(database.conn)).rows


@pytest.mark.parametrize("table", ["reports", "recommendations", "securities", "documents", "scores", "score_runs"])
def test_a_lost_row_is_missed(database: "Database", table: str) -> None:
    database.conn.execute("pragma foreign_keys = off")
    for (trigger,) in database.conn.execute(
        "select name from sqlite_master where type = 'trigger' and tbl_name = ?", (table,)
    ).fetchall():
        database.conn.execute(f"drop trigger {trigger}")
    key = ", ".join(database.table(table).pks)
    database.conn.execute(f"delete from {table} where ({key}) = (select {key} from {table} limit 1)")  # noqa: S608
    (broken,) = broken_seals(database.conn)
    assert broken.rows == broken.found + 1


def test_an_unsealed_database_is_sealed_on_first_use(database: "Database", tmp_path: Path) -> None:
    kept = database.conn.execute("select * from seals").fetchall()
    database.conn.execute("delete from seals")
    with closing(sqlite3.connect(tmp_path / "older.db")) as older:
        database.conn.backup(older)
    with writing(tmp_path / "older.db") as opened:
        assert [tuple(row) for row in opened.conn.execute("select * from seals")] == [tuple(row) for row in kept]


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """Give a database of 40 shares and 100 sessions of uneven prices."""
    chance = np.random.default_rng(7)
    path = tmp_path / "prices.db"
    first = dt.date(2026, 1, 1)
    with writing(path) as database:
        for number in range(600_000, 600_040):
            closes = [round(float(chance.uniform(5, 50)), 2) for _ in range(100)]
            store(database, f"{number}.SH", [
                [(first + dt.timedelta(days=day)).isoformat(), close, close + 0.5, close - 0.5, close, day * 137.0]
                for day, close in enumerate(closes)])  # fmt: skip
        database.conn.execute("pragma wal_checkpoint(truncate)")
    return path


def test_flipped_bits_in_prices_are_found_and_named(prices: Path) -> None:
    """Of the one-bit flips that change a price, at least 97 in 100 are found, with the row named or the page broken."""
    chance = np.random.default_rng(20261122)
    page, leaves, original = page_size(prices), pages_of(prices, "bars"), logical(prices)
    content = prices.read_bytes()
    changed = found = 0
    for _ in range(FLIPS):
        flipped = bytearray(content)
        flipped[(int(chance.choice(leaves)) - 1) * page + int(chance.integers(page))] ^= 1 << int(chance.integers(8))
        copy = prices.with_name("flipped.db")
        copy.write_bytes(flipped)
        difference = prices_changed(copy, original)
        if difference is None:  # SQLite itself cannot read it any more
            assert examined(copy)
        elif difference:
            changed += 1
            wrong = examined(copy)
            found += bool(wrong.structure) or bool(difference & set(wrong.rows))
    assert changed >= FLIPS // 4
    assert found >= 0.97 * changed


def page_size(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("pragma page_size").fetchone()[0])


def pages_of(path: Path, table: str) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("select pageno from dbstat where name = ?", (table,))]


def logical(path: Path) -> dict[tuple[str, str], tuple[object, ...]]:
    with reading(path) as connection:
        return {(row[0], row[1]): tuple(row) for row in connection.execute("select * from bars")}


def prices_changed(path: Path, original: dict[tuple[str, str], tuple[object, ...]]) -> set[tuple[str, str]] | None:
    """Give the bars that are not what they were; ``None`` where the file cannot be read through."""
    try:
        now = logical(path)
    except Exception:  # noqa: BLE001 - any way of failing is a loud one
        return None
    return {key for key in original.keys() | now.keys() if original.get(key) != now.get(key)}
