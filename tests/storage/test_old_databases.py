"""What every older version of the program wrote is brought up to date with every row and the same answers."""

import gzip
import json
import os
import re
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import NOW, change, dump, one_sentence, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, World
from tests.storage.old.__main__ import old_world
from watchlist.domain.errors import OlderDatabase
from watchlist.storage import database as module
from watchlist.storage.backup import examined
from watchlist.storage.database import migrations, reading, writing

OLD: Final = {
    path.name[:4]: gzip.decompress(path.read_bytes()).decode()
    for path in sorted((Path(__file__).parent / "old").glob("*.sql.gz"))
}
# These came together with 0004: no version of the program ever stopped at one of them.
TOGETHER: Final = {"0001", "0002", "0003"}
# Bound to the views as they are, and to nothing that a person or a source said.
INNER: Final = {"_sqlite_migrations", "sqlite_sequence", "seals"}

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that is killed needs fork")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return old_world(tmp_path)


@pytest.fixture(params=sorted(OLD))
def old(request: pytest.FixtureRequest, world: World) -> Path:
    """Lay an old version's database where the program looks for it."""
    return laid(request.param, world)


def laid(number: str, world: World) -> Path:
    world.database.parent.mkdir()
    with closing(sqlite3.connect(world.database)) as connection:
        connection.executescript(OLD[number])
        connection.execute("pragma journal_mode = wal")
    return world.database


def contents(path: Path) -> dict[str, set[str]]:
    """Give every row of every table as JSON of its columns that say something."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: {_said(row) for row in connection.execute(f'select * from "{name}"')}  # noqa: S608
            for name in names if name not in INNER
        }  # fmt: skip


def _said(row: sqlite3.Row) -> str:
    return json.dumps({key: row[key] for key in sorted(row.keys()) if row[key] is not None})


def answers(world: World) -> list[Any]:
    """Ask what the old database can answer: nothing that its version did not keep."""
    kept = ("broker", "symbol", "theme_printed", "direction", "entry_session", "entry_price", "as_of", "status",
            "price_return", "total_return", "benchmark_return", "excess_return", "days_held", "horizons")  # fmt: skip
    rows = run("recommendations", "--json", home=world.home, now=EVENING).rows
    asked = ("returns", PUFA, PINGAN, "--from", "2024-06-03", "--to", "2024-06-28", "--json")
    return [[{key: row[key] for key in kept} for row in rows], run(*asked, home=world.home, now=EVENING).rows]


def test_each_migration_has_the_database_of_its_version() -> None:
    assert OLD.keys() | TOGETHER == {name[:4] for name, _ in migrations()}, "python -m tests.storage.old makes it"


def test_the_files_hold_what_an_old_version_wrote() -> None:
    for number, script in OLD.items():
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(script)
            applied = {row[0][:4] for row in connection.execute("select name from _sqlite_migrations")}
            assert number in applied
            assert connection.execute("select count(*) from bars").fetchone()[0] == 125, number
            assert connection.execute("select count(*) from recommendations").fetchone()[0] == 4, number
            assert connection.execute("select count(*) from scores").fetchone()[0] > 0, number
    newest = OLD[max(OLD)]
    assert "'2024-06-20','停止覆盖'" in OLD["0009"]
    for table in ("quarantine", "bar_revisions", "fetches", "reports", "securities", "score_runs", "coverage"):
        assert f'INSERT INTO "{table}"' in newest, table


def test_a_reader_says_what_to_do_and_changes_nothing(old: Path) -> None:
    before = old.read_bytes()
    with nullcontext() if _is_newest(old) else pytest.raises(OlderDatabase), reading(old):
        pass
    assert old.read_bytes() == before


def _is_newest(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0] for row in connection.execute("select name from _sqlite_migrations")} == {
            name for name, _ in migrations()
        }


def test_every_row_is_there_afterwards_and_the_old_database_beside_it(old: Path) -> None:
    before, newest = contents(old), _is_newest(old)
    with writing(old):
        pass
    after = contents(old)
    for table, rows in before.items():
        assert after[table] == rows, table
    assert not examined(old)
    copies = list((old.parent / "backups").glob("watchlist-before-*.db"))
    assert len(copies) == (0 if newest else 1)
    for copy in copies:
        assert contents(copy) == before


@pytest.mark.usefixtures("old")
def test_the_answers_are_those_of_a_new_database(world: World, tmp_path: Path) -> None:
    assert run("record", home=world.home, now=EVENING).code == 0
    fresh = old_world(tmp_path / "fresh")
    for arguments in (("import", fresh.market / "ratings.csv"), ("daily",)):
        assert run(*arguments, home=fresh.home, market=fresh.market, now=EVENING).code == 0
    found = answers(world)
    assert found == answers(fresh)
    first = next(row for row in found[0] if (row["broker"], row["symbol"]) == ("甲证券", PUFA))
    # By hand: bought at the open of Monday 3 June, which is the close of 31 May; sold at the close of 28 June.
    assert (first["entry_session"], first["entry_price"]) == ("2024-06-03", pytest.approx(10.04))
    assert first["total_return"] == pytest.approx(10.24 / 10.04 - 1)
    assert first["benchmark_return"] == pytest.approx(3024 / 3004 - 1)


def test_the_days_work_goes_on_from_it(old: Path, world: World) -> None:
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert "Traceback" not in said.err
    assert "125" not in said.err, "prices that are there are not fetched again"
    assert not examined(old)
    assert run("repair", home=world.home, now=EVENING).code == 0


def test_columns_that_a_migration_adds_leave_a_broken_seal_broken(world: World) -> None:
    path = laid("0013", world)  # sealed before 0008 gave recommendations a column
    change(path, "drop trigger recommendations_no_update", "update recommendations set name_printed = 'other'")
    with writing(path):
        pass
    assert [(one.kind, one.rows) for one in examined(path).broken] == [("recommendations", 4)]


def test_a_newer_one_is_refused_and_left_as_it_is(old: Path, world: World) -> None:
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values "
                           "('watchlist', '9999_of_the_future', '2030-01-01')")  # fmt: skip
    before = dump(old)
    for arguments in (("record",), ("daily",), ("recommendations",), ("backup",), ("import", world.market)):
        said = run(*arguments, home=world.home, market=world.market, now=NOW)
        assert said.code in {1, 2}, arguments
    one_sentence(run("record", home=world.home), 1, "9999_of_the_future")
    assert dump(old) == before


# A migration that does not come to its end.


def scripts() -> int:
    """Count the statements that a database of 0004 is behind by."""
    wanted = [script for name, script in migrations() if name[:4] not in {*TOGETHER, "0004"}]
    return sum(len(list(module.statements(script))) for script in wanted)


def steps_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("select name from _sqlite_migrations order by id")]


@pytest.mark.parametrize("at", range(0, scripts(), 3))
def test_an_error_inside_leaves_the_rows_and_the_next_writer_completes_it(
    at: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = laid("0004", world)
    before, applied = contents(path), steps_of(path)
    with monkeypatch.context() as patch:
        patch.setattr(module, "statements", failing_after(at, module.statements))
        one_sentence(run("record", home=world.home, now=EVENING), 1, "no such table: nowhere")
    _is_whole(path, before, applied)


@needs_fork
@pytest.mark.parametrize("at", range(0, scripts(), 3))
def test_a_kill_inside_leaves_the_rows_and_the_next_writer_completes_it(at: int, world: World) -> None:
    path = laid("0004", world)
    before, applied = contents(path), steps_of(path)
    child = os.fork()
    if not child:
        module.statements = killing_after(at, module.statements)
        run("record", home=world.home, now=EVENING)
        os._exit(70)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    _is_whole(path, before, applied)


def _is_whole(path: Path, before: dict[str, set[str]], applied: list[str]) -> None:
    """Find a database between two migrations, with all its rows, the old one beside it, and a way on."""
    now = contents(path)
    assert {table: now[table] for table in before} == before
    assert steps_of(path)[: len(applied)] == applied
    # Each migration is there with all it makes, or not at all.
    with closing(sqlite3.connect(path)) as connection:
        have = {row[0] for row in connection.execute("select name from sqlite_master")}
    earlier = have_before(before)
    for name, script in migrations():
        made = set(re.findall(r"create (?:table|trigger|index|unique index) (\w+)", script))
        lasting = made - {"documents_with_ratings"}
        assert (lasting <= have) if name in steps_of(path) else not (lasting - earlier) & have, name
        earlier |= lasting
    assert not {name for name in have if name.endswith("_before")}, "a table is built anew by halves"
    (copy,) = (path.parent / "backups").glob("watchlist-before-*.db")
    assert contents(copy) == before
    with writing(path):
        pass
    assert {table: contents(path)[table] for table in before} == before
    assert not examined(path)


def have_before(before: dict[str, set[str]]) -> set[str]:
    """Name what a database of 0004 has already, or makes anew under the same name."""
    return {*before, "documents_no_update", "documents_no_delete"}


def failing_after(count: int, usual: Any) -> Any:  # noqa: ANN401 - it stands in for a function
    """Let a statement in the place of one of them fail."""
    return _breaking(count, usual, lambda: "insert into nowhere values (1);")


def killing_after(count: int, usual: Any) -> Any:  # noqa: ANN401 - it stands in for a function
    """Kill this process before one of the statements."""
    return _breaking(count, usual, lambda: os.kill(os.getpid(), signal.SIGKILL))


def _breaking(count: int, usual: Any, breaks: Any) -> Any:  # noqa: ANN401 - they stand in for functions
    seen = iter(range(10_000))

    def broken(script: str) -> Iterator[str]:
        for one in usual(script):
            yield one if next(seen) != count else breaks()

    return broken


def test_an_old_backup_is_restored_and_brought_up_to_date(world: World, tmp_path: Path) -> None:
    copy = Path(shutil.move(laid("0005", world), tmp_path / "watchlist-20240701T000000Z.db"))
    before = contents(copy)
    shutil.rmtree(world.database.parent)
    assert run("restore", copy, home=world.home, now=EVENING).code == 0
    assert run("record", home=world.home, now=EVENING).code == 0
    after = contents(world.database)
    assert all(after[table] >= rows for table, rows in before.items() if table != "runs")
