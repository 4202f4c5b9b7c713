"""Notes in English: top picks, names with their codes, and lists behind an English verb."""

import re
from collections.abc import Iterator
from typing import Final

from watchlist.domain.model import Strength
from watchlist.reading.found import Findings, Item, Listing
from watchlist.reading.industry import Industry
from watchlist.reading.lists import Place
from watchlist.reading.names import CODE

_VERBS: Final = re.compile(
    r"(?P<strong>(?:our |the )?(?:sector |key )?(?:top|best|first|preferred) (?:picks?|ideas?|choices?|"
    r"buys?)(?: (?:are|is|include|remain)s?)?|strongly recommend|conviction (?:buys?|list)(?: (?:includes?|"
    r"are))?)"
    r"|(?P<plain>we (?:continue to |still |also |would |strongly )?(?:recommend|like|prefer|favou?r|suggest "
    r"buying|advise buying)|(?:we )?recommend(?:ed names| accumulating)?|buy-rated names(?: are| include)?|"
    r"(?:continue to )?recommend|(?<![a-z] )prefer(?= ))"
    r"|(?P<watch>(?:we )?(?:suggest|recommend) (?:watching|monitoring|paying attention to|keeping an eye "
    r"on)|(?:names|stocks) to watch(?: are| include)?|beneficiaries(?: include| are)?|keep an eye on|worth "
    r"watching(?: are| include)?|on our watch ?list(?: are)?)",
    re.IGNORECASE,
)
_IS_PICK: Final = re.compile(
    r"\b(?:is|are|remains?) (?:also )?(?:our |the )?(?:sector |key )?(?:top|best|first|preferred) "
    r"(?:picks?|ideas?|choices?|buys?|names?|exposures?)",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"(?:do(?:es)? not|don't|no longer|not|never|previously|used to|had|last (?:year|month|week),? we|avoid|"
    r"stop(?:ped)? )[ ]*(?:we )?$",
    re.IGNORECASE,
)
_OTHERS: Final = re.compile(
    r"(?:investors|analysts|the market|management|board|doctors|regulators?|consumers|they|it|users|"
    r"guidelines?) (?:also |still )?$",
    re.IGNORECASE,
)
_END: Final = re.compile(
    r"\.(?=\s|$)|[。；;\n]|\bbut\b|\bwhile\b|\bover (?=[A-Z])|\bas (?:its|their|the)\b", re.IGNORECASE
)
_SHORTEST: Final = 3
_SPLIT: Final = re.compile(r"[，,、/&]| and | or | as well as |：")
_LABEL: Final = re.compile(r"[ \d.)(•*-]*([A-Za-z][A-Za-z0-9 &+/-]{1,30})：")
# Labels that name a part of a note, and no theme.
_SECTION: Final = re.compile(
    r"picks?|ideas?|views?|summary|recommend|thesis|valuation|conclusion|stocks?|strategy", re.IGNORECASE
)
_IN: Final = re.compile(
    r"\b(?:in|within|for) (?:the )?(?P<theme>[A-Za-z][A-Za-z &-]{1,24}?)(?: space| sector| industry| segment|，|：|$)",
    re.IGNORECASE,
)


def read_english(place: Place, industry: Industry, findings: Findings) -> None:
    """Find lists behind English verbs; a name counts by its code or as one that is known."""
    text = place.text
    findings.listings += _picks(place, industry)
    verbs = [verb for verb in _VERBS.finditer(text) if _advises(text, verb)]
    for position, verb in enumerate(verbs):
        limit = verbs[position + 1].start() if position + 1 < len(verbs) else len(text)
        end = _END.search(text, verb.end() + 1, min(limit, verb.end() + 500))
        stop = end.start() if end else min(limit, verb.end() + 500)
        items = list(names_in(place, verb.end(), stop))
        if not items:
            continue
        theme = _theme(text, verb, items[0].start, items[-1].stop) or industry.near(verb.start())
        strength = (
            Strength.STRONG_RECOMMEND if verb["strong"] else Strength.RECOMMEND if verb["plain"] else Strength.WATCH
        )
        words = re.sub(r"^we (?:continue to |still |also |would )?", "", verb[0], flags=re.IGNORECASE)
        findings.listings.append(Listing(verb.start(), items[-1].stop, tuple(items), theme, words, strength))


def _picks(place: Place, industry: Industry) -> Iterator[Listing]:
    """Read ``Kingdee (268 HK) is our top pick``: the list stands before its verb."""
    text = place.text
    for pick in _IS_PICK.finditer(text):
        start = max(text.rfind(mark, 0, pick.start()) for mark in (". ", "；", "\n", "：")) + 1
        items = names_in(place, start, pick.start())
        if items:
            theme = _theme(text, pick, items[0].start, items[-1].stop) or industry.near(pick.start())
            yield Listing(start, pick.end(), tuple(items), theme, pick[0], Strength.STRONG_RECOMMEND)


def _advises(text: str, verb: re.Match[str]) -> bool:
    before = text[max(0, verb.start() - 40) : verb.start()]
    return not _NOT.search(before) and not _OTHERS.search(before)


def names_in(place: Place, start: int, stop: int) -> list[Item]:
    """List the securities between two places, parted by commas and conjunctions."""
    items: list[Item] = []
    at = start
    bounds = [*_SPLIT.finditer(place.text, start, stop), None]
    for bound in bounds:
        end = bound.start() if bound else stop
        # A comma inside brackets, as in (700 HK, BUY), does not part names.
        if bound and place.text.count("(", at, end) > place.text.count(")", at, end):
            continue
        item = _item(place, at, end)
        if item is None and items and end - at > 40:  # noqa: PLR2004 - prose after the list
            break
        if item:
            items.append(item)
        at = bound.end() if bound else stop
    return items


def _item(place: Place, start: int, end: int) -> Item | None:
    text = place.text
    code = CODE.search(text, start, end)
    symbol = place.names.of_code(code) if code else None
    if code and symbol:
        name = re.search(
            r"([A-Z\u4e00-\u9fff][A-Za-z0-9&.'\u4e00-\u9fff -]{1,40}?)[ ]?[(\[]?$", text[start : code.start()]
        )
        if name is None:
            return Item(code.start(), code.end(), code.end(), symbol, start, coded=True)
        close = text.find(")", code.end(), code.end() + 40)
        stop = close + 1 if 0 <= close < end + 1 else code.end()
        return Item(start + name.start(1), start + name.end(1), stop, symbol, start, coded=True)
    for at in range(start, end):
        if at > start and text[at - 1].isascii() and text[at - 1].isalnum():
            continue
        for stop in place.names.ends_at(place.folded, at):
            after = text[stop : stop + 1]
            if (
                stop <= end
                and text[at:stop].isascii()
                and stop - at >= _SHORTEST
                and not (after.isascii() and after.isalnum())
            ):
                found = place.names.symbols(text[at:stop], place.day, place.market)
                if len(found) == 1:
                    return Item(at, stop, stop, found[0], start)
    return None


def _theme(text: str, verb: re.Match[str], first: int, last: int) -> str | None:
    line = max(text.rfind("\n", 0, verb.start()), text.rfind(". ", 0, verb.start())) + 1
    label = _LABEL.match(text, line, verb.start())
    if label and not _SECTION.search(label[1]):
        return label[1].strip()
    between = (
        _IN.search(text[verb.end() : first])
        or _IN.search(text[line : min(first, verb.start())])
        or _IN.search(text[last : last + 40].split(".", maxsplit=1)[0])
    )
    return between["theme"].strip() if between else None
