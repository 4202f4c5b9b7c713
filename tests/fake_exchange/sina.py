"""Sina: whole histories as packed streams, and adjustment factors as JavaScript."""

import json
import re

from tests.fake_exchange.reply import DeskLike, Query, Reply
from tests.fake_exchange.sina_codec import encode_bars, encode_days
from tests.fake_exchange.world import Security

_INDICES = {".INX": "SPX.GI", ".IXIC": "IXIC.GI", "HSI": "HSI.HI", "HSTECH": "HSTECH.HI"}
_MAINLAND = re.compile(r"/realstock/company/(\w+)/(?:hisdata|hisdata_klc2)/klc_kl\.js")
_HONG_KONG = re.compile(r"/stock/hkstock/(\w+)/klc2_kl\.js")
_AMERICA = re.compile(r"/staticdata/us/(.+)")
_FACTORS = re.compile(r"/realstock/company/(\w+)/(hfq|qfq)\.js")
_NOT_FOUND = Reply("<html><head><title>404 Not Found</title></head></html>", 404, "text/html")


def answer(desk: DeskLike, query: Query) -> Reply | None:
    """Answer the stream files, the factor files and the list of trading days."""
    if query.path == "/realstock/company/klc_td_sh.txt":
        return _script(f'var datelist="{encode_days(desk.days)}";')
    if match := _MAINLAND.fullmatch(query.path):
        return _stream(_listed(desk, match[1]), 2)
    if match := _HONG_KONG.fullmatch(query.path):
        return _stream(desk.find(_INDICES.get(match[1], f"{match[1]}.HK")), 3)
    if match := _AMERICA.fullmatch(query.path):
        return _stream(desk.find(_INDICES.get(match[1], f"{match[1]}.US")), 3)
    if match := _FACTORS.fullmatch(query.path):
        return _factors(_listed(desk, match[1]), match[2])
    return None


def _listed(desk: DeskLike, ticker: str) -> Security | None:
    return desk.find(f"{ticker[2:]}.{ticker[:2].upper()}")


def _script(text: str) -> Reply:
    return Reply(text, kind="application/x-javascript")


def _stream(security: Security | None, decimals: int) -> Reply:
    if security is None:
        return _NOT_FOUND
    name = f"KLC_KL_{security.place.lower()}{security.code}" if security.place in {"SH", "SZ", "BJ"} else "KLC"
    is_fund = security.code.startswith(("159", "5"))
    return _script(f'var {name}="{encode_bars(security.rows, 3 if is_fund else decimals)}";')


def _factors(security: Security | None, kind: str) -> Reply:
    if security is None:
        return _NOT_FOUND
    found = security.factors()
    last = found[-1][1]
    rows = [
        {"d": str(day), "f": f"{(factor if kind == 'hfq' else last / factor):.16f}"} for day, factor in reversed(found)
    ]
    ticker = f"{security.place.lower()}{security.code}"
    return _script(f"var {ticker}{kind}={json.dumps({'total': len(rows), 'data': rows})}\n/* stand-in */")
