"""Score: work out how every recommendation stands and freeze the answer as a score run."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchlist import __version__
from watchlist.ledger.documents import settings_document
from watchlist.ledger.settings import Settings
from watchlist.queries.numbers import numbers_of
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
    numbers = numbers_of(situation)
    with transaction(database) as connection:
        run = ScoreRun(as_of, situation.fetch, _inputs(situation), numbers.digest(), situation.simulated)
        score_run = save_score_run(connection, run, numbers.rows(), now)
    return ScoreResult(len(numbers.ids), as_of, score_run)


def _inputs(situation: Situation) -> str:
    """Digest what the scores were made from, apart from prices: the newest fetch stands for those."""
    mentions = [
        [m.rec_id, m.symbol, m.published.isoformat(), m.direction, m.scale_months] for m in situation.known.mentions
    ]
    closed = [[one.broker, one.symbol, one.day.isoformat()] for one in situation.known.closings]
    return digest([__version__, situation.fetch, mentions, closed, settings_document(situation.settings)])
