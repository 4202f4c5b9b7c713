"""Moves: what shares of a panel changed from close to close, splits worked in; each worked out once, when asked for."""

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.panel import Panel
from watchlist.core.theme_index import growth


class Moves:
    """Price levels and daily price returns of a panel's shares: many groups ask for the same ones."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._place = np.full(len(panel.symbols), -1, dtype=np.int64)
        self._levels: list[Floats] = []
        self._growth: list[Floats] = []

    def levels(self, rows: Ints) -> Floats:
        """Give closes with splits worked in of some rows, ``(n, D)``."""
        return self._found(self._levels, rows)

    def growth(self, rows: Ints) -> Floats:
        """Give the change of each session over the one before as fractions, ``(n, D)``; 0 where there is none."""
        return self._found(self._growth, rows)

    def _found(self, lines: list[Floats], rows: Ints) -> Floats:
        for row in rows[self._place[rows] < 0]:
            level = self._panel.close[row] * self._panel.splits_on(row, np.arange(self._panel.width))
            self._place[row] = len(self._levels)
            self._levels.append(level)
            self._growth.append(growth(level))
        found = [lines[place] for place in self._place[rows]]
        return np.array(found).reshape(len(found), self._panel.width)
