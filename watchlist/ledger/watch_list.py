"""A list of tickers from elsewhere: 通达信's and 同花顺's blocks, code lists of any spelling, tables, holdings.

Formats as public readers and writers of them agree; neither terminal was at hand. Every entry is a ticker, a problem,
or a line that is passed over with the reason.
"""

import json
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from watchlist.domain.errors import WatchlistError, Words
from watchlist.ledger.holding_words import HEADINGS, is_total, market_of_words
from watchlist.ledger.table_file import LineProblem, TableRow, UnreadableTable, is_formula, raw_bytes, table_rows
from watchlist.ledger.table_headings import field_places
from watchlist.ledger.table_limits import UnreadableCells
from watchlist.ledger.table_text import decoded

MOST_TICKERS: Final = 20_000
_MOST_BYTES: Final = 8 * 1024 * 1024
_KNOWN: Final[Mapping[str, Sequence[str]]] = {
    **{name: HEADINGS[name] for name in ("symbol", "name", "market")},
    "theme": ("主题", "分组", "板块", "自选分组", "theme", "group"),
    "note": ("备注", "说明", "note", "comment"),
}
_TONGDAXIN: Final = {"0": "SZ", "1": "SH", "2": "BJ"}
# Of Beijing's two sources disagree: there the code alone decides.
_TONGHUASHUN: Final = {"17": "SH", "20": "SH", "33": "SZ", "36": "SZ"}
_SEL: Final = {0x11: "SH", 0x21: "SZ"}
_SEL_COUNT, _SEL_ENTRY = struct.Struct("<H"), 8
_TRADINGVIEW: Final = {
    "SSE": "SH", "SZSE": "SZ", "BSE": "BJ", "HKEX": "HK", "NASDAQ": "US", "NYSE": "US", "AMEX": "US",
}  # fmt: skip
_BLOCK: Final = re.compile(r"[012]\d{6}", re.ASCII)
_INI: Final = "[BLOCK_STOCK_CONTEXT]"


class NoTickers(WatchlistError):
    """The file names no ticker."""

    en = "{file} names no security."
    zh = "{file} 中没有证券代码。"


class UnknownBlock(WatchlistError):
    """The file has no block of that name."""

    en = "{file} has no block {block}; it has {known}."
    zh = "{file} 中没有板块 {block}；有：{known}。"


@dataclass(frozen=True, slots=True)
class Ticker:
    """One entry as written; ``place`` is the exchange that the format names: ``SH SZ BJ HK US``."""

    number: int
    code: str
    place: str | None = None
    name: str = ""
    theme: str = ""
    note: str = ""


@dataclass(slots=True)
class TickerList:
    """What a file holds; the numbers are lines, in 同花顺's files entries."""

    tickers: list[Ticker] = field(default_factory=list)
    passed_over: list[LineProblem] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)


def read_tickers(path: Path, sheet: str | None = None, block: str | None = None) -> TickerList:
    """Read a list of tickers.

    Args:
        sheet: of a workbook in which several sheets hold something.
        block: of 同花顺's ``stockblock.ini``, only this one.

    Raises:
        NoTableFile, UnreadableTable: see ``ledger.table_file``.
        NoTickers: there is none in it.
        UnknownBlock: there is no such block.
    """
    found = _of_tonghuashun(path, block) or _of_table(path, sheet)
    if not (found.tickers or found.problems):
        raise NoTickers(file=path.name)
    return found


def _of_tonghuashun(path: Path, block: str | None) -> TickerList | None:
    """Read one of 同花顺's own files; ``None`` where it is another."""
    raw = raw_bytes(path, _MOST_BYTES)
    if raw is None:
        return None
    count, body = raw[: _SEL_COUNT.size], raw[_SEL_COUNT.size :]
    if body and len(body) == _SEL_ENTRY * _SEL_COUNT.unpack(count)[0]:
        return _selection(body)
    try:
        text = decoded(raw)
    except UnreadableCells:
        return None
    if _INI in text:
        return _blocks(path, text, block)
    if text.lstrip().startswith("{"):
        return _custom_block(text)
    return None


def _selection(body: bytes) -> TickerList:
    """Read a ``.sel``: after the count, two bytes of market and six digits each."""
    found = TickerList()
    for number, start in enumerate(range(0, len(body), _SEL_ENTRY), 1):
        kind, digits = body[start + 1], body[start + 2 : start + _SEL_ENTRY].decode("ascii", "replace")
        _add(found, number, digits, _SEL.get(kind))
    return found


def _blocks(path: Path, text: str, block: str | None) -> TickerList:
    """Read ``stockblock.ini``: names of blocks by number, and what is in each: ``17:600519,33:000001,``."""
    names, found = _ini_part(text, "[BLOCK_NAME_MAP_TABLE]"), TickerList()
    if block is not None and block not in names.values():
        raise UnknownBlock(file=path.name, block=block, known=", ".join(names.values()) or "–")
    number = 0
    for key, entries in _ini_part(text, _INI).items():
        name = names.get(key, "")
        if block is not None and name != block:
            continue
        for entry in filter(None, (part.strip() for part in entries.split(","))):
            number += 1
            market, _, digits = entry.rpartition(":")
            _add(found, number, digits, _TONGHUASHUN.get(market), note=name)
    return found


def _ini_part(text: str, head: str) -> dict[str, str]:
    _, _, rest = text.partition(head)
    lines = (line.strip() for line in rest.splitlines()[1:])
    part: dict[str, str] = {}
    for line in lines:
        if line.startswith("["):
            break
        key, equals, value = line.partition("=")
        if equals:
            part[key.strip()] = value.strip()
    return part


def _custom_block(text: str) -> TickerList | None:
    """Read a ``custom_block`` file: JSON whose context lists codes and markets: ``600519|000001|,17|33|``."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    context = content.get("context") if isinstance(content, dict) else None
    if not isinstance(context, str):
        return None
    codes, _, markets = context.partition(",")
    found = TickerList()
    places = markets.split("|")
    for at, digits in enumerate(filter(None, codes.split("|"))):
        _add(found, at + 1, digits, _TONGHUASHUN.get(places[at] if at < len(places) else ""))
    return found


def _of_table(path: Path, sheet: str | None) -> TickerList:
    """Read a table with headings, also below title lines, or a plain list of codes."""
    rows = list(islice(table_rows(path, sheet), MOST_TICKERS + 1))
    if len(rows) > MOST_TICKERS:
        reason = Words(f"it has more than {MOST_TICKERS} lines", f"超过 {MOST_TICKERS} 行")
        raise UnreadableTable(file=path.name, reason=reason)
    heads = ((at, field_places(row.cells, _KNOWN)) for at, row in enumerate(rows))
    head, places = next(((at, known) for at, known in heads if "symbol" in known or "name" in known), (None, None))
    found = TickerList()
    for at, row in enumerate(rows):
        if head is None or places is None:
            _plain(found, row)
        elif at > head:
            _under_headings(found, row, places)
        elif at < head:
            found.passed_over.append(LineProblem(row.number, Words("stands above the headings", "表头之前的行")))
    return found


def _under_headings(found: TickerList, row: TableRow, places: Mapping[str, int]) -> None:
    cells = {name: row.cells[at] if at < len(row.cells) else "" for name, at in places.items()}
    code = cells.get("symbol") or cells.get("name", "")
    if not code or is_total(code):
        found.passed_over.append(LineProblem(row.number, Words("names no security", "没有证券代码")))
        return
    place = market_of_words(cells.get("market", ""))
    _add(found, row.number, code, place, **{name: cells.get(name, "") for name in ("name", "theme", "note")})


def _plain(found: TickerList, row: TableRow) -> None:
    """Take a line without headings: a code and its name, or codes of any number."""
    cells = [part for cell in row.cells for part in re.split(r"[,;|，；、\s]+", cell) if part]
    if len(cells) > 1 and _codelike(cells[0]) and not any(map(_codelike, cells[1:])):
        _add(found, row.number, cells[0], None, name=" ".join(cells[1:]))
        return
    for cell in cells:
        _add(found, row.number, cell, None)


def _codelike(text: str) -> bool:
    return text.isascii()


def _add(found: TickerList, number: int, code: str, place: str | None, **more: str) -> None:
    if is_formula(code):
        what = Words("a formula is no code: paste its value", "公式不是代码：请改贴数值")
        found.problems.append(LineProblem(number, what))
        return
    if place is None and _BLOCK.fullmatch(code):  # 通达信: a digit for the market, then the code
        place, code = _TONGDAXIN[code[0]], code[1:]
    head, colon, rest = code.partition(":")
    if colon and head.upper() in _TRADINGVIEW:
        place, code = _TRADINGVIEW[head.upper()], rest
    found.tickers.append(Ticker(number, code, place, **more))
