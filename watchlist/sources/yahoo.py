"""Yahoo, through yfinance: shares, funds and indices of most markets, exchange rates and corporate actions.

Yahoo adjusts every price and volume for the splits that came later, and every dividend too. All of it is undone here
with the splits from the asked day to today, so that what leaves is as traded.
"""

import datetime as dt
import importlib
import math
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from watchlist.domain.model import Action
from watchlist.domain.symbols import exchange, market, yahoo_ticker
from watchlist.sources.contract import Actions, ActionsOutcome, BarsOutcome, Blocked, Failed, NoData
from watchlist.sources.shape import Outside, in_range
from watchlist.sources.vendor import Vendor
from watchlist.sources.wire import About, Exchange, Reading, asked

_ZONES: Final = {"CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "US": "America/New_York"}
_RATES_ZONE: Final = "Europe/London"
# Dividends need the close before their ex-date, over any holiday.
_BEFORE: Final = dt.timedelta(days=20)
_TICKER: Final = re.compile(r'"symbol"\s*:\s*"([^"]+)"')
_SAME: Final = 0.01
_RATES: Final = (0.05, 20.0)
_settings: Final[dict[str, Any]] = {}


class Yahoo(Vendor):
    """Yahoo's daily bars, dividends and splits."""

    name: ClassVar[str] = "yahoo"
    host: ClassVar[str] = "query2.finance.yahoo.com"

    def serves(self, symbol: str) -> bool:
        """Serve Shanghai, Shenzhen, Hong Kong, the US, the indices Yahoo has a name for, and exchange rates."""
        if exchange(symbol) in {"HI", "GI"}:
            return yahoo_ticker(symbol) != symbol
        return exchange(symbol) in {"SH", "SZ", "HK", "US", "FX"}

    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        return self._call(fetch_bars, symbol, since, until)

    def _ask_actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        if not self.serves(symbol):
            return NoData(f"{self.name} does not serve {symbol}")
        return self._call(fetch_actions, symbol, since, until)


def prepare(cache: Path, seconds: float) -> None:
    """Import yfinance and set it up; runs first in the worker process."""
    yfinance: Any = importlib.import_module("yfinance")
    tapped: Any = importlib.import_module("watchlist.sources.yahoo_session")
    cache.mkdir(parents=True, exist_ok=True)
    yfinance.set_tz_cache_location(str(cache))
    yfinance.config.debug.hide_exceptions = False
    _settings["session"] = tapped.TappedSession(min(10.0, seconds * 0.6))


def fetch_bars(symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
    """Ask Yahoo for bars; runs in the worker process."""
    table = _history(symbol, since)
    if not isinstance(table, pd.DataFrame):
        return table
    # The latest row may have a volume, or a split, and no prices yet: it is no bar.
    priced = table["Close"].notna().to_numpy()
    rows = table[priced]
    if rows.empty:
        return Outside(f"no bars from {since} to {until}")
    factor = later_splits(table["Stock Splits"].to_numpy(dtype=float))[priced]
    bars = pd.DataFrame({"session": [moment.date().isoformat() for moment in rows.index]}, dtype=object)
    for column in ("open", "high", "low", "close"):
        bars[column] = _seven_digits(rows[column.title()].to_numpy(dtype=float) * factor, exchange(symbol))
    volume = np.round(rows["Volume"].to_numpy(dtype=float) / factor)
    bars["volume"] = np.nan if exchange(symbol) == "FX" else volume
    return in_range(bars, since, until)


def fetch_actions(symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
    """Ask Yahoo for dividends and splits; runs in the worker process."""
    table = _history(symbol, since - _BEFORE)
    if not isinstance(table, pd.DataFrame):
        return table
    days = [moment.date() for moment in table.index]
    cash = _cash(table)
    splits = table["Stock Splits"].to_numpy(dtype=float)
    found = tuple(
        Action(day, cash=paid, split=split if split > 0 else 1.0)
        for day, paid, split in zip(days, cash, splits.tolist(), strict=True)
        if since <= day <= until and (paid > 0 or split > 0)
    )
    return Actions(found)


def later_splits(splits: np.ndarray) -> np.ndarray:
    """Give, for every row, the product of the splits after it: what Yahoo has divided its prices by.

    Args:
        splits: one value a row, ascending by date; 0 where there was no split.
    """
    ratios = np.where(splits > 0, splits, 1.0)
    after = np.append(ratios[1:], 1.0)
    return np.cumprod(after[::-1])[::-1]


def _history(symbol: str, since: dt.date) -> pd.DataFrame | NoData | Blocked | Failed:
    """Fetch Yahoo's table from ``since`` to now: undoing splits needs every later one."""
    yfinance: Any = importlib.import_module("yfinance")
    data: Any = importlib.import_module("yfinance.data")
    ticker = yahoo_ticker(symbol)
    # In a long-lived process this cache would answer with yesterday's adjustments.
    data.YfData.cache_get.cache_clear()
    # The time zone is known here; without it yfinance makes a request to learn it, and eight for an unknown symbol.
    zone = _RATES_ZONE if exchange(symbol) == "FX" else _ZONES[market(symbol)]
    yfinance.cache.get_tz_cache().store(ticker, zone)
    return asked(
        lambda: yfinance.Ticker(ticker, session=_settings["session"]).history(
            start=since, auto_adjust=False, actions=True, timeout=10
        ),
        Reading(nothing, About(_TICKER, ticker), required=lambda asked: "/v8/finance/chart/" in asked.url),
    )


def nothing(answer: Exchange) -> str | None:
    """Say that Yahoo answered well and has no such security or no rows, else ``None``."""
    if '"chart"' not in answer.body:
        return None
    if answer.status == HTTPStatus.NOT_FOUND:
        return f"{answer.host} knows no such security"
    return None if '"timestamp"' in answer.body else f"{answer.host} has no rows for it"


def _cash(table: pd.DataFrame) -> list[float]:
    """Give the dividend of every row per share of that day, in the currency of the price; 0 where there is none.

    Yahoo prints a dividend in the currency it was declared in, without saying which. What it took off the earlier
    adjusted closes is in the price's own, ``1 - cash / previous close``; where the two differ, that one is right.
    """
    close, adjusted = (table[name].to_numpy(dtype=float) for name in ("Close", "Adj Close"))
    splits, printed = (table[name].to_numpy(dtype=float) for name in ("Stock Splits", "Dividends"))
    factor = later_splits(splits)
    cash = [0.0] * len(table)
    for row in np.flatnonzero(printed > 0).tolist():
        told, taken = printed[row] * factor[row], math.nan
        if row > 0:
            step = adjusted[row - 1] / close[row - 1] / (adjusted[row] / close[row])
            taken = close[row - 1] * factor[row - 1] * (1 - step)
        # Far off, it is no exchange rate: Yahoo has not adjusted for this dividend, or has done so twice.
        in_another_currency = _RATES[0] < taken / told < _RATES[1] and abs(taken / told - 1) > _SAME
        cash[row] = float(f"{taken if in_another_currency else told:.6g}")
    return cash


def _seven_digits(prices: np.ndarray, place: str) -> list[float]:
    """Round to what a 32-bit float holds, seven digits, and to at most four decimals (six for a rate)."""
    most = 6 if place == "FX" else 4
    return [
        price if math.isnan(price) or price == 0 else round(price, min(most, 6 - math.floor(math.log10(abs(price)))))
        for price in prices.tolist()
    ]
