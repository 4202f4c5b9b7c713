"""The base rate buys every share as the recommendations beside it were bought."""

import numpy as np

from watchlist.core.bars import SymbolBars
from watchlist.core.base_rate import base_rates
from watchlist.core.limits import LimitTable
from watchlist.core.panel import build_panel
from watchlist.domain.calendars import days


def test_every_share_is_bought_at_the_open_or_at_the_close_as_the_recommendations_are() -> None:
    sessions = days(["2024-01-02", "2024-01-03", "2024-01-04"])
    # Opens at 10, closes at 12, ends at 11: 10 % from the open, -8.3 % from the close; the index stands still.
    bars = SymbolBars("AAPL.US", sessions, *np.array([[10.0, 10.0, 12.0], [10.0, 12.0, 11.0], [1.0, 1.0, 1.0]]))
    panel = build_panel("US", sessions, sessions[-1] + 1, [bars], {}, LimitTable(()))
    still = np.full(3, 100.0)
    two = np.array([1, 1])
    rates = base_rates(panel, (still, still), two, two + 1, two, fewest=1, at_close=np.array([False, True]))
    assert rates.tolist() == [1.0, 0.0]
    # One share is no base rate where two are asked for, nor is any without the index's own return.
    unknown = np.array([100.0, np.nan, 100.0])
    for index, fewest in ((still, 2), (unknown, 1)):
        none = base_rates(panel, (index, index), two, two + 1, two, fewest=fewest, at_close=np.array([True, True]))
        assert np.isnan(none).all()
