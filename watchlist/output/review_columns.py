"""Columns of a review's tables: the same ones in the workbook, on the page and on the web, in both languages.

Kinds beside those of ``columns.Column``: ``date`` (an ISO date), ``level`` (an index level), ``factor`` (a step).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from watchlist.output.columns import CHANGES, Column, called

_C = Column
_STANDING: Final = (
    _C("recommendations", "mentions", "推荐数", "count"),
    _C("calls", "calls", "观点数", "count"),
    _C("symbols", "shares", "证券数", "count"),
    _C("since_entry.total_return", "mean total return", "平均含息收益", "percent"),
    _C("since_entry.benchmark_return", "mean benchmark return", "平均基准收益", "percent"),
    _C("since_entry.excess_return", "mean excess return", "平均超额收益", "percent"),
    _C("horizon", "horizon", "持有期"),
    _C("sample", "matured sample", "到期样本", "count"),
    _C("hit_rate", "hit rate", "胜率", "rate"),
    _C("hit_rate_low", "hit rate, low (95 %)", "胜率下限(95%)", "rate"),
    _C("hit_rate_high", "hit rate, high (95 %)", "胜率上限(95%)", "rate"),
    _C("mean_excess", "mean excess at horizon", "持有期平均超额", "percent"),
    _C("open", "not matured", "未到期", "count"),
    _C("stale", "stale", "过期", "list"),
    _C("missing", "without a price", "无行情", "list"),
)
THEMES: Final = (
    _C("theme", "theme id", "主题编号"),
    _C("name", "theme", "主题"),
    _C("brokers", "brokers", "券商数", "count"),
    *_STANDING,
    _C("index.level", "theme index", "主题指数", "level"),
    _C("index.total_return", "index return", "指数收益", "percent"),
    _C("index.benchmark_return", "index benchmark", "指数基准收益", "percent"),
    _C("index.excess_return", "index excess", "指数超额", "percent"),
    _C("index.max_drawdown", "index deepest fall", "指数最大回撤", "percent"),
    _C("index.members", "members now", "当前成分", "count"),
)
GROUPS: Final = (_C("group", "group", "分组", "word"), *_STANDING)
RATINGS: Final = (
    _C("group", "rating", "评级", "word"),
    _C("calls", "calls", "观点数", "count"),
    _C("symbols", "shares", "证券数", "count"),
    _C("since_entry.excess_return", "mean excess return", "平均超额收益", "percent"),
    _C("realisation.sample", "promises due", "到期承诺", "count"),
    _C("realisation.kept_rate", "kept", "兑现率", "rate"),
    _C("realisation.low", "kept, low (95 %)", "兑现率下限(95%)", "rate"),
    _C("realisation.high", "kept, high (95 %)", "兑现率上限(95%)", "rate"),
    _C("realisation.at_least_rate", "at least the lower bound", "达到下限的比例", "rate"),
    _C("realisation.mean_shortfall", "mean distance to the bound", "与界限的平均差", "percent"),
)
RECOMMENDATIONS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("theme_name", "theme", "主题"),
    _C("published", "published", "发布日", "date"),
    _C("strength", "strength", "力度", "word"),
    _C("status", "status", "状态", "word"),
    _C("entry_session", "entry session", "买入日", "date"),
    _C("entry_price", "entry price", "买入价", "price"),
    _C("total_return", "total return", "含息收益", "percent"),
    _C("benchmark_return", "benchmark return", "基准收益", "percent"),
    _C("excess_return", "excess return", "超额收益", "percent"),
    _C("price_return", "price return", "价格收益", "percent"),
    _C("max_gain", "best close", "最大浮盈", "percent"),
    _C("max_loss", "worst close", "最大浮亏", "percent"),
    _C("days_held", "sessions held", "持有交易日", "count"),
    _C("benchmark", "benchmark", "基准"),
    _C("last_session", "last session", "截至日", "date"),
    _C("analyst", "analyst", "分析师"),
    _C("theme_printed", "theme as printed", "原文主题"),
    _C("rating", "rating", "评级"),
    _C("target_price", "target price", "目标价", "price"),
    _C("target_currency", "currency of the target", "目标价币种"),
    _C("upside", "upside at publication", "发布时上涨空间", "percent"),
    _C("target_status", "target", "目标价状态", "word"),
    _C("target_session", "target reached", "达到日", "date"),
    _C("target_touched", "target touched intraday", "盘中触及日", "date"),
    _C("target_until", "target until", "目标价截至", "date"),
    _C("call.status", "call", "观点状态", "word"),
    _C("call.mentions", "mentions of the call", "观点提及次数", "count"),
    _C("report", "report", "研报"),
    _C("quote", "words", "原文"),
    _C("id", "id", "编号"),
)
EVIDENCE: Final = (
    _C("last_close", "last close", "截至收盘", "price"),
    _C("split_step", "split step", "送转步长", "factor"),
    _C("total_step", "total step", "含息步长", "factor"),
    _C("benchmark_entry", "benchmark at entry", "基准买入点位", "level"),
    _C("benchmark_last", "benchmark at last session", "基准截至点位", "level"),
)
RATES: Final = (
    _C("entry_rate", "exchange rate at entry", "买入汇率", "factor"),
    _C("last_rate", "exchange rate at last session", "截至汇率", "factor"),
)
HORIZONS: Final = (
    _C("kind", "grouped by", "分组方式"),
    _C("group", "group", "分组", "word"),
    _C("horizon", "horizon", "持有期"),
    _C("sample", "matured sample", "到期样本", "count"),
    _C("hit_rate", "hit rate", "胜率", "rate"),
    _C("hit_rate_low", "hit rate, low (95 %)", "胜率下限(95%)", "rate"),
    _C("hit_rate_high", "hit rate, high (95 %)", "胜率上限(95%)", "rate"),
    _C("mean_excess", "mean excess", "平均超额", "percent"),
    _C("median_excess", "median excess", "超额中位数", "percent"),
)
HEALTH: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("first_session", "first session", "首个交易日", "date"),
    _C("last_session", "last session", "最后交易日", "date"),
    _C("bars", "bars", "日线数", "count"),
    _C("actions", "corporate actions", "除权除息数", "count"),
    _C("source", "source", "来源"),
    _C("stale", "stale", "过期", "flag"),
)
CALLS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("mentions", "mentions", "次数", "count"),
    _C("first_published", "first published", "首次发布", "date"),
    _C("entry_session", "entry session", "买入日", "date"),
    _C("expires", "expires", "到期日", "date"),
    _C("closed_session", "closed", "结束日", "date"),
    _C("reason", "reason", "原因", "word"),
    _C("total_return", "total return", "含息收益", "percent"),
    _C("excess_return", "excess return", "超额收益", "percent"),
    _C("status", "status", "状态", "word"),
)
NEWS: Final = (
    *CHANGES,
    _C("theme_name", "theme", "主题"),
    _C("horizon", "horizon", "持有期"),
    _C("recommended_by", "recommended by", "推荐方", "list"),
    _C("id", "id", "编号"),
)
GLOSSARY: Final = (
    ("recommendation", "推荐", "one mention of a share in a theme of a report",
     "一份研报在一个主题下对一只证券的一次提及"),
    ("call", "观点", "a broker's standing opinion on a share: repeated mentions are one, until reversed or expired",
     "券商对一只证券的持续看法：重复提及算一个观点，直到反转或到期"),
    ("entry", "买入", "the open of the first session after publication at which the share could be bought",
     "发布后首个可成交交易日的开盘价"),
    ("total return", "含息收益", "from entry, dividends and splits worked in, before costs and taxes",
     "自买入起计入分红送转，未计费用、税前"),
    ("benchmark", "基准", "the market's index, or the one the report prints, over exactly the same sessions",
     "市场指数或研报所列指数，区间与个股完全一致"),
    ("excess return", "超额收益", "total return less the benchmark's return, a price index unless it says otherwise",
     "含息收益减基准收益；基准未注明时为价格指数"),
    ("horizon", "持有期", "20 is twenty sessions from entry, 6m six calendar months from publication",
     "20 为买入起 20 个交易日，6m 为发布起 6 个自然月"),
    ("hit rate", "胜率", "share of matured calls ahead of their benchmark, with its 95 % Wilson interval",
     "到期观点中跑赢基准的比例，附 95% Wilson 区间"),
    ("sample", "样本", "what has matured; what is still open is in no mean and no rate",
     "已到期者；未到期者不计入均值与胜率"),
    ("theme index", "主题指数", "equal weight over shares with open calls, rebalanced daily, flat below three members",
     "观点有效的证券等权、每日再平衡，不足三只时持平"),
    ("drawdown", "回撤", "a fall from the highest level before", "相对此前最高点的跌幅"),
    ("stale", "过期", "bars end before the as-of session and nobody says why", "行情在截至日前中断且原因不明"),
)  # fmt: skip


def horizon_rows(review: Mapping[str, object], language: str) -> list[dict[str, object]]:
    """Lay the horizons of themes, brokers and strengths out, one row a group and horizon."""
    kinds = (("themes", "name", "theme", "主题"), ("brokers", "group", "broker", "券商"),
             ("strengths", "group", "strength", "力度"))  # fmt: skip
    rows: list[dict[str, object]] = []
    for table, key, en, zh in kinds:
        groups = review[table]
        for row in groups if isinstance(groups, list) else []:
            head = {"kind": zh if language == "zh" else en, "group": called(row, key, language)}
            rows += [{**head, "horizon": horizon, **one} for horizon, one in row["horizons"].items()]
    return rows


# What shares were bought at, where that is no open as traded: every file of a review says of which.
_BASES: Final = (
    (
        "closes_only",
        "Bought at closes alone, no opens: price limits not applied",
        "仅有收盘价、无开盘价：未应用涨跌停限制",
    ),
    (
        "adjusted",
        "Adjusted prices, on no tick: no price limit can be told",
        "复权价格、不在最小变动单位上：无法判断涨跌停",
    ),
)
_NAMED: Final = 20  # shares that are named; the rest are in the table of health


def basis_notes(health: Mapping[str, Any], language: str) -> list[str]:
    """Say which shares were bought at something else than an open as traded, a sentence a kind; none where none was."""
    notes = []
    for key, en, zh in _BASES:
        symbols: Sequence[str] = health[key]
        if symbols:
            some = " ".join(symbols[:_NAMED]) + (" …" if len(symbols) > _NAMED else "")
            notes.append(f"{zh}（{len(symbols)}）：{some}" if language == "zh" else f"{en} ({len(symbols)}): {some}")
    return notes
