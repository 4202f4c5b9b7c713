"""Bars of one security (日线) as arrays: what a panel is laid out from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from watchlist.domain.calendars import Dates
from watchlist.domain.model import Action

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SymbolBars:
    """Everything known of one security: its bars as traded, ascending, and its actions.

    Attributes:
        sessions: ``(n,)`` dates; the other arrays are ``(n,)`` floats, NaN where unknown.
    """

    symbol: str
    sessions: Dates
    open: Floats
    close: Floats
    volume: Floats
    actions: tuple[Action, ...] = ()

    def up_to(self, session: np.datetime64) -> "SymbolBars":
        """Give the bars up to a session, with every action."""
        kept = self.sessions <= session
        return replace(self, sessions=self.sessions[kept], open=self.open[kept], close=self.close[kept],
                       volume=self.volume[kept])  # fmt: skip


@dataclass(frozen=True, slots=True)
class HighLow:
    """The highs and lows of one security as traded: ``(n,)`` by session, ascending, NaN where unknown."""

    sessions: Dates
    high: Floats
    low: Floats
