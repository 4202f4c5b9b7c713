"""Parts: where returns came from: market, theme, share within its theme, for a recommendation and for a group."""

from typing import TYPE_CHECKING

import numpy as np

from watchlist.core.attribution import attribute
from watchlist.core.scoring import Legs
from watchlist.queries.plain import number_or_none
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("market", "theme", "selection")


def attributed(situation: Situation, frame: "pd.DataFrame") -> Row:
    """Give the mean parts of the total returns since entry; which they add up to."""
    rows = [row for row in part_rows(situation, [int(p) for p in frame["position"]]) if row["market"] is not None]
    if not rows:
        return {"sample": 0, "total_return": None, **dict.fromkeys(PARTS)}
    return {
        "sample": len(rows),
        **{name: float(np.mean([row[name] for row in rows])) for name in ("total_return", *PARTS)},
    }


def part_rows(situation: Situation, positions: list[int]) -> list[Row]:
    """Split the total return since entry of recommendations: ``total_return market theme selection peers``."""
    rows: list[Row] = [{"total_return": None, **dict.fromkeys(PARTS), "peers": 0} for _ in positions]
    for market, part in situation.book.markets.items():
        mine = [n for n, p in enumerate(positions) if situation.book.place.get(p, ("", 0))[0] == market]
        if not mine:
            continue
        at = np.array([situation.book.place[positions[n]][1] for n in mine], dtype=np.int64)
        asked, entries, now = part.asked.take(at), part.entries.take(at), _taken(part.now, at)
        parts = attribute(part.panel, asked, entries, now, _peers(situation, market, at))
        for place, n in enumerate(mine):
            rows[n] = {
                "total_return": number_or_none(now.total_return[place]),
                **{name: number_or_none(getattr(parts, name)[place]) for name in PARTS},
                "peers": int(parts.peers[place]),
            }
    return rows


def _taken(legs: Legs, at: np.ndarray) -> Legs:
    """Give the legs of some recommendations."""
    return Legs(legs.end[at], legs.status[at], legs.price_return[at], legs.total_return[at], legs.benchmark_return[at])


def _peers(situation: Situation, market: str, at: np.ndarray) -> np.ndarray:
    """Say which securities had been recommended in the theme of each by the day it was published."""
    number, first = situation.first_named[market]
    return np.asarray(first[number[at]] <= situation.book.markets[market].asked.published[at][:, None])
