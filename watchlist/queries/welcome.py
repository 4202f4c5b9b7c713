"""The welcome: what is recorded, how far the prices reach, what is due, and the next sensible step, at a glance.

It is asked at every bare start of the program, so the calendar library (a second of import) is left out: what a market
lacks is counted in weekdays, holidays among them.
"""

import datetime as dt
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from watchlist.ledger.settings import Market, Settings
from watchlist.queries.findings import Finding
from watchlist.storage.glance import Glance, asked_at, glance, never_recorded
from watchlist.storage.heartbeat import Heartbeat
from watchlist.storage.prices import is_simulated, last_session


class Step(StrEnum):
    """The next sensible step: a command of the program."""

    DAILY = "daily"
    CHECK = "check"
    THEMES = "themes"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a market's prices reach.

    Attributes:
        session: the newest one its index has a bar of.
        behind: weekdays after it whose bars should be final by now, holidays among them.
        due: whether nobody asked for them yet.
    """

    market: str
    session: dt.date
    behind: int
    due: bool


@dataclass(frozen=True, slots=True)
class Welcome:
    """How things stand at a bare start of the program.

    Attributes:
        reach: of each market whose index has bars.
        unrecorded: reports of the ledger that were never recorded, by id.
        at_work: whether a `run` looks after this home.
    """

    held: Glance
    reach: tuple[Reach, ...]
    unrecorded: tuple[str, ...]
    simulated: bool
    at_work: bool
    findings: tuple[Finding, ...] = field(default=())

    @property
    def step(self) -> Step:
        """Choose the next step: bring things up to date, then look at what is wrong, then at what is new."""
        if self.simulated:
            return Step.THEMES
        new = self.unrecorded and not self.held.problems  # else they may be what is wrong
        if not self.at_work and (new or not self.reach or self._is_due):
            return Step.DAILY
        if self.held.problems or self.held.quarantined or self.findings or any(one.behind for one in self.reach):
            return Step.CHECK
        return Step.CHANGES if self.held.scored_days > 1 else Step.THEMES

    @property
    def _is_due(self) -> bool:
        return self.held.scored is None or any(one.due for one in self.reach)


def welcome(
    connection: sqlite3.Connection,
    settings: Settings,
    reports: Sequence[str],
    beat: Heartbeat | None,
    now: dt.datetime,
) -> Welcome:
    """Look at everything once, reading only.

    Args:
        reports: the ids of the ledger's files.
        beat: the newest heartbeat of `run`; ``None`` where it was never started.
    """
    held = glance(connection)
    simulated = is_simulated(connection)
    found = (_reach(connection, name, market, now) for name, market in settings.markets.items())
    return Welcome(
        held=held,
        reach=tuple(one for one in found if one is not None),
        unrecorded=() if simulated else tuple(never_recorded(connection, reports)),
        simulated=simulated,
        at_work=beat is not None and beat.state != "ended" and not beat.is_gone,
        findings=() if simulated or beat is None else _pulse(beat, settings, now),
    )


def _pulse(beat: Heartbeat, settings: Settings, now: dt.datetime) -> tuple[Finding, ...]:
    from watchlist.queries.run_status import run_findings  # noqa: PLC0415  (only where `run` was ever started)

    return tuple(run_findings(beat, (), settings, now))


def _reach(connection: sqlite3.Connection, name: str, market: Market, now: dt.datetime) -> Reach | None:
    session = last_session(connection, market.benchmark)
    if session is None:
        return None
    newest = dt.date.fromisoformat(session)
    final = _last_final(market, now)
    behind = sum(_may_be_session(market, newest + dt.timedelta(days=n)) for n in range(1, (final - newest).days + 1))
    since = dt.datetime.combine(final, market.final_after, ZoneInfo(market.timezone))
    asked = asked_at(connection, name)
    return Reach(name, newest, behind, due=behind > 0 and (asked is None or asked < since))


def _last_final(market: Market, now: dt.datetime) -> dt.date:
    """Give the last day that may have been a session and whose bars are final at ``now``."""
    local = now.astimezone(ZoneInfo(market.timezone))
    day = local.date() if local.time() >= market.final_after else local.date() - dt.timedelta(days=1)
    while not _may_be_session(market, day):
        day -= dt.timedelta(days=1)
    return day


def _may_be_session(market: Market, day: dt.date) -> bool:
    return day in market.opened or (day.isoweekday() <= 5 and day not in market.closed)  # noqa: PLR2004  (Friday)
