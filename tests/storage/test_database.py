"""The database makes itself from nothing, holds its own rules, explains itself, and lets many read while one writes."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.cli.program import dump
from watchlist.domain.errors import DatabaseBusy, DatabaseUnusable, EmptyDatabase, NewerDatabase, WatchlistError
from watchlist.storage import database as module
from watchlist.storage.database import reading, statements, transaction, writing

if TYPE_CHECKING:
    from sqlite_utils import Database

DB: Final = Path(module.__file__).parents[2] / "db"
NOW: Final = "2024-06-30T04:00:00.000000Z"
OURS: Final = (
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> '_sqlite_migrations'"
)
# A row of everything, so that each rule has something to be broken on.
ROWS: Final = """
insert into runs values (1, 'update', '0', NOW, NOW, 'ok', null);
insert into fetches values (1, 1, 'files', 'bars', '600000.SH', '2024-01-02', '2024-06-28', NOW, 1, 0);
insert into fetches values (2, 1, 'files', 'bars', '600000.SH', '2024-01-02', '2024-06-28', NOW, 1, 0);
insert into bars values ('600000.SH', '2024-06-27', 10, 11, 9, 10.5, 1000, 1);
insert into bars values ('600000.SH', '2024-06-28', 10, 11, 9, 10.5, 1000, 1);
update bars set close = 10.6, fetch_id = 2 where session = '2024-06-28';
insert into actions values ('600000.SH', '2024-06-27', 0.5, 1, 1);
update actions set cash = 0.6, fetch_id = 2;
insert into reports values ('r', 1, 'add', 'b', 't', '2024-03-01', null, null, '{}', SHA, NOW);
insert into recommendations values ('id', 1, 'add', 'r', 'b', null, '2024-03-01', null, 'AI', '600000.SH', '浦发', 1,
  'recommend', '推荐', null, 12.5, 12, null, '[]', SHA, NOW, 'CNY');
insert into closings values ('0123456789abcdef', 1, 'add', 'b', '600000.SH', '2024-06-28', 'over', SHA, NOW);
insert into securities values ('600000.SH', 1, '浦发银行', null, null, null, '[]', NOW);
insert into documents values ('settings', 1, '{}', SHA, NOW);
insert into score_runs values (1, 1, '2024-06-28', 2, SHA, SHA, '0', 0, NOW);
insert into scores values (1, 'id', 'now', '2024-03-04', 10, '2024-06-28', 0.1, 0.1, '000300.SH', 'price', 0, 1,
  'running');
insert into score_files values (1, 1, '2024-06-28', 2, 'scores.parquet', SHA, 1, 'local', '0', 0, NOW);
insert into score_file_groups values (1, 'broker', 'b', '20', 1, 1, 1, 0.1)
"""
FILLED: Final = ROWS.replace("NOW", f"'{NOW}'").replace("SHA", f"'{'0' * 64}'").split(";")
KEPT_FOR_EVER: Final = (
    "bars", "bar_revisions", "actions", "action_revisions", "reports", "recommendations", "closings", "securities",
    "documents", "score_runs", "scores", "score_files", "score_file_groups",
)  # fmt: skip
APPEND_ONLY: Final = {
    "bar_revisions": "close = 1", "action_revisions": "cash = 1", "reports": "broker = 'x'",
    "recommendations": "direction = -1", "closings": "why = 'x'", "securities": "name = 'x'",
    "documents": "body_json = '[]'", "score_runs": "simulated = 1", "scores": "total_return = 9",
    "score_files": "simulated = 1", "score_file_groups": "hits = 0",
}  # fmt: skip
REFUSED: Final = {
    "a bar changed without a newer fetch": "update bars set close = 10.7 where session = '2024-06-28'",
    "a bar changed by an older fetch": "update bars set close = 10.7, fetch_id = 1 where session = '2024-06-28'",
    "an action changed without a newer fetch": "update actions set cash = 0.7",
    "a bar moved to another day": "update bars set session = '2024-06-26' where session = '2024-06-27'",
    "a bar given to another share": "update bars set symbol = '000001.SZ' where session = '2024-06-27'",
    "a price of nothing": "insert into bars values ('600000.SH', '2024-06-26', 10, 11, 9, 0, 1000, 1)",
    "a high below the low": "insert into bars values ('600000.SH', '2024-06-26', 10, 9, 11, 10, 1000, 1)",
    "a negative volume": "insert into bars values ('600000.SH', '2024-06-26', 10, 11, 9, 10, -1, 1)",
    "a day that is none": "insert into bars values ('600000.SH', '2024-02-30', 10, 11, 9, 10, 1000, 1)",
    "a text for a price": "insert into bars values ('600000.SH', '2024-06-26', 10, 11, 9, 'ten', 1000, 1)",
    "a number as bytes": "insert into bars values ('600000.SH', '2024-06-26', 10, 11, 9, x'0102', 1000, 1)",
    "a fetch that never was": "insert into bars values ('600000.SH', '2024-06-26', 10, 11, 9, 10, 1000, 77)",
    "a status of our own": "insert into scores (score_run, rec_id, horizon, benchmark, benchmark_kind, status) "
    "values (1, 'id', '20', 'x', 'price', 'fine')",
    "a second current revision": "insert into securities select * from securities",
    "a moment without its zone": "insert into securities (symbol, rev, name, names_json, recorded_at) "
    "values ('600000.SH', 2, 'x', '[]', '2024-06-30')",
    "a currency that is none": "insert into recommendations select 'x', rev, op, report, broker, analyst, published, "
    "published_at, theme_printed, symbol, name_printed, direction, strength, verb, rating, target_price, scale_months, "
    "benchmark, quotes_json, content_sha256, recorded_at, 'yuan' from recommendations",
    "a closing without a reason": "insert into closings select 'fedcba9876543210', rev, op, broker, symbol, closed_on, "
    "'', content_sha256, recorded_at from closings",
    "a split of nothing": "insert into actions values ('600000.SH', '2024-06-28', 0, 0, 1)",
}  # fmt: skip


@pytest.fixture
def filled(database: "Database") -> Iterator[sqlite3.Connection]:
    for statement in FILLED:
        database.conn.execute(statement)
    return iter([database.conn])


@pytest.fixture
def connection(filled: Iterator[sqlite3.Connection]) -> sqlite3.Connection:
    return next(filled)


# From nothing.


def test_a_database_is_made_from_nothing(path: Path) -> None:
    with writing(path) as database:
        names = {row[0] for row in database.conn.execute(OURS)}
        applied = [row[0] for row in database.conn.execute("select name from _sqlite_migrations order by id")]
    assert names == {
        "runs", "fetches", "coverage", "problems", "bars", "bar_revisions", "actions", "action_revisions", "quarantine",
        "reports", "recommendations", "securities", "documents", "score_runs", "scores",
        "source_standings", "seals", "closings",
        "holding_snapshots", "holdings", "market_sessions", "deliveries", "score_files", "score_file_groups",
    }  # fmt: skip
    assert applied == [file.stem for file in sorted((DB / "migrations").glob("*.sql"))]


def test_opening_it_again_changes_nothing(path: Path) -> None:
    found = []
    for _ in range(2):
        with writing(path) as database:
            version = database.conn.execute("pragma schema_version").fetchone()[0]
        found.append((version, dump(path)))
    assert found[0] == found[1]


def test_every_table_is_strict_and_has_a_key(database: "Database") -> None:
    for (name,) in database.conn.execute(OURS).fetchall():
        strict = database.conn.execute("select strict from pragma_table_list where name = ?", (name,)).fetchone()[0]
        keys = database.conn.execute("select count(*) from pragma_table_info(?) where pk > 0", (name,)).fetchone()[0]
        assert strict == 1, name
        assert keys > 0, name


def test_every_view_opens_with_its_question(database: "Database") -> None:
    views = dict(database.conn.execute("select name, sql from sqlite_master where type = 'view'").fetchall())
    assert views.keys() == {file.stem for file in (DB / "views").glob("*.sql")}
    for name, sql in views.items():
        first, second = sql.splitlines()[:2]
        assert first.lower() == f"create view {name} as"
        assert second.startswith("-- ")
        assert second.endswith("?")
        database.conn.execute(f'select * from "{name}"').fetchall()  # noqa: S608


def test_the_views_answer(connection: sqlite3.Connection) -> None:
    (fresh,) = connection.execute("select * from freshness").fetchall()
    assert tuple(fresh) == ("600000.SH", "浦发银行", "2024-06-27", "2024-06-28", 2, "files", NOW)
    (score,) = connection.execute("select broker, name, horizon, excess_return from latest_scores").fetchall()
    assert tuple(score) == ("b", "浦发银行", "now", 0.1)
    assert len(connection.execute("select * from recommendations_current").fetchall()) == 1
    assert len(connection.execute("select * from reports_current").fetchall()) == 1


def test_a_view_that_was_rewritten_is_brought_up_to_date(path: Path) -> None:
    with writing(path) as database:
        database.conn.execute("drop view freshness")
        database.conn.execute("create view freshness as select 1 as one")
        database.conn.execute("create view left_over as select 2 as two")
    with writing(path) as database:
        views = {row[0] for row in database.conn.execute("select name from sqlite_master where type = 'view'")}
        columns = [row[1] for row in database.conn.execute("pragma table_info(freshness)")]
    assert "left_over" not in views
    assert "last_session" in columns


def test_a_migration_that_fails_leaves_nothing_of_itself(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(path):
        pass
    before = dump(path)
    shutil.copytree(DB, tmp_path / "next")
    script = "create table half (a integer primary key) strict;\ninsert into nowhere values (1);\n"
    (tmp_path / "next" / "migrations" / "0099_broken.sql").write_text(script, "utf-8")
    monkeypatch.setattr(module, "HERE", tmp_path / "next")
    with pytest.raises(DatabaseUnusable, match="nowhere"), writing(path):
        pass
    assert dump(path) == before


def test_a_script_is_split_where_its_statements_end() -> None:
    trigger = "create trigger t after insert on a\nbegin\n  select 1;\n  select 2;\nend;\n"
    script = f"create table a (b text);\n-- a comment; with a semicolon\n{trigger}"
    assert len(list(statements(script))) == 2
    with pytest.raises(ValueError, match="ends inside a statement"):
        list(statements("create table a ("))


# Its own rules.


@pytest.mark.parametrize("table", KEPT_FOR_EVER)
def test_nothing_is_ever_deleted(connection: sqlite3.Connection, table: str) -> None:
    count = connection.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608
    assert count > 0
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"delete from {table}")  # noqa: S608
    assert connection.execute(f"select count(*) from {table}").fetchone()[0] == count  # noqa: S608


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_what_was_said_is_never_rewritten(connection: sqlite3.Connection, table: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(f"update {table} set {APPEND_ONLY[table]}")  # noqa: S608


@pytest.mark.parametrize("rule", REFUSED)
def test_the_database_refuses(connection: sqlite3.Connection, rule: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(REFUSED[rule])


@pytest.mark.parametrize("table", ["bars", "actions"])
def test_replacing_is_deleting_too(connection: sqlite3.Connection, table: str) -> None:
    rows = connection.execute(f"select * from {table}").fetchall()  # noqa: S608
    places = ", ".join("?" * len(rows[0]))
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        connection.executemany(f"insert or replace into {table} values ({places})", [tuple(row) for row in rows])  # noqa: S608


def test_a_changed_bar_keeps_its_old_self(connection: sqlite3.Connection) -> None:
    (old,) = connection.execute("select * from bar_revisions").fetchall()
    assert tuple(old) == ("600000.SH", "2024-06-28", 10.0, 11.0, 9.0, 10.5, 1000.0, 1, 2)
    connection.execute("update bars set fetch_id = 2 where session = '2024-06-28'")
    assert len(connection.execute("select * from bar_revisions").fetchall()) == 1


def test_a_transaction_is_all_or_nothing(database: "Database") -> None:
    def half() -> None:
        with transaction(database) as connection:
            connection.execute(FILLED[0])
            connection.execute("insert into coverage (symbol, asked_since) values ('600000.SH', 'no day')")

    with pytest.raises(sqlite3.IntegrityError):
        half()
    assert database.conn.execute("select count(*) from runs").fetchone()[0] == 0


# Many read while one writes.


def test_readers_see_what_was_committed_while_a_writer_works(path: Path) -> None:
    with writing(path) as database:
        with transaction(database) as connection:
            connection.execute(FILLED[0])
        database.conn.execute("begin immediate")
        database.conn.execute(FILLED[1])
        with reading(path) as one, reading(path) as other:
            for reader in (one, other):
                assert reader.execute("select count(*) from runs").fetchone()[0] == 1
                assert reader.execute("select count(*) from fetches").fetchone()[0] == 0
            database.conn.execute("commit")
            assert one.execute("select count(*) from fetches").fetchone()[0] == 1


def test_a_reader_cannot_write(path: Path) -> None:
    with writing(path):
        pass
    with pytest.raises(DatabaseUnusable, match="read-only"), reading(path) as reader:
        reader.execute(FILLED[0])


def test_a_second_writer_is_refused_and_the_next_one_is_not(path: Path) -> None:
    with writing(path), pytest.raises(DatabaseBusy), writing(path):
        pass
    with writing(path):
        pass


def test_a_writer_that_fails_frees_the_way(path: Path) -> None:
    with pytest.raises(DatabaseUnusable), writing(path) as database:
        database.conn.execute("insert into nowhere values (1)")
    with writing(path):
        pass


# What is no database of ours.


def test_no_file_is_an_empty_database(path: Path) -> None:
    with pytest.raises(EmptyDatabase), reading(path):
        pass
    assert not path.exists()
    assert not path.parent.exists()


@pytest.mark.parametrize("content", ["a letter to a friend, not a database", "SQLite format 3\0 and then nothing"])
def test_another_file_is_refused_and_left_alone(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content * 50, "utf-8")
    for opened in (reading, writing):
        with pytest.raises(DatabaseUnusable), opened(path):
            pass
    assert path.read_text("utf-8") == content * 50


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "db").write_text("a file where the folder should be", "utf-8")
    with pytest.raises(WatchlistError), writing(tmp_path / "db" / "watchlist.db"):
        pass


def test_a_newer_database_names_its_migration(path: Path) -> None:
    with writing(path):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('watchlist', '0100_later', 'x')"
        )
    before = dump(path)
    for opened in (reading, writing):
        with pytest.raises(NewerDatabase, match="0100_later"), opened(path):
            pass
    assert dump(path) == before


def test_a_damaged_file_is_found(path: Path) -> None:
    with writing(path) as database:
        for statement in FILLED:
            database.conn.execute(statement)
        database.conn.execute("pragma wal_checkpoint(truncate)")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    def read() -> None:
        with reading(path) as reader:
            for table in KEPT_FOR_EVER:
                reader.execute(f"select * from {table}").fetchall()  # noqa: S608

    with pytest.raises(DatabaseUnusable):
        read()
