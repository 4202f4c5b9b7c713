"""Score runs in the database: frozen answers of a moment, kept once for the same inputs."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchlist import __version__
from watchlist.storage.moments import stamp
from watchlist.storage.runs import begin_run, end_run
from watchlist.storage.seals import seal

COLUMNS: Final = (
    "rec_id", "horizon", "entry_session", "entry_price", "exit_session", "total_return", "price_return", "benchmark",
    "benchmark_kind", "benchmark_return", "hit", "status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreRun:
    """What a score run was made from, and what came of it.

    Attributes:
        as_of_fetch: the newest fetch of prices that was known.
        inputs_sha256: digest of everything else it was made from.
        output_sha256: digest of its rows: runs that share it hold the same numbers.
    """

    as_of: dt.date
    as_of_fetch: int
    inputs_sha256: str
    output_sha256: str
    simulated: bool


def save_score_run(
    connection: sqlite3.Connection, run: ScoreRun, scores: Iterable[Mapping[str, Any]], now: dt.datetime
) -> int | None:
    """Store a score run, unless the newest one has the same inputs and answers.

    Args:
        scores: its rows with the columns of :data:`COLUMNS`; read only where they are new.

    Returns:
        its id, or ``None`` where nothing was new.
    """
    newest = connection.execute(
        "select inputs_sha256, output_sha256, as_of from score_runs order by id desc limit 1"
    ).fetchone()
    if newest is not None and tuple(newest) == (run.inputs_sha256, run.output_sha256, run.as_of.isoformat()):
        return None
    rows = [dict(score) for score in scores]
    run_id = begin_run(connection, "score", now)
    end_run(connection, run_id, "ok", f"{len(rows)} scores", now)
    cursor = connection.execute(
        "insert into score_runs (run_id, as_of, as_of_fetch, inputs_sha256, output_sha256, app_version, simulated, "
        "created_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        (run_id, run.as_of.isoformat(), run.as_of_fetch, run.inputs_sha256, run.output_sha256, __version__,
         int(run.simulated), stamp(now)),
    )  # fmt: skip
    names = ", ".join(f":{name}" for name in COLUMNS)
    connection.executemany(
        f"insert into scores (score_run, {', '.join(COLUMNS)}) values ({int(cursor.lastrowid or 0)}, {names})",  # noqa: S608
        rows,
    )
    number = int(cursor.lastrowid or 0)
    seal(connection, "score_runs", connection.execute("select * from score_runs where id = ?", (number,)))
    seal(connection, "scores", ({**row, "score_run": number} for row in rows))
    return number


def load_scores(connection: sqlite3.Connection, score_run: int) -> list[tuple[Any, ...]]:
    """Load the scores of a run, in the columns of :data:`COLUMNS`."""
    query = f"select {', '.join(COLUMNS)} from scores where score_run = ?"  # noqa: S608  (columns of this program)
    return [tuple(row) for row in connection.execute(query, (score_run,))]


def load_history(
    connection: sqlite3.Connection, horizon: str, known_at: dt.datetime | None
) -> list[tuple[int, str, str, str, float | None, float | None, int | None, str]]:
    """Load how every kept score run saw each recommendation, since entry (``now``) and at one horizon.

    Of several runs as of one day the newest one known counts.

    Returns:
        ``(score_run, as_of, rec_id, horizon, total_return, benchmark_return, hit, status)``, oldest first.
    """
    rows = connection.execute(
        "select s.score_run, r.as_of, s.rec_id, s.horizon, s.total_return, s.benchmark_return, s.hit, s.status "
        "from score_runs as r join scores as s on s.score_run = r.id where s.horizon in ('now', ?1) and r.id = "
        "(select max(x.id) from score_runs as x where x.as_of = r.as_of and (?2 is null or x.created_at <= ?2)) "
        "order by r.as_of, s.rec_id, s.horizon",
        (horizon, None if known_at is None else stamp(known_at)),
    )
    return [tuple(row) for row in rows]
