"""Questions: what each command asks, answered from a review on the shelf; the same rows for pages and the API."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from watchlist.domain.errors import UsageMistake
from watchlist.domain.periods import Period
from watchlist.domain.typed import come, date_of, in_order
from watchlist.ledger.texts import find_text
from watchlist.queries.appraisal import Appraiser
from watchlist.queries.changes import changes, wanted_of
from watchlist.queries.explain import Step, explain_group, explain_recommendation
from watchlist.queries.groups import broker_rows, check_by, theme_rows
from watchlist.queries.history import history_rows
from watchlist.queries.holdings import STATUSES as OF_HOLDINGS
from watchlist.queries.holdings import holdings, with_trailing
from watchlist.queries.leaderboard import groups_named, leaderboard
from watchlist.queries.moves import moves
from watchlist.queries.outcomes import outcomes
from watchlist.queries.periods import with_period
from watchlist.queries.price_path import price_path
from watchlist.queries.recommendations import Filters, Row, counted_call_rows, select
from watchlist.queries.returns import refuse_idle, return_rows, theme_return_row
from watchlist.queries.runs import Run
from watchlist.queries.sectors import STATUSES as OF_SECTORS
from watchlist.queries.sectors import sector_rows
from watchlist.queries.show import show_row
from watchlist.queries.since import since_day, since_previous
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.queries.theme_details import with_theme_details
from watchlist.queries.watch import watch_curves, watch_rows
from watchlist.storage.frozen import score_runs
from watchlist.storage.report_bodies import load_quotes, load_reports
from watchlist.web.choice import Choice
from watchlist.web.shelf import EVERYTHING, Held, Shelf

if TYPE_CHECKING:
    import pandas as pd

MOST_GROUPS: Final = 2_000
Rows = Sequence[Row]


class NoSubject(UsageMistake):
    """Returns are asked for, and of nothing."""

    en = "Name a symbol or a theme: symbol=300418.SZ&from=2024-06-14, or theme=ai&from=2024-06-14."
    zh = "请指明证券或主题：symbol=300418.SZ&from=2024-06-14，或 theme=ai&from=2024-06-14。"


class TooManyGroups(UsageMistake):
    """A grouping that makes more groups than a page or an answer holds."""

    en = "That makes {count} groups, more than the {most} that are shown: ask for a shorter time or for one broker."
    zh = "共 {count} 个分组，超过可显示的 {most} 个：请缩短时间范围或指定券商。"


@dataclass(frozen=True)
class Questions:
    """Asks what a choice is about.

    Attributes:
        shelf: where reviews and answers are kept.
        held: the review of the choice's measures.
        choice: which recommendations, and measured how.
    """

    shelf: Shelf
    held: Held
    choice: Choice

    @classmethod
    def about(cls, shelf: Shelf, choice: Choice) -> "Questions":
        """Ask about a choice.

        Raises:
            WatchlistError: it cannot be answered.
        """
        return cls(shelf, shelf.held(choice), choice)

    @property
    def situation(self) -> Situation:
        """What everything is answered from."""
        return self.held.situation

    @property
    def filters(self) -> Filters:
        """Which recommendations are asked about."""
        return self.choice.filters(self.shelf.resolve)

    @property
    def appraiser(self) -> Appraiser:
        """Say how sure a group's numbers are."""
        return self.shelf.appraiser(self.held)

    def recommendations(self) -> Rows:
        """Every recommendation, newest report first."""
        return self.held.chosen(self.filters)

    def whole(self, rows: Rows) -> Rows:
        """Add to recommendations what their shares did around the report."""
        return self.shelf.whole(self.held, rows)

    def sectors(self) -> Rows:
        """Sector calls and industry ratings."""
        filters = self.choice.filters(self.shelf.resolve, OF_SECTORS)
        with self.shelf.reading() as connection:
            return self._kept(("sectors", filters), lambda: sector_rows(connection, self.situation, filters))

    def calls(self) -> Rows:
        """Every call."""
        filters = self.filters
        if filters == EVERYTHING and self.held.reviewed:
            return self.held.review["calls"]  # type: ignore[no-any-return]
        return self._kept(("calls", filters), lambda: counted_call_rows(self.situation, filters))

    def themes(self, *, per_mention: bool = False, whole: bool = False) -> Rows:
        """Every theme; ``whole`` with what says how sure its numbers are."""
        filters = self.filters
        if filters == EVERYTHING and not per_mention and not whole and self.held.reviewed:
            return self.held.review["themes"]  # type: ignore[no-any-return]

        def ask() -> Rows:
            appraise = self.appraiser if whole else None
            rows = theme_rows(self.situation, filters, per_mention=per_mention, appraise=appraise)
            return with_theme_details(self.situation, filters, rows) if whole else rows

        return self._kept(("themes", filters, per_mention, whole), ask)

    def groups(self, by: str = "broker", *, per_mention: bool = False, whole: bool = False) -> Rows:
        """Brokers or another grouping; ``whole`` with what says how sure their numbers are.

        Raises:
            UnknownWord: there is no such grouping.
            TooManyGroups: it makes too many.
        """
        filters = self.filters
        if filters == EVERYTHING and by == "broker" and not per_mention and not whole and self.held.reviewed:
            return self.held.review["brokers"]  # type: ignore[no-any-return]

        def ask() -> Rows:
            self._count_groups(by, filters)
            appraise = self.appraiser if whole else None
            return broker_rows(self.situation, filters, by, per_mention=per_mention, appraise=appraise)

        return self._kept(("groups", by, filters, per_mention, whole), ask)

    def leaderboard(self, by: str = "broker", *, per_mention: bool = False) -> Rows:
        """The leaderboard, live calls before backfilled ones."""
        filters = self.filters

        def ask() -> Rows:
            self._count_groups(by, filters)
            return leaderboard(self.situation, filters, by, per_mention=per_mention)

        return self._kept(("leaderboard", by, filters, per_mention), ask)

    def history(self, by: str) -> Rows:
        """The path of groups over the kept score runs."""
        filters = self.filters

        def ask() -> Rows:
            self._count_groups(by, filters)
            with self.shelf.reading() as connection:
                return history_rows(connection, self.situation, filters, by)

        return self._kept(("history", by, filters), ask)

    def explained(self, by: str, group: str) -> Rows:
        """How the leaderboard's numbers of a group came to be, a row a step."""
        found = groups_named(list(self.leaderboard(by)), group, "group")
        return [step for row in found for step in _steps(f"{row['group']} · {row['record']}", explain_group(row))]

    def explained_share(self, symbol: str) -> Rows:
        """How the numbers of a security's recommendations came to be, a row a step."""
        positions = select(self.situation, replace(self.filters, symbols=(symbol,)))
        mentions = self.situation.known.mentions
        return [
            step
            for position in sorted(positions, key=lambda p: mentions[p].published)
            for step in self.explained_one(position)
        ]

    def explained_one(self, position: int) -> Rows:
        """How the numbers of one recommendation came to be, a row a step."""
        mention = self.situation.known.mentions[position]
        head = f"{mention.symbol} {mention.broker} {mention.published} · {mention.theme_printed}"
        return _steps(head, explain_recommendation(self.situation, position))

    def show(self, symbol: str, *, whole: bool = True) -> Row:
        """Everything about one security."""
        situation = self.with_prices([symbol])
        row = show_row(situation, symbol, self.filters)
        with self.shelf.reading() as connection:
            row["moved"] = moves(connection, self.shelf.settings, situation, symbol=symbol)
        if whole:
            row["recommendations"] = self.whole(row["recommendations"])
        return row

    def standing(self, symbol: str) -> tuple[Row, Row]:
        """How a security went, beside its benchmark, and how it stands."""

        def ask() -> tuple[Row, Row]:
            rows = self.held.by_symbol.get(symbol, [])
            return price_path(self.with_prices([symbol]), symbol, rows), self.show(symbol, whole=False)

        return self.shelf.answer(self.held, ("standing", symbol, self.filters), ask)

    def text(self, report: str) -> tuple[str, list[Row], list[Row]] | None:
        """The text of a report and its quotes of shares and of sectors; ``None`` where no copy is on this machine."""
        known_at = self.situation.when.known_at
        with self.shelf.reading() as connection:
            found = load_reports(connection, known_at, report)
            source = found[0].body.get("text") if found else None
            text = None if source is None else find_text(self.shelf.home, report, source["sha256"])
            if text is None:
                return None
            sectors = [quote for one in found[0].body.get("sector_calls") or () for quote in one["quotes"]]
            return text, load_quotes(connection, report, known_at), sectors

    def returns(self, symbols: Sequence[str], start: dt.date, end: dt.date | None, members: str) -> Rows:
        """Returns between two dates, of securities or of a theme.

        Raises:
            NoSubject: neither is named.
            DatesApart: the first date lies after the second.
            DoesNotGo: a filter has nothing to do with it.
        """
        today = self.shelf.today
        come(start, "from", today)
        last = come(end, "to", today) or today
        in_order(("from", start), ("to", last))
        if not symbols and self.choice.theme is None:
            raise NoSubject
        refuse_idle(asdict(self.choice) | {"symbol": None}, of_theme=not symbols)
        if symbols:
            wanted = [self.shelf.resolve(text, "symbol") for text in symbols]
            return return_rows(self.with_prices(wanted), wanted, start, last)
        theme = self.situation.themes.find(self.choice.theme or "")
        return [theme_return_row(self.situation, theme, start, last, members, self.filters)]

    def stretch(self, symbols: Sequence[str], start: str, end: str, members: str) -> Rows:
        """Ask for returns as a form does: dates as typed; horizon and periods only went along from another page.

        Raises:
            BadDate: one is none.
        """
        ask = replace(self, choice=replace(self.choice, horizon=None, period=None))
        first, last = date_of(start, "from"), date_of(end or None, "to")
        return ask.returns(symbols, first or self.shelf.today, last, members)

    def watch(self) -> Rows:
        """The user's own tickers beside every recommended one."""
        watched, filters = self.shelf.watched(), self.filters
        return self._kept(("watch", watched, filters), lambda: watch_rows(self.situation, watched, filters))

    def holdings(self, start: dt.date | None = None, account: str | None = None) -> Row | None:
        """What is held, in rows and as a whole; ``None`` where no snapshot is of the as-of day or before.

        Raises:
            UnknownWord: there is no such account, or a holding never has such a status.
        """
        filters = self.choice.filters(self.shelf.resolve, OF_HOLDINGS)
        come(start, "from", self.shelf.today)

        def ask() -> Row | None:
            found = holdings(self.situation, filters, since=start, account=account)
            return None if found is None else found | {"rows": with_trailing(self.situation, found["rows"])}

        return self.shelf.answer(self.held, ("holdings", filters, start, account), ask)

    def period(self, span: Period, against: str | None) -> Row:
        """The review of a period: that of its last day, with what came and went in it and what was restated.

        Raises:
            UnknownRun: there is no such score run.
        """
        filters = self.filters

        def ask() -> Row:
            review = self.shelf.reviewed(self.held, filters)
            with self.shelf.reading() as connection:
                return with_period(review, connection, self.shelf.settings, self.situation, filters, period=span,
                                   against=against)  # fmt: skip

        return self.shelf.answer(self.held, ("period", span, against, filters), ask)

    def runs_before(self, span: Period) -> list[Run]:
        """The score runs that a period can be held against, the newest first."""
        with self.shelf.reading() as connection:
            return [run for run in score_runs(connection) if run["as_of"] <= span.before.isoformat()]

    def changes(self, start: dt.date | None = None, move: float | None = None) -> tuple[dt.date, Rows]:
        """What is new since the end of a day, or since the last score run of an earlier day; and since when.

        Raises:
            NothingBefore: no earlier score run was kept.
        """
        filters, as_of = replace(self.filters, since=None, until=None), self.situation.when.as_of
        come(start, "since", self.shelf.today)
        in_order(("since", start), ("as_of", as_of))
        watched = [entry.symbol for entry in self.shelf.watched()]

        def ask() -> tuple[dt.date, Rows]:
            with self.shelf.reading() as connection:
                since = since_previous(connection, as_of) if start is None else since_day(connection, start)
                wanted = wanted_of(filters, watched, move, self.choice.horizon)
                return since.day, changes(connection, self.shelf.settings, self.situation, since, wanted)

        return self.shelf.answer(self.held, ("changes", filters, start, move, tuple(watched)), ask)

    def watch_curves(self, symbols: Sequence[str]) -> dict[str, list[float]]:
        """The last sessions of some tickers, for small curves."""
        return watch_curves(self.situation, symbols)

    def with_prices(self, symbols: Sequence[str]) -> Situation:
        """Give the situation with the prices of some securities, which nobody need recommend."""
        if all(symbol in self.situation.known.bars for symbol in symbols):
            return self.situation
        when: When = self.situation.when
        with self.shelf.reading() as connection:
            return load_situation(
                connection, self.shelf.settings, when, symbols=symbols, benchmark=self.situation.known.benchmark,
                horizon=self.choice.horizon, currency=self.choice.currency,
            )  # fmt: skip

    def _kept(self, question: tuple[object, ...], ask: Callable[[], Rows]) -> Rows:
        return self.shelf.answer(self.held, question, ask)

    def _count_groups(self, by: str, filters: Filters) -> None:
        """Refuse a grouping whose groups nobody could look through."""
        check_by(by)
        frame: pd.DataFrame = outcomes(self.situation, filters)
        count = int((frame["published"].str[:7] if by == "month" else frame[by]).nunique()) if len(frame) else 0
        if count > MOST_GROUPS:
            raise TooManyGroups(count=count, most=MOST_GROUPS)


def _steps(about: str, steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [{"about": about, **asdict(step)} for step in steps]
