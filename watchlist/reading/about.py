"""What a report says of itself (封面): its house, analysts, title, days, industry, scale and benchmarks."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from watchlist.reading.analysts import analysts
from watchlist.reading.characters import Mapped
from watchlist.reading.cover import industry_of, industry_rating_of, title_of
from watchlist.reading.dates import period, published
from watchlist.reading.found import Quote, quote_of
from watchlist.reading.houses import broker_of
from watchlist.reading.names import Names
from watchlist.reading.scale import benchmarks, rating_scale

_LANGUAGE_SHARE: Final = 0.05
_COVER: Final = 2500
_LONGEST_LINE: Final = 160


@dataclass(frozen=True, slots=True)
class Told:
    """What a person says of a report where its text is silent; it wins over the text."""

    broker: str | None = None
    published: dt.date | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a report says of itself; ``None`` where it is silent.

    Attributes:
        published_text: the words that print its day.
        rating_scale: ``stock`` and ``industry`` as the ledger keeps them.
        benchmarks: symbols by market, and the quote that prints them.
    """

    broker: str | None
    analysts: tuple[tuple[str, str | None], ...]
    title: str | None
    published: dt.date | None
    published_text: str | None
    period: tuple[dt.date, dt.date] | None
    industry: str | None
    industry_rating: tuple[str, str | None, str] | None
    rating_scale: dict[str, Any] | None
    benchmarks: dict[str, tuple[str, ...]] | None
    benchmarks_quote: Quote | None
    language: str

    @property
    def market(self) -> str | None:
        """The market that its names are of where they say no other."""
        broker = self.broker or ""
        if "香港" in broker or (broker.endswith("国际") and "野村" not in broker):
            return "HK"
        if self.benchmarks and set(self.benchmarks) == {"HK"}:
            return "HK"
        return "CN" if broker or (self.benchmarks and "CN" in self.benchmarks) else None


def read_about(raw: str, page: Mapped, body: Mapped, names: Names, told: Told, last: dt.date | None) -> About:
    """Read what a report says of itself.

    Args:
        raw: its text.
        page: all that it prints, legal words too: they name the house and the scale.
        body: the page without them.
        names: who is called what; no share's name is a title.
        told: what a person says instead.
        last: no report is later than this day.
    """
    text = page.text
    # A text without line breaks, or one that a page wrapped, has a cover without lines.
    lined = "\n" in text.strip()[:_LONGEST_LINE]
    day = published(body.text, last, lined=lined)
    industry = industry_of(body.text)
    rated = industry_rating_of(body.text[:_COVER]) if industry else None
    printed = benchmarks(text)
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in text)
    return About(
        broker=told.broker or broker_of(text),
        analysts=tuple((as_printed(raw, page, name, len(text)) or name, licence) for name, licence in analysts(text)),
        title=told.title or as_printed(raw, body, title_of(body.text, industry, names, lined=lined), len(body.text)),
        published=told.published or (day[0] if day else None),
        published_text=quote_of(raw, body, day[1]).text if day else None,
        period=period(body.text, day[0] if day else None),
        industry=as_printed(raw, body, industry, 0),
        industry_rating=(rated[0], rated[1], quote_of(raw, body, rated[2]).text) if rated else None,
        rating_scale=rating_scale(text),
        benchmarks=printed.markets if printed else None,
        benchmarks_quote=quote_of(raw, page, printed.span) if printed and printed.span else None,
        language="zh-CN" if chinese > _LANGUAGE_SHARE * len(text) else "en",
    )


def as_printed(raw: str, mapped: Mapped, words: str | None, before: int) -> str | None:
    """Give words of the text as it prints them: the last place before ``before``, else the first, is theirs."""
    if words is None:
        return None
    at = mapped.text.rfind(words, 0, before)
    at = at if at >= 0 else mapped.text.find(words)
    return words if at < 0 else mapped.printed(raw, at, at + len(words))
