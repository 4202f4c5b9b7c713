"""Score: work out how every recommendation stands and freeze the answer as a score run."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist import __version__
from watchlist.ledger.documents import settings_document
from watchlist.ledger.settings import Settings
from watchlist.queries.recommendations import Filters, Row, recommendation_rows
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.storage.database import transaction
from watchlist.storage.ledger import digest
from watchlist.storage.scores import ScoreRun, save_score_run

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """A scoring: how many recommendations, and the run it was kept as (``None``: the newest run says the same)."""

    recommendations: int
    as_of: dt.date
    score_run: int | None


def score(database: "Database", settings: Settings, as_of: dt.date, now: dt.datetime) -> ScoreResult:
    """Score everything up to ``as_of`` and keep the run; the same inputs and answers are kept once."""
    situation = load_situation(database.conn, settings, When(as_of))
    rows = recommendation_rows(situation, Filters())
    scores = [one for row in rows for one in _scores(row)]
    with transaction(database) as connection:
        run = ScoreRun(as_of, situation.fetch, _inputs(situation), situation.simulated)
        score_run = save_score_run(connection, run, scores, now)
    return ScoreResult(len(rows), as_of, score_run)


def _inputs(situation: Situation) -> str:
    """Digest what the scores were made from, apart from prices: the newest fetch stands for those."""
    mentions = [
        [m.rec_id, m.symbol, m.published.isoformat(), m.direction, m.scale_months] for m in situation.known.mentions
    ]
    closed = [[one.broker, one.symbol, one.day.isoformat()] for one in situation.known.closings]
    return digest([__version__, situation.fetch, mentions, closed, settings_document(situation.settings)])


def _scores(row: Row) -> list[Row]:
    """Give the rows of one recommendation: how it stands now, and each horizon."""
    shared = {
        "rec_id": row["id"],
        **{name: row[name] for name in ("benchmark", "benchmark_kind", "entry_session", "entry_price")},
    }
    now = {"horizon": "now", "exit_session": row["last_session"], "hit": None}
    rows = [shared | now | _measured(row)]
    for key, one in row["horizons"].items():
        hit = None if one["hit"] is None else int(one["hit"])
        rows.append(shared | {"horizon": key, "exit_session": one["exit_session"], "hit": hit} | _measured(one))
    return rows


def _measured(row: Row) -> Row:
    return {name: row[name] for name in ("price_return", "total_return", "benchmark_return", "status")}
