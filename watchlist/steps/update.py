"""Update: plan what is missing, fetch it security by security, store what is believed. Nothing here decides what is."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from watchlist.core.arrival import Ground
from watchlist.core.planning import FIRST, TRUSTED, Fetch, past_end
from watchlist.core.rules import Rules
from watchlist.domain.calendars import days, scheduled, with_evidence
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Security
from watchlist.ledger.home import Home
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import Settings
from watchlist.queries.planned import RATES, Choice, closed_until, home_of, plan_update, spare
from watchlist.queries.upkeep import refresh_panels
from watchlist.sources.asking import Asker, Terms, Watch
from watchlist.sources.contract import Source
from watchlist.sources.fetching import LATE, Brought, bring
from watchlist.storage.database import transaction
from watchlist.storage.ledger import load_securities
from watchlist.storage.prices import Fetched, save_fetches, save_silence, stored_actions, stored_bars
from watchlist.storage.quarantine import (
    end_doubts,
    kept,
    news,
    replace_whole_answers,
    resolve,
    resolve_actions,
    resolve_whole_answers,
    settle_by_person,
    waiting_bars,
)
from watchlist.storage.runs import Problem, begin_run, end_run, set_problems
from watchlist.storage.standings import load_standings, save_standings

if TYPE_CHECKING:
    from sqlite_utils import Database

Progress = Callable[[int, int, str], None]
STEP: Final = "update"
NETWORK: Final = "network"
# Bars before a fetch that are shown to it: the close before an ex-date, and the limits of its first session.
_BEFORE: Final = LATE + dt.timedelta(days=30)
_TOGETHER: Final = 1.0  # seconds: what arrives within them is stored in one transaction


@dataclass(frozen=True, slots=True)
class Reach:
    """How sources are reached: those that a probe could not reach go last; a test gives its own clock.

    Attributes:
        stopped: asked before each security; once it says yes, the others are left for the next update.
    """

    unreachable: Collection[str] = ()
    watch: Watch = field(default_factory=Watch)
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """What became of one planned fetch.

    Attributes:
        source: whose answer was taken.
        new: new bars; ``changed``: bars and actions that replaced stored ones.
        doubted: rows that were put into quarantine; those another source settled at once are among them.
        answered: whether some source answered; if not, asking again may help.
    """

    fetch: Fetch
    source: str | None
    new: int
    doubted: int
    problem: Words | None
    notes: tuple[str, ...] = ()
    changed: int = 0
    answered: bool = True

    @property
    def is_silent(self) -> bool:
        """Whether whoever answered could be believed and has nothing more: a whole history, or nothing newer."""
        return self.answered and self.problem is None and (not self.new or self.fetch.reason == FIRST)

    @property
    def fell_back(self) -> bool:
        """Whether another source than the first of settings was taken."""
        return self.source is not None and self.source != self.fetch.sources[0]


@dataclass(slots=True)
class UpdateResult:
    """What an update did: a line a planned fetch; up to date where there was none; calls made by source.

    Attributes:
        left: the planned fetches that were left because somebody asked to stop.
        offline: whether no source could be reached at all.
        run_id: the run that stored something, where one did.
        panels: what was done to panel files besides adding new sessions.
    """

    lines: list[UpdateLine] = field(default_factory=list)
    up_to_date: int = 0
    calls: dict[str, int] = field(default_factory=dict)
    left: int = 0
    offline: bool = False
    run_id: int | None = None
    panels: list[Words] = field(default_factory=list)

    @property
    def failed(self) -> list[UpdateLine]:
        """The fetches that brought nothing and should have."""
        return [line for line in self.lines if line.problem is not None]


def update(
    database: "Database",
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    now: dt.datetime,
    *,
    choice: Choice | None = None,
    reach: Reach | None = None,
    progress: Progress | None = None,
) -> UpdateResult:
    """Bring the prices up to date. A source or a security that fails stops no other.

    Args:
        sources: by name; tried in the order of settings.
        choice: which securities, sources and sessions; everything that is missing unless given.
        reach: which sources a probe did not reach, and the clock.
        progress: told ``(done, all, symbol)`` before each fetch.
    """
    choice, reach = choice or Choice(), reach or Reach()
    if not sources or set(sources) <= set(reach.unreachable):
        return _unreachable(database, now)
    rules = rules_from(settings)
    last = closed_until(rules, now, choice.until)
    fetches, fresh = plan_update(database.conn, home, settings, sources, last, choice)
    terms = Terms(settings.update.budget_seconds, settings.update.call_seconds, settings.update.tries,
                  dt.timedelta(hours=settings.update.cool_down_hours))  # fmt: skip
    asker = Asker(sources, now, load_standings(database.conn, now), terms, reach.watch)
    asker.unreachable(reach.unreachable)
    securities = load_securities(database.conn, [fetch.symbol for fetch in fetches], None)
    run = _Run(database, rules, asker, securities, now)
    lines: list[UpdateLine] = []
    try:
        for number, fetch in enumerate(fetches):
            if reach.stopped():
                break
            if progress is not None:
                progress(number, len(fetches), fetch.symbol)
            lines.append(_not_reached(fetch, terms) if asker.out_of_time else run.one(fetch))
    finally:
        run.store()
    unmissed = spare(database.conn, home, settings)
    lines = [replace(line, problem=None) if line.fetch.symbol in unmissed else line for line in lines]
    run.end(lines)
    if progress is not None:
        progress(len(fetches), len(fetches), "")
    left = len(fetches) - len(lines)
    panels = [] if left else refresh_panels(database.conn, settings, progress)
    return UpdateResult(lines, fresh, asker.calls, left=left, run_id=run.run_id, panels=panels)


def decide(database: "Database", number: int, now: dt.datetime, *, confirm: bool) -> Words:
    """Let a person's word settle a doubt, and give a sentence about what was done.

    Raises:
        UnknownWord: no such row waits, or it is none that could be stored.
    """
    row = kept(database.conn, number)
    option = "--confirm" if confirm else "--dismiss"
    if row is None or row.resolution is not None:
        hint = Words(
            " No such row waits: see python main.py check.", "没有该编号的待定数据：请看 python main.py check。"
        )
        raise UnknownWord(option=option, text=number, hint=hint)
    if confirm and not row.can_be_confirmed:
        hint = Words(
            " That row cannot be stored: dismiss it, or take all with python main.py update "
            "--symbol SYMBOL --trust SOURCE.",
            "该行无法写入：请改用 --dismiss，或以 python main.py update --symbol 代码 --trust 来源 整份采信。",
        )
        raise UnknownWord(option=option, text=number, hint=hint)
    with transaction(database) as connection:
        run_id = begin_run(connection, STEP, now)
        settle_by_person(connection, row, run_id, now, confirm=confirm)
        end_run(connection, run_id, "ok", f"{option} {number}", now)
    if confirm:
        return Words(
            f"{row.symbol} {row.session}: stored as confirmed by you; what stood there before is kept as a revision.",
            f"{row.symbol} {row.session}：已按您的确认写入；原值保留为修订记录。",
        )
    return Words(f"{row.symbol} {row.session}: left out.", f"{row.symbol} {row.session}：已舍弃。")


@dataclass(slots=True)
class _Run:
    """One update under way: fetches a security, stores what came, and remembers that it did."""

    database: "Database"
    rules: Rules
    asker: Asker
    securities: Mapping[str, Security]
    now: dt.datetime
    run_id: int | None = None
    pending: list[tuple[Fetch, Brought]] = field(default_factory=list)
    stored_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.stored_at = self.asker.watch.clock()

    def one(self, fetch: Fetch) -> UpdateLine:
        """Do one planned fetch."""
        connection = self.database.conn
        actions = stored_actions(connection, fetch.symbol)
        ground = self._ground(fetch)
        brought = bring(fetch, ground, actions, waiting_bars(connection, fetch.symbol), self.asker)
        brought = replace(brought, held=news(connection, fetch.symbol, brought.held))
        if (
            brought.bars
            or brought.paid
            or brought.held
            or brought.resolved
            or (fetch.reason in {FIRST, TRUSTED} and brought.source is not None)
        ):
            self.pending.append((fetch, brought))
        if ground.is_evidence or self.asker.watch.clock() - self.stored_at >= _TOGETHER:
            self.store()
        return UpdateLine(
            fetch=fetch,
            source=brought.source,
            new=len(brought.bars) - brought.changed_bars,
            doubted=len(brought.held),
            problem=brought.problem,
            notes=brought.notes,
            changed=brought.changed_bars + brought.changed_actions,
            answered=brought.answered,
        )

    def end(self, lines: list[UpdateLine]) -> None:
        """Remember what went wrong, what was learned about hosts, and how the run ended."""
        problems = [
            Problem(STEP, line.fetch.symbol, line.problem.en, line.problem.zh) for line in lines if line.problem
        ]
        with transaction(self.database) as connection:
            set_problems(connection, STEP, [NETWORK, *(line.fetch.symbol for line in lines)], problems, self.now)
            save_standings(connection, self.asker.learned.values(), self.now)
            save_silence(connection, self._silent(lines))
            if self.run_id is not None:
                detail = f"{sum(line.new for line in lines)} rows, {len(problems)} problems"
                end_run(connection, self.run_id, "partial" if problems else "ok", detail, self.now)

    def _silent(self, lines: list[UpdateLine]) -> dict[str, dt.date]:
        """Give the securities that ended and of which nothing newer came well after their end: nothing ever will."""
        found = {}
        for line in lines:
            one = self.securities.get(line.fetch.symbol)
            ended = None if one is None else one.delisted
            if ended is not None and line.fetch.until >= past_end(ended) and line.is_silent:
                found[line.fetch.symbol] = line.fetch.until
        return found

    def _ground(self, fetch: Fetch) -> Ground:
        """Gather what an answer is judged against; days of exchange rates are in no calendar."""
        since = fetch.since - _BEFORE
        if home_of(fetch.symbol) == RATES:
            rates = stored_bars(self.database.conn, fetch.symbol, since)
            return Ground(fetch.symbol, rates, expected=days([]), until=fetch.until)
        rules = self.rules.markets[home_of(fetch.symbol)]
        foreseen, provisional_after = scheduled(rules.hours, since, fetch.until)
        stored = stored_bars(self.database.conn, fetch.symbol, since)
        evidence = {} if fetch.symbol == rules.benchmark else stored_bars(self.database.conn, rules.benchmark, since)
        return Ground(
            symbol=fetch.symbol,
            stored=stored,
            expected=with_evidence(foreseen, days(sorted(evidence))),
            until=fetch.until,
            provisional_after=provisional_after,
            is_evidence=fetch.symbol == rules.benchmark,
            limits=self.rules.limits,
            security=self.securities.get(fetch.symbol),
        )

    def store(self) -> None:
        """Store what was brought since the last time: a transaction."""
        pending, self.pending, self.stored_at = self.pending, [], self.asker.watch.clock()
        if not pending:
            return
        if self.run_id is None:
            self.run_id = begin_run(self.database.conn, STEP, self.now)
        with transaction(self.database) as connection:
            for fetch, brought in pending:
                replace_whole_answers(connection, fetch.symbol, brought.held, self.now)
            fetched = (one for fetch, brought in pending for one in self._by_source(fetch, brought))
            save_fetches(connection, fetched, self.run_id, self.now)
            for fetch, brought in pending:
                self._settle_doubts(connection, fetch, brought)

    def _settle_doubts(self, connection: sqlite3.Connection, fetch: Fetch, brought: Brought) -> None:
        """End the doubts about a security that what was brought ends."""
        end_doubts(connection, fetch.symbol, brought.held, self.now)
        resolve(connection, brought.resolved, self.now)
        if fetch.reason == TRUSTED and brought.source is not None:
            resolve_whole_answers(connection, fetch.symbol, f"a person trusted {brought.source}", self.now)
        elif brought.source is not None and brought.problem is None:
            resolve_whole_answers(connection, fetch.symbol, f"{brought.source} was believed later", self.now)
        resolve_actions(connection, fetch.symbol, stored_actions(connection, fetch.symbol), self.now)

    def _by_source(self, fetch: Fetch, brought: Brought) -> Iterator[Fetched]:
        """Make a fetch of what came from each source."""
        names = dict.fromkeys(
            [source for source, _ in (*brought.bars.values(), *brought.paid)]
            + [one.source for one in brought.held]
            + ([brought.source] if brought.source is not None else [])
        )
        return (self._from(name, fetch, brought) for name in names)

    def _from(self, name: str, fetch: Fetch, brought: Brought) -> Fetched:
        """Take one source's part of what was brought."""
        source = self.asker.sources.get(name)
        return Fetched(
            symbol=fetch.symbol,
            source=name,
            simulated=source is not None and source.simulated,
            since=fetch.since if brought.source is not None else fetch.until,
            until=fetch.until,
            bars={session: bar for session, (whose, bar) in brought.bars.items() if whose == name},
            actions=tuple(action for whose, action in brought.paid if whose == name),
            doubted=tuple((h.doubt.session, h.doubt.rule, h.doubt.row) for h in brought.held if h.source == name),
        )


def _not_reached(fetch: Fetch, terms: Terms) -> UpdateLine:
    words = Words(
        f"{fetch.symbol}: not reached within the {terms.budget_seconds:g} s of this update",
        f"{fetch.symbol}：未能在本次更新的 {terms.budget_seconds:g} 秒内处理",
    )
    return UpdateLine(fetch, None, 0, 0, words, answered=False)


def _unreachable(database: "Database", now: dt.datetime) -> UpdateResult:
    """Leave everything as it is, and let that be known."""
    words = Words(
        "no price source can be reached: prices stay as they are; run python main.py daily when the network is back",
        "无法访问任何行情来源：行情保持原样；网络恢复后请运行 python main.py daily",
    )
    with transaction(database) as connection:
        set_problems(connection, STEP, [NETWORK], [Problem(STEP, NETWORK, words.en, words.zh)], now)
    nothing = Fetch(NETWORK, now.date(), now.date(), (), "new")
    return UpdateResult([UpdateLine(nothing, None, 0, 0, words, answered=False)], offline=True)
