"""Symbols: every usual spelling leads to one symbol, what is ambiguous is refused, tickers go out and come back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.domain.errors import AmbiguousSymbol, UnknownSymbol
from watchlist.domain.symbols import (
    board,
    candidates,
    code,
    exchange,
    is_symbol,
    market,
    normalise_name,
    prefixed_ticker,
    resolve,
    yahoo_ticker,
)


@pytest.mark.parametrize(
    ("spellings", "symbol"),
    [
        ("600519 sh600519 SH600519 sh.600519 SH:600519 600519.SS 600519.ss 600519.SH 600519.sse", "600519.SH"),
        ("300418 sz300418 SZ300418 300418.SZ 300418.sz 300418.SZSE", "300418.SZ"),
        ("430047 bj430047 430047.BJ", "430047.BJ"),
        ("772 0772 00772 0772.HK 772.hk 00772.HK hk00772 hk772 HK.00772", "00772.HK"),
        ("1.HK 0001.HK", "00001.HK"),
        ("80700.HK 80700", "80700.HK"),
        ("AAPL aapl AAPL.US us.AAPL1 AAPL.O", "AAPL.US"),
        ("BRK-B BRK-B.US BRK-B.N", "BRK-B.US"),
        ("HSI ^HSI hsi HSI.HI", "HSI.HI"),
        ("^GSPC SPX .INX SPX.GI", "SPX.GI"),
        ("IXIC ^IXIC .IXIC", "IXIC.GI"),
        ("000300.SH sh000300", "000300.SH"),
        ("399006 sz399006", "399006.SZ"),
        ("H00300 H00300.CSI", "H00300.CSI"),
        ("930713.CSI", "930713.CSI"),
        ("801760.SI", "801760.SI"),
        ("HKDCNY.FX", "HKDCNY.FX"),
        ("688111", "688111.SH"),
        ("510300", "510300.SH"),
        ("159869", "159869.SZ"),
        ("900901", "900901.SH"),
        ("200002", "200002.SZ"),
        ("832149 920002 871981", None),
        ("204001 sh204001", "204001.SH"),
        ("113052", "113052.SH"),
        ("019742", "019742.SH"),
        ("123107", "123107.SZ"),
        ("131810", "131810.SZ"),
        ("６００５１９", "600519.SH"),  # full-width digits
    ],
)
def test_every_usual_spelling_of_one_security(spellings: str, symbol: str | None) -> None:
    for spelling in spellings.split():
        expected = symbol or f"{spelling}.BJ"
        if spelling == "us.AAPL1":  # a prefix counts where a digit follows; a word of letters may be a ticker itself
            expected = "AAPL1.US"
        assert candidates(spelling) == (expected,), spelling


@pytest.mark.parametrize(
    "text", ["", "昆仑万维", "12", "1234567", "4xx123", "sh60051", "123456.HK", "A.HK", "00772.SZ", "$AAPL", "440000"]
)
def test_what_is_no_code_has_no_candidate(text: str) -> None:
    assert candidates(text) == ()


def test_tickers_that_begin_like_an_exchange_are_tickers() -> None:
    assert [candidates(text) for text in ("SHW", "BJ", "HKD", "USB", "SZ")] == [
        ("SHW.US",),
        ("BJ.US",),
        ("HKD.US",),
        ("USB.US",),
        ("SZ.US",),
    ]


def test_a_code_that_is_a_share_and_an_index_has_two_candidates() -> None:
    assert candidates("000001") == ("000001.SZ", "000001.SH")
    assert candidates("000300") == ("000300.SZ", "000300.SH")


NAMES = {
    "昆仑万维": ("300418.SZ",),
    "中国平安": ("601318.SH", "02318.HK"),
    "平安银行": ("000001.SZ",),
    "掌趣科技": ("300315.SZ",),
}
KNOWN = ("300418.SZ", "601318.SH", "02318.HK", "000001.SZ", "000300.SH", "300315.SZ", "600519.SH")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("昆仑万维", "300418.SZ"),
        (" 昆仑 万维 ", "300418.SZ"),
        ("300418", "300418.SZ"),
        ("sh600519", "600519.SH"),
        ("000001", "000001.SZ"),  # only the share is known
        ("000300", "000300.SH"),  # only the index is
        ("2318.HK", "02318.HK"),
    ],
)
def test_what_is_typed_becomes_the_one_symbol_that_exists(text: str, symbol: str) -> None:
    assert resolve(text, NAMES, KNOWN) == symbol


def test_without_a_list_of_what_exists_a_code_stands_for_itself() -> None:
    assert resolve("600000", {}) == "600000.SH"


def test_two_securities_are_refused_with_the_candidates() -> None:
    with pytest.raises(AmbiguousSymbol) as refused:
        resolve("中国平安", NAMES, KNOWN)
    assert str(refused.value) == '"中国平安" may be 601318.SH / 02318.HK: write the one you mean.'
    with pytest.raises(AmbiguousSymbol, match=r"000001\.SZ / 000001\.SH"):
        resolve("000001", NAMES)
    with pytest.raises(AmbiguousSymbol):
        resolve("000001", NAMES, (*KNOWN, "000001.SH"))


@pytest.mark.parametrize("text", ["昆仑万伟", "昆仑"])
def test_an_unknown_name_is_refused_with_the_nearest(text: str) -> None:
    with pytest.raises(UnknownSymbol) as refused:
        resolve(text, NAMES, KNOWN)
    assert "昆仑万维" in str(refused.value)


@pytest.mark.parametrize("text", ["600000", "XYZ", "zzzz9"])
def test_what_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UnknownSymbol) as refused:
        resolve(text, NAMES, KNOWN)
    assert "Nearest" not in str(refused.value)


def test_names_are_compared_without_spaces_widths_and_case() -> None:
    assert normalise_name("万  科Ａ") == normalise_name("万科a") == "万科A"
    assert normalise_name("＊ＳＴ紫天") == "*ST紫天"


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        ("600519.SH", "main"), ("601595.SH", "main"), ("605001.SH", "main"), ("000002.SZ", "main"),
        ("002027.SZ", "main"), ("003000.SZ", "main"), ("300418.SZ", "chinext"), ("301001.SZ", "chinext"),
        ("688111.SH", "star"), ("689009.SH", "star"), ("430047.BJ", "bse"), ("920002.BJ", "bse"),
        ("900901.SH", "b_share"), ("200002.SZ", "b_share"), ("510300.SH", "fund"), ("588000.SH", "fund"),
        ("159869.SZ", "fund"), ("00772.HK", "hk"), ("AAPL.US", "us"), ("000300.SH", "index"),
        ("399006.SZ", "index"), ("HSI.HI", "index"), ("SPX.GI", "index"), ("801760.SI", "index"),
        ("930713.CSI", "index"),
    ],
)  # fmt: skip
def test_boards(symbol: str, expected: str) -> None:
    assert board(symbol) == expected


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [("300418.SZ", "CN"), ("430047.BJ", "CN"), ("000300.SH", "CN"), ("801760.SI", "CN"), ("930713.CSI", "CN"),
     ("00772.HK", "HK"), ("HSI.HI", "HK"), ("AAPL.US", "US"), ("SPX.GI", "US")],
)  # fmt: skip
def test_markets(symbol: str, expected: str) -> None:
    assert market(symbol) == expected
    assert f"{code(symbol)}.{exchange(symbol)}" == symbol


@pytest.mark.parametrize("text", ["300418.SZ", "00772.HK", "AAPL.US", "BRK-B.US", "H00300.CSI", "HSTECH.HI"])
def test_symbols_to_the_letter(text: str) -> None:
    assert is_symbol(text)


@pytest.mark.parametrize(
    "text", ["300418", "300418.sz", "sz300418", "600519.SS", "300418.SZ ", ".SZ", "0772.HK", "60051.SH", "ABC.SZ"]
)
def test_other_spellings_are_no_symbols(text: str) -> None:
    assert not is_symbol(text)


@pytest.mark.parametrize(
    ("symbol", "yahoo", "prefixed"),
    [
        ("600519.SH", "600519.SS", "sh600519"),
        ("300418.SZ", "300418.SZ", "sz300418"),
        ("430047.BJ", "430047.BJ", "bj430047"),
        ("00772.HK", "0772.HK", "00772"),
        ("80700.HK", "80700.HK", "80700"),
        ("AAPL.US", "AAPL", "AAPL"),
        ("000300.SH", "000300.SS", "sh000300"),
        ("HSI.HI", "^HSI", "HSI"),
        ("SPX.GI", "^GSPC", ".INX"),
        ("IXIC.GI", "^IXIC", ".IXIC"),
    ],
)
def test_tickers_of_vendors(symbol: str, yahoo: str, prefixed: str) -> None:
    assert (yahoo_ticker(symbol), prefixed_ticker(symbol)) == (yahoo, prefixed)


def test_exchange_rates_have_a_ticker_at_yahoo() -> None:
    assert yahoo_ticker("HKDCNY.FX") == "HKDCNY=X"


digits = st.text("0123456789", min_size=6, max_size=6)
shanghai = digits.map(lambda d: f"6{d[1:]}.SH")
shenzhen = digits.map(lambda d: f"30{d[2:]}.SZ")
hong_kong = st.integers(1, 99_999).map(lambda n: f"{n:05}.HK")
new_york = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=5).map(lambda t: f"{t}.US")


@given(shanghai | shenzhen | hong_kong)
def test_a_ticker_leads_back_to_its_symbol(symbol: str) -> None:
    assert candidates(yahoo_ticker(symbol)) == (symbol,)
    assert candidates(prefixed_ticker(symbol)) == (symbol,)
    assert candidates(symbol) == (symbol,)
    assert candidates(symbol.lower()) == (symbol,)
    assert is_symbol(symbol)


@given(new_york)
def test_an_american_ticker_leads_back_unless_it_is_the_name_of_an_index(symbol: str) -> None:
    back = candidates(yahoo_ticker(symbol))
    assert back == (symbol,) or code(symbol) in {"HSI", "HSTECH", "SPX", "IXIC"}
    assert candidates(symbol) == (symbol,)


@pytest.mark.parametrize(
    ("symbols", "expected"),
    [
        ("204001.SH 019742.SH 113052.SH 118031.SH 132018.SH 131810.SZ 123107.SZ 128136.SZ 112938.SZ 148001.SZ", "bond"),
        ("159869.SZ 161725.SZ 180101.SZ 510300.SH 508000.SH", "fund"),
        ("000300.SH 399006.SZ", "index"),
        ("000001.SZ 600000.SH 001979.SZ", "main"),
    ],
)
def test_bonds_repos_and_funds_are_told_apart_by_their_code(symbols: str, expected: str) -> None:
    assert {board(symbol) for symbol in symbols.split()} == {expected}


@pytest.mark.parametrize("text", ["٧٧٢", "٦٠٠٥١٩"])
def test_digits_of_other_scripts_are_no_code(text: str) -> None:
    assert candidates(text) == ()
