"""The timetable: when each market's day is worked for by settings, what is remembered of it, and what is due next."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchlist.core.due import Due, Timetable, Tried, next_due
from watchlist.domain.calendars import Dates, scheduled
from watchlist.ledger.rules import hours_of
from watchlist.ledger.settings import Settings
from watchlist.storage.market_sessions import load_tried

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
