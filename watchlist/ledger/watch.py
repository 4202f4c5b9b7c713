"""The user's own tickers: read from ``watchlist.toml``, written to ``config/local/`` with comments and order kept."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit import TOMLDocument

from watchlist.domain.errors import UsageMistake, Words
from watchlist.ledger.append_only import rows_of
from watchlist.ledger.fields import Entry, Listed, Symbol, Text
from watchlist.ledger.home import Home
from watchlist.ledger.toml_file import load, problem, read_text
from watchlist.ledger.whole_file import write_whole

NAME: Final = "watchlist.toml"
_HEADING: Final = "Your own tickers, laid over config/watchlist.toml; [[hidden]] takes one of those away."


class AlreadyWatched(UsageMistake):
    """A ticker is added a second time."""

    en = "{symbol} is in the watchlist already: remove it first to change it."
    zh = "{symbol} 已在自选清单中：如需更改请先移除。"


class NotWatched(UsageMistake):
    """A ticker is removed that is not there."""

    en = "{symbol} is not in the watchlist: nothing was removed."
    zh = "{symbol} 不在自选清单中：未移除任何内容。"


class Watched(Entry):
    """A ticker that the user watches; never scored as a broker's recommendation.

    Attributes:
        theme: a theme of the user's, by any of its names.
        added: the day it was put on the list.
    """

    symbol: Symbol
    name: Text | None = None
    theme: Text | None = None
    note: Text | None = None
    added: dt.date


class _Hidden(Entry):
    symbol: Symbol


class _File(Entry):
    watch: Listed[Watched] = ()
    hidden: Listed[_Hidden] = ()


def load_watchlist(home: Home) -> tuple[Watched, ...]:
    """Read what is watched, in the order of the files; the user's own row takes the place of a tracked one.

    Raises:
        ConfigProblem: a file is wrong or says a symbol twice.
    """
    watched: dict[str, Watched] = {}
    for path in home.layers(NAME):
        file = _load(home, path)
        for hidden in file.hidden:
            watched.pop(hidden.symbol, None)
        watched |= {entry.symbol: entry for entry in file.watch}
    return tuple(watched.values())


def add(home: Home, entry: Watched) -> Path:
    """Put a ticker on the user's own list and give the file; it is made on first use.

    Raises:
        AlreadyWatched: it is there; nothing is written.
        UnsafePath: the disk refuses; the old file stays whole.
    """
    path, added = add_all(home, [entry])
    if not added:
        raise AlreadyWatched(symbol=entry.symbol)
    return path


def add_all(home: Home, entries: Iterable[Watched]) -> tuple[Path, list[Watched]]:
    """Put those on the user's own list that are not there, all in one step; the others stay as they are.

    Returns:
        the file, and the entries that were new; where none is, nothing is written.

    Raises:
        UnsafePath: the disk refuses; the old file stays whole.
    """
    there = {entry.symbol for entry in load_watchlist(home)}
    fresh = list({entry.symbol: entry for entry in entries if entry.symbol not in there}.values())
    document = _document(home)
    for entry in fresh:
        _take_out(document, "hidden", entry.symbol)
        row = tomlkit.table()
        row.update(entry.model_dump(exclude_none=True))
        rows_of(document, "watch").append(row)
    return (_write(home, document) if fresh else home.local / NAME), fresh


def remove(home: Home, symbol: str) -> Path:
    """Take a ticker off the list and give the file written; a tracked one is hidden by the user's own file.

    Raises:
        NotWatched: it is not there; nothing is written.
    """
    if all(symbol != entry.symbol for entry in load_watchlist(home)):
        raise NotWatched(symbol=symbol)
    document = _document(home)
    _take_out(document, "watch", symbol)
    tracked = home.tracked(NAME)
    if tracked.exists() and any(symbol == entry.symbol for entry in _load(home, tracked).watch):
        row = tomlkit.table()
        row["symbol"] = symbol
        rows_of(document, "hidden").append(row)
    return _write(home, document)


def _load(home: Home, path: Path) -> _File:
    file = load(home, path, _File)
    seen: set[str] = set()
    for position, entry in enumerate(file.watch):
        if entry.symbol in seen:
            what = Words(f"{entry.symbol} is there twice", f"{entry.symbol} 重复")
            raise problem(
                home, path, ("watch", position, "symbol"), what, Words(" Remove one of them.", "请删除其一。")
            )
        seen.add(entry.symbol)
    return file


def _document(home: Home) -> TOMLDocument:
    path = home.local / NAME
    if not path.exists():
        document = tomlkit.document()
        document.add(tomlkit.comment(_HEADING))
        return document
    return tomlkit.parse(read_text(home, path))


def _take_out(document: TOMLDocument, key: str, symbol: str) -> None:
    if key not in document:
        return
    rows = rows_of(document, key)
    for position in reversed(range(len(rows))):
        if rows[position].get("symbol") == symbol:
            del rows[position]
    if not rows:
        del document[key]


def _write(home: Home, document: TOMLDocument) -> Path:
    path = home.local / NAME
    write_whole(home, path, tomlkit.dumps(document))
    return path
