"""News of prices: shares that moved far, stopped trading, came back or left the exchange."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from watchlist.core.book import lay_benchmarks, market_panel
from watchlist.core.panel import Panel
from watchlist.domain.errors import Words
from watchlist.domain.symbols import market as market_of
from watchlist.queries.news import news, signed
from watchlist.queries.period_calls import standing_mentions
from watchlist.queries.recommendations import Row
from watchlist.queries.since import Standing


def price_news(standing: Standing, wanted: Sequence[int], watched: Sequence[str], move: float) -> Iterator[Row]:
    """Tell what prices did since, of shares with a standing call and of one's own.

    Args:
        move: a total return since then of so much or more, up or down, is told.
    """
    now = standing.now
    backers = _backers(standing, wanted)
    symbols = list(dict.fromkeys([*watched, *backers]))
    for market in dict.fromkeys(map(market_of, symbols)):
        mine = [symbol for symbol in symbols if market_of(symbol) == market]
        panel = market_panel(now.known, now.rules, market, now.when.as_of, mine)
        if panel is None:
            continue
        start = panel.position(standing.last_session(market))
        for symbol in mine:
            yield from _moved(standing, panel, symbol, start, move, backers)
            yield from _trading(standing, panel, symbol, start, backers)


def _backers(standing: Standing, wanted: Sequence[int]) -> Mapping[str, list[str]]:
    """Give by share the brokers whose call on it stands now or stood then."""
    standing_now = standing_mentions(standing.now) | standing_mentions(standing.then)
    found: dict[str, list[str]] = {}
    for position in wanted:
        mention = standing.now.known.mentions[position]
        if mention.rec_id in standing_now and mention.broker not in found.setdefault(mention.symbol, []):
            found[mention.symbol].append(mention.broker)
    return {symbol: brokers for symbol, brokers in found.items() if brokers}


def _moved(
    standing: Standing, panel: Panel, symbol: str, start: int, move: float, backers: Mapping[str, list[str]]
) -> Iterator[Row]:
    row, now = panel.row[symbol], standing.now
    last = int(panel.last_bar[row])
    if not 0 <= start < last:
        return
    level = panel.close[row] * panel.total_factor[row]
    change = float(level[last] / level[start] - 1)
    if np.isnan(change) or abs(change) < move:
        return
    index = now.known.benchmark or now.rules.markets[panel.market].benchmark
    closes = lay_benchmarks(panel, now.known, [index]).close[0]
    against = float(closes[last] / closes[start] - 1)
    close = float(panel.close[row, last] / panel.rates[last])
    words = Words(f"{signed(change)} to {close:,.2f}, {index} {signed(against)}",
                  f"{signed(change)}，至 {close:,.2f}；{index} {signed(against)}")  # fmt: skip
    yield news(now, "moved", panel.sessions[last].item(), symbol, words, value=change,
               recommended_by=backers.get(symbol, []))  # fmt: skip


def _trading(
    standing: Standing, panel: Panel, symbol: str, start: int, backers: Mapping[str, list[str]]
) -> Iterator[Row]:
    """Tell of every session on which trading stopped or began again, and of a delisting."""
    row, now, brokers = panel.row[symbol], standing.now, backers.get(symbol, [])
    first, traded = int(panel.first_bar[row]), panel.last_seen[row] == np.arange(panel.width)
    security = now.known.securities.get(symbol)
    gone = None if security is None else security.delisted
    if start < 0:
        return
    then = standing.last_session(panel.market)
    if gone is not None and then < gone <= now.when.as_of:
        words = Words(f"trades no more since {gone}", f"自 {gone} 起不再交易")
        yield news(now, "delisted_share", gone, symbol, words, recommended_by=brokers)
    for at in range(max(start, first) + 1, panel.width):
        day = panel.sessions[at].item()
        if traded[at] == traded[at - 1] or (gone is not None and day >= gone):
            continue
        if traded[at]:
            change = float(panel.close[row, at] * panel.total_factor[row, at]
                           / (panel.close[row, at - 1] * panel.total_factor[row, at - 1]) - 1)  # fmt: skip
            words = Words(
                f"trades again, {signed(change)} on its last close", f"恢复交易，较停牌前收盘 {signed(change)}"
            )
            yield news(now, "resumed", day, symbol, words, value=change, recommended_by=brokers)
        else:
            last = panel.sessions[at - 1].item()
            words = Words(f"no trade since {last}: suspended, or its prices are missing",
                          f"自 {last} 后无成交：停牌或行情缺失")  # fmt: skip
            yield news(now, "suspended", day, symbol, words, recommended_by=brokers)
