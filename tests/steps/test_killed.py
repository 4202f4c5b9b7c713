"""A day that is killed at any point leaves a sound database, and the next day completes it."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import Any, Final

import pytest

from tests.cli.program import ROOT, run
from tests.cli.small_world import EVENING, World

# Each point is a function of the program; it is called as usual, and its process dies after (or before) the nth call.
POINTS: Final = {
    "after the migrations": ("sqlite_utils", "Migrations.apply", 1, "after"),
    "while recording": ("watchlist.steps.record", "record_revisions", 2, "after"),
    "between two securities": ("watchlist.sources.files", "FilesSource.bars", 3, "before"),
    "while storing a security": ("watchlist.steps.update", "save_fetches", 2, "after"),
    "while storing problems": ("watchlist.steps.update", "set_problems", 1, "after"),
    "while scoring": ("watchlist.steps.score", "save_score_run", 1, "after"),
}
DRIVER: Final = """
import datetime as dt, functools, importlib, os, signal, sys
module, path, count, when, now = sys.argv[1:]
from watchlist import cli
from watchlist.cli.app import App
cli.App = functools.partial(App, now=dt.datetime.fromisoformat(now))
owner = importlib.import_module(module)
*parents, name = path.split(".")
for parent in parents:
    owner = getattr(owner, parent)
usual, calls = getattr(owner, name), 0

def deadly(*arguments, **options):
    global calls
    calls += 1
    if calls == int(count) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = usual(*arguments, **options)
    if calls == int(count):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer

setattr(owner, name, deadly)
sys.exit(cli.main(["daily"]))
"""
CONTENT: Final = (
    "select symbol, session, open, high, low, close, volume from bars order by 1, 2",
    "select symbol, ex_date, cash, split from actions order by 1, 2",
    "select rec_id, rev, op, symbol, content_sha256 from recommendations order by 1, 2",
    "select report, rev, op, content_sha256 from reports order by 1, 2",
    "select symbol, rev, name from securities order by 1, 2",
    "select kind, rev, content_sha256 from documents order by 1, 2",
    "select subject, message, resolved_at is null from problems order by 1, 2",
    "select rec_id, horizon, total_return, benchmark_return, status from latest_scores order by 1, 2",
)


def content(world: World) -> list[list[tuple[Any, ...]]]:
    """Read what the database knows, without the numbers and moments of the runs that brought it."""
    with closing(sqlite3.connect(world.database)) as connection:
        return [connection.execute(question).fetchall() for question in CONTENT]


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_day_is_completed_by_the_next(world: World, stored: World, point: str) -> None:
    module, path, count, when = POINTS[point]
    killed = subprocess.run(
        [sys.executable, "-c", DRIVER, module, path, str(count), when, EVENING.isoformat()],
        cwd=ROOT,
        env={"WATCHLIST_HOME": str(world.home), "WATCHLIST_MARKET": str(world.market), "PATH": ""},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with closing(sqlite3.connect(f"{world.database.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    health = run("check", "--json", home=world.home, now=EVENING)
    assert "damaged" not in health.out
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    assert content(world) == content(stored)
    assert run("check", home=world.home, now=EVENING).code == 0


def test_a_reader_meets_whole_instruments_only(world: World) -> None:
    """A security's prices are stored in one transaction: whoever is there after a kill is there whole."""
    module, path, count, when = POINTS["while storing a security"]
    subprocess.run(
        [sys.executable, "-c", DRIVER, module, path, str(count), when, EVENING.isoformat()],
        cwd=ROOT,
        env={"WATCHLIST_HOME": str(world.home), "WATCHLIST_MARKET": str(world.market), "PATH": ""},
        capture_output=True,
        check=False,
        timeout=60,
    )
    with closing(sqlite3.connect(world.database)) as connection:
        counts = connection.execute("select symbol, count(*), max(session) from bars group by symbol").fetchall()
    # The benchmark is stored at once, as others are held against it; what came after it died with its transaction.
    # 30 days before the report is 2024-01-31, 108 weekdays ago.
    assert [tuple(row) for row in counts] == [("000300.SH", 108, "2024-06-28")]
