"""Run measurements: ``python -m bench`` runs every one, ``python -m bench NAME [ARGUMENTS]`` one of them.

Every measurement takes ``--json`` and ``--small``. With ``--keep`` what it found is kept in ``bench/results``, with
facts about the machine.
"""

import importlib
import io
import json
import pkgutil
import sys
from contextlib import redirect_stdout
from keyword import iskeyword
from pathlib import Path
from typing import Any, Final

import bench
from bench import _machine

RESULTS: Final = Path(__file__).resolve().parent / "results"


def main(arguments: list[str]) -> int:
    """Run what is asked for and give the worst exit code: 0 good, 1 over a limit, 2 not a measurement."""
    modules = (module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    names = [name.rstrip("_") for name in sorted(modules)]
    if arguments and not arguments[0].startswith("-"):
        if arguments[0] not in names:
            print(f"bench does not know {arguments[0]}: there is {', '.join(names)}.", file=sys.stderr)
            return 2
        return run(arguments[0], arguments[1:])[0]
    if unknown := set(arguments) - {"--json", "--small", "--keep"}:
        print(f"bench takes --json, --small and --keep, not {' '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    found: dict[str, Any] = {}
    worst = 0
    for name in names:
        if "--json" not in arguments:
            print(f"== {name}", flush=True)
        code, found[name] = run(name, arguments, silent="--json" in arguments)
        worst = max(worst, code)
    if "--json" in arguments:
        print(json.dumps({"machine": _machine.facts(), **found}, indent=1))
    return worst


def run(name: str, arguments: list[str], *, silent: bool = False) -> tuple[int, Any]:
    """Run one measurement; give its exit code, and what it found where that was asked for as JSON."""
    keep, own = "--keep" in arguments, [one for one in arguments if one != "--keep"]
    module = f"{name}_" if iskeyword(name) else name  # import is a word of Python: its module is import_
    measurement = importlib.import_module(f"bench.{module}")
    if not keep and not silent:
        return int(measurement.main(own)), None
    machine, said = _machine.facts(), io.StringIO()
    with redirect_stdout(said):
        code = int(measurement.main([*own, *([] if "--json" in own else ["--json"])]))
    found = json.loads(said.getvalue())
    if keep:
        RESULTS.mkdir(exist_ok=True)
        kept = {"machine": machine, "arguments": own, "exit": code, "found": found}
        (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if not silent:
        print(said.getvalue(), end="")
    return code, found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
