"""Start the program: ``python main.py COMMAND``."""

import sys

_START = (
    "run make run (start.bat on Windows) once, then start with .venv/bin/python main.py.\n"
    "请先运行一次 make run（Windows 为 start.bat），再用 .venv/bin/python main.py 启动。"
)

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  (this is where an older one is told)
        sys.exit(f"watchlist needs Python 3.11 or newer, and this is {sys.version.split()[0]}: {_START}")
    try:
        from watchlist.cli import main
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed in this Python: {_START}")
    except Exception as error:  # other versions fail in ways of their own; in an environment of ours it is a bug
        if sys.prefix != sys.base_prefix:
            raise
        sys.exit(f"This Python has other versions of what watchlist needs ({error}): {_START}")
    sys.exit(main())
