"""Items without a verb of their own (a）主题：A、B；b）…) under the verb of the sentence that announces them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from watchlist.reading.characters import CIRCLES
from watchlist.reading.found import Findings, Listing
from watchlist.reading.industry import Industry
from watchlist.reading.labels import LABEL_MARK, nearest_label
from watchlist.reading.lists import Place, end_of, scan
from watchlist.reading.parts import by_brackets
from watchlist.reading.sector_words import SECTOR
from watchlist.reading.themes import of_label, of_lead, of_market, of_sentence
from watchlist.reading.unresolved import keep_unresolved
from watchlist.reading.verbs import ENDS, Verb, clause_of
from watchlist.reading.words import BULLETS, RATING, strength_of_rating

_LONGEST, _MOST_MISSED, _LABEL_LINE, _LABEL_AHEAD, _QUOTED_BACK, _MOST_SAID = 4000, 3, 16, 40, 60, 6
_BULLET: Final = rf"[{BULLETS}]"
UNIT_MARK: Final = re.compile(
    rf"[ \n]*(?P<bullet>{_BULLET}+[ ]*)?"
    r"(?:(?P<number>\d{1,2}[、.)](?!\d)|\(\d{1,2}\))|(?P<letter>[(]?[a-zA-Z][).、])|"
    rf"(?P<circle>[{CIRCLES}])|(?P<numeral>\(?[一二三四五六七八九十]{{1,3}}[)、]))?"
)
LABELLED_LINE: Final = re.compile(rf"\n?{_BULLET}?[ ]?(?:\d{{1,2}}[、.)])?(?P<label>[^，。；：\n]{{2,14}})：(?=[^\n])")
_RATED: Final = re.compile(r"(?:代码|简称|名称|ticker|company)[^\n]{0,60}(?:评级|rating)", re.IGNORECASE)
# 中国国旅（601888）：离岛免税超预期，强烈推荐: an item of a company that ends with its rating.
_COMPANY_ITEM: Final = re.compile(r"[^，。；：\n]{2,24}：")
_RATED_END: Final = re.compile(rf"，(?:维持|给予|评级)?[“\"]?(?P<rating>{RATING.pattern})[”\"]?(?:评级)?[ ]*$")
# 国企改革（方案陆续落地，激励到位）：A、B: what is said of a theme stands between it and the colon.
_GLOSSED: Final = re.compile(r"[^，。；：、()\n]{2,16}[ ]?\([^()\n]{1,60}\)(?=：)")
# The title of another document: what follows it is of that one.
_DOCUMENT: Final = re.compile(r"(?:报告|点评|周报|月报|快报|公告|纪要)[ ]?$")
# A table of prices values what was advised; it advises nothing itself.
_VALUED: Final = re.compile(
    r"(?:证券|股票|公司)?(?:代码|简称|名称|公司)[^\n，。]{0,40}(?:EPS|PE|PB|P/E|市值|收盘|股价|市盈率|市净率|涨跌|涨幅|跌幅|收益率)",
    re.IGNORECASE,
)
_HEADER: Final = re.compile(r"代码|简称|名称|股票|公司|理由|逻辑|ticker|company", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Governor:
    """A verb that announces items, the industry they fall back on, and where other verbs begin."""

    verb: Verb
    industry: Industry
    starts: list[int]

    def until(self, text: str, start: int, end: int) -> int:
        """Give where the part of ``[start, end)`` ends that no other verb speaks in: before a semicolon, or ``end``."""
        spoken = self.next_speaker(start)
        return max(text.rfind("；", start, spoken), start) if spoken < end else end

    def next_speaker(self, start: int) -> int:
        """Give where the next verb begins; the text ends behind the last one."""
        return self.starts[min(bisect_left(self.starts, start), len(self.starts) - 1)]

    def speaks(self, start: int, end: int) -> bool:
        """Say whether another verb speaks in ``[start, end)``."""
        return start <= self.next_speaker(start) < end


def read_siblings(place: Place, governor: Governor, at: int, findings: Findings) -> None:
    """Read lines like the one before, a label and a list, that have no verb of their own (风电：东方电缆、大金重工)."""
    text = place.text
    walk = _Walk(place, governor, findings)
    while (line := LABELLED_LINE.match(text, at)) and "\n" in text[at - 1 : at + 1]:
        ends = re.compile(r"[。\n]|$").search(text, line.end())
        end = ends.start() if ends else len(text)
        items = scan(place, line.end(), end, directly=True)
        if governor.speaks(at, end) or not items or end_of(text, items, end) < end:
            return
        walk.read(Unit(line.start("label"), line.start("label"), end, "", opens=True))
        at = end + 1


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a line, behind an announcement.

    Attributes:
        begin: where it begins; ``start`` is behind its mark; ``end`` is exclusive, at the stop that ends it.
        mark: what kind of mark numbers it; empty where none does.
        opens: whether it begins a line, or follows a semicolon.
    """

    begin: int
    start: int
    end: int
    mark: str
    opens: bool


def _units(text: str, at: int, limit: int) -> Iterator[Unit]:
    opens = True
    while at < limit:
        match = UNIT_MARK.match(text, at, limit)
        begin, start, mark = at, at, ""
        if match:
            opens = opens or "\n" in match[0]
            kinds = [kind for kind in ("number", "letter", "circle", "numeral", "bullet") if match[kind]]
            mark = kinds[0] if kinds and (opens or kinds[0] == "circle") else ""
            begin = match.end() - len(match[0].lstrip(" \n"))
            start = match.end() if mark else begin
        ends = ENDS.search(text, start, limit)
        end = ends.start() if ends else limit
        if end > start:
            yield Unit(begin, start, end, mark, opens)
        opens = ends is not None and ends[0] in "\n；"
        at = end + 1


def read_governed(place: Place, governor: Governor, at: int, findings: Findings) -> None:
    """Read the items behind an announcement: marked ones, lines that begin with a name, or sentences that are lists."""
    text, limit = place.text, min(len(place.text), at + _LONGEST)
    if text[at - 1] == "；":
        ends = text.find("。", at, limit)
        # What another verb governs, and all behind it in the sentence, is that verb's.
        limit = governor.until(text, at, ends if ends >= 0 else limit)
    walk = _Walk(place, governor, findings)
    for unit in _units(text, at, limit):
        if not walk.goes_on(unit):
            return


@dataclass(slots=True)
class _Walk:
    """A walk over the items of an announcement.

    Attributes:
        style: what marks the items; ``None`` before the first one.
        under: the mark of the item that the walk is in.
        carried: the theme that a line of its own named for the next one.
        missed: how many units in a row were no items.
        spoken: whether a verb of its own has just opened a list on the next line.
        lined: the theme that the label of the line names; it holds behind a semicolon too.
    """

    place: Place
    governor: Governor
    findings: Findings
    style: str | None = None
    under: str = ""
    carried: str | None = None
    missed: int = 0
    spoken: bool = False
    lined: str | None = None

    def goes_on(self, unit: Unit) -> bool:
        """Read a unit; say whether what was announced may go on behind it."""
        text, style, spoken = self.place.text, self.style, self.spoken
        # A heading, or a table that rates for itself, ends what was announced.
        if (
            self._is_chapter(unit)
            or _RATED.search(text, unit.start, unit.end)
            or _VALUED.match(text, unit.start, unit.end)
        ):
            return False
        self.under, self.spoken = unit.mark or ("" if unit.opens else self.under), False
        if self.governor.speaks(unit.begin, unit.end) and not _rated(text, unit.start, unit.end):
            return self._speaks(unit)
        # 受益标的：⏎中国国旅: the list of a verb may stand on the next line.
        if spoken and not unit.mark:
            return True
        # Sentences behind the first one of an item say why; so do lines without a mark among marked ones.
        unmarked = style != "line" and not unit.mark and not self.carried and text[unit.begin - 1] != "；"
        if style and (not unit.opens or unmarked):
            return True
        if self.read(unit):
            self.style, self.carried, self.missed = style or unit.mark or "line", None, 0
            return True
        return self._misses(unit)

    def read(self, unit: Unit) -> bool:
        """Read the list of a unit; say whether it has one. Behind a semicolon the label of its line goes on."""
        follows = not unit.mark and self.place.text[unit.begin - 1] == "；"
        found = self._list(unit, self.lined if follows else None)
        if found and _label_mark(self.place.text, unit):
            self.lined = self.findings.listings[-1].theme
        elif not follows:
            self.lined = None
        return found

    def _list(self, unit: Unit, lined: str | None) -> bool:
        place, text, verb, end = self.place, self.place.text, self.governor.verb, unit.end
        items, label = scan(place, unit.start, end, directly=True), ""
        mark = _label_mark(text, unit)
        if mark and _DOCUMENT.search(text[unit.start : mark.start()]):
            return False
        if mark and (not items or items[0].start >= mark.end()):
            label = text[unit.start : mark.start()]
            items = scan(place, mark.end(), end, directly=True)
        # …推荐A、B；C二月表态暂不提价: what only begins with a name is said of it, and is no list.
        bare = text[unit.begin - 1] == "；" and not (unit.mark or mark)
        if not items or (bare and end - end_of(text, items, end) > _MOST_SAID):
            return False
        keep_unresolved(place, items, end, self.findings)
        theme = next(filter(None, self._themes(unit, label, items[0].start, lined)), None)
        rated = _rated(text, unit.start, end)
        strength, rating = (strength_of_rating(rated["rating"]), rated["rating"]) if rated else (verb.strength, None)
        near = 0 <= items[0].start - verb.start <= _QUOTED_BACK and "\n" not in text[verb.end + 1 : unit.begin]
        start = verb.start if near and unit.begin - verb.end <= 1 else unit.begin
        for told, part in by_brackets(text, items, theme, self.governor.industry.name):
            self.findings.listings.append(
                Listing(start, end_of(text, items, end), tuple(part), told, verb.printed, strength, rating)
            )
        return True

    def _themes(self, unit: Unit, label: str, first: int, lined: str | None) -> Iterator[str | None]:
        """Give the themes that the list of a unit may have, the surest first.

        Args:
            unit: the unit.
            label: its own, as printed; empty without one.
            first: where its first name begins.
            lined: the theme of the line that it goes on.
        """
        text, verb, industry = self.place.text, self.governor.verb, self.governor.industry
        yield of_label(label)
        yield self.carried
        yield of_lead(text[unit.start : first])
        yield lined
        outer = nearest_label(text, verb.start)
        yield outer.theme if outer else None
        yield industry.narrower(of_sentence(text, clause_of(text, verb.start), verb.end, item=False))
        yield self.place.headings.above(unit.begin)
        yield industry.near(verb.start)
        yield of_market(label)

    def _is_chapter(self, unit: Unit) -> bool:
        """Say whether a unit begins a chapter: a heading, or a number among items that have none and no themes."""
        words = self.place.text[unit.start : unit.end]
        numbered = self.style == "line" and unit.mark == "number" and _label_line(words, marked=True) is None
        headed = self.place.text[unit.begin] == "#" or unit.mark == "numeral" != self.style or numbered
        return self.style is not None and headed

    def _speaks(self, unit: Unit) -> bool:
        """Pass an item that speaks for itself; an unmarked line that does is no item any more."""
        text = self.place.text
        # ► 本地生活：美团，并提示关注同程旅行: what is listed before its own verb is under the announcement.
        comma = text.rfind("，", unit.start, self.governor.next_speaker(unit.begin))
        if unit.mark and comma > 0:
            listed = replace(unit, end=comma)
            label = _label_mark(text, listed)
            items = scan(self.place, label.end() if label else unit.start, comma, directly=True)
            if items and end_of(text, items, comma) == comma:
                self.read(listed)
        if not unit.mark and self.style is not None and unit.opens and text[unit.begin - 1] != "；":
            return False
        self.style, self.carried = self.style or self.under, None
        self.spoken = text[unit.start : unit.end].rstrip(" ").endswith("：")
        return True

    def _misses(self, unit: Unit) -> bool:
        """Pass a unit without names: a theme for the next line, a header, or one of the few that may be missed."""
        text = self.place.text
        lined = text[unit.begin - 1] != "；"
        carried = _label_line(text[unit.start : unit.end], marked=bool(unit.mark)) if lined else None
        self.carried = None if carried and self.place.names_one(carried) else carried
        if self.carried or (
            self.missed == 0 and self.style is None and _HEADER.search(text, unit.start, unit.end) is not None
        ):
            return True
        self.missed += 1
        announces = self.style is not None or unit.mark or "：" in text[unit.start : unit.end]
        return self.missed < _MOST_MISSED and bool(announces)


def _label_line(words: str, *, marked: bool) -> str | None:
    """Give the theme that a line of its own names for the names of the next line."""
    words = words.strip(" ：")
    if len(words) > _LABEL_LINE or "，" in words or not (marked or SECTOR.search(words)):
        return None
    return of_label(words)


def _label_mark(text: str, unit: Unit) -> re.Match[str] | None:
    """Find what ends the label of a unit, behind what is said of it in brackets."""
    glossed = _GLOSSED.match(text, unit.start, unit.end)
    return LABEL_MARK.search(text, unit.start, min(unit.end, (glossed.end() if glossed else unit.start) + _LABEL_AHEAD))


def _rated(text: str, start: int, end: int) -> re.Match[str] | None:
    """Find the rating that an item of one company ends with."""
    return _RATED_END.search(text, start, end) if _COMPANY_ITEM.match(text, start, end) else None
