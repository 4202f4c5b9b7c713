"""Evidence: the prices behind each return, so that a reader can work it out again beside our number."""

from typing import Final

import numpy as np

from watchlist.core.book import MarketBook
from watchlist.queries.plain import number_or_none
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

KEYS: Final = (
    "last_close", "split_step", "total_step", "benchmark_entry", "benchmark_last", "entry_rate", "last_rate",
)  # fmt: skip


def evidence(situation: Situation, position: int) -> Row:
    """Give what a recommendation's returns since entry are made of; ``None`` everywhere where nothing was bought.

    ``price_return = last_close / entry_price * split_step * last_rate / entry_rate - 1``, ``total_return`` likewise
    with ``total_step``, ``benchmark_return = benchmark_last / benchmark_entry * last_rate / entry_rate - 1``; prices
    and levels as traded, steps hold the corporate actions in between, rates are 1 but in another currency.
    """
    place = situation.book.place.get(position)
    if place is None:
        return dict.fromkeys(KEYS)
    part, at = situation.book.markets[place[0]], place[1]
    entered, end = int(part.entries.session[at]), int(part.now.end[at])
    if entered < 0 or end < 0:
        return dict.fromkeys(KEYS)
    return dict(zip(KEYS, _prices(part, at, entered, end), strict=True))


def _prices(part: MarketBook, at: int, entered: int, end: int) -> list[float | None]:
    panel, row, index = part.panel, int(part.asked.row[at]), int(part.asked.benchmark[at])
    opened = part.benchmarks.close if part.entries.at_close[at] else part.benchmarks.open
    bought, now = panel.rates[entered], panel.rates[end]
    found = (
        panel.close[row, end] / now,
        panel.split_factor[row, end] / panel.split_factor[row, entered],
        panel.total_factor[row, end] / panel.total_factor[row, entered],
        opened[index, entered] / bought,
        part.benchmarks.close[index, end] / now,
        bought,
        now,
    )
    return [number_or_none(float(np.float64(value))) for value in found]
