"""Further names of securities, from ``names.csv``: former and short ones, Hong Kong's, New York's, a person's own."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from watchlist.domain.errors import ConfigProblem, UsageMistake, Words
from watchlist.domain.symbols import is_symbol, normalise_name
from watchlist.ledger.home import Home
from watchlist.ledger.problems import NO_HINT
from watchlist.ledger.toml_file import read_text
from watchlist.ledger.whole_file import write_whole
from watchlist.reading.names import Alias

NAME: Final = "names.csv"
COLUMNS: Final = ["symbol", "name", "kind", "from", "to"]
KINDS: Final = ("former", "later", "short", "english", "listed", "typed")


def load_aliases(home: Home) -> tuple[Alias, ...]:
    """Read the further names, the user's own added to the tracked ones.

    Raises:
        ConfigProblem: a line is wrong; the sentence names file and line.
    """
    return tuple(alias for path in home.layers(NAME) for alias in _read(home, path))


def own_aliases(home: Home) -> tuple[Alias, ...]:
    """Read the further names of the user's own file alone.

    Raises:
        ConfigProblem: a line is wrong.
    """
    path = home.local / NAME
    return tuple(_read(home, path)) if path.exists() else ()


def fetched_aliases(home: Home) -> tuple[Alias, ...]:
    """Read the further names that lists of the exchanges and vendors brought.

    Raises:
        ConfigProblem: a line is wrong.
    """
    path = home.fetched / NAME
    return tuple(_read(home, path)) if path.exists() else ()


def _read(home: Home, path: Path) -> list[Alias]:
    rows = csv.reader(read_text(home, path).splitlines())
    file = home.shown(path)
    try:
        lines = ((rows.line_num, cells) for cells in rows if cells)
        return [_alias(file, line, cells) for line, cells in lines if line > 1 or cells != COLUMNS]
    except csv.Error:  # a quote that is never closed takes in all that follows
        raise _no_line(file, rows.line_num) from None


def _alias(file: str, line: int, cells: list[str]) -> Alias:
    try:
        symbol, name, kind, since, until = cells
        alias = Alias(symbol, name, kind, _day(since), _day(until))
    except ValueError:
        alias = None
    if alias is None or not is_symbol(alias.symbol) or not alias.name.strip() or alias.kind not in KINDS:
        raise _no_line(file, line)
    return alias


def _no_line(file: str, line: int) -> ConfigProblem:
    what = Words(f"is no line of {','.join(COLUMNS)}", f"不是 {','.join(COLUMNS)} 格式的一行")
    return ConfigProblem(file=file, where=Words(f"line {line}", f"第 {line} 行"), what=what, hint=NO_HINT)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


class NameTaken(UsageMistake):
    """A further name belongs to another security already, or is there for this one."""

    en = "{name} is {owner} already: nothing was added."
    zh = "{name} 已是 {owner} 的名称：未添加。"


def add_alias(home: Home, alias: Alias, owners: Sequence[str]) -> None:
    """Append a further name to ``config/local/names.csv``, made on first use.

    Args:
        owners: the securities that bear or bore the name already, by any list.

    Raises:
        NameTaken: the name is a security's already.
        UnsafePath: the disk refuses.
    """
    known = [one.symbol for one in load_aliases(home) if normalise_name(one.name) == normalise_name(alias.name)]
    taken = list(dict.fromkeys([*owners, *known]))
    if taken:
        raise NameTaken(name=alias.name, owner=" / ".join(taken))
    path = home.local / NAME
    text = read_text(home, path) if path.exists() else ",".join(COLUMNS) + "\n"
    line = io.StringIO()
    days = [day.isoformat() if day else "" for day in (alias.since, alias.until)]
    csv.writer(line, lineterminator="\n").writerow([alias.symbol, alias.name, alias.kind, *days])
    write_whole(home, path, text + ("" if text.endswith("\n") else "\n") + line.getvalue())
    load_aliases(home)
