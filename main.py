"""Start the program: ``python main.py COMMAND``."""

import sys

from watchlist.cli import main

if __name__ == "__main__":
    sys.exit(main())
