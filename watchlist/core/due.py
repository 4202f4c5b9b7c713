"""What is due (待办): which closed sessions of which market still await their day's work, and when to look again.

The database remembers what was done and tried; a scheduler only asks. So a missed day is caught up, and none is done
twice.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from watchlist.domain.calendars import Dates, Hours, last_closed
from watchlist.domain.errors import Words

# A try that failed with no further time of the day left is made up for after so long; each next one waits twice that.
BACK_OFF: Final = dt.timedelta(minutes=15)
# So long after its last time a session that is still open was forgotten by whoever should work for it.
GRACE: Final = dt.timedelta(hours=2)
# With the newest bar further behind the clock than so many sessions, the clock is asked about before it is believed.
TRUSTED_SESSIONS: Final = 3


class SessionState(StrEnum):
    """How far a session's work is."""

    WORKING = "working"  # begun, and not ended: under way, or its process died
    STOPPED = "stopped"  # ended early because somebody asked: due at once
    WAITING = "waiting"  # something was missing: tried again later
    PARTIAL = "partial"  # something was missing at the last try; a later session's work brings it
    DONE = "done"
    NO_SESSION = "no_session"  # the index has later bars and none of this day


SETTLED: Final = frozenset({SessionState.DONE, SessionState.PARTIAL, SessionState.NO_SESSION})


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a market's day is worked for: at the first of ``times`` after its close, then again at the others.

    Attributes:
        times: ascending, in the market's own time zone; empty: never by itself.
    """

    hours: Hours
    times: tuple[dt.time, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a session so far; ``tried_at`` is the moment (aware) of the newest try."""

    state: SessionState
    tries: int
    tried_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Due:
    """The next work of a market.

    Attributes:
        sessions: those that the work is for, ascending; one update brings them all.
        at: the moment (aware) to do it, in the past where it is due already.
    """

    market: str
    sessions: tuple[dt.date, ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Marked:
    """What a try made of a market's sessions.

    Attributes:
        found: by session, ascending; empty where there was nothing to do.
        missing: what was missing, ``None`` where nothing was.
    """

    market: str
    found: Mapping[dt.date, SessionState]
    missing: Words | None


def next_due(
    market: str, timetable: Timetable, foreseen: Dates, tried: Mapping[dt.date, Tried], now: dt.datetime
) -> Due | None:
    """Say what a market's next work is and when; ``None`` where it has no times or no session is foreseen.

    Args:
        foreseen: sessions, ascending, from before the oldest unsettled one until after ``now``.
        tried: what is remembered, by session.
    """
    if not timetable.times:
        return None
    waiting = open_sessions(timetable.hours, foreseen, tried, now)
    if waiting:
        at = min(_try_at(timetable, session, _believed(tried.get(session), now)) for session in waiting)
        return Due(market, waiting, at)
    closed = last_closed(timetable.hours, now, foreseen)
    # A clock that was set back finds sessions ahead that are done: what comes after them is next.
    settled = [session for session, one in tried.items() if _is_settled(_believed(one, now))]
    behind = max([*settled, *([] if closed is None else [closed])], default=None)
    ahead = foreseen if behind is None else foreseen[foreseen > np.datetime64(behind)]
    return None if ahead.size == 0 else Due(market, (ahead[0].item(),), _moments(timetable, ahead[0].item())[0])


def open_sessions(
    hours: Hours, foreseen: Dates, tried: Mapping[dt.date, Tried], now: dt.datetime
) -> tuple[dt.date, ...]:
    """List the closed sessions whose work is not settled, ascending: from the oldest that is remembered on.

    Where nothing is remembered yet, only the newest closed one counts: what came before is nobody's debt.
    """
    closed = last_closed(hours, now, foreseen)
    if closed is None:
        return ()
    begun = min(tried, default=closed)
    inside = foreseen[(foreseen >= np.datetime64(begun)) & (foreseen <= np.datetime64(closed))]
    return tuple(session for session in inside.tolist() if not _is_settled(_believed(tried.get(session), now)))


def judge(
    sessions: Iterable[dt.date], traded: Dates, *, answered: bool, last_tries: Collection[dt.date]
) -> dict[dt.date, SessionState]:
    """Say what a try made of each session.

    Args:
        traded: the sessions that the market's index has bars of, ascending.
        answered: whether some source answered for every security of the market that was asked for.
        last_tries: the sessions that no further try is foreseen for.
    """
    found = {}
    for session in sessions:
        day = np.datetime64(session)
        has_bar = bool(np.isin(day, traded))
        if has_bar and answered:
            found[session] = SessionState.DONE
        elif not has_bar and traded.size and traded[-1] > day:
            found[session] = SessionState.NO_SESSION
        else:
            found[session] = SessionState.PARTIAL if session in last_tries else SessionState.WAITING
    return found


def is_last_try(timetable: Timetable, session: dt.date, tries: int, now: dt.datetime) -> bool:
    """Say whether the ``tries`` made by ``now`` are all that a session gets: its times are over, none was missed."""
    later = any(moment > now for moment in _moments(timetable, session))
    return not later and tries >= len(timetable.times)


def is_overdue(timetable: Timetable, session: dt.date, now: dt.datetime) -> bool:
    """Say whether a session's times are long over."""
    return bool(timetable.times) and _moments(timetable, session)[-1] + GRACE < now


def is_plausible(hours: Hours, foreseen: Dates, newest_bar: dt.date | None, now: dt.datetime) -> bool:
    """Say whether the clock agrees with the prices: not many sessions closed since the newest bar of a market.

    A machine that slept long is behind too: a clock that is not plausible is not wrong, it has to be asked about.
    """
    if newest_bar is None:
        return False
    closed = last_closed(hours, now, foreseen)
    if closed is None:
        return True
    since = foreseen[(foreseen > np.datetime64(newest_bar)) & (foreseen <= np.datetime64(closed))]
    return since.size <= TRUSTED_SESSIONS


def _believed(tried: Tried | None, now: dt.datetime) -> Tried | None:
    """Leave out what a clock that ran ahead has left behind; only what the prices prove stands whatever the clock."""
    if tried is None or tried.tried_at <= now or tried.state in {SessionState.DONE, SessionState.NO_SESSION}:
        return tried
    return None


def _is_settled(tried: Tried | None) -> bool:
    return tried is not None and tried.state in SETTLED


def _try_at(timetable: Timetable, session: dt.date, tried: Tried | None) -> dt.datetime:
    """Give the moment of a session's next try; one in the past is due now."""
    moments = _moments(timetable, session)
    if tried is None:
        return moments[0]
    if tried.state is SessionState.STOPPED:
        return tried.tried_at
    later = [moment for moment in moments if moment > tried.tried_at]
    return later[0] if later else tried.tried_at + BACK_OFF * 2 ** max(0, min(tried.tries, 8) - 1)


def _moments(timetable: Timetable, session: dt.date) -> list[dt.datetime]:
    """Give the moments of a session's times, in UTC; one that daylight saving skips or repeats has one all the same."""
    zone = ZoneInfo(timetable.hours.timezone)
    return sorted(dt.datetime.combine(session, time, zone).astimezone(dt.UTC) for time in timetable.times)
