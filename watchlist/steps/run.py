"""Run: look every minute or so at what is due, have it done, and outlive whatever goes wrong.

The ``schedule`` library only ticks: the database decides what is due, so that neither a missed tick nor a clock that
jumps can lose a day or do one twice.
"""

import datetime as dt
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import schedule

from watchlist.core.due import Due, Marked, SessionState
from watchlist.domain.errors import DatabaseBusy, EmptyDatabase, WatchlistError, Words
from watchlist.ledger.settings import Settings
from watchlist.queries.timetable import MarketDay, every_due, is_clock_plausible, market_days, newest_bars
from watchlist.storage.database import reading
from watchlist.storage.heartbeat import Pulse

FIRST_PAUSE: Final = 60.0  # seconds after a failure; twice that after the next one,
LONGEST_PAUSE: Final = 3600.0  # and no more than this
_BUSY: Final = 30  # so often in a row the database may be busy before that is a failure
_FRAMES: Final = 3  # of a traceback that go into the log


@dataclass(frozen=True, slots=True)
class Clock:
    """The passing of time, given so that a test waits for nothing: the wall's, one that never jumps, and sleep."""

    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        name: one word: ``started due done no_session waiting partial stopped busy failed recovered next ended``.
        facts: figures and short texts, by name.
        words: a sentence for a person, where there is one.
        marked: what became of a market's sessions, where that is what happened.
    """

    level: Literal["info", "warning", "error"]
    name: str
    market: str = ""
    session: dt.date | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    words: Words | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """What a day's work came to: what became of the sessions, and figures of it."""

    marked: tuple[Marked, ...]
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """The day's work of some markets.

    Attributes:
        now: the moment it is done at.
        is_sure: whether the stored prices agree with that moment; if not, the sources are asked about it first.
    """

    markets: tuple[str, ...]
    now: dt.datetime
    is_sure: bool


Work = Callable[[Task], Worked]


class Ticker:
    """Calls a job every so many seconds; a wall clock that jumps back does not silence it."""

    def __init__(self, seconds: int, job: Callable[[], None]) -> None:
        self._seconds, self._job = seconds, job
        self._scheduler = schedule.Scheduler()
        self._arm()

    def tick(self) -> float:
        """Call the job if it is time, and give the seconds until it will be again."""
        self._scheduler.run_pending()
        idle = self._scheduler.idle_seconds
        if idle is None or idle > self._seconds:
            # The library remembers a moment of the wall's clock, and that clock was set back.
            self._arm()
        return min(float(self._seconds), max(0.0, self._scheduler.idle_seconds or 0.0))

    def _arm(self) -> None:
        self._scheduler.clear()
        self._scheduler.every(self._seconds).seconds.do(self._job)


@dataclass(slots=True)
class Runner:
    """Looks at what is due and has it done. Nothing but an order to stop ends it.

    Attributes:
        database: the database file; there need not be one yet.
        settings: reads the settings as the files say now.
        work: does the day's work of some markets.
        tell: is told what happens.
        stopped: says whether somebody asked to stop.
    """

    database: Path
    settings: Callable[[], Settings]
    work: Work
    tell: Callable[[Event], None]
    stopped: Callable[[], bool]
    clock: Clock
    pulse: Pulse
    dues: list[Due] = field(default_factory=list)
    failures: int = 0
    _busy: int = 0
    _not_before: float = 0.0

    def for_ever(self, seconds: int) -> None:
        """Look every so many seconds until somebody asks to stop."""
        self.tell(Event("info", "started", facts={"every": seconds}))
        self.look()
        ticker = Ticker(seconds, self.look)
        while not self.stopped():
            self.clock.sleep(ticker.tick())
        self.end()

    def once(self) -> None:
        """Do what is due, then end."""
        self.look()
        self.end()

    def end(self) -> None:
        """Say that this process works no more."""
        self.pulse.beat(self.clock.now(), "ended", ())
        self.tell(Event("info", "ended"))

    def look(self) -> None:
        """Do what is due, if anything is; never raises but what ends a process."""
        if self.stopped():
            return
        try:
            self._look(self.clock.now())
        except DatabaseBusy as error:
            self._wait_for_the_other(error)
        except Exception as error:  # noqa: BLE001 - whatever a day may hold, the next one has to come
            self._fail(error)

    def _look(self, now: dt.datetime) -> None:
        settings = self.settings()
        days, is_sure = self._remembered(settings, now)
        self.dues = every_due(days, now)
        self.pulse.beat(now, "idle", ())
        ready = [due for due in self.dues if due.at <= now]
        if ready and self.clock.monotonic() >= self._not_before:
            self._work(ready, settings, now, is_sure=is_sure())

    def _work(self, ready: Sequence[Due], settings: Settings, now: dt.datetime, *, is_sure: bool) -> None:
        markets = tuple(due.market for due in ready)
        for due in ready:
            self.tell(Event("info", "due", due.market, due.sessions[-1], {"sessions": len(due.sessions)}))
        self.pulse.beat(now, "working", markets)
        begun = self.clock.monotonic()
        worked = self.work(Task(markets, now, is_sure))
        facts = {**worked.facts, "seconds": round(self.clock.monotonic() - begun, 1)}
        if self.failures:
            self.tell(Event("info", "recovered", facts={"failures": self.failures}))
        self.failures = self._busy = 0
        later = self.clock.now()
        self.pulse.failed(later)
        self.pulse.beat(later, "idle", ())
        self.dues = every_due(self._remembered(settings, later)[0], later)
        for event in events_of(worked.marked, facts):
            self.tell(event)
        for due in self.dues:
            self.tell(Event("info", "next", due.market, due.sessions[-1], {"at": due.at}))

    def _remembered(self, settings: Settings, now: dt.datetime) -> tuple[dict[str, MarketDay], Callable[[], bool]]:
        """Give what is remembered of each market's sessions, and a question: do the prices agree with the clock?"""
        try:
            with reading(self.database) as connection:
                days = market_days(connection, settings, now)
        except EmptyDatabase:
            return market_days(None, settings, now), lambda: False

        def is_sure() -> bool:
            with reading(self.database) as connection:
                return is_clock_plausible(days, newest_bars(connection), now)

        return days, is_sure

    def _wait_for_the_other(self, error: DatabaseBusy) -> None:
        """Look again in a minute: the other writer may well be doing the same work."""
        self._busy += 1
        if self._busy >= _BUSY:
            self._fail(error)
            return
        self._not_before = self.clock.monotonic() + FIRST_PAUSE
        self.tell(Event("info", "busy", words=Words(error.text("en"), error.text("zh"))))

    def _fail(self, error: Exception) -> None:
        self.failures += 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self.failures - 1, 10))
        self._not_before = self.clock.monotonic() + pause
        words = _said(error)
        facts: dict[str, object] = {"error": type(error).__name__, "failures": self.failures, "again_in": round(pause)}
        if not isinstance(error, WatchlistError):
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
            facts["trace"] = " < ".join(
                f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in reversed(frames)
            )
        self.pulse.failed(self.clock.now(), words.en, words.zh)
        self.tell(Event("error", "failed", facts=facts, words=words))


def events_of(markets: Iterable[Marked], facts: Mapping[str, object]) -> Iterator[Event]:
    """Say what became of the markets' sessions: an event a state, with the newest session of it."""
    for marked in markets:
        for state in SessionState:
            sessions = [session for session, found in marked.found.items() if found is state]
            if not sessions:
                continue
            level: Literal["info", "warning"] = (
                "warning" if state in {SessionState.WAITING, SessionState.PARTIAL} else "info"
            )
            more = {"sessions": len(sessions)} | dict(facts)
            words = marked.missing if level == "warning" else None
            yield Event(level, state.value, marked.market, sessions[-1], more, words)


def _said(error: Exception) -> Words:
    if isinstance(error, WatchlistError):
        return Words(error.text("en"), error.text("zh"))
    text = " ".join(str(error).split())[:300] or type(error).__name__
    return Words(f"{type(error).__name__}: {text}", f"{type(error).__name__}：{text}")
