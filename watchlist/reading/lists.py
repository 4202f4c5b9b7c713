"""Lists of securities in the scope of a verb: names and codes between 、，和与及【】, led up to by phrases or not."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from watchlist.domain.symbols import named_so, normalise_name
from watchlist.reading.characters import CIRCLES
from watchlist.reading.found import Item
from watchlist.reading.headings import Headings, headings
from watchlist.reading.names import CODE, COMMON, Names, by_prefix, upper
from watchlist.reading.sector_words import SECTOR
from watchlist.reading.targets import target_in
from watchlist.reading.words import ETC, LEAD, LET_GO, RATING, SEPARATORS

_AND: Final = ("以及", "及其", "还有", "和", "与", "及", "或", "跟", "同")
_LONGEST_LEAD, _SHORT_LEAD, _CLAUSE_LEAD, _LONGEST_BRACKET, _SHORTEST_NEXT, _LONGEST_CODE = 26, 8, 16, 80, 3, 14
_CLAUSE_END: Final = re.compile(r"(?:的|龙头|企业|厂商|公司|标的|领域|环节|方面|板块|方向|商)$")
_OPENING: Final = '(【“"「『《['
_STRICT: Final = frozenset(SEPARATORS + "。([！？!?【：")
_FOLLOWING: Final = re.compile(
    r"以及|和|与|及|或|等|外(?=，)|之外|以外|为代表|为首|两家|三家|两大|三大|双龙头|[两三四五六]只|H股|A股|港股|\(|"
    r"-?[USW](?![A-Z])|AND |and |&"
)
_LOOSE: Final = re.compile(
    r"的|在|均|都|皆|作为|凭借|受益|有望|未来|业绩|，|。|—|-|公司|龙头|集团|股份|产业链龙头|后续|这|且|将|当前|订单|"
    r"盈利|"
    r"拐点|弹性|竞争|具备|具有|份额|渠道|产能|新品|估值|长期|经营"
)
_CLAUSE_AND: Final = re.compile(
    r"^(?:以及|及|和|与|还有|同时|其次|此外|另外|并|且|其中|包括|如|例如|港股|A股|美股|海外|H股|also |and )"
)
_ENGLISH_AND: Final = re.compile(r"\s+(?:and|or|as well as|plus)\s+", re.IGNORECASE)
_TWO_LETTERS: Final = re.compile(r"[\u4e00-\u9fff]{2}(?=[、，。；/]|和|与|及|以及|等|$)")
# The mainland marks shares of companies without profit, Hong Kong those of biotechnology and second listings.
_OF_SUFFIX: Final = {"-U": "CN", "-UW": "CN", "-WD": "CN", "-B": "HK", "-S": "HK", "-SW": "HK", "-SB": "HK"}
_NOTE: Final = re.compile(r"\[\d{1,2}\]|\d(?=[、，。；和与及])")
_CODE_ENDS: Final = re.compile(r"[、，。；/]| ?(?:和|与|及|以及|and |or )|等|\.(?= |$)|$")
_CODE_AHEAD: Final = re.compile(rf"(?:{CODE.pattern})[ )|]?$", re.IGNORECASE)
_EXAMPLES: Final = re.compile(r"(?:如|包括|例如|比如|标的为|标的有)[：:]?【?$")
_PREPOSITIONS: Final = frozenset("以由对受向给从在被将把按据于让使令经比")
_BESIDE: Final = 30
_CODE_CLOSES: Final = {"(": ")", "[": "]", "【": "】"}
_CLOSERS: Final = '】”"』」》)'


@dataclass(frozen=True)
class Place:
    """The flow with what is needed to read it: its names, the day and the market of the report.

    Attributes:
        shorts: who two letters are short for in this text, as far as it was asked.
    """

    text: str
    folded: str
    names: Names
    headings: Headings
    day: dt.date | None = None
    market: str | None = None
    house: str | None = None
    subject: str | None = None
    shorts: dict[str, str | None] = field(default_factory=dict, compare=False)

    @classmethod
    def of(
        cls,
        text: str,
        names: Names,
        day: dt.date | None = None,
        market: str | None = None,
        house: str | None = None,
        industry: str | None = None,
    ) -> "Place":
        """Make one, with the text folded for look-ups and its headings found."""
        return cls(text, upper(text), names, headings(text, industry, partial(_is_name, names)), day, market, house)

    def names_one(self, words: str) -> bool:
        """Say whether words are a security's own name, and no word of every day, or hold its code."""
        return _is_name(self.names, words)


def _is_name(names: Names, words: str) -> bool:
    folded = normalise_name(words)
    own = folded in names and folded not in COMMON and not SECTOR.fullmatch(words)
    return own or CODE.search(words) is not None


def scan(place: Place, start: int, stop: int, *, directly: bool = False) -> list[Item]:
    """List the securities of a scope ``[start, stop)``, in order.

    Args:
        place: the flow.
        start: where the scope begins: right behind the verb.
        stop: where it ends.
        directly: whether the first name must be reached without a comma: the verb alone is weak.
    """
    items: list[Item] = []
    at, lead = start, start
    coded = {match.start(): match for match in CODE.finditer(place.text, start, stop)}
    while at < stop:
        item = (
            _coded_stranger(place, at, lead, coded)
            or _named(place, at, lead, start, stop)
            or _shortened(place, at, lead, stop)
            or _bare_code(place, at, lead, coded)
        )
        if item and not _continues(place.text, items, item, start, directly=directly):
            item = None
            if items:
                break
        if item:
            items.append(item)
            at = lead = _past(place.text, item.stop, stop)
            continue
        if place.text[at] in SEPARATORS or place.text[at] in "：:":
            lead = at + 1
        at += 1
    kept = [item for at, item in enumerate(items) if not _alone(place.text, items, at)]
    return [item for item in kept if not LET_GO.match(place.text, item.end)]


def end_of(text: str, items: list[Item], stop: int) -> int:
    """Give where the quote of a list ends: behind its last name, closing brackets, and 等标的."""
    at = items[-1].stop
    while at < stop and text[at] in _CLOSERS:
        at += 1
    etc = ETC.match(text, at, stop)
    return etc.end() if etc else at


def _past(text: str, at: int, stop: int) -> int:
    while at < stop and text[at] in _CLOSERS:
        at += 1
    return at


def _named(place: Place, at: int, lead: int, start: int, stop: int) -> Item | None:
    for end in place.names.ends_at(place.folded, at):
        if end > stop or not _bounded(place, at, end, lead, start, stop):
            continue
        name, suffixed = place.text[at:end], place.names.past_suffix(place.folded, end)
        note = _NOTE.match(place.text, suffixed)
        item = Item(at, end, note.end() if note else suffixed, None, lead)
        item = _with_code(place, item, lead)
        if item.symbol is not None:
            item = replace(item, candidates=_contradicted(place, name, item.symbol))
        else:
            market = _OF_SUFFIX.get(place.folded[end:suffixed]) or _market_near(place, at)
            found = place.names.symbols(name, place.day, market)
            item = replace(item, symbol=found[0], candidates=()) if len(found) == 1 else replace(item, candidates=found)
        return _with_bracket(place, item, stop)
    return None


def _contradicted(place: Place, name: str, symbol: str) -> tuple[str, ...]:
    """Give who a name and the code beside it may mean where they are of different known shares; else nobody."""
    bearers = place.names.symbols(name, None, None)
    if symbol in bearers or symbol not in place.names.securities:
        return ()
    both = named_so((symbol, *bearers))  # a share of Beijing may bear its older code
    return both if symbol in both else ()


def _shortened(place: Place, at: int, lead: int, stop: int) -> Item | None:
    """Read two letters between separators that are short for one share's name."""
    if at != lead or not (match := _TWO_LETTERS.match(place.text, at, stop)) or SECTOR.fullmatch(match[0]):
        return None
    if match[0] not in place.shorts:
        place.shorts[match[0]] = place.names.short(match[0], place.day, place.text)
    symbol = place.shorts[match[0]]
    return Item(at, match.end(), match.end(), symbol, at, short=True) if symbol else None


def _bare_code(place: Place, at: int, lead: int, coded: dict[int, re.Match[str]]) -> Item | None:
    """Read a code that stands in a list where a name would: it says who it is."""
    match = coded.get(at)
    if match is None or place.text[lead:at].strip(" ") or not _CODE_ENDS.match(place.text, match.end()):
        return None
    symbol = place.names.of_code(match)
    return Item(at, match.end(), match.end(), symbol, lead, coded=True) if symbol else None


def _market_near(place: Place, at: int) -> str | None:
    near = place.text[max(0, at - 40) : at]
    said = re.findall(r"港股|H股|A股|美股|中概股", re.split(r"[。；\n]", near)[-1])
    return {"港股": "HK", "H股": "HK", "A股": "CN", "美股": "US", "中概股": "US"}[said[-1]] if said else place.market


def _bounded(place: Place, at: int, end: int, lead: int, start: int, stop: int) -> bool:
    text = place.text
    name, size = text[at:end].upper(), end - at
    end = place.names.past_suffix(place.folded, end)
    after = text[end : end + 6]
    strict = (
        end >= stop
        or (after[0] == "：" and at == start)
        or bool(_NOTE.match(text, end))
        or after[0] in _STRICT
        or bool(_FOLLOWING.match(after))
        or bool(CODE.match(text, end + (after[:1] == " ")))
        or any(
            other - begin >= _SHORTEST_NEXT
            for begin in (end + (after[:1] == " "),)
            for other in place.names.ends_at(place.folded, begin)
        )
    )
    # Two letters are too common; a clause that begins with four speaks of whom they name.
    loose = strict or (size >= 3 and bool(_LOOSE.match(after))) or (size >= 4 and at == start)  # noqa: PLR2004
    if not loose and not _CODE_AHEAD.search(text, max(lead, at - _LONGEST_CODE), at):
        return False
    latin = text[at].isascii() and text[at].isalpha()
    if latin and (text[at - 1].isascii() and text[at - 1].isalnum() if at else False):
        return False
    if at in (start, lead):
        return True
    if _CODE_AHEAD.search(text, max(lead, at - _LONGEST_CODE), at):
        return True
    before = text[at - 1]
    if before in SEPARATORS or before in _OPENING or before in "：:":
        return True
    led = text[lead:at]
    if (not strict and led not in _AND) or len(led) > _LONGEST_LEAD or led[-1:] in _PREPOSITIONS:
        return False
    if led.endswith(_AND) and len(led) > len("和"):
        return True
    return bool(LEAD.search(led[-6:])) or (size >= 4 - (len(led) <= _SHORT_LEAD) and name not in COMMON)


def _with_code(place: Place, item: Item, lead: int) -> Item:
    text = place.text
    behind = re.compile(rf"(?:[{_CLOSERS}](?=[ ]?[(\[]))?[ ]?[(\[【]?(?:股票代码|代码|证券代码)?[：: ]?").match(
        text, item.stop
    )
    match = CODE.match(text, behind.end()) if behind else None
    if match is None:
        ahead = list(CODE.finditer(text, max(lead - 1, 0), item.start))
        if ahead and item.start - ahead[-1].end() <= 1 and text[ahead[-1].end() : item.start] in {"", " ", ")", "|"}:
            symbol = place.names.of_code(ahead[-1])
            return replace(item, symbol=symbol, coded=symbol is not None)
        return item
    symbol = place.names.of_code(match)
    if symbol is None:
        return item
    return replace(item, symbol=symbol, coded=True, stop=match.end())


def _with_bracket(place: Place, item: Item, stop: int) -> Item:
    """Take in what stands in brackets behind a name: code, rating, target, a word about it."""
    text, at = place.text, place.names.past_suffix(place.folded, item.end)
    if item.coded and item.stop > at:
        at = text.rfind("(", at, item.stop) if "(" in text[at : item.stop] else max(at, text.rfind("[", at, item.stop))
    elif at < stop and text[at] == " ":
        at += 1
    if at >= stop or text[at] not in "([":
        if item.coded and item.stop < stop and text[item.stop] in ")]":
            return replace(item, stop=item.stop + 1)
        return item
    close = text.find(")" if text[at] == "(" else "]", at, min(at + _LONGEST_BRACKET, len(text)))
    if close < 0:
        return item
    inside = text[at + 1 : close]
    rating = RATING.search(inside)
    return replace(item, stop=close + 1, rating=rating[0] if rating else None, target=target_in(inside))


def _coded_stranger(place: Place, at: int, lead: int, coded: dict[int, re.Match[str]]) -> Item | None:
    """Read ``NAME(CODE)`` where the name itself is not known: the code says who it is."""
    text = place.text
    if text[at] not in _CODE_CLOSES or at == lead:
        return None
    opened = re.compile(r"[(\[【](?:股票代码|代码|证券代码)?[：: ]?").match(text, at)
    match = coded.get(opened.end()) if opened else None
    symbol = (place.names.of_code(match) or by_prefix(match)) if match else None
    if symbol is None or match is None:
        return None
    begin = _stranger_start(text, lead, at)
    name_end = at
    while name_end > begin and text[name_end - 1] == " ":
        name_end -= 1
    if not 2 <= name_end - begin <= 40:  # noqa: PLR2004
        return None
    close = text.find(_CODE_CLOSES[text[at]], match.end(), match.end() + _LONGEST_BRACKET)
    item = Item(begin, name_end, close + 1 if close >= 0 else match.end(), symbol, lead, coded=True)
    inside = text[match.end() : close] if close >= 0 else ""
    rating = RATING.search(inside)
    return replace(item, rating=rating[0] if rating else None, target=target_in(inside))


def _stranger_start(text: str, lead: int, at: int) -> int:
    """Give where an unknown name that ends at ``at`` begins: behind conjunctions and what leads up to it."""
    begin = lead
    for joint in _ENGLISH_AND.finditer(text, lead, at):
        begin = joint.end()
    for cut in re.compile("|".join(_AND)).finditer(text, begin, at):
        if at - cut.end() >= 2:  # noqa: PLR2004
            begin = cut.end()
    for end in range(at - 2, begin, -1):
        if LEAD.search(text[max(begin, end - 6) : end]) and not text[begin:end].isascii():
            begin = end
            break
    while begin < at and text[begin] in ' 【“"：:、，':
        begin += 1
    return begin


def _continues(text: str, items: list[Item], item: Item, start: int, *, directly: bool) -> bool:
    """Say whether an item belongs to the list so far: by separators, or in a clause that goes on with it."""
    if not items:
        between = text[start : item.start]
        if directly and "，" in between.rstrip("，：:") and not _EXAMPLES.search(between):
            return False
        return len(between) <= 160  # noqa: PLR2004 - a scope that says so much first is prose
    gap = text[_past(text, items[-1].stop, item.start) : item.start]
    etc = ETC.match(gap)
    rest = gap[etc.end() :] if etc else gap
    if "。" in rest or rest[:1] == "：":
        return False
    bare = rest.lstrip(" 、/|+&\n")
    if "，" not in rest[:1] and "，" not in bare:
        return (
            not rest
            or rest[0] in f" 、/|+&>\n【“「{CIRCLES}"
            or rest.startswith(_AND)
            or bool(etc)
            or bool(_ENGLISH_AND.match(rest))
            or bool(_CLAUSE_AND.match(bare))
        )
    clause = rest[rest.rfind("，") + 1 :].lstrip(" ")
    if rest.count("，") > 1:
        return False
    if not clause or _CLAUSE_AND.match(clause):
        return True
    if (
        len(clause) <= _SHORT_LEAD - 2
        and not set(clause) & _PREPOSITIONS
        and not re.search(r"[是为已较其该非不未无除]", clause)
    ):
        return True
    return len(clause) <= _CLAUSE_LEAD and bool(_CLAUSE_END.search(clause))


def _alone(text: str, items: list[Item], at: int) -> bool:
    """Say whether a word of every day stands where only a name among names, in 【】 or with a code, counts as one."""
    item = items[at]
    if not item.short and (text[item.start : item.end].upper() not in COMMON or item.coded):
        return False
    if item.start and text[item.start - 1] == "【":
        return False
    beside = [items[near] for near in (at - 1, at + 1) if 0 <= near < len(items)]
    return not any(
        text[other.start : other.end].upper() not in COMMON and abs(other.start - item.end) <= _BESIDE
        for other in beside
    )
