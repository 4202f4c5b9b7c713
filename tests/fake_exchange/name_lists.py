"""Lists of names as Beijing's exchange (JSONP in pages), Sina (JSON in pages) and Eastmoney tell them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from tests.fake_exchange.reply import DeskLike, Query, Reply, as_json

T = TypeVar("T")
_META: Final = '<meta http-equiv="Content-type" content="text/html; charset=GB2312" />'
_PAGE: Final = {"BJ": 20, "HK": 60, "US": 20}


@dataclass(frozen=True, slots=True)
class Listed:
    """One security of the lists."""

    symbol: str
    name: str
    listed: str = ""


def _shares(place: str, first: int, count: int, prefix: str) -> list[Listed]:
    return [Listed(f"{first + n:06d}.{place}", f"{prefix}{_WORDS[n]}股份", "2001-02-03") for n in range(count)]


_WORDS: Final = [f"{one}{two}" for one in "甲乙丙丁戊己庚辛壬癸" for two in "子丑寅卯辰巳午未申酉戌亥"]
LISTED: Final = (
    Listed("600000.SH", "浦发银行", "1999-11-10"), Listed("600519.SH", "XD贵州茅", "2001-08-27"),
    Listed("688981.SH", "中芯国际", "2020-07-16"), Listed("603999.SH", "新上市者", "2026-10-12"),
    Listed("605999.SH", "N昨日上", "2026-11-20"),
    *_shares("SH", 601700, 60, "沪"), *_shares("SH", 688700, 5, "科"),
    Listed("000001.SZ", "平安银行", "1991-04-03"), Listed("000002.SZ", "万  科Ａ", "1991-01-29"),
    Listed("300459.SZ", "*ST汤姆", "2015-05-15"), Listed("002517.SZ", "恺英新名", "2010-12-07"),
    *_shares("SZ", 2700, 60, "深"),
    Listed("920047.BJ", "诺思兰德", "2020-11-24"), *_shares("BJ", 920700, 30, "京"),
)  # fmt: skip
# Symbol, day, before, after; one line is there twice, two changes of one day stand the wrong way round.
RENAMED: Final = (
    ("300459.SZ", "2021-08-19", "金科文化", "汤姆猫"),
    ("300459.SZ", "2026-05-06", "汤姆猫", "*ST汤姆"),
    ("300459.SZ", "2026-05-06", "汤姆猫", "*ST汤姆"),
    ("000002.SZ", "2000-01-03", "万科乙", "万 科Ａ"),
    ("000002.SZ", "2000-01-03", "深万科", "万科乙"),
)
HONG_KONG: Final = [("00700", "腾讯控股", "TENCENT"), ("09992", "泡泡玛特", "POP MART"),
                    ("80700", "腾讯控股－Ｒ", "TENCENT-R"),
                    *((f"{7000 + n:05d}", f"港{word}", f"HK {n}") for n, word in enumerate(_WORDS))]  # fmt: skip
NEW_YORK: Final = [("105", "AAPL", "苹果"), ("106", "BRK_B", "伯克希尔-B"), ("106", "PFE", "辉瑞"),
                   ("107", "XYZ.U?", "单位"),
                   *(("105", f"ZQ{n:02d}X"[:5], f"美{word}") for n, word in enumerate(_WORDS[:40]))]  # fmt: skip
FORMER: Final = {"600633": ("白猫股份", "*ST白猫", "浙报传媒", "浙数文化")}


def faulty(rows: Sequence[T], kind: str) -> list[T]:
    """Give the rows as a fault leaves them."""
    if kind == "empty":
        return []
    if kind == "half":
        return list(rows)[: len(rows) // 2]
    return [row for row in rows for _ in range(2)] if kind == "twice" else list(rows)


def _part(rows: Sequence[T], page: int, size: int) -> list[T]:
    return list(rows)[page * size : (page + 1) * size]


def beijing(desk: DeskLike, query: Query) -> Reply | None:
    """Answer ``nqxxCnzq.do``: JSON inside ``null([...])``, 48 fields a share of which akshare knows the place only."""
    if query.path != "/nqxxController/nqxxCnzq.do":
        return None
    shown = faulty([one for one in LISTED if one.symbol.endswith("BJ")], desk.kind)
    fields = 47 if desk.kind == "columns" else 48
    rows = []
    for one in _part(shown, int(query.values["page"]), _PAGE["BJ"]):
        cells: list[object] = [""] * fields
        cells[0], cells[38], cells[40] = one.listed.replace("-", ""), one.symbol[:6], one.name
        rows.append({f"xx{at:02d}": cell for at, cell in enumerate(cells)})
    answer = [{"content": rows, "totalPages": -(-len(shown) // _PAGE["BJ"]) or 1, "totalElements": len(shown)}]
    return Reply(f"null({json.dumps(answer, ensure_ascii=False)})", kind="text/html;charset=UTF-8")


def sina(desk: DeskLike, query: Query) -> Reply | None:
    """Answer the pages of Hong Kong's list, and the page of a company with what its share was called."""
    if query.path.endswith("/Market_Center.getHKStockData"):
        keys = ["symbol", "name", "engname", "tradetype", *(f"k{n}" for n in range(20))]
        rows = [dict(zip(keys, [*one, "EQTY", *["1.0"] * 20], strict=True)) for one in faulty(HONG_KONG, desk.kind)]
        if desk.kind == "columns":
            rows = [{key: value for key, value in row.items() if key != "engname"} for row in rows]
        return as_json(_part(rows, int(query.values["page"]) - 1, _PAGE["HK"]))
    if "/vCI_CorpInfo/stockid/" in query.path:
        names = FORMER.get(query.path.rsplit("/", 1)[-1].removesuffix(".phtml"), ())
        told = f"<tr><td>证券简称更名历史：</td><td>{' '.join(names)}</td></tr>" if names else ""
        table = "<table><tr><td>公司名称：</td><td>某公司</td></tr>{}</table>"
        page = f"<html><head>{_META}</head><body>{table.format('') * 3}{table.format(told)}</body></html>"
        if desk.kind == "gbk":
            return Reply(page.encode("gbk"), kind="text/html")
        if desk.kind == "columns":  # the page does not name its encoding either
            return Reply(page.replace(_META, "").encode("gbk"), kind="text/html")
        return Reply(page, kind="text/html; charset=utf-8")
    return None


def new_york(desk: DeskLike, query: Query) -> Reply | None:
    """Answer ``clist/get`` in pages: fields by number, which akshare names by their place."""
    if query.path != "/api/qt/clist/get":
        return None
    # With the leading share (f128) come its code and market unasked.
    asked = [*query.values["fields"].split(","), "f140", "f141"]
    fields = sorted(asked, key=lambda name: int(name[1:]))
    shown = faulty(NEW_YORK, desk.kind)
    if desk.kind == "columns":
        fields = fields[:-1]
    rows = []
    for market, code, name in _part(shown, int(query.values["pn"]) - 1, _PAGE["US"]):
        cells: dict[str, object] = dict.fromkeys(fields, 1.0)
        rows.append(cells | {"f12": code, "f13": int(market), "f14": name})
    if not rows:
        return as_json({"rc": 0, "data": None})
    return as_json({"rc": 0, "data": {"total": len(shown), "diff": rows}})
