"""Eastmoney, through akshare: A-shares, funds, Chinese indices and Hong Kong shares, as traded; and what A-shares paid.

The host of the bars bans an address for hours after a few dozen calls, so it is asked last and slowly; that of the
distributions does not.
"""

import datetime as dt
import importlib
import json
import re
from typing import Any, ClassVar, Final

import pandas as pd

from watchlist.domain.model import Action
from watchlist.domain.symbols import board, code, exchange
from watchlist.sources.akshare_calls import akshare
from watchlist.sources.contract import Actions, ActionsOutcome, BarsOutcome, Blocked, Failed, NoData
from watchlist.sources.report_list import Reports, fetch_reports
from watchlist.sources.shape import bars_of
from watchlist.sources.vendor import Vendor
from watchlist.sources.wire import About, Exchange, Reading, asked

_CODE: Final = re.compile(r'"code"\s*:\s*"(\w+)"')
_SHARE_BOARDS: Final = frozenset({"main", "chinext", "star", "bse"})
# Mainland volumes come in lots of 100 (手), Hong Kong's in shares.
_LOT: Final = 100.0
_DISTRIBUTIONS: Final = "https://datacenter-web.eastmoney.com/api/data/v1/get"
_CARRIED_OUT: Final = "实施分配"
_PER: Final = 10  # distributions are printed per ten shares


class Eastmoney(Vendor):
    """Eastmoney's daily bars and distributions."""

    name: ClassVar[str] = "eastmoney"
    host: ClassVar[str] = "push2his.eastmoney.com"
    actions_host: ClassVar[str] = "datacenter-web.eastmoney.com"
    pause: ClassVar[float] = 3.0
    controlled: ClassVar[bool] = True

    def serves(self, symbol: str) -> bool:
        """Serve the mainland but for B-shares, whose codes akshare sends to the wrong market, and Hong Kong shares."""
        return exchange(symbol) in {"SH", "SZ", "BJ", "HK", "CSI"} and board(symbol) != "b_share"

    def reports(self, symbol: str, since: dt.date, until: dt.date) -> Reports | NoData | Blocked | Failed:
        """Fetch the list of research reports on an A-share, both ends included."""
        if board(symbol) not in _SHARE_BOARDS:
            return NoData(f"{self.name} lists no reports on {symbol}")
        return self._call(fetch_reports, symbol, since, until)

    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        return self._call(fetch_bars, symbol, since, until)

    def _ask_actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        if board(symbol) not in _SHARE_BOARDS:
            return NoData(f"{self.name} keeps no actions of {symbol}")
        return self._call(fetch_actions, symbol, since, until)


def fetch_bars(symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
    """Ask Eastmoney for bars; runs in the worker process."""
    name, ticker = _function(symbol)
    found = asked(
        lambda: akshare(name, symbol=ticker, start_date=f"{since:%Y%m%d}", end_date=f"{until:%Y%m%d}"),
        Reading(nothing, About(_CODE, code(symbol)), cuts=True),
    )
    if not isinstance(found, pd.DataFrame):
        return found
    return bars_of(found, since, until, lot=1.0 if exchange(symbol) == "HK" else _LOT)


def fetch_actions(symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
    """Ask Eastmoney for the distributions of an A-share; runs in the worker process."""
    found = asked(lambda: _distributions(code(symbol)), Reading(no_distribution))
    if not isinstance(found, pd.DataFrame):
        return found
    carried_out = found[(found["ASSIGN_PROGRESS"] == _CARRIED_OUT) & found["EX_DIVIDEND_DATE"].notna()]
    days = pd.to_datetime(carried_out["EX_DIVIDEND_DATE"], format="ISO8601", errors="coerce")
    if days.isna().any():
        return Failed("a distribution without an ex-date that can be read")
    amounts = carried_out[["PRETAX_BONUS_RMB", "BONUS_IT_RATIO"]].apply(pd.to_numeric).fillna(0.0) / _PER
    # Two distributions of one day (a regular and a special one) are one step of the price.
    a_day = amounts.groupby(days.dt.date).sum().sort_index()
    return Actions(
        tuple(
            Action(day, cash=round(float(cash), 8), split=round(1 + float(bonus), 8))
            for day, cash, bonus in a_day.itertuples()
            if since <= day <= until and (cash > 0 or bonus > 0)
        )
    )


def nothing(answer: Exchange) -> str | None:
    """Say that Eastmoney answered well and has no rows, else ``None``."""
    reply = _json(answer)
    if not isinstance(reply, dict) or "data" not in reply:
        return None
    return None if reply["data"] and reply["data"].get("klines") else f"{answer.host} has no rows for it"


def no_distribution(answer: Exchange) -> str | None:
    """Say that Eastmoney answered well and knows of no distribution, else ``None``."""
    reply = _json(answer)
    known = isinstance(reply, dict) and "result" in reply and reply["result"] is None
    return f"{answer.host} knows of no distribution" if known else None


def _function(symbol: str) -> tuple[str, str]:
    """Give the akshare function for a security, and the ticker it takes."""
    digits, place = code(symbol), exchange(symbol)
    if place == "HK":
        return "stock_hk_hist", digits
    if board(symbol) == "index":
        return "stock_zh_index_daily_em", f"{place.lower()}{digits}"
    return ("fund_etf_hist_em" if board(symbol) == "fund" else "stock_zh_a_hist"), digits


def _distributions(digits: str) -> pd.DataFrame:
    """Ask for the table that akshare's ``stock_fhps_detail_em`` asks for, by the names of its fields.

    ``PRETAX_BONUS_RMB`` is cash before tax and ``BONUS_IT_RATIO`` new shares (送股 and 转增 together), both per ten.
    """
    wanted = {
        "sortColumns": "REPORT_DATE", "sortTypes": "-1", "pageSize": "500", "pageNumber": "1",
        "reportName": "RPT_SHAREBONUS_DET", "columns": "ALL", "source": "WEB", "client": "WEB",
        "filter": f'(SECURITY_CODE="{digits}")',
    }  # fmt: skip
    # The transport below puts a time limit to it.
    requests: Any = importlib.import_module("requests")
    answer = requests.get(_DISTRIBUTIONS, params=wanted).json()
    rows = pd.DataFrame(answer["result"]["data"])
    if answer["result"]["pages"] != 1 or set(rows["SECURITY_CODE"]) != {digits}:
        raise ValueError(digits)
    return rows


def _json(answer: Exchange) -> Any:  # noqa: ANN401 - whatever was sent
    try:
        return json.loads(answer.body)
    except ValueError:
        return None
