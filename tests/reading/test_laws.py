"""Laws of the reader: whatever the text, only its own words come out, at their places, and no exception."""

from functools import cache
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.ledger.home import CHECKOUT, Home
from watchlist.reading.names import Names
from watchlist.reading.reader import read
from watchlist.steps.read import load_names

_PIECES: Final = st.sampled_from([
    "推荐", "建议关注", "贵州茅台", "五粮液", "、", "，", "。", "；", "：", "\n", "1、", "a）", "①", "（",
    "）", "【", "】", "《", "》", "600519", "0700.HK", "NVDA US", "买入", "（维持）", "目标价", "100元",
    "等标的", "相关标的：", "风险提示", "免责声明", "相关报告", "资料来源：", "分析师：", "张三",
    "S0870522020001", "2024年1月2日", "国信证券", "板块", "机器人", "以及", "Top picks: ", "Tencent", "|", " ",
    "\u3000", "\ufeff", "*ST", "-U", "％", "我们", "不", "评级", "行业", "中性", "20%以上",
])  # fmt: skip
_TEXTS: Final = st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join))


@cache
def names() -> Names:
    return load_names(Home(CHECKOUT))


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_every_quote_is_what_stands_there(raw: str) -> None:
    draft = read(raw, names())
    calls = [quote for one in draft.recommendations for quote in one.quotes]
    calls += [quote for one in draft.sectors for quote in one.quotes]
    for quote in calls:
        assert raw[quote.start : quote.end] == quote.text
        assert quote.text
    keys = [(one.theme, one.symbol) for one in draft.recommendations]
    assert len(keys) == len(set(keys))
    assert all(problem.span is None or 0 <= problem.span[0] < problem.span[1] <= len(raw) for problem in draft.problems)


@settings(max_examples=60, deadline=None)
@given(_TEXTS)
def test_a_text_is_read_the_same_every_time(raw: str) -> None:
    assert read(raw, names()) == read(raw, names())
