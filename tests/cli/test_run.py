"""``run`` as a person and the system meet it: processes that start, are stopped, are killed, and meet each other."""

import datetime as dt
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import ROOT, run_apart
from tests.cli.small_world import INDICES, PINGAN, PUFA, World, bars, make_world, weekdays
from watchlist.output.journal import line

# Blocks before the nth security until a file named "go" appears, and says that it does by a file named "blocked-PID".
DRIVER: Final = """
import os, sys, time
from pathlib import Path
from watchlist import cli
from watchlist.sources.files import FilesSource
folder, count, *arguments = sys.argv[1:]
folder, usual, calls = Path(folder), FilesSource.bars, 0

def blocking(*given):
    global calls
    calls += 1
    if calls == int(count):
        (folder / f"blocked-{os.getpid()}").touch()
        while not (folder / "go").exists():
            time.sleep(0.02)
    return usual(*given)

FilesSource.bars = blocking
sys.argv = ["main.py", *arguments]
sys.exit(cli.main(arguments))
"""
PATIENCE: Final = 60.0


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a small world whose prices reach to yesterday's sessions by the true clock of this machine."""
    world = make_world(tmp_path_factory.mktemp("today"))
    today = dt.datetime.now(dt.UTC).date()
    days = weekdays(today - dt.timedelta(days=60), today - dt.timedelta(days=1))
    world.write("reports/first.toml", (world.home / "config" / "reports" / "first.toml").read_text("utf-8").replace(
        "2024-03-01", (today - dt.timedelta(days=20)).isoformat()))  # fmt: skip
    for symbol, start, step in (*((index, 3000, 1.0) for index in INDICES), (PUFA, 10, 0.01), (PINGAN, 20, -0.01)):
        world.prices(symbol, bars(start, step, days))
    return world


@pytest.fixture
def today(laid_out: World, tmp_path: Path) -> World:
    return laid_out.copied_to(tmp_path)


@pytest.fixture
def start(today: World, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Give a function that starts the program, blocking at the nth security; whatever is left is killed at the end."""
    started = []

    def begin(*arguments: str, block: int = 10_000) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(tmp_path), str(block), *arguments],
            cwd=ROOT,
            env={**os.environ, "WATCHLIST_HOME": str(today.home), "WATCHLIST_MARKET": str(today.market)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def until(found: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever was waited for
    """Wait for something that another process does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := found():
            return value
        time.sleep(0.05)
    pytest.fail("it did not come")


def blocked(folder: Path) -> list[Path]:
    return list(folder.glob("blocked-*"))


def states(world: World) -> set[str]:
    if not world.database.exists():
        return set()
    with closing(sqlite3.connect(f"{world.database.as_uri()}?mode=ro", uri=True)) as connection:
        if not connection.execute("select 1 from sqlite_master where name = 'market_sessions'").fetchone():
            return set()
        return {row[0] for row in connection.execute("select distinct state from market_sessions")}


def journal(world: World) -> str:
    path = world.home / "db" / "logs" / "run.log"
    return path.read_text("utf-8") if path.exists() else ""


def test_once_does_what_is_due_and_a_second_time_nothing(today: World) -> None:
    first = run_apart("run", "--once", "--lang", "en", home=today.home, market=today.market)
    assert first.code == 0, first.err
    assert states(today) == {"done"}
    assert first.err.count(" done sessions=1") == 3  # a line a market
    second = run_apart("run", "--once", "--lang", "en", home=today.home, market=today.market)
    assert (second.code, second.out) == (0, "")
    assert "Nothing is due. Next: " in second.err
    status = run_apart("run", "--json", home=today.home).rows
    assert (status["level"], status["run"]["state"], status["findings"]) == ("ok", "ended", [])
    assert [row["state"] for row in status["markets"]] == ["done"] * 3


def test_what_is_of_no_market_is_written_without_one() -> None:
    moment = dt.datetime(2024, 6, 14, 12, tzinfo=dt.UTC)
    words = [
        line("info", moment, "ended", "", None, {}),
        line("info", moment, "done", "CN", moment.date(), {"bars": 3}),
    ]
    assert [one.split(maxsplit=2)[2] for one in words] == ["INFO    ended", "INFO    CN 2024-06-14 done bars=3"]


def test_a_day_by_hand_counts(today: World) -> None:
    assert run_apart("daily", home=today.home, market=today.market).code == 0
    said = run_apart("run", "--once", "--lang", "en", home=today.home, market=today.market)
    assert "Nothing is due." in said.err


def test_it_ends_well_when_it_is_asked_to(today: World, start: Callable[..., "subprocess.Popen[str]"]) -> None:
    process = start("run", "--lang", "en")
    until(lambda: states(today) == {"done"})
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert err.startswith("At work: CN 18:30 20:00 22:00; ")
    assert err.rstrip().endswith("ended")
    # What stands on stderr is in the file, line by line.
    assert journal(today).splitlines() == err.splitlines()[1:]


def test_asked_in_the_middle_it_finishes_the_security_at_hand(
    today: World, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    process = start("run", block=3)
    until(lambda: blocked(tmp_path))
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert process.poll() is None, "it did not finish what it was at"
    (tmp_path / "go").touch()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert states(today) == {"stopped"}
    with closing(sqlite3.connect(today.database)) as connection:
        # The first question was about the clock; two securities came after it.
        assert connection.execute("select count(distinct symbol) from bars").fetchone() == (2,)
        assert connection.execute("select count(*) from score_runs").fetchone() == (0,)
    # The next one has it due at once, and a try that was stopped is not counted.
    assert run_apart("run", "--once", home=today.home, market=today.market).code == 0
    assert states(today) == {"done"}
    with closing(sqlite3.connect(today.database)) as connection:
        assert {row[0] for row in connection.execute("select tries from market_sessions")} == {1}


def test_a_second_signal_ends_it_at_once(
    today: World, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    process = start("run", block=3)
    until(lambda: blocked(tmp_path))
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + signal.SIGTERM
    assert states(today) == {"working"}
    (tmp_path / "go").touch()
    assert run_apart("daily", home=today.home, market=today.market).code == 0
    assert states(today) == {"done"}


def test_of_two_one_works_and_the_other_says_who(
    today: World, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    first = start("run", block=1)
    until(lambda: blocked(tmp_path))
    for arguments in (("run",), ("run", "--once")):
        said = run_apart(*arguments, "--lang", "en", home=today.home, market=today.market)
        assert said.code == 1
        assert said.err.startswith(f"Error: Another run (run, process {first.pid} on ")
        assert "already: leave it at work, or stop it first." in said.err
    # Readers are not kept waiting, nor are they by the writer's lock, which the work holds.
    status = run_apart("run", "--status", "--lang", "en", home=today.home)
    assert f"process {first.pid}" in status.out
    said = run_apart("daily", "--lang", "en", home=today.home, market=today.market)
    assert said.code == 1
    assert said.err.startswith(f"Error: Another watchlist (run, process {first.pid} on ")
    said = run_apart("daily", "--lang", "zh", home=today.home, market=today.market)
    assert said.err.startswith("错误：另一个 watchlist（run，")


def test_of_ten_days_at_once_one_works_and_nine_say_who(
    today: World, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    ten = [start("daily", "--lang", "en", block=1) for _ in range(10)]
    until(lambda: sum(one.poll() is not None for one in ten) == 9)
    (winner,) = (one for one in ten if one.poll() is None)
    until(lambda: blocked(tmp_path))
    assert [path.name for path in blocked(tmp_path)] == [f"blocked-{winner.pid}"]
    for loser in (one for one in ten if one is not winner):
        _, err = loser.communicate()
        assert loser.returncode == 1
        assert err.startswith(f"Error: Another watchlist (daily, process {winner.pid} on "), err
    (tmp_path / "go").touch()
    winner.communicate(timeout=PATIENCE)
    assert winner.returncode == 0
    assert states(today) == {"done"}


def test_one_that_was_killed_is_missed_and_the_next_takes_over(
    today: World, start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    process = start("run", block=2)
    until(lambda: blocked(tmp_path))
    process.kill()
    process.communicate()
    said = run_apart("run", "--status", "--lang", "en", home=today.home)
    assert said.code == 1
    assert f"run (process {process.pid} on " in said.out
    assert "is gone without an end" in said.out
    findings = run_apart("check", "--json", "--lang", "en", home=today.home)
    assert "is gone without an end" in findings.out
    # What it had begun is due again a quarter of an hour later, or at the next of the day's times.
    (tmp_path / "go").touch()
    following = start("run")
    until(lambda: journal(today).count(" started ") == 2)
    following.send_signal(signal.SIGTERM)
    following.communicate(timeout=PATIENCE)
    assert following.returncode == 0
    assert states(today) <= {"working", "done"}
    assert "is gone" not in run_apart("run", "--status", "--lang", "en", home=today.home).out


def test_a_clock_that_runs_ahead_of_everything_does_nothing(today: World) -> None:
    for symbol, start, step in (*((index, 3000, 1.0) for index in INDICES), (PUFA, 10, 0.01), (PINGAN, 20, -0.01)):
        today.prices(symbol, bars(start, step))  # all ends in 2024
    said = run_apart("run", "--once", "--lang", "en", home=today.home, market=today.market)
    assert said.code == 1
    assert "error=ClockDoubted" in said.err
    assert "Set the clock of this machine; where it is right, the sources are behind." in said.err
    with closing(sqlite3.connect(today.database)) as connection:
        for table in ("bars", "market_sessions", "fetches", "runs"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,), table  # noqa: S608


def test_without_a_network_nothing_is_lost(today: World) -> None:
    said = run_apart("run", "--once", "--lang", "en", home=today.home)
    assert said.code == 1
    assert 'said="No price source can be reached from here (' in said.err
    assert run_apart("run", "--once", home=today.home, market=today.market).code == 0
    assert states(today) == {"done"}


def test_the_demo_is_not_for_running(today: World) -> None:
    assert run_apart("run", "--demo", "--lang", "en", home=today.home).code == 2


def test_settings_that_are_wrong_are_said_before_anything_starts(today: World) -> None:
    today.write("local/settings.toml", "[schedule]\nCN = 3\n")
    said = run_apart("run", "--lang", "en", home=today.home, market=today.market)
    assert (said.code, journal(today)) == (1, "")
    assert said.err.startswith("Error: config/local/settings.toml: schedule.CN (line 2): must be a time")
