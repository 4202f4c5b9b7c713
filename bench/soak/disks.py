"""Full disks, disks that cannot be written, folders without permission: a clean sentence, and nothing lost."""

import ctypes
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from bench.soak import _worlds
from tests.cli.program import ROOT, dump
from tests.cli.small_world import World

SHORT, LONG = 12, 120
SMALL_DISKS_SHORT, SMALL_DISKS_LONG = 2, 30
_KB: Final = 1024
# A small disk of our own, that only one process and its children see; afterwards it is looked through from outside.
_SCRIPT: Final = (
    'mount -t tmpfs -o size="$3"k tmpfs "$1" && cp -r "$2/." "$1" && before="$2" && out="$4" && shift 4 && '
    '"$@"; code=$?; cp -r "$WATCHLIST_HOME/db" "$out"; exit $code'
)


def soak(folder: Path, seed: int, *, long: bool) -> tuple[dict[str, int], list[str]]:
    """Let the disk end at a random byte of every command that writes."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    empty = _worlds.new_world(folder / "empty")
    full = _worlds.copy_world(empty, folder / "full")
    if _worlds.done(full, "daily"):
        raise RuntimeError(_worlds.spoken(full))
    wrong: list[str] = []
    figures = {"full_disks": 0, "small_file_systems": 0, "refused": 0}
    for number in range(LONG if long else SHORT):
        command = ("daily", "import", "backup")[number % 3]
        start = empty if command == "daily" else full
        largest = 2 * full.database.stat().st_size
        found = _limited(_worlds.copy_world(start, folder / "tried"), command, chance.randrange(4 * _KB, largest))
        wrong += [f"{number} {command}: {one}" for one in found]
        figures["full_disks"] += 1
    for number in range(SMALL_DISKS_LONG if long else SMALL_DISKS_SHORT):
        tried = _small(_worlds.copy_world(empty, folder / "tried"), chance.randrange(200, 1_200), folder)
        figures["small_file_systems"] += tried is not None
        wrong += [f"small disk {number}: {one}" for one in tried or ()]
    for refused in (_read_only, _no_permission):
        wrong += refused(_worlds.copy_world(full, folder / "tried"))
        figures["refused"] += 1
    return figures, wrong


def _arguments(command: str, world: World) -> tuple[object, ...]:
    return ("import", world.market / "ratings.csv") if command == "import" else (command,)


def _limited(world: World, command: str, size: int) -> list[str]:
    """Let no file of the program grow beyond so many bytes."""
    rows = _count(world)
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
    code = _worlds.done(world, *_arguments(command, world), first=limit)
    faults = _spoken_cleanly(world, code)
    if broken := _worlds.unsound(world.database):
        faults.append(f"not whole: {broken}")
    if _count(world) < rows:
        faults.append("rows were lost")
    leftovers = [path.name for path in (world.home / "db").rglob("*") if path.name.endswith((".part", ".unchecked"))]
    if leftovers:
        faults.append(f"left behind: {leftovers}")
    if again := _worlds.done(world, *_arguments(command, world)):
        faults.append(f"with room again it ended with {again}: {_worlds.spoken(world)[-200:]}")
    return faults


def _spoken_cleanly(world: World, code: int) -> list[str]:
    said = _worlds.spoken(world)
    if code not in {0, 1, 2} or "Traceback" in said:
        return [f"exit {code}: {said[-300:]}"]
    return [] if code == 0 or said.strip() else [f"exit {code} without a word"]


def _small(world: World, kilobytes: int, folder: Path) -> list[str] | None:
    """Run a day on a file system of a few hundred kilobytes; ``None`` where this machine lets us mount none."""
    if shutil.which("unshare") is None:
        return None
    disk, out = folder / "disk", folder / "out"
    disk.mkdir(exist_ok=True)
    shutil.rmtree(out, ignore_errors=True)
    command = ["unshare", "-m", "sh", "-c", _SCRIPT, "sh", disk, world.home, str(kilobytes), out,
               sys.executable, ROOT / "main.py", "daily"]  # fmt: skip
    done = subprocess.run(
        [str(one) for one in command],
        env={"WATCHLIST_HOME": str(disk), "WATCHLIST_MARKET": str(world.market), "LANG": "C.UTF-8",
             "PATH": "/usr/bin:/bin:/sbin:/usr/sbin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "mount" in done.stderr:
        return None
    faults = [] if done.returncode in {0, 1} and "Traceback" not in done.stderr else [done.stderr[-300:]]
    if broken := _worlds.unsound(out / "watchlist.db"):
        faults.append(f"not whole: {broken}")
    return faults


def _read_only(world: World) -> list[str]:
    """Take away the permission to write the database."""

    def refuse() -> None:
        for path in (world.home / "db").glob("watchlist.db*"):
            path.chmod(0o444)

    return _refused(world, refuse)


def _no_permission(world: World) -> list[str]:
    """Take away the permission to look into the folder of the database."""
    return _refused(world, lambda: (world.home / "db").chmod(0))


def _refused(world: World, refuse: Callable[[], object]) -> list[str]:
    before = dump(world.database)
    refuse()
    code = _worlds.done(world, *_arguments("import", world), first=_lay_power_down)
    faults = _spoken_cleanly(world, code)
    if code != 1:
        faults.append(f"exit {code} where nothing could be written: {_worlds.spoken(world)}")
    (world.home / "db").chmod(0o755)
    for path in (world.home / "db").iterdir():
        path.chmod(0o644)
    if dump(world.database) != before:
        faults.append("something changed")
    return faults


def _lay_power_down() -> None:
    """Let permissions bind the superuser too: capabilities 1 and 2 pass over them (capabilities(7))."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, twice
    if libc.capget(header, sets) == 0:
        sets[0] &= ~0b110
        libc.capset(header, sets)


def _count(world: World) -> int:
    if not world.database.exists():
        return 0
    with closing(sqlite3.connect(world.database)) as connection:
        return _worlds.rows(connection)
