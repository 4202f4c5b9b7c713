"""Further names of securities, from ``names.csv``: former and short ones, and those of Hong Kong and New York."""

import csv
import datetime as dt
from pathlib import Path
from typing import Final

from watchlist.domain.errors import ConfigProblem, Words
from watchlist.domain.symbols import is_symbol
from watchlist.ledger.home import Home
from watchlist.ledger.problems import NO_HINT
from watchlist.ledger.toml_file import read_text
from watchlist.reading.names import Alias

NAME: Final = "names.csv"
COLUMNS: Final = ["symbol", "name", "kind", "from", "to"]
KINDS: Final = ("former", "later", "short", "english", "listed")


def load_aliases(home: Home) -> tuple[Alias, ...]:
    """Read the further names, the user's own added to the tracked ones.

    Raises:
        ConfigProblem: a line is wrong; the sentence names file and line.
    """
    return tuple(alias for path in home.layers(NAME) for alias in _read(home, path))


def _read(home: Home, path: Path) -> list[Alias]:
    rows = csv.reader(read_text(home, path).splitlines())
    found = []
    for line, cells in enumerate(rows, start=1):
        if line == 1 and cells == COLUMNS:
            continue
        if cells:
            found.append(_alias(home.shown(path), line, cells))
    return found


def _alias(file: str, line: int, cells: list[str]) -> Alias:
    try:
        symbol, name, kind, since, until = cells
        alias = Alias(symbol, name, kind, _day(since), _day(until))
    except ValueError:
        alias = None
    if alias is None or not is_symbol(alias.symbol) or not alias.name.strip() or alias.kind not in KINDS:
        what = Words(f"is no line of {','.join(COLUMNS)}", f"不是 {','.join(COLUMNS)} 格式的一行")
        where = Words(f"line {line}", f"第 {line} 行")
        raise ConfigProblem(file=file, where=where, what=what, hint=NO_HINT)
    return alias


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
