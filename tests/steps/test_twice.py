"""Running anything twice changes no row."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from tests.cli.program import NOW, dump, run, run_apart
from tests.cli.small_world import EVENING, PUFA, World, bars

LATER = dt.timedelta(hours=3)
# Where a session is not complete, each try of it is counted: that is what the second run adds, and all.
TRIES = ("market_sessions",)


def test_the_real_day_twice(founding: Path, shared: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(founding, home)
    database = home / "db" / "watchlist.db"
    first = dump(database, without=TRIES)
    assert first.count(b"\n") > 36_000
    for command in ("daily", "record", "update", "score"):
        said = run(command, home=home, market=shared / "market", now=NOW + LATER)
        assert said.code == 0, said.err
        assert dump(database, without=TRIES) == first, command


@pytest.mark.parametrize("command", ["record", "update", "score", "daily"])
def test_a_command_twice(world: World, command: str) -> None:
    for needed in ("record", "update"):
        run(needed, home=world.home, market=world.market, now=EVENING)
    dumps = []
    for moment in (EVENING, EVENING + LATER):
        assert run(command, home=world.home, market=world.market, now=moment).code == 0
        dumps.append(dump(world.database))
    assert dumps[0] == dumps[1]


def test_a_day_and_a_score_of_one_night_are_as_of_one_day(world: World) -> None:
    night = dt.datetime(2024, 6, 28, 20, 0, tzinfo=dt.UTC)  # four in the morning of 06-29 in Shanghai
    dumps = []
    for command in ("daily", "score"):
        assert run(command, home=world.home, market=world.market, now=night).code == 0
        dumps.append(dump(world.database))
    assert dumps[0] == dumps[1]
    assert run("themes", "--json", home=world.home, now=night).rows[0]["as_of"] == "2024-06-28"


def test_reading_changes_nothing(copied: World) -> None:
    before = dump(copied.database)
    for command in ("recommendations", "calls", "themes", "brokers", "watch", "check"):
        run(command, home=copied.home, now=EVENING)
    run("update", "--dry-run", home=copied.home, market=copied.market, now=EVENING)
    assert dump(copied.database) == before


def test_a_problem_twice_is_one_problem(world: World) -> None:
    world.prices(PUFA, bars(10, 0.01)[:-5])
    dumps = []
    for moment in (EVENING, EVENING + LATER):
        assert run("daily", home=world.home, market=world.market, now=moment).code == 1
        dumps.append(dump(world.database, without=TRIES))
    assert dumps[0] == dumps[1]


def test_a_doubted_bar_twice_is_one_doubt(copied: World) -> None:
    copied.prices(PUFA, bars(10, 0.01).replace("11.28,1000", "11.25,1000") + "2024-07-01,11.28,11.4,11.1,11.3,1000\n")
    tomorrow = EVENING + dt.timedelta(days=2)
    run("daily", home=copied.home, market=copied.market, now=tomorrow)
    before = dump(copied.database, without=TRIES)
    run("daily", home=copied.home, market=copied.market, now=tomorrow + LATER)
    assert dump(copied.database, without=TRIES) == before


def test_no_source_twice_is_one_problem(copied: World) -> None:
    said = [run_apart("update", "--lang", "en", home=copied.home) for _ in range(2)]
    assert [one.code for one in said] == [1, 1]
    assert said[0].err == said[1].err
    assert dump(copied.database).count(b"no price source can be reached: prices stay as they are") == 1


def test_the_next_day_adds_a_score_run_and_nothing_else(copied: World) -> None:
    before = dump(copied.database).splitlines()
    run("daily", home=copied.home, market=copied.market, now=EVENING + dt.timedelta(days=1))
    gone = set(before) - set(dump(copied.database).splitlines())
    assert {line for line in gone if b"sqlite_sequence" not in line} == set()
