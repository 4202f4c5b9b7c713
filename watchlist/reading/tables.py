"""Tables of ratings (代码 名称 … 评级): a row with a name or a code and a rating recommends by rating."""

import re
from dataclasses import replace
from typing import Final

from watchlist.domain.model import Strength
from watchlist.reading.found import Findings, Item, Listing
from watchlist.reading.lists import Place
from watchlist.reading.names import CODE
from watchlist.reading.picks import theme_of
from watchlist.reading.rows import Row, row_at
from watchlist.reading.targets import currency_in
from watchlist.reading.words import RATING, RATING_HEAD

# What may stand between a name and its rating in one row: numbers, marks, units and gaps of the table.
_CELL: Final = frozenset("0123456789.,%+-()/\\| \t:：*—EAFX×xeaf$¥￥~N/A亿元万倍")
_LONGEST_ROW, _LONGEST_NAME, _LONGEST_CODE, _LONGEST_MONEY = 220, 12, 24, 4
# 评级 货币 股价: a cell may say what prices are counted in.
_MONEY: Final = "CNY|HKD|USD|RMB|人民币|港币|港元|美元"
_MONEY_AHEAD: Final = re.compile(rf"(?<=[ |])(?:{_MONEY})$")
_NUMBERS_BEHIND: Final = re.compile(rf"[ |]+(?:(?:{_MONEY})[ |]+)?[\d.|-]")
# A cell that may be a name: letters, and in Latin words dots and single blanks.
_CELL_NAME: Final = r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z·-]{1,11}|[A-Za-z][A-Za-z0-9.&'·-]*(?: [A-Za-z0-9.&'·-]+){0,4}"
_NAME_BEHIND: Final = re.compile(rf"[ |)]*+(?!(?:{_MONEY})\b)({_CELL_NAME})(?=[ |\d(])")
_NAME_AHEAD: Final = re.compile(rf"(?<![\w.])({_CELL_NAME})[ |(]*$")
_AHEAD: Final = re.compile(rf"(?:{CODE.pattern})[ |)]*$", re.IGNORECASE)
_TARGET_HEAD: Final = re.compile(
    r"目标价|target price|price target|(?<![A-Za-z])(?:TP|PT|target)(?![A-Za-z])", re.IGNORECASE
)
_FORMER: Final = re.compile(r"原|前|上次|旧|previous|prior|former|\bold\b|\blast\b", re.IGNORECASE)
_BRACKET_LINE: Final = re.compile(
    r"^[ •●■◆-]*(?P<name>[^\n()，。：| ][^\n()，。：|]{0,23}?)[ ]?\((?P<inside>[^()\n]{6,60})\)[ ]*$", re.MULTILINE
)
_PANEL_LINE: Final = re.compile(
    rf"^[ ]*(?P<name>[^\n()，。：| ]{{2,10}})[ ]+(?P<rating>{RATING.pattern})[ ]*$", re.MULTILINE
)
_PRICE: Final = re.compile(r"[^\d]{0,8}((?=[\d,.]*[1-9])\d[\d,]*(?:\.\d+)?)[^\d%]{0,6}")
_LONGEST_TABLE: Final = 3000
_NO_RATING: Final = re.compile(r"^(?:价|入|出|了|的|力|意|方|者|现金|评级[：为])")


def read_tables(place: Place, findings: Findings) -> None:
    """Find rows that end, or begin, with a rating; a row of prices or gains without one is none."""
    text = place.text
    header = RATING_HEAD.search(text)
    if header is None:
        return
    findings.listings += _bracketed(place, header.end())
    claimed = -1
    for rating in RATING.finditer(text, header.start()):
        found = _row(place, rating, max(claimed, 0))
        if found is None:
            continue
        item, start, end = found
        if _is_former(text, item.start, rating.start()):
            continue
        claimed = end
        item = replace(item, target=_target(text, item.start, rating.start()))
        theme = _theme(text, item.start)
        findings.listings.append(Listing(start, end, (item,), theme, None, Strength.RATING_ONLY, rating=rating[0]))


def _bracketed(place: Place, start: int) -> list[Listing]:
    """Read lines of ``中国神华 (1088.HK/港币 35.35, 买入)`` or ``牧原股份 买入``, two at least."""
    found = []
    panel = [line for line in _PANEL_LINE.finditer(place.text, start) if place.names_one(line["name"])]
    for line in panel if len(panel) > 1 else []:
        begin, end = line.span("name")
        symbols = place.names.symbols(line["name"], place.day, place.market)
        item = Item(begin, end, end, symbols[0] if len(symbols) == 1 else None, begin, symbols)
        found.append(Listing(begin, line.end(), (item,), None, None, Strength.RATING_ONLY, rating=line["rating"]))
    for line in _BRACKET_LINE.finditer(place.text, start):
        code = CODE.search(place.text, *line.span("inside"))
        rating = RATING.search(place.text, *line.span("inside"))
        symbol = place.names.of_code(code) if code else None
        if symbol and rating:
            begin, end = line.span("name")
            item = Item(begin, end, line.end("inside") + 1, symbol, begin, coded=True)
            found.append(Listing(begin, item.stop, (item,), None, None, Strength.RATING_ONLY, rating=rating[0]))
    return found if len(found) > 1 else []


def _row(place: Place, rating: re.Match[str], claimed: int) -> tuple[Item, int, int] | None:
    text = place.text
    if _NO_RATING.match(text[rating.end() : rating.end() + 3]):
        return None
    at, floor = rating.start(), max(claimed, rating.start() - _LONGEST_ROW)
    while at > floor:
        if text[at - 1] in _CELL:
            at -= 1
        elif money := _MONEY_AHEAD.search(text, max(at - _LONGEST_MONEY, floor), at):
            at = money.start()
        else:
            break
    between = text[at : rating.start()]
    behind = _numbers_behind(text, rating.end())
    # Where nothing parts a name from its rating, its code and a number behind, or a line of its own, say it is a row.
    glued = not any(mark.isdigit() for mark in between) and not (
        "|" in between or "  " in between or (behind and " " in between)
    )
    named = _name_before(place, at, rating.start())
    if named is None:
        return None
    item, start = named
    line = text.rfind("\n", 0, start) + 1
    following = text[rating.end() : rating.end() + 1]
    lined = following in {"", "\n"} and not text[line:start].strip(" |")
    if glued and not (item.coded and (lined or following.isdigit())):
        return None
    if "\n" in text[start : rating.start()] or not _is_row(text, item.stop, rating.start()):
        return None
    return item, start, rating.end()


def _is_former(text: str, at: int, rating: int) -> bool:
    """Say whether a rating stands in the column of those that held before (原评级)."""
    header, row = _headed(text, at, RATING_HEAD)
    column = row.column(rating)
    if header is None or column is None or len(header.cells) != len(row.cells):
        return False
    return _FORMER.search(text, *header.cells[column]) is not None


def _target(text: str, at: int, rating: int) -> tuple[float, str | None] | None:
    """Give the price in the column of target prices of the row that ``at`` stands in.

    A row has more cells than its header where a name or a code has blanks (700 HK): the column of ratings then tells.
    """
    header, row = _headed(text, at, _TARGET_HEAD)
    columns = _now(text, header, _TARGET_HEAD) if header else []
    if header is None or len(columns) != 1:
        return None
    rated = _now(text, header, RATING_HEAD)
    own = row.column(rating)
    shifted = columns[0] - rated[0] + own if len(rated) == 1 and own is not None else None
    column = columns[0] if len(header.cells) == len(row.cells) and shifted in {None, columns[0]} else shifted
    if column is None or not 0 <= column < len(row.cells):
        return None
    cell = text[slice(*row.cells[column])]
    price = _PRICE.fullmatch(cell)
    currency = currency_in(cell) or currency_in(text[slice(*header.cells[columns[0]])])
    return (float(price[1].replace(",", "")), currency) if price else None


def _now(text: str, header: Row, head: re.Pattern[str]) -> list[int]:
    """Give the columns that a header names so, but for what held before."""
    named = [number for number, span in enumerate(header.cells) if head.search(text, *span)]
    return [number for number in named if not _FORMER.search(text, *header.cells[number])]


def _theme(text: str, at: int) -> str | None:
    """Give the theme in the column of themes of the row that ``at`` stands in."""
    header, row = _headed(text, at, RATING_HEAD)
    return theme_of(text, header, row, [row]) if header and len(header.cells) == len(row.cells) else None


def _headed(text: str, at: int, head: re.Pattern[str]) -> tuple[Row | None, Row]:
    """Give the nearest header above a row that names such a column, and the row."""
    row = row_at(text, at)
    heads = [found.start() for found in head.finditer(text, max(0, at - _LONGEST_TABLE), max(row.start, 0))]
    return (row_at(text, heads[-1]) if heads else None), row


def _is_row(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    return "=" not in between and not re.search(r"[。；，]", between)


def _numbers_behind(text: str, at: int) -> bool:
    return _NUMBERS_BEHIND.match(text, at) is not None


def _name_before(place: Place, at: int, rating: int) -> tuple[Item, int] | None:
    """Find the name that ends where the cells begin; digits and letters of a name may look like cells."""
    text = place.text
    for begin in range(max(0, at - _LONGEST_NAME), min(at + 3, rating)):
        for end in place.names.ends_at(place.folded, begin):
            if place.names.past_suffix(place.folded, end) < at or end > at + 4 or end > rating:
                continue
            if begin and text[begin - 1] not in " |\n】)、：-0123456789.%HZJKUS" and not _glued(text, begin):
                continue
            return _with_codes(place, begin, end, rating)
    return _by_code(place, rating)


def _glued(text: str, begin: int) -> bool:
    """Say whether a name follows the row before it without a gap: that row ends with its rating."""
    before = text[max(0, begin - 6) : begin]
    return bool(re.search(r"(?:评级|[A-Z]|[EAF]|备注)$", before)) or any(
        m.end() == len(before) for m in RATING.finditer(before)
    )


def _with_codes(place: Place, begin: int, end: int, rating: int) -> tuple[Item, int] | None:
    text = place.text
    ahead = _AHEAD.search(text, max(0, begin - _LONGEST_CODE), begin)
    name = text[begin:end]
    by_name = place.names.symbols(name, place.day, place.market)
    start, symbol, coded = begin, None, False
    if ahead and (match := CODE.match(text, ahead.start())) and (symbol := place.names.of_code(match)):
        start, coded = ahead.start(), True
    elif by_name and text[max(0, begin - 6) : begin] in (digits := {one[:6]: one for one in by_name}):
        # In a row without gaps the code runs on from the row before it.
        start, symbol, coded = begin - 6, digits[text[begin - 6 : begin]], True
    elif behind := re.compile(r"[ |(]*(\d{6})(?:[ ]?\.[ ]?(?:SH|SZ|BJ))?[)]?").match(text, end, rating):
        # In a row without gaps the next number runs on: 华润万东60005526.42.
        own = [one for one in by_name if one.startswith(behind[1])]
        known = own or [
            one for one in (f"{behind[1]}.SH", f"{behind[1]}.SZ", f"{behind[1]}.BJ") if one in place.names.securities
        ]
        symbol, coded = (known[0], True) if known and (own or not by_name) else (None, False)
    elif (match := CODE.match(text, end + (text[end : end + 1] in " |("))) and match.end() <= rating:
        symbol = place.names.of_code(match)
        coded = symbol is not None
    if symbol is None:
        symbol = by_name[0] if len(by_name) == 1 else None
    return Item(begin, end, end, symbol, begin, by_name, coded), start


def _by_code(place: Place, rating: int) -> tuple[Item, int] | None:
    """Read a row whose name is not known by its printed code, ``300999.SZ 某某股份 12.3 买入``."""
    text = place.text
    line = max(text.rfind("\n", 0, rating) + 1, rating - _LONGEST_ROW)
    codes = list(CODE.finditer(text, line, rating))
    for code in reversed(codes):
        name = _NAME_BEHIND.match(text, code.end(), rating)
        before = _NAME_AHEAD.search(text, line, code.start())
        symbol = place.names.of_code(code)
        chosen = name or before
        if symbol and chosen and (code["cnx"] or code["hk"] or code["us"] or symbol in place.names.securities):
            start = min(code.start(), chosen.start(1))
            return Item(
                chosen.start(1), chosen.end(1), max(chosen.end(1), code.end()), symbol, start, coded=True
            ), start
    return None
