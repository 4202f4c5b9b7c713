"""Looking up what a person types: codes, names of any time, further names; several are refused with the candidates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol
from watchlist.domain.model import Security
from watchlist.domain.symbols import named_so
from watchlist.ledger.aliases import load_aliases
from watchlist.ledger.home import Home
from watchlist.ledger.lookup import Lookup, lookup
from watchlist.reading.names import Alias

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]

SECURITIES = {
    one.symbol: one
    for one in (
        Security("600519.SH", "贵州茅台"),
        Security("688981.SH", "中芯国际"),
        Security("601318.SH", "中国平安"),
        Security("000001.SZ", "平安银行", names=(("深发展A", None, None),)),
        Security("000001.SH", "上证指数"),
        Security("300418.SZ", "昆仑万维"),
        Security("430047.BJ", "诺思兰德"),
        Security("920047.BJ", "诺思兰德"),
    )
}
ALIASES = (
    Alias("00700.HK", "腾讯控股"),
    Alias("00700.HK", "鹅厂", "short"),
    Alias("00981.HK", "中芯国际"),
    Alias("00001.HK", "长和"),
    Alias("02318.HK", "平安"),
    Alias("000001.SZ", "平安", "short"),
)


def known() -> Lookup:
    return lookup(SECURITIES, ALIASES)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("600519", "600519.SH"), ("sh600519", "600519.SH"), ("600519.SS", "600519.SH"), ("贵州 茅台", "600519.SH"),
        ("0700.HK", "00700.HK"), ("hk00700", "00700.HK"), ("鹅厂", "00700.HK"), ("腾讯控股", "00700.HK"),
        ("深发展Ａ", "000001.SZ"), ("中芯国际", "688981.SH"), ("诺思兰德", "920047.BJ"),
    ],
)  # fmt: skip
def test_every_usual_way_to_name_a_security_finds_it(text: str, symbol: str) -> None:
    assert known().find(text) == symbol


@pytest.mark.parametrize("text", ["平安", "000001"])
def test_what_may_be_several_is_refused_with_the_candidates(text: str) -> None:
    with pytest.raises(AmbiguousSymbol) as refused:
        known().find(text)
    assert "000001.SZ" in refused.value.text("en")


def test_an_unknown_name_is_refused_and_a_symbol_that_is_written_out_may_stand_in_no_list() -> None:
    with pytest.raises(UnknownSymbol):
        known().find("没有这只")
    with pytest.raises(UnknownSymbol):
        known().find("301999.SZ")
    assert known().among({"301999.SZ"}).find("301999") == "301999.SZ"
    assert known().written("301999.sz") == "301999.SZ"
    assert known().name_of("00700.HK") == "腾讯控股"
    assert known().name_of("301999.SZ") is None


def test_beijing_s_new_code_stands_for_the_older_one_of_the_same_name_and_no_other_market_s() -> None:
    assert named_so(["430047.BJ", "920047.BJ"]) == ("920047.BJ",)
    assert named_so(["430047.BJ", "920047.BJ", "600047.SH"]) == ("920047.BJ", "600047.SH")
    assert named_so(["430047.BJ", "830001.BJ"]) == ("430047.BJ", "830001.BJ")


@pytest.mark.parametrize("rows", [1, 8_000])  # a quote that is never closed takes in what follows, up to a limit
def test_a_quote_that_is_never_closed_is_a_sentence(home: Home, write: Write, sentence: Sentence, rows: int) -> None:
    write("local/names.csv", '600000.SH,"浦发,short,,\n' + "600036.SH,招行,short,,\n" * rows)
    said = sentence(lambda: load_aliases(home))
    assert said.startswith("config/local/names.csv: line ")
    assert said.endswith("is no line of symbol,name,kind,from,to.")
