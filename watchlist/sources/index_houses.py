"""The two houses that publish their own indices, through akshare: Shenwan's sectors and China Securities Index.

Neither says in which unit it counts volume, so volume is unknown; a total-return index has a close and nothing else.
"""

import datetime as dt
import json
import math
import re
from typing import ClassVar, Final

import pandas as pd

from watchlist.domain.symbols import code, exchange
from watchlist.sources.akshare_calls import akshare
from watchlist.sources.contract import BarsOutcome
from watchlist.sources.shape import bars_of
from watchlist.sources.vendor import Vendor
from watchlist.sources.wire import About, Exchange, Reading, asked

_SHENWAN_CODE: Final = re.compile(r'"swindexcode"\s*:\s*"(\w+)"')
_CSI_CODE: Final = re.compile(r'"indexCode"\s*:\s*"(\w+)"')
_NO_TURNOVER: Final = {"turnover": "(in no known unit)"}


class Shenwan(Vendor):
    """Shenwan's sector indices (申万行业指数), such as 801760.SI for the media."""

    name: ClassVar[str] = "shenwan"
    host: ClassVar[str] = "www.swsresearch.com"

    def serves(self, symbol: str) -> bool:
        """Serve Shenwan's own indices."""
        return exchange(symbol) == "SI"

    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        return self._call(fetch_shenwan, symbol, since, until)


class CsIndex(Vendor):
    """China Securities Index (中证指数): thematic and total-return indices, such as H00300.CSI."""

    name: ClassVar[str] = "csindex"
    host: ClassVar[str] = "www.csindex.com.cn"

    def serves(self, symbol: str) -> bool:
        """Serve what carries the house's own suffix."""
        return exchange(symbol) == "CSI"

    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        return self._call(fetch_csindex, symbol, since, until)


def fetch_shenwan(symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
    """Ask Shenwan for the whole history; runs in the worker process."""
    reading = Reading(nothing, About(_SHENWAN_CODE, code(symbol)))
    found = asked(lambda: akshare("index_hist_sw", symbol=code(symbol), period="day"), reading)
    return bars_of(found, since, until, lot=math.nan, names=_NO_TURNOVER) if isinstance(found, pd.DataFrame) else found


def fetch_csindex(symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
    """Ask China Securities Index for bars; runs in the worker process."""
    wanted = {"symbol": code(symbol), "start_date": f"{since:%Y%m%d}", "end_date": f"{until:%Y%m%d}"}
    reading = Reading(nothing, About(_CSI_CODE, code(symbol)))
    found = asked(lambda: akshare("stock_zh_index_hist_csindex", **wanted), reading)
    return bars_of(found, since, until, lot=math.nan, names=_NO_TURNOVER) if isinstance(found, pd.DataFrame) else found


def nothing(answer: Exchange) -> str | None:
    """Say that the house answered well and has no rows, else ``None``."""
    try:
        rows = json.loads(answer.body)["data"]
    except (ValueError, KeyError, TypeError):
        return None
    return None if rows else f"{answer.host} has no rows for it"
