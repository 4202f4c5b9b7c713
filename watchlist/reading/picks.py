"""Tables of picks (金股组合, 建议关注标的): rows under a caption that recommends, without a rating of their own."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from watchlist.domain.errors import Words
from watchlist.reading.found import Findings, Item, Listing, Problem
from watchlist.reading.lists import Place, scan
from watchlist.reading.names import CODE
from watchlist.reading.rows import THEME_HEAD, Row, Span, is_rule, row_at
from watchlist.reading.words import ADVISED, RATING_HEAD, strength_of

_ANY_HEAD: Final = re.compile(r"简称|名称|公司|标的|个股|股票|证券|组合|company|stock|ticker", re.IGNORECASE)
_NAME_HEAD: Final = re.compile(
    r"[^|，。：]{0,8}(?:简称|名称|公司|标的|个股|股票|证券|企业|(?:推荐|关注|受益)组合)(?:名称|简称|名)?|(?:company|stock|name|"
    r"ticker)s?(?: name)?",
    re.IGNORECASE,
)
_CODE_HEAD: Final = re.compile(r"[^|，。：]{0,8}(?:代码|代号)|(?:ticker|code|symbol)s?", re.IGNORECASE)
_CAPTION: Final = re.compile(
    r"金股|股票池|首推|(?:强烈|重点|建议|持续|积极)*(?:推荐|关注)|"
    r"(?:受益|核心|重点|投资|月度|周度|本周|本月|相关|弹性)[^\n，。；]{0,6}(?:组合|标的|个股|公司|名单|股票|企业)|"
    r"top picks?|conviction list",
    re.IGNORECASE,
)
_NO_PICKS: Final = re.compile(
    r"盈利预测|估值|涨|跌|行情|持仓|公告|解禁|市值|业绩|表现|回顾|财务|可比|覆盖|一览表?$|调整|调出|复盘|收益|对比|"
    r"概况|梳理"
)
_SURE: Final = re.compile(r"金股|首推|推荐组合|推荐标的|关注标的|受益标的|建议关注|重点推荐")
_REASON_HEAD: Final = re.compile(r"理由|逻辑|看点|亮点|reason|thesis|rationale", re.IGNORECASE)
_LONGEST_CAPTION, _MOST_ROWS, _CAPTION_LINES, _FEWEST_CELLS, _LONGEST_HEADER = 90, 2000, 3, 2, 200


def read_picks(place: Place, findings: Findings) -> list[Span]:
    """Find tables under a caption that recommends; give their places: nothing else is to be read there."""
    text, spans, at = place.text, [], 0
    for head in _ANY_HEAD.finditer(text):
        if head.start() < at:
            continue
        start, at = text.rfind("\n", 0, head.start()) + 1, _line_end(text, head.end())
        line = text[start : min(at, start + _LONGEST_HEADER)]
        if at - start > _LONGEST_HEADER:
            continue
        header = row_at(text, start)
        names = _columns(text, header, _NAME_HEAD)
        if len(header.cells) < _FEWEST_CELLS or not names or RATING_HEAD.search(line):
            continue
        themed = bool(_columns(text, header, THEME_HEAD))
        verbs = _verbs(text, header, names) if themed else {}
        caption = _caption(text, header.start, told=themed or bool(_REASON_HEAD.search(line)))
        if caption is None and not verbs:
            continue
        rows = list(_rows(text, header))
        if len(rows) > _MOST_ROWS:
            beyond = rows.pop()
            what = Words(
                f"a table of more than {_MOST_ROWS:,} rows: the rest was not read",
                f"表格超过 {_MOST_ROWS} 行：其余未读",
            )
            findings.problems.append(Problem("too_much", what, (beyond.start, beyond.end)))
        found = [listing for row in rows for listing in _read(place, header, row, caption, verbs, rows)]
        if found:
            findings.listings += found
            at = max(row.end for row in rows if row.start <= found[-1].start)
            spans.append((header.start, at))
    return spans


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _caption(text: str, start: int, *, told: bool) -> str | None:
    """Give the words above a table that recommend; ``None`` where what stands there does not.

    Args:
        text: the page.
        start: where the table begins.
        told: whether a column gives themes or reasons: a table of numbers alone only values what was advised elsewhere.
    """
    end = start
    for _ in range(_CAPTION_LINES):
        begin = text.rfind("\n", 0, max(end - 1, 0)) + 1
        line = text[begin : max(end - 1, 0)].strip(" #*【】")
        end = begin
        if not line:
            continue
        if len(line) > _LONGEST_CAPTION:
            line = re.split(r"[。；]", line.rstrip("。"))[-1]
        advised = list(_CAPTION.finditer(line))
        if advised and ((told and _SURE.search(line)) or not _NO_PICKS.search(line)):
            return advised[-1][0]
        if begin == 0 or not re.match(r"图|表|\||单位", line):
            return None
    return None


def _rows(text: str, header: Row) -> Iterator[Row]:
    """Give the rows of a table, and one more where it has too many."""
    at, count = header.end + 1, 0
    while at < len(text) and count <= _MOST_ROWS:
        row = row_at(text, at, len(header.cells))
        if not row.cells or re.match(r"(?:资料|数据)?来源|注：|图表?|表\d|风险提示", text[row.start : row.end]):
            return
        if not is_rule(text, row):
            yield row
            count += 1
        at = row.end + 1


def _columns(text: str, row: Row, head: re.Pattern[str]) -> list[int]:
    return [number for number, span in enumerate(row.cells) if head.fullmatch(text, *span)]


def _verbs(text: str, header: Row, names: list[int]) -> dict[int, str]:
    """Give the columns of names whose heads recommend by themselves: 推荐标的, 关注标的."""
    advised = {number: ADVISED.search(text, *header.cells[number]) for number in names}
    return {number: text[slice(*header.cells[number])] for number, found in advised.items() if found}


def _read(
    place: Place, header: Row, row: Row, caption: str | None, verbs: dict[int, str], rows: list[Row]
) -> Iterator[Listing]:
    """Read a row: each column with a verb of its own, else the first that names a security."""
    if len(row.cells) > len(header.cells) or len(row.cells) < _FEWEST_CELLS:
        return
    theme = theme_of(place.text, header, row, rows)
    named = [*_columns(place.text, header, _NAME_HEAD), *_columns(place.text, header, _CODE_HEAD)]
    for number in verbs or dict.fromkeys(named):
        verb = verbs.get(number, caption)
        items = _items(place, row, row.cells[number]) if number < len(row.cells) else []
        if items and verb:
            yield Listing(row.start, row.end, tuple(items), theme, verb, strength_of(verb))
            if not verbs:
                return


def _items(place: Place, row: Row, cell: Span) -> list[Item]:
    """Read the names of a cell; one that stands alone is told by the code in its row, be it a word of every day."""
    items = scan(place, *cell)
    if len(items) > 1 or (items and items[0].coded):
        return items
    codes = [place.names.of_code(code) for code in CODE.finditer(place.text, row.start, row.end)]
    known = [symbol for symbol in codes if symbol]
    if len(known) != 1:
        return items
    if not items and known[0] in place.names.symbols(place.text[slice(*cell)], place.day, place.market):
        items = [Item(*cell, cell[1], None, cell[0])]
    return [replace(item, symbol=known[0], coded=True, candidates=()) for item in items]


def theme_of(text: str, header: Row, row: Row, rows: list[Row]) -> str | None:
    """Give the theme in the column of themes; an empty cell stands below the one that holds for it."""
    columns = _columns(text, header, THEME_HEAD)
    if not columns:
        return None
    for other in reversed([one for one in rows if one.start <= row.start]):
        if len(other.cells) == len(header.cells):
            start, end = other.cells[columns[0]]
            if start < end:
                return text[start:end]
        elif other is row:
            return None
    return None
