"""The shelf: reviews that were worked out already, kept while nothing new was recorded; and one reader at a time."""

import datetime as dt
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from watchlist.domain.errors import UnknownWord, Words
from watchlist.output.package import Package
from watchlist.queries.closes import closes
from watchlist.queries.recommendations import Row
from watchlist.queries.review import review_of, with_evidence
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.steps.check import check
from watchlist.storage.database import reading
from watchlist.storage.frozen import state
from watchlist.storage.report_heads import report_heads
from watchlist.web.choice import Choice
from watchlist.web.lists import searched

if TYPE_CHECKING:
    from watchlist.ledger.settings import Settings

_HEALTH_SECONDS: Final = 300
_KEPT: Final = 4  # reviews in memory: today's, and a few that somebody compares


@dataclass(frozen=True)
class Held:
    """One review on the shelf, with what pages look up in it."""

    situation: Situation
    review: Row
    reports: dict[str, dict[str, Any]]

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """Recommendations by id."""
        return {row["id"]: row for row in self.review["recommendations"]}

    @cached_property
    def by_symbol(self) -> dict[str, list[Row]]:
        """Recommendations by symbol."""
        return self._by("symbol")

    @cached_property
    def by_report(self) -> dict[str, list[Row]]:
        """Recommendations by report."""
        return self._by("report")

    @cached_property
    def texts(self) -> dict[str, str]:
        """What is searched of each recommendation, by id."""
        return {row["id"]: searched(row) for row in self.review["recommendations"]}

    @cached_property
    def printed(self) -> dict[str, str]:
        """The name as printed, by recommendation id."""
        return {mention.rec_id: mention.name_printed for mention in self.situation.known.mentions}

    def _by(self, key: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.review["recommendations"]:
            found.setdefault(row[key], []).append(row)
        return found


class Shelf:
    """Answers for the web: the database opened read-only, each review worked out once for a state of it."""

    def __init__(self, database: Path, settings: "Settings", now: Callable[[], dt.datetime]) -> None:
        self.database = database
        self.settings = settings
        self.now = now
        self._kept: OrderedDict[tuple[object, ...], Held] = OrderedDict()
        self._lock = threading.Lock()
        self._health: tuple[object, Row] | None = None
        self._checking = threading.Lock()

    @property
    def today(self) -> dt.date:
        """Today where the markets of most users are."""
        return self.now().astimezone(dt.timezone(dt.timedelta(hours=8))).date()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the database read-only.

        Raises:
            EmptyDatabase: there is none yet.
        """
        with reading(self.database) as connection:
            yield connection

    def held(self, choice: Choice) -> Held:
        """Give the review of a choice's day, horizon and benchmark, worked out where it is new.

        Raises:
            WatchlistError: the choice cannot be answered; the sentence says why.
        """
        day, index = choice.day(self.today), choice.index()
        with self.reading() as connection:
            key = (state(connection), day, choice.horizon, index)
            with self._lock:
                if key not in self._kept:
                    self._kept[key] = self._work_out(connection, day, choice.horizon, index)
                self._kept.move_to_end(key)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
                return self._kept[key]

    def health(self) -> Row:
        """Give the health of everything, at most five minutes old."""
        with self.reading() as connection:
            key = (state(connection), int(self.now().timestamp()) // _HEALTH_SECONDS)
            with self._checking:
                if self._health is None or self._health[0] != key:
                    self._health = key, check(connection, self.database.parent, self.settings, self.now())
                return self._health[1]

    def _work_out(self, connection: sqlite3.Connection, day: dt.date, horizon: str | None, index: str | None) -> Held:
        situation = load_situation(connection, self.settings, When(day), horizon=horizon, benchmark=index)
        if index is not None and index not in situation.known.bars:
            hint = Words(" It has no prices here.", "此处没有它的行情。")
            raise UnknownWord(option="benchmark", text=index, hint=hint)
        return Held(situation, review_of(situation, connection), report_heads(connection))

    def package(self, held: Held, language: str) -> Package:
        """Put a review up for download."""
        return Package(
            review=held.review,
            language=language,
            colours=self.settings.colours,
            evidence=lambda: with_evidence(held.situation),
            closes=lambda: closes(held.situation, sorted(held.by_symbol)),
        )
