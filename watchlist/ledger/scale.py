"""A printed rating scale (评级标准): labels with their bands, as a report or a broker's list states them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from watchlist.domain.errors import Words
from watchlist.ledger.fields import Entry, Listed, Text, refuse_repeated
from watchlist.ledger.problems import Fault

# A fraction: what is above 1 (100 %) is a percentage written by mistake.
_Bound = Annotated[float, Field(ge=-1, le=1)]
Months = Annotated[int, Field(ge=0, le=60)]


class Level(Entry):
    """A label with its band of returns, as fractions; a bound that is not printed is ``None``.

    Attributes:
        norm: +2 best, +1 positive, 0 neutral, -1 negative, -2 sell: a reading of the words, not printed.
    """

    label: Text
    min: _Bound | None = None
    max: _Bound | None = None
    norm: Annotated[int, Field(ge=-2, le=2)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min is not None and self.max is not None and self.max <= self.min:
            raise Fault(Words(f"max {self.max} is not above min {self.min}", f"max {self.max} 不大于 min {self.min}"))
        return self


class Levels(Entry):
    """The labels of one kind of rating.

    Attributes:
        horizon_months: the shortest and the longest time it speaks of; ``None`` where none is printed.
        kind: what the returns are measured against: ``relative`` to a benchmark, ``absolute``, or the printed words.
    """

    horizon_months: Annotated[Listed[Months], Field(min_length=2, max_length=2)] | None = None
    kind: Text = "relative"
    levels: Annotated[Listed[Level], Field(min_length=1)]

    @property
    def months(self) -> int | None:
        """Give how long a rating holds: the longest time printed."""
        return self.horizon_months[1] if self.horizon_months else None

    def level(self, label: str) -> Level | None:
        """Find a label; ``None`` when the scale has none of that name."""
        return next((level for level in self.levels if level.label.casefold() == label.casefold()), None)

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        refuse_repeated((level.label for level in self.levels), Words("level", "评级"), "levels")
        if self.horizon_months and self.horizon_months[1] < self.horizon_months[0]:
            raise Fault(Words("horizon_months must be [shortest, longest]", "horizon_months 必须是 [最短, 最长]"))
        return self


class PrintedScale(Entry):
    """A broker's scale for shares and for industries, and what it is measured against."""

    stock: Levels | None = None
    industry: Levels | None = None
    benchmark: Text | None = None
    benchmark_by_market: dict[str, Text] = Field(default_factory=dict)

    def of(self, kind: Literal["stock", "industry"]) -> Levels | None:
        """Give the labels for shares or for industries; ``None`` where they are not printed."""
        return self.stock if kind == "stock" else self.industry
