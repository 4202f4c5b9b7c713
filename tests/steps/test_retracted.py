"""A retraction: what was recommended and taken back leaves the answers, and stays known for the time before."""

import datetime as dt
from pathlib import Path

from watchlist.domain.identity import recommendation_id
from watchlist.ledger.home import find_home
from watchlist.ledger.retractions import retract
from watchlist.ledger.settings import load_settings
from watchlist.queries.recommendations import Filters, recommendation_rows
from watchlist.queries.situation import When, load_situation
from watchlist.steps.record import record
from watchlist.storage.database import writing

FIRST = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
LATER = FIRST + dt.timedelta(days=1)
REPORT = "2024-04-17-shanghai-media-weekly"


def test_a_retracted_recommendation_is_gone_from_then_on_and_known_before(tmp_path: Path) -> None:
    home = find_home(tmp_path, {})
    gone = recommendation_id(REPORT, "AI", "300418.SZ")
    with writing(home.database) as database:
        record(database, home, FIRST)
        retract(home, gone, "entered by mistake", LATER)
        again = record(database, home, LATER)
        assert (again.recommendations, again.recorded.retracted) == (34, 1)

        def ids(known_at: dt.datetime | None) -> set[str]:
            situation = load_situation(database.conn, load_settings(home), When(LATER.date(), known_at))
            return {row["id"] for row in recommendation_rows(situation, Filters())}

        assert gone not in ids(None)
        assert ids(FIRST) - ids(None) == {gone}
        assert record(database, home, LATER).recorded.changed == 0
