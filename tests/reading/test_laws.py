"""Laws of the reader: whatever the text, only its own words come out, at their places, and no exception.

``make fuzz`` holds it to 200,000 texts.
"""

import datetime as dt
from contextlib import suppress
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reading.checkout import names
from tests.reading.pdfs import written
from watchlist.ledger.draft import Reading, report_table, toml_of
from watchlist.output.draft_page import draft_page
from watchlist.reading.about import Told
from watchlist.reading.pdf import UnreadablePdfError, text_of
from watchlist.reading.reader import read
from watchlist.reading.traditional import SIMPLIFIED
from watchlist.steps.read import Unreadable, decode, draft_object

_PIECES: Final = st.sampled_from([
    "推荐", "建议关注", "首推", "继续看好", "给予", "维持", "不推荐", "回避", "贵州茅台", "五粮液", "中国平安",
    "机器人", "老窖", "*ST", "XD", "-U", "600519", "0700.HK", "NVDA US", "000858 CH", "(", "（", ")", "）", "[",
    "]", "【", "】", "《", "》", "“", "”", "、", "，", "。", "；", "：", "/", ">", "|", "——", " ", "  ", "\n",
    "\n\n", "\t", "\u3000", "1、", "（1）", "a）", "①", "1\ufe0f\u20e3", "一是", "主线一：", "第一，", "■", "●",
    "- ", "# ", "📌", "👉", "等标的", "相关标的：", "受益标的", "12月金股", "代码 名称 评级 目标价\n", "买入",
    "（维持）", "“增持”评级", "目标价", "100元", "HK$500", "风险提示", "免责声明", "相关报告", "资料来源：",
    "分析师：", "张三", "S0870522020001", "2024年1月2日", "国信证券", "中信证券认为", "板块", "行业：电子",
    "半导体设备", "以及", "和", "与", "的", "我们", "不", "自2020年以来", "早在2月", "涨幅居前", "20%以上",
    "±5%", "沪深300指数为基准", "Top picks: ", "we recommend ", "Tencent", "is our top pick",
    "maintain Buy on ", "騰訊", "買入", "ＴＣＬ科技", "⺠", "⼀", "\ufeff", "\x00", "\x1b[31m", "\u202e", "<b>",
    "<td>", "</td>", "<script>", "=cmd|", "[/red]",
    "（调出）", "②", "，而非", "，2）白酒：", "原评级", "二〇二三年三月二五日", "٦٠٠٥١٩.SH", "目标价10-12元",
    "0.HK", "'''", '"""', "\\", "]]",
])  # fmt: skip
_TEXTS: Final = st.one_of(
    st.lists(_PIECES, max_size=60).map("".join),
    st.text(max_size=120),
    st.lists(st.one_of(_PIECES, st.text(max_size=3)), max_size=30).map("".join),
)


@given(_TEXTS, st.sampled_from([None, SIMPLIFIED]))
def test_every_quote_is_what_stands_there(raw: str, simplified: dict[str, str] | None) -> None:
    draft = read(raw, names(), simplified=simplified)
    calls = [quote for one in draft.recommendations for quote in one.quotes]
    for quote in calls:
        assert quote.name_start is not None
        assert quote.name_end is not None
        assert quote.start <= quote.name_start < quote.name_end <= quote.end
    for quote in [*calls, *(quote for one in draft.sectors for quote in one.quotes)]:
        assert raw[quote.start : quote.end] == quote.text
        assert quote.text
    keys = [(one.theme, one.symbol) for one in draft.recommendations]
    assert len(keys) == len(set(keys))
    assert all(0 <= problem.span[0] < problem.span[1] <= len(raw) for problem in draft.problems)
    assert all(one.target_price is None or 0 <= one.target_price < 1e12 for one in draft.recommendations)


@settings(max_examples=60)
@given(_TEXTS)
def test_a_text_is_read_the_same_every_time(raw: str) -> None:
    assert read(raw, names()) == read(raw, names())


@settings(max_examples=60)
@given(_TEXTS)
def test_whatever_is_read_can_be_shown_and_written(raw: str) -> None:
    reading = Reading("x", raw, "utf-8", read(raw, names(), Told("某证券", dt.date(2024, 1, 2), "题目")))
    draft = draft_object(reading)
    draft_page(draft, raw, "zh")
    toml_of(report_table(reading, "x"), raw)


@settings(max_examples=100)
@given(st.one_of(st.binary(max_size=300), _TEXTS.map(lambda text: text.encode("gb18030", "ignore"))))
def test_any_bytes_are_text_or_refused(content: bytes) -> None:
    try:
        text, _ = decode(content, "x")
    except Unreadable:
        return
    read(text, names())


@settings(max_examples=100)
@given(st.data())
def test_a_broken_pdf_is_told_and_brings_nothing_down(data: st.DataObject) -> None:
    whole = bytearray(written(["建议关注贵州茅台。"]))
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(5, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadablePdfError):
        assert text_of(bytes(whole[: data.draw(st.integers(8, len(whole)))]), most_pages=5)
