"""Securities (证券): codes, names with their validity, listing and delisting dates, from ``securities.csv``."""

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from watchlist.domain.errors import ConfigProblem, MissingFile, Words
from watchlist.domain.model import Security
from watchlist.domain.symbols import is_symbol, named_so, normalise_name
from watchlist.ledger.home import Home
from watchlist.ledger.problems import NO_HINT, did_you_mean
from watchlist.ledger.toml_file import read_text

NAME: Final = "securities.csv"
COLUMNS: Final = ("symbol", "name", "listed", "delisting_period_from", "delisted", "names")
# Marks that an exchange puts before a name for a day (XD, XR, DR: ex-dividend; N, C: newly listed) or a state (ST).
_MARKS: Final = re.compile(r"^(?:XD|XR|DR)|^S?\*?ST|^[NC](?=[\u4e00-\u9fff])")
_TAIL: Final = re.compile(r"(?:退市?|-[UWV]+)$")

NameSpan = tuple[str, dt.date | None, dt.date | None]


class _Wrong(ValueError):
    """A cell, or a whole line, that cannot be understood; the reader adds file and line."""

    def __init__(self, what: Words, hint: Words = NO_HINT, column: str = "") -> None:
        super().__init__(what.en)
        self.what, self.hint, self.column = what, hint, column


def load_securities(home: Home) -> dict[str, Security]:
    """Read all securities by symbol; what the user's own file says of one wins, cell by cell.

    Raises:
        MissingFile: there is no list at all.
        ConfigProblem: a cell is wrong; the sentence names file, line and column.
    """
    paths = home.layers(NAME)
    if not paths:
        raise MissingFile(file=home.shown(home.tracked(NAME)))
    securities = given_securities(home)
    for symbol, own in own_securities(home).items():
        securities[symbol] = _laid_over(securities.get(symbol), own)
    return securities


def given_securities(home: Home) -> dict[str, Security]:
    """Read what the program's own list says, and over it what was fetched from the exchanges.

    Raises:
        ConfigProblem: a cell is wrong.
    """
    securities: dict[str, Security] = {}
    for path in home.given(NAME):
        securities |= _read(home, path)
    return securities


def tracked_securities(home: Home) -> dict[str, Security]:
    """Read what the program's own list says.

    Raises:
        ConfigProblem: a cell is wrong.
    """
    path = home.tracked(NAME)
    return _read(home, path) if path.exists() else {}


def own_securities(home: Home) -> dict[str, Security]:
    """Read the user's own rows.

    Raises:
        ConfigProblem: a cell is wrong.
    """
    path = home.local / NAME
    return _read(home, path) if path.exists() else {}


def _laid_over(given: Security | None, own: Security) -> Security:
    """Fill what the user's row leaves empty, unless its days would no longer ascend."""
    if given is None:
        return own
    filled = replace(
        own,
        listed=own.listed or given.listed,
        delisting_period_from=own.delisting_period_from or given.delisting_period_from,
        delisted=own.delisted or given.delisted,
        names=own.names or given.names,
    )
    life = [day for day in (filled.listed, filled.delisting_period_from, filled.delisted) if day is not None]
    return filled if life == sorted(life) else own


def name_index(securities: Mapping[str, Security]) -> dict[str, tuple[str, ...]]:
    """Map every folded name, former ones too, to the symbols that bear or bore it, for ``domain.symbols.resolve``.

    A name without its mark (``*ST``, ``XD``, ``N``, ``退``) counts too, unless another security is called just that.
    """
    exact: dict[str, list[str]] = {}
    derived: dict[str, list[str]] = {}
    for security in securities.values():
        for name in dict.fromkeys((security.name, *(name for name, _, _ in security.names))):
            folded = normalise_name(name)
            _append(exact, folded, security.symbol)
            bare = bare_name(folded)
            if bare != folded:
                _append(derived, bare, security.symbol)
    for name, symbols in derived.items():
        exact.setdefault(name, symbols)
    return {name: named_so(symbols) for name, symbols in exact.items()}


def bare_name(name: str) -> str:
    """Take the exchange's marks off a folded name: ``*ST紫天`` becomes ``紫天``, ``XD中衡设`` becomes ``中衡设``."""
    bare = _TAIL.sub("", _MARKS.sub("", name))
    # A name that is hardly more than its mark (退市…) would match anything.
    return bare if len(bare) > 1 else name


def _append(index: dict[str, list[str]], name: str, symbol: str) -> None:
    symbols = index.setdefault(name, [])
    if symbol not in symbols:
        symbols.append(symbol)


def _read(home: Home, path: Path) -> dict[str, Security]:
    rows = csv.reader(read_text(home, path).splitlines(), strict=True)
    try:
        return _securities(rows)
    except _Wrong as wrong:
        raise ConfigProblem(
            file=home.shown(path), where=_where(max(rows.line_num, 1), wrong.column), what=wrong.what, hint=wrong.hint
        ) from None
    except csv.Error as error:
        what = Words(f"not valid CSV ({error})", f"不是有效的 CSV（{error}）")
        raise ConfigProblem(file=home.shown(path), where=_where(rows.line_num), what=what, hint=NO_HINT) from None


def _where(line: int, column: str = "") -> Words:
    if column:
        return Words(f"line {line}, column {column}", f"第 {line} 行 {column} 列")
    return Words(f"line {line}", f"第 {line} 行")


def _securities(rows: Iterator[list[str]]) -> dict[str, Security]:
    header = _header(next(rows, []))
    found: dict[str, Security] = {}
    for cells in filter(None, rows):
        if len(cells) != len(header):
            there, wanted = len(cells), len(header)
            raise _Wrong(Words(f"{there} cells, not {wanted}", f"有 {there} 格，应为 {wanted} 格"))
        security = _security(dict(zip(header, cells, strict=True)))
        if security.symbol in found:
            raise _Wrong(Words(f"{security.symbol} is there twice", f"{security.symbol} 重复"), column="symbol")
        found[security.symbol] = security
    return found


def _header(header: list[str]) -> list[str]:
    for column in header:
        if column not in COLUMNS:
            raise _Wrong(Words(f'unknown column "{column}"', f"没有“{column}”这一列"), did_you_mean(column, COLUMNS))
    if "symbol" not in header or "name" not in header or len(set(header)) != len(header):
        listed = ",".join(COLUMNS)
        what = Words("the first line must name the columns, each once", "首行必须是列名，每列一次")
        raise _Wrong(what, Words(f" They are {listed}.", f"列名为 {listed}。"))
    return header


def _security(row: Mapping[str, str]) -> Security:
    symbol, name = row["symbol"], row["name"]
    if not is_symbol(symbol):
        what = Words(f'"{symbol}" is no symbol such as 300418.SZ', f"“{symbol}”不是 300418.SZ 这样的代码")
        raise _Wrong(what, column="symbol")
    if not name.strip():
        raise _Wrong(Words("must not be empty", "不能为空"), column="name")
    listed = _day(row, "listed")
    period, delisted = _day(row, "delisting_period_from"), _day(row, "delisted")
    known = [day for day in (listed, period, delisted) if day is not None]
    if known != sorted(known):
        what = Words("the dates of its life do not ascend", "上市、整理、退市日期顺序有误")
        raise _Wrong(what, column="delisted" if delisted else "delisting_period_from")
    names = row.get("names", "")
    return Security(symbol, name, listed, period, delisted, _names(names) if names else ())


def _day(row: Mapping[str, str], column: str) -> dt.date | None:
    text = row.get(column, "")
    return _parsed(text, column) if text else None


def _parsed(text: str, column: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        what = Words(f'"{text}" is no date such as 2024-06-14', f"“{text}”不是 2024-06-14 这样的日期")
        raise _Wrong(what, column=column) from None


def _names(text: str) -> tuple[NameSpan, ...]:
    """Read ``name@from..to|name@..to``; an end that is not known is left out, and so may be the whole span."""
    return tuple(_name(part) for part in text.split("|"))


def _name(part: str) -> NameSpan:
    name, at, span = part.partition("@")
    since, dots, until = span.partition("..")
    if not name.strip() or (at and not dots):
        what = Words(f'"{part}" is not written as name@from..to', f"“{part}”应写成 名称@起..止")
        raise _Wrong(what, column="names")
    first = _parsed(since, "names") if since else None
    last = _parsed(until, "names") if until else None
    if first and last and last < first:
        raise _Wrong(Words(f'"{part}" ends before it begins', f"“{part}”的起止颠倒"), column="names")
    return name, first, last
