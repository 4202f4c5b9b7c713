"""History: the path of a group's score over time, as each kept score run saw it."""

import sqlite3
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from watchlist.core.statistics import mean_or_none, summarise
from watchlist.queries.groups import check_by, head_of
from watchlist.queries.outcomes import one_a_call, outcomes
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation
from watchlist.storage.scores import load_history

if TYPE_CHECKING:
    import pandas as pd


def history_rows(connection: sqlite3.Connection, situation: Situation, filters: Filters, by: str) -> list[Row]:
    """Give one row a group and as-of day, oldest first; the grouping is today's, the numbers are the run's.

    Raises:
        UnknownWord: ``by`` is no grouping.
    """
    import pandas as pd  # noqa: PLC0415  (half a second of import)

    check_by(by)
    names = ("score_run", "as_of", "rec_id", "horizon", "total", "benchmark", "hit", "status")
    kept = pd.DataFrame(load_history(connection, situation.rules.horizon, situation.when.known_at), columns=names)
    asked = outcomes(situation, filters)
    if asked.empty:
        return []
    asked["rec_id"] = [situation.known.mentions[int(p)].rec_id for p in asked["position"]]
    asked["group"] = asked["published"].str[:7] if by == "month" else asked[by]
    kept = kept[kept["as_of"] <= situation.when.as_of.isoformat()].merge(asked, on="rec_id", suffixes=("", "_today"))
    rows = [
        _row(str(as_of), head_of(situation, by, str(group)), mine, situation.rules.horizon)
        for (as_of, group), mine in kept.groupby(["as_of", "group"], sort=False)
    ]
    return sorted(rows, key=lambda row: (row["as_of"], row["group"]))


def _row(as_of: str, head: Row, mine: "pd.DataFrame", horizon: str) -> Row:
    now, then = mine[mine["horizon"] == "now"], one_a_call(mine[mine["horizon"] == horizon])
    total, benchmark = (now[name].to_numpy(dtype=float) for name in ("total", "benchmark"))
    both = ~np.isnan(total) & ~np.isnan(benchmark)
    direction = then["direction"].to_numpy()
    excess = direction * (then["total"].to_numpy(dtype=float) - then["benchmark"].to_numpy(dtype=float))
    judged = direction != 0
    return {
        "as_of": as_of,
        **head,
        "score_run": int(mine["score_run"].iloc[0]),
        "recommendations": len(now),
        "total_return": mean_or_none(total[both]),
        "benchmark_return": mean_or_none(benchmark[both]),
        "excess_return": mean_or_none((total - benchmark)[both]),
        "horizon": horizon,
        **asdict(summarise(excess[judged], then["hit"].to_numpy(dtype=float)[judged])),
    }
