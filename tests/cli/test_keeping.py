"""Backups are whole or not made, a restore is whole or changes nothing, and repair says what to do and does nothing."""

import datetime as dt
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from tests.cli.built_homes import demo_home
from tests.cli.program import NOW, dump, one_sentence, run
from watchlist.storage.database import writing

STAMP: Final = "20261122T040000Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = demo_home(tmp_path_factory)
    (home / "db" / "demo.db").rename(home / "db" / "watchlist.db")
    (home / "config" / "local").mkdir(parents=True)
    (home / "config" / "local" / "watchlist.toml").write_text("", "utf-8")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """Give a home that went the whole road and is used as the user's own."""
    return Path(shutil.copytree(made, tmp_path / "home"))


def test_a_backup_is_the_database_row_by_row_and_config_beside_it(home: Path) -> None:
    said = run("backup", home=home)
    assert said.code == 0, said.err
    copy = home / "db" / "backups" / f"watchlist-{STAMP}.db"
    assert f"db/backups/{copy.name}: whole" in said.err
    assert dump(copy) == dump(home / "db" / "watchlist.db")
    with zipfile.ZipFile(copy.with_name(f"watchlist-{STAMP}-config.zip")) as archive:
        assert archive.namelist() == ["config/local/watchlist.toml"]
    assert sorted(path.name for path in copy.parent.iterdir()) == [f"watchlist-{STAMP}-config.zip", copy.name]


def test_a_backup_is_taken_while_somebody_writes(home: Path) -> None:
    with writing(home / "db" / "watchlist.db") as database:
        database.conn.execute("begin immediate")
        database.conn.execute("insert into coverage (symbol, asked_since) values ('600000.SH', '2026-01-01')")
        assert run("backup", home=home).code == 0
        database.conn.execute("rollback")
    assert dump(home / "db" / "backups" / f"watchlist-{STAMP}.db") == dump(home / "db" / "watchlist.db")


def test_a_backup_goes_to_any_folder(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "备份 😀"
    assert run("backup", elsewhere, home=home).code == 0
    assert (elsewhere / f"watchlist-{STAMP}.db").is_file()


def test_rotation_removes_backups_of_ours_alone(home: Path) -> None:
    (home / "config" / "local" / "settings.toml").write_text("[backup]\ndaily = 1\nweekly = 0\nmonthly = 0\n", "utf-8")
    folder = home / "db" / "backups"
    folder.mkdir()
    other = folder / "watchlist-notes.db"
    other.write_text("mine", "utf-8")
    assert run("backup", home=home, now=NOW).code == 0
    said = run("backup", home=home, now=NOW + dt.timedelta(days=1))
    assert f"Removed by rotation: watchlist-{STAMP}.db." in said.err
    assert {path.name for path in folder.iterdir()} == {
        other.name, "watchlist-20261123T040000Z.db", "watchlist-20261123T040000Z-config.zip"}  # fmt: skip


def test_nothing_is_backed_up_where_there_is_nothing(tmp_path: Path) -> None:
    said = run("backup", home=tmp_path)
    assert said.code == 1
    assert not (tmp_path / "db" / "backups").exists()


@pytest.fixture
def damaged(home: Path) -> tuple[Path, str, str]:
    """Change a price behind the program's back."""
    with closing(sqlite3.connect(home / "db" / "watchlist.db")) as connection:
        symbol, session = connection.execute(
            "select symbol, session from bars where symbol like '6%' limit 1"
        ).fetchone()
        trigger = connection.execute("select sql from sqlite_master where name = 'bars_revise'").fetchone()[0]
        connection.execute("drop trigger bars_revise")
        connection.execute("update bars set volume = volume + 1 where (symbol, session) = (?, ?)", (symbol, session))
        connection.execute(trigger)
        connection.commit()
    return home, symbol, session


def test_a_damaged_database_is_not_backed_up(damaged: tuple[Path, str, str]) -> None:
    home, symbol, session = damaged
    said = run("backup", home=home)
    assert said.code == 1
    assert f"is not whole ({symbol} {session})" in said.err
    assert list((home / "db" / "backups").iterdir()) == []


def test_the_row_is_named_by_check_and_repair(damaged: tuple[Path, str, str]) -> None:
    home, symbol, session = damaged
    assert symbol not in [one["where"] for one in _findings(home)]
    (finding,) = [one for one in _findings(home, "--deep") if one["level"] == "critical"]
    assert (finding["where"], finding["advice"]) == (symbol, "see python main.py repair")
    assert finding["what"].startswith(f"{symbol} {session} is not what was written")
    before = dump(home / "db" / "watchlist.db")
    said = run("repair", home=home)
    assert said.code == 1
    assert f"{symbol} {session}" in said.out
    assert "There is no whole backup in db/backups." in said.out
    assert dump(home / "db" / "watchlist.db") == before


def test_repair_knows_a_way_out_of_a_file_that_cannot_even_be_opened(home: Path) -> None:
    assert run("backup", home=home).code == 0
    (home / "db" / "watchlist.db").write_bytes(b"no database at all" * 300)
    said = run("repair", home=home)
    assert said.code == 1
    assert "it is no database file" in said.out
    assert f"run python main.py restore db/backups/watchlist-{STAMP}.db, then python main.py daily." in said.out


def test_repair_finds_the_newest_whole_backup_and_restore_puts_it_back(home: Path) -> None:
    good = dump(home / "db" / "watchlist.db")
    assert run("backup", home=home).code == 0
    _spoil(home / "db" / "watchlist.db")
    newer = home / "db" / "backups" / "watchlist-20261123T040000Z.db"
    shutil.copy(home / "db" / "watchlist.db", newer)
    said = run("repair", home=home)
    assert f"{newer.name} is not whole either." in said.err
    way = f"db/backups/watchlist-{STAMP}.db"
    assert f"python main.py restore {way}" in said.out
    assert run("restore", newer, home=home).code == 1
    spoiled = dump(home / "db" / "watchlist.db")
    assert spoiled != good
    assert run("restore", home / way, home=home).code == 0
    assert dump(home / "db" / "watchlist.db") == good
    assert dump(home / "db" / f"watchlist-{STAMP}-replaced.db") == spoiled
    assert run("repair", home=home).out == "All is well: every row is as it was written.\n"


def test_a_truncated_backup_is_refused(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    content = (home / "db" / "watchlist.db").read_bytes()
    copy.write_bytes(content[: len(content) // 2])
    before = dump(home / "db" / "watchlist.db")
    assert run("restore", copy, home=home).code == 1
    assert dump(home / "db" / "watchlist.db") == before


def test_a_restore_waits_for_no_writer(home: Path) -> None:
    assert run("backup", home=home).code == 0
    with writing(home / "db" / "watchlist.db"):
        said = run("restore", home / "db" / "backups" / f"watchlist-{STAMP}.db", home=home)
    assert said.code == 1
    assert "Another watchlist" in said.err
    assert "is writing to" in said.err


def test_check_misses_a_backup_once_there_was_one(home: Path) -> None:
    assert not [one for one in _findings(home) if one["where"] == "db/backups"]
    assert run("backup", home=home, now=NOW - dt.timedelta(days=9)).code == 0
    (finding,) = [one for one in _findings(home) if one["where"] == "db/backups"]
    assert finding["what"] == "the newest backup is 9 days old"


def test_a_migration_puts_a_copy_aside_first(home: Path) -> None:
    path = home / "db" / "watchlist.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("drop table seals")
        connection.execute("delete from _sqlite_migrations where name = '0013_seals'")
    before = dump(path)
    for language, words in (("en", "written by an older version"), ("zh", "由旧版 watchlist 写成")):
        assert words in one_sentence(run("themes", "--lang", language, home=home), 1)
    assert run("record", home=home).code == 0
    assert dump(home / "db" / "backups" / "watchlist-before-0013_seals.db") == before
    assert run("repair", home=home).code == 0


def _spoil(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("drop trigger scores_no_delete")
        connection.execute("delete from scores where rec_id = (select min(rec_id) from scores)")
        connection.commit()


def _findings(home: Path, *options: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run("check", "--json", *options, home=home).out)["findings"]
    return found
