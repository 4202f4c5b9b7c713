"""Mark: remember for each market's closed sessions that their day's work began, and what it made of them."""

import datetime as dt
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from watchlist.core.due import Marked, SessionState, Timetable, is_last_try, judge, open_sessions
from watchlist.domain.calendars import Dates, days
from watchlist.domain.errors import Words, counted
from watchlist.ledger.settings import Settings
from watchlist.queries.planned import home_of
from watchlist.queries.timetable import market_days
from watchlist.storage.database import transaction
from watchlist.storage.market_sessions import begin_try, end_try, load_tried, partial_sessions
from watchlist.storage.prices import newest_sessions_of, stored_bars

if TYPE_CHECKING:
    from sqlite_utils import Database

_BEFORE: Final = dt.timedelta(days=30)  # reaches the session before the oldest one
_NAMED: Final = 5  # securities that are named before the rest is only counted


@dataclass(frozen=True, slots=True)
class Begun:
    """A market's work that began.

    Attributes:
        sessions: the closed sessions it is for, ascending.
        partial: older ones that it may complete besides.
    """

    market: str
    timetable: Timetable
    benchmark: str
    sessions: tuple[dt.date, ...]
    partial: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an update brought, as far as it says whether a day is complete.

    Attributes:
        asked: the securities that were asked for.
        unanswered: those that nobody answered for.
        offline: whether no source could be reached at all.
        stopped: whether somebody asked to stop before the end.
        run_id: the run that stored something.
    """

    asked: Collection[str] = ()
    unanswered: Collection[str] = ()
    offline: bool = False
    stopped: bool = False
    run_id: int | None = None


def begin_day(
    database: "Database", settings: Settings, now: dt.datetime, *,
    until: dt.date | None = None, markets: Collection[str] = (),
) -> tuple[Begun, ...]:  # fmt: skip
    """Remember that the work for every closed session that awaits it begins.

    Args:
        until: as if this were the last closed session.
        markets: these only; empty for all.
    """
    begun = []
    with transaction(database) as connection:
        for name, day in market_days(connection, settings, now, until).items():
            if markets and name not in markets:
                continue
            sessions = open_sessions(day.timetable.hours, day.foreseen, day.tried, now)
            partial = tuple(one for one in partial_sessions(connection, name) if one not in sessions)
            begin_try(connection, name, sessions, now)
            benchmark = next(market.benchmark for key, market in settings.markets.items() if key == name)
            begun.append(Begun(name, day.timetable, benchmark, sessions, partial))
    return tuple(begun)


def end_day(database: "Database", begun: Sequence[Begun], brought: Brought, now: dt.datetime) -> tuple[Marked, ...]:
    """Remember what the work made of each session, and give it; what is done stays done."""
    with transaction(database) as connection:
        return tuple(_end(connection, one, brought, now) for one in begun)


def _end(connection: sqlite3.Connection, begun: Begun, brought: Brought, now: dt.datetime) -> Marked:
    every = sorted((*begun.partial, *begun.sessions))
    if not every:
        return Marked(begun.market, {}, None)
    if brought.stopped:
        found = dict.fromkeys(begun.sessions, SessionState.STOPPED)
        end_try(connection, begun.market, found, now, run_id=brought.run_id)
        return Marked(begun.market, found, None)
    traded = days(sorted(stored_bars(connection, begun.benchmark, every[0] - _BEFORE)))
    missing = _missing(begun, brought, traded, every[-1])
    late = _late(connection, begun, brought, traded)
    tried = load_tried(connection, begun.market)
    last = {s for s in every if s not in tried or is_last_try(begun.timetable, s, tried[s].tries, now)}
    answered = missing is None and (not late or every[-1] in last)
    found = judge(every, traded, answered=answered, last_tries=last)
    said = missing or (_late_words(late) if late else None)
    end_try(connection, begun.market, found, now, run_id=brought.run_id, missing=said)
    complete = all(one in {SessionState.DONE, SessionState.NO_SESSION} for one in found.values())
    return Marked(begun.market, found, None if complete else said)


def _missing(begun: Begun, brought: Brought, traded: Dates, newest: dt.date) -> Words | None:
    """Say what keeps a day from being complete: the network, the index's bar, or securities nobody answered for."""
    if brought.offline:
        return Words("no price source can be reached", "无法访问任何行情来源")
    lost = [symbol for symbol in brought.unanswered if home_of(symbol) == begun.market]
    if lost:
        listed = _listed(lost)
        return Words(
            f"{counted(len(lost), 'security', 'securities')} without an answer: {listed}",
            f"{len(lost)} 只证券未获答复：{listed}",
        )
    if newest not in traded.tolist() and not (traded.size and traded[-1].item() > newest):
        return Words(f"no bar of {begun.benchmark} for {newest}", f"缺少 {begun.benchmark} 在 {newest} 的行情")
    return None


def _late(connection: sqlite3.Connection, begun: Begun, brought: Brought, traded: Dates) -> list[str]:
    """List the securities that traded in the session before the newest and have no bar of the newest yet.

    A source may be late with them, or they were suspended that very day: another try tells.
    """
    if traded.size < 2:  # noqa: PLR2004 - a session and the one before it
        return []
    before = traded[-2].item()
    mine = [symbol for symbol in brought.asked if home_of(symbol) == begun.market]
    newest = newest_sessions_of(connection, mine)
    return [symbol for symbol in mine if newest.get(symbol) == before]


def _late_words(late: Sequence[str]) -> Words:
    listed = _listed(late)
    return Words(
        f"{counted(len(late), 'security has', 'securities have')} no bar yet: {listed}",
        f"{len(late)} 只证券尚无当日行情：{listed}",
    )


def _listed(symbols: Sequence[str]) -> str:
    return " ".join(symbols[:_NAMED]) + (" …" if len(symbols) > _NAMED else "")
