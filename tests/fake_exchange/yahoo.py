"""Yahoo: cookie, crumb and the chart; prices adjusted for later splits, in 32-bit floats as Yahoo has them."""

import datetime as dt
import struct
import zoneinfo

from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json
from tests.fake_exchange.world import Row, Security

_INDICES = {"^HSI": "HSI.HI", "HSTECH.HK": "HSTECH.HI", "^GSPC": "SPX.GI", "^IXIC": "IXIC.GI"}
_COOKIE = "A3=d=fake; Expires=Wed, 22 Nov 2034 07:28:00 GMT; Domain=.yahoo.com; Path=/; Secure"
_NONE = {
    "chart": {"result": None, "error": {"code": "Not Found", "description": "No data found, symbol may be delisted"}}
}
_RANGES = {"1d": 1, "5d": 5, "1mo": 22, "1y": 250}


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer what yfinance asks on its way to a chart."""
    if query.host == "fc.yahoo.com":
        return Reply("<html></html>", 404, "text/html", {"Set-Cookie": _COOKIE})
    if query.host in {"guce.yahoo.com", "consent.yahoo.com"}:
        return Reply("<html></html>", 200, "text/html")
    if query.path == "/v1/test/getcrumb":
        return Reply("fAkE.cRuMb")
    if query.path.startswith("/v8/finance/chart/"):
        return _chart(desk, query, query.path.rpartition("/")[2])
    return None


def _symbol(ticker: str) -> str:
    if ticker in _INDICES:
        return _INDICES[ticker]
    if ticker.endswith("=X"):
        return ticker.replace("=X", ".FX")
    code, _, place = ticker.partition(".")
    return {"SS": f"{code}.SH", "SZ": f"{code}.SZ", "HK": f"{code:0>5}.HK"}.get(place, f"{code}.US")


def _ticker(security: Security, asked: str) -> str:
    if _symbol(asked) == security.symbol:
        return asked
    return f"{security.code}.{'SS' if security.place == 'SH' else security.place}"


def _chart(desk: DeskLike, query: Query, asked: str) -> Reply:
    security = desk.find(_symbol(asked))
    if security is None:
        return as_json(_NONE, 404)
    rows = _chosen(security, query)
    result = {"meta": _meta(security, _ticker(security, asked)), **_series(security, rows, desk.kind == "unpriced")}
    events = _events(security, rows)
    if events:
        result["events"] = events
    return as_json({"chart": {"result": [result], "error": None}})


def _moment(security: Security, day: dt.date) -> int:
    opens = dt.time(0) if security.place == "FX" else dt.time(9, 30)
    return int(dt.datetime.combine(day, opens, zoneinfo.ZoneInfo(security.zone)).timestamp())


def _chosen(security: Security, query: Query) -> list[Row]:
    if "period1" in query.values:
        first, last = int(query.values["period1"]), int(query.values["period2"])
        return [row for row in security.rows if first <= _moment(security, row.day) < last]
    return list(security.rows[-_RANGES.get(query.values.get("range", "1d"), 22) :])


def _splits_after(security: Security, day: dt.date) -> float:
    product = 1.0
    for event in security.events:
        if day < event.ex:
            product *= 1 + event.bonus
    return product


def _dividends_after(security: Security, day: dt.date) -> float:
    """Give what Yahoo multiplies a close by for later dividends: 1 - cash / previous close, each."""
    product = 1.0
    for event in security.events:
        before = [row for row in security.rows if row.day < event.ex]
        if day < event.ex and event.cash and before:
            product *= 1 - event.cash / before[-1].close
    return product


def _float32(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


def _series(security: Security, rows: list[Row], unpriced: bool) -> dict[str, object]:  # noqa: FBT001
    if not rows:
        return {"indicators": {"quote": [{}], "adjclose": [{}]}}
    splits = [_splits_after(security, row.day) for row in rows]
    quote: dict[str, list[float | None]] = {
        name: [_float32(getattr(row, name) / split) for row, split in zip(rows, splits, strict=True)]
        for name in ("open", "high", "low", "close")
    }
    quote["volume"] = [int(row.volume * split) for row, split in zip(rows, splits, strict=True)]
    adjusted: list[float | None] = [
        _float32(row.close / split * _dividends_after(security, row.day))
        for row, split in zip(rows, splits, strict=True)
    ]
    if unpriced:
        for prices in (quote["open"], quote["high"], quote["low"], quote["close"], adjusted):
            prices[-1] = None
    moments = [_moment(security, row.day) for row in rows]
    return {"timestamp": moments, "indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted}]}}


def _events(security: Security, rows: list[Row]) -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = {}
    for event in security.events:
        if not rows or not rows[0].day <= event.ex <= rows[-1].day:
            continue
        moment = _moment(security, event.ex)
        if event.cash:
            printed = (event.cash if event.declared is None else event.declared) / _splits_after(security, event.ex)
            found.setdefault("dividends", {})[str(moment)] = {"amount": printed, "date": moment}
        if event.bonus:
            told = {"date": moment, "numerator": 1 + event.bonus, "denominator": 1.0}
            found.setdefault("splits", {})[str(moment)] = {**told, "splitRatio": f"{1 + event.bonus:g}:1"}
    return found


def _meta(security: Security, ticker: str) -> dict[str, object]:
    return {
        "currency": security.currency, "symbol": ticker, "exchangeName": "HKG", "instrumentType": "EQUITY",
        "firstTradeDate": _moment(security, security.rows[0].day), "gmtoffset": 28800, "timezone": "HKT",
        "regularMarketTime": _moment(security, security.rows[-1].day) + 23400, "exchangeTimezoneName": security.zone,
        "regularMarketPrice": security.rows[-1].close, "priceHint": 3, "dataGranularity": "1d", "range": "",
        "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
    }  # fmt: skip
