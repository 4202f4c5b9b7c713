"""Reports on one company, and sentences that rate one: 维持“买入”评级, BUY, with target prices."""

import re
from bisect import bisect_right
from dataclasses import replace
from typing import Final

from watchlist.domain.model import Strength
from watchlist.reading.english import names_in
from watchlist.reading.found import Findings, Item, Listing
from watchlist.reading.houses import others_sentence, others_voice
from watchlist.reading.industry import Industry
from watchlist.reading.labels import nearest_label
from watchlist.reading.lists import Place, end_of, scan
from watchlist.reading.names import CODE, COMMON
from watchlist.reading.sector_words import INDUSTRY
from watchlist.reading.targets import TARGET, of_match
from watchlist.reading.unresolved import keep_unresolved
from watchlist.reading.words import CHANGE, RATING, strength_of_rating

_COVER, _HEADLINE, _CLAUSE = 1500, 44, 60
_RATED: Final = re.compile(
    rf"(?P<do>维持|给予|予以|首次覆盖|首次给予|重申|上调(?:评级)?至|下调(?:评级)?至|调高|调低|恢复|继续给予|"
    rf"上调|下调|we (?:reiterate|maintain|initiate|upgrade|downgrade|keep)|reiterate|maintain)"
    rf"(?P<whom>[^。；\n]{{0,40}}?)[“\"「『【《']?(?P<rating>{RATING.pattern})[”\"」』】》']?(?:的)?(?:投资)"
    rf"?(?:评级|rating|[，。；（( ]|$)",
    re.IGNORECASE,
)
# To the end of the sentence: the next one may rate another company.
_WHOM: Final = r"(?:(?!\.(?:\s|$))[^。；\n])"
_RATED_ON: Final = re.compile(
    rf"(?:maintain|reiterate|keep|initiate|upgrade|downgrade)\w* (?:our |an? |coverage with (?:an? )?)?"
    rf"(?P<rating>{RATING.pattern})"
    rf"(?: ratings?)? on (?P<whom>{_WHOM}{{2,60}})"
    r"|(?:are|stay|remain) (?P<rating3>Buy|Hold|Sell|Neutral|Overweight|Underweight|Outperform|"
    rf"Underperform) on (?P<whom3>{_WHOM}{{2,60}})"
    rf"|initiat\w* (?:coverage )?(?:of|on) (?P<whom2>{_WHOM}{{2,60}}?) (?:with|at) (?:an? )?"
    rf"(?P<rating2>{RATING.pattern})",
    re.IGNORECASE,
)
_COVER_RATING: Final = re.compile(
    rf"(?:(?:投资|股票|公司|最新)?评级[：: ]{{1,2}}|rating[：: ]{{1,2}})(?P<rating>{RATING.pattern})"
    rf"|(?<![\u4e00-\u9fff])(?P<rating2>{RATING.pattern})[ ]?(?:\((?:{CHANGE})[^()]{{0,6}}\)|[/|"
    rf"-]{{1,2}}(?:{CHANGE})|(?=\n))"
    rf"|(?:更新报告|公司报告|点评报告|深度报告|公司研究)[ \n]?(?P<rating3>{RATING.pattern})",
    re.IGNORECASE,
)
_NAMED_AHEAD: Final = re.compile(
    r"([\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9&.·-]{1,23}|"
    r"[A-Z0-9][A-Za-z0-9&.·'-]{1,23}(?: [A-Z&][A-Za-z&.]{0,16}){0,3})"
    r"[ ]?[(\[|/]?(?:股票代码|代码)?[：: ]?$"
)
_PAIRED: Final = re.compile(
    rf"[“\"「](?P<rating>{RATING.pattern})[”\"」](?=[、，]|(?:的)?(?:投资)?评级|和|及)", re.IGNORECASE
)
# 买入评级：A、B；增持评级的公司有：C
_RATED_LIST: Final = re.compile(
    rf"(?:维持|给予|予以|首次覆盖|首次给予|重申|继续给予)?[“\"「『【]?(?<![\u4e00-\u9fff](?=[A-Za-z]))(?P<rating>"
    rf"{RATING.pattern})[”\"」』】]?(?P<noun>(?:的)?(?:投资)?评级|[ ]ratings?)?(?:的)?(?:公司|标的|个股|股票)?"
    r"(?:有|包括|为|如下)?[：:](?=[ ]?[^ \n])",
    re.IGNORECASE,
)
_VERBS_TOO: Final = frozenset({"推荐", "看好", "强烈推荐", "谨慎推荐", "审慎推荐"})
_SENTENCE_END: Final = re.compile(r"\.(?=\s|$)|[。；\n]")
_SENTENCE_MARKS: Final = ("。", "；", "\n", ". ")
_LONGEST_SENTENCE, _LONGEST_PARAGRAPH = 240, 400
_FORMER: Final = re.compile(r"(?:此前|曾|上次|原)[^，。]{0,6}$")
_SECTORAL: Final = re.compile(r"行业|板块|sector|industry", re.IGNORECASE)


def read_company(place: Place, title: str | None, industry: Industry, findings: Findings) -> None:
    """Find what a report on one company says of it, and sentences that rate a company by name.

    The findings keep which company the whole report is about.

    Args:
        place: the flow.
        title: of the report.
        industry: of the report; the theme of its company where the text speaks of it.
        findings: takes what is found.
    """
    subject = _subject(place, title)
    place = replace(place, subject=subject.symbol if subject else None)
    findings.subject = (
        subject if subject and (_heads(place, subject) or _called(place, subject) in (title or "")) else None
    )
    sections = _sections(place)
    # A row of a table only repeats what a sentence says.
    advised = [listing for listing in findings.listings if listing.strength is not Strength.RATING_ONLY]
    listed = {item.symbol for listing in advised for item in listing.items}
    said = False
    for match in _RATED_ON.finditer(place.text):
        said = _rated_on(place, match, subject, industry, listed, findings) or said
    for match in _PAIRED.finditer(place.text):
        said = _pair(place, match, industry, listed, findings) or said
    for match in _RATED_LIST.finditer(place.text):
        said = _rated_list(place, match, industry, listed, findings) or said
    for match in _RATED.finditer(place.text):
        own = _section(place, sections, match.start()) or subject
        said = _sentence(place, match, own, industry, listed, findings) or said
    if subject is not None and not said and subject.symbol not in listed:
        cover = _COVER_RATING.search(place.text, 0, _COVER)
        if cover:
            rating = cover["rating"] or cover["rating2"] or cover["rating3"]
            _rate(place, subject, rating, (subject.start, subject.stop), industry, findings)


def _rated_on(
    place: Place,
    match: re.Match[str],
    subject: Item | None,
    industry: Industry,
    listed: set[str | None],
    findings: Findings,
) -> bool:
    """Read ``reiterate BUY on ENN (2688.HK) with TP HK$48.50 and on CR Gas (1193.HK)``."""
    whom = next(name for name in ("whom", "whom2", "whom3") if match[name])
    rating = next(match[name] for name in ("rating", "rating2", "rating3") if match[name])
    ends = _SENTENCE_END.search(place.text, match.start(whom), match.start(whom) + _LONGEST_SENTENCE)
    items = [one for one in names_in(place, match.start(whom), ends.start() if ends else match.end(whom)) if one.coded]
    named = _named(place, match.start(whom), match.end(whom))
    if not items and named is None and subject and _is_called(place, subject, match[whom]):
        named = subject
    said = False
    for item in items or ([named] if named else []):
        if item.symbol not in listed:
            # The company of the whole report is quoted where the report names it.
            own = item is subject
            span = (item.start, item.stop) if own else (match.start(), max(item.stop, match.end(whom)))
            _rate(place, item, rating, span, industry, findings)
            listed.add(item.symbol)
            said = True
    return said


def _rated_list(
    place: Place, match: re.Match[str], industry: Industry, listed: set[str | None], findings: Findings
) -> bool:
    """Read ``买入评级：A、B；增持评级：C``: a list to the end of its clause, under the rating that heads it."""
    text = place.text
    clause = _clause(text, match.start())
    ahead = text[clause : match.start()]
    if (match["rating"] in _VERBS_TOO and not match["noun"]) or _FORMER.search(ahead):
        return False
    if others_voice(ahead, place.house) or others_sentence(ahead, place.house):
        return False
    ends = _SENTENCE_END.search(text, match.end())
    stop = ends.start() if ends else len(text)
    items = [item for item in scan(place, match.end(), stop, directly=True) if item.symbol not in listed]
    if not items:
        return False
    keep_unresolved(place, items, stop, findings)
    rating, theme = match["rating"], _theme(place, match.start(), industry)
    strength, end = strength_of_rating(rating), end_of(text, items, stop)
    findings.listings.append(Listing(match.start(), end, tuple(items), theme, rating, strength, rating))
    listed.update(item.symbol for item in items if item.symbol)
    return True


def _clause(text: str, at: int) -> int:
    """Give where the sentence of a place begins; a semicolon, a line and an English stop begin one too."""
    return max(text.rfind(mark, 0, at) for mark in _SENTENCE_MARKS) + 1


def _is_called(place: Place, subject: Item, words: str) -> bool:
    """Say whether words mean the company that a report is about, by the name that it prints with its code."""
    called = place.text[subject.start : subject.end].casefold()
    return words.strip().casefold().startswith(called) or words.strip().casefold() in {"the company", "the stock"}


def _subject(place: Place, title: str | None) -> Item | None:
    """Give the one company that a report is about: printed with its code at the top, and alone there."""
    text = place.text
    found: list[Item] = []
    for code in CODE.finditer(text, 0, _COVER):
        symbol = place.names.of_code(code)
        # Bare digits at the top may be a telephone or a postcode: brackets or a market say that they are a code.
        bracketed = text[code.start() - 1 : code.start()] in {"(", "["} or text[
            max(0, code.start() - 3) : code.start()
        ].endswith(("代码：", "代码 ", "|"))
        if symbol is None or not (
            bracketed or code["cnx"] or code["hk"] or code["us"] or code["us2"] or code["hk2"] or code["pre"]
        ):
            continue
        name = _name_beside(place, code)
        if name:
            start, end = name
            stop = code.end() + (text[code.end() : code.end() + 1] in {")", "]"})
            found.append(Item(start, end, max(stop, end), symbol, start, coded=True))
    if not found:
        return None
    item = found[0]
    if len({one.symbol for one in found}) > 1 and not _heads(place, item):
        return None
    called = _called(place, item)
    return item if text.count(called) >= 2 or (title is not None and called in title) or len(text) < 1200 else None  # noqa: PLR2004


def _called(place: Place, item: Item) -> str:
    return place.text[item.start : item.end]


def _heads(place: Place, item: Item) -> bool:
    """Say whether a name begins the text, or stands in a line of its own; a row with a price is of a table."""
    if not place.text[: item.start].strip() and place.text[item.stop : item.stop + 1] not in {"、", "，"}:
        return True
    start, end = place.text.rfind("\n", 0, item.start) + 1, place.text.find("\n", item.stop)
    line = place.text[start : end if end >= 0 else len(place.text)]
    return len(line) <= _HEADLINE and not re.search(r"[、，。]|\d\.\d", line)


def _sections(place: Place) -> list[Item]:
    """List the companies that headings name with their codes: what a section rates is its company."""
    found = []
    for head in place.headings.companies:
        end = place.text.find("\n", head)
        code = CODE.search(place.text, head, end if end >= 0 else len(place.text))
        symbol, beside = (place.names.of_code(code), _name_beside(place, code)) if code else (None, None)
        if code and symbol and beside:
            found.append(Item(*beside, max(code.end() + 1, beside[1]), symbol, beside[0], coded=True))
    return found


def _section(place: Place, sections: list[Item], at: int) -> Item | None:
    """Give the company of the section that a place stands in."""
    above = [item for item in sections if item.start < at]
    if not above or place.headings.between(above[-1].stop, at):
        return None
    return above[-1]


def _name_beside(place: Place, code: re.Match[str]) -> tuple[int, int] | None:
    text = place.text
    before = _NAMED_AHEAD.search(text, max(0, code.start() - 60), code.start())
    if before:
        start, end = before.span(1)
        # 创新药医美健康齐发力康哲药业(0867.HK): the longest known name at the end is the company's.
        for at in range(start, end - 1):
            if end in place.names.ends_at(place.folded, at):
                return at, end
        return (start, end) if end - start <= 8 or text[start:end].isascii() else None  # noqa: PLR2004
    behind = re.compile(r"[)\] |/]{0,3}([\u4e00-\u9fffA-Za-z]{2,8})").match(text, code.end())
    if behind:
        for end in place.names.ends_at(place.folded, behind.start(1)):
            return behind.start(1), end
    return None


def _sentence(
    place: Place,
    match: re.Match[str],
    subject: Item | None,
    industry: Industry,
    listed: set[str | None],
    findings: Findings,
) -> bool:
    text = place.text
    if match["rating"] in _VERBS_TOO and not re.search(r"[”\"」』】》]|评级", text[match.start() : match.end()]):
        return False
    clause = _clause(text, match.start())
    whom, ahead = match["whom"], text[max(clause, match.start() - 40) : match.start()]
    named = _named(place, match.start("whom"), match.end("whom")) or _named(
        place, max(clause, match.start() - 40), match.start()
    )
    sectoral = _SECTORAL.search(whom) or (INDUSTRY.search(whom) and "公司" not in whom and named is None)
    voice = text[max(clause, text.rfind("，", clause, match.start()) + 1) : match.start()]
    if sectoral or _FORMER.search(ahead):
        return False
    if others_voice(voice, place.house) or others_sentence(text[clause : match.start()], place.house):
        return False
    items = _several(place, match, clause, named)
    for one in items:
        if one.symbol and one.symbol not in listed:
            _rate(place, one, match["rating"], (match.start(), match.end("rating")), industry, findings)
    if items:
        return True
    item = named or subject
    if item is None or item.symbol is None or item.symbol in listed:
        return False
    if named is None and subject is not None:
        _rate(place, subject, match["rating"], (subject.start, subject.stop), industry, findings)
    else:
        start = min(item.start, match.start())
        _rate(place, item, match["rating"], (start, match.end("rating")), industry, findings)
    return True


def _several(place: Place, match: re.Match[str], clause: int, named: Item | None) -> list[Item]:
    """List the companies that one sentence rates alike: behind the verb, or before it (A、B复牌后维持“推荐”评级)."""
    whom = re.match(r"(?:对|给予|公司)?", match["whom"])
    items = scan(place, match.start("whom") + (whom.end() if whom else 0), match.end("whom"))
    if len(items) < 2 and match.start() - clause <= _CLAUSE and "，" not in place.text[clause : match.start()]:  # noqa: PLR2004
        items = scan(place, clause, match.start())
        items += [named] if items and named and named.start - items[-1].stop == 1 else []
    return items if len(items) > 1 else []


def _pair(place: Place, match: re.Match[str], industry: Industry, listed: set[str | None], findings: Findings) -> bool:
    """Read ``维持恒瑞医药“增持”、迈瑞医疗“增持”评级``: each name with the rating in quotes behind it."""
    clause = place.text[max(0, match.start() - _CLAUSE) : match.start()]
    if others_voice(re.split(r"[，。；\n]", clause)[-1], place.house):
        return False
    item = _named(place, max(0, match.start() - 24), match.start())
    if item is None or max(item.end, item.stop) < match.start() - 1 or item.symbol in listed:
        return False
    _rate(place, item, match["rating"], (item.start, match.end()), industry, findings)
    listed.add(item.symbol)
    return True


def _named(place: Place, start: int, stop: int) -> Item | None:
    text = place.text
    last: Item | None = None
    for at in range(start, stop):
        for end in place.names.ends_at(place.folded, at):
            if end > stop or (last and at < last.end):
                continue
            code = re.compile(r"[ ]?[(\[]").match(text, end)
            match = CODE.match(text, code.end()) if code else None
            symbol = place.names.of_code(match) if match else None
            found = (symbol,) if symbol else place.names.symbols(text[at:end], place.day, place.market)
            common = symbol is None and place.folded[at:end] in COMMON
            if len(found) == 1 and end - at >= 3 and not common:  # noqa: PLR2004
                last = Item(at, end, match.end() if match else end, found[0], at, coded=symbol is not None)
            break
    if last is None and (match := CODE.search(text, start, stop)) and (symbol := place.names.of_code(match)):
        beside = _name_beside(place, match)
        if beside:
            last = Item(*beside, match.end(), symbol, beside[0], coded=True)
    return last


def _rate(place: Place, item: Item, rating: str, span: tuple[int, int], industry: Industry, findings: Findings) -> None:
    theme = _theme(place, span[0], industry, whole=place.subject == item.symbol)
    rated = replace(item, target=item.target or _target(place, item), rating=rating)
    findings.listings.append(Listing(*span, (rated,), theme, rating, strength_of_rating(rating), rating))


def _theme(place: Place, at: int, industry: Industry, *, whole: bool = False) -> str | None:
    """Give the theme of what is rated at a place: a whole report's is its industry's; in a digest each section's."""
    above = place.headings.above(at)
    label = nearest_label(place.text, at)
    if label and label.marked and label.theme and not place.names_one(label.theme):
        above = label.theme
    return (industry.anywhere() or above) if whole else (above or industry.near(at))


def _target(place: Place, item: Item) -> tuple[float, str | None] | None:
    """Give the target price of a rated company: behind its name, or before it in its sentence.

    Any target of a report on one company is that company's, as is any of a section; elsewhere one beside another
    company's name, or one of several companies at once (目标价分别为10元、20元), is not.
    """
    begin, end, owned = _reach(place, item)
    found = [match for match in TARGET.finditer(place.text, begin, end) if "分别" not in match[0]]
    behind = [match for match in found if match.start() >= item.start]
    for match in behind or found:
        between = (item.stop, match.start()) if behind else (begin, item.start)
        other = None if owned else _named(place, *between)
        return of_match(match) if other is None or other.symbol == item.symbol else None
    return None


def _reach(place: Place, item: Item) -> tuple[int, int, bool]:
    """Give where words on a company begin and end, and whether all of them are on it: its report, or its section.

    Elsewhere they reach from the beginning of its sentence, and no further than a paragraph may.
    """
    text, heads = place.text, place.headings.companies
    if place.subject == item.symbol:
        return 0, len(text), True
    at = bisect_right(heads, item.start)
    if at and "\n" not in text[heads[at - 1] : item.start]:
        return item.start, heads[at] if at < len(heads) else len(text), True
    return _clause(text, item.start), min(item.stop + _LONGEST_PARAGRAPH, len(text)), False
