"""The shelf: reviews and answers that were worked out already, kept while nothing new was recorded."""

import datetime as dt
import gc
import sqlite3
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from watchlist.domain.errors import WatchlistError
from watchlist.domain.symbols import is_symbol
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.aliases import NAME as FURTHER_NAMES
from watchlist.ledger.home import Home
from watchlist.ledger.lookup import Lookup, load_lookup
from watchlist.ledger.securities import NAME as SECURITIES
from watchlist.ledger.watch import Watched, load_watchlist
from watchlist.output.package import Package
from watchlist.queries.appraisal import Appraiser
from watchlist.queries.changes import news_of
from watchlist.queries.closes import closes
from watchlist.queries.planned import stand_ins
from watchlist.queries.recommendations import Filters, Row, recommendation_rows, select
from watchlist.queries.review import review_of, with_evidence
from watchlist.queries.situation import Situation, load_situation
from watchlist.queries.whole import load_appraiser, with_reactions
from watchlist.steps.check import check
from watchlist.storage.database import hold_still, reading
from watchlist.storage.frozen import state
from watchlist.storage.health import named_in
from watchlist.storage.report_heads import report_heads
from watchlist.web.choice import Choice
from watchlist.web.kept import Kept
from watchlist.web.lists import searched

if TYPE_CHECKING:
    from watchlist.ledger.settings import Settings

T = TypeVar("T")
EVERYTHING: Final = Filters()
_HEALTH_SECONDS: Final = 300
_REVIEWS: Final = 3  # in memory: today's, and two that somebody compares
_ANSWERS: Final = 64  # to questions about groups, each a few rows
Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Held:
    """One review on the shelf, with what pages look up in it."""

    key: Key
    situation: Situation
    reports: dict[str, dict[str, Any]]
    make: Callable[[Situation], Row]
    names: Mapping[str, Sequence[str]]  # every further name in lower case, by symbol
    _kept: Kept[Row] = field(default_factory=lambda: Kept(1))

    @property
    def review(self) -> Row:
        """Everything a portfolio meeting looks at; worked out when it is first asked for.

        Raises:
            NoExchangeRate: something in it cannot be counted in the currency asked for.
        """
        return self._kept.get("review", lambda: self.make(self.situation))

    @property
    def reviewed(self) -> bool:
        """Whether the review is worked out already."""
        return self._kept.has("review")

    @cached_property
    def by_position(self) -> dict[int, Row]:
        """Recommendations by their place among everything that is known."""
        return dict(zip(select(self.situation, EVERYTHING), self.review["recommendations"], strict=True))

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """Recommendations by id."""
        return {row["id"]: row for row in self.review["recommendations"]}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Places by recommendation id."""
        return {row["id"]: position for position, row in self.by_position.items()}

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
        return {
            row["id"]: " ".join((searched(row), *self.names.get(row["symbol"], ())))
            for row in self.review["recommendations"]
        }

    @cached_property
    def printed(self) -> dict[str, str]:
        """The name as printed, by recommendation id."""
        return {mention.rec_id: mention.name_printed for mention in self.situation.known.mentions}

    def chosen(self, filters: Filters) -> Sequence[Row]:
        """Give the recommendations that the filters leave, newest report first."""
        if filters == EVERYTHING:
            return self.review["recommendations"]  # type: ignore[no-any-return]
        if not self.reviewed:
            return recommendation_rows(self.situation, filters)
        rows = (self.by_position[position] for position in select(self.situation, filters))
        return [row for row in rows if filters.status is None or row["status"] == filters.status]

    def look_up(self) -> None:
        """Lay out what pages look up, before one asks."""
        for _ in (self.positions, self.by_id, self.by_symbol, self.by_report, self.texts, self.printed):
            pass

    def _by(self, key: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.review["recommendations"]:
            found.setdefault(row[key], []).append(row)
        return found


class Shelf:
    """Answers for the web: the database opened read-only, each review worked out once for a state of it."""

    def __init__(self, home: Home, database: Path, settings: "Settings", now: Callable[[], dt.datetime]) -> None:
        self.home = home
        self.database = database
        self.settings = settings
        self.now = now
        self._reviews = Kept[Held](_REVIEWS)
        self._answers = Kept[Any](_ANSWERS)
        self._healths = Kept[Row](1)
        self._names = Kept[Lookup](1)

    @property
    def today(self) -> dt.date:
        """Today where the markets of most users are."""
        return self.now().astimezone(SHANGHAI).date()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open the database read-only, as of this moment.

        Raises:
            EmptyDatabase: there is none yet.
        """
        with reading(self.database) as connection:
            hold_still(connection)
            yield connection

    def resolve(self, text: str, option: str) -> str:
        """Turn a security as typed into our symbol: any usual spelling, or a name.

        Raises:
            UnknownSymbol: nothing is called so; the nearest names are in the sentence.
            AmbiguousSymbol: it may be two.
        """
        del option  # the sentence names the words themselves
        exact = text.strip().upper()
        if is_symbol(exact):
            return exact
        with self.reading() as connection:
            return self.lookup().among(named_in(connection)).find(text)

    def lookup(self) -> Lookup:
        """Give every name that is known, read again where a file of names has changed.

        Raises:
            ConfigProblem: a line of one is wrong.
        """
        files = (*self.home.layers(SECURITIES), *self.home.layers(FURTHER_NAMES))
        layers = tuple((str(path), path.stat().st_mtime_ns) for path in files)
        return self._names.get(layers, lambda: load_lookup(self.home))

    def held(self, choice: Choice) -> Held:
        """Give the review of a choice's measures, worked out where it is new.

        Raises:
            WatchlistError: the choice cannot be answered; the sentence says why.
        """
        with self.reading() as connection:
            key = self._key(connection, choice)
            for kept in (self._reviews, self._answers):
                kept.drop(lambda other: isinstance(other, tuple) and other[0] == key[0])
            return self._reviews.get(key, lambda: self._work_out(connection, key, choice))

    def ready(self, choice: Choice) -> bool:
        """Say whether the review of a choice is worked out already.

        Raises:
            WatchlistError: the choice cannot be answered.
        """
        with self.reading() as connection:
            key = self._key(connection, choice)
            return self._reviews.has(key) and self.held(choice).reviewed

    def _key(self, connection: sqlite3.Connection, choice: Choice) -> Key:
        """Give what a review is kept under: the state of the database, and everything that its numbers depend on."""
        when = choice.when(self.today)
        index = None if choice.benchmark is None else self.resolve(choice.benchmark, "benchmark")
        watched = tuple(entry.symbol for entry in self._watched_or_none())
        return (state(connection), when, choice.horizon, index, choice.currency, watched)

    def answer(self, held: Held, question: Hashable, make: Callable[[], T]) -> T:
        """Give an answer about a review, worked out where it is new."""
        found: T = self._answers.get((held.key[0], held.key, question), make)
        return found

    def watched(self) -> tuple[Watched, ...]:
        """Read the user's own tickers.

        Raises:
            ConfigProblem: the file is wrong; only who asks for the tickers need know.
        """
        return load_watchlist(self.home)

    def health(self) -> Row:
        """Give the health of everything, at most five minutes old."""
        with self.reading() as connection:
            key = (state(connection), int(self.now().timestamp()) // _HEALTH_SECONDS)
            return self._healths.get(key, lambda: self._check(connection))

    def _check(self, connection: sqlite3.Connection) -> Row:
        """Look at everything, with what pages have loaded already."""
        situation = self.held(Choice()).situation
        return check(connection, self.database.parent, self.settings, self.now(), situation=situation)

    def _watched_or_none(self) -> tuple[Watched, ...]:
        """Give what is watched, nothing where the file is wrong: pages that do not show it need not fail by it."""
        try:
            return self.watched()
        except WatchlistError:
            return ()

    def _work_out(self, connection: sqlite3.Connection, key: Key, choice: Choice) -> Held:
        when = choice.when(self.today)
        index = None if choice.benchmark is None else self.resolve(choice.benchmark, "benchmark")
        situation = load_situation(
            connection,
            self.settings,
            when,
            symbols=[*(entry.symbol for entry in self._watched_or_none()), *stand_ins(self.settings)],
            benchmark=index,
            horizon=choice.horizon,
            currency=choice.currency,
        )
        return Held(key, situation, report_heads(connection, when.known_at), self._review, self._further_or_none())

    def _further_or_none(self) -> Mapping[str, Sequence[str]]:
        """Give the further names; a wrong line in a file of names stops no page."""
        try:
            return self.lookup().further()
        except WatchlistError:
            return {}

    def _review(self, situation: Situation) -> Row:
        with self.reading() as connection:
            review = review_of(situation, connection)
        # A review is millions of objects that live until a new one takes its place: the collector, which would walk
        # over all of them again and again while pages wait, is told to leave them alone.
        gc.collect()
        gc.freeze()
        return review

    def reviewed(self, held: Held, filters: Filters) -> Row:
        """Give a review, of all recommendations or of some."""
        if filters == EVERYTHING:
            return held.review
        with self.reading() as connection:
            return self.answer(held, ("review", filters), lambda: review_of(held.situation, connection, filters))

    def appraiser(self, held: Held) -> Appraiser:
        """Say how sure a group's numbers are."""

        def load() -> Appraiser:
            with self.reading() as connection:
                return load_appraiser(connection, held.situation)

        return self.answer(held, "appraiser", load)

    def whole(self, held: Held, rows: Sequence[Row]) -> list[Row]:
        """Add to recommendations what their shares did around the report, and what became of what was promised."""
        return with_reactions(held.situation, self.appraiser(held), list(rows))

    def package(self, held: Held, language: str, review: Row, filters: Filters) -> Package:
        """Put a review up for download.

        Args:
            review: of the recommendations that the filters leave, of all time or of a period.
        """
        symbols = sorted({row["symbol"] for row in review["recommendations"]})
        return Package(
            review=review,
            language=language,
            colours=self.settings.colours,
            evidence=lambda: with_evidence(held.situation, filters),
            closes=lambda: closes(held.situation, symbols),
            whole=lambda rows: self.whole(held, rows),
            news=lambda: None if "period" in review else self._news(held, filters),
        )

    def _news(self, held: Held, filters: Filters) -> Row | None:
        """Give what is new, as an export does: of prices in their own currencies."""
        if held.situation.known.currency is not None:
            return None
        with self.reading() as connection:
            watched = [entry.symbol for entry in self.watched()]
            return news_of(connection, self.settings, held.situation, filters, watched)
