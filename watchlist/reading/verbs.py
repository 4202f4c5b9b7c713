"""Verbs of advice in a flow: where each stands, how it is quoted, and how far its scope reaches."""

import re
from dataclasses import dataclass, replace
from typing import Final

from watchlist.domain.model import Strength
from watchlist.reading.houses import others_sentence, others_voice
from watchlist.reading.lists import Place
from watchlist.reading.words import MOVED, OPENER, OPENER_BESIDE, VERB, is_advice, strength_of

_LONGEST_SCOPE, _LONGEST_SENTENCE = 700, 160
_NO_OPENER: Final = re.compile(r"(?:此前|曾|上周|上期|上月|回顾|不|非)[^，。]{0,6}$")
_RATES: Final = re.compile(r"，(?:并)?(?:给予|维持|予以|首次覆盖|上调|下调|重申)")
_GOES_ON: Final = frozenset("、：:，,")
ENDS: Final = re.compile(r"[。！？；\n]")


@dataclass(frozen=True, slots=True)
class Verb:
    """Words that recommend: their place, how they are quoted, and whether a noun opened the list."""

    start: int
    end: int
    printed: str
    strength: Strength
    opener: bool = False


def find_verbs(place: Place) -> list[Verb]:
    """List every verb that advises and noun that opens a list, in order; history, prose and others are left out."""
    text = place.text
    found: list[Verb] = []
    marks = [*VERB.finditer(text), *OPENER.finditer(text)]
    marks += [mark for mark in OPENER_BESIDE.finditer(text) if place.names.ends_at(place.folded, mark.end())]
    for match in sorted(marks, key=lambda match: (match.start(), -match.end())):
        opener = match.re is not VERB
        if found and match.start() < found[-1].end:
            # 建议关注标的：the noun takes the verb in; 推荐标的包括 the longer one wins.
            if opener and match.end() > found[-1].end:
                found[-1] = replace(found[-1], end=match.end(), opener=True)
            continue
        if _speaks(place, match, opener=opener):
            found.append(Verb(match.start(), match.end(), _as_quoted(match[0], opener), strength_of(match[0]), opener))
    return found


def _speaks(place: Place, match: re.Match[str], *, opener: bool) -> bool:
    """Say whether a verb, or a noun that opens a list, is this report's advice now."""
    text = place.text
    clause = clause_of(text, match.start())
    before = text[clause : match.start()]
    if opener and (_NO_OPENER.search(before) or MOVED.search(before)):
        return False
    named = bool(place.names.ends_at(place.folded, match.end()))
    if not opener and not is_advice(text, match.start(), match.end(), clause, named=named):
        return False
    if not opener and _is_act(match[0]) and place.names.begins_before(place.folded, match.start()) is not None:
        return False
    last = re.split(r"[，：]", before)[-1]
    return not others_sentence(before + match[0], place.house) and not others_voice(last, place.house)


def _as_quoted(words: str, opener: bool) -> str:  # noqa: FBT001 - told apart once
    """Give a verb without the words around it that are none of it."""
    if opener:
        return re.sub(r"(?:如下|包括|包含|主要|具体|有|为|是|涉及|如)+$", "", words)
    return re.sub(r"^(?:我们|投资者|也|亦|仍然?|并|当前|目前)+|(?<=建议)投资者(?:可以?)?", "", words)


def _is_act(verb: str) -> bool:
    """Say whether a verb right behind a name is what that company does: 三一重工重点布局海外."""
    return not re.search(r"值得|建议|可|应|需|推荐|首选", verb)


def clause_of(text: str, at: int) -> int:
    """Give where the sentence of a place begins; a semicolon begins one too."""
    start = max(at - 300, 0)
    ends = [match.end() for match in ENDS.finditer(text, start, at)]
    return ends[-1] if ends else start


def same_sentence(text: str, start: int, end: int) -> bool:
    """Say whether no stop parts two places that are near each other."""
    return end - start <= _LONGEST_SENTENCE and not ENDS.search(text, start, end)


def stop_of(text: str, start: int, following: int, sells: dict[int, re.Match[str]]) -> int:
    """Give where the scope of a verb that ends at ``start`` ends: at a stop, the next verb, or advice against."""
    limit = min(following, start + _LONGEST_SCOPE, len(text))
    limit = min([limit, *(at for at in sells if start <= at < limit)])
    if rates := _RATES.search(text, start, limit):
        limit = rates.start()
    at = start
    while match := ENDS.search(text, at, limit):
        before = text[start : match.start()].rstrip(" ")[-1:]
        if match[0] == "\n" and (before or text[start - 1]) in _GOES_ON:
            at = match.end()
            continue
        return match.start()
    return limit
