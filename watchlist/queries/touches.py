"""Touches (期间触及): whether results stood at what a rating promised on any day of its months, beside the base rate.

Never without the base rate, and never to be read as the rate of kept promises (S7b).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.book import MarketBook
from watchlist.core.panel import Panel
from watchlist.core.realisation import Promise
from watchlist.core.scoring import month_exits, window
from watchlist.core.touched import Span, highest, market_highest, touched, touched_rate
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

NOTHING: Final = (np.nan, np.nan)


@dataclass(frozen=True)
class Touches:
    """Looks results up day by day.

    Attributes:
        universe: by market, a panel of every security there are bars of; only where they are 200 or more.
    """

    universe: Mapping[str, Panel]
    _markets: dict[tuple[str, Span], Floats] = field(default_factory=dict)

    def of(self, situation: Situation, positions: Sequence[int], promises: Sequence[Promise | None]) -> Floats:
        """Give for each recommendation whether the promised lower bound was touched, and how often any share did.

        Returns:
            ``(n, 2)``: 1 or 0, and a fraction. Both NaN, never one alone: without a positive rating that has a lower
            bound, until its months are over, and below 200 shares that could be bought in the same session.
        """
        pairs = [self._pair(situation, p, promise) for p, promise in zip(positions, promises, strict=True)]
        return np.array(pairs, dtype=float).reshape(-1, 2)

    def row(self, situation: Situation, counted: "pd.DataFrame", promises: Sequence[Promise | None]) -> Row:
        """Give the two rates of a group, over the same recommendations."""
        found = self.of(situation, [int(p) for p in counted["position"]], promises)
        both = found[~np.isnan(found).any(axis=1)]
        if not both.size:
            return {"status": "insufficient", "sample": 0, **dict.fromkeys(_RATES)}
        rate, base = (float(value) for value in both.mean(axis=0))
        return {"status": "ok", "sample": len(both), **dict(zip(_RATES, (rate, base, rate - base), strict=True))}

    def _pair(self, situation: Situation, position: int, promise: Promise | None) -> tuple[float, float]:
        place = situation.book.place.get(position)
        if place is None or promise is None or promise.band is None or not np.isfinite(promise.band.low):
            return NOTHING
        part, at = situation.book.markets[place[0]], place[1]
        span = _span(part, at, promise) if int(part.asked.direction[at]) > 0 else None
        if span is None or place[0] not in self.universe:
            return NOTHING
        base = touched_rate(self._market(place[0], part, span), promise.band.low)
        one = np.array([at])
        best = highest(part.panel, part.benchmarks, part.asked.row[one], part.entries.price[one], span)
        return NOTHING if base is None else (float(touched(best, promise.band.low)[0]), base)

    def _market(self, market: str, part: MarketBook, span: Span) -> Floats:
        if (market, span) not in self._markets:
            self._markets[market, span] = market_highest(self.universe[market], part.benchmarks, span)
        return self._markets[market, span]


def touch_row(hit: float, base: float) -> Row:
    """Give what :meth:`Touches.of` found of one recommendation: both values, or neither."""
    if np.isnan(base):
        return {"status": "insufficient", "touched": None, "touched_base_rate": None}
    return {"status": "ok", "touched": bool(hit), "touched_base_rate": float(base)}


_RATES: Final = ("touched_rate", "touched_base_rate", "touched_lift")


def _span(part: MarketBook, at: int, promise: Promise) -> Span | None:
    """Give the window of a promise: from the entry to the exit that its months fix; ``None`` while it is open."""
    one = np.array([at])
    asked, entries = part.asked.take(one), part.entries.take(one)
    exits = month_exits(part.panel, asked.published, promise.months)
    legs = window(part.panel, asked, entries, part.benchmarks, exits)
    if np.isnan((legs.price_excess if promise.relative else legs.price_return)[0]):
        return None
    return Span(
        int(entries.session[0]), int(exits[0]), bool(entries.at_close[0]), int(asked.benchmark[0]), promise.relative
    )
