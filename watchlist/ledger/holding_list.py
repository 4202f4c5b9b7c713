"""A list of holdings (持仓) as a terminal, a broker or a person writes it: no line of it is lost.

Title lines may name the day and the account, sections the currency; headings may come again. Every line becomes a
holding, a problem, or one that is passed over with the reason.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from watchlist.domain.errors import WatchlistError, Words
from watchlist.ledger.holding_words import (
    HEADINGS,
    account_in,
    currency_of,
    day_of,
    days_in,
    is_blank,
    is_cash,
    is_total,
    market_of_words,
    number,
    section_currency,
)
from watchlist.ledger.table_file import LineProblem, TableRow, is_formula, table_rows
from watchlist.ledger.table_headings import field_places

_SAID: Final = 60  # characters of a line that a note repeats


class NoHoldingHeadings(WatchlistError):
    """No line of the file heads a list of holdings."""

    en = "{file} has no line that names a code and a number of shares (证券代码 and 股票余额, or symbol and shares)."
    zh = "{file} 中没有同时含代码与数量的表头（如 证券代码 与 股票余额，或 symbol 与 shares）。"


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One holding as written.

    Attributes:
        code: the code, or the name where the list has no codes.
        market: the exchange that the line names: ``SH SZ BJ HK US``.
        currency: what its cost is in, by the line or the section it stands in.
        day: by its own cell or the title above it; ``None`` where neither says.
        dated: the day is the line's own.
    """

    number: int
    code: str
    name: str
    shares: float
    cost: float | None
    currency: str | None
    market: str | None
    account: str | None
    holder: str
    day: dt.date | None
    dated: bool


@dataclass(slots=True)
class HoldingList:
    """What a file holds.

    Attributes:
        passed_over: lines that are no holdings, each with the reason: totals, sections, sold out, remarks.
        only_available: the list names only what can be sold, which may be less than what is held.
        days_apart: where title lines above one table name several days, those.
        account, day: what the title lines say in the end, for a list without a holding.
    """

    lines: list[HoldingLine] = field(default_factory=list)
    passed_over: list[LineProblem] = field(default_factory=list)
    problems: list[LineProblem] = field(default_factory=list)
    only_available: bool = False
    days_apart: list[dt.date] = field(default_factory=list)
    account: str | None = None
    day: dt.date | None = None


def read_holdings(path: Path, sheet: str | None = None) -> HoldingList:
    """Read a list of holdings from any table file.

    Raises:
        NoTableFile, UnreadableTable: see ``ledger.table_file``.
        NoHoldingHeadings: nothing in it is a list of holdings.
    """
    reader = _Reader()
    for row in table_rows(path, sheet):
        reader.take(row)
    if reader.places is None:
        raise NoHoldingHeadings(file=path.name)
    return reader.end()


@dataclass(slots=True)
class _Reader:
    """A list being read: what the lines so far say of those that follow."""

    found: HoldingList = field(default_factory=HoldingList)
    places: Mapping[str, int] | None = None
    width: int = 0
    currency: str | None = None
    account: str | None = None
    day: dt.date | None = None
    named: list[dt.date] = field(default_factory=list)  # days that title lines named since the last holding

    def take(self, row: TableRow) -> None:
        """Take one line in."""
        places = field_places(row.cells, HEADINGS)
        if ("shares" in places or "available" in places) and ("symbol" in places or "name" in places):
            self.places, self.width = places, len(row.cells)
            self.found.only_available |= "shares" not in places
            return
        why = self._aside(row)
        if why is not None:
            self.found.passed_over.append(LineProblem(row.number, why))
        elif self.places is not None:
            self._holding(row, self.places)

    def end(self) -> HoldingList:
        """Give what was found; a day that stands only below the table is that of the lines above."""
        self._take_day()
        found = self.found
        if all(line.day is None for line in found.lines) and not found.days_apart:
            found.lines = [replace(line, day=self.day) for line in found.lines]
        found.account, found.day = self.account, self.day
        return found

    def _aside(self, row: TableRow) -> Words | None:
        """Give why a line is no holding, having learnt what it says of others; ``None`` for a holding."""
        filled = [cell for cell in row.cells if not is_blank(cell)]
        if not filled:
            return Words("nothing but dashes", "空行")
        code = _fields(row, self.places or {}).get("symbol", "")
        text = " ".join(filled)
        for is_one, why in (
            (is_total, Words("a line of totals", "合计行")),
            (is_cash, Words("money, no share", "资金行")),
        ):
            if not any(map(str.isdigit, code)) and any(is_one(cell) for cell in filled[:3]):
                return why
        account, rest = account_in(text)
        currency = section_currency(filled[0])
        remark = len(filled) == 1 and not _is_code(filled[0])
        if self._like_a_holding(row) or not (self.places is None or account or currency or remark):
            return None
        self.currency = currency or self.currency
        self.account = account or self.account
        self.named += days_in(rest)
        what = text if len(text) <= _SAID else f"{text[:_SAID]}…"
        return Words(f"no holding: {what}", f"非持仓行：{what}")

    def _like_a_holding(self, row: TableRow) -> bool:
        if self.places is None:
            return False
        cells = _fields(row, self.places)
        return bool(cells.get("symbol") or cells.get("name")) and number(_shares(cells)) is not None

    def _take_day(self) -> None:
        """Make the day that the title lines named since the last holding the day of those that follow."""
        days = list(dict.fromkeys(self.named))
        if days:
            self.day = days[0] if len(days) == 1 else None
            self.found.days_apart += days if len(days) > 1 else []
            self.named.clear()

    def _holding(self, row: TableRow, places: Mapping[str, int]) -> None:
        cells = _fields(row, places)
        self._take_day()
        for wrong, what in self._doubts(row, cells):
            if wrong:
                self.found.problems.append(LineProblem(row.number, what))
                return
        shares = number(_shares(cells))
        if not shares:
            said = cells.get("symbol") or cells.get("name")
            sold = Words(f"{said}: no shares are left", f"{said}：数量为 0")
            self.found.passed_over.append(LineProblem(row.number, sold))
            return
        own_day = day_of(cells.get("date", ""))
        self.found.lines.append(
            HoldingLine(
                number=row.number,
                code=cells.get("symbol", "") or cells.get("name", ""),
                name=cells.get("name", ""),
                shares=shares,
                cost=_cost(cells, shares),
                currency=currency_of(cells.get("currency", "")) or self.currency,
                market=market_of_words(cells.get("market", "")),
                account=cells.get("account") or self.account,
                holder=cells.get("holder", ""),
                day=own_day or self.day,
                dated=own_day is not None,
            )
        )

    def _doubts(self, row: TableRow, cells: Mapping[str, str]) -> Iterator[tuple[bool, Words]]:
        beyond = sum(1 for cell in row.cells[self.width :] if cell)
        en = f"{beyond} cells stand beyond the last heading: a separator inside a cell needs quotes"
        yield beyond > 0, Words(en, f"有 {beyond} 格超出表头：格内的分隔符需加引号")
        formula = next((name for name, cell in cells.items() if is_formula(cell)), None)
        yield (
            formula is not None,
            Words(f"{formula} is a formula: paste its value instead", f"{formula} 为公式：请改贴数值"),
        )
        code = cells.get("symbol", "") or cells.get("name", "")
        yield is_blank(code), Words("the code is missing", "缺少证券代码")
        written = _shares(cells)
        shares = number(written)
        yield shares is None, Words(f'"{written}" is no number of shares', f"“{written}”不是数量")
        yield (
            shares is not None and shares < 0,
            Words(f"{written} shares are a short position, which is not kept", f"{written} 股为空头，不予记录"),
        )
        for name in ("cost", "total_cost"):
            cost = cells.get(name, "")
            wrong = not is_blank(cost) and number(cost) is None
            yield wrong, Words(f'"{cost}" is no cost', f"“{cost}”不是成本")
        day = cells.get("date", "")
        wrong = not is_blank(day) and day_of(day) is None
        yield wrong, Words(f'"{day}" is no date such as 2024-06-14', f"“{day}”不是 2024-06-14 这样的日期")
        currency = cells.get("currency", "")
        wrong = not is_blank(currency) and currency_of(currency) is None
        known = "CNY, HKD, USD"
        yield wrong, Words(f'"{currency}" is no currency known here ({known})', f"不认识货币“{currency}”（{known}）")


def _fields(row: TableRow, places: Mapping[str, int]) -> dict[str, str]:
    return {name: row.cells[at] if at < len(row.cells) else "" for name, at in places.items()}


def _is_code(text: str) -> bool:
    return text.isascii() and any(character.isdigit() for character in text) and number(text) is not None


def _shares(cells: Mapping[str, str]) -> str:
    """Give the cell with the number of shares: what is held, where that is empty what can be sold."""
    held = cells.get("shares", "")
    return cells.get("available", "") if is_blank(held) else held


def _cost(cells: Mapping[str, str], shares: float) -> float | None:
    """Give the cost of a share: printed so, or the cost of all divided by their number."""
    one, whole = number(cells.get("cost", "")), number(cells.get("total_cost", ""))
    return one if one is not None else None if whole is None else whole / shares
