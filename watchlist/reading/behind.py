"""Lists that stand before their verb: ``A、B等值得重点关注``, ``A订单饱满，强烈推荐``."""

import re
from typing import Final

from watchlist.reading.found import Findings, Item, Listing
from watchlist.reading.industry import Industry
from watchlist.reading.labels import nearest_label
from watchlist.reading.lists import Place, scan
from watchlist.reading.parts import by_brackets, parted
from watchlist.reading.themes import of_lead, of_sentence
from watchlist.reading.verbs import Verb, clause_of

# 洋河股份…，可关注其布局机会: whose, the sentence has said.
_OF_IT: Final = re.compile(r"其(?!他|它|中|次|余)|该(?:股|公司|标的)|上述(?:公司|标的|个股)")
_OPENS: Final = re.compile(r"^(?:此外|另外|同时|其中|而|且|并且|以及|和|及|[ 、，])+")
_TAIL: Final = re.compile(
    r"[】”\"]*(?:等[^，。；]{0,12})?(?:公司|标的|个股)?(?:[^，。；：]{0,24}，){0,3}(?:值得|可以?|应|需|均|都|也|"
    r"建议|继续|持续|我们)*"
    r"|[】”\"]*(?:等[^，。；]{0,12})?[^，。；：、]{0,14}，?(?:值得|可以?|应|需|均|都|也|建议|继续|持续|我们|予以)*"
)
_ALONE: Final = re.compile(r"[，、 】](?:予以|给予|我们|均|都|也|为|是|建议|继续)*$")
_MOST_CLAUSES, _SHORT_TAIL, _LONGEST_LED = 3, 6, 16


def read_behind(place: Place, verb: Verb, stop: int, industry: Industry, findings: Findings) -> bool:
    """Read ``A、B等值得重点关注``: the list stands before its verb, clauses about it between them at most."""
    text = place.text
    of_it = _OF_IT.match(text, verb.end) is not None
    last = not text[verb.end : stop].strip(" ")
    advised = stop - verb.end <= _SHORT_TAIL and re.search(
        r"值得|可|应|需|建议", text[max(0, verb.start - 4) : verb.end]
    )
    if not (advised or of_it or (last and _ALONE.search(text, max(verb.start - 8, 0), verb.start))):
        return False
    sentence = max(clause_of(text, verb.start), text.rfind("：", 0, verb.start - 1) + 1)
    items, begin = _before(place, verb, sentence, far=last or of_it)
    if not items:
        return False
    label = nearest_label(text, items[0].start)
    theme = (
        (label.theme if label else None)
        or of_lead(text[begin : items[0].start])
        or industry.narrower(of_sentence(text, clause_of(text, begin), begin, item=False))
        or place.headings.item_above(begin)
        or industry.near(begin)
    )
    for position, group in enumerate(parted(text, items, begin)):
        own = theme if position == 0 else of_lead(text[group[0].lead : group[0].start])
        for told, part in by_brackets(text, group, own or theme, industry.name):
            findings.listings.append(Listing(begin, verb.end, tuple(part), told, verb.printed, verb.strength))
    return True


def _before(place: Place, verb: Verb, sentence: int, *, far: bool) -> tuple[list[Item], int]:
    """Give the list before a verb and where its clause begins: the nearest, or one that it opens."""
    text, edge = place.text, verb.start - 3
    for back in range(_MOST_CLAUSES if far else 1):
        begin = max(sentence, text.rfind("，", 0, max(edge, 0)) + 1)
        items = scan(place, begin, verb.start)
        led = _OPENS.sub("", text[begin : items[0].start]) if items else ""
        opens = back == 0 or not led or (len(led) <= _LONGEST_LED and led.endswith(("是", "为", "有")))
        if items and opens and _TAIL.fullmatch(text[items[-1].stop : verb.start]):
            return items, begin
        if begin <= sentence:
            break
        edge = begin - 1
    return [], sentence
