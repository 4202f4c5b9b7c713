"""The watchlist as rows: the user's own tickers beside every recommended one, with periods against the benchmark."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.book import ask_symbols, lay_benchmarks, market_panel, trailing_start
from watchlist.core.panel import Panel
from watchlist.core.scoring import between, life_end
from watchlist.domain.model import Status
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.watch import Watched
from watchlist.queries.plain import iso, number_or_none
from watchlist.queries.recommendations import Filters, Row, select
from watchlist.queries.situation import Situation
from watchlist.queries.standing_rows import period_rows

if TYPE_CHECKING:
    from watchlist.core.bars import Ints

CURVE: Final = 60  # sessions of a ticker's small curve
PERIODS: Final = ("1d", "1w", "1m", "3m", "ytd", "1y", "since_added")


def watch_rows(situation: Situation, watched: Sequence[Watched], filters: Filters) -> list[Row]:
    """Give one row a ticker: the user's own first, in their order, then the recommended ones by symbol."""
    own = {entry.symbol: entry for entry in watched}
    mentioned: dict[str, list[int]] = {}
    own_theme = filters.theme is not None and filters.theme in {entry.theme for entry in watched}
    for position in (
        [] if own_theme and situation.themes.of_printed(filters.theme or "") is None else select(situation, filters)
    ):
        mentioned.setdefault(situation.known.mentions[position].symbol, []).append(position)
    symbols = [s for s in own if _kept(situation, own[s], filters)]
    symbols += sorted(s for s in mentioned if s not in own)
    rows: dict[str, Row] = {}
    for market in dict.fromkeys(market_of(symbol) for symbol in symbols):
        mine = [symbol for symbol in symbols if market_of(symbol) == market]
        panel = market_panel(situation.known, situation.rules, market, situation.when.as_of, mine)
        prices = {} if panel is None else _prices(situation, situation.counted(panel), mine, own)
        for symbol in mine:
            rows[symbol] = _row(situation, symbol, own.get(symbol), mentioned.get(symbol, []), prices.get(symbol))
    return [rows[symbol] for symbol in symbols]


def watch_curves(situation: Situation, symbols: Sequence[str]) -> dict[str, list[float]]:
    """Give each ticker's total-return level over its last 60 sessions, oldest first; one without bars is left out."""
    found: dict[str, list[float]] = {}
    for market in dict.fromkeys(market_of(symbol) for symbol in symbols):
        mine = [symbol for symbol in symbols if market_of(symbol) == market]
        panel = market_panel(situation.known, situation.rules, market, situation.when.as_of, mine)
        if panel is None:
            continue
        for symbol in mine:
            row = panel.row[symbol]
            last = int(panel.last_bar[row])
            if last >= 0:
                found[symbol] = panel.total_close[row, max(last + 1 - CURVE, 0) : last + 1].tolist()
    return found


def _kept(situation: Situation, entry: Watched, filters: Filters) -> bool:
    """Say whether one of the user's own tickers is asked for; filters that speak of reports leave them out."""
    reports_only = (filters.broker, filters.analyst, filters.rating, filters.since, filters.until, filters.direction)
    if any(value is not None for value in reports_only):
        return False
    fits_theme = filters.theme is None or _theme_id(situation, entry.theme) == _theme_id(situation, filters.theme)
    fits_market = filters.market is None or market_of(entry.symbol) == filters.market
    return fits_theme and fits_market and (not filters.symbols or entry.symbol in filters.symbols)


def _theme_id(situation: Situation, text: str | None) -> str | None:
    """Give the canonical id of a watched ticker's theme, or its own words where no theme claims them."""
    if text is None:
        return None
    theme = situation.themes.of_printed(text)
    return text if theme is None else theme.id


def _row(situation: Situation, symbol: str, entry: Watched | None, positions: Sequence[int], prices: Row | None) -> Row:
    mentions = [situation.known.mentions[p] for p in positions]
    own_theme = None if entry is None else _theme_id(situation, entry.theme)
    themes = sorted({situation.theme_of(m).id for m in mentions} | ({own_theme} if own_theme else set()))
    own_name = entry.name if entry is not None else None
    nothing = {
        "session": None,
        "close": None,
        "change": None,
        "periods": {p: dict.fromkeys(("total_return", "benchmark_return", "excess_return")) for p in PERIODS},
        "status": str(Status.NO_PRICE),
        "stale": True,
    }
    standing = prices or nothing
    return {
        "symbol": symbol,
        "name": situation.name_of(symbol) or own_name or next((m.name_printed for m in mentions), None),
        "themes": themes,
        "watched": entry is not None,
        "note": None if entry is None else entry.note,
        "added": None if entry is None else iso(entry.added),
        "session": standing["session"],
        "close": standing["close"],
        "change": standing["change"],
        "periods": standing["periods"],
        "benchmark": situation.known.benchmark or situation.rules.markets[market_of(symbol)].benchmark,
        "recommended_by": sorted({m.broker for m in mentions}),
        "status": standing["status"],
        "stale": standing["stale"],
    }


def _prices(situation: Situation, panel: Panel, symbols: Sequence[str], own: Mapping[str, Watched]) -> dict[str, Row]:
    benchmark = situation.known.benchmark or situation.rules.markets[panel.market].benchmark
    benchmarks = lay_benchmarks(panel, situation.known, [benchmark])
    asked = ask_symbols(panel, symbols)
    end, status = life_end(panel, asked.row)
    added = [panel.position(own[s].added) if s in own else -1 for s in symbols]
    starts: dict[str, int | Ints] = {p: trailing_start(panel, p) for p in PERIODS[1:-1]}
    starts |= {"1d": panel.sessions.size - 2, "since_added": np.array(added, dtype=np.int64)}
    every = np.arange(len(symbols))
    periods = {p: period_rows(between(panel, asked, benchmarks, start, end), every) for p, start in starts.items()}
    found: dict[str, Row] = {}
    for n, symbol in enumerate(symbols):
        if end[n] < 0:
            continue
        row = int(asked.row[n])
        last = int(panel.last_bar[row])
        found[symbol] = {
            "session": str(panel.sessions[last]),
            "close": float(panel.close[row, last] / panel.rates[last]),
            "change": _change(panel, row, last),
            "periods": {p: periods[p][n] for p in PERIODS},
            "status": str(status[n]),
            "stale": bool(status[n] == Status.STALE),
        }
    return found


def _change(panel: Panel, row: int, last: int) -> float | None:
    """Give the last bar's change over its reference price, as exchanges show it: actions worked in."""
    if last < 1:
        return None
    level = panel.total_close[row]
    return number_or_none(level[last] / level[last - 1] - 1)
