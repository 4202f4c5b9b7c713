"""Run measurements: ``python -m bench`` runs every one, ``python -m bench NAME [ARGUMENTS]`` one of them."""

import importlib
import pkgutil
import sys

import bench


def main(arguments: list[str]) -> int:
    """Run what is asked for and give the worst exit code: 0 good, 1 over a limit, 2 not a measurement."""
    found = (module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    modules = {name.rstrip("_"): name for name in sorted(found)}  # import is a word of Python: its module is import_
    names = list(modules)
    if arguments and not arguments[0].startswith("-"):
        if arguments[0] not in names:
            print(f"bench does not know {arguments[0]}: there is {', '.join(names)}.", file=sys.stderr)
            return 2
        names, arguments = [arguments[0]], arguments[1:]
    return max(int(importlib.import_module(f"bench.{modules[name]}").main(arguments)) for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
