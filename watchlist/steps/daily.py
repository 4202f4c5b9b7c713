"""Daily: everything once — record, update, score, mark — the job that a scheduler starts after the close."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist.core.due import Marked
from watchlist.domain.typed import SHANGHAI
from watchlist.ledger.home import Home
from watchlist.ledger.settings import Settings
from watchlist.queries.planned import Choice
from watchlist.queries.runs import Run
from watchlist.sources.contract import Source
from watchlist.steps.mark import Brought, begin_day, end_day
from watchlist.steps.record import RecordResult, record
from watchlist.steps.score import ScoreResult, score
from watchlist.steps.update import Progress, Reach, UpdateResult, update
from watchlist.storage.frozen import score_runs

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class DailyResult:
    """What each step did; ``before``: the score run that was the newest until then, ``None`` on the first day."""

    recorded: RecordResult
    updated: UpdateResult
    scored: ScoreResult | None
    marked: tuple[Marked, ...]
    before: Run | None = None


def daily(
    database: "Database",
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    now: dt.datetime,
    *,
    choice: Choice | None = None,
    reach: Reach | None = None,
    progress: Progress | None = None,
) -> DailyResult:
    """Do the day's work. Prices that could not be had leave the scores standing on what is stored.

    Args:
        choice: of its ``until`` and ``markets``; everything that is missing unless given.
        reach: also says when to stop early; then nothing is scored, and the sessions stay due.
    """
    before = next(iter(score_runs(database.conn)), None)
    recorded = record(database, home, now)
    choice = choice or Choice()
    begun = begin_day(database, settings, now, until=choice.until, markets=choice.markets)
    updated = update(database, home, settings, sources, now, choice=choice, reach=reach, progress=progress)
    scored = None if updated.left else score(database, settings, choice.until or now.astimezone(SHANGHAI).date(), now)
    return DailyResult(recorded, updated, scored, end_day(database, begun, _brought(updated), now), before)


def _brought(updated: UpdateResult) -> Brought:
    asked = [line.fetch.symbol for line in updated.lines if line.fetch.sources]
    return Brought(
        asked=asked,
        unanswered=[line.fetch.symbol for line in updated.lines if not line.answered and not updated.offline],
        offline=updated.offline,
        stopped=updated.left > 0,
        run_id=updated.run_id,
    )
