"""Update: plan what is missing, fetch it source by source, check it on arrival, store it an instrument at a time."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from watchlist.core.arrival import Doubt, examine_actions, examine_bars
from watchlist.core.planning import Fetch, plan
from watchlist.core.rules import Rules
from watchlist.domain.calendars import last_closed, scheduled
from watchlist.domain.errors import WatchlistError, Words
from watchlist.domain.model import Action
from watchlist.domain.symbols import board
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.home import Home
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import Settings
from watchlist.ledger.themes import load_themes
from watchlist.ledger.watch import load_watchlist
from watchlist.sources.contract import Actions, Bars, NoData, Source
from watchlist.storage.database import transaction
from watchlist.storage.ledger import load_mentions
from watchlist.storage.prices import (
    Fetched,
    doubted_before,
    held,
    row_text,
    save_fetch,
    stored_actions,
    stored_bars,
)
from watchlist.storage.runs import Problem, begin_run, end_run, set_problems

if TYPE_CHECKING:
    from sqlite_utils import Database

Progress = Callable[[int, int, str], None]
STEP = "update"
NETWORK = "network"


@dataclass(frozen=True, slots=True)
class UpdateLine:
    """What became of one planned fetch."""

    fetch: Fetch
    source: str | None
    new: int
    doubted: int
    problem: Words | None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class UpdateResult:
    """What an update did: a line a planned fetch; up to date where there was none."""

    lines: list[UpdateLine] = field(default_factory=list)
    up_to_date: int = 0

    @property
    def failed(self) -> list[UpdateLine]:
        """The fetches that brought nothing and should have."""
        return [line for line in self.lines if line.problem is not None]


def plan_update(
    connection: sqlite3.Connection,
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    until: Mapping[str, dt.date],
) -> tuple[list[Fetch], int]:
    """Plan the fetches for every security the ledger, the watchlist, the themes and the settings speak of.

    Returns:
        the fetches, and how many securities are up to date already.
    """
    mentions = load_mentions(connection, None)
    watched = load_watchlist(home)
    oldest = min([m.published for m in mentions] + [w.added for w in watched], default=min(until.values()))
    start = oldest - dt.timedelta(days=settings.history.days)
    symbols = list(
        dict.fromkeys(
            [market.benchmark for market in settings.markets.values()]
            + [m.symbol for m in mentions]
            + [m.benchmark for m in mentions if m.benchmark]
            + [w.symbol for w in watched]
            + [symbol for market in settings.markets.values() for symbol in market.also]
            + [theme.benchmark for theme in load_themes(home).themes if theme.benchmark]
        )
    )
    served = {symbol: serving(symbol, settings, sources) for symbol in symbols}
    last = {symbol: until[market_of(symbol)] for symbol in symbols}
    fetches = plan(symbols, held(connection), start, last, served)
    return fetches, len(symbols) - len(fetches)


def plan_lines(
    connection: sqlite3.Connection,
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    now: dt.datetime,
    until: dt.date | None,
) -> list[dict[str, object]]:
    """Give the planned fetches as rows: ``symbol since until reason sources``; nothing is fetched."""
    fetches, _ = plan_update(connection, home, settings, sources, closed_until(rules_from(settings), now, until))
    return [
        {
            "symbol": fetch.symbol,
            "since": fetch.since.isoformat(),
            "until": fetch.until.isoformat(),
            "reason": fetch.reason,
            "sources": list(fetch.sources),
        }
        for fetch in fetches
    ]


def serving(symbol: str, settings: Settings, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """List the sources that can have a security, in the order of settings; a source no setting names comes first."""
    market = next(one for name, one in settings.markets.items() if name == market_of(symbol))
    named = market.sources.indices if board(symbol) == "index" else market.sources.shares
    order = [name for name in sources if name in {"files", "simulated"}] + list(named)
    return tuple(name for name in dict.fromkeys(order) if name in sources and sources[name].serves(symbol))


def closed_until(rules: Rules, now: dt.datetime, until: dt.date | None) -> dict[str, dt.date]:
    """Give each market's last closed session at ``now``, or as if ``until`` were over."""
    found = {}
    for name, market in rules.markets.items():
        end = until or now.astimezone(dt.UTC).date() + dt.timedelta(days=1)
        sessions, _ = scheduled(market.hours, end - dt.timedelta(days=30), end)
        last = last_closed(market.hours, now, sessions) if until is None else sessions[-1].item()
        found[name] = last or end
    return found


def update(
    database: "Database",
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    now: dt.datetime,
    *,
    until: dt.date | None = None,
    progress: Progress | None = None,
) -> UpdateResult:
    """Bring the prices up to date. A source or a security that fails stops no other.

    Args:
        sources: by name; tried in the order of settings.
        until: act as if this were the last closed session.
        progress: told ``(done, all, symbol)`` before each fetch.
    """
    last = closed_until(rules_from(settings), now, until)
    if not sources:
        return _unreachable(database, now)
    fetches, fresh = plan_update(database.conn, home, settings, sources, last)
    result = UpdateResult(up_to_date=fresh)
    run_id: int | None = None
    for number, fetch in enumerate(fetches):
        if progress is not None:
            progress(number, len(fetches), fetch.symbol)
        fetched, line = _fetch(database, fetch, sources)
        if fetched is not None:
            if run_id is None:
                run_id = begin_run(database.conn, STEP, now)
            with transaction(database) as connection:
                save_fetch(connection, fetched, run_id, now)
        result.lines.append(line)
    problems = [
        Problem(STEP, line.fetch.symbol, line.problem.en, line.problem.zh) for line in result.lines if line.problem
    ]
    with transaction(database) as connection:
        set_problems(connection, STEP, [NETWORK, *(fetch.symbol for fetch in fetches)], problems, now)
        if run_id is not None:
            detail = f"{sum(line.new for line in result.lines)} rows, {len(problems)} problems"
            end_run(connection, run_id, "partial" if problems else "ok", detail, now)
    if progress is not None:
        progress(len(fetches), len(fetches), "")
    return result


def _unreachable(database: "Database", now: dt.datetime) -> UpdateResult:
    """Leave everything as it is, and let that be known."""
    words = Words(
        "no price source can be reached: prices stay as they are",
        "无法访问任何行情来源：行情保持原样",
    )
    with transaction(database) as connection:
        set_problems(connection, STEP, [NETWORK], [Problem(STEP, NETWORK, words.en, words.zh)], now)
    nothing = Fetch(NETWORK, now.date(), now.date(), (), "new")
    return UpdateResult([UpdateLine(nothing, None, 0, 0, words)])


def _fetch(database: "Database", fetch: Fetch, sources: Mapping[str, Source]) -> tuple[Fetched | None, UpdateLine]:
    """Ask the sources of one fetch in turn; give what to store (``None``: nothing new) and its line."""
    notes: list[str] = []
    silent = True
    for name in fetch.sources:
        source = sources[name]
        try:
            bars = source.bars(fetch.symbol, fetch.since, fetch.until)
            if isinstance(bars, Bars):
                order = [source, *(sources[other] for other in fetch.sources if other != name)]
                actions = _actions(fetch, order, notes)
                return _examined(database, fetch, source, bars.frame, actions, tuple(notes))
        except WatchlistError as error:
            return None, UpdateLine(fetch, name, 0, 0, Words(error.text("en"), error.text("zh")), tuple(notes))
        notes.append(f"{name}: {bars.reason}")
        silent = silent and isinstance(bars, NoData)
    if silent and notes and fetch.reason == "new":
        # Everyone answered, and nobody has anything newer: nothing is wrong with the way there.
        return None, UpdateLine(fetch, None, 0, 0, None, tuple(notes))
    reasons = "; ".join(notes)
    words = Words(
        f"{fetch.symbol}: no source had its bars ({reasons or 'none serves it'})",
        f"{fetch.symbol}：没有行情来源提供数据（{reasons or '无可用来源'}）",
    )
    return None, UpdateLine(fetch, None, 0, 0, words, tuple(notes))


def _actions(fetch: Fetch, order: Sequence[Source], notes: list[str]) -> tuple[Action, ...] | None:
    """Ask one source after another what a security paid; ``None`` where nobody could say."""
    for source in order:
        outcome = source.actions(fetch.symbol, fetch.since, fetch.until)
        if isinstance(outcome, Actions):
            return outcome.actions
        notes.append(f"{source.name}: {outcome.reason}")
    return None


def _examined(
    database: "Database",
    fetch: Fetch,
    source: Source,
    frame: pd.DataFrame,
    actions: Sequence[Action] | None,
    notes: tuple[str, ...],
) -> tuple[Fetched | None, UpdateLine]:
    connection = database.conn
    columns = ["session", "open", "high", "low", "close", "volume"]
    arrived = [(row[0], tuple(row[1:])) for row in frame[columns].itertuples(index=False, name=None)]
    new, doubts = examine_bars(arrived, stored_bars(connection, fetch.symbol, fetch.since), fetch.until)
    new_actions, more = examine_actions(actions or (), stored_actions(connection, fetch.symbol))
    known = doubted_before(connection, fetch.symbol)
    fresh = [d for d in (*doubts, *more) if (d.session, d.rule, row_text(d.row)) not in known]
    bars = pd.DataFrame([(session, *bar) for session, bar in new], columns=columns)
    fetched = Fetched(
        symbol=fetch.symbol,
        source=source.name,
        simulated=source.simulated,
        since=fetch.since,
        until=fetch.until,
        bars=bars,
        actions=tuple(new_actions),
        doubted=tuple((d.session, d.rule, d.row) for d in fresh),
    )
    problem = _doubt_words(fetch.symbol, fresh) or (_unchecked(fetch.symbol, notes) if actions is None else None)
    line = UpdateLine(fetch, source.name, len(new), len(fresh), problem, notes)
    worth = bool(new or new_actions or fresh) or fetch.reason == "first"
    return (fetched if worth else None), line


def _unchecked(symbol: str, notes: Sequence[str]) -> Words:
    reasons = "; ".join(notes)
    return Words(
        f"{symbol}: its dividends could not be checked ({reasons})", f"{symbol}：无法核对其分红送转（{reasons}）"
    )


def _doubt_words(symbol: str, doubts: Sequence[Doubt]) -> Words | None:
    if not doubts:
        return None
    rules = ", ".join(sorted({d.rule for d in doubts}))
    return Words(
        f"{symbol}: {len(doubts)} rows were not believed and wait in quarantine ({rules})",
        f"{symbol}：{len(doubts)} 行数据未被采信，已隔离（{rules}）",
    )
