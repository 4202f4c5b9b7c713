"""Lines that a page broke are joined again; a newline that is left ends a sentence, an item or a heading."""

import re
from typing import Final

from watchlist.reading.characters import CIRCLES, Mapped
from watchlist.reading.names import Names, upper
from watchlist.reading.words import BULLETS

_STOPS: Final = frozenset("。！？；;：!?")
_JOINS: Final = re.compile(r"[、，,及和与或(【“\"/+]$")
_GOES_ON: Final = re.compile(r"[、，。；)】”》%]|等(?!级)|以?及(?!时)|和(?!谐)|与(?!此)")
# A line that begins so is its own, however full the line above it is.
_OPENS: Final = re.compile(
    rf"[{BULLETS}#]|"
    rf"\d{{1,2}}[、.)](?!\d)|\(\d{{1,2}}\)|[(]?[a-zA-Z][)]|[{CIRCLES}]|"
    r"[(]?[一二三四五六七八九十]{1,3}[)、]"
    r"|第[一二三四五六七八九十\d]{1,3}[，、章节]|(?:投资建议|风险提示|核心观点|主要观点|资料来源|数据来源|图|表|"
    r"分析师|证券分析师|执业|日期|行业|评级|相关报告)(?=[：\d ]|$)|【|\[/?[Tt]able|"
    r"(?:敬请|谨请|请)(?:务必|仔细)+阅读"
)
# A row of a table: a code among cells.
_ROW: Final = re.compile(
    r"(?![^\n]* (?:with|and|on|of|the|we|our) )(?![^\n]*\.$)"
    r"(?=[^\n]*(?<![\d.])(?:\d{4,6}(?:[.]| [A-Z]{2}|[ |])|\d{1,4}[ .]?HK))"
    r"[^，。；、：\n]+ [^，。；、：\n]+ [^，。；、：\n]+$"
)
# A word of a sentence behind a word, a comma or a semicolon: it goes on.
_ENGLISH_RUN: Final = re.compile(
    r".*[A-Za-z,，；;]\n[a-z]|.*[ ](?:on|of|and|or|the|with|by|in|to|for|at|from|as|our|its|an?)\n[A-Z]"
)
_CAPTION: Final = re.compile(r"(?:图表?|表) ?\d{1,3} ?[：.]")
_LABELLED: Final = re.compile(r"[^，。；：\n]{1,14}(?:：|——|(?<=[\u4e00-\u9fff])\|(?=[\u4e00-\u9fff]))")
# A label, or a name with its bare code, begins a line of its own: 中际旭创300308 光模块龙头.
_HEADS: Final = re.compile(rf"{_LABELLED.pattern}|[\u4e00-\u9fff]{{2,6}}[A-Z]?\d{{6}}(?!\d)")
_UNDER_WAY: Final = re.compile(r"[，、；。：(]")
_WIDE: Final = re.compile(r"[\u2e80-\uffef]")
_CJK: Final = r"[\u3007\u3400-\u9fff，。；：！？、（）【】“”《》…]"
_IDLE_SPACE: Final = re.compile(rf" (?={_CJK})|(?<={_CJK}) ")
_BREAK: Final = re.compile(r" *\n[ \n]*")
_NARROWEST, _FULL, _HALF_FULL = 20, 0.78, 0.45
_LONGEST_NAME, _SHORTEST_NAME = 12, 3
_NARROWEST_PAGE, _AT_MARGIN, _TORN, _FEWEST_FULL, _FULL_SHARE, _DEEPEST = 40, 0.88, 0.95, 8, 0.25, 80


def unwrapped(page: Mapped) -> Mapped:
    """Join lines that end only because the page does: many are as long, and the next one is no item of its own."""
    text = page.text
    lines = _lines(text)
    widths = [_width(text[start:end]) for start, end in lines]
    margin = _margin(widths)
    if margin is None:
        return page
    full = []
    for (start, end), (after, after_end), width in zip(lines, lines[1:], widths, strict=False):
        line, following = text[start:end].strip(" "), text[after:after_end].strip(" ")
        torn = width >= margin * _TORN
        if (
            width >= margin * _AT_MARGIN
            and (torn or "\n\n" not in text[end : after + 1])
            and not _is_own(line, following, torn=torn)
        ):
            full.append((end, *_gap(text, end, after)))
    return page.kept(full)


def _gap(text: str, end: int, after: int) -> tuple[int, str]:
    """Give where the next line's words begin, and what parts them from the line that ends: Latin words keep a blank."""
    first = after + len(text[after : after + _DEEPEST]) - len(text[after : after + _DEEPEST].lstrip(" "))
    last, head = text[end - 1], text[first : first + 1]
    latin = last.isascii() and head.isascii() and last not in "-/(" and not (last.isdigit() and head.isdigit())
    return first, " " if latin else ""


def _margin(widths: list[int]) -> int | None:
    """Give the width that a page's text has: the largest that a good part of the lines reach."""
    for width in sorted({width for width in widths if width >= _NARROWEST_PAGE}, reverse=True):
        if sum(other >= width * _AT_MARGIN for other in widths) >= max(_FEWEST_FULL, len(widths) * _FULL_SHARE):
            return width
    return None


def flow(page: Mapped, names: Names) -> Mapped:
    """Join the lines that a page broke and take out idle spaces."""
    joined = page.kept(_soft_breaks(page.text, names))
    return joined.kept(_idle_spaces(joined.text, names))


def broken_names(text: str, names: Names) -> list[tuple[int, int]]:
    """List the breaks, with the blanks around them, inside names: ``恩捷`` and ``股份`` on the next line."""
    folded = upper(text)
    return [found.span() for found in _BREAK.finditer(text) if _breaks_name(folded, found.start(), found.end(), names)]


def _breaks_name(folded: str, end: int, after: int, names: Names) -> bool:
    head = folded[max(0, end - _LONGEST_NAME) : end].rpartition("\n")[2]
    around = head + folded[after : after + _LONGEST_NAME].partition("\n")[0]
    return any(
        stop > len(head) and stop - start >= _SHORTEST_NAME
        for start in range(len(head))
        for stop in names.ends_at(around, start)
    )


def _soft_breaks(text: str, names: Names) -> list[tuple[int, int, str]]:
    folded = upper(text)
    lines = _lines(text)
    widths = [_width(text[start:end]) for start, end in lines]
    soft: list[tuple[int, int, str]] = []
    for at in range(len(lines) - 1):
        (start, end), (after, after_end) = lines[at], lines[at + 1]
        near = max(widths[max(0, at - 2) : at + 3])
        line, following = text[start:end].strip(" "), text[after:after_end].strip(" ")
        first, filler = _gap(text, end, after)
        if not _is_own(line, following) and (
            _breaks_name(folded, end, first, names)
            or _ENGLISH_RUN.fullmatch(f"{line[-_LONGEST_NAME:]}\n{following[0]}")
            or _joined(line, following, widths[at], near)
            or (
                widths[at] >= max(_NARROWEST, near * _HALF_FULL)
                and "\n\n" not in text[end : after + 1]
                and _UNDER_WAY.search(line)
                and not _ends_with_name(folded[start:end].rstrip(" "), names)
            )
        ):
            soft.append((end, first, filler))
    return soft


def _lines(text: str) -> list[tuple[int, int]]:
    return [line.span() for line in re.finditer(r"[^\n]*[^\n ][^\n]*", text)]


def _is_own(line: str, following: str, *, torn: bool = False) -> bool:
    """Say whether a break stays whatever the widths: behind a stop, at a table, before an item or a heading.

    Args:
        line: above the break.
        following: below it.
        torn: whether the page tore the line for want of room: then a label or a number below may be the rest of one.
    """
    if "|" in (line[:1], following[:1]) or line.startswith("#") or line[-1] in _STOPS or _CAPTION.match(line):
        return True
    row = _ROW.match(line) or _ROW.match(following)
    if torn:
        return row is not None or (bool(_OPENS.match(following)) and not (line[-1].isdigit() or line[-1] in "(（."))
    goes_on = _JOINS.search(line) or _GOES_ON.match(following)
    english = line[-1] == "." and not line[-2:-1].isdigit() and following[0].isascii() and following[0].isupper()
    return bool(_OPENS.match(following) or row or english or (_HEADS.match(following) and not goes_on))


def _joined(line: str, following: str, width: int, near: int) -> bool:
    if _JOINS.search(line) or _GOES_ON.match(following):
        return True
    return width >= _NARROWEST and width >= near * _FULL


def _ends_with_name(line: str, names: Names) -> bool:
    """Say whether a line ends as a list does: with a name, or the bracket behind one."""
    return line.endswith((")", "]", "】")) or names.begins_before(line, len(line)) is not None


def _idle_spaces(text: str, names: Names) -> list[tuple[int, int]]:
    """List the spaces beside Chinese letters; one between two names stays and parts them."""
    folded = upper(text)
    return [
        space.span()
        for space in _IDLE_SPACE.finditer(text)
        if not (
            _ends_with_name(folded[max(0, space.start() - _LONGEST_NAME) : space.start()], names)
            and any(end - space.end() >= _SHORTEST_NAME for end in names.ends_at(folded, space.end()))
        )
    ]


def _width(line: str) -> int:
    line = line.strip()
    return len(line) + len(_WIDE.findall(line))
