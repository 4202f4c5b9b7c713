"""Sina, through akshare: whole histories of mainland, Hong Kong and US securities as traded; and its own factors.

akshare's functions for Sina's shares hand a server's text to ``eval``. Its functions for funds and indices read the
very same files without, so shares are asked through those, and the factor file is fetched and parsed here, as JSON.
"""

import datetime as dt
import importlib
import json
import math
import re
from http import HTTPStatus
from typing import Any, ClassVar, Final

import pandas as pd

from watchlist.domain.symbols import MAINLAND, board, code, exchange, prefixed_ticker
from watchlist.sources.akshare_calls import akshare
from watchlist.sources.contract import BarsOutcome, Blocked, Failed, NoData
from watchlist.sources.shape import bars_of
from watchlist.sources.vendor import Vendor
from watchlist.sources.wire import About, Exchange, Reading, asked

_INDICES: Final = frozenset({"HSI.HI", "HSTECH.HI", "SPX.GI", "IXIC.GI"})
# A mainland stream is assigned to a variable named after its ticker; the others name none.
_TICKER: Final = re.compile(r"^\s*var\s+\w*?((?:sh|sz|bj)\d{6})")
_FACTORS: Final = "https://finance.sina.com.cn/realstock/company/{}/hfq.js"
# One assignment of one object on the first line, and a comment after it.
_ASSIGNED: Final = re.compile(r"\s*var\s+(\w+?)hfq\s*=\s*(\{[^\n]*\})\s*;?\s*(?:/\*.*)?", re.DOTALL)
_VALUES: Final = ["open", "high", "low", "close", "volume", "amount"]

Factors = tuple[tuple[dt.date, float], ...]


class Sina(Vendor):
    """Sina's daily bars and cumulative factors."""

    name: ClassVar[str] = "sina"
    host: ClassVar[str] = "finance.sina.com.cn"
    controlled: ClassVar[bool] = True

    def serves(self, symbol: str) -> bool:
        """Serve the mainland, Hong Kong and US shares, and the indices Sina has a name for."""
        plain = exchange(symbol) != "US" or code(symbol).isalpha()
        return (exchange(symbol) in MAINLAND | {"HK", "US"} or symbol in _INDICES) and plain

    def factors(self, symbol: str) -> Factors | NoData | Blocked | Failed:
        """Fetch the cumulative multiplicative factor (后复权因子) of a mainland share from each ex-date on, ascending.

        A step is the ratio of a factor to the one before; the breakdown into cash and split is not known to Sina.
        """
        if exchange(symbol) not in MAINLAND or board(symbol) in {"index", "fund"}:
            return NoData(f"{self.name} keeps no multiplicative factors of {symbol}")
        return self._call(fetch_factors, symbol)

    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        return self._call(fetch_bars, symbol, since, until)


def fetch_bars(symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
    """Ask Sina for bars; runs in the worker process."""
    ticker = prefixed_ticker(symbol)
    found = asked(lambda: akshare(_function(symbol), symbol=ticker), Reading(unknown, About(_TICKER, ticker)))
    if not isinstance(found, pd.DataFrame):
        return found
    return bars_of(traded(found) if exchange(symbol) in MAINLAND else found, since, until)


def fetch_factors(symbol: str) -> Factors | NoData | Blocked | Failed:
    """Ask Sina for the factor file; runs in the worker process."""
    requests: Any = importlib.import_module("requests")
    ticker = prefixed_ticker(symbol)
    # The transport below puts a time limit to it.
    found = asked(
        lambda: parse_factors(requests.get(_FACTORS.format(ticker)).text, ticker),
        Reading(unknown),
    )
    if not isinstance(found, pd.DataFrame):
        return found
    return tuple(zip(found["day"], found["factor"].tolist(), strict=True))


def traded(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows of days without trade, on which Sina at times repeats the day before."""
    columns = [name for name in _VALUES if name in frame.columns]
    repeated = (frame[columns] == frame[columns].shift()).all(axis=1)
    return frame[~repeated & (pd.to_numeric(frame["volume"], errors="coerce") != 0)]


def parse_factors(text: str, ticker: str) -> pd.DataFrame:
    """Read a factor file as JSON: columns ``day`` and ``factor``, ascending; its first day stands for "ever before".

    Raises:
        ValueError: the file is not one assignment of one JSON object for this ticker, or a value is no factor.
    """
    match = _ASSIGNED.fullmatch(text)
    if match is None or match[1] != ticker:
        raise ValueError(text[:60])
    content: Any = json.loads(match[2])
    rows = sorted((dt.date.fromisoformat(row["d"]), float(row["f"])) for row in content["data"])
    if len(rows) != int(content["total"]) or not all(math.isfinite(factor) and factor > 0 for _, factor in rows):
        raise ValueError(text[:60])
    return pd.DataFrame(rows, columns=["day", "factor"])


def unknown(answer: Exchange) -> str | None:
    """Say that Sina has no file for the security, else ``None``."""
    return f"{answer.host} has no file for it" if answer.status == HTTPStatus.NOT_FOUND else None


def _function(symbol: str) -> str:
    """Give the akshare function that reads the file of a security without evaluating anything sent."""
    place = exchange(symbol)
    if place in {"HK", "HI"}:
        return "stock_hk_index_daily_sina"
    if place in {"US", "GI"}:
        return "index_us_stock_sina"
    return "stock_zh_index_daily" if board(symbol) == "index" else "fund_etf_hist_sina"
