"""Start-up: how long ``main.py --help`` takes, in units of a Python that does nothing, measured side by side."""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
ROUNDS: Final = 20
LIMIT: Final = 12.0


def seconds(arguments: list[str]) -> float:
    """Run Python once with ``arguments`` from the checkout and give the wall-clock time; its failure is ours."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Give the median seconds of both and their ratio; the two take turns, so that a busy moment meets both."""
    commands = {"nothing": ["-c", "pass"], "help": ["main.py", "--help"]}
    for arguments in commands.values():
        seconds(arguments)  # the first start writes byte code and fills the file cache: not counted
    turns = [{name: seconds(arguments) for name, arguments in commands.items()} for _ in range(rounds)]
    medians = {name: statistics.median(turn[name] for turn in turns) for name in commands}
    return {**medians, "ratio": medians["help"] / medians["nothing"], "limit": LIMIT, "rounds": rounds}


def main(arguments: list[str]) -> int:
    """Print the measurement; 1 where the ratio is over the limit."""
    parser = argparse.ArgumentParser(prog="python -m bench start", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a few starts only")
    options = parser.parse_args(arguments)
    result = measure(3 if options.small else ROUNDS)
    if options.json:
        print(json.dumps(result))
    else:
        print(
            f"main.py --help {result['help'] * 1000:.0f} ms, python -c pass {result['nothing'] * 1000:.0f} ms: "
            f"{result['ratio']:.1f} times (limit {LIMIT:g}; medians of {result['rounds']:g}, taking turns)"
        )
    return int(result["ratio"] > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
