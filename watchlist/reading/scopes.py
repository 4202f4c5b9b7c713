"""Verbs open scopes: each advice of a report with the list it governs, sectors apart, history and prose left out."""

import re
from dataclasses import dataclass, replace
from typing import Final

from watchlist.domain.errors import Words
from watchlist.domain.model import STRENGTH_ORDER, Strength
from watchlist.reading.found import Findings, Item, Listing
from watchlist.reading.lists import Place, end_of, scan, strangers
from watchlist.reading.sectors import sector_of
from watchlist.reading.themes import Label, heading_above, nearest_item, nearest_label, of_label, of_lead, of_sentence
from watchlist.reading.words import OPENER, SELL, VERB, is_advice, performed, strength_of

_LONGEST_SCOPE, _LONGEST_GOVERNED = 700, 4000
_ENDS: Final = re.compile(r"[。！？；\n]")
_BULLETS: Final = re.compile(r"[ \n]*(?:[-•●■◆▶►➢➤⚫◼▪·*>|Ø√✓◇○□★☆]+[ ]*)?")
_UNIT_MARK: Final = re.compile(
    r"[ \n]*[-•●■◆▶►➢➤⚫◼▪·*>|Ø√✓◇○□★☆ ]*(?:\d{1,2}[、.)](?!\d)|\(\d{1,2}\)|[(]?[a-zA-Z][).、]|[①-⑳❶-❿]|\(?[一二三四五六七八九十]{1,3}[)、])"
)
_RATED: Final = re.compile(r"(?:买入|增持|推荐|看好|首推)$")
_ACT: Final = re.compile(r"(?:布局|配置|把握|介入|参与|买入|增持)$")
_QUOTED_LABEL: Final = 34
_MARKETS: Final = {"港股", "A股", "美股", "H股"}


@dataclass(frozen=True, slots=True)
class Verb:
    """Words that recommend: their place, how they are quoted, and whether a noun opened the list."""

    start: int
    end: int
    printed: str
    strength: Strength
    opener: bool = False


def read_scopes(place: Place, industry: str | None, findings: Findings) -> None:
    """Find every advice of the flow and what it governs.

    Args:
        place: the flow.
        industry: of the report: the theme of a list for which nothing nearer names one.
        findings: takes what is found.
    """
    text = place.text
    verbs = _verbs(text)
    starts = [verb.start for verb in verbs] + [len(text)]
    sells = {match.start(): match for match in SELL.finditer(text)}
    _sold(place, sells, starts, findings)
    pending: list[Verb] = []
    for position, verb in enumerate(verbs):
        stop = _stop(text, verb.end, starts[position + 1], sells)
        pending = [other for other in pending if _same_sentence(text, other.end, verb.start)]
        items = scan(place, verb.end, stop, directly=not verb.opener and all(map(_is_bare, (*pending, verb))))
        if items:
            speaker = _speaker(pending, verb)
            _keep(place, speaker, verb, items, stop, industry, findings)
            pending = []
            if text[stop : stop + 1] == "；":
                _governed(place, speaker, stop + 1, starts[position + 1], industry, findings)
            continue
        if _postfix(place, verb, stop, industry, findings):
            pending = []
            continue
        if (
            text[stop - 1 : stop] in "：:"
            or (verb.opener and "：" in text[verb.end : verb.end + 8])
            or _ends_open(text, verb, stop)
        ):
            colon = text.find("：", verb.end, stop + 1)
            begin = colon + 1 if colon >= 0 else stop
            _governed(
                place,
                _speaker(pending, verb),
                begin,
                starts[position + 1] if position + 1 < len(verbs) else len(text),
                industry,
                findings,
            )
        _sector(place, verb, stop, verbs[position + 1 : position + 2], findings)
        pending.append(verb)


def _verbs(text: str) -> list[Verb]:
    found: list[Verb] = []
    marks = sorted([*VERB.finditer(text), *OPENER.finditer(text)], key=lambda match: (match.start(), -match.end()))
    for match in marks:
        opener = match.re is OPENER
        if found and match.start() < found[-1].end:
            # 建议关注标的：the noun takes the verb in; 推荐标的包括 the longer one wins.
            if opener and match.end() > found[-1].end:
                found[-1] = replace(found[-1], end=match.end(), opener=True)
            continue
        clause = _clause(text, match.start())
        if not opener and not is_advice(text, match.start(), match.end(), clause):
            continue
        if opener and re.search(r"(?:此前|曾|上周|上期|回顾|不|非)[^，。]{0,6}$", text[clause : match.start()]):
            continue
        printed = re.sub(r"^(?:我们|投资者|也|亦|仍然?|并|当前|目前)+|(?<=建议)投资者(?:可以?)?", "", match[0])
        if opener:
            printed = re.sub(r"(?:如下|包括|包含|主要|具体|有|为|是|涉及|如)+$", "", printed)
        found.append(Verb(match.start(), match.end(), printed, strength_of(match[0]), opener))
    return found


def _clause(text: str, at: int) -> int:
    """Give where the sentence of a place begins; a semicolon begins one too."""
    start = max(at - 300, 0)
    ends = [match.end() for match in _ENDS.finditer(text, start, at)]
    return ends[-1] if ends else start


def _same_sentence(text: str, start: int, end: int) -> bool:
    return end - start <= 160 and not _ENDS.search(text, start, end)  # noqa: PLR2004


def _stop(text: str, start: int, following: int, sells: dict[int, re.Match[str]]) -> int:
    limit = min(following, start + _LONGEST_SCOPE, len(text))
    limit = min([limit, *(at for at in sells if start <= at < limit)])
    at = start
    while match := _ENDS.search(text, at, limit):
        before = text[start : match.start()].rstrip(" ")[-1:]
        if match[0] == "\n" and (before in "、：:，," or (not before and text[start - 1] in "：:")):
            at = match.end()
            continue
        return match.start()
    return limit


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
    ) or (
        text[stop : stop + 1] == "\n" and text[verb.end : stop].strip(" ") == "" and bool(_UNIT_MARK.match(text, stop))
    )


def _keep(
    place: Place, speaker: Verb, verb: Verb, items: list[Item], stop: int, industry: str | None, findings: Findings
) -> None:
    text = place.text
    if performed(text[end_of(text, items, stop) : stop]) and re.search(
        r"推荐的|关注的|以来|上周|本周组合|组合", text[verb.start : items[0].start]
    ):
        return
    _unresolved(place, items, stop, findings)
    groups = _groups(text, items, verb.end)
    label = nearest_label(text, verb.start)
    for position, group in enumerate(groups):
        start = _quote_start(text, speaker, label) if position == 0 else group[0].lead
        theme = _theme(place, speaker, verb, group, position, label, industry)
        end = end_of(text, group, stop)
        findings.listings.append(Listing(start, end, tuple(group), theme, speaker.printed, speaker.strength))


def _groups(text: str, items: list[Item], start: int) -> list[list[Item]]:
    """Part a list where new words lead up to a name: ``设备A、B，以及材料C``."""
    groups: list[list[Item]] = []
    for item in items:
        lead = text[item.lead : item.start] if item.lead >= start else ""
        trimmed = re.sub(r"^(?:以及|及|和|与|还有|同时|其次|此外|另外|并)+", "", lead)
        if not groups or (len(trimmed) >= 2 and of_lead(trimmed) is not None):  # noqa: PLR2004
            groups.append([replace(item, lead=item.lead + len(lead) - len(trimmed))])
        else:
            groups[-1].append(item)
    return groups


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
    place: Place, speaker: Verb, verb: Verb, group: list[Item], position: int, label: Label | None, industry: str | None
) -> str | None:
    text = place.text
    named = label
    if named and named.theme and (named.marked or position == 0):
        return named.theme
    lead = text[group[0].lead if position else verb.end : group[0].start]
    if "：" in lead and (theme := of_label(lead.rpartition("：")[0].strip("：， \n"))):
        return theme
    if theme := of_lead(lead):
        return theme
    if named and named.theme:
        return named.theme
    sentence = _clause(text, speaker.start)
    item = nearest_item(text, speaker.start)
    if item is not None and (theme := of_sentence(text, item, speaker.start, item=True)):
        return theme
    begin = max(sentence, named.end if named else 0)
    return of_sentence(text, begin, speaker.start, item=False) or heading_above(text, speaker.start) or industry


def _governed(place: Place, verb: Verb, at: int, following: int, industry: str | None, findings: Findings) -> None:
    """Read items that have no verb of their own under the verb of the sentence that announces them."""
    text, limit, missed, first = place.text, min(len(place.text), at + _LONGEST_GOVERNED), 0, True
    while at < limit and missed < 2:  # noqa: PLR2004 - one item in a row may be all unknown names
        bullets = _BULLETS.match(text, at)
        at = bullets.end() if bullets else at
        ends = _ENDS.search(text, at, limit)
        end = ends.start() if ends else limit
        if end <= at:
            at = end + 1
            continue
        marked = bool(_UNIT_MARK.match(text, at))
        if at <= following < end:
            # The item has a verb of its own, which speaks for itself.
            own = VERB.search(text, at, end)
            if own and own.start() >= following and not marked and not first:
                return
            at, first = end + 1, False
            following = next((m.start() for m in VERB.finditer(text, end, limit)), len(text))
            continue
        found = _unit(place, verb, at, end, industry, first=first, findings=findings)
        if not found and not marked and (first or "：" not in text[at:end]):
            return
        missed = 0 if found else missed + 1
        sentence_over = ends is not None and ends[0] == "。"
        at, first = end + 1, False
        if sentence_over and not _UNIT_MARK.match(text, at) and not (marked and text[at : at + 1] == "\n"):
            return


def _unit(
    place: Place, verb: Verb, at: int, end: int, industry: str | None, *, first: bool, findings: Findings
) -> bool:
    text = place.text
    mark = _UNIT_MARK.match(text, at)
    begin = mark.end() if mark else at
    items = scan(place, begin, end, directly=True)
    colon = text.find("：", begin, min(end, begin + 40))
    label = None
    if colon >= 0 and (not items or items[0].start > colon):
        label = of_label(text[begin:colon])
        items = scan(place, colon + 1, end, directly=True)
    if not items:
        return False
    _unresolved(place, items, end, findings)
    near = items[0].start - verb.start <= 60 and first  # noqa: PLR2004 - as far as a quote reaches back
    sentence = _clause(text, verb.start)
    outer = nearest_label(text, verb.start)
    theme = label or of_lead(text[begin : items[0].start]) or (outer.theme if outer else None)
    theme = theme or of_sentence(text, sentence, verb.end, item=False) or heading_above(text, at) or industry
    start = verb.start if near else at
    findings.listings.append(Listing(start, end_of(text, items, end), tuple(items), theme, verb.printed, verb.strength))
    return True


def _postfix(place: Place, verb: Verb, stop: int, industry: str | None, findings: Findings) -> bool:
    """Read ``A、B等值得重点关注``: the list stands before its verb."""
    text = place.text
    if stop - verb.end > 6 or not re.search(r"值得|可|应|需|建议", text[max(0, verb.start - 4) : verb.end]):  # noqa: PLR2004
        return False
    clause = max(_clause(text, verb.start), *(text.rfind(mark, 0, verb.start - 1) for mark in "："))
    begin = max(clause, text.rfind("，", 0, verb.start - 3) + 1)
    items = scan(place, begin, verb.start)
    if not items:
        return False
    tail = text[items[-1].stop : verb.start]
    if not re.fullmatch(
        r"[】”\"]*(?:等[^，。；]{0,12})?(?:公司|标的|个股)?，?(?:值得|可以?|应|需|均|都|也|建议|继续|持续|我们)*", tail
    ):
        return False
    label = nearest_label(text, items[0].start)
    theme = (
        (label.theme if label else None)
        or of_lead(text[begin : items[0].start])
        or of_sentence(text, _clause(text, begin), begin, item=False)
    )
    findings.listings.append(Listing(begin, verb.end, tuple(items), theme or industry, verb.printed, verb.strength))
    return True


def _sector(place: Place, verb: Verb, stop: int, following: list[Verb], findings: Findings) -> None:
    text = place.text
    led = (
        following
        and _same_sentence(text, verb.end, following[0].start)
        and bool(scan(place, following[0].end, min(following[0].end + 30, len(text))))
    )
    if verb.opener or (led and "，" in text[verb.end : following[0].start]):
        return
    found = sector_of(text, verb.start, verb.end, stop, _clause(text, verb.start))
    if found:
        what, span = found
        if set(what) <= _MARKETS:
            item = nearest_item(text, verb.start)
            begin = item if item is not None else _clause(text, verb.start)
            theme = of_sentence(text, begin, verb.start, item=item is not None)
            what = (theme,) if theme else what
        findings.sectors.append((what, verb.printed, verb.strength, None, span))


def _unresolved(place: Place, items: list[Item], stop: int, findings: Findings) -> None:
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


def _sold(place: Place, sells: dict[int, re.Match[str]], starts: list[int], findings: Findings) -> None:
    """Leave negative advice to a person: it is said with its place, and never becomes a recommendation."""
    for at, match in sells.items():
        if not re.search(r"建议|推荐|调出|剔除", match[0]):
            continue
        stop = _stop(place.text, match.end(), min((s for s in starts if s >= match.end()), default=len(place.text)), {})
        items = scan(place, match.end(), stop, directly=True)
        if items:
            end = end_of(place.text, items, stop)
            words = place.text[at:end]
            what = Words(
                f'"{words}" advises against: add it by hand if it counts',
                f"“{words}”是看空或不推荐：如需计入请手工添加",
            )
            findings.problems.append(("negative_advice", what, (at, end), ()))
