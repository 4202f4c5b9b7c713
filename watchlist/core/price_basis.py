"""Price basis (价格口径): what kind of prices a recommendation was bought at, where it is not the usual one.

Prices are as traded, and a share that is locked at its limit is not bought (RULES 7). A series of closes alone cannot
say whether it was, and an adjusted one (复权) lies on no tick from which a limit could be reckoned: numbers made of
them hold no price limit, and say so.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchlist.core.bars import Ints
from watchlist.core.limits import UNITS, LimitTable
from watchlist.core.panel import Panel
from watchlist.domain.symbols import board

AS_TRADED, CLOSES_ONLY, ADJUSTED = "as_traded", "closes_only", "adjusted"
_PRECISION: Final = 2e-7  # of a price that was kept in single precision


def price_basis(panel: Panel, limits: LimitTable, row: Ints, entry: Ints) -> NDArray[Any]:
    """Say what prices recommendations were bought at.

    Args:
        row: ``(n,)`` of the panel; ``entry`` ``(n,)`` the entry session's position, -1 where nothing was bought.

    Returns:
        ``(n,)``: ``as_traded``; ``closes_only`` where the entry session's bar has no open; ``adjusted`` where a close
        of the share lies on no tick of its board; ``""`` without an entry. A board without ticks in ``limits`` has none
        to lie on.
    """
    bought = entry >= 0
    cell = panel.cells[np.where(bought, row, 0), np.where(bought, entry, 0)]
    close = cell["close"] / panel.rates[np.where(bought, entry, 0)]
    steps = {one: min((rule.tick for rule in limits.rules if rule.board == one), default=0)
             for one in {board(panel.symbols[each]) for each in np.unique(row[bought])}}  # fmt: skip
    step = np.array([steps[board(panel.symbols[each])] / UNITS if ok else 0.0
                     for each, ok in zip(row.tolist(), bought.tolist(), strict=True)])  # fmt: skip
    whole = np.rint(close / np.where(step > 0, step, 1)) * step
    off = bought & (step > 0) & (np.abs(close - whole) > _PRECISION * close)
    basis = np.where(np.isnan(cell["open"]), CLOSES_ONLY, AS_TRADED).astype(object)
    basis[np.isin(row, row[off])] = ADJUSTED
    basis[~bought] = ""
    return basis
