"""Monthly lists (金股): what would have come of holding, each month, what was recommended in the month before (S13)."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from watchlist.core.returns import chain
from watchlist.core.unit_book import Pick, monthly_book
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd


def monthly_lists(situation: Situation, mentions: "pd.DataFrame") -> Row:
    """Chain the monthly lists of a group's buys in the market where it has most; price returns on both sides."""
    buys = mentions[(mentions["direction"] > 0) & (mentions["at"] >= 0)]
    if buys.empty:
        return {"market": None, "months": 0, "equal": None, "by_brokers": None, "benchmark": None, "latest": None}
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
        "equal": chain(np.array([one.equal for one in held])) if held else None,
        "by_brokers": chain(np.array([one.by_brokers for one in held])) if held else None,
        "benchmark": chain(np.array([one.benchmark for one in held])) if held else None,
        "latest": asdict(held[-1]) if held else None,
    }
