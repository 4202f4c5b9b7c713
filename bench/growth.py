"""Growth: a tenth, the whole and three times the data, and with which power of it time and memory grow.

Everything grows together: shares, recommendations and brokers; the sessions stay. Each run has a process of its own.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
SHARES: Final = (0.1, 1.0, 3.0)
SMALLER: Final = (0.005, 0.01, 0.03)
BOUND: Final = 1.1
# What is measured of each: the others are so short at a tenth that starting weighs more than working.
MEASURED: Final = {
    "score": ("seconds", "peak_mb"),
    "leaderboard": ("seconds", "peak_mb"),
    "panel": ("build_seconds", "day_seconds", "peak_mb"),
}


def run(name: str, share: float, folder: Path) -> dict[str, float]:
    """Run one measurement at so many times the data."""
    own = {"score": ["--ours", "--folder", str(folder)], "leaderboard": ["--folder", str(folder)], "panel": []}
    command = [sys.executable, "-m", "bench", name, "--json", "--share", f"{share:g}", *own[name]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        message = f"{name} failed: {done.stderr.strip().splitlines()[-1]}"
        raise RuntimeError(message)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def exponents(shares: tuple[float, ...], values: list[float]) -> list[float]:
    """Give the power of the data that a value grows with, from each size to the next."""
    steps = zip(shares, shares[1:], values, values[1:], strict=False)
    return [math.log(b / a) / math.log(m / n) for n, m, a, b in steps]


def measure(folder: Path, shares: tuple[float, ...], names: list[str]) -> dict[str, Any]:
    """Measure everything named at each size."""
    found: dict[str, Any] = {"shares": shares}
    for name in names:
        runs = [run(name, share, folder / f"{share:g}") for share in shares]
        for key in MEASURED[name]:
            values = [one[key] for one in runs]
            found[f"{name}_{key}"] = {"values": values, "exponents": exponents(shares, values)}
    return found


def main(arguments: list[str]) -> int:
    """Print the powers; 1 where one is over the bound."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a two-hundredth, a hundredth and three of them")
    parser.add_argument("--only", choices=list(MEASURED), action="append", help="one of the measurements")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), SMALLER if options.small else SHARES, options.only or list(MEASURED))
    powers = {name: one["exponents"] for name, one in found.items() if name != "shares"}
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        for name, each in powers.items():
            values = ", ".join(f"{one:.4g}" for one in found[name]["values"])
            print(f"{name.replace('_', ' '):<28}{values:<32} powers {', '.join(f'{one:.2f}' for one in each)}")
    over = [] if options.small else [name for name, each in powers.items() if max(each) > BOUND]
    for name in over:
        print(f"missed: {name} grows with a power of {max(powers[name]):.2f}, over {BOUND:g}", file=sys.stderr)
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
