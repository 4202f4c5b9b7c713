"""The list of securities says what is known, no more, and finds a security by any name it bore."""

import csv
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.domain.errors import AmbiguousSymbol
from watchlist.domain.model import Security
from watchlist.domain.symbols import normalise_name, resolve
from watchlist.ledger.home import CHECKOUT, Home
from watchlist.ledger.reports import load_reports
from watchlist.ledger.securities import bare_name, load_securities, name_index
from watchlist.ledger.settings import load_settings
from watchlist.queries.planned import stand_ins

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture(scope="module")
def securities() -> dict[str, Security]:
    return load_securities(Home(CHECKOUT))


@pytest.fixture(scope="module")
def names(securities: dict[str, Security]) -> dict[str, tuple[str, ...]]:
    return name_index(securities)


def test_every_share_of_the_full_list_is_there(securities: dict[str, Security], shared: Path) -> None:
    with (shared / "a_share_names.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    by_code = {symbol.partition(".")[0]: one for symbol, one in securities.items() if symbol[-2:] in {"SH", "SZ", "BJ"}}
    assert len(rows) == 5640
    for row in rows:
        listed = dt.date.fromisoformat(row["list_date2"]) if row["list_date2"] else None
        assert by_code[row["stock_code"]].listed == listed
    differing = {
        row["stock_code"]: by_code[row["stock_code"]].name
        for row in rows
        if normalise_name(row["short_name"]) != normalise_name(by_code[row["stock_code"]].name)
    }
    # The list was taken on its ex-dividend day, when the exchange shows XD中衡设.
    assert differing == {"603017": "中衡设计"}


def test_the_shares_of_the_reports_are_those_of_the_answers(securities: dict[str, Security], shared: Path) -> None:
    for row in json.loads((shared / "securities.json").read_text("utf-8"))["securities"]:
        one = securities[row["code"]]
        assert (one.name, one.listed) == (row["name"], dt.date.fromisoformat(row["list_date"]))
        verified = {former["name"] for former in row["former_names"] if former["status"].startswith("verified")}
        unverified = {former["name"] for former in row["former_names"]} - verified
        borne = {name for name, _, _ in one.names}
        assert verified <= borne
        assert not unverified & borne


def test_300280_died_as_the_exchange_said(securities: dict[str, Security]) -> None:
    one = securities["300280.SZ"]
    assert (one.delisting_period_from, one.delisted) == (dt.date(2025, 9, 15), dt.date(2025, 10, 14))
    assert one.names == (
        ("南通锻压", None, None),
        ("紫天科技", None, dt.date(2025, 5, 19)),
        ("*ST紫天", dt.date(2025, 5, 20), dt.date(2025, 9, 14)),
        ("紫天退", dt.date(2025, 9, 15), None),
    )


def test_no_date_is_made_up_for_the_delisted(securities: dict[str, Security]) -> None:
    assert [symbol for symbol, one in securities.items() if one.delisted] == ["300280.SZ"]
    assert securities["000018.SZ"].name == "神城A退"


def test_all_that_the_ledger_and_the_settings_name_is_listed(home: Home, securities: dict[str, Security]) -> None:
    recommended = {one.symbol for report in load_reports(home) for one in report.recommendations}
    settings = load_settings(home)
    indices = {symbol for market in settings.markets.values() for symbol in (market.benchmark, *market.also)}
    assert recommended | indices | set(stand_ins(settings)) | {"H00300.CSI"} <= set(securities)
    for report in load_reports(home):
        for one in report.recommendations:
            assert securities[one.symbol].name == one.name


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("昆仑万维", "300418.SZ"),
        ("阅文集团", "00772.HK"),
        ("紫天科技", "300280.SZ"),
        ("南通锻压", "300280.SZ"),
        ("*ST紫天", "300280.SZ"),
        ("紫天", "300280.SZ"),
        ("紫天退", "300280.SZ"),
        ("金科文化", "300459.SZ"),
        ("万科Ａ", "000002.SZ"),
        ("万  科A", "000002.SZ"),
        ("中衡设计", "603017.SH"),
        ("沪深300", "000300.SH"),
        ("恒生指数", "HSI.HI"),
        ("600519", "600519.SH"),
        ("0772.HK", "00772.HK"),
        ("ST富润", "600070.SH"),
        ("富润", "600070.SH"),
        ("430047", "430047.BJ"),
    ],
)
def test_a_security_is_found_by_any_name_it_bore(
    securities: dict[str, Security], names: dict[str, tuple[str, ...]], text: str, symbol: str
) -> None:
    assert resolve(text, names, securities) == symbol


def test_two_of_one_name_are_refused_with_both(
    securities: dict[str, Security], names: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(AmbiguousSymbol, match=r"159869\.SZ / 516010\.SH"):
        resolve("游戏ETF", names, securities)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("*ST紫天", "紫天"),
        ("ST富润", "富润"),
        ("S*ST托普", "托普"),
        ("XD中衡设", "中衡设"),
        ("N华大", "华大"),
        ("紫天退", "紫天"),
        ("NVIDIA", "NVIDIA"),
        ("TCL科技", "TCL科技"),
        ("CITIC", "CITIC"),
        ("STAR", "AR"),
        ("退", "退"),
        ("昆仑万维", "昆仑万维"),
    ],
)
def test_the_exchanges_marks_come_off(name: str, bare: str) -> None:
    assert bare_name(name) == bare


def test_a_bare_form_never_hides_a_security_of_that_very_name() -> None:
    index = name_index({"a": Security("600001.SH", "ST华信"), "b": Security("600002.SH", "华信")})
    assert index == {"ST华信": ("600001.SH",), "华信": ("600002.SH",)}


def test_what_the_users_own_row_says_wins_and_what_it_leaves_out_stays(home: Home, write: Write) -> None:
    write(
        "local/securities.csv",
        b"\xef\xbb\xbfsymbol,name,delisted\r\n600070.SH,\xe5\xaf\x8c\xe6\xb6\xa6,2024-01-02\r\nAAPL.US,Apple,\r\n",
    )
    own = load_securities(home)
    assert own["600070.SH"] == Security("600070.SH", "富润", dt.date(1997, 6, 4), delisted=dt.date(2024, 1, 2))
    assert own["AAPL.US"].name == "Apple"
    assert own["600519.SH"].name == "贵州茅台"


NO_HEADER = (
    "the first line must name the columns, each once. They are symbol,name,listed,delisting_period_from,delisted,names."
)
HEAD = "symbol,name,listed,delisting_period_from,delisted,names\n"
WRONG = [
    (HEAD + "300418,昆仑万维,,,,\n", 'line 2, column symbol: "300418" is no symbol such as 300418.SZ.'),
    (HEAD + "300418.SZ,,,,,\n", "line 2, column name: must not be empty."),
    (HEAD + "300418.SZ,昆仑万维,2015-1-21,,,\n", 'line 2, column listed: "2015-1-21" is no date such as 2024-06-14.'),
    (HEAD + "300418.SZ,昆仑万维,,\n", "line 2: 4 cells, not 6."),
    (HEAD + "300418.SZ,a,,,,\n\n300418.SZ,a,,,,\n", "line 4, column symbol: 300418.SZ is there twice."),
    (HEAD + "300418.SZ,a,2020-01-02,,2019-01-02,\n", "line 2, column delisted: the dates of its life do not ascend."),
    (HEAD + "300418.SZ,a,,,,b@2020-01-02\n", 'line 2, column names: "b@2020-01-02" is not written as name@from..to.'),
    (
        HEAD + "300418.SZ,a,,,,b@2020-01-02..2019-01-02\n",
        'line 2, column names: "b@2020-01-02..2019-01-02" ends before it begins.',
    ),
    (HEAD + "300418.SZ,a,,,,b@x..\n", 'line 2, column names: "x" is no date such as 2024-06-14.'),
    (HEAD + '300418.SZ,"a"b,,,,\n', "line 2: not valid CSV (',' expected after '\"')."),
    ("symbol,nmae\n", 'line 1: unknown column "nmae". Did you mean name?'),
    (
        "name,listed\n",
        f"line 1: {NO_HEADER}",
    ),
    (
        "",
        f"line 1: {NO_HEADER}",
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:50] for _, said in WRONG])
def test_a_wrong_cell_is_refused(home: Home, write: Write, sentence: Sentence, text: str, said: str) -> None:
    write("local/securities.csv", text)
    assert sentence(lambda: load_securities(home)) == f"config/local/securities.csv: {said}"


def test_a_missing_list_is_said(tmp_path: Path, sentence: Sentence) -> None:
    said = "config/securities.csv is missing: restore it from git, or from a fresh checkout."
    assert sentence(lambda: load_securities(Home(tmp_path, checkout=tmp_path))) == said


@given(st.text(st.sampled_from("*STXDNC退市华信AB"), max_size=8))
def test_taking_marks_off_leaves_a_name_that_ends_or_begins_the_same(name: str) -> None:
    bare = bare_name(name)
    assert bare in name
    assert bool(bare) == bool(name)
