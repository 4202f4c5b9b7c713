"""Daily: everything once — record, update, score — the job that a scheduler starts after the close."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist.ledger.home import Home
from watchlist.ledger.settings import Settings
from watchlist.queries.planned import Choice
from watchlist.sources.contract import Source
from watchlist.steps.record import RecordResult, record
from watchlist.steps.score import ScoreResult, score
from watchlist.steps.update import Progress, Reach, UpdateResult, update

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class DailyResult:
    """What each step did."""

    recorded: RecordResult
    updated: UpdateResult
    scored: ScoreResult


def daily(
    database: "Database",
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    now: dt.datetime,
    *,
    until: dt.date | None = None,
    reach: Reach | None = None,
    progress: Progress | None = None,
) -> DailyResult:
    """Do the day's work. Prices that could not be had leave the scores standing on what is stored."""
    recorded = record(database, home, now)
    choice = Choice(until=until)
    updated = update(database, home, settings, sources, now, choice=choice, reach=reach, progress=progress)
    scored = score(database, settings, until or now.astimezone(dt.UTC).date(), now)
    return DailyResult(recorded, updated, scored)
