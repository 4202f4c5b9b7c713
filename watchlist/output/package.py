"""The package that an export writes from: one review and what belongs to it, and what writing one gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchlist.output.columns import Row, called

_GROUPS: Final = (("theme", "themes"), ("broker", "brokers"), ("symbol", "symbols"))
# Tables that are not one of the review's lists as it is.
TABLES: Final[Mapping[str, Callable[[Row], list[dict[str, Any]]]]] = {
    "holdings": lambda review: (review["holdings"] or {"rows": []})["rows"],
    "health": lambda review: review["health"]["securities"],
    "period-calls": lambda review: review["period"]["calls"],
    "contributions": lambda review: [{"by": by, **row} for by, table in _GROUPS for row in review["period"][table]],
    "restatements": lambda review: (review["period"]["reconciliation"] or {"rows": []})["rows"],
}
Closes = Mapping[str, list[tuple[str, float]]]


@dataclass(frozen=True)
class Package:
    """A review to be written in some form.

    Attributes:
        review: as ``queries.review`` gives it.
        evidence: gives by recommendation id the prices behind its returns; asked only where a form shows them.
        closes: gives the closes of the recommended securities; likewise.
        colours: ``auto``, ``red-up`` or ``green-up``, as the settings say.
        whole: gives recommendations with what their shares did around the report and what was promised, as the command
            ``recommendations --json`` does; asked only where a form holds everything.
        news: gives what is new, where that is known: ``day`` and ``score_run`` it is counted from, and ``rows``.
    """

    review: Row
    language: str
    colours: str
    evidence: Callable[[], Mapping[str, Row]]
    closes: Callable[[], Closes]
    news: Callable[[], Row | None] = lambda: None
    whole: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = list

    @property
    def red_up(self) -> bool:
        """Whether gains are red."""
        return self.colours == "red-up" or (self.colours == "auto" and self.language == "zh")

    @property
    def simulated(self) -> bool:
        """Whether these prices never were."""
        return bool(self.review["simulated"])

    def t(self, en: str, zh: str) -> str:
        """Pick the words of the language."""
        return zh if self.language == "zh" else en

    def called(self, row: Row, key: str) -> str:
        """Give what a row is called under a key, in the language."""
        return str(called(row, key, self.language))

    def everything(self) -> Row:
        """Give the whole review with all that is known of each recommendation, and what is new."""
        return {**self.review, "recommendations": self.whole(self.review["recommendations"]), "changes": self.news()}

    def rows(self, table: str, *, whole: bool = False) -> list[dict[str, Any]]:
        """Give a table of the review, each row marked where prices are simulated; ``whole`` with all that is known."""
        rows = TABLES[table](self.review) if table in TABLES else self.review[table]
        if whole and table == "recommendations":
            rows = self.whole(rows)
        return [{"simulated": True, **row} for row in rows] if self.simulated else list(rows)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A recommendation that a form cannot hold, and why, in both languages."""

    symbol: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a package: the bytes of a file, and what it could not hold."""

    content: bytes
    left_out: tuple[LeftOut, ...] = ()
