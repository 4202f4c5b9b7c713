"""Target prices of companies that sentences rate: each company has its own, or none."""

import pytest

from tests.reading.checkout import names
from watchlist.reading.reader import read

MAOTAI, WULIANGYE, LAOJIAO = "600519.SH", "000858.SZ", "000568.SZ"


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("维持贵州茅台“买入”评级。维持五粮液“增持”评级，目标价200元。", {MAOTAI: None, WULIANGYE: 200}),
        ("维持贵州茅台“买入”评级，目标价2000元。维持五粮液“增持”评级。", {MAOTAI: 2000, WULIANGYE: None}),
        ("维持贵州茅台“买入”评级。目标价2000元。", {MAOTAI: 2000}),
        ("上调贵州茅台目标价至2000元，维持“买入”评级。", {MAOTAI: 2000}),
        (
            "首次覆盖五粮液，目标价200元，给予“买入”评级；维持泸州老窖“增持”评级。",
            {WULIANGYE: 200, LAOJIAO: None},
        ),
        ("维持贵州茅台、五粮液“买入”评级，目标价分别为2000元、200元。", {MAOTAI: None, WULIANGYE: None}),
        (
            "贵州茅台（600519）：业绩稳健，给予“买入”评级，目标价2000元。\n五粮液（000858）：给予“增持”评级。",
            {MAOTAI: 2000, WULIANGYE: None},
        ),
        (
            "贵州茅台（600519）点评：\n给予“买入”评级。\n目标价2000元。\n\n五粮液（000858）点评：\n维持“增持”评级。\n目标价200元。",
            {MAOTAI: 2000, WULIANGYE: 200},
        ),
        (
            "Reiterate BUY on ENN Energy (2688.HK) with TP HK$48.5 and on China Resources Gas (1193.HK), TP HK$23.",
            {"02688.HK": 48.5, "01193.HK": 23},
        ),
        (
            "We reiterate BUY on ENN Energy (2688.HK) with TP HK$48.50. We are HOLD on Beijing Enterprises (392.HK).",
            {"02688.HK": 48.5, "00392.HK": None},
        ),
    ],
)
def test_a_company_has_its_own_target_price_or_none(text: str, targets: dict[str, float | None]) -> None:
    assert {one.symbol: one.target_price for one in read(text, names()).recommendations} == targets


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            "| 代码 | 名称 | 原评级 | 评级 | 原目标价 | 目标价（元） |",
            "| 600519 | 贵州茅台 | 增持 | 买入 | 1,800.00 | 2,000.00 |",
        ),
        (
            "| 代码 | 名称 | 评级 | 前次评级 | 目标价 | 前次目标价 |",
            "| 600519 | 贵州茅台 | 买入 | 增持 | 2000 | 1800 |",
        ),
        ("Ticker | Name | Previous rating | Rating | Target price", "600519 CH | Kweichow Moutai | Hold | 买入 | 2000"),
    ],
)
def test_a_table_s_rating_and_target_are_those_of_now(head: str, row: str) -> None:
    (one,) = read(f"{head}\n{row}", names()).recommendations
    assert (one.symbol, one.rating, one.target_price) == (MAOTAI, "买入", 2000)
    assert len(one.quotes) == 1
