"""Shenwan: the whole history of a sector index; volume and turnover in hundred millions."""

from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer ``index_publish/trend``."""
    if not query.path.endswith("/index_publish/trend/"):
        return None
    security = desk.find(f"{query.values['swindexcode']}.SI")
    if security is None:
        return as_json({"code": "200", "message": "success", "data": []})
    rows = [
        {"swindexcode": security.code, "bargaindate": str(row.day), "openindex": str(row.open), "maxindex": row.high,
         "minindex": row.low, "closeindex": row.close, "hike": 0, "markup": 0, "bargainamount": row.volume / 1e8,
         "bargainsum": row.turnover / 1e8}
        for row in security.rows
    ]  # fmt: skip
    return as_json({"code": "200", "message": "success", "data": rows})
