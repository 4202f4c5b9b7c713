"""Headings of a report (标题): which theme the section that a place stands in is about."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from watchlist.reading.houses import begins_with_house
from watchlist.reading.sector_words import SECTOR
from watchlist.reading.themes import of_label, of_market
from watchlist.reading.words import ADVISED, BULLETS

# Deeper ones stand further down; what is marked like a heading closes those of its own depth and below.
_LINE: Final = re.compile(
    rf"^[ ]*(?P<bullet>[{BULLETS}]*)[ ]*"
    r"(?:(?P<tag>【(?P<label0>[^【】\n]{2,16})】)(?![、，])"
    r"|(?P<hash>#{1,6}) *(?:[一二三四五六七八九十\d]{1,3}[、.])?"
    r"|(?P<d1>[一二三四五六七八九十]{1,3}、)|(?P<d2>\([一二三四五六七八九十]{1,3}\))"
    r"|(?P<d3>\d{1,2}(?:\.\d{1,2}){1,2}[、.]?(?=[^\d.%])|\d{1,2}[、. ])|(?P<d4>\(\d{1,2}\)|\d{1,2}\)))?"
    r"[ ]?(?P<label>[^\n。；，|]{0,24})(?P<more>[^\n]*)$",
    re.MULTILINE,
)
# A heading with one of these names a part of the report, its series, its day or its house, and no theme.
_NO_THEME: Final = re.compile(
    r"预测|前瞻|业绩|评级|估值|晨会|精选|速递|早报|回顾|要闻|动态|行情|数据|公告|展望|总结|小结|分析|风险|附录|表现|跟踪|组合|金股|推荐|建议|观点|"
    r"逻辑|策略|摘要|目录|"
    r"提要|导读|内容|要点|沪深|上证|深证|恒生|指数|综指|编号|编码|证书|资格|电话|邮箱|(?:19|20)\d\d|"
    r"图表|正文|复盘|点评|事件|催化|日历|周报|月报|报告|专题|综述|深度|证券|研究|日期|一览|提示|声明|情景"
)
_LISTED: Final = re.compile(r"[、，；：。\d]")
_LONGEST_LINE, _LONGEST_COMPANY, _BARE, _LONGEST_LABEL = 48, 64, 10, 12
# Chapters (一、 and the marks of Markdown) hold many themes; items (1、 （1） ●) are of one.
_ITEM_DEPTH, _LABEL_DEPTH, _BARE_DEPTH = 5, 8, 9
_WORDS: Final = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]{2}")
_SAYING: Final = re.compile(r"[^，；：、。\d()|]{2,10}：[^；：、。|]{4,}")
# The next line is a sentence, no item or cell.
_BELOW: Final = re.compile(r"\n{1,2}[^\n：|]{0,24}[^\n|]*[，。]")
_CODED: Final = re.compile(
    r"\((?:\d{6}|\d{1,5}[. ]?HK)[^()\n]{0,12}\)[^\n]{0,40}(?:点评|报告|深度|跟踪|季报|年报|中报|：)"
)


def headings(text: str, industry: str | None, is_name: Callable[[str], bool]) -> "Headings":
    """Find every heading of a flow.

    Args:
        text: the flow.
        industry: of the report: on a line of its own it is on every page, and no heading.
        is_name: says whether words are a security's name: what is said of one share names no theme for the next.
    """
    companies = [line.start() for line in _LINE.finditer(text) if _is_company(line)]
    return Headings(list(_found(text, industry, is_name)), companies)


class Headings:
    """Headings by their places."""

    def __init__(self, found: list[tuple[int, str | None, bool]], companies: list[int]) -> None:
        self._starts = [start for start, _, _ in found]
        self._themes = [theme for _, theme, _ in found]
        self._items = [item for _, _, item in found]
        self.companies = companies

    def above(self, at: int) -> str | None:
        """Give the theme of the section that ``at`` stands in; ``None`` where no heading names one."""
        position = bisect_right(self._starts, at - 1) - 1
        return self._themes[position] if position >= 0 else None

    def between(self, start: int, end: int) -> bool:
        """Say whether a heading of an item or a chapter begins between two places."""
        return bisect_right(self._starts, start) < bisect_right(self._starts, end - 1)

    def item_above(self, at: int) -> str | None:
        """Give the theme of the item whose own line, above ``at``, names it; ``None`` where a chapter does."""
        position = bisect_right(self._starts, at - 1) - 1
        return self._themes[position] if position >= 0 and self._items[position] else None


def _found(text: str, industry: str | None, is_name: Callable[[str], bool]) -> Iterator[tuple[int, str | None, bool]]:
    open_ones: list[tuple[int, str | None]] = []
    for line in _LINE.finditer(text):
        depth = _depth(line)
        if depth is None:
            continue
        theme = _theme(line)
        theme = None if theme and is_name(theme) else theme
        if depth >= _LABEL_DEPTH and theme in {industry, f"{industry}业"}:
            continue
        while open_ones and open_ones[-1][0] >= depth:
            open_ones.pop()
        open_ones.append((depth, theme))
        held, inherited = next(((deep, theme) for deep, theme in reversed(open_ones) if theme), (0, None))
        is_label = inherited is not None and len(inherited) <= _LONGEST_LABEL and not ADVISED.search(inherited)
        yield line.start(), inherited, _ITEM_DEPTH <= held < _BARE_DEPTH and is_label


def _depth(line: re.Match[str]) -> int | None:
    """Give how deep a heading stands, 0 the highest; ``None`` for a line that is none."""
    if _is_company(line):
        return 0
    if line.end() - line.start() > _LONGEST_LINE and not line["tag"]:
        return None
    if line["tag"]:
        return 0
    if line["hash"]:
        return len(line["hash"])
    ends = re.search(r"[。；]", line["more"])
    numbered = [depth for depth, name in enumerate(("d1", "d2", "d3", "d4"), start=1) if line[name]]
    if numbered:
        return None if ends else numbered[0] + 2
    bare = line["label"].strip(" ")
    bulleted = line["bullet"] and bare and not _LISTED.search(bare)
    if not line["more"] and (bare.endswith("：") or bulleted) and len(bare) <= _BARE:
        return _LABEL_DEPTH
    if _says(line):
        return _LABEL_DEPTH
    is_sector = not line["more"] and len(bare) <= _BARE and SECTOR.search(bare) and "：" not in bare
    return _BARE_DEPTH if is_sector else None


def _says(line: re.Match[str]) -> bool:
    """Say whether a line of its own above prose names a theme and says how it does: ``白酒：旺季落幕，分化延续``."""
    below = _BELOW.match(line.string, line.end())
    return (
        _SAYING.fullmatch(line["label"] + line["more"].rstrip(" ")) is not None
        and below is not None
        and not ADVISED.search(line[0])
    )


def _is_company(line: re.Match[str]) -> bool:
    """Say whether a line is the title of what is said of one company."""
    return line.end() - line.start() <= _LONGEST_COMPANY and "。" not in line[0] and _CODED.search(line[0]) is not None


def _theme(line: re.Match[str]) -> str | None:
    if _is_company(line):
        return None
    label = (line["label0"] or line["label"]).partition("：")[0]
    if _NO_THEME.search(label) or begins_with_house(label) or not _WORDS.search(label):
        return None
    return of_label(label) or of_market(label)
