"""Tencent: the first week of a security, and its daily bars by year."""

import json

from tests.fake_exchange.reply import DeskLike, Query, Reply
from tests.fake_exchange.world import Security


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer ``weekTrends`` and ``newfqkline``; a request names the variable that the answer is assigned to."""
    if query.path.endswith("/weekTrends"):
        security = desk.find(_symbol(query.values["code"]))
        first = [[str(security.rows[0].day), "1"]] if security else []
        return _assigned(query, {"code": 0, "msg": "", "data": first})
    if query.path.endswith("/newfqkline/get"):
        return _assigned(query, {"code": 0, "msg": "", "data": _bars(desk, query)})
    return None


def _symbol(ticker: str) -> str:
    return f"{ticker[2:]}.{ticker[:2].upper()}"


def _assigned(query: Query, answer: object) -> Reply:
    return Reply(f"{query.values['_var']}={json.dumps(answer, ensure_ascii=False)}")


def _bars(desk: DeskLike, query: Query) -> dict[str, object]:
    ticker, _, since, until, most, adjust = (*query.values["param"].split(","), "")[:6]
    security = desk.find(_symbol(ticker))
    if security is None:
        return {ticker: {"qt": {}, "day": []}}
    if desk.kind == "wrong":
        ticker = f"{security.place.lower()}{security.code}"
    rows = security.additive({"qfq": "1", "hfq": "2"}.get(adjust, "0"))
    days = [row.day for row in rows if (since or "0") <= str(row.day) <= (until or "9")][-int(most) :]
    bars = [bar for bar in _table(security, adjust) if bar[0] in {str(day) for day in days}]
    key = "day" if security.is_index or not adjust else f"{adjust}day"
    return {ticker: {key: bars, "qt": {}, "prec": "1", "version": "16"}}


def _table(security: Security, adjust: str) -> list[list[object]]:
    """Render rows: volume in lots of 100 but for STAR shares and indices, turnover in ten thousands."""
    lot = 1 if security.code.startswith("688") or security.is_index else 100
    events = {event.ex: event for event in security.events}
    table: list[list[object]] = []
    for row in security.additive({"qfq": "1", "hfq": "2"}.get(adjust, "0")):
        event = events.get(row.day)
        told = {"cqr": str(row.day), "FHcontent": f"10派{event.cash * 10:g}元"} if event else {}
        prices = [f"{price:.3f}" for price in (row.open, row.close, row.high, row.low)]
        volume = f"{row.volume / lot:.3f}"
        table.append([str(row.day), *prices, volume, told, "0.55", f"{row.turnover / 1e4:.4f}", ""])
    return table
