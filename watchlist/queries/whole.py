"""Whole rows: what files, JSON and the API have beyond a table: how sure numbers are, and what shares did meanwhile."""

import sqlite3

from watchlist.queries.appraisal import Appraiser
from watchlist.queries.industries import load_industries
from watchlist.queries.promises import load_promises
from watchlist.queries.reactions import reaction_rows
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation
from watchlist.queries.universe import load_universe


def load_appraiser(connection: sqlite3.Connection, situation: Situation) -> Appraiser:
    """Load what says how sure a group's numbers are: the ratings' promises, and the market they are compared with."""
    promises, universe = load_promises(connection, situation), load_universe(connection, situation)
    return Appraiser(promises, universe, load_industries(connection, situation))


def with_reactions(situation: Situation, appraiser: Appraiser, rows: list[Row]) -> list[Row]:
    """Add to recommendations what their shares did around the report, and what became of what was promised."""
    if not rows:
        return rows
    wanted = {row["id"] for row in rows}
    place = {m.rec_id: p for p, m in enumerate(situation.known.mentions) if m.rec_id in wanted}
    found = reaction_rows(situation, appraiser.promises, appraiser.touches, [place[row["id"]] for row in rows])
    return [row | more for row, more in zip(rows, found, strict=True)]
