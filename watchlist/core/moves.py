"""Moves: what shares of a panel changed from close to close, splits worked in; each worked out once, when asked for."""

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.panel import Panel
from watchlist.core.theme_index import growth


class Moves:
    """Price levels and daily price returns of a panel's shares: many groups ask for the same ones."""

    def __init__(self, panel: Panel) -> None:
        shape = (len(panel.symbols), panel.width)
        self._panel, self._done = panel, np.zeros(shape[0], dtype=bool)
        self._levels, self._growth = np.empty(shape), np.empty(shape)  # no memory before a row of it is written

    def levels(self, rows: Ints) -> Floats:
        """Give closes with splits worked in of some rows, ``(n, D)``."""
        self._work_out(rows)
        return np.asarray(self._levels[rows])

    def growth(self, rows: Ints) -> Floats:
        """Give the change of each session over the one before as fractions, ``(n, D)``; 0 where there is none."""
        self._work_out(rows)
        return np.asarray(self._growth[rows])

    def growth_with(self, rows: Ints) -> Floats:
        """Give the same of all rows of the panel, ``(S, D)``, where only the rows named mean anything: no copy."""
        self._work_out(rows)
        return self._growth

    def _work_out(self, rows: Ints) -> None:
        for row in rows[~self._done[rows]]:
            self._levels[row] = self._panel.close[row] * self._panel.splits_on(row, np.arange(self._panel.width))
            self._growth[row] = growth(self._levels[row])
            self._done[row] = True
