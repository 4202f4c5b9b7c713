"""A choice: what an address asks for, by which measures and of which recommendations, and plain links to others."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import quote, urlencode

from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.symbols import CURRENCIES, MARKETS
from watchlist.domain.typed import come, date_of, in_order, moment_of, periods_of
from watchlist.queries.holdings import STATUSES as OF_HOLDINGS
from watchlist.queries.recommendations import STATUSES, Filters
from watchlist.queries.sectors import STATUSES as OF_SECTORS
from watchlist.queries.situation import When

LANGUAGES: Final = ("zh", "en")
# What every number of a page is measured by: kept from page to page. The rest stays on lists.
MEASURES: Final = ("as_of", "known_at", "horizon", "benchmark", "currency")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "lang": LANGUAGES,
    "market": MARKETS,
    "currency": CURRENCIES,
    "direction": ("1", "0", "-1"),
    "status": tuple(dict.fromkeys((*STATUSES, *OF_SECTORS, *OF_HOLDINGS))),
}
Resolve = Callable[[str, str], str]  # (what was typed, the option's name) to a symbol


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address asks for, as it was written there; ``None`` is the default, and an empty value is none."""

    as_of: str | None = None
    known_at: str | None = None
    horizon: str | None = None
    benchmark: str | None = None
    currency: str | None = None
    theme: str | None = None
    broker: str | None = None
    analyst: str | None = None
    rating: str | None = None
    symbol: str | None = None
    market: str | None = None
    status: str | None = None
    direction: str | None = None
    since: str | None = None
    until: str | None = None
    period: str | None = None
    lang: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Choice":
        """Read the words of an address; others are left to the page.

        Raises:
            UnknownWord: one is none of those that it may be.
        """
        choice = cls(**{field.name: query.get(field.name) or None for field in fields(cls)})
        for name, known in _WORDS.items():
            known_word(getattr(choice, name), name, known)
        periods_of(choice.period, "period")
        return choice

    def when(self, today: dt.date) -> When:
        """Give the two clocks, today and now by default.

        Raises:
            BadDate: one is no date.
            FutureDate: the as-of day has not come.
        """
        day = come(date_of(self.as_of, "as_of"), "as_of", today)
        return When(today if day is None else day, moment_of(self.known_at, "known_at"))

    def filters(self, resolve: Resolve, statuses: tuple[str, ...] = STATUSES) -> Filters:
        """Read the filters.

        Args:
            statuses: the words that the status may be.

        Raises:
            WatchlistError: one cannot be understood; the sentence says which.
        """
        known_word(self.status, "status", statuses)
        since, until = date_of(self.since, "since"), date_of(self.until, "until")
        in_order(("since", since), ("until", until))
        return Filters(
            theme=self.theme,
            broker=self.broker,
            symbols=tuple(resolve(text, "symbol") for text in (self.symbol or "").split(",") if text.strip()),
            since=since,
            until=until,
            analyst=self.analyst,
            market=self.market,
            status=self.status,
            rating=self.rating,
            direction=None if self.direction is None else int(self.direction),
        )

    def given(self, *, filtered: bool = False) -> dict[str, str]:
        """Give what the address named: measures and language, and where ``filtered`` filters and periods too."""
        kept = [field.name for field in fields(self) if filtered or field.name in {*MEASURES, "lang"}]
        return {name: getattr(self, name) for name in kept if getattr(self, name) is not None}

    def link(
        self, path: str, more: Mapping[str, object] | None = None, *, filtered: bool = False, **changes: str | None
    ) -> str:
        """Write an address with this choice, some of it changed.

        Args:
            more: further words of the address; those without a value are left out.
            filtered: whether the filters of this list go along.
        """
        kept = self.given(filtered=filtered)
        for name, value in changes.items():
            if value is None:
                kept.pop(name, None)
            else:
                kept[name] = value
        words = urlencode({**kept, **{name: value for name, value in (more or {}).items() if value not in {None, ""}}})
        return quote(path) + (f"?{words}" if words else "")

    def speaking(self, language: str | None) -> "Choice":
        """Give the same choice in a language, ``None`` for the one that is spoken unasked."""
        return replace(self, lang=language)


def known_word(value: str | None, name: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is none of those known.

    Raises:
        UnknownWord: it is none.
    """
    if value is not None and value not in known:
        listed = ", ".join(known)
        raise UnknownWord(option=name, text=value, hint=Words(f" Known: {listed}.", f"可用：{listed}。"))
