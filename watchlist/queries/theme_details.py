"""Theme details: a theme index in other weightings, its risk against its benchmark, its overlap with others."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.inference import series_interval
from watchlist.core.risk import risk, sessions_of
from watchlist.core.theme_index import BASE, chain_index
from watchlist.core.theme_variants import jaccard
from watchlist.domain.symbols import market as market_of
from watchlist.queries.groups import theme_members
from watchlist.queries.outcomes import outcomes
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation
from watchlist.queries.weightings import unknown_shares, weighted_index

if TYPE_CHECKING:
    import pandas as pd

_VARIANTS: Final = {"buy_and_hold": "held", "by_cap": "cap", "by_float": "float"}


def with_theme_details(situation: Situation, filters: Filters, rows: list[Row]) -> list[Row]:
    """Add ``index_variants``, ``index_risk`` and ``overlap`` to the rows of themes."""
    frame = outcomes(situation, filters)
    shares = {str(theme): set(mine["symbol"]) for theme, mine in frame.groupby("theme", sort=False)}
    return [
        row
        | _details(situation, frame[frame["theme"] == row["theme"]])
        | {
            "overlap": {
                other: jaccard(shares[row["theme"]], shares[other]) for other in shares if other != row["theme"]
            }
        }
        for row in rows
    ]


def _details(situation: Situation, mine: "pd.DataFrame") -> Row:
    """Look at a theme's index from its first day to the last on which it moved.

    A year has the sessions of the members' market; where they are of several, the mean weighted by members, a share
    that two reports put into the theme counting once.
    """
    members = theme_members(situation, mine["position"])
    index = chain_index(members)
    if index is None or not index.live.any():
        return {"index_variants": None, "index_risk": None}
    end = int(np.flatnonzero(index.live)[-1]) + 1
    days = np.flatnonzero(index.live[:end])
    own, against = index.level, index.benchmark
    moves = (own[days] / own[days - 1] - 1, against[days] / against[days - 1] - 1)
    year = sessions_of([market_of(symbol) for symbol in {m.symbol for m in members}])
    found = risk(*moves, year)
    return {
        "index_variants": {
            "equal_daily": float(own[end - 1] / BASE - 1),
            **{name: _to_end(situation, mine, weighting, end) for name, weighting in _VARIANTS.items()},
            "shares_unknown": {
                name: unknown_shares(situation, mine["position"], _VARIANTS[name]) for name in ("by_cap", "by_float")
            },
            "from_session": str(index.dates[0]),
            "to_session": str(index.dates[end - 1]),
        },
        "index_risk": {"status": "insufficient"}
        if found is None
        else {"status": "ok", "sessions_a_year": year, **asdict(found), **_ahead(moves[0] - moves[1], year)},
    }


def _to_end(situation: Situation, mine: "pd.DataFrame", weighting: str, end: int) -> float | None:
    found = weighted_index(situation, mine["position"], weighting)
    return None if found is None else float(found.level[end - 1] / BASE - 1)


def _ahead(difference: Floats, year: float) -> Row:
    """Give the mean daily difference from the benchmark, a year, and its 95 % interval from resampled days (S19)."""
    interval = series_interval(difference)
    return {
        "mean_excess": float(difference.mean()) * year,
        "mean_excess_low": None if interval is None else interval[0] * year,
        "mean_excess_high": None if interval is None else interval[1] * year,
    }
