"""China Securities Index: the performance of an index in a range of days."""

from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer ``index-perf``; a total-return index has a close only."""
    if not query.path.endswith("/perf/index-perf"):
        return None
    code, since, until = (query.values[name] for name in ("indexCode", "startDate", "endDate"))
    security = desk.find(f"{code}.CSI")
    if security is None:
        return as_json({"code": "200", "msg": "Success", "data": [], "success": True})
    rows = [
        {"tradeDate": f"{row.day:%Y%m%d}", "indexCode": security.code, "indexNameCnAll": security.name,
         "indexNameCn": security.name, "indexNameEnAll": "", "indexNameEn": "", "open": None, "high": None, "low": None,
         "close": row.close, "change": 0.0, "changePct": 0.0, "tradingVol": row.volume / 1e4,
         "tradingValue": row.turnover / 1e8, "consNumber": 300, "peg": None}
        for row in security.rows if since <= f"{row.day:%Y%m%d}" <= until
    ]  # fmt: skip
    return as_json({"code": "200", "msg": "Success", "data": rows, "success": True})
