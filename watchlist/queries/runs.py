"""Runs: which score run holds the numbers that are shown, and which one a period is held against."""

import datetime as dt
import sqlite3
from typing import Any

from watchlist.domain.errors import UsageMistake, Words
from watchlist.domain.periods import Period
from watchlist.queries.numbers import numbers_of
from watchlist.queries.situation import Situation
from watchlist.storage.frozen import score_runs
from watchlist.storage.moments import parse

Run = dict[str, Any]
_NAMED = 5


class UnknownRun(UsageMistake):
    """No score run is meant by what was typed."""

    en = '{option} "{text}" is no score run: write the number of one, or a day.{hint}'
    zh = "{option} “{text}”不是评分：请写评分编号或日期。{hint}"


def frozen_run(connection: sqlite3.Connection, situation: Situation) -> Run | None:
    """Give the newest score run of a situation's day that holds exactly its numbers; ``None`` where none does.

    A past state, another benchmark and another currency were never frozen.
    """
    known = situation.known
    if situation.when.known_at is not None or known.benchmark is not None or known.currency is not None:
        return None
    runs = [run for run in score_runs(connection) if run["as_of"] == situation.when.as_of.isoformat()]
    if not runs:
        return None
    digest = numbers_of(situation).digest()
    return next((run for run in runs if run["output_sha256"] == digest), None)


def run_before(connection: sqlite3.Connection, period: Period) -> Run | None:
    """Give the last run of the time before a period; ``None`` where there is none.

    The newest as of a day before it; one that was made by then before one that was made later, with what was known
    later.
    """
    runs = [run for run in score_runs(connection) if run["as_of"] <= period.before.isoformat()]
    return max(runs, key=lambda run: (_made(run) <= period.first, run["as_of"], run["id"]), default=None)


def run_named(connection: sqlite3.Connection, text: str) -> Run:
    """Give the run that a number means, or the newest one as of a day or of one before.

    Raises:
        UnknownRun: there is none; the nearest are in the sentence.
    """
    runs = score_runs(connection)
    if text.isdecimal():
        found = [run for run in runs if run["id"] == int(text)]
    else:
        try:
            day = dt.date.fromisoformat(text).isoformat()
        except ValueError:
            day = ""
        found = [run for run in runs if run["as_of"] <= day]
    if not found:
        listed = ", ".join(f"{run['id']} ({run['as_of']})" for run in runs[:_NAMED])
        hint = (
            Words(f" The newest: {listed}.", f"最近：{listed}。") if listed else Words(" None is kept.", "尚无评分。")
        )
        raise UnknownRun(option="--against", text=text, hint=hint)
    return max(found, key=lambda run: (run["as_of"], run["id"]))


def _made(run: Run) -> dt.date:
    return parse(run["created_at"]).date()
