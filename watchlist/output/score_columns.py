"""Columns of the tables that judge: the leaderboard, a group's path over time, sector calls, explanations."""

from typing import Final

from watchlist.output.columns import Column

_C = Column

LEADERBOARD: Final = (
    _C("rank", "rank", "名次", "count"),
    _C("rank_range", "90 %", "90% 名次"),
    _C("group", "group", "分组", "word"),
    _C("matured", "matured", "到期", "count"),
    _C("hit_rate", "hit rate", "胜率", "rate"),
    _C("alpha", "alpha", "阿尔法", "percent"),
    _C("alpha_shrunken", "shrunken", "收缩后", "percent"),
    _C("q_value", "q", "q 值", "price"),
)
HISTORY: Final = (
    _C("as_of", "as of", "截至"),
    _C("group", "group", "分组", "word"),
    _C("recommendations", "mentions", "推荐数", "count"),
    _C("total_return", "return", "含息收益", "percent"),
    _C("excess_return", "excess", "超额收益", "percent"),
    _C("hit_rate", "hit rate", "胜率", "rate"),
    _C("interval", "95 %", "95% 区间"),
    _C("sample", "sample", "样本", "count"),
)
SECTORS: Final = (
    _C("sector", "sector", "板块"),
    _C("broker", "broker", "券商"),
    _C("published", "published", "发布日"),
    _C("words", "words", "措辞"),
    _C("symbol", "measured by", "替代指数"),
    _C("horizon_return", "return", "收益", "percent"),
    _C("horizon_excess", "excess", "超额收益", "percent"),
    _C("status", "status", "状态", "word"),
)
EXPLAINED: Final = (
    _C("step", "step", "步骤"),
    _C("value", "value", "数值", "word"),
    _C("formula", "how", "如何得出"),
    _C("source", "source", "依据"),
)
