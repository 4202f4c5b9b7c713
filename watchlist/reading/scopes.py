"""Verbs open scopes: each advice of a report with the list it governs, sectors apart, history and prose left out."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Final

from watchlist.domain.errors import Words
from watchlist.domain.model import STRENGTH_ORDER, Strength
from watchlist.reading.behind import read_behind
from watchlist.reading.found import Findings, Item, Listing, Problem, SectorCall, Span
from watchlist.reading.governed import (
    LABELLED_LINE,
    UNIT_MARK,
    Governor,
    read_governed,
    read_siblings,
)
from watchlist.reading.industry import Industry
from watchlist.reading.labels import Label, nearest_item, nearest_label
from watchlist.reading.lists import Place, end_of, scan
from watchlist.reading.parts import by_brackets, parted
from watchlist.reading.sectors import sector_of
from watchlist.reading.themes import of_clause, of_label, of_lead, of_noun, of_sentence
from watchlist.reading.unresolved import keep_unresolved
from watchlist.reading.verbs import Verb, clause_of, find_verbs, same_sentence, stop_of
from watchlist.reading.words import LET_GO, SELL, performed

_NEWS: Final = re.compile(
    r"的?[^，。；、]{0,12}(?:动态|进展|公告|发布会|财报|业绩会|动向|新品|批价|减产|停产|复产|诉讼|解禁|"
    r"减持)(?:情况)?(?=[，。；]|$)"
)
_POSTFIX: Final = re.compile(r"(?:也|亦|同样|均|都)?(?:值得|可)[\u4e00-\u9fff]{0,6}(?:[。；\n]|$)")
_ACT: Final = re.compile(r"(?:布局|配置|把握|介入|参与|买入|增持)$")
# 核心推荐（按市值排序）：
_ASIDE: Final = re.compile(r"^\((?![\d一二三四五六七八九十]{1,2}\))[^()]{2,16}\)")
_QUOTED_LABEL: Final = 34
_MOST_VERBS: Final = 4000
_MARKETS: Final = {"港股", "A股", "美股", "H股"}


@dataclass(frozen=True, slots=True)
class Advice:
    """A verb with a list: who speaks (verbs may be joined), how far, and the industry that themes fall back on."""

    speaker: Verb
    verb: Verb
    stop: int
    industry: Industry


def read_scopes(place: Place, industry: Industry, findings: Findings) -> None:
    """Find every advice of the flow and what it governs.

    Args:
        place: the flow.
        industry: of the report: the theme of a list for which nothing nearer names one, where its paragraph does.
        findings: takes what is found.
    """
    text = place.text
    verbs = find_verbs(place)
    if len(verbs) > _MOST_VERBS:
        what = Words(
            f"more than {_MOST_VERBS} verbs of advice: the rest was not read",
            f"推荐用语超过 {_MOST_VERBS} 处：其余未读",
        )
        findings.problems.append(Problem("too_much", what, (verbs[_MOST_VERBS].start, verbs[_MOST_VERBS].end)))
        verbs = verbs[:_MOST_VERBS]
    let_go = [match.span() for match in LET_GO.finditer(text)]
    _let_go(place, let_go, findings)
    sells = {match.start(): match for match in SELL.finditer(text) if not _inside(match.start(), let_go)}
    starts = [verb.start for verb in verbs] + [len(text)]
    _sold(place, sells, starts, findings)
    speaking = sorted({*starts, *sells})
    pending: list[Verb] = []
    for position, verb in enumerate(verbs):
        pending = [other for other in pending if same_sentence(text, other.end, verb.start)]
        stop = _before_postfix(text, verb, stop_of(text, verb.end, starts[position + 1], sells))
        governor = Governor(_speaker(pending, verb), industry, speaking)
        if _read_list(place, Advice(governor.verb, verb, stop, industry), pending, governor, findings):
            pending = []
            continue
        _sector(place, verb, stop, verbs[position + 1 : position + 2], findings)
        pending.append(verb)


def _before_postfix(text: str, verb: Verb, stop: int) -> int:
    """Give where a scope ends before a list that its own verb follows: ``推荐A，B亦值得关注``."""
    comma = text.rfind("，", verb.end, stop)
    return comma if comma >= 0 and _POSTFIX.match(text, stop) else stop


def _read_list(place: Place, advice: Advice, pending: list[Verb], governor: Governor, findings: Findings) -> bool:
    """Read the list of a verb: behind it, before it, or in the items that it announces; say whether it has its own."""
    text, verb, stop = place.text, advice.verb, advice.stop
    announced = _announced(text, verb, stop)
    if announced is None:
        items = scan(place, verb.end, stop, directly=not verb.opener and all(map(_is_bare, (*pending, verb))))
        if items and not pending and (_recalls(text, verb, items) or _watches_news(text, verb, items)):
            return True
        if items:
            _keep(place, advice, items, findings)
            if text[stop : stop + 1] == "；":
                read_governed(place, governor, stop + 1, findings)
            elif _labelled_line(text, verb.start):
                read_siblings(place, governor, stop + 1, findings)
            return True
        if read_behind(place, verb, stop, advice.industry, findings):
            return True
    colon = text.find("：", verb.end, stop + 1)
    if announced is not None or colon >= 0 or _ends_open(text, verb, stop):
        read_governed(place, governor, announced or (colon + 1 if colon >= 0 else stop), findings)
    return False


def _labelled_line(text: str, verb: int) -> bool:
    """Say whether a verb stands in a line that begins with a label: 光伏：推荐隆基绿能."""
    return LABELLED_LINE.match(text, text.rfind("\n", 0, verb) + 1, verb) is not None


def _announced(text: str, verb: Verb, stop: int) -> int | None:
    """Give where the items begin that a verb announces: behind its colon, or its line, a mark or a line of its own."""
    colon = text.find("：", verb.end, stop + 1)
    at = colon + 1 if colon >= 0 else verb.end + (text[verb.end : verb.end + 1] == "】")
    headed = verb.opener or text[verb.end : verb.end + 1] == "】"
    if colon < 0 and not (headed and text[at : at + 1] == "\n"):
        return None
    mark = UNIT_MARK.match(text, at)
    lined = text[at : at + 2].lstrip(" ")[:1] == "\n"
    return at if mark and (lined or mark["circle"]) and (lined or any(mark.groups())) else None


def _recalls(text: str, verb: Verb, items: list[Item]) -> bool:
    """Say whether a verb only tells which shares are spoken of: 我们推荐的新易盛涨幅居前."""
    besides = text[items[-1].stop : items[-1].stop + 2].lstrip("等").startswith("外")
    return not verb.opener and text[verb.end : items[0].start] == "的" and not besides


def _watches_news(text: str, verb: Verb, items: list[Item]) -> bool:
    """Say whether a verb asks to follow what a company does, not the share: 关注徐工机械的动态."""
    return verb.strength is Strength.WATCH and _NEWS.match(text, items[-1].stop) is not None


def _is_bare(verb: Verb) -> bool:
    return not re.search(r"建议|重点|推荐|首|优先|积极|强烈|坚定|可", verb.printed)


def _speaker(pending: list[Verb], verb: Verb) -> Verb:
    """Join a verb with the ones before it in its sentence that had no list of their own."""
    if not pending:
        return verb
    if not verb.opener:
        advising = [other for other in pending if "建议" in other.printed]
        return replace(advising[-1], end=verb.end) if advising and _ACT.search(verb.printed) else verb
    last = pending[-1]
    if verb.start - last.end <= 1:
        return replace(last, end=verb.end, opener=True)
    words = "…".join([*(other.printed for other in pending), verb.printed])
    strength = max((*(other.strength for other in pending), verb.strength), key=STRENGTH_ORDER.__getitem__)
    return Verb(pending[0].start, verb.end, words, strength, opener=True)


def _ends_open(text: str, verb: Verb, stop: int) -> bool:
    """Say whether a scope ends with a line that announces a list: …标的如下, …公司 and a new line with items."""
    return (
        text[stop : stop + 1] == "\n"
        and bool(re.search(r"(?:标的|个股|公司|如下|包括|组合)$", text[verb.end : stop].rstrip(" ：:")))
    ) or (text[stop : stop + 1] == "\n" and text[verb.end : stop].strip(" ") == "" and _item_follows(text, stop))


def _item_follows(text: str, at: int) -> bool:
    mark = UNIT_MARK.match(text, at)
    return mark is not None and any(mark.groups())


def _keep(place: Place, advice: Advice, items: list[Item], findings: Findings) -> None:
    text, speaker, verb, stop = place.text, advice.speaker, advice.verb, advice.stop
    if performed(text[end_of(text, items, stop) : stop]) and re.search(
        r"推荐的|关注的|以来|上周|本周组合|组合", text[verb.start : items[0].start]
    ):
        return
    keep_unresolved(place, items, stop, findings)
    groups = parted(text, items, verb.end)
    label = nearest_label(text, verb.start)
    if label and label.theme and place.names_one(label.theme):
        label = replace(label, theme=None, company=True)
    for position, group in enumerate(groups):
        start = _quote_start(text, speaker, label) if position == 0 else group[0].lead
        theme = _theme(place, advice, group[0], label, findings, first=position == 0)
        end = end_of(text, group, stop)
        for told, part in by_brackets(text, group, theme, advice.industry.name):
            findings.listings.append(Listing(start, end, tuple(part), told, speaker.printed, speaker.strength))


def _quote_start(text: str, speaker: Verb, label: Label | None) -> int:
    if speaker.opener and "…" in speaker.printed:
        return speaker.start
    clause = max(text.rfind(mark, 0, speaker.start) for mark in "，。；：\n") + 1
    own = text[clause : speaker.start].strip(" ")
    if label is not None and speaker.start - label.start <= _QUOTED_LABEL:
        first = label.end >= clause or not own
        return label.start if first else _led(text, clause)
    if own and speaker.start - clause <= _QUOTED_LABEL:
        item = nearest_item(text, speaker.start)
        return item if item is not None and item >= clause else _led(text, clause)
    item = nearest_item(text, speaker.start)
    if item is not None and speaker.start - item <= _QUOTED_LABEL:
        return item
    return speaker.start


def _led(text: str, at: int) -> int:
    while text[at] in " 、":
        at += 1
    return at


def _theme(
    place: Place, advice: Advice, item: Item, named: Label | None, findings: Findings, *, first: bool
) -> str | None:
    speaker = advice.speaker
    before = next((one for one in reversed(findings.listings) if one.end <= speaker.start), None)
    told = before if before and before.start >= clause_of(place.text, speaker.start) else None
    themes = _themes(place, advice, item, named, told, first=first)
    theme = next(filter(None, themes), None)
    return theme or place.headings.above(speaker.start) or advice.industry.near(speaker.start)


def _themes(
    place: Place, advice: Advice, item: Item, named: Label | None, told: Listing | None, *, first: bool
) -> Iterator[str | None]:
    """Give the themes that a list may have by its own sentence, the surest first.

    Args:
        place: the flow.
        advice: the verb of the list.
        item: the first of the list.
        named: the label before it.
        told: the list before it in its sentence.
        first: whether the list follows its verb at once.
    """
    text, speaker = place.text, advice.speaker
    # 军工：推荐A；主机厂方面，推荐B，关注C: what was said since the label holds on.
    label = None if named is None else told.theme if told and told.start > named.end else named.theme
    if named and named.marked:
        yield label
    sentence = clause_of(text, speaker.start)
    begin = max(sentence, named.end if named else 0)
    own = of_clause(text[begin : speaker.start])
    if first and not own:
        yield label
    lead = _ASIDE.sub("", text[advice.verb.end if first else item.lead : item.start])
    if "：" in lead:
        yield of_label(lead.rpartition("：")[0].strip("：， \n").rpartition("：")[2])
    # Words parted from the name by a separator are another name, not what leads up to this one.
    yield None if lead.rstrip(" ").endswith("、") else of_lead(lead)
    yield own or (of_noun(text[begin : advice.verb.start]) if advice.verb.opener else None)
    yield label
    yield told.theme if told else None
    if named is None or named.theme is None:
        yield place.headings.item_above(speaker.start)
    # An item that is a company ends with what is said of it.
    number = None if named and named.company else nearest_item(text, speaker.start)
    if number is not None:
        yield advice.industry.narrower(of_sentence(text, number, speaker.start, item=True))
    yield advice.industry.narrower(of_sentence(text, begin, speaker.start, item=False))


def _sector(place: Place, verb: Verb, stop: int, following: list[Verb], findings: Findings) -> None:
    text = place.text
    led = (
        following
        and same_sentence(text, verb.end, following[0].start)
        and bool(scan(place, following[0].end, min(following[0].end + 30, len(text))))
    )
    if verb.opener or (led and "，" in text[verb.end : following[0].start]):
        return
    found = sector_of(text, verb.start, verb.end, stop, clause_of(text, verb.start))
    if found:
        what, span = found
        if set(what) <= _MARKETS:
            item = nearest_item(text, verb.start)
            begin = item if item is not None else clause_of(text, verb.start)
            theme = of_sentence(text, begin, verb.start, item=item is not None)
            what = (theme,) if theme else what
        findings.sectors.append(SectorCall(what, verb.printed, verb.strength, span))


def _inside(at: int, spans: list[Span]) -> bool:
    before = bisect_right(spans, at, key=itemgetter(0)) - 1
    return before >= 0 and at < spans[before][1]


def _let_go(place: Place, spans: list[Span], findings: Findings) -> None:
    """Leave names that a list no longer holds to a person."""
    for start, end in spans:
        begin = place.names.begins_before(place.folded, start)
        if begin is not None:
            findings.problems.append(_negative(place.text, begin, end))


def _negative(text: str, start: int, end: int) -> Problem:
    words = text[start:end]
    what = Words(
        f'"{words}" advises against: add it by hand if it counts',
        f"“{words}”是看空或不推荐：如需计入请手工添加",
    )
    return Problem("negative_advice", what, (start, end))


def _sold(place: Place, sells: dict[int, re.Match[str]], starts: list[int], findings: Findings) -> None:
    """Leave negative advice to a person: it is said with its place, and never becomes a recommendation."""
    for at, match in sells.items():
        if not re.search(r"建议|推荐|调出|剔除", match[0]):
            continue
        stop = stop_of(
            place.text, match.end(), min((s for s in starts if s >= match.end()), default=len(place.text)), {}
        )
        items = scan(place, match.end(), stop, directly=True)
        if items:
            end = end_of(place.text, items, stop)
            findings.problems.append(_negative(place.text, at, end))
