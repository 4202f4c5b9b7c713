"""Engines: thirty million recommendations over sixty thousand shares, part by part, each engine to the same bits.

The market is drawn from a seed: some thousand different shares, laid again and again under other rows. Workers read
its cells and the recommendations from a folder, score eight horizons and digest every bit of the answers; one worker of
each engine that has some is killed with -9 when a third of the parts is done. Nothing is written but the digests.
"""

import argparse
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._score_world import HORIZONS, LIMITS, Size, draw_share, sessions_of
from watchlist.core.coded import Coded
from watchlist.core.panel import build_panel
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import plan_of
from watchlist.core.scoring import Asked, Benchmarks, prices_of
from watchlist.storage.engines import NAMES, Engine, Name, map_parts
from watchlist.storage.score_parts import Part, Work, lay_out, load_part, scores_of

FULL: Final = Size(60_000, 2_500, 30_000_000)
SMALL: Final = Size(300, 600, 1_500_000)
DRAWN: Final = 2_000  # shares that differ
WORKERS: Final = 2
ALONE: Final = 2_000  # recommendations that are scored one at a time


def digest_part(part: Part) -> tuple[int, str]:
    """Score a part and digest every bit of its answers."""
    work, asked, _ = load_part(part)
    scores = scores_of(work, asked)
    digest = blake2b(digest_size=16)
    for answers in scores:
        digest.update(answers.tobytes())
    return asked.row.size, digest.hexdigest()


def draw(folder: Path, size: Size) -> list[Part]:
    """Lay a market and its recommendations into a folder, as workers read them."""
    chance, sessions = np.random.default_rng(20_240_614), sessions_of(size)
    drawn = min(DRAWN, size.symbols)
    shares = [draw_share(chance, sessions, number) for number in range(drawn)]
    panel = build_panel("CN", sessions, sessions[-1] + 1, shares, {}, LIMITS)
    level = 3000 * np.exp(np.cumsum(chance.normal(0.0002, 0.01, (1, sessions.size)), axis=1))
    prices = prices_of(panel, Benchmarks(("000300.SH",), level, level))
    plan = plan_of(panel, EntryRule(), HORIZONS, sessions[0], sessions[-1])
    count = size.recommendations
    asked = Asked(
        chance.integers(0, size.symbols, count, dtype=np.int32),
        sessions[0] + chance.integers(0, int((sessions[-1] - sessions[0]).astype(int)), count),
        np.zeros(count, dtype=bool), np.ones(count, dtype=np.int8), np.zeros(count, dtype=np.int8),
    )  # fmt: skip
    told = dict.fromkeys(("rec_id", "symbol", "broker", "theme", "benchmark"), Coded.same("", count))
    parts = lay_out(folder, Work(None, None, sessions, HORIZONS), asked, told)
    again = np.arange(size.symbols) % drawn
    own = {"shares": prices.shares[again], "splits": prices.splits[again]}
    rest = prices._replace(cells=np.zeros(0), stride=prices.width, **own)
    np.savez(folder / "prices.npz", **rest._asdict())
    np.savez(folder / "plan.npz", **plan._asdict())
    cells = np.asarray(prices.cells).reshape(drawn, -1)[:, : prices.width]
    shape = (size.symbols, prices.width)
    kept = np.lib.format.open_memmap(folder / "cells.npy", mode="w+", dtype=cells.dtype, shape=shape)
    for start in range(0, size.symbols, drawn):
        kept[start : start + drawn] = cells[: size.symbols - start]
    kept.flush()
    return parts


class Killer:
    """Kills one worker with -9 once a third of the parts is done."""

    def __init__(self) -> None:
        self.killed: int | None = None

    def __call__(self, done: int, count: int) -> None:
        """Look at how far it is."""
        workers = [one.pid for one in multiprocessing.active_children() if one.pid is not None]
        if self.killed is None and done * 3 >= count and workers:
            self.killed = workers[0]
            os.kill(workers[0], signal.SIGKILL)


def one_at_a_time(part: Part) -> float:
    """Give how many recommendations a second are scored one at a time: a sample."""
    work, asked, _ = load_part(part)
    many = min(ALONE, asked.row.size)
    begun = time.perf_counter()
    for at in range(many):
        scores_of(work, asked.take(slice(at, at + 1)))
    return many / (time.perf_counter() - begun)


def measure(folder: Path, size: Size) -> dict[str, Any]:
    """Score the market with every engine."""
    begun = time.perf_counter()
    parts = draw(folder, size)
    found: dict[str, Any] = {
        "recommendations": size.recommendations, "symbols": size.symbols, "sessions": size.sessions,
        "horizons": len(HORIZONS), "parts": len(parts), "workers": WORKERS,
        "draw_seconds": time.perf_counter() - begun,
    }  # fmt: skip
    answers = {name: _run(name, parts, found) for name in NAMES}
    found["same_bits"] = all(one == answers["local"] for one in answers.values())
    found["naive_a_second"] = one_at_a_time(parts[0])
    found["times_naive"] = found["local_a_second"] / found["naive_a_second"]
    for who, name in ((resource.RUSAGE_SELF, "peak_mb"), (resource.RUSAGE_CHILDREN, "worker_peak_mb")):
        found[name] = resource.getrusage(who).ru_maxrss / 1024
    return found


def _run(name: Name, parts: list[Part], found: dict[str, Any]) -> list[tuple[int, str]]:
    killer = Killer()
    begun = time.perf_counter()
    answers = map_parts(Engine(name, workers=WORKERS), digest_part, parts, killer)
    found[f"{name}_seconds"] = time.perf_counter() - begun
    found[f"{name}_a_second"] = found["recommendations"] / found[f"{name}_seconds"]
    found[f"{name}_killed"] = killer.killed is not None
    return answers


def over(found: dict[str, Any]) -> list[str]:
    """List what did not hold."""
    wrong = [] if found["same_bits"] else ["the engines' answers differ"]
    return wrong + [f"no worker of {name} was killed" for name in NAMES[1:] if not found[f"{name}_killed"]]


def show(found: dict[str, Any]) -> None:
    """Print what was found as a table."""
    size = f"{found['horizons']} horizons over {found['symbols']:,} shares and {found['sessions']:,} sessions"
    print(f"{found['recommendations']:,} recommendations x {size}, {found['parts']} parts")
    for name in NAMES:
        killed = f"  {WORKERS} workers, one killed with -9" if found[f"{name}_killed"] else "  one process"
        print(f"  {name:<12}{found[f'{name}_seconds']:10.1f} s{found[f'{name}_a_second']:14,.0f} a second{killed}")
    print(f"  one at a time (sampled){found['naive_a_second']:13,.0f} a second: local is "
          f"{found['times_naive']:,.0f} times as fast")  # fmt: skip
    print(f"  every bit the same: {found['same_bits']}; peak {found['peak_mb']:,.0f} MB here with the files it maps, "
          f"{found['worker_peak_mb']:,.0f} MB the largest worker; drawn in {found['draw_seconds']:.0f} s")  # fmt: skip


def main(arguments: list[str]) -> int:
    """Measure; 1 where answers differ or nobody was killed."""
    parser = argparse.ArgumentParser(prog="python -m bench engines", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a small market: only that the answers are the same")
    parser.add_argument("--share", type=float, default=1.0, help="how large a part of everything")
    parser.add_argument("--folder", type=Path, help="where there are 6 GB of room")
    options = parser.parse_args(arguments)
    size = SMALL if options.small else FULL.times(options.share)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = measure(Path(folder) / "CN", size)
    print(json.dumps(found, indent=1)) if options.json else show(found)
    for one in over(found):
        print(f"missed: {one}", file=sys.stderr)
    return int(bool(over(found)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
