"""The exchanges themselves: their lists of what they delisted, Shanghai's as JSON and Shenzhen's as a workbook."""

import io

from openpyxl import Workbook

from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json

_ENDED = {"300280.SZ": ("紫天退", "2011-12-29", "2025-10-14"), "600001.SH": ("邯郸钢铁", "1998-01-22", "2009-12-29")}


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer both lists."""
    place = "SH" if query.host == "query.sse.com.cn" else "SZ"
    ended = [] if desk.kind == "empty" else [(s[:6], *rest) for s, rest in _ENDED.items() if s.endswith(place)]
    if query.path == "/commonQuery.do":
        keys = ("COMPANY_CODE", "COMPANY_ABBR", "LIST_DATE", "DELIST_DATE")
        rows = [dict(zip(keys, [value.replace("-", "") if "-" in value else value for value in row], strict=True))
                for row in ended]  # fmt: skip
        return as_json({"result": rows, "pageHelp": {"total": len(rows)}})
    if query.path == "/api/report/ShowReport":
        book = Workbook()
        sheet = book.worksheets[0]
        for row in [("证券代码", "证券简称", "上市日期", "终止上市日期"), *ended]:
            sheet.append(row)
        file = io.BytesIO()
        book.save(file)
        return Reply(file.getvalue(), kind="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    return None
