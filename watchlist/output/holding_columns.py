"""Columns of holdings: the same ones in the terminal, the workbook, on the page and on the web, in both languages."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from watchlist.domain.errors import counted
from watchlist.domain.model import LAPSED, UNBACKED
from watchlist.output.columns import Column, Row

_C = Column
HOLDINGS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("accounts", "account", "账户", "list"),
    _C("shares", "shares", "持仓数量", "shares"),
    _C("cost", "cost", "成本", "price"),
    _C("close", "close", "收盘", "price"),
    _C("value", "value", "市值", "price"),
    _C("weight", "weight", "权重", "weight"),
    _C("unrealised_return", "unrealised", "浮动收益", "percent"),
    _C("contribution", "contribution", "贡献", "percent"),
    _C("standing", "brokers say", "券商观点", "word"),
    _C("recommended_by", "by", "推荐方", "list"),
)
# What matters most first: paper takes the first sixteen.
SHEET: Final = (
    *HOLDINGS,
    _C("recommended_since", "since", "首次发布", "date"),
    _C("total_return", "total return", "含息收益", "percent"),
    _C("snapshot", "snapshot", "快照日期", "date"),
    _C("session", "session", "交易日", "date"),
    _C("position", "position", "状态", "word"),
    _C("cost_currency", "cost in", "成本货币"),
    _C("currency", "close in", "收盘货币"),
    _C("rate", "exchange rate", "汇率", "factor"),
    _C("benchmark", "benchmark", "基准"),
    _C("status", "price", "行情", "word"),
)
OPEN_CALLS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("entry_session", "since", "买入日"),
    _C("strength", "strength", "力度", "word"),
    _C("rating", "rating", "评级"),
    _C("total_return", "return", "含息收益", "percent"),
    _C("excess_return", "excess", "超额收益", "percent"),
    _C("status", "status", "状态", "word"),
)
NOT_HELD: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("recommended_by", "by", "推荐方", "list"),
    _C("recommended_since", "since", "首次发布"),
    _C("close", "close", "收盘", "price"),
)
NOBODY: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("accounts", "account", "账户", "list"),
    _C("value", "value", "市值", "price"),
    _C("weight", "weight", "权重", "weight"),
    _C("standing", "brokers say", "券商观点", "word"),
    _C("last_by", "last by", "最后推荐方"),
    _C("ended", "until", "结束日"),
)
STRETCHES: Final = (
    _C("from", "from", "自"),
    _C("to", "to", "至"),
    _C("holdings", "holdings", "持仓数", "count"),
    _C("value", "value at the beginning", "期初市值", "price"),
    _C("total_return", "return", "含息收益", "percent"),
    _C("benchmark_return", "benchmark", "基准收益", "percent"),
    _C("unpriced", "without a price", "无行情", "list"),
)
SNAPSHOTS: Final = (
    _C("day", "day", "日期"),
    _C("account", "account", "账户"),
    _C("holdings", "holdings", "持仓数", "count"),
    _C("problems", "problems", "问题", "count"),
    _C("rev", "revision", "修订", "count"),
    _C("source", "file", "文件"),
    _C("recorded_at", "recorded (UTC)", "记录时间（UTC）"),
)
_NAMED: Final = 3  # securities that a sentence names before the rest is only counted


def call_lines(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Give one line an open call on what is held, in the order of the holdings."""
    return [
        {**call, "symbol": row["symbol"], "name": row["name"]}
        for row in rows
        if row["position"] == "held"
        for call in row["calls"]
    ]


def nobody_lines(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Give what is held and nobody recommends now, in the order of the holdings.

    Returns:
        its rows with ``last_by`` and ``ended``: whose call was the last to end, and when; ``None`` without one.
    """
    found = []
    for row in rows:
        if row["position"] == "held" and row["standing"] in {LAPSED, UNBACKED}:
            last = max(row["ended_calls"], key=lambda call: call["closed_session"] or "", default=None)
            said = {"last_by": None, "ended": None} if last is None else {
                "last_by": last["broker"], "ended": last["closed_session"]}  # fmt: skip
            found.append({**row, **said})
    return found


def portfolio_words(found: Row) -> tuple[str, str]:
    """Say in both languages what a portfolio is worth, how it went, and what its numbers leave out."""
    return " ".join(_sentences(found, "en")), "".join(_sentences(found, "zh"))


def _sentences(found: Row, language: str) -> Iterator[str]:
    """Give the sentences one by one; each says something that a reader of the numbers must know."""

    def t(en: str, zh: str) -> str:
        return zh if language == "zh" else en

    days = sorted({one["day"] for one in found["snapshots"]})
    span = " … ".join(dict.fromkeys((days[0], days[-1])))
    yield t(
        f"{counted(found['holdings'], 'holding')} of the snapshot of {span}.",
        f"{span} 快照，共 {found['holdings']} 项持仓。",
    )
    if found["value"] is not None:
        money = f"{found['value']:,.2f} {found['currency']}"
        yield t(f"Worth {money}.", f"市值 {money}。")
    if found["total_return"] is not None:
        own, index = f"{found['total_return'] * 100:+.2f}%", found["benchmark_return"]
        against = "–" if index is None else f"{index * 100:+.2f}%"
        yield t(f"{found['from']} to {found['to']}: {own}, benchmarks {against}; contributions add up to it.",
                f"{found['from']} 至 {found['to']}：{own}，基准 {against}；各项贡献之和即组合收益。")  # fmt: skip
    if left_out := found["not_shown"]["holdings"]:
        yield t(f"Outside the filters, and in these sums and weights: {left_out}.",
                f"其中 {left_out} 项不符合条件，未显示，但计入合计与权重。")  # fmt: skip
    lost = sum(one["problems"] for one in found["snapshots"])
    if lost:
        yield t(f"{counted(lost, 'line')} of the file could not be read: weights leave them out.",
                f"文件有 {lost} 行无法识别，未计入权重。")  # fmt: skip
    for key, en, zh in (
        ("unpriced", "Held without a price, in no weight", "持有但无行情，未计入权重"),
        ("stale", "Stale, at the last close", "行情过期，按最后收盘价"),
    ):
        if found[key]:
            some = " ".join(found[key][:_NAMED]) + (" …" if len(found[key]) > _NAMED else "")
            yield t(f"{en}: {len(found[key])} ({some}).", f"{zh}：{len(found[key])} 只（{some}）。")
    yield t("Before costs and taxes; trades between snapshots are not known.", "未计费用、税前；快照之间的买卖未知。")
