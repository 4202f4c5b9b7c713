"""Lists for Chinese trading terminals: 通达信 blocks, and a code list that 同花顺 imports."""

import io
from collections.abc import Iterator
from typing import Final

from watchlist.domain.symbols import code, exchange
from watchlist.output.interchange import harmless
from watchlist.output.package import LeftOut, Package, Written

# 通达信's digit before the code. Hong Kong and US lines differ between its versions and are not written.
_TONGDAXIN: Final = {"SZ": "0", "SH": "1", "BJ": "2"}
_HEAD: Final = ("股票代码", "股票名称")


def tongdaxin(package: Package) -> Written:
    """Write a 通达信 block (``.blk``, ``.EBK``): seven characters a line, market digit and code, CRLF."""
    kept, left_out = _listed(package)
    lines = (f"{_TONGDAXIN[exchange(symbol)]}{code(symbol)}\r\n" for symbol, _ in kept)
    return Written("".join(lines).encode("ascii"), left_out)


def tonghuashun_text(package: Package) -> Written:
    """Write 同花顺's code list as text: two columns with a tab between, GB 18030, CRLF."""
    kept, left_out = _listed(package)
    lines = [_HEAD, *((code(symbol), harmless(" ".join(name.split()))) for symbol, name in kept)]
    text = "".join(f"{first}\t{second}\r\n" for first, second in lines)
    return Written(text.encode("gb18030"), left_out)


def tonghuashun_workbook(package: Package) -> Written:
    """Write 同花顺's code list as a workbook, the codes as text."""
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415  (only who writes one pays for it)

    kept, left_out = _listed(package)
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("自选股"), book.add_format({"num_format": "@"})
        for line, cells in enumerate([_HEAD, *((code(symbol), name) for symbol, name in kept)]):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell, text)
        sheet.set_column(0, 1, 14)
    return Written(buffer.getvalue(), left_out)


def _listed(package: Package) -> tuple[list[tuple[str, str]], tuple[LeftOut, ...]]:
    """Give each recommended share once, with its name; what these terminals' lists cannot hold is said."""
    every = dict(_shares(package))
    kept = [(symbol, name) for symbol, name in every.items() if exchange(symbol) in _TONGDAXIN]
    reason = ("is not listed in Shanghai, Shenzhen or Beijing", "不在沪深北上市")
    return kept, tuple(LeftOut(symbol, *reason) for symbol in every if exchange(symbol) not in _TONGDAXIN)


def _shares(package: Package) -> Iterator[tuple[str, str]]:
    for row in package.review["recommendations"]:
        yield row["symbol"], row["name"]
