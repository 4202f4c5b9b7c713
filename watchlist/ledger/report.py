"""What a file of the ledger holds: a report, and every recommendation with the exact words it was made in."""

import datetime as dt
import re
from typing import Annotated, Final, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from watchlist.domain.errors import Words
from watchlist.domain.symbols import CurrencyName, MarketName
from watchlist.ledger.fields import DIRECTIONS, Benchmark, Entry, Listed, StrengthWord, Symbol, Text
from watchlist.ledger.problems import Fault
from watchlist.ledger.scale import PrintedScale

# The Shanghai exchange reopened in December 1990; a later year than any report is a slip of the keyboard.
EARLIEST: Final = dt.date(1990, 12, 19)
LATEST: Final = dt.date(2100, 1, 1)


def _sha256(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise Fault(Words("must be 64 hexadecimal digits", "必须是 64 位十六进制数"))
    return text


def _report_date(day: dt.date) -> dt.date:
    if not EARLIEST <= day < LATEST:
        raise Fault(Words(f"{day} is no likely date of a report", f"{day} 不像是研报日期"))
    return day


def _direction(number: int) -> int:
    if number not in DIRECTIONS:
        raise Fault(Words("must be 1 (buy), 0 (neutral) or -1 (sell)", "必须是 1（看多）、0（中性）或 -1（看空）"))
    return number


ReportDate = Annotated[dt.date, AfterValidator(_report_date)]
Offset = Annotated[int, Field(ge=0)]


class Quote(Entry):
    """Words of the source text: ``text`` is exactly its code points ``[start, end)``.

    Attributes:
        name_start: where the security's own name stands, in the same offsets; ``name_end`` is exclusive.
    """

    start: Offset
    end: Offset
    text: Text
    name_start: Offset | None = None
    name_end: Offset | None = None

    @property
    def name(self) -> str | None:
        """Give the name as printed, line breaks and all; ``None`` when its place was not kept."""
        if self.name_start is None or self.name_end is None:
            return None
        return self.text[self.name_start - self.start : self.name_end - self.start]

    def _holds_name(self) -> bool:
        name_start, name_end = self.name_start or 0, self.name_end or 0
        return self.start <= name_start < name_end <= self.end

    @model_validator(mode="after")
    def _spans(self) -> Self:
        if self.end <= self.start:
            what = Words(f"{self.end} is not after start ({self.start})", f"{self.end} 不大于 start（{self.start}）")
            raise Fault(what, at=("end",))
        if len(self.text) != self.end - self.start:
            there, said = len(self.text), self.end - self.start
            en = f"has {there} characters, start and end say {said}"
            raise Fault(Words(en, f"有 {there} 字，而 end 减 start 为 {said}"), at=("text",))
        if (self.name_start is None) != (self.name_end is None):
            raise Fault(Words("name_start and name_end belong together", "name_start 与 name_end 必须同时出现"))
        if self.name is not None and not self._holds_name():
            raise Fault(Words("the name lies outside the quote", "名称不在引文之内"))
        return self


Quotes = Annotated[Listed[Quote], Field(min_length=1)]


class Analyst(Entry):
    """An analyst (分析师); the licence number is the identity: people change houses."""

    name: Text
    licence: Text | None = None


class Source(Entry):
    """The text that the offsets count in; the text itself is the broker's and no part of the ledger."""

    sha256: Annotated[str, AfterValidator(_sha256)]
    characters: Annotated[int, Field(ge=1)]
    encoding: Text = "utf-8"


class Period(Entry):
    """The days a periodical report covers, both included."""

    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end < self.start:
            raise Fault(
                Words(f"end {self.end} is before start {self.start}", f"end {self.end} 早于 start {self.start}")
            )
        return self


class IndustryRating(Entry):
    """The rating of the whole industry, as printed: ``增持（维持）``."""

    label: Text
    change: Text | None = None


class Benchmarks(Entry):
    """The benchmark that the report prints for each market, and its words."""

    markets: dict[MarketName, Listed[Benchmark]] = Field(default_factory=dict)
    quote: Quote | None = None


class Call(Entry):
    """What a recommendation of a share and one of a sector have in common."""

    verb: Text | None = None
    rating: Text | None = None
    direction: Annotated[int, AfterValidator(_direction)] | None = None
    quotes: Quotes

    @model_validator(mode="after")
    def _worded(self) -> Self:
        if self.verb is None and self.rating is None:
            raise Fault(Words("needs a verb or a rating", "需要 verb 或 rating"))
        return self


class Recommendation(Call):
    """A recommendation (推荐) of one security in one theme of one report.

    Attributes:
        theme: as printed; empty where the report names none.
        name: as printed, line breaks taken out.
        direction: +1, 0 or -1; ``None`` leaves it to the rating's scale, then to the verb.
        notes: what a reader should know of how it was printed.
    """

    theme: str
    name: Text
    symbol: Symbol
    strength: StrengthWord
    target_price: Annotated[float, Field(gt=0)] | None = None
    currency: CurrencyName | None = None
    notes: Text | None = None

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.target_price is None) != (self.currency is None):
            raise Fault(Words("target_price and currency belong together", "target_price 与 currency 必须同时出现"))
        return self


class SectorCall(Call):
    """A recommendation of a sector or of an industry (RULES 34), kept apart from shares."""

    what: Annotated[Listed[Text], Field(min_length=1)]
    strength: StrengthWord | None = None


class Report(Entry):
    """A report (研报) with everything it recommends; ``id`` is the stem of its file.

    Attributes:
        published: the day on the report; ``published_at`` is its moment where it is known.
        evidence: how the date is known.
    """

    id: Text
    broker: Text
    title: Text
    published: ReportDate
    published_at: AwareDatetime | None = None
    evidence: Text | None = None
    analysts: Listed[Analyst] = ()
    industry: Text | None = None
    industry_rating: IndustryRating | None = None
    language: Text = "zh"
    period: Period | None = None
    text: Source | None = None
    rating_scale: PrintedScale | None = None
    benchmarks: Benchmarks | None = None
    recommendations: Listed[Recommendation] = ()
    sector_calls: Listed[SectorCall] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _refuse_duplicates(self.recommendations)
        if self.text is not None:
            _refuse_beyond(self.quotes(), self.text.characters)
        if not self.recommendations and not self.sector_calls:
            raise Fault(Words("holds no recommendation", "没有任何推荐"))
        return self

    def quotes(self) -> tuple[Quote, ...]:
        """List every quote of the report, those of sectors last."""
        calls: tuple[Call, ...] = (*self.recommendations, *self.sector_calls)
        printed = (self.benchmarks.quote,) if self.benchmarks and self.benchmarks.quote else ()
        return (*(quote for call in calls for quote in call.quotes), *printed)


def _refuse_duplicates(recommendations: tuple[Recommendation, ...]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for position, one in enumerate(recommendations, start=1):
        first = seen.setdefault((one.theme, one.symbol), position)
        if first != position:
            en = f"{one.symbol} in {one.theme or 'no theme'} is recommendations[{first}] already"
            zh = f"{one.theme or '无主题'}：{one.symbol} 已见于 recommendations[{first}]"
            hint = Words(" Give that one both quotes.", "请把两处引文都写入那一条。")
            raise Fault(Words(en, zh), hint, at=("recommendations", position - 1))


def _refuse_beyond(quotes: tuple[Quote, ...], characters: int) -> None:
    for quote in quotes:
        if quote.end > characters:
            en = f"a quote ends at {quote.end}, beyond the {characters} of the text"
            raise Fault(Words(en, f"引文止于 {quote.end}，全文只有 {characters} 字"), at=("text", "characters"))
