"""Eastmoney: daily bars by ``secid``, and what a share has paid."""

import datetime as dt
import re

from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json
from tests.fake_exchange.world import Event, Security

_PLACES = {"0": ("SZ", "BJ"), "1": ("SH",), "2": ("CSI",), "116": ("HK",), "105": ("US",)}
_MARKETS = {"SZ": 0, "BJ": 0, "SH": 1, "CSI": 2, "HK": 116, "US": 105}


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer ``kline/get`` of ``push2his``, ``RPT_SHAREBONUS_DET`` of ``datacenter-web``, and the list of reports."""
    if query.path == "/api/qt/stock/kline/get":
        return as_json(_bars(desk, query))
    if query.path == "/api/data/v1/get" and query.values.get("reportName") == "RPT_SHAREBONUS_DET":
        return as_json(_paid(desk, query))
    if query.path == "/report/list":
        return as_json(_reports(desk, query))
    return None


def _find(desk: DeskLike, secid: str) -> Security | None:
    market, _, code = secid.partition(".")
    found = (desk.find(f"{code}.{place}") for place in _PLACES.get(market, ()))
    return next((security for security in found if security), None)


def _bars(desk: DeskLike, query: Query) -> dict[str, object]:
    security = _find(desk, query.values["secid"])
    head = {"rt": 17, "svr": 177617938, "lt": 1, "full": 0, "dlmkts": ""}
    if security is None:
        return {"rc": 102, **head, "data": None}
    market, code = _MARKETS[security.place], security.code
    since, until = query.values.get("beg", "0"), query.values.get("end", "20500101")
    fields = [name for name in query.values["fields2"].split(",") if "f51" <= name <= "f64"]
    lot = 1 if security.place in {"HK", "US"} else 100
    lines, before = [], 0.0
    for row in security.additive(query.values.get("fqt", "0")):
        if since <= f"{row.day:%Y%m%d}" <= until:
            base = before or row.open
            change = row.close - base
            prices = [f"{price:.3f}" for price in (row.open, row.close, row.high, row.low)]
            swing = f"{(row.high - row.low) / base * 100:.2f}"
            told = [str(row.day), *prices, str(row.volume // lot), f"{row.turnover:.2f}", swing,
                    f"{change / base * 100:.2f}", f"{change:.2f}", "0.55", "0", "0", "0"]  # fmt: skip
            lines.append(",".join(told[: len(fields)]))
        before = row.close
    about = {"code": code, "market": market, "name": security.name, "decimal": 2, "dktotal": len(security.rows)}
    return {"rc": 0, **head, "data": {**about, "preKPrice": 0, "klines": lines}}


def _paid(desk: DeskLike, query: Query) -> dict[str, object]:
    """Render the distributions, newest first, with one that is only proposed: per ten shares, before tax."""
    match = re.search(r'SECURITY_CODE="(\w+)"', query.values["filter"])
    code = match[1] if match else ""
    found = (desk.find(f"{code}.{place}") for place in ("SH", "SZ", "BJ"))
    security = next((security for security in found if security), None)
    if security is None or not security.events:
        return {"version": None, "result": None, "success": False, "message": "返回数据为空", "code": 9201}
    rows = [_distribution(security, event) for event in security.events]
    proposed = {**rows[-1], "EX_DIVIDEND_DATE": None, "ASSIGN_PROGRESS": "董事会决议通过", "PRETAX_BONUS_RMB": 9.9}
    result = {"pages": 1, "data": [proposed, *reversed(rows)], "count": len(rows) + 1}
    return {"version": "1", "result": result, "success": True, "message": "ok", "code": 0}


def _distribution(security: Security, event: Event) -> dict[str, object]:
    ratio = round(event.bonus * 10, 6) or None
    return {
        "SECUCODE": security.symbol, "SECURITY_NAME_ABBR": security.name, "SECURITY_CODE": security.code,
        "BONUS_IT_RATIO": ratio, "BONUS_RATIO": None, "IT_RATIO": ratio,
        "PRETAX_BONUS_RMB": round(event.cash * 10, 6) or None,
        "EX_DIVIDEND_DATE": f"{event.ex} 00:00:00", "ASSIGN_PROGRESS": "实施分配",
        "IMPL_PLAN_PROFILE": f"10派{event.cash * 10:g}元",
    }  # fmt: skip


# Title, broker, days before today, broker's own rating, Eastmoney's, the one before, change, target low and high.
_REPORTS = (
    ("业绩超预期", "甲证券", 3, "强烈推荐", "买入", "增持", 0, "", "15.5"),
    ("首次覆盖", "乙证券", 40, "推荐", "增持", "", 2, "12", "14"),
    ("短期承压", "丙证券", 130, "中性", "中性", "增持", 1, "", ""),
)


def _reports(desk: DeskLike, query: Query) -> dict[str, object]:
    """Render the list of reports, newest first, two a page, whatever size of page is asked."""
    found = (desk.find(f"{query.values['code']}.{place}") for place in ("SH", "SZ", "BJ"))
    security = next((security for security in found if security), None)
    rows = []
    for title, broker, ago, own, common, before, change, low, high in _REPORTS if security and security.events else ():
        day = str(desk.today - dt.timedelta(days=ago))
        if security and query.values["beginTime"] <= day <= query.values["endTime"]:
            rows.append({
                "title": title, "stockName": security.name, "stockCode": security.code, "orgSName": broker,
                "publishDate": f"{day} 00:00:00.000", "infoCode": f"AP{day}", "researcher": "张三,李四",
                "sRatingName": own, "emRatingName": common, "lastEmRatingName": before, "ratingChange": change,
                "indvAimPriceL": low, "indvAimPriceT": high,
            })  # fmt: skip
    page = int(query.values["pageNo"])
    return {"hits": len(rows), "size": 2, "data": rows[2 * page - 2 : 2 * page], "TotalPage": -(-len(rows) // 2),
            "pageNo": page, "currentYear": desk.today.year}  # fmt: skip
