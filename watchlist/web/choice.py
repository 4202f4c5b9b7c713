"""A choice: the day, horizon, benchmark, filters and language that an address names, and plain links to others."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import quote, urlencode

from watchlist.domain.errors import BadDate, FutureDate, UnknownWord, Words
from watchlist.domain.model import Status
from watchlist.domain.symbols import candidates

LANGUAGES: Final = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address asks for; ``None`` is the default, and an empty value is none."""

    as_of: str | None = None
    horizon: str | None = None
    benchmark: str | None = None
    theme: str | None = None
    broker: str | None = None
    status: str | None = None
    lang: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """Read the words of an address; others are left to the page.

        Raises:
            UnknownWord: the status or language is none.
        """
        named = {field.name: query.get(field.name) or None for field in fields(cls)}
        choice = cls(**named)
        for value, known in ((choice.status, [str(one) for one in Status]), (choice.lang, LANGUAGES)):
            if value is not None and value not in known:
                listed = ", ".join(known)
                raise UnknownWord(option="?", text=value, hint=Words(f" Known: {listed}.", f"可用：{listed}。"))
        return choice

    def day(self, today: dt.date) -> dt.date:
        """Give the as-of day, today by default.

        Raises:
            BadDate: it is none.
            FutureDate: it has not come.
        """
        if self.as_of is None:
            return today
        try:
            day = dt.date.fromisoformat(self.as_of)
        except ValueError:
            raise BadDate(option="as_of", text=self.as_of) from None
        if day > today:
            raise FutureDate(option="as_of", date=day, today=today)
        return day

    def index(self) -> str | None:
        """Give the benchmark asked for, in our spelling.

        Raises:
            UnknownWord: it is no symbol, or may be two.
        """
        if self.benchmark is None:
            return None
        found = candidates(self.benchmark)
        exact = self.benchmark.upper()
        if exact in found or len(found) == 1:
            return exact if exact in found else found[0]
        raise UnknownWord(
            option="benchmark", text=self.benchmark, hint=Words(" Write 000300.SH.", "请写成 000300.SH。")
        )

    def link(self, path: str, more: Mapping[str, object] | None = None, **changes: str | None) -> str:
        """Write an address with this choice, some of it changed; filters of a list stay on lists only."""
        chosen = replace(self, **changes) if changes else self
        named = {field.name: getattr(chosen, field.name) for field in fields(self)}
        kept = {
            name: value
            for name, value in named.items()
            if value is not None and (more or name not in _FILTERS or name in changes)
        }
        words = urlencode({**kept, **{name: value for name, value in (more or {}).items() if value not in {None, ""}}})
        return quote(path) + (f"?{words}" if words else "")


_FILTERS: Final = frozenset({"theme", "broker", "status"})
