"""Lists on a page: filtered, searched, sorted and paged by the address alone, so that each can be bookmarked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from watchlist.output.columns import Row
from watchlist.web.choice import Choice

SIZE: Final = 100  # rows of one page
SORTS: Final = (
    "published",
    "symbol",
    "broker",
    "entry_session",
    "total_return",
    "excess_return",
    "max_gain",
    "max_loss",
)
_SEARCHED: Final = ("symbol", "name", "broker", "theme_name", "analyst", "quote", "report")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: its rows, how many there are, and which page of how many this is."""

    rows: Sequence[Row]
    total: int
    number: int
    last: int
    sort: str
    descending: bool
    words: str


def listing(rows: Sequence[Row], texts: Mapping[str, str], choice: Choice, query: Mapping[str, str]) -> Listing:
    """Take a list's page as an address names it: ``q``, ``sort`` (``-`` before it for descending) and ``page``.

    Args:
        texts: by id, what is searched of a recommendation, as :func:`searched` gives it.
    """
    kept = [row for row in rows if _wanted(row, choice)]
    words = query.get("q", "").strip()[:100]
    if words:
        kept = [row for row in kept if matches(texts[row["id"]], words)]
    sort = query.get("sort", "")
    descending, key = sort.startswith("-"), sort.lstrip("-")
    if key in SORTS:
        kept = _sorted(kept, key, descending=descending)
    last = max((len(kept) + SIZE - 1) // SIZE, 1)
    number = min(max(_number(query.get("page", "1")), 1), last)
    return Listing(kept[(number - 1) * SIZE : number * SIZE], len(kept), number, last, key, descending, words)


def searched(row: Row) -> str:
    """Give the text of a recommendation that is searched, in lower case."""
    return " ".join(str(row[key] or "") for key in _SEARCHED).lower()


def matches(text: str, words: str) -> bool:
    """Say whether every word is somewhere in a text that :func:`searched` gave."""
    return all(word in text for word in words.lower().split())


def _wanted(row: Row, choice: Choice) -> bool:
    asked = ((choice.theme, row["theme"]), (choice.broker, row["broker"]), (choice.status, row["status"]))
    return all(wish is None or wish == value for wish, value in asked)


def _sorted(rows: Sequence[Row], key: str, *, descending: bool) -> list[Row]:
    """Sort by a value; what is unknown comes last whichever way."""
    known = [row for row in rows if row[key] is not None]
    unknown = [row for row in rows if row[key] is None]

    def value(row: Row) -> Any:  # noqa: ANN401  (text or a number)
        return row[key]

    return [*sorted(known, key=value, reverse=descending), *unknown]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004
