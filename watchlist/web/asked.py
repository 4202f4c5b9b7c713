"""What a question to the API may name, checked and described; a word that no question knows is refused, not ignored."""

import datetime as dt
import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from watchlist.domain.model import Standing
from watchlist.domain.symbols import CurrencyName, MarketName
from watchlist.queries.groups import By
from watchlist.queries.returns import Members
from watchlist.web.choice import Choice

MOST: Final = 10_000  # rows of one answer


def _iso(text: object) -> object:
    """Refuse numbers, which would be taken for seconds since 1970: 20240614 is no day of 1970."""
    if isinstance(text, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        message = "write the day as 2024-06-14"
        raise ValueError(message)
    return text


Day = Annotated[dt.date, BeforeValidator(_iso)]
_Direction = Literal["1", "0", "-1"]
_Text = Annotated[str | None, Field(max_length=200)]
_Symbols = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=50)]


class _Words(BaseModel):
    """Words of an address."""

    model_config = ConfigDict(extra="forbid")

    def choice(self) -> Choice:
        """Give them as a page's address has them."""
        named = self.model_dump(mode="json", by_alias=False, exclude_none=True)
        words = {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in named.items()}
        return Choice.of(words)


class Spoken(_Words):
    """The language of sentences."""

    lang: Annotated[Literal["zh", "en"] | None, Field(description="The language of an error's sentence.")] = None


class Measured(Spoken):
    """By which measures."""

    as_of: Annotated[Day | None, Field(description="Use sessions up to this day; today by default.")] = None
    known_at: Annotated[
        str | None, Field(max_length=40, description="Use only what had been recorded by this day or moment.")
    ] = None
    benchmark: Annotated[
        str | None, Field(max_length=24, description="Measure against this index: 000300.SH, SPX.GI.")
    ] = None
    currency: Annotated[CurrencyName | None, Field(description="Count every return in this currency.")] = None


class Forms(_Words):
    """How an answer is written, and which part of it."""

    format: Annotated[
        Literal["json", "jsonl", "csv"],
        Field(description="A list, an object a line, or CSV with nested values as `horizons.6m.hit`."),
    ] = "json"
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many rows.")] = 1000
    offset: Annotated[int, Field(ge=0, le=10**9, description="Leave out so many first.")] = 0


class Which(Measured):
    """Of which recommendations; dates of publication, both included."""

    theme: Annotated[_Text, Field(description="One theme: its id, its name, or what a report printed for it.")] = None
    broker: Annotated[_Text, Field(description="One broker; part of the name is enough.")] = None
    analyst: Annotated[_Text, Field(description="One analyst: name or licence number.")] = None
    rating: Annotated[_Text, Field(description="A printed rating, or a strength: recommend.")] = None
    symbol: Annotated[_Symbols, Field(description="These securities: 300418.SZ, 300418 or a name.")] = []
    market: Annotated[MarketName | None, Field(description="One market.")] = None
    status: Annotated[str | None, Field(max_length=20, description="One status: running, delisted, stale …")] = None
    direction: Annotated[_Direction | None, Field(description="1 buy, 0 neutral, -1 sell.")] = None
    since: Annotated[Day | None, Field(description="Published on this day or later.")] = None
    until: Annotated[Day | None, Field(description="Published on this day or earlier.")] = None
    period: Annotated[
        str | None, Field(max_length=60, description="Checked as the commands do: 1w,1m,ytd. Rows hold every period.")
    ] = None


class Filtered(Which):
    """By which horizon, besides."""

    horizon: Annotated[
        str | None, Field(max_length=8, description="The horizon that groups are judged by: 20 sessions, 6m months.")
    ] = None


class Held(Which, Forms):
    """What is held."""

    start: Annotated[
        Day | None, Field(alias="from", description="Contributions from this day's close on; the first snapshot.")
    ] = None
    account: Annotated[_Text, Field(description="Only this account.")] = None


class HeldSo(Held):
    """What is held, and how brokers stand to it."""

    standing: Annotated[
        Standing | None,
        Field(description="Only holdings that brokers back, speak against, no longer back, or never named."),
    ] = None


class Quarter(Spoken):
    """A period."""

    as_of: Annotated[
        Day | None, Field(description="Up to this day of it; its last one, or today while it runs, without it.")
    ] = None
    against: Annotated[
        str | None, Field(max_length=20, description="Held against this score run, its number or a day.")
    ] = None
    currency: Annotated[CurrencyName | None, Field(description="Count every return in this currency.")] = None
    horizon: Annotated[str | None, Field(max_length=8, description="The horizon that groups are judged by.")] = None
    theme: _Text = None
    broker: _Text = None
    no_quotes: Annotated[bool, Field(description="Leave the reports' words out.")] = False


class QuarterTable(Quarter, Forms):
    """A table of a period."""


class Changed(Spoken, Forms):
    """What is new."""

    as_of: Annotated[Day | None, Field(description="Use sessions up to this day; today by default.")] = None
    start: Annotated[
        Day | None,
        Field(alias="since", description="Since the end of this day; the last score run but one without it."),
    ] = None
    move: Annotated[
        float | None, Field(gt=0, allow_inf_nan=False, description="Moves of so much or more: 0.05 is 5 %.")
    ] = None
    horizon: Annotated[str | None, Field(max_length=8, description="Only this horizon's results.")] = None
    theme: _Text = None
    broker: _Text = None
    analyst: _Text = None
    rating: _Text = None
    symbol: _Symbols = []
    market: MarketName | None = None
    direction: _Direction | None = None


class Listed(Filtered, Forms):
    """A list."""


class Counted(Listed):
    """Groups."""

    per_mention: Annotated[bool, Field(description="Count mentions; without it a call counts once.")] = False


class Grouped(Counted):
    """Groups of a grouping."""

    by: Annotated[By, Field(description="The grouping.")] = "broker"


class Explained(Filtered, Forms):
    """A group to be explained."""

    group: Annotated[str, Field(min_length=1, max_length=200, description="Its name, or part of it.")]
    by: Annotated[By, Field(description="The grouping.")] = "broker"


class Between(Measured, Forms):
    """A stretch of time of securities, or of a theme and of the recommendations that make its members."""

    symbol: Annotated[_Symbols, Field(description="These securities: 300418.SZ, 300418 or a name.")] = []
    theme: Annotated[_Text, Field(description="Or this theme.")] = None
    start: Annotated[Day, Field(alias="from", description="From the last close on or before this day.")]
    end: Annotated[Day | None, Field(alias="to", description="To that of this day; today by default.")] = None
    members: Annotated[Members, Field(description="How a theme's members are chosen.")] = "at-from"
    broker: _Text = None
    analyst: _Text = None
    rating: _Text = None
    market: MarketName | None = None
    direction: _Direction | None = None
    since: Day | None = None
    until: Day | None = None
