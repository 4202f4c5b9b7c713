"""Backups while somebody writes: each is whole, and what is restored from it is what it held."""

import os
import signal
from pathlib import Path

from bench.soak import _worlds
from tests.cli.program import dump
from tests.cli.small_world import World, bars
from watchlist.storage.backup import backups

SHORT, LONG = 8, 100


def soak(folder: Path, seed: int, *, long: bool) -> tuple[dict[str, int], list[str]]:
    """Back up while another process updates without end; restore and compare every one."""
    del seed
    world = _worlds.new_world(folder / "world")
    world.write("local/settings.toml", (world.home / "config/local/settings.toml").read_text("utf-8")
                + "[backup]\ndaily = 300\nweekly = 300\nmonthly = 300\n")  # fmt: skip
    if _worlds.done(world, "daily"):
        raise RuntimeError(_worlds.spoken(world))
    writer = _writing_for_ever(world)
    wrong, made, total = [], {}, LONG if long else SHORT
    try:
        for number in range(total):
            target = folder / "backups" / str(number)
            if _worlds.done(world, "backup", target):
                wrong.append(f"{number}: {_worlds.spoken(world)[-300:]}")
            made.update(dict.fromkeys(backups(target), number))
    finally:
        os.kill(writer, signal.SIGKILL)
        _worlds.ended(writer)
    contents = {dump(path) for path in made}
    for path, number in made.items():
        if broken := _worlds.unsound(path):
            wrong.append(f"{number}: not whole: {broken}")
        restored = World(folder / "restored", world.market)
        restored.write("local/watchlist.toml", "")
        if _worlds.done(restored, "restore", path):
            wrong.append(f"{number}: {_worlds.spoken(restored)[-300:]}")
        elif dump(restored.database) != dump(path):
            wrong.append(f"{number}: what was restored is not what was backed up")
    return {"backups": len(made), "different": len(contents), "bad": len(wrong)}, wrong


def _writing_for_ever(world: World) -> int:
    """Restate prices without end, a commit a security."""
    child = os.fork()
    if child:
        return child
    number = 0
    while True:
        number += 1
        for symbol in ("600000.SH", "000001.SZ"):
            world.prices(symbol, bars(10 + number / 100, 0.01))
        _worlds.done(world, "update", "--since", "2024-01-02")
        _worlds.done(world, "import", world.market / "ratings.csv")
        _worlds.done(world, "record")
