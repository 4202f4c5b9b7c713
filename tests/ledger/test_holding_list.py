"""Lists of holdings as terminals, brokers and people write them: no line is lost."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.ledger.holding_list import HoldingLine, HoldingList, NoHoldingHeadings, read_holdings
from watchlist.ledger.holding_words import account_in, days_in, market_of_words, number, section_currency

# The shape of 通达信's export: title lines, a line a currency, text cells kept by ="…", totals, a line count.
TONGDAXIN = """\
资金账号:20231205\t客户姓名:张三\t导出时间 2024-06-14 16:02:11
人民币: 余额:1234.56  可用:1234.56  参考市值:1,800,000.00  盈亏:100.00
证券代码\t证券名称\t证券数量\t库存数量\t可卖数量\t参考成本价\t当前价\t最新市值\t盈亏比例(%)\t股东代码
="600519"\t贵州茅台\t1,200\t1,200\t1,100\t1,400.123\t1,500.00\t1,800,000.00\t7.13\tA123456789
="000725"\t京东方Ａ\t0\t0\t0\t0.000\t5.46\t0\t0\t0200802943
合计\t\t1,200\t\t\t\t\t1,800,000.00
港币: 余额:0.00
证券代码\t证券名称\t证券数量\t库存数量\t可卖数量\t参考成本价\t当前价\t最新市值\t盈亏比例(%)\t股东代码
00700\t腾讯控股\t500\t500\t500\t350.2\t380\t190000\t1\tE012345678
共2条记录
"""
TONGHUASHUN = """\
证券代码\t证券名称\t市价\t盈亏\t浮动盈亏比(%)\t实际数量\t股票余额\t可用余额\t冻结数量\t成本价\t市值\t交易市场\t股东账户
131990\t标准券\t100.000\t0.000\t0.000\t0\t0\t0\t0\t0.000\t0.000\t深圳Ａ股\t0200802943
600519\t贵州茅台\t1500\t1\t1\t100\t300\t0\t0\t1400\t150000\t上海Ａ股\tA123
"""


def read(tmp_path: Path, text: str, encoding: str = "gb18030") -> HoldingList:
    path = tmp_path / "持仓.xls"
    path.write_bytes(text.encode(encoding))
    return read_holdings(path)


def by_code(found: HoldingList) -> dict[str, HoldingLine]:
    return {line.code: line for line in found.lines}


def test_an_export_of_tongdaxin_is_read_whole(tmp_path: Path) -> None:
    found = read(tmp_path, TONGDAXIN)
    lines = by_code(found)
    assert lines.keys() == {"600519", "00700"}
    maotai, tencent = lines["600519"], lines["00700"]
    assert (maotai.shares, maotai.cost, maotai.holder, maotai.name) == (1200, 1400.123, "A123456789", "贵州茅台")
    # The account looks like a day; the day is that of the export.
    assert (maotai.account, maotai.day, maotai.currency) == ("20231205", dt.date(2024, 6, 14), "CNY")
    assert (tencent.currency, tencent.day, tencent.account) == ("HKD", dt.date(2024, 6, 14), "20231205")
    assert not found.problems
    assert [one.number for one in found.passed_over] == [1, 2, 5, 6, 7, 10]


def test_an_export_of_tonghuashun_counts_what_is_there_now(tmp_path: Path) -> None:
    found = read(tmp_path, TONGHUASHUN)
    (line,) = found.lines
    # 实际数量 holds today's trades, 股票余额 is the balance before them.
    assert (line.code, line.shares, line.cost, line.market) == ("600519", 100, 1400, "SH")
    assert [one.what.en for one in found.passed_over] == ["131990: no shares are left"]


def test_english_headings_days_and_accounts_on_the_lines(tmp_path: Path) -> None:
    text = (
        "Symbol,Quantity,Cost Basis,Account,Date\nAAPL,10,1505,IB,2024-06-14\nUSD,3,30,IB,06/14/2024\n"
        "BABA,(5),,IB,2024-06-14\nCash & Cash Investments,1000,,IB,\nGrand Total,,,,\n"
    )
    found = read(tmp_path, text, "utf-8")
    (line,) = found.lines
    assert (line.code, line.shares, line.cost, line.account, line.dated) == ("AAPL", 10, 150.5, "IB", True)
    assert {one.number: one.what.en for one in found.problems} == {
        3: '"06/14/2024" is no date such as 2024-06-14',
        4: "(5) shares are a short position, which is not kept",
    }
    assert [one.number for one in found.passed_over] == [5, 6]


def test_a_formula_and_what_is_no_number_are_problems(tmp_path: Path) -> None:
    lines = ("600519,甲,=SUM(A1:A9),1", "600519,甲,一百,1", "600519,甲,100,约十", ",,100,1", "600519,甲,1,2,3")
    found = read(tmp_path, "代码,名称,数量,成本价\n" + "\n".join(lines))
    assert not found.lines
    assert [one.number for one in found.problems] == [2, 3, 4, 5, 6]
    assert "formula" in found.problems[0].what.en


def test_a_column_of_currencies_before_the_code_is_no_section(tmp_path: Path) -> None:
    found = read(tmp_path, "币种\t证券代码\t持仓数量\n人民币\t600519\t100\n港币\t00700\t200\n")
    assert [(line.code, line.currency) for line in found.lines] == [("600519", "CNY"), ("00700", "HKD")]


def test_a_list_that_names_only_what_can_be_sold_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, "证券代码\t可用余额\n600519\t100\n").only_available
    assert not read(tmp_path, "证券代码\t可用余额\t股票余额\n600519\t100\t200\n").only_available


def test_several_days_above_one_table_are_told_apart(tmp_path: Path) -> None:
    found = read(tmp_path, "2024-06-01 至 2024-06-14\n代码\t数量\n600519\t100\n")
    assert found.lines[0].day is None
    assert found.days_apart == [dt.date(2024, 6, 1), dt.date(2024, 6, 14)]
    below = read(tmp_path, "代码\t数量\n600519\t100\n导出日期：20240614\n")
    assert below.lines[0].day == dt.date(2024, 6, 14)


def test_no_list_of_holdings_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoHoldingHeadings):
        read(tmp_path, "代码\t名称\n600519\t贵州茅台\n")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234.50", 1234.5), ("１２００", 1200), ("100股", 100), ("(5)", -5), ("-3.2", -3.2), ("1.5e3", 1500),
        ("￥12", 12), ("1,23", None), ("1.234,56", None), ("--", None), ("", None), ("一百", None),
        ("1e99", None), ("nan", None),
    ],
)  # fmt: skip
def test_numbers(written: str, value: float | None) -> None:
    assert number(written) == value


def test_words_of_titles() -> None:
    assert days_in("2024年6月14日 2024/6/14 20240615 123420240616") == [dt.date(2024, 6, 14), dt.date(2024, 6, 15)]
    assert account_in("资金帐号：0123-45 余额")[0] == "0123-45"
    assert account_in("资金账户 列表")[0] is None
    assert section_currency("港币：可用 0.00") == "HKD"
    assert section_currency("港币兑人民币") is None
    assert [market_of_words(word) for word in ("沪港通", "深圳Ａ股", "上海A", "北交所", "NASDAQ", "1")] == [
        "HK", "SZ", "SH", "BJ", "US", None,
    ]  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["600519", "", "合计", "人民币", "x"]), st.sampled_from(["100", "0", "", "=A1", "-1"])
        )
    )
)
def test_no_line_is_lost(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    text = "代码,数量\n" + "".join(f"{code},{shares}\n" for code, shares in rows)
    found = read(tmp_path_factory.mktemp("law"), text)
    numbers = [one.number for part in (found.lines, found.problems, found.passed_over) for one in part]
    assert sorted(numbers) == [n for n, row in enumerate(rows, 2) if any(row)]
