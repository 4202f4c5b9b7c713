"""The exchanges themselves: what they list, delisted and renamed; Shanghai in JSON, Shenzhen in workbooks."""

import io

from openpyxl import Workbook

from tests.fake_exchange.name_lists import LISTED, RENAMED, faulty
from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json

_ENDED = {"300280.SZ": ("紫天退", "2011-12-29", "2025-10-14"), "600001.SH": ("邯郸钢铁", "1998-01-22", "2009-12-29")}
_BOARDS = {"1": ("600", "601", "603", "605"), "8": ("688",)}
_SHEETS = {"1110": "list", "1793_ssgs": "ended", "SSGSGMXX": "renamed"}


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer every list."""
    if query.path == "/sseQuery/commonQuery.do":
        return _shanghai(desk, query)
    if query.path == "/commonQuery.do":
        keys = ("COMPANY_CODE", "COMPANY_ABBR", "LIST_DATE", "DELIST_DATE")
        rows = [dict(zip(keys, [value.replace("-", "") if "-" in value else value for value in row], strict=True))
                for row in _ended(desk, "SH")]  # fmt: skip
        return as_json({"result": rows, "pageHelp": {"total": len(rows)}})
    if query.path == "/api/report/ShowReport":
        return _shenzhen(desk, _SHEETS[query.values["CATALOGID"]])
    return None


def _ended(desk: DeskLike, place: str) -> list[tuple[str, ...]]:
    return [] if desk.kind == "empty" else [(s[:6], *rest) for s, rest in _ENDED.items() if s.endswith(place)]


def _shanghai(desk: DeskLike, query: Query) -> Reply:
    rows = [
        {"A_STOCK_CODE": one.symbol[:6], "SEC_NAME_CN": one.name, "SEC_NAME_FULL": one.name, "COMPANY_ABBR": one.name,
         "FULL_NAME": f"{one.name}股份有限公司", "LIST_DATE": one.listed.replace("-", ""), "B_STOCK_CODE": "-"}
        for one in LISTED
        if one.symbol.endswith("SH") and one.symbol.startswith(_BOARDS[query.values["STOCK_TYPE"]])
    ]  # fmt: skip
    shown = faulty(rows, desk.kind)
    if desk.kind == "odd":
        shown = [*shown, shown[0] | {"SEC_NAME_CN": "另一个名"}, shown[1] | {"A_STOCK_CODE": "-"}]
    if desk.kind == "columns":
        shown = [{key: value for key, value in row.items() if key != "SEC_NAME_CN"} for row in shown]
    reply = as_json({"result": shown, "pageHelp": {"total": len(shown)}})
    return Reply(str(reply.body).encode("gbk"), kind="application/json") if desk.kind == "gbk" else reply


def _shenzhen(desk: DeskLike, sheet: str) -> Reply:
    if sheet == "list":
        head = ["板块", "A股代码", "A股简称", "A股上市日期", "A股总股本", "A股流通股本", "所属行业"]
        rows = [["主板", one.symbol[:6], one.name, one.listed, "1,000", "900", "J 金融业"]
                for one in LISTED if one.symbol.endswith("SZ")]  # fmt: skip
    elif sheet == "renamed":
        head = ["变更日期", "证券代码", "证券简称", "变更前简称", "变更后简称"]
        rows = [[one[1], one[0][:6], one[3], one[2], one[3]] for one in RENAMED]
    else:
        head, rows = ["证券代码", "证券简称", "上市日期", "终止上市日期"], [list(one) for one in _ended(desk, "SZ")]
    if desk.kind == "columns":
        head[2] = "名称"
    book = Workbook()
    page = book.worksheets[0]
    for row in [head, *faulty(rows, desk.kind)]:
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return Reply(file.getvalue(), kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
