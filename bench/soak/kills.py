"""Kill -9 at random points of every command that writes: what was committed stays, and the next run ends right."""

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.soak import _worlds
from tests.cli.small_world import World

SHORT, LONG = 40, 400
JOBS: Final = ("daily", "import", "score", "backup", "restore", "migrate")


def soak(folder: Path, seed: int, *, long: bool) -> tuple[dict[str, int], list[str]]:
    """Kill the program again and again."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    empty, full = _worlds.new_world(folder / "empty"), _full(folder)
    wrong: list[str] = []
    figures = {"kills": 0, "ended_first": 0, "commits_seen": 0}
    lasting: dict[str, float] = {}
    expected: dict[str, list[object]] = {}
    for number in range(LONG if long else SHORT):
        job = JOBS[number % len(JOBS)]
        start = _prepared(job, empty, full, folder)
        if job not in lasting:
            begun = time.perf_counter()
            code = _worlds.done(start, *_arguments(job, start))
            lasting[job], expected[job] = time.perf_counter() - begun, list(_worlds.content(start))
            if code:
                wrong.append(f"{job}: exit {code}: {_worlds.spoken(start)[-300:]}")
            start = _prepared(job, empty, full, folder)
        killed, acknowledged, commits = _kill(start, job, chance.uniform(0, lasting[job]))
        figures["kills"] += killed
        figures["ended_first"] += not killed
        figures["commits_seen"] += commits
        wrong += [f"{number} {job}: {one}" for one in _faults(start, job, acknowledged, expected[job])]
    return figures, wrong


def _full(folder: Path) -> World:
    world = _worlds.new_world(folder / "full")
    for arguments in (("daily",), ("import", world.market / "ratings.csv"), ("backup",)):
        code = _worlds.done(world, *arguments)
        if code:
            raise RuntimeError(_worlds.spoken(world))
    return world


def _prepared(job: str, empty: World, full: World, folder: Path) -> World:
    world = _worlds.copy_world(empty if job == "daily" else full, folder / "tried")
    if job == "score":
        world.write("local/settings.toml", (world.home / "config/local/settings.toml").read_text("utf-8")
                    + "[entry]\nrule = 'close'\n")  # fmt: skip
    elif job == "import":
        with (world.market / "ratings.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"2024-05-{n:02},新券商,600000.SH,增持\n" for n in range(1, 29))
    elif job == "migrate":
        with closing(sqlite3.connect(world.database, isolation_level=None)) as connection:
            connection.execute("drop table seals")
            connection.execute("delete from _sqlite_migrations where name = '0013_seals'")
    return world


def _arguments(job: str, world: World) -> tuple[object, ...]:
    if job == "import":
        return "import", world.market / "ratings.csv"
    if job == "restore":
        return "restore", next((world.home / "db" / "backups").glob("watchlist-2*.db"))
    return {"migrate": ("record",), "score": ("daily",)}.get(job, (job,))


def _kill(world: World, job: str, after: float) -> tuple[bool, int, int]:
    """Start a job and kill it after so many seconds: whether it was still running, and what it had committed."""
    with _worlds.pipe() as (reading, writing):
        child = _worlds.begin(world, *_arguments(job, world), acknowledge=writing)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        killed = _worlds.ended(child) == -signal.SIGKILL
        os.write(writing, b"end\n")
        told = b""
        while not told.endswith(b"end\n"):
            told += os.read(reading, 65_536)
    counts = [int(line) for line in told.split()[:-1]]
    return killed, max(counts, default=0), len(counts)


def _faults(world: World, job: str, acknowledged: int, expected: list[object]) -> list[str]:
    faults = []
    if broken := _worlds.unsound(world.database):
        faults.append(f"not whole: {broken}")
    made = {path.name: _worlds.unsound(path) for path in (world.home / "db" / "backups").glob("watchlist-2*.db")}
    faults += [f"{name} not whole: {broken}" for name, broken in made.items() if broken]
    if job != "restore" and world.database.exists():
        with closing(sqlite3.connect(world.database)) as connection:
            found = _worlds.rows(connection)
        if found < acknowledged:
            faults.append(f"{acknowledged} rows were committed, {found} are there")
    code = _worlds.done(world, *_arguments(job, world))
    if code:
        faults.append(f"the next run ended with {code}: {_worlds.spoken(world)[-300:]}")
    elif list(_worlds.content(world)) != expected:
        faults.append("the next run did not complete it")
    if broken := _worlds.unsound(world.database):
        faults.append(f"not whole after the next run: {broken}")
    return faults
