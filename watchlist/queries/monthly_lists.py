"""Monthly lists (金股): what would have come of holding, each month, what was recommended in the month before (S13)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.returns import chain
from watchlist.core.unit_book import ListMonth, Pick, monthly_book
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

_CHAINED: Final = ("equal", "by_brokers", "benchmark")
_SPLIT: Final = ("new", "repeated", "exclusive", "shared")
_NEVER: Final[Row] = {"months": 0, "price_return": None, "benchmark_return": None}


def monthly_lists(situation: Situation, mentions: "pd.DataFrame") -> Row:
    """Chain the monthly lists of a group's buys in the market where it has most; price returns on both sides."""
    buys = mentions[(mentions["direction"] > 0) & (mentions["at"] >= 0)]
    if buys.empty:
        return {"market": None, "months": 0, **dict.fromkeys(_CHAINED), **dict.fromkeys(_SPLIT, _NEVER), "latest": None}
    market = str(buys["market"].mode().iloc[0])
    part = situation.book.markets[market]
    mine = buys[buys["market"] == market]
    rows = part.asked.row[mine["at"].to_numpy()]
    usual = int(np.bincount(part.asked.benchmark[mine["at"].to_numpy()]).argmax())
    months = mine["month"].to_numpy().astype("datetime64[M]") + np.timedelta64(1, "M")
    picks = [
        Pick(month, broker, int(row))
        for month, broker, row in zip(months, mine["broker"], rows, strict=True)
        if row >= 0
    ]
    held = monthly_book(
        picks, part.panel.close * part.panel.split_factor, part.benchmarks.close[usual], part.panel.sessions
    )
    return {
        "market": market,
        "months": len(held),
        **{name: chain(np.array([getattr(one, name) for one in held])) if held else None for name in _CHAINED},
        **{name: _part(held, name) for name in _SPLIT},
        "latest": asdict(held[-1]) if held else None,
    }


def _part(held: Sequence[ListMonth], name: str) -> Row:
    """Chain one part of the lists over the months that had it, and the index over the same months."""
    mine = [one for one in held if getattr(one, name) is not None]
    if not mine:
        return _NEVER
    moved, index = (np.array([getattr(one, each) for one in mine]) for each in (name, "benchmark"))
    return {"months": len(mine), "price_return": chain(moved), "benchmark_return": chain(index)}
