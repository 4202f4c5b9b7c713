"""Items without a verb of their own (a）主题：A、B；b）…) under the verb of the sentence that announces them."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from watchlist.domain.errors import Words
from watchlist.reading.found import Findings, Item, Listing
from watchlist.reading.lists import Place, end_of, scan, strangers
from watchlist.reading.sector_words import SECTOR
from watchlist.reading.themes import heading_above, nearest_label, of_label, of_lead, of_sentence
from watchlist.reading.verbs import ENDS, Verb, clause_of

_LONGEST, _MOST_MISSED, _LABEL_LINE, _LABEL_AHEAD, _QUOTED_BACK = 4000, 2, 16, 40, 60
_BULLETS: Final = re.compile(r"[ \n]*(?:[-•●■◆▶►➢➤⚫◼▪·*>|Ø√✓◇○□★☆]+[ ]*)?")
UNIT_MARK: Final = re.compile(
    r"[ \n]*[-•●■◆▶►➢➤⚫◼▪·*>|Ø√✓◇○□★☆ ]*(?:\d{1,2}[、.)](?!\d)|\(\d{1,2}\)|[(]?[a-zA-Z][).、]|[①-⑳❶-❿]|"
    r"\(?[一二三四五六七八九十]{1,3}[)、])"
)


@dataclass(frozen=True, slots=True)
class Governor:
    """A verb that announces items, the industry they fall back on, and where other verbs begin."""

    verb: Verb
    industry: str | None
    starts: list[int]

    def speaks(self, start: int, end: int) -> bool:
        """Say whether another verb speaks in ``[start, end)``."""
        at = bisect_left(self.starts, start)
        return at < len(self.starts) and self.starts[at] < end


def read_governed(place: Place, governor: Governor, at: int, findings: Findings) -> None:
    """Read the items behind an announcement, until one is none and bears no mark either."""
    text, limit, missed, first, carried = place.text, min(len(place.text), at + _LONGEST), 0, True, None
    while at < limit and missed < _MOST_MISSED:
        bullets = _BULLETS.match(text, at)
        at = bullets.end() if bullets else at
        ends = ENDS.search(text, at, limit)
        end = ends.start() if ends else limit
        if end <= at:
            at = end + 1
            continue
        marked = bool(UNIT_MARK.match(text, at))
        if governor.speaks(at, end):
            # The item speaks for itself; an unmarked sentence that does is no item any more.
            if not marked and not first and (ends is None or ends[0] != "；"):
                return
            found = True
        else:
            found = _unit(place, governor, at, end, carried, findings)
        carried = None if found else _label_line(text[at:end], marked=marked)
        if not found and not carried and not marked and (first or "：" not in text[at:end]):
            return
        missed = 0 if found or carried else missed + 1
        over = ends is not None and ends[0] == "。"
        at, first = end + 1, False
        if over and not UNIT_MARK.match(text, at):
            return


def _label_line(unit: str, *, marked: bool) -> str | None:
    """Give the theme that a line of its own names for the names of the next line."""
    mark = UNIT_MARK.match(unit)
    words = unit[mark.end() if mark else 0 :].strip(" ：")
    if len(words) > _LABEL_LINE or "，" in words or not (marked or SECTOR.search(words)):
        return None
    return of_label(words)


def _unit(place: Place, governor: Governor, at: int, end: int, carried: str | None, findings: Findings) -> bool:
    text, verb = place.text, governor.verb
    mark = UNIT_MARK.match(text, at)
    begin = mark.end() if mark else at
    items = scan(place, begin, end, directly=True)
    colon = text.find("：", begin, min(end, begin + _LABEL_AHEAD))
    label = carried
    if colon >= 0 and (not items or items[0].start > colon):
        label = of_label(text[begin:colon]) or carried
        items = scan(place, colon + 1, end, directly=True)
    if not items:
        return False
    keep_unresolved(place, items, end, findings)
    outer = nearest_label(text, verb.start)
    theme = label or of_lead(text[begin : items[0].start]) or (outer.theme if outer else None)
    if theme is None:
        said = of_sentence(text, clause_of(text, verb.start), verb.end, item=False)
        theme = said or heading_above(text, at) or governor.industry
    near = 0 <= items[0].start - verb.start <= _QUOTED_BACK and "\n" not in text[verb.end + 1 : at]
    start = verb.start if near and at - verb.end <= 1 else at
    findings.listings.append(Listing(start, end_of(text, items, end), tuple(items), theme, verb.printed, verb.strength))
    return True


def keep_unresolved(place: Place, items: list[Item], stop: int, findings: Findings) -> None:
    """Leave what a list names and nobody knows, or two bear, to a person."""
    for item in items:
        if item.symbol is None:
            name = place.text[item.start : item.end]
            listed = " / ".join(item.candidates)
            what = Words(f'"{name}" may be {listed}', f"“{name}”可能是 {listed}")
            findings.problems.append(("ambiguous_name", what, (item.start, item.end), item.candidates))
    for start, end in strangers(place, items, stop):
        name = place.text[start:end]
        what = Words(
            f'"{name}" stands in a list and is no security that is known', f"“{name}”列于名单中，但不是已知的证券"
        )
        findings.problems.append(("unknown_name", what, (start, end), ()))
