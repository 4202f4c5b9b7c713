"""The timetable: when each market's day is worked for by settings, what is remembered of it, and what is due next."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchlist.core.due import Due, Timetable, Tried, is_overdue, is_plausible, next_due, open_sessions
from watchlist.domain.calendars import Dates, scheduled
from watchlist.ledger.rules import hours_of
from watchlist.ledger.settings import Settings
from watchlist.queries.planned import home_of
from watchlist.storage.health import tracked
from watchlist.storage.market_sessions import load_tried, newest_sessions
from watchlist.storage.prices import newest_sessions_of

# The longest closure of an exchange in memory (mainland China, January 1992) was shorter by far.
_AHEAD: Final = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MarketDay:
    """What is known of a market's days around now: the sessions foreseen, and what became of the remembered ones."""

    timetable: Timetable
    foreseen: Dates
    tried: Mapping[dt.date, Tried]


def timetables(settings: Settings) -> dict[str, Timetable]:
    """Give every market's timetable; one without times is never worked for by itself."""
    return {
        name: Timetable(hours_of(market), settings.schedule.get(name, ())) for name, market in settings.markets.items()
    }


def market_days(
    connection: sqlite3.Connection | None, settings: Settings, now: dt.datetime, until: dt.date | None = None
) -> dict[str, MarketDay]:
    """Look at every market.

    Args:
        connection: ``None`` where there is no database yet.
        until: as if the sessions after this day were not.
    """
    found = {}
    for name, timetable in timetables(settings).items():
        tried = {} if connection is None else load_tried(connection, name)
        start = min([*tried, now.date()]) - _AHEAD
        foreseen, _ = scheduled(timetable.hours, start, until or now.date() + _AHEAD)
        found[name] = MarketDay(timetable, foreseen, tried)
    return found


def every_due(days: Mapping[str, MarketDay], now: dt.datetime) -> list[Due]:
    """List each market's next work, the earliest first."""
    dues = (next_due(name, day.timetable, day.foreseen, day.tried, now) for name, day in days.items())
    return sorted((due for due in dues if due is not None), key=lambda due: (due.at, due.market))


def newest_bars(connection: sqlite3.Connection) -> dict[str, dt.date]:
    """Give each market's newest session that anything of it has a bar of; markets without bars are left out."""
    newest: dict[str, dt.date] = {}
    for symbol, session in newest_sessions_of(connection, tracked(connection)).items():
        market = home_of(symbol)
        newest[market] = max(session, newest.get(market, session))
    return newest


def is_clock_plausible(days: Mapping[str, MarketDay], newest: Mapping[str, dt.date], now: dt.datetime) -> bool:
    """Say whether the prices of some market are as new as the clock says they should be."""
    return any(is_plausible(day.timetable.hours, day.foreseen, newest.get(name), now) for name, day in days.items())


def status_rows(connection: sqlite3.Connection | None, settings: Settings, now: dt.datetime) -> list[dict[str, object]]:
    """Give a row a market: what was done last, how the newest session stands, and what is due next.

    Args:
        connection: ``None`` where there is no database yet.
    """
    rows = []
    remembered = {} if connection is None else {row["market"]: row for row in newest_sessions(connection)}
    for name, day in market_days(connection, settings, now).items():
        row = remembered.get(name)
        due = next_due(name, day.timetable, day.foreseen, day.tried, now)
        waiting = open_sessions(day.timetable.hours, day.foreseen, day.tried, now) if row is not None else ()
        known = ("done", "session", "state", "tries", "tried_at", "missing", "missing_zh", "partial")
        rows.append(
            {
                "market": name,
                **{key: None if row is None else row[key] for key in known},
                "overdue": [one.isoformat() for one in waiting if is_overdue(day.timetable, one, now)],
                "next_session": None if due is None else due.sessions[-1].isoformat(),
                "next_at": None if due is None else due.at.isoformat(),
            }
        )
    return rows
