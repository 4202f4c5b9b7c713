"""Sessions (交易日): which days a market traded, and which it will, as sorted arrays of dates.

Where a market's index has bars, they decide; elsewhere the calendar library does; past its last known year, weekdays.
"""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Dates = NDArray[np.datetime64]
# No clock that is right shows a later year while this program is in use; the library reckons every day up to it.
_FARTHEST_YEAR: Final = 2099


@dataclass(frozen=True, slots=True)
class Overrides:
    """Days a person knows better than the library: closed and opened, inclusive."""

    closed: tuple[dt.date, ...] = ()
    opened: tuple[dt.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Hours:
    """When a market trades.

    Attributes:
        calendar: the exchange's name in the calendar library: ``XSHG``.
        cutoff: what is published before this local time can be acted on in the same session (RULES 5).
        final_after: a bar of the day is final from this local time on.
        overrides: days a person knows better than the library.
    """

    calendar: str
    timezone: str
    cutoff: dt.time
    final_after: dt.time
    overrides: Overrides = Overrides()


def days(values: object) -> Dates:
    """Turn dates or ISO texts into a ``datetime64[D]`` array."""
    return np.asarray(values, dtype="datetime64[D]")


def scheduled(
    hours: Hours, start: dt.date, end: dt.date, overrides: Overrides | None = None
) -> tuple[Dates, dt.date | None]:
    """List the sessions the calendar foresees from ``start`` to ``end``, both included.

    Corrected by ``overrides``, which are those of ``hours`` unless given.

    Returns:
        the sessions, and the last day the library knows where ``end`` lies beyond it (``None`` otherwise): sessions
        after that day are weekdays, provisional.
    """
    calendar = _calendar(hours.calendar, None)
    if calendar.last_session.date() < end:
        calendar = _calendar(hours.calendar, min(end.year, _FARTHEST_YEAR))
    first, known = calendar.first_session.date(), calendar.last_session.date()
    inside_end = min(end, known)
    sessions = days([])
    if max(start, first) <= inside_end:
        sessions = days(calendar.sessions_in_range(str(max(start, first)), str(inside_end)).values)
    provisional_after = known if end > known else None
    if provisional_after is not None:
        later = np.arange(np.datetime64(max(start, known + dt.timedelta(days=1))), np.datetime64(end) + 1)
        sessions = np.concatenate([sessions, later[np.is_busday(later)]])
    known_better = hours.overrides if overrides is None else overrides
    if known_better != Overrides():
        sessions = np.setdiff1d(sessions, days(list(known_better.closed)))
        opened = days(list(known_better.opened))
        sessions = np.union1d(sessions, opened[(opened >= np.datetime64(start)) & (opened <= np.datetime64(end))])
    return sessions, provisional_after


@cache
def _calendar(name: str, through_year: int | None) -> Any:  # noqa: ANN401 - the library comes without types
    """Give the library's calendar: its own year ahead of the program's start, or through a year, as far as it knows.

    A program that runs for years outlives the year that the library looks ahead by itself.
    """
    import exchange_calendars  # noqa: PLC0415  (a second of import, only needed where sessions are)

    calendar = exchange_calendars.get_calendar(name)
    if through_year is None:
        return calendar
    bound = type(calendar).bound_max()
    end = dt.date(through_year, 12, 31) if bound is None else min(bound.date(), dt.date(through_year, 12, 31))
    return exchange_calendars.get_calendar(name, end=end.isoformat())


def with_evidence(foreseen: Dates, traded: Dates) -> Dates:
    """Let the index's bars overrule the foreseen sessions between its first and its last bar (RULES 6)."""
    if traded.size == 0:
        return foreseen
    outside = foreseen[(foreseen < traded[0]) | (foreseen > traded[-1])]
    return np.union1d(outside, traded)


def last_closed(hours: Hours, now: dt.datetime, sessions: Dates) -> dt.date | None:
    """Give the last session whose bars are final at ``now`` (aware); ``None`` when there is none."""
    local = now.astimezone(ZoneInfo(hours.timezone))
    today = local.date()
    last = today if local.time() >= hours.final_after else today - dt.timedelta(days=1)
    position = int(np.searchsorted(sessions, np.datetime64(last), side="right")) - 1
    return None if position < 0 else sessions[position].item()


def first_after_publication(hours: Hours, published: dt.date, published_at: dt.datetime | None) -> tuple[dt.date, bool]:
    """Say from which day on a report can be acted on (RULES 5).

    Returns:
        a day, and whether a session on that very day counts. A date alone: sessions strictly after it. A moment before
        the market's cutoff: that day's session too.
    """
    if published_at is None:
        return published, False
    local = published_at.astimezone(ZoneInfo(hours.timezone))
    return local.date(), local.time() < hours.cutoff


def sessions_since(sessions: Dates, after: Dates, until: Dates) -> NDArray[np.int64]:
    """Count the sessions after each day up to another, the latter included; 0 where the other is not later."""
    passed = np.searchsorted(sessions, until, side="right") - np.searchsorted(sessions, after, side="right")
    counted: NDArray[np.int64] = np.maximum(passed, 0)
    return counted


def add_months(day: dt.date, months: int) -> dt.date:
    """Shift a date by calendar months, clamped to the month's end (2024-08-31 + 6 months = 2025-02-28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_later(days: Dates, months: int) -> Dates:
    """Shift many dates as :func:`add_months` shifts one."""
    of_month = days.astype("datetime64[M]")
    first = (of_month + months).astype("datetime64[D]")
    last = (of_month + months + 1).astype("datetime64[D]") - 1
    later: Dates = np.minimum(first + (days - of_month.astype("datetime64[D]")), last)
    return later
