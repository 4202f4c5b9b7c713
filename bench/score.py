"""Scoring: three million recommendations at eight horizons, beside engines that know how to join, and the floor.

The floor is what the machine itself needs: as many independent reads of the same panel as the answers need lines of it.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._score_world import FULL, HORIZONS, SMALL, Size, build

ROOT: Final = Path(__file__).resolve().parents[1]
RIVALS: Final = ("duckdb", "polars", "merge_asof", "naive")
FASTER, FLOORS, PEAK_MB, SAME = 12.0, 4.0, 1536.0, 1e-12


def run(engine: str, folder: Path) -> dict[str, float]:
    """Run one engine in a process of its own."""
    command = [sys.executable, "-m", "bench._score_engines", engine, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"{engine} failed: {done.stderr.strip().splitlines()[-1]}"
        raise RuntimeError(message)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def difference(folder: Path, engine: str) -> float:
    """Give the largest difference of an engine's excess returns from ours; infinite where one has a gap of its own."""
    ours, theirs = np.load(folder / "machine.npy", mmap_mode="r"), np.load(folder / f"{engine}.npy", mmap_mode="r")
    if (ids := folder / f"{engine}.ids.npy").exists():
        ours = ours[np.load(ids)]
    if not np.array_equal(np.isnan(ours), np.isnan(theirs)):
        return math.inf
    return float(np.nanmax(np.abs(ours - theirs), initial=0.0))


def measure(folder: Path, size: Size) -> dict[str, Any]:
    """Score one world with every engine."""
    build(folder, size)
    ours = run("machine", folder)
    others = {name: run(name, folder) for name in ("arrays", *RIVALS)}
    apart = {name: difference(folder, name) for name in others}
    best = min(others[name]["seconds"] for name in ("duckdb", "polars"))
    return {
        "recommendations": size.recommendations,
        "horizons": len(HORIZONS),
        "seconds": ours["seconds"],
        "recommendations_a_second": size.recommendations / ours["seconds"],
        "peak_mb": ours["peak_mb"],
        "floor_seconds": ours["floor_seconds"],
        "loads": ours["loads"],
        "times_the_floor": ours["seconds"] / ours["floor_seconds"],
        "times_faster": best / ours["seconds"],
        **{f"{name}_seconds": one["seconds"] for name, one in others.items()},
        **{f"{name}_peak_mb": one["peak_mb"] for name, one in others.items()},
        "differences": apart,
        "max_abs_difference": max(apart.values()),
    }


def over(found: dict[str, Any]) -> list[str]:
    """List the bounds that were missed; those of speed hold for the full size."""
    wrong = []
    if not found["max_abs_difference"] <= SAME:
        wrong.append(f"answers differ by {found['max_abs_difference']:g}")
    if found["recommendations"] < FULL.recommendations:
        return wrong
    if found["times_faster"] < FASTER:
        wrong.append(f"{found['times_faster']:.1f} times faster than the best engine, not {FASTER:g}")
    if found["times_the_floor"] > FLOORS:
        wrong.append(f"{found['times_the_floor']:.1f} times the floor, over {FLOORS:g}")
    if found["peak_mb"] > PEAK_MB:
        wrong.append(f"{found['peak_mb']:.0f} MB, over {PEAK_MB:g}")
    return wrong


def show(found: dict[str, Any]) -> None:
    """Print what was found as a table."""
    print(f"{found['recommendations']:,} recommendations x {found['horizons']} horizons")
    rows = {
        "ours, machine code": "",
        "ours, NumPy alone": "arrays_",
        "DuckDB ASOF": "duckdb_",
        "polars join_asof": "polars_",
        "pandas merge_asof": "merge_asof_",
        "naive pandas (sampled)": "naive_",
    }
    for name, start in rows.items():
        seconds = found[f"{start}seconds"]
        print(f"  {name:<24}{seconds:12.2f} s{found[f'{start}peak_mb']:10.0f} MB{seconds / found['seconds']:10.1f} x")
    print(f"  {'floor':<24}{found['floor_seconds']:12.2f} s: {found['loads']:,.0f} independent reads; "
          f"we take {found['times_the_floor']:.1f} times that")  # fmt: skip
    print(f"  largest difference between engines {found['max_abs_difference']:.1e}")


def main(arguments: list[str]) -> int:
    """Measure; 1 where a bound was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench score", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a small market: only that the answers are the same")
    parser.add_argument("--share", type=float, default=1.0, help="how many times the securities and recommendations")
    parser.add_argument("--ours", action="store_true", help="our machine code alone, beside no other engine")
    parser.add_argument("--folder", type=Path, help="keep the market here, to measure again without drawing it")
    options = parser.parse_args(arguments)
    size = SMALL if options.small else FULL.times(options.share)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)) / "whole"
        if options.ours:
            build(folder, size)
            print(json.dumps(run("machine", folder), indent=1))
            return 0
        found = measure(folder, size)
    print(json.dumps(found, indent=1)) if options.json else show(found)
    for one in over(found):
        print(f"missed: {one}", file=sys.stderr)
    return int(bool(over(found)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
