"""One security's path: its adjusted closes beside its benchmark's, and where each recommendation bought it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from watchlist.core.book import lay_benchmarks, market_panel
from watchlist.core.panel import Panel
from watchlist.domain.symbols import market as market_of
from watchlist.queries.plain import number_or_none
from watchlist.queries.recommendations import Filters, Row, rows_at, select
from watchlist.queries.situation import Situation

_MARKED: Final = ("id", "broker", "published", "entry_session", "entry_price", "excess_return", "total_return",
                  "theme_name", "theme_name_en")  # fmt: skip
_BEFORE: Final = 60  # sessions shown before the first publication


def price_path(situation: Situation, symbol: str, rows: Sequence[Row] | None = None) -> Row:
    """Give a security's path from 60 sessions before its first publication to the as-of session.

    Args:
        rows: its recommendations where they were worked out already.

    Returns:
        ``symbol name benchmark benchmark_name path marks``; ``path`` holds ``session close adjusted benchmark`` a
        session: the close as traded, the close with every later action worked in (前复权: the last one is as traded),
        and the benchmark brought to the adjusted close of the first session shown. ``marks``: one a recommendation.
    """
    positions = select(situation, Filters(symbols=(symbol,)))
    mentions = [situation.known.mentions[position] for position in positions]
    name = situation.name_of(symbol) or next((m.name_printed for m in mentions), None)
    benchmark = situation.known.benchmark or situation.rules.markets[market_of(symbol)].benchmark
    found: Row = {
        "symbol": symbol,
        "name": name,
        "benchmark": benchmark,
        "benchmark_name": situation.name_of(benchmark),
    }
    found |= {"path": [], "marks": []}
    panel = market_panel(situation.known, situation.rules, market_of(symbol), situation.when.as_of, [symbol])
    if panel is None or panel.last_bar[panel.row[symbol]] < 0:
        return found
    start = max(int(panel.first_bar[panel.row[symbol]]), _first(panel, [np.datetime64(m.published) for m in mentions]))
    found["path"] = _path(situation, panel, symbol, benchmark, start)
    shown = {point["session"]: point["adjusted"] for point in found["path"]}
    rows = rows_at(situation, positions) if rows is None else rows
    found["marks"] = [
        {key: row[key] for key in _MARKED} | {"adjusted": shown.get(row["entry_session"])} for row in rows
    ]
    return found


def _first(panel: Panel, published: list[np.datetime64]) -> int:
    """Find the first session shown: some before the first publication, the whole year before the end without one."""
    if not published:
        return max(panel.sessions.size - 250, 0)
    return max(panel.position(min(published)) - _BEFORE, 0)


def _path(situation: Situation, panel: Panel, symbol: str, benchmark: str, start: int) -> list[Row]:
    row, last = panel.row[symbol], int(panel.last_bar[panel.row[symbol]])
    adjusted = panel.total_close[row] / panel.total_factor[row, last]
    index = lay_benchmarks(panel, situation.known, [benchmark]).close[0]
    known = np.flatnonzero(~np.isnan(index[start:]))
    base = start + int(known[0]) if known.size else start
    level = index / index[base] * adjusted[base]
    return [
        {
            "session": str(panel.sessions[at]),
            "close": number_or_none(panel.close[row, at]) if panel.last_seen[row, at] == at else None,
            "adjusted": number_or_none(adjusted[at]),
            "benchmark": number_or_none(level[at]),
        }
        for at in range(start, last + 1)
    ]
