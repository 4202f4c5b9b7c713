"""Since: the moment that changes are counted from, on both clocks, and how everything stood then."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from watchlist.core.bars import Ints
from watchlist.domain.errors import WatchlistError
from watchlist.domain.typed import SHANGHAI
from watchlist.queries.runs import Run
from watchlist.queries.situation import Situation, When
from watchlist.storage.frozen import score_runs
from watchlist.storage.moments import parse


class NothingBefore(WatchlistError):
    """Changes are asked for, and no earlier score run says since when."""

    en = "There is no earlier score run to compare with: name a day, as in changes --since {day}."
    zh = "还没有更早的评分可供比较：请指明日期，如 changes --since {day}。"


@dataclass(frozen=True, slots=True)
class Since:
    """A moment.

    Attributes:
        day: the as-of day of that moment.
        known_at: what was recorded later is new; ``None``: nothing is known of that.
        run: the score run whose numbers are held against today's; ``None``: none was kept by then.
        by_run: the moment is the run's own, so each market ends with the session that was known then.
    """

    day: dt.date
    known_at: dt.datetime | None
    run: Run | None
    by_run: bool = False


def since_run(run: Run) -> Since:
    """Count from a score run."""
    return Since(dt.date.fromisoformat(run["as_of"]), parse(run["created_at"]), run, by_run=True)


def since_previous(connection: sqlite3.Connection, as_of: dt.date) -> Since:
    """Count from the last score run as of an earlier day than the last one up to ``as_of``.

    Raises:
        NothingBefore: there is none.
    """
    kept = [run for run in score_runs(connection) if run["as_of"] <= as_of.isoformat()]
    runs = sorted(kept, key=lambda run: (run["as_of"], run["id"]))
    earlier = [run for run in runs if run["as_of"] < runs[-1]["as_of"]]
    if not earlier:
        raise NothingBefore(day=as_of - dt.timedelta(days=7))
    return since_run(earlier[-1])


def since_day(connection: sqlite3.Connection, day: dt.date) -> Since:
    """Count from the end of a day; what was recorded before the first score run is never new."""
    runs = score_runs(connection)
    if not runs:
        return Since(day, None, None)
    evening = dt.datetime.combine(day, dt.time.max, tzinfo=SHANGHAI)
    known_at = max(evening, parse(runs[-1]["created_at"]))
    kept = [run for run in runs if run["as_of"] <= day.isoformat() and parse(run["created_at"]) <= evening]
    return Since(day, known_at, max(kept, key=lambda run: (run["as_of"], run["id"]), default=None))


@dataclass(frozen=True)
class Standing:
    """How everything stands now and stood then, by today's prices: only time and new recommendations lie between.

    Attributes:
        then: with the recommendations that were recorded by then, and the sessions that were known.
    """

    now: Situation
    then: Situation

    def back(self, market: str) -> Ints:
        """Give for each recommendation of a market's book its place in the earlier one, -1 where it was not there."""
        old = self.then.book.markets.get(market)
        places = {} if old is None else {self.then.known.mentions[p].rec_id: at for at, p in enumerate(old.at)}
        mentions = self.now.known.mentions
        return np.array([places.get(mentions[p].rec_id, -1) for p in self.now.book.markets[market].at], dtype=np.int64)

    def last_session(self, market: str) -> dt.date:
        """Give the last session of a market that was known then, the day itself where it had none."""
        return self.then.as_of_sessions.get(market, self.then.when.as_of)


def standing_then(now: Situation, since: Since, sessions: Mapping[str, dt.date] | None) -> Standing:
    """Lay both states out.

    Args:
        sessions: by market, the last one known then; ``None``: all up to the day.
    """
    known_at = since.known_at
    mentions = [
        mention
        for mention in now.known.mentions
        if mention.published <= since.day and (known_at is None or mention.recorded_at <= known_at)
    ]
    then = replace(now, when=When(since.day, now.when.known_at), known=replace(now.known, mentions=mentions))
    return Standing(now, then if sessions is None else then.cut(sessions))
