"""Brokers' printed rating scales by broker and date, and what the usual words of a recommendation mean."""

import datetime as dt
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from watchlist.domain.errors import Words
from watchlist.domain.symbols import normalise_name
from watchlist.ledger.fields import Entry, Listed, Text
from watchlist.ledger.home import Home
from watchlist.ledger.problems import Fault
from watchlist.ledger.scale import PrintedScale
from watchlist.ledger.toml_file import load_layers

NAME: Final = "ratings.toml"
_UNDATED: Final = frozenset({"older", "undated"})
_AS_OF: Final = re.compile(r"(before |about )?([12]\d{3})(?:-(0[1-9]|1[0-2])(?!\d))?(?:-\d{4})?")
# The risk letter of 买入-A, and what stands in brackets after a label: 增持（维持）.
_TAIL: Final = re.compile(r"-[A-C]$|[(（【].*$")


def _as_of(text: str) -> str:
    if text not in _UNDATED and _AS_OF.fullmatch(text) is None:
        forms = ("2024-04", "2020", "2015-2016", "before 2015", "about 2013", "older", "undated")
        en, zh = ", ".join(forms), "、".join(forms)
        raise Fault(
            Words(f'"{text}" is no date of a scale', f"“{text}”不是评级标准的日期"),
            Words(f" Write {en}.", f"可写 {zh}。"),
        )
    return text


class Scale(PrintedScale):
    """A broker's scale as it was printed at some time.

    Attributes:
        also: other names of the same house.
        as_of: when it was seen, as exactly as is known: ``2024-04``, ``2015-2016``, ``before 2015``, ``undated``.
        source: where it was read.
    """

    broker: Text
    also: Listed[Text] = ()
    as_of: Annotated[str, AfterValidator(_as_of)]
    source: Text
    note: Text | None = None

    @property
    def since(self) -> dt.date:
        """Give the first day it is used for: the start of ``as_of``; the earliest date there is where that is open."""
        match = _AS_OF.fullmatch(self.as_of)
        if match is None or match[1] == "before ":
            return dt.date.min
        return dt.date(int(match[2]), int(match[3] or 1), 1)


class Ratings(Entry):
    """Everything that ``ratings.toml`` holds.

    Attributes:
        verbs: the wordings of each strength.
        aliases: other spellings of a label.
        usual: what a label means where no scale says it: +2 … -2.
    """

    verbs: dict[str, Listed[Text]]
    aliases: dict[str, Text] = Field(default_factory=dict)
    usual: dict[str, Annotated[int, Field(ge=-2, le=2)]]
    scales: Listed[Scale] = ()

    @cached_property
    def _houses(self) -> dict[str, list[Scale]]:
        """Group the scales by each folded name of their house."""
        houses: dict[str, list[Scale]] = {}
        for scale in self.scales:
            for name in dict.fromkeys(map(normalise_name, (scale.broker, *scale.also))):
                houses.setdefault(name, []).append(scale)
        return houses

    @cached_property
    def _labels(self) -> dict[str, str]:
        """Give the label of each folded spelling."""
        return {spelling.casefold(): label for spelling, label in self.aliases.items()}

    def scale_for(self, broker: str, published: dt.date) -> Scale | None:
        """Give the broker's newest scale that had been seen by a day; ``None`` when there is none.

        Args:
            broker: its name, or a longer form of it (上海证券有限责任公司).
            published: the day of the report.
        """
        fitting = [scale for scale in self.scales_of(broker) if scale.since <= published]
        return max(fitting, key=lambda scale: scale.since, default=None)

    def scales_of(self, broker: str) -> Sequence[Scale]:
        """List every scale of a broker, its name as in :meth:`scale_for`."""
        asked = normalise_name(broker)
        # The longest known name that this one is or begins with: 东方财富证券 is not 东方证券.
        house = max(filter(asked.startswith, self._houses), key=len, default="")
        return self._houses.get(house, ())

    def direction_of(
        self, label: str, broker: str, published: dt.date, kind: Literal["stock", "industry"] = "stock"
    ) -> int | None:
        """Give +1, 0 or -1 for a label: by the broker's scale of that time, else by its usual meaning.

        ``None`` says that neither knows the label, or that the scale gives it no direction (Not-Rated).
        """
        return self.direction_by(label, self.scale_for(broker, published), kind)

    def direction_by(self, label: str, scale: Scale | None, kind: Literal["stock", "industry"] = "stock") -> int | None:
        """Give +1, 0 or -1 for a label by a scale, as :meth:`direction_of` by the broker's."""
        norm = self._norm_by(label, scale, kind)
        return None if norm is None else (norm > 0) - (norm < 0)

    def norm_of(
        self, label: str, broker: str, published: dt.date, kind: Literal["stock", "industry"] = "stock"
    ) -> int | None:
        """Give where a label stands, the best highest, as :meth:`direction_of` gives its sign."""
        return self._norm_by(label, self.scale_for(broker, published), kind)

    def _norm_by(self, label: str, scale: Scale | None, kind: Literal["stock", "industry"]) -> int | None:
        # The house's own spelling first: Overweight is a label of one house and an alias elsewhere.
        words = (_plain(label), self.label(label))
        levels = scale.of(kind) if scale else None
        level = next(filter(None, map(levels.level, words)), None) if levels else None
        return level.norm if level else next((self.usual[word] for word in words if word in self.usual), None)

    def label(self, printed: str) -> str:
        """Give the plain label of a printed one: ``买入-A`` and ``買入`` are ``买入``, ``增持（维持）`` is ``增持``."""
        plain = _plain(printed)
        return self._labels.get(plain.casefold(), plain)


def load_ratings(home: Home) -> Ratings:
    """Read the scales, the user's own laid over the tracked ones key by key; a list is taken whole.

    Raises:
        ConfigProblem: one sentence naming file, key, line and the nearest right word.
    """
    return load_layers(home, NAME, Ratings)


def _plain(printed: str) -> str:
    return _TAIL.sub("", printed.strip()).strip()
