"""Bars of one security (日线) as arrays: what a panel is laid out from."""

from collections.abc import Iterator, Mapping
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


class Overlaid(Mapping[str, SymbolBars]):
    """Bars by symbol with some put in place of others, or left out; what lies below is not looked at."""

    def __init__(self, below: Mapping[str, SymbolBars], changed: Mapping[str, SymbolBars | None]) -> None:
        self._below, self._changed = below, changed

    def __getitem__(self, symbol: str) -> SymbolBars:
        """Give the bars of a security."""
        found = self._changed[symbol] if symbol in self._changed else self._below[symbol]
        if found is None:
            raise KeyError(symbol)
        return found

    def __contains__(self, symbol: object) -> bool:
        """Say whether there are bars of a security."""
        return self._changed[str(symbol)] is not None if symbol in self._changed else symbol in self._below

    def __iter__(self) -> Iterator[str]:
        """Go through the symbols."""
        return (symbol for symbol in {**dict.fromkeys(self._below), **self._changed} if symbol in self)

    def __len__(self) -> int:
        """Give how many securities there are."""
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class HighLow:
    """The highs and lows of one security as traded: ``(n,)`` by session, ascending, NaN where unknown."""

    sessions: Dates
    high: Floats
    low: Floats
