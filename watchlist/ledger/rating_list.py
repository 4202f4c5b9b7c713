"""A list of ratings (评级清单): many recommendations in one CSV file, headings in English or Chinese.

Every line becomes an entry or a problem with its line number: in = out + problems.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchlist.domain.errors import WatchlistError, Words

# Headings as they are met, folded: lower case, without spaces and underscores.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "published", "publicationdate", "日期", "发布日期", "报告日期", "评级日期"),
    "broker": ("broker", "firm", "house", "institution", "机构", "券商", "研究机构", "机构名称"),
    "symbol": ("symbol", "ticker", "code", "代码", "证券代码", "股票代码"),
    "name": ("name", "名称", "证券简称", "股票简称", "股票名称", "证券名称"),
    "rating": ("rating", "grade", "tograde", "评级", "投资评级", "最新评级"),
    "target_price": ("targetprice", "target", "pricetarget", "目标价", "目标价格"),
    "analyst": ("analyst", "分析师", "研究员", "作者"),
    "theme": ("theme", "topic", "主题", "概念", "板块"),
}
NEEDED: Final = ("date", "broker")
_DAY: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8))


class NoList(WatchlistError):
    """The file is not there."""

    en = "There is no file {file}."
    zh = "没有文件 {file}。"


class NoHeadings(WatchlistError):
    """The first line does not name what is needed."""

    en = "{file} has no column for {missing}: its first line must name date, broker and symbol (or 日期, 机构, 代码)."
    zh = "{file} 缺少列 {missing}：首行必须有 日期、机构、代码（或 date、broker、symbol）。"


class UnreadableList(WatchlistError):
    """The file is no text that can be read."""

    en = "{file} cannot be read: {reason}. Save it as CSV in UTF-8 or GB18030."
    zh = "无法读取 {file}：{reason}。请另存为 UTF-8 或 GB18030 编码的 CSV。"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that can be understood so far; texts as written, ``words`` the whole line."""

    number: int
    published: dt.date
    published_at: dt.datetime | None
    broker: str
    symbol: str
    name: str
    rating: str
    target_price: float | None
    analyst: str
    theme: str
    words: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line was left out, in both languages."""

    number: int
    what: Words


def read_list(path: Path) -> tuple[list[Line], list[LineProblem]]:
    """Read a list of ratings.

    Returns:
        the lines in the order of the file, and a problem for each of the others; blank lines are neither.

    Raises:
        NoList, UnreadableList: there is no such file, or it is no text.
        NoHeadings: the first line does not name what is needed.
    """
    text = _decoded(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = next(reader, [])
        places = _places(header, path)
        lines: list[Line] = []
        problems: list[LineProblem] = []
        for row in reader:
            if any(cell.strip() for cell in row):
                found = _line(reader.line_num, row, places, len(header))
                if isinstance(found, Line):
                    lines.append(found)
                else:
                    problems.append(found)
    except csv.Error as error:
        raise UnreadableList(file=path.name, reason=error) from error
    return lines, problems


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise NoList(file=path) from None
    except OSError as error:
        raise UnreadableList(file=path, reason=error.strerror or error) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList(file=path.name, reason=Words("it is no text", "不是文本"))


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _places(header: list[str], path: Path) -> dict[str, int]:
    folded = [re.sub(r"[\s_]", "", heading).casefold() for heading in header]
    places = {
        field: next(at for at, heading in enumerate(folded) if heading in known)
        for field, known in HEADINGS.items()
        if any(heading in known for heading in folded)
    }
    missing = [field for field in NEEDED if field not in places]
    if "symbol" not in places and "name" not in places:
        missing.append("symbol")
    if missing:
        raise NoHeadings(file=path.name, missing=", ".join(missing))
    return places


def _line(number: int, row: list[str], places: Mapping[str, int], width: int) -> Line | LineProblem:
    if any(cell.strip() for cell in row[width:]):
        en = f"{len(row)} cells under {width} headings: a comma inside a cell needs quotes"
        return LineProblem(number, Words(en, f"有 {len(row)} 格而表头只有 {width} 列：格内的逗号需加引号"))
    cells = {field: row[at].strip() if at < len(row) else "" for field, at in places.items()}
    words = ",".join(row)
    day = _DAY.fullmatch(cells["date"])
    try:
        published = None if day is None else dt.date(int(day[1]), int(day[2]), int(day[3]))
        moment = None if published is None or day is None or day[4] is None else _moment(published, day)
    except ValueError:
        published = moment = None
    for wrong, what in _doubts(cells, published):
        if wrong:
            return LineProblem(number, what)
    target = cells.get("target_price", "")
    return Line(
        number=number,
        published=published or dt.date.min,
        published_at=moment,
        broker=cells["broker"],
        symbol=cells.get("symbol", "") or cells.get("name", ""),
        name=cells.get("name", ""),
        rating=cells.get("rating", ""),
        target_price=_number(target) if target else None,
        analyst=cells.get("analyst", ""),
        theme=cells.get("theme", ""),
        words=words,
    )


def _doubts(cells: Mapping[str, str], published: dt.date | None) -> Iterator[tuple[bool, Words]]:
    date, target = cells["date"], cells.get("target_price", "")
    yield published is None, Words(f'"{date}" is no date', f"“{date}”不是日期")
    yield not cells["broker"], Words("the broker is missing", "缺少机构")
    yield not (cells.get("symbol") or cells.get("name")), Words("the security is missing", "缺少证券代码")
    wrong = bool(target) and _number(target) is None
    yield wrong, Words(f'"{target}" is no target price', f"“{target}”不是目标价")


def _moment(day: dt.date, match: re.Match[str]) -> dt.datetime:
    """Read a time of day; without a zone it is Shanghai's (RULES 26)."""
    clock = dt.time(int(match[4]), int(match[5]), int(match[6] or 0))
    return dt.datetime.combine(day, clock, tzinfo=_SHANGHAI)


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None
