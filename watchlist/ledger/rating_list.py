"""A list of ratings (评级清单): many recommendations in one table file, headings in English or Chinese.

Every line becomes an entry or a problem with its line number: in = out + problems. Whole columns are read at once.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.core.coded import Coded
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import UsageMistake, WatchlistError, Words, counted
from watchlist.ledger.list_doubts import (
    Doubt,
    ahead,
    blank_cell,
    divided,
    no_currency,
    no_date,
    no_target,
    no_value,
    too_wide,
)
from watchlist.ledger.list_values import ERRORS, code_text, currency_word, days_of, prices_of, visible
from watchlist.ledger.problems import did_you_mean
from watchlist.ledger.report import EARLIEST
from watchlist.ledger.spreadsheet import hidden_sheets
from watchlist.ledger.table_columns import TableColumns, table_columns
from watchlist.ledger.table_file import LineProblem, is_formula
from watchlist.ledger.table_headings import field_places, folded

_HEADINGS: Final = {
    "date": """date published publicationdate publishdate reportdate ratingdate 发布日期 报告日期 研报日期 发布时间
        评级日期 日期 时间""",
    "broker": "broker firm house institution brokerage 机构 券商 研究机构 机构名称 机构简称 评级机构 发布机构 研究所",
    "symbol": "symbol ticker code stockcode securitycode 证券代码 股票代码 代码 标的代码",
    "name": "name securityname stockname 证券简称 股票简称 股票名称 证券名称 名称 简称 标的名称 标的",
    "rating": "rating grade tograde recommendation 评级 投资评级 最新评级 评级名称 原始评级 机构评级",
    "target_price": "targetprice target pricetarget 目标价 目标价格 目标价位 最新目标价",
    "currency": "currency targetcurrency ccy 币种 货币 目标价币种",
    "analyst": "analyst analysts author 分析师 研究员 作者 署名分析师",
    "theme": "theme topic sector 主题 概念 板块 所属主题",
    "title": "title headline report 标题 报告标题 研报标题 报告名称 研报名称",
    "url": "url link 链接 网址 报告链接",
}
# Field to the headings it goes by, folded, best first.
HEADINGS: Final[Mapping[str, Sequence[str]]] = {name: tuple(words.split()) for name, words in _HEADINGS.items()}
_NEEDED: Final = ("date", "broker")
_CHINESE: Final = {"date": "日期", "broker": "机构", "symbol": "代码"}
_MOST_SHOWN: Final = 8


class NoHeadings(WatchlistError):
    """No line names what is needed."""

    en = (
        "{file} has no column for {missing}: one of its first 20 lines must name date, broker and symbol "
        "(or 日期, 机构, 代码), each in a cell of its own.{there}"
    )
    zh = (
        "{file} 缺少列 {missing}：前 20 行中须有一行表头写明 日期、机构、代码"
        "（或 date、broker、symbol），每格一项。{there}"
    )


class UnknownField(UsageMistake):
    """A column is chosen for a field that there is not, or that the file does not have."""

    en = '--column "{text}" chooses nothing: write FIELD=HEADING.{hint}'
    zh = "--column “{text}”无法对应：请写成 字段=表头。{hint}"


@dataclass(frozen=True, slots=True)
class ListLines:
    """Lines that can be understood so far; every array and column is ``(n,)``.

    Attributes:
        number: where the line stands.
        published: ``datetime64[D]``; ``published_at``: its moment, ``None`` where only the day is known.
        symbol, name: as written, ``""`` where they are not; so ``rating``, ``analyst``, ``theme``, ``title``.
        target_low, target_high: the ends of a range, one price is both; NaN where there is none.
        currency: of the target, ``""`` where none is written.
        key: tells reports of one broker and day apart, ``""`` where nothing does.
        about: what else is known of the report, as JSON values.
        words: the whole line.
    """

    number: Ints
    published: Dates
    published_at: Coded
    broker: Coded
    symbol: Coded
    name: Coded
    rating: Coded
    target_low: Floats
    target_high: Floats
    currency: Coded
    analyst: Coded
    theme: Coded
    title: Coded
    key: Coded
    about: Coded
    words: Coded

    def take(self, which: Bools | Ints) -> "ListLines":
        """Give the lines at these positions, or where a mask says so."""
        return ListLines(*(taken(getattr(self, one.name), which) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class RatingList:
    """What a list holds: lines, why each of the others was left out, and how it was read.

    Attributes:
        places: what a line is called in words, by its number; without one it is just that line.
    """

    lines: ListLines
    problems: Sequence[LineProblem]
    notes: Sequence[Words] = ()
    places: Mapping[int, str] = field(default_factory=dict)


def read_list(
    path: Path, today: dt.date, sheet: str | None = None, chosen: Mapping[str, str] | None = None
) -> RatingList:
    """Read a list of ratings: CSV, a workbook or Parquet; blank lines are neither lines nor problems.

    Args:
        today: nothing was published after it.
        sheet: which sheet of a workbook; needed where several hold something.
        chosen: field to the heading that holds it in this file, before the known ones.

    Raises:
        NoTableFile, UnreadableTable: there is no such file, or it is no table.
        NoHeadings: no line names what is needed.
        UnknownField: ``chosen`` names a field that there is not.
    """
    known = {name: (*_chosen(name, chosen or {}), *words) for name, words in HEADINGS.items()}
    for name in chosen or {}:
        if name not in HEADINGS:
            raise UnknownField(text=name, hint=did_you_mean(name, HEADINGS))
    table = table_columns(path, sheet, lambda cells: not _missing(field_places(cells, known)))
    if table is None:
        raise _no_headings(path, sheet, known)
    places = field_places(table.headings, known)
    columns = {name: table.cells[at] for name, at in places.items()}
    notes = [*_notes(table, places), *_hidden(path, sheet)]
    return _understood(table, columns, today, notes)


def _chosen(name: str, chosen: Mapping[str, str]) -> tuple[str, ...]:
    return (folded(chosen[name]),) if name in chosen else ()


def _missing(places: Mapping[str, int]) -> list[str]:
    missing = [name for name in _NEEDED if name not in places]
    return missing if "symbol" in places or "name" in places else [*missing, "symbol"]


def _no_headings(path: Path, sheet: str | None, known: Mapping[str, Sequence[str]]) -> NoHeadings:
    """Say what the line that comes nearest to headings lacks."""
    best: list[Sequence[str]] = [()]

    def nearest(cells: Sequence[str]) -> bool:
        best[0] = max(best[0], cells, key=lambda one: len(field_places(one, known)))
        return False

    table_columns(path, sheet, nearest)
    listed = ", ".join(visible(cell) for cell in best[0][:_MOST_SHOWN] if cell)
    there = Words(f" It names: {listed}.", f"现有：{listed}。") if listed else Words("", "")
    absent = _missing(field_places(best[0], known))
    missing = Words(", ".join(absent), "、".join(_CHINESE.get(one, one) for one in absent))
    return NoHeadings(file=path.name, missing=missing, there=there)


def _notes(table: TableColumns, places: Mapping[str, int]) -> Iterator[Words]:
    if table.above:
        count, line = table.above, table.line
        yield Words(
            f"the headings are in line {line}; "
            f"{counted(count, 'line above them was', 'lines above them were')} left out",
            f"表头在第 {line} 行；其上 {count} 行未采用",
        )
    unused = [at for at in range(len(table.headings)) if at not in places.values()]
    named = [visible(table.headings[at]) for at in unused if table.headings[at]]
    if named:
        listed = ", ".join(named[:_MOST_SHOWN]) + (" …" if len(named) > _MOST_SHOWN else "")
        yield Words(f"columns that are not used: {listed}", f"未采用的列：{listed}")
    nameless = [at for at in unused if not table.headings[at] and any(table.cells[at].distinct)]
    if nameless:
        listed = ", ".join(str(at + 1) for at in nameless)
        yield Words(
            f"column {listed} has cells but no heading, and is not used: a merged heading names only its first column",
            f"第 {listed} 列有内容而无表头，未采用：合并的表头只对应其首列",
        )


def _hidden(path: Path, sheet: str | None) -> Iterator[Words]:
    hidden = hidden_sheets(path) if sheet is None else ()
    if hidden:
        listed = ", ".join(hidden)
        yield Words(
            f"hidden sheets were left out: {listed} (--sheet names one)",
            f"未采用隐藏的工作表：{listed}（可用 --sheet 指定）",
        )


def _understood(
    table: TableColumns, columns: Mapping[str, Coded], today: dt.date, notes: Sequence[Words]
) -> RatingList:
    blank = Coded.same("", table.numbers.size)
    raw = {name: columns.get(name, blank) for name in HEADINGS}
    text = {name: cells.read(visible) for name, cells in raw.items()}
    days, moments = days_of(raw["date"])
    low, high, written, wrong = prices_of(raw["target_price"])
    named = raw["currency"].read(currency_word)
    lines = ListLines(
        number=table.numbers,
        published=days,
        published_at=moments,
        broker=text["broker"],
        symbol=text["symbol"].read(code_text),
        name=text["name"],
        rating=text["rating"],
        target_low=low,
        target_high=high,
        currency=named.paired(written, lambda own, beside: beside if own == "" else own),
        analyst=text["analyst"],
        theme=text["theme"],
        title=text["title"],
        key=text["title"].read(short_digest),
        about=text["url"].read(lambda url: {"url": url} if url else {}),
        words=Coded.each(table.words()),
    )
    kept, problems = divided(table.numbers, _doubts(table, raw, lines, _Prices(written, named, wrong), today))
    return RatingList(lines if kept.all() else lines.take(kept), problems, notes)


def taken(column: Coded | Bools | Ints | Floats | Dates, which: Bools | Ints) -> Any:  # noqa: ANN401 - of the same kind
    """Give the lines of any column at these positions, or where a mask says so."""
    return column.take(which) if isinstance(column, Coded) else column[which]


class _Prices(NamedTuple):
    """How target prices are written: their own currency, the currency column's, and whether they are none at all."""

    written: Coded
    named: Coded
    wrong: Bools


def _doubts(
    table: TableColumns, raw: Mapping[str, Coded], lines: ListLines, prices: _Prices, today: dt.date
) -> list[Doubt]:
    """List what may be wrong with a line, the first that is being said."""
    days, (written, named, wrong) = lines.published, prices
    nobody = lines.symbol.where(_blank) & lines.name.where(_blank)
    clash = named.paired(written, lambda own, beside: own != "" and beside not in {"", own}).where(bool)

    def formula(name: str) -> Doubt:
        found = raw[name].where(lambda text: is_formula(text) or text in ERRORS)
        return Doubt(found, lambda at: no_value(name, raw[name][at]))

    return [
        Doubt(table.extra > 0, lambda at: too_wide(int(table.extra[at]), len(table.headings))),
        *map(formula, raw),
        Doubt(np.isnat(days) | (days < np.datetime64(EARLIEST)), lambda at: no_date(raw["date"][at])),
        Doubt(days > np.datetime64(today), lambda at: ahead(raw["date"][at])),
        Doubt(lines.broker.where(_blank), lambda _: blank_cell("the broker", "机构")),
        Doubt(nobody, lambda _: blank_cell("the security", "证券代码")),
        Doubt(wrong, lambda at: no_target(raw["target_price"][at])),
        Doubt(named.where(lambda one: one is None), lambda at: no_currency(raw["currency"][at])),
        Doubt(clash, lambda at: no_currency(f"{raw['target_price'][at]} / {raw['currency'][at]}")),
    ]


def _blank(text: str) -> bool:
    return not text


def short_digest(text: str) -> str:
    """Give eight hexadecimal digits that tell titles apart; nothing for none."""
    return hashlib.sha256(text.encode()).hexdigest()[:8] if text else ""
