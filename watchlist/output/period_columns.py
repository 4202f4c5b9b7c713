"""Columns of a period's tables, in the workbook and on the page, in both languages; and the words of its steps."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from watchlist.output.columns import Column, Row
from watchlist.queries.restated import CAUSE_WORDS

_C = Column
_FLOWS: Final = (
    _C("opening", "opening", "期初", "count"),
    _C("new", "new", "新增", "count"),
    _C("closed", "closed", "结束", "count"),
    _C("closing", "closing", "期末", "count"),
)
_ADDED: Final = (
    _C("weight", "mean weight", "平均权重", "rate"),
    _C("contribution", "contribution", "收益贡献", "percent"),
    _C("benchmark_contribution", "of the benchmark", "基准贡献", "percent"),
    _C("excess_contribution", "to the excess", "超额贡献", "percent"),
)
GROUPS: Final = (
    _C("by", "by", "分组方式"),
    _C("group", "group", "分组"),
    _C("name", "name", "名称"),
    *_FLOWS,
    _C("calls", "calls held", "持有观点数", "count"),
    *_ADDED,
)
CALLS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("theme_names", "themes", "主题", "list"),
    _C("direction", "direction", "方向", "count"),
    _C("first_published", "first published", "首次发布", "date"),
    *_FLOWS,
    _C("reason", "why it ended", "结束原因", "word"),
    _C("total_return", "return in the period", "期间含息收益", "percent"),
    _C("benchmark_return", "benchmark", "期间基准收益", "percent"),
    _C("excess_return", "excess", "期间超额收益", "percent"),
    *_ADDED,
    _C("entry_session", "entry session", "买入日", "date"),
    _C("closed_session", "ended", "结束日", "date"),
    _C("from_session", "measured from", "期间起", "date"),
    _C("from_price", "price there", "期初价", "price"),
    _C("to_session", "measured to", "期间止", "date"),
    _C("to_price", "price there", "期末价", "price"),
    _C("total_step", "total step", "含息步长", "factor"),
    _C("benchmark_from", "benchmark from", "基准期初", "level"),
    _C("benchmark_to", "benchmark to", "基准期末", "level"),
    _C("benchmark", "benchmark index", "基准指数"),
    _C("id", "id", "编号"),
)
RATES: Final = (
    _C("from_rate", "exchange rate from", "期初汇率", "factor"),
    _C("to_rate", "exchange rate to", "期末汇率", "factor"),
)
STEPS: Final = (
    _C("words", "step", "步骤"),
    _C("measured", "measured", "可衡量", "count"),
    _C("total_return", "mean total return", "平均含息收益", "percent"),
    _C("benchmark_return", "mean benchmark return", "平均基准收益", "percent"),
    _C("excess_return", "mean excess return", "平均超额收益", "percent"),
    _C("effect", "moved the excess by", "对超额的影响", "percent"),
)
RESTATED: Final = (
    _C("words", "what", "情况"),
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("theme_name", "theme", "主题"),
    _C("horizon_words", "horizon", "持有期"),
    _C("total_return_before", "total return, believed", "含息收益(当时)", "percent"),
    _C("total_return_after", "total return, today", "含息收益(现在)", "percent"),
    _C("excess_return_before", "excess, believed", "超额(当时)", "percent"),
    _C("excess_return_after", "excess, today", "超额(现在)", "percent"),
    _C("status_before", "status, believed", "状态(当时)", "word"),
    _C("status_after", "status, today", "状态(现在)", "word"),
    _C("why", "why", "原因"),
    _C("published", "published", "发布日", "date"),
    _C("id", "id", "编号"),
)
_STEP_WORDS: Final = {
    "believed": ("as the run believed", "评分当时"),
    **{cause: (words.en, words.zh) for cause, words in CAUSE_WORDS.items()},
    "time": ("the same recommendations at the end of the period", "相同推荐至期末"),
    "new": ("with those made since", "加上其后的推荐"),
}
_KINDS: Final = {
    "changed": ("other number", "数字不同"),
    "retracted": ("retracted", "已撤回"),
    "added": ("recorded later", "后来补录"),
}
GROUPED: Final = (("themes", "theme", "主题"), ("brokers", "broker", "券商"), ("symbols", "share", "证券"))


def step_rows(steps: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Give the steps from what was believed to what stands, each with what it moved the mean excess by."""
    before = [None, *(step["excess_return"] for step in steps)]
    return [
        {
            **step,
            "words": _pick(_STEP_WORDS[step["step"]], language),
            "effect": None if one is None or step["excess_return"] is None else step["excess_return"] - one,
        }
        for step, one in zip(steps, before, strict=False)
    ]


def restated_rows(rows: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Give the numbers that differ, with their reasons in one piece of text."""
    return [
        {
            **row,
            "words": _pick(_KINDS[row["kind"]], language),
            "horizon_words": _horizon(row, language),
            "why": "; ".join(_why(cause, language) for cause in row["causes"]),
        }
        for row in rows
    ]


def _horizon(row: Row, language: str) -> str:
    if row["kind"] != "changed":
        return ""
    return _pick(("since entry", "买入以来"), language) if row["horizon"] == "now" else str(row["horizon"])


def _why(cause: Row, language: str) -> str:
    """Say a cause: what kind it is, what it moved the excess by, and the facts."""
    moved = cause["excess_return"]
    by = "" if moved is None else f" {moved * 100:+.2f}%"
    facts = cause["why_zh" if language == "zh" else "why"]
    return _pick(_STEP_WORDS[cause["cause"]], language) + by + (f" ({facts})" if facts else "")


def _pick(words: tuple[str, str], language: str) -> str:
    return words[language == "zh"]


def grouped(period: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Lay the groups of a period out in one table, themes first, then brokers and shares."""
    return [{"by": zh if language == "zh" else en, **row} for table, en, zh in GROUPED for row in period[table]]
