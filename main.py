"""Start the program: ``python main.py COMMAND``."""

import sys

if __name__ == "__main__":
    try:
        from watchlist.cli import main
    except ModuleNotFoundError as error:
        sys.exit(
            f"{error.name} is not installed in this Python: run make run (start.bat on Windows) once, then "
            "start with .venv/bin/python main.py."
        )
    sys.exit(main())
