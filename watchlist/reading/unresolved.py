"""What a list names and nobody knows, or two shares may be: left to a person, with its place."""

import re
from typing import Final

from watchlist.domain.errors import Words
from watchlist.reading.found import Findings, Item, Problem
from watchlist.reading.lists import Place, end_of
from watchlist.reading.sector_words import SECTOR
from watchlist.reading.words import LEAD

_STRANGER_BETWEEN: Final = re.compile(r"(?<=[、和与及])([\u4e00-\u9fffA-Z]{2,8}?)(?=[、和与及，。；]|等|$)")
# Three to five letters between a verb, or a separator, and a separator.
_STRANGER_AHEAD: Final = re.compile(r"(?:推荐|关注|看好|首选|首推|标的|包括|、|：)([\u4e00-\u9fff]{3,5})[、和与及]$")
_STRANGER_BEHIND: Final = re.compile(r"[、和与及]([\u4e00-\u9fff]{3,5})(?=[、和与及，。；]|等|$)")
_PRAISE: Final = re.compile(r"业绩|估值|分红|弹性|壁垒|成长|盈利|现金|渠道|订单|产能|份额|具备|受益|[高低强好优稳快多]")
_LONGEST_AHEAD: Final = 26


def keep_unresolved(place: Place, items: list[Item], stop: int, findings: Findings) -> None:
    """Leave what a list names and nobody knows, or two may be, to a person."""
    for item in items:
        if item.symbol is None or item.candidates:
            name = place.text[item.start : item.end]
            listed = " / ".join(item.candidates)
            what = Words(f'"{name}" may be {listed}', f"“{name}”可能是 {listed}")
            findings.problems.append(
                Problem("ambiguous_name", what, (item.start, item.end), candidates=item.candidates)
            )
    for start, end in _strangers(place, items, stop):
        name = place.text[start:end]
        what = Words(
            f'"{name}" stands in a list and is no security that is known', f"“{name}”列于名单中，但不是已知的证券"
        )
        findings.problems.append(Problem("unknown_name", what, (start, end)))


def _strangers(place: Place, items: list[Item], stop: int) -> list[tuple[int, int]]:
    """List what stands in a list as a name does and is none that is known: a person must say who it is."""
    found = []
    bounds = [item.stop for item in items]
    nexts = [*(item.start for item in items[1:]), end_of(place.text, items, stop)]
    for left, right in zip(bounds, nexts, strict=True):
        for part in _STRANGER_BETWEEN.finditer(place.text, max(left - 1, 0), right):
            inside = part[1]
            if (
                part.start(1) >= left
                and not LEAD.search(inside)
                and not inside.startswith(("等", "以及"))
                and len(inside) > 1
            ):
                found.append(part.span(1))
    return [*_before_first(place, items[0].lead), *found, *_behind_last(place, nexts[-1], stop)]


def _before_first(place: Place, at: int) -> list[tuple[int, int]]:
    """Give who stands before the first name that is known: ``推荐某某新材、华虹公司``."""
    match = _STRANGER_AHEAD.search(place.text, max(0, at - _LONGEST_AHEAD), at)
    return [match.span(1)] if match and _may_be_name(match[1]) else []


def _behind_last(place: Place, at: int, stop: int) -> list[tuple[int, int]]:
    """Give who stands behind the last name that is known, to the end of the list."""
    found = []
    while match := _STRANGER_BEHIND.match(place.text, at, stop):
        if _may_be_name(match[1]):
            found.append(match.span(1))
        at = match.end()
    return found


def _may_be_name(words: str) -> bool:
    """Say whether words in a list may be a company's name: no sector, nothing that leads up to one, no praise."""
    return not (SECTOR.search(words) or LEAD.search(words) or _PRAISE.search(words) or words.startswith("等"))
