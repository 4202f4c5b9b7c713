"""The targets of a book: which recommendations print one, laid out for the kernel, market by market."""

from collections.abc import Mapping, Sequence

import numpy as np

from watchlist.core.bars import HighLow, Ints
from watchlist.core.book import Book, Known, MarketBook
from watchlist.core.grid import places
from watchlist.core.panel import Panel
from watchlist.core.scoring import first_after
from watchlist.core.targets import Aimed, Aims, Ranges, follow_targets, late_splits
from watchlist.domain.model import Mention
from watchlist.domain.symbols import trading_currency


def keep_targets(known: Known, book: Book) -> Mapping[str, Aimed]:
    """Work out how every target stands at the book's as-of sessions: by market, in the order of ``MarketBook.at``."""
    return {
        market: follow_targets(part.panel, _aims(known, part), _ranges(part.panel, known.ranges))
        for market, part in book.markets.items()
    }


def _aims(known: Known, part: MarketBook) -> Aims:
    mine = [known.mentions[position] for position in part.at]
    return Aims(
        asked=part.asked,
        price=np.array([np.nan if m.target_price is None else m.target_price for m in mine]),
        comparable=np.array([m.target_currency == trading_currency(m.symbol) for m in mine], dtype=bool),
        months=np.array([m.scale_months for m in mine], dtype=np.int64),
        late_split=_late(known, part, mine),
    )


def _late(known: Known, part: MarketBook, mine: Sequence[Mention]) -> np.ndarray:
    sessions, found = part.panel.sessions, np.ones(len(mine))
    before = first_after(part.panel, part.asked) - 1
    aiming = np.array([m.target_price is not None for m in mine], dtype=bool) & (before >= 0)
    for row in np.unique(part.asked.row[aiming & (part.asked.row >= 0)]):
        bars = known.bars.get(part.panel.symbols[row])
        if bars is not None and any(action.split != 1 for action in bars.actions):
            here = aiming & (part.asked.row == row)
            found[here] = late_splits(bars, part.asked.published[here], sessions[before[here]])
    return found


def _ranges(panel: Panel, ranges: Mapping[str, HighLow]) -> Ranges:
    have = [row for row, symbol in enumerate(panel.symbols) if symbol in ranges]
    place: Ints = np.full(len(panel.symbols), -1, dtype=np.int64)
    place[have] = np.arange(len(have))
    high, low = (np.full((len(have), panel.sessions.size), np.nan) for _ in range(2))
    for at, row in enumerate(have):
        one = ranges[panel.symbols[row]]
        column, here = places(panel.sessions, one.sessions)
        high[at, column], low[at, column] = one.high[here], one.low[here]
    return Ranges(place, high, low)
