"""Score runs that lie in files, in the database: what each was made from, the digest of its file, and its groups."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from watchlist import __version__
from watchlist.core.bars import Floats
from watchlist.storage.moments import stamp
from watchlist.storage.runs import begin_run, end_run
from watchlist.storage.score_parts import Tally
from watchlist.storage.seals import seal

Groups = Mapping[tuple[str, str], Floats]  # (grouping, name) -> the sums of a tally, (4, H)


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """A score run in a file: by which sessions and fetches, where it is, its digest, and who worked on it."""

    as_of: dt.date
    as_of_fetch: int
    file: str
    file_sha256: str
    recommendations: int
    engine: str
    simulated: bool


def save_score_file(
    connection: sqlite3.Connection, told: ScoreFile, groups: Groups, keys: Sequence[str], now: dt.datetime
) -> int:
    """Store the record of a run and what its groups come to, and give the number of the record."""
    run_id = begin_run(connection, "score", now)
    end_run(connection, run_id, "ok", f"{told.recommendations} recommendations in {told.file}", now)
    row = {
        "run_id": run_id, "as_of": told.as_of.isoformat(), "as_of_fetch": told.as_of_fetch, "file": told.file,
        "file_sha256": told.file_sha256, "recommendations": told.recommendations, "engine": told.engine,
        "app_version": __version__, "simulated": int(told.simulated), "created_at": stamp(now),
    }  # fmt: skip
    number = int(_insert(connection, "score_files", [row]) or 0)
    seal(connection, "score_files", [{**row, "id": number}])
    rows = [{"score_file": number, **one} for one in _rows(groups, keys)]
    _insert(connection, "score_file_groups", rows)
    seal(connection, "score_file_groups", rows)
    return number


def add_tallies(tallies: Iterable[Tally]) -> dict[tuple[str, str], Floats]:
    """Add up what parts come to, in their order."""
    total: dict[tuple[str, str], Floats] = {}
    for tally in tallies:
        for grouping, (names, sums) in tally.groups.items():
            for at, name in enumerate(names):
                total[grouping, name] = total.get((grouping, name), 0) + sums[:, at]
    return total


def _rows(groups: Groups, keys: Sequence[str]) -> Iterable[dict[str, object]]:
    for (grouping, name), sums in groups.items():
        with np.errstate(invalid="ignore"):
            means = sums[3] / sums[1]
        for at, key in enumerate(keys):
            count, sample, hits = (int(one[at]) for one in sums[:3])
            if count:
                yield {
                    "grouping": grouping, "name": name, "horizon": key, "recommendations": count, "sample": sample,
                    "hits": hits, "mean_excess": float(means[at]) if sample else None,
                }  # fmt: skip


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]]) -> int | None:
    if not rows:
        return None
    names = ", ".join(rows[0])
    values = ", ".join(f":{name}" for name in rows[0])
    command = f"insert into {table} ({names}) values ({values})"  # noqa: S608  (names of ours)
    if len(rows) == 1:
        return connection.execute(command, rows[0]).lastrowid
    connection.executemany(command, rows)
    return None
