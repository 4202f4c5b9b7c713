"""Coverage (覆盖): of what was recorded, how much stands behind a number, and what became of the rest (S20)."""

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.domain.model import Status
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

# What a share's last trade may still lose when it leaves the exchange (Shumway 1997; Shumway and Warther 1999).
DELISTING_RETURNS: Final = (-0.30, -0.55, -1.00)
_SCORED: Final = (Status.MATURED, Status.SUSPENDED, Status.DELISTED)


def coverage(situation: Situation, frame: "pd.DataFrame") -> Row:
    """Count recommendations by where they stand at the group's horizon."""
    key = situation.rules.horizon
    at_horizon, now = (Counter(frame[name].tolist()) for name in (f"{key}:status", "status"))
    markets = sorted(set(frame["market"]))
    parts = situation.book.markets
    return {
        "recorded": len(frame),
        "scored": sum(at_horizon[str(status)] for status in _SCORED),
        "open": at_horizon[str(Status.OPEN)],
        "untradable": at_horizon[str(Status.UNTRADABLE)],
        "no_price": at_horizon[str(Status.NO_PRICE)],
        "suspended": now[str(Status.SUSPENDED)],
        "delisted": now[str(Status.DELISTED)],
        "stale": now[str(Status.STALE)],
        "pending": now[str(Status.PENDING)],
        "benchmark_kind": "price",
        "as_of": {m: parts[m].as_of.isoformat() if m in parts else None for m in markets},
    }


def delisting_sensitivity(situation: Situation, counted: "pd.DataFrame") -> Row:
    """Give the group's mean excess had every delisted holding lost 30, 55 or 100 % more after its last trade (S2).

    ``mean_excess`` is at the group's horizon, ``since_entry`` of what is held to now; ``delisted`` counts the latter.
    """
    key = situation.rules.horizon
    return {
        "delisted": int((counted["status"] == Status.DELISTED).sum()),
        "mean_excess": _after_losses(counted, key, counted[f"{key}:status"]),
        "since_entry": _after_losses(counted, "now", counted["status"]),
    }


def _after_losses(counted: "pd.DataFrame", window: str, status: "pd.Series[str]") -> Row:
    direction = counted["direction"].to_numpy()
    total, benchmark = counted[f"{window}:total"].to_numpy(), counted[f"{window}:benchmark"].to_numpy()
    gone = (status == Status.DELISTED).to_numpy()
    judged = (direction != 0) & ~np.isnan(total) & ~np.isnan(benchmark)
    means: Row = {}
    for loss in DELISTING_RETURNS:
        after = np.where(gone, (1 + total) * (1 + loss) - 1, total)
        excess = (direction * (after - benchmark))[judged]
        means[f"{loss:.2f}"] = float(excess.mean()) if excess.size else None
    return means
