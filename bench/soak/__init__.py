"""Soak: the store under kills, full disks, flipped bits and many readers; ``--long`` for a night, else short for CI.

Every part counts what it tried and lists what went wrong; nothing may.
"""

import argparse
import importlib
import json
import pkgutil
import sys
import tempfile
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run the parts asked for, print a table, and exit 1 where anything went wrong."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all unless given")
    parser.add_argument("--long", action="store_true", help="as often as the promises say, not a tenth of it")
    parser.add_argument("--seed", type=int, default=1, help="what chance begins with (1)")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--small", action="store_true", help="as without --long")
    asked = parser.parse_args(arguments)
    if unknown := sorted(set(asked.parts) - set(names)):
        parser.error(f"there is no {', '.join(unknown)}: choose from {', '.join(names)}")
    results = {}
    for name in asked.parts or names:
        begun = time.perf_counter()
        soak = importlib.import_module(f"bench.soak.{name}").soak
        with tempfile.TemporaryDirectory() as folder:
            figures, wrong = soak(Path(folder), asked.seed, long=asked.long)
        results[name] = {**figures, "wrong": wrong, "seconds": round(time.perf_counter() - begun, 1)}
        if not asked.json:
            shown = ", ".join(f"{value} {what}" for what, value in figures.items())
            print(f"{name:<9} {shown}; {len(wrong)} wrong; {results[name]['seconds']} s", flush=True)
            for one in wrong[:10]:
                print(f"          ! {one}")
    if asked.json:
        json.dump(results, sys.stdout, indent=2, ensure_ascii=False)
        print()
    return int(any(result["wrong"] for result in results.values()))
