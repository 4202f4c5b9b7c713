"""Every file of a review says which shares were bought at something else than an open as traded."""

import html
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import openpyxl
import pytest

from watchlist.output.exports import BY_ENDING
from watchlist.output.package import Package

HEALTH: Final = {"closes_only": ["600519.SH", "00700.HK"], "adjusted": ["AAPL.US"]}
SAID: Final = {
    "en": (
        "Bought at closes alone, no opens: price limits not applied (2): 600519.SH 00700.HK",
        "Adjusted prices, on no tick: no price limit can be told (1): AAPL.US",
    ),
    "zh": (
        "仅有收盘价、无开盘价：未应用涨跌停限制（2）：600519.SH 00700.HK",
        "复权价格、不在最小变动单位上：无法判断涨跌停（1）：AAPL.US",
    ),
}


def words_of(package: Package, ending: str) -> str:
    content = BY_ENDING[ending].write(package, None).content
    if ending != ".xlsx":
        return html.unescape(content.decode())
    book = openpyxl.load_workbook(io.BytesIO(content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("ending", [".md", ".xlsx", ".html"])
def test_it_stands_in_every_file_for_a_person(package: Callable[[str], Package], ending: str, language: str) -> None:
    good = package(language)
    assert good.review["health"]["closes_only"] == []
    odd = replace(good, review={**good.review, "health": {**good.review["health"], **HEALTH}})
    for sentence in SAID[language]:
        assert sentence in words_of(odd, ending)
        assert sentence.split("(")[0].split("（")[0] not in words_of(good, ending)
