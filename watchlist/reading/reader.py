"""The reader: the text of a report becomes a draft with exact quotes, and problems for a person. Pure."""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from watchlist.domain.model import STRENGTH_ORDER, Strength
from watchlist.domain.symbols import CURRENCY
from watchlist.domain.symbols import market as market_of
from watchlist.reading.about import About, Told, as_printed, read_about
from watchlist.reading.characters import Mapped, normalise
from watchlist.reading.company import read_company
from watchlist.reading.english import read_english
from watchlist.reading.found import (
    Findings,
    Item,
    Listing,
    Problem,
    Quote,
    Recommended,
    Sector,
    joined,
    quote_of,
    rated,
)
from watchlist.reading.industry import Industry
from watchlist.reading.layout import clean, cut
from watchlist.reading.lines import broken_names, flow, unwrapped
from watchlist.reading.lists import Place
from watchlist.reading.names import Names
from watchlist.reading.picks import read_picks
from watchlist.reading.scopes import read_scopes
from watchlist.reading.sector_words import sector_in
from watchlist.reading.tables import read_tables

_SET_WIDE: Final = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?: {1,2}[\u4e00-\u9fff]){1,3}[A-Z]?(?![\u4e00-\u9fff])"
)
_GAPS: Final = re.compile(" +")
_FEWEST_ABROAD: Final = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reading makes of a text."""

    about: About
    recommendations: tuple[Recommended, ...]
    sectors: tuple[Sector, ...]
    problems: tuple[Problem, ...]
    told: Told


def read(
    raw: str,
    names: Names,
    told: Told | None = None,
    *,
    last: dt.date | None = None,
    simplified: Mapping[str, str] | None = None,
) -> Draft:
    """Read a report.

    Args:
        raw: its text; offsets count its code points.
        names: who is called what.
        told: what a person adds.
        last: no report is later than this day.
        simplified: further characters to fold.
    """
    told = told or Told()
    page = clean(unwrapped(normalise(raw, simplified)))
    body = cut(page)
    about = read_about(raw, page, body, names, told, last)
    run, page = flow(body, names), flow_of_tables(body, names)
    market = about.market
    findings = _found(run, page, names, about, market, simplified)
    if market is None and (likely := _only_market(findings)):
        findings = _found(run, page, names, about, likely, simplified)
    if findings.subject is not None:
        # The rating on the cover of a report on one company is the company's, not its industry's.
        about = replace(about, industry_rating=None)
    return Draft(
        about,
        _merged(raw, run, findings.listings),
        _sectors(raw, run, findings, about),
        _problems(raw, run, findings),
        told,
    )


def _found(
    run: Mapped, page: Mapped, names: Names, about: About, market: str | None, simplified: Mapping[str, str] | None
) -> Findings:
    """Read the flow and the tables of a page; names of two listings are those of ``market``."""
    own = normalise(about.industry, simplified).text if about.industry else None
    place = Place.of(run.text, names, about.published, market, about.broker, own)
    industry = Industry(own, run.text, sector_in(names.taken_out(about.title or "")))
    findings = Findings()
    read_scopes(place, industry, findings)
    read_english(place, industry, findings)
    tables = Place.of(page.text, names, about.published, market, about.broker)
    _read_tables(tables, page, findings, run)
    read_company(place, about.title, Industry(own, run.text), findings)
    return findings


def _only_market(findings: Findings) -> str | None:
    """Give the one market of every name that is not in doubt; ``None`` where there are two, or no doubt."""
    items = [item for listing in findings.listings for item in listing.items]
    if all(item.symbol for item in items):
        return None
    # A printed code says its own market, and nothing of the names beside it.
    called = {item.symbol for item in items if item.symbol and not item.coded}
    known = called or {item.symbol for item in items if item.symbol}
    markets = {market_of(symbol) for symbol in known}
    # One mainland share says it in a Chinese report; a share of Hong Kong is often the one exception.
    return markets.pop() if len(markets) == 1 and (markets == {"CN"} or len(known) >= _FEWEST_ABROAD) else None


def flow_of_tables(body: Mapped, names: Names) -> Mapped:
    """Give the page as tables need it: with its lines and gaps, but names set wide (五 粮 液) or broken closed up."""
    page = body.kept(broken_names(body.text, names))
    wide = [space.span() for name in _SET_WIDE.finditer(page.text) for space in _GAPS.finditer(page.text, *name.span())]
    return page.kept(wide)


def _read_tables(place: Place, page: Mapped, findings: Findings, run: Mapped) -> None:
    """Read tables on the page itself and give their places in the flow's terms, by raw offsets.

    What the flow reads inside a table of picks is none of it: its cells run together there.
    """
    own = Findings()
    taken = [_moved_span(span, page, run) for span in read_picks(place, own)]
    findings.listings = [one for one in findings.listings if not _within(one.items[0].start, taken)]
    findings.problems = [one for one in findings.problems if not _within(one.span[0], taken)]
    read_tables(place, own)
    findings.listings += [_moved(listing, page, run) for listing in own.listings]
    findings.problems += [replace(one, span=_moved_span(one.span, page, run)) for one in own.problems]


def _within(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _moved(listing: Listing, page: Mapped, run: Mapped) -> Listing:
    start, end = _moved_span((listing.start, listing.end), page, run)
    items = []
    for item in listing.items:
        begin, stop = _moved_span((item.start, item.end), page, run)
        items.append(replace(item, start=begin, end=stop, stop=stop, lead=begin))
    return replace(listing, start=start, end=end, items=tuple(items))


def _moved_span(span: tuple[int, int], page: Mapped, run: Mapped) -> tuple[int, int]:
    start, end = page.span(*span)
    return bisect_left(run.origin, start), bisect_right(run.origin, end - 1)


def _merged(raw: str, run: Mapped, listings: list[Listing]) -> tuple[Recommended, ...]:
    """Make one recommendation of every mention of a security in a theme, in the order they are first printed."""
    found: dict[tuple[str | None, str], list[Recommended]] = {}
    for listing in sorted(listings, key=lambda one: one.start):
        for item in listing.items:
            if item.symbol is not None:
                one = _recommended(raw, run, listing, item)
                found.setdefault((one.theme, one.symbol), []).append(one)
    return rated(joined(mentions, STRENGTH_ORDER) for mentions in found.values())


def _recommended(raw: str, run: Mapped, listing: Listing, item: Item) -> Recommended:
    symbol = item.symbol or ""
    price, printed = item.target or (None, None)
    currency = printed or (CURRENCY.get(market_of(symbol)) if price is not None else None)
    quote = quote_of(raw, run, (listing.start, listing.end), (item.start, item.end))
    name = "".join(raw[quote.name_start : quote.name_end].split())
    if name.isascii():
        name = " ".join(raw[quote.name_start : quote.name_end].split())
    return Recommended(
        as_printed(raw, run, listing.theme, listing.end),
        name,
        symbol,
        listing.strength,
        listing.verb,
        listing.rating or item.rating,
        price,
        currency,
        (quote,),
    )


def _sectors(raw: str, run: Mapped, findings: Findings, about: About) -> tuple[Sector, ...]:
    """Make one call of every mention of the same sectors by the same words, and one of the industry's rating."""
    found: dict[tuple[tuple[str, ...], str], Sector] = {}
    for call in findings.sectors:
        before = found.get((call.what, call.verb))
        quotes = (*(before.quotes if before else ()), quote_of(raw, run, call.span))
        found[call.what, call.verb] = Sector(call.what, call.verb, call.strength, None, quotes)
    sectors = list(found.values())
    if about.industry and about.industry_rating:
        label, _, printed = about.industry_rating
        at = raw.find(printed)
        quote = Quote(at, at + len(printed), printed)
        sectors.append(Sector((about.industry,), None, Strength.RATING_ONLY, label, (quote,)))
    return tuple(sectors)


def _problems(raw: str, run: Mapped, findings: Findings) -> tuple[Problem, ...]:
    """Give each problem once, with its place in the raw text and the words there."""
    problems: dict[tuple[str, int], Problem] = {}
    for one in findings.problems:
        start, end = run.span(*one.span)
        problems.setdefault((one.kind, start), replace(one, span=(start, end), text=raw[start:end]))
    return tuple(problems.values())
