"""Prices of what is held, on the days a portfolio is looked at: closes, steps and exchange rates as arrays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.book import exchange_rates, lay_benchmarks, market_panel
from watchlist.core.panel import Panel
from watchlist.core.scoring import life_end
from watchlist.domain.errors import NoExchangeRate
from watchlist.domain.model import Status
from watchlist.domain.symbols import CURRENCY, trading_currency
from watchlist.domain.symbols import market as market_of
from watchlist.queries.situation import Situation


@dataclass(frozen=True)
class HeldPrices:
    """``T`` days by ``N`` securities; NaN where there is no price.

    Attributes:
        close: as traded, in the trading currency, at the last session on or before each day.
        total, split: cumulative steps of all actions, and of splits alone.
        rate: what one unit of the trading currency is worth in the portfolio's.
        benchmark: the level of each security's benchmark in the portfolio's currency.
        session: the last bar of each security up to the as-of day, ``None`` without one.
        status: how it stands at the as-of day.
        benchmarks: the benchmark of each.
    """

    days: tuple[dt.date, ...]
    symbols: tuple[str, ...]
    currency: str
    close: Floats
    total: Floats
    split: Floats
    rate: Floats
    benchmark: Floats
    session: list[str | None]
    status: list[str]
    benchmarks: list[str]

    @property
    def value(self) -> Floats:
        """What one share is worth in the portfolio's currency."""
        return self.close * self.rate

    @property
    def worth(self) -> Floats:
        """What one share is worth there with every action worked in; its ratios are total returns."""
        return self.close * self.total * self.rate


def held_prices(situation: Situation, days: Sequence[dt.date], symbols: Sequence[str], currency: str) -> HeldPrices:
    """Look up everything that a portfolio is worked out from.

    Args:
        days: ascending, none after the as-of day; the last one is looked at most closely.

    Raises:
        NoExchangeRate: the currency was asked for, and there is no rate into it.
    """
    shape = (len(days), len(symbols))
    close, total, split, rate, benchmark = (np.full(shape, np.nan) for _ in range(5))
    found = HeldPrices(
        days=tuple(days), symbols=tuple(symbols), currency=currency, close=close, total=total, split=split, rate=rate,
        benchmark=benchmark, session=[None] * shape[1], status=[str(Status.NO_PRICE)] * shape[1],
        benchmarks=[situation.known.benchmark or situation.rules.markets[market_of(s)].benchmark for s in symbols],
    )  # fmt: skip
    own = replace(situation, known=replace(situation.known, currency=None))
    for market in dict.fromkeys(market_of(symbol) for symbol in symbols):
        mine = [n for n, symbol in enumerate(symbols) if market_of(symbol) == market]
        panel = market_panel(own.known, own.rules, market, days[-1], [symbols[n] for n in mine])
        if panel is not None:
            _lay(found, situation, panel, mine)
    return found


def _lay(found: HeldPrices, situation: Situation, panel: Panel, mine: Sequence[int]) -> None:
    """Lay one market's part in."""
    at = np.array([panel.position(day) for day in found.days])
    symbols = [found.symbols[n] for n in mine]
    row = np.array([panel.row[symbol] for symbol in symbols])
    early = (at < 0)[:, None]
    fields = ((found.close, panel.close), (found.total, panel.total_factor), (found.split, panel.split_factor))
    for grid, field in fields:
        grid[:, mine] = np.where(early, np.nan, field[row][:, at].T)
    rates = np.array([_rates(situation, panel, trading_currency(symbol), found.currency) for symbol in symbols])
    found.rate[:, mine] = np.where(early, np.nan, rates[:, at].T)
    index = lay_benchmarks(panel, situation.known, [found.benchmarks[mine[0]]]).close[0]
    level = index * _rates(situation, panel, CURRENCY[panel.market], found.currency)
    found.benchmark[:, mine] = np.where(early, np.nan, level[at][:, None])
    _, lives = life_end(panel, row)
    for place, n in enumerate(mine):
        last = int(panel.last_bar[row[place]])
        found.session[n] = str(panel.sessions[last]) if last >= 0 else None
        found.status[n] = str(lives[place])


def _rates(situation: Situation, panel: Panel, own: str, wanted: str) -> Floats:
    rates = exchange_rates(situation.known, own, wanted, panel.sessions)
    if situation.known.currency is not None and np.isnan(rates).all():
        raise NoExchangeRate(own=own, wanted=wanted)
    return rates
