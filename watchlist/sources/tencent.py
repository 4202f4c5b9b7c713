"""Tencent, through akshare: A-shares, funds and indices of Shanghai, Shenzhen and Beijing, as traded.

One call makes a request for the first year and one a calendar year of the range. It keeps no actions.
"""

import datetime as dt
import json
from typing import ClassVar, Final

import pandas as pd

from watchlist.domain.symbols import MAINLAND, board, exchange, prefixed_ticker
from watchlist.sources.akshare_calls import akshare
from watchlist.sources.contract import BarsOutcome
from watchlist.sources.shape import bars_of
from watchlist.sources.vendor import Vendor
from watchlist.sources.wire import Exchange, Reading, asked

# akshare multiplies Tencent's lots of 100 into shares but for four prefixes that are in shares already, STAR shares and
# indices; with sz000 it takes the shares of the Shenzhen main board for indices.
_FORGOTTEN_LOTS = "sz000"


class Tencent(Vendor):
    """Tencent's daily bars."""

    name: ClassVar[str] = "tencent"
    host: ClassVar[str] = "proxy.finance.qq.com"
    controlled: ClassVar[bool] = True

    def serves(self, symbol: str) -> bool:
        """Serve what is listed in mainland China."""
        return exchange(symbol) in MAINLAND

    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        return self._call(fetch_bars, symbol, since, until)


def fetch_bars(symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
    """Ask Tencent for bars; runs in the worker process."""
    ticker = prefixed_ticker(symbol)
    if board(symbol) == "index":
        found = asked(
            lambda: akshare(
                "stock_zh_index_daily_tx", symbol=ticker, start_date=f"{since:%Y%m%d}", end_date=f"{until:%Y%m%d}"
            ),
            _READING,
        )
        if not isinstance(found, pd.DataFrame):
            return found
        # What this function calls amount is Tencent's volume.
        return bars_of(found, since, until, names={"volume": "amount", "turnover": ""})
    # With dashes: without them akshare asks for every year up to the present one.
    found = asked(
        lambda: akshare("stock_zh_a_hist_tx", symbol=ticker, start_date=f"{since}", end_date=f"{until}", adjust=""),
        _READING,
    )
    if not isinstance(found, pd.DataFrame):
        return found
    return bars_of(found, since, until, lot=100.0 if ticker.startswith(_FORGOTTEN_LOTS) else 1.0)


def nothing(answer: Exchange) -> str | None:
    """Say that Tencent answered well and has no rows, else ``None``."""
    try:
        reply = json.loads(answer.body.partition("=")[2])
        tables = list(reply["data"].values()) if reply["data"] else []
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if any(rows for table in tables for key, rows in table.items() if key.endswith("day")):
        return None
    return f"{answer.host} has no rows for it"


_READING: Final = Reading(nothing, cuts=True)
