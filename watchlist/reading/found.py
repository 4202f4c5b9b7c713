"""What is found in a report: securities with their places, lists of them under a verb, calls on sectors, problems."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from watchlist.domain.errors import Words
from watchlist.domain.model import Strength
from watchlist.reading.characters import Mapped

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person must decide.

    Attributes:
        span: where it is: in the flow while a text is read, then in the raw text.
        text: the raw words there.
        candidates: who a name may be.
    """

    kind: str
    what: Words
    span: Span
    text: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A security as a list names it.

    Attributes:
        start: of the name, in the flow; ``end`` is exclusive.
        stop: where what belongs to the name ends: code, brackets.
        symbol: ``None`` where it could not be resolved; ``candidates`` are then who it may be.
        short: whether the name is printed by two of its letters.
        lead: where the words that lead up to the name begin.
    """

    start: int
    end: int
    stop: int
    symbol: str | None
    lead: int
    candidates: tuple[str, ...] = ()
    coded: bool = False
    short: bool = False
    rating: str | None = None
    target: tuple[float, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of securities under one verb: one quote, one theme.

    Attributes:
        start: of the quote, in the flow; ``end`` is exclusive.
        verb: the words that recommend, as printed; ``None`` in a table.
    """

    start: int
    end: int
    items: tuple[Item, ...]
    theme: str | None
    verb: str | None
    strength: Strength
    rating: str | None = None


@dataclass(frozen=True, slots=True)
class SectorCall:
    """Words that recommend sectors, and where they stand in the flow."""

    what: tuple[str, ...]
    verb: str
    strength: Strength
    span: Span


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of the raw text, and where in it the name stands."""

    start: int
    end: int
    text: str
    name_start: int | None = None
    name_end: int | None = None


def quote_of(raw: str, mapped: Mapped, span: Span, name: Span | None = None) -> Quote:
    """Give the raw words of a part of a text; a name in it is always within its words."""
    start, end = mapped.span(*span)
    if name is None:
        return Quote(start, end, raw[start:end])
    first, last = mapped.span(*name)
    start, end = min(start, first), max(end, last)
    return Quote(start, end, raw[start:end], first, last)


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommendation: a security in a theme, with every quote."""

    theme: str | None
    name: str
    symbol: str
    strength: Strength
    verb: str | None
    rating: str | None
    target_price: float | None
    currency: str | None
    quotes: tuple[Quote, ...]


def joined(mentions: Sequence[Recommended], rank: Mapping[Strength, int]) -> Recommended:
    """Give mentions of one security in one theme, in order, as one: every quote, the strongest verb, what any knows."""
    strongest = max(mentions, key=lambda one: rank[one.strength])
    known = (strongest, *mentions)
    priced = next((one for one in known if one.target_price is not None), strongest)
    quotes = {(quote.start, quote.end, quote.name_start): quote for one in mentions for quote in one.quotes}
    return replace(
        strongest,
        name=mentions[0].name,
        verb=next((one.verb for one in known if one.verb), None),
        rating=next((one.rating for one in known if one.rating), None),
        target_price=priced.target_price,
        currency=priced.currency,
        quotes=tuple(sorted(quotes.values(), key=lambda quote: (quote.start, quote.name_start or 0))),
    )


def rated(recommendations: Iterable[Recommended]) -> tuple[Recommended, ...]:
    """Give each security that a verb recommends the rating, and the target price, of its row in a table of ratings."""
    every = tuple(recommendations)
    rows: dict[str, Recommended] = {}
    for one in every:
        if one.strength is Strength.RATING_ONLY:
            rows.setdefault(one.symbol, one)
    return tuple(_with_row(one, rows[one.symbol]) if one.symbol in rows else one for one in every)


def _with_row(one: Recommended, row: Recommended) -> Recommended:
    price = one if one.target_price is not None else row
    return replace(one, rating=one.rating or row.rating, target_price=price.target_price, currency=price.currency)


@dataclass(frozen=True, slots=True)
class Sector:
    """A recommendation of a sector (RULES 34)."""

    what: tuple[str, ...]
    verb: str | None
    strength: Strength
    rating: str | None
    quotes: tuple[Quote, ...]


@dataclass(slots=True)
class Findings:
    """What the passages over a flow gather; places are of the flow until the end."""

    listings: list[Listing] = field(default_factory=list)
    sectors: list[SectorCall] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    subject: Item | None = None
