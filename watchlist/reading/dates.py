"""The day on a report and the days it covers: its own, not an event's and not another report's."""

import datetime as dt
import re
from typing import Final

_DAY: Final = (
    r"(?P<y>(?:19|20)\d\d)[ ]?(?:年[ ]?(?P<m1>\d{1,2})[ ]?月[ ]?(?P<d1>\d{1,2})[ ]?日|"
    r"(?P<sep>[-/.])(?P<m2>\d{1,2})(?P=sep)(?P<d2>\d{1,2})(?!\d))"
)
_ISO: Final = re.compile(_DAY)
# 2023 09 01 on a line of its own.
_SPACED: Final = re.compile(r"^[ ]*(?P<y>20\d\d) (?P<m1>0[1-9]|1[0-2]) (?P<d1>0[1-9]|[12]\d|3[01])[ ]*$", re.MULTILINE)
_COMPACT: Final = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m1>0[1-9]|1[0-2])(?P<d1>0[1-9]|[12]\d|3[01])(?!\d)")
_ENGLISH: Final = re.compile(
    r"(?<!\d)(?P<d1>\d{1,2})[ ](?P<mon>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?[，,]?[ ](?P<y>20\d\d)"
    r"|(?P<mon2>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?[ ](?P<d2>\d{1,2})(?:st|nd|rd|"
    r"th)?[，,][ ]?(?P<y2>20\d\d)",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(
    r"(?P<y>[一二三四五六七八九〇○零]{4})年(?P<m>十[一二]?|[一二三四五六七八九])月"
    r"(?P<d>[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
# 20240305 is a day only where its line says so.
_DATED: Final = re.compile(r"日期|date", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LABELLED: Final = re.compile(
    r"(?:报告|发布|发表|撰写|出版|研报|本期|published|publication|report)?(?:日期|时间|date|on)[ ]?[：: "
    r"]{0,3}$|(?:发布|报告)[日于][ ]?[：: ]?$",
    re.IGNORECASE,
)
_NOT_LABEL: Final = re.compile(
    r"(?:截止|截至|数据|收盘价?|上市|统计|首次报告|成立|公告|交易|股价|基准)(?:日期|时间)[ ]?[：: ]{0,3}$|"
    r"(?:公告|上市|交易)日[期]?[：: ]?$"
)
_EVENT_BEFORE: Final = re.compile(
    r"(?:截止|截至|至|到|自|从|于|在|由|对应|以|数据|收盘价?|日收盘|股价为|-|~|—|—|of|at|since|until|"
    r"between|through)[ ]?$",
    re.IGNORECASE,
)
_EVENT_AFTER: Final = re.compile(
    r"^[ ]?(?:[-~至—到]|收盘|起|以来|前|后|晚|晨|凌晨|，?(?:[^，。\n]{0,16}(?:发布|公告|公布|召开|宣布|印发|"
    r"举行|披露|上市|签署|获批|推出)))"
)
_COVER: Final = 900
_PERIOD: Final = re.compile(
    r"[(（]?(?P<a>(?:20\d\d)[-./年]?\d{1,2}[-./月]?\d{1,2}日?)[ ]?(?:-{1,2}|~|至|—{1,2}|到)[ "
    r"]?(?P<b>(?:20\d\d[-./年]?)?\d{1,2}[-./月]?\d{1,2}日?)[)）]?"
)
_SHORT_PERIOD: Final = re.compile(
    r"[(（](?P<m1>\d{1,2})[./月](?P<d1>\d{1,2})日?[ ]?(?:-|~|至|—)[ ]?(?P<m2>\d{1,2})[./月](?P<d2>\d{1,2})日?[)）]"
)
_PERIODICAL: Final = re.compile(
    r"周报|周观点|双周报|月报|周刊|月度|周度|周策略|weekly|monthly|一周|季报点评|旬报", re.IGNORECASE
)


def published(text: str, last: dt.date | None = None, *, lined: bool = True) -> tuple[dt.date, tuple[int, int]] | None:
    """Give the day printed on a report and its place; ``None`` where it prints none.

    A labelled day (日期：) wins over one that stands alone at the top.
    """
    days = sorted(_days(text), key=lambda found: found[1])
    days = [(day, span) for day, span in days if day.year >= 1990 and (last is None or day <= last)]  # noqa: PLR2004
    for day, (start, end) in days:
        before = text[max(0, start - 16) : start]
        if _LABELLED.search(before) and not _NOT_LABEL.search(before):
            return day, (start, end)
    for day, (start, end) in days:
        before, after = text[max(0, start - 8) : start], text[end : end + 24]
        if start < _COVER and not _EVENT_BEFORE.search(before) and not _EVENT_AFTER.match(after):
            line = text[text.rfind("\n", 0, start) + 1 : start]
            if len(line) < 80 or not lined:  # noqa: PLR2004 - inside a paragraph it dates an event
                return day, (start, end)
    return None


def period(text: str, day: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """Give the days that a periodical covers, both included, from the words of its cover."""
    for match in _PERIOD.finditer(text, 0, _COVER):
        first = _loose(match["a"])
        last = _loose(match["b"], first)
        near = text[max(0, match.start() - 60) : match.end() + 10]
        if first and last and first < last and (last - first).days <= 100 and _PERIODICAL.search(near):  # noqa: PLR2004
            return first, last
    for match in _SHORT_PERIOD.finditer(text, 0, _COVER):
        near = text[max(0, match.start() - 60) : match.end() + 10]
        if day and _PERIODICAL.search(near):
            first = _date(day.year, int(match["m1"]), int(match["d1"]))
            last = _date(day.year, int(match["m2"]), int(match["d2"]))
            if first and last and last < first:  # it covers the turn of the year
                first = _date(first.year - 1, first.month, first.day)
            if first and last and first < last <= day + dt.timedelta(days=7):
                return first, last
    return None


def _loose(text: str, first: dt.date | None = None) -> dt.date | None:
    """Read a day written with or without marks; one without a year is the next of its name after ``first``."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) == 1:
        unmarked = re.fullmatch(r"(\d{4})?(\d\d)(\d\d)", numbers[0])
        numbers = [number for number in unmarked.groups() if number] if unmarked else []
    if len(numbers) == 3:  # noqa: PLR2004
        return _date(*map(int, numbers))
    if len(numbers) != 2 or first is None:  # noqa: PLR2004
        return None
    month, day = map(int, numbers)
    found = _date(first.year, month, day)
    return _date(first.year + 1, month, day) if found and found < first else found


def _days(text: str) -> list[tuple[dt.date, tuple[int, int]]]:
    """List every day that a text prints, with its place; forms that other numbers have too only on the cover."""
    plain = [*_ISO.finditer(text), *_SPACED.finditer(text, 0, _COVER)]
    plain += [day for day in _COMPACT.finditer(text, 0, _COVER) if _DATED.search(text, *_line(text, day))]
    found = [(_date(*(_figure(day, unit) for unit in "ymd")), day.span()) for day in plain]
    for day in _ENGLISH.finditer(text, 0, _COVER):
        month = _MONTHS.index((day["mon"] or day["mon2"])[:3].lower()) + 1
        found.append((_date(_figure(day, "y"), month, _figure(day, "d")), day.span()))
    for day in _CHINESE.finditer(text, 0, _COVER):
        year = int(day["y"].translate(_DIGITS))
        found.append((_date(year, _numeral(day["m"]), _numeral(day["d"])), day.span()))
    return [(day, span) for day, span in found if day is not None]


def _line(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Give where the line of a match begins and ends."""
    end = text.find("\n", match.end())
    return text.rfind("\n", 0, match.start()) + 1, end if end >= 0 else len(text)


def _figure(match: re.Match[str], unit: str) -> int:
    """Give the year, month or day of a match; its forms number their groups."""
    return next(
        int(digits) for name, digits in match.groupdict().items() if digits and re.fullmatch(rf"{unit}\d?", name)
    )


def _numeral(words: str) -> int:
    """Read 1 to 39: 三, 十, 十二, 二十, 三十一."""
    tens, ten, ones = words.translate(_DIGITS).rpartition("十")
    return int(tens or 1) * 10 * bool(ten) + int(ones or 0)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
