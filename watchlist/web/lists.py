"""Lists on a page: searched, sorted and paged by the address alone, so that each view can be bookmarked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from watchlist.output.columns import NUMERIC, Column, Row

SIZE: Final = 100  # rows of one page
_LONGEST: Final = 100  # characters that are searched for
_SEARCHED: Final = ("symbol", "name", "broker", "theme_name", "theme_name_en", "analyst", "quote", "report")


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

    def toggled(self, column: Column) -> str:
        """Give the ``sort`` of a heading's link: numbers begin with the highest, words with the first."""
        if self.sort == column.path:
            return column.path if self.descending else f"-{column.path}"
        return f"-{column.path}" if column.kind in {*NUMERIC, "index"} else column.path

    def order(self, column: Column) -> str | None:
        """Say how a column is sorted, in the words of ``aria-sort``."""
        return None if self.sort != column.path else "descending" if self.descending else "ascending"


def listing(
    rows: Sequence[Row], columns: Sequence[Column], query: Mapping[str, str], text: Callable[[Row], str]
) -> Listing:
    """Take a list's page as an address names it: ``q``, ``sort`` (``-`` before it for descending) and ``page``.

    Args:
        columns: by whose paths it may be sorted.
        text: what is searched of a row, in lower case.
    """
    words = query.get("q", "").strip()[:_LONGEST]
    kept = [row for row in rows if matches(text(row), words)] if words else rows
    sort = query.get("sort", "")
    descending, path = sort.startswith("-"), sort.removeprefix("-")
    column = next((one for one in columns if one.path == path), None)
    if column is not None:
        kept = _sorted(kept, column, descending=descending)
    last = max((len(kept) + SIZE - 1) // SIZE, 1)
    number = min(max(_number(query.get("page", "1")), 1), last)
    shown = kept[(number - 1) * SIZE : number * SIZE]
    return Listing(shown, len(kept), number, last, path if column else "", descending, words)


def searched(row: Row) -> str:
    """Give the text of a recommendation that is searched, in lower case."""
    return " ".join(str(row[key] or "") for key in _SEARCHED).lower()


def worded(columns: Sequence[Column]) -> Callable[[Row], str]:
    """Give what is searched of any other row: the words of its columns, in lower case."""
    return lambda row: " ".join(_plain(column.value(row)) for column in columns).lower()


def matches(text: str, words: str) -> bool:
    """Say whether every word is somewhere in a text in lower case."""
    return all(word in text for word in words.lower().split())


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value) if isinstance(value, str) else ""


def _sorted(rows: Sequence[Row], column: Column, *, descending: bool) -> list[Row]:
    """Sort by a value; what is unknown comes last whichever way."""

    def value(row: Row) -> Any:  # noqa: ANN401  (text or a number)
        found = row.get("hit_rate_low") if column.path == "interval" else column.value(row)
        if isinstance(found, Mapping):
            return found["total_return"]
        return " ".join(map(str, found)) if isinstance(found, list) else found

    keyed = [(value(row), row) for row in rows]
    known = sorted((one for one in keyed if one[0] is not None), key=lambda one: one[0], reverse=descending)
    return [row for _, row in known] + [row for key, row in keyed if key is None]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004
