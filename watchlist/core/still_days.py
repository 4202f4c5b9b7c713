"""Still days: sessions on which much of an exchange has bars without a trade: an old answer in new clothes.

Sources now and then serve the day before once more, with a volume of nothing, for every share of an exchange at once.
One such bar cannot be told from a quiet share; a thousand of them can.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Bools
from watchlist.core.panel import Panel
from watchlist.domain.symbols import exchange

FEWEST: Final = 100  # bars of an exchange on a session below which a part of them says little
PART: Final = 0.10  # more of the bars than on both sessions beside it: a halted market is still for days
_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class StillDay:
    """One session of one exchange.

    Attributes:
        bars: how many of its shares have one; ``still``: without a trade; ``repeated``: and with the close before.
    """

    exchange: str
    session: np.datetime64
    bars: int
    still: int
    repeated: int


def still_days(panel: Panel) -> list[StillDay]:
    """Find the sessions on which far more of an exchange stood still than on the sessions beside them, by day."""
    places = np.array([exchange(symbol) for symbol in panel.symbols])
    found = [one for name in np.unique(places) for one in _of(panel, str(name), places == name)]
    return sorted(found, key=lambda one: (one.session, one.exchange))


def _of(panel: Panel, name: str, mine: Bools) -> Iterator[StillDay]:
    bars, still, repeated = (np.zeros(panel.width, dtype=np.int64) for _ in range(3))
    position, rows = np.arange(panel.width), np.flatnonzero(mine)
    for start in range(0, rows.size, _BLOCK):
        cells = panel.cells[rows[start : start + _BLOCK], : panel.width]
        traded = cells["last_bar"] == position
        # A share that could neither be bought nor sold on a session with a bar had no trade in it.
        idle = traded & (cells["next_buy"] != position) & (cells["next_sell"] != position)
        bars += traded.sum(axis=0)
        still += idle.sum(axis=0)
        repeated[1:] += (idle[:, 1:] & (cells["close"][:, 1:] == cells["close"][:, :-1])).sum(axis=0)
    part = still / np.maximum(bars, 1)
    beside = np.maximum(np.concatenate([[0.0], part[:-1]]), np.concatenate([part[1:], [0.0]]))
    for at in np.flatnonzero((bars >= FEWEST) & (part > beside + PART)):
        yield StillDay(name, panel.sessions[at], int(bars[at]), int(still[at]), int(repeated[at]))
