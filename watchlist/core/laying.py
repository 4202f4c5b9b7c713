"""Laying: bars of securities become cells of a panel, whole histories or only the sessions that are new.

A cell is what is known of one security at one session: 32 bytes beside each other, so that a return touches two places
in memory, one at entry and one at exit. Prices stay as traded; the factors beside them carry the actions.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from watchlist.core.bars import Bools, Floats, Ints, SymbolBars
from watchlist.core.grid import Grid, lay_out, places
from watchlist.core.limits import LimitTable, limit_prices
from watchlist.core.returns import step_factors
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Security

Cells = NDArray[np.void]

# close, open: as traded; the close is carried forward and NaN before the first bar, the open is NaN without a bar.
# factor: cumulative step of all actions, carried forward; split: which of the security's splits it stands after.
# next_buy, next_sell: the first session at or after this one at whose open (or close, where entry is at the close) the
# share could be bought or sold, NEVER while there is none; last_bar: the last session with a bar, -1 before the first.
CELL: Final = np.dtype(
    [("close", "f8"), ("open", "f8"), ("factor", "f8"),
     ("next_buy", "i2"), ("next_sell", "i2"), ("last_bar", "i2"), ("split", "i2")], align=True,
)  # fmt: skip
NEVER: Final = 32_767
UNLAID: Final = np.array((np.nan, np.nan, 1.0, NEVER, NEVER, -1, 0), dtype=CELL)


def lay_cells(
    sessions: Dates,
    bars: Sequence[SymbolBars],
    securities: Mapping[str, Security],
    limits: LimitTable,
    *,
    needs_open: bool,
    start: int = 0,
    before: Cells | None = None,
    splits: Floats | None = None,
) -> tuple[Cells, Floats]:
    """Lay bars of ``S`` securities over the sessions from ``start`` on.

    Args:
        sessions: ``(D,)`` every session of the market.
        bars: whole histories; or, with ``start``, the last bar before it and all that follow.
        needs_open: a session without an open cannot be bought in; false where entry is at the close.
        before: ``(S,)`` cells of the session before ``start``.
        splits: ``(S, K)`` what the cells so far refer to.

    Returns:
        ``(S, D - start)`` cells and ``(S, K)`` cumulative splits, 1 the first; the same whether a history is laid at
        once or in parts, once the earlier cells that were waiting have met their next chance (:func:`meet`).

    Raises:
        ValueError: there are more sessions than a cell can count.
    """
    if sessions.size >= NEVER:
        message = f"a panel holds {NEVER - 1} sessions at most, not {sessions.size}"
        raise ValueError(message)
    before = np.full(len(bars), UNLAID) if before is None else before
    splits = np.ones((len(bars), 1)) if splits is None else splits
    grid = lay_out(sessions, bars, start, before["last_bar"].astype(np.int64), before["close"])
    cells = np.empty(grid.close.shape, dtype=CELL)
    cells["open"], cells["close"] = grid.open, grid.carried(grid.close, before["close"])
    cells["last_bar"] = grid.seen
    factor, split, splits = _accumulated(grid, before, splits)
    cells["factor"], cells["split"] = factor, split
    upper, lower = limit_prices(grid, securities, limits)
    could_trade = grid.traded & (grid.volume != 0) & (~np.isnan(grid.open) | np.bool_(not needs_open))
    cells["next_buy"] = _next_true(could_trade & ~(grid.open >= upper), start)
    cells["next_sell"] = _next_true(could_trade & ~(grid.open <= lower), start)
    return cells, splits


def meet(waiting: Cells, following: Cells) -> None:
    """Let cells that had no next chance yet meet the first one of the cells that follow, in place.

    Args:
        waiting: ``(S, m)`` the cells before, :data:`NEVER` only at their end.
        following: ``(S,)`` the first cells after them.
    """
    for name in ("next_buy", "next_sell"):
        found = waiting[name]
        np.copyto(found, following[name][:, None], where=found == NEVER)


def _accumulated(grid: Grid, before: Cells, splits: Floats) -> tuple[Floats, Ints, Floats]:
    """Accumulate the steps of actions: factors ``(S, n)``, which split each cell stands after, and the splits."""
    factor = np.repeat(before["factor"][:, None], grid.days.size, axis=1)
    split = np.repeat(before["split"][:, None].astype(np.int64), grid.days.size, axis=1)
    splits = splits.copy()
    for row, one in enumerate(grid.bars):
        if not one.actions:
            continue
        number = int(before["split"][row])
        first = (float(before["factor"][row]), float(splits[row, number]))
        total, ratio = step_factors(one.sessions, one.close, one.actions, first)
        which = number + np.cumsum(np.diff(ratio, prepend=ratio[:1]) != 0)
        place, here = places(grid.sessions, one.sessions, grid.start)
        factor[row, place], split[row, place] = total[here], which[here]
        splits = _with_room(splits, int(which[-1]) + 1 if which.size else 1)
        splits[row, which] = ratio
    return grid.carried(factor, before["factor"]), grid.carried(split, before["split"]), splits


def _with_room(splits: Floats, wanted: int) -> Floats:
    missing = wanted - splits.shape[1]
    return np.pad(splits, ((0, 0), (0, missing)), constant_values=1.0) if missing > 0 else splits


def _next_true(flags: Bools, start: int) -> NDArray[Any]:
    """Give for each place the position of the first true one at or after it, :data:`NEVER` where there is none."""
    positions = np.where(flags, np.arange(start, start + flags.shape[1]), NEVER)
    return np.minimum.accumulate(positions[:, ::-1], axis=1)[:, ::-1]
