"""Publications: recommendations as events of a market: the first session that could know each report."""

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.book import MarketBook
from watchlist.core.event_study import Events, daily_returns


def publications(part: MarketBook, at: Ints) -> Events:
    """Give some recommendations of a market as events; a session beyond the last one has not come."""
    asked, sessions = part.asked.take(at), part.panel.sessions
    side = np.where(asked.same_session, np.searchsorted(sessions, asked.published, side="left"),
                    np.searchsorted(sessions, asked.published, side="right"))  # fmt: skip
    return Events(asked.row, asked.benchmark, side, asked.direction)


def legs_of(part: MarketBook) -> tuple[Floats, Floats]:
    """Give the daily total returns of shares ``(S, D)``, unknown after the last bar, and the benchmarks' ``(B, D)``."""
    share = daily_returns(part.panel.total_close)
    share[np.arange(share.shape[1]) > part.panel.last_bar[:, None]] = np.nan
    return share, daily_returns(part.benchmarks.close)
