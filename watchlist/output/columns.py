"""Columns: which values of a row a table shows, what they are called in both languages, and how they are written."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchlist.domain.errors import UnknownWord, Words

Row = Mapping[str, Any]
# Kinds whose values are numbers: written to the right, and as numbers where a file has such.
NUMERIC: Final = frozenset({"percent", "rate", "weight", "price", "count", "shares", "level", "factor"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        path: keys down to the value, joined by dots: ``call.status``.
        kind: ``text``, ``percent`` (a fraction, shown in percent, signed and coloured), ``rate`` (unsigned percent),
            ``weight`` (likewise, to the tenth), ``price``, ``count``, ``shares``, ``list``, ``index`` (a theme index:
            its return, marked where it stands still) or ``word`` (a word of the model, said in the language).
    """

    path: str
    en: str
    zh: str
    kind: str = "text"

    def title(self, language: str) -> str:
        """Give the heading."""
        return self.zh if language == "zh" else self.en

    def value(self, row: Row, language: str = "zh") -> Any:  # noqa: ANN401  (a row holds anything JSON can)
        """Find the value in a row, ``None`` where it has none; in the language where the row has it so."""
        found: Any = row
        path = f"{self.path}_{language}" if f"{self.path}_{language}" in row else self.path
        for key in path.split("."):
            if not isinstance(found, Mapping) or key not in found:
                return None
            found = found[key]
        return found


def called(row: Row, key: str, language: str) -> Any:  # noqa: ANN401  (any JSON value)
    """Give what a row is called under a key, in English where it has an English form."""
    return (row.get(f"{key}_en") if language == "en" else None) or row[key]


_C = Column
RECOMMENDATIONS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("theme_name", "theme", "主题"),
    _C("entry_session", "entry", "买入日"),
    _C("total_return", "return", "含息收益", "percent"),
    _C("excess_return", "excess", "超额收益", "percent"),
    _C("status", "status", "状态", "word"),
)
CALLS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("entry_session", "entry", "买入日"),
    _C("closed_session", "closed", "结束日"),
    _C("excess_return", "excess", "超额收益", "percent"),
    _C("status", "status", "状态", "word"),
    _C("reason", "reason", "原因", "word"),
)
_GROUP: Final = (
    _C("recommendations", "mentions", "推荐数", "count"),
    _C("since_entry.total_return", "return", "含息收益", "percent"),
    _C("since_entry.excess_return", "excess", "超额收益", "percent"),
    _C("hit_rate", "hit rate", "胜率", "rate"),
    _C("interval", "95 %", "95% 区间"),
    _C("sample", "sample", "样本", "count"),
)
THEMES: Final = (_C("name", "theme", "主题"), *_GROUP, _C("index", "index", "主题指数", "index"))
BROKERS: Final = (_C("group", "group", "分组", "word"), *_GROUP, _C("calls", "calls", "观点数", "count"))
RETURNS: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("from_close", "from", "期初", "price"),
    _C("to_close", "to", "期末", "price"),
    _C("price_return", "price", "价格收益", "percent"),
    _C("total_return", "total", "含息收益", "percent"),
    _C("excess_return", "excess", "超额收益", "percent"),
    _C("status", "status", "状态", "word"),
)
WATCH: Final = (
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("close", "close", "收盘", "price"),
    _C("change", "change", "涨跌", "percent"),
    _C("periods.1m.total_return", "1m", "1月", "percent"),
    _C("periods.1y.excess_return", "1y excess", "1年超额", "percent"),
    _C("recommended_by", "by", "推荐方", "list"),
    _C("session", "session", "交易日"),
)
CHANGES: Final = (
    _C("day", "day", "日期"),
    _C("kind", "what is new", "变化", "word"),
    _C("symbol", "symbol", "代码"),
    _C("name", "name", "名称"),
    _C("broker", "broker", "券商"),
    _C("what", "details", "详情"),
)
SHOWN: Final = (
    _C("broker", "broker", "券商"),
    _C("published", "published", "发布日"),
    _C("strength", "strength", "力度", "word"),
    _C("target_price", "target", "目标价", "price"),
    _C("entry_price", "entry", "买入价", "price"),
    _C("total_return", "return", "含息收益", "percent"),
    _C("excess_return", "excess", "超额收益", "percent"),
    _C("place", "order", "先后"),
)


def with_periods(columns: tuple[Column, ...], periods: tuple[str, ...]) -> tuple[Column, ...]:
    """Put periods side by side behind the first two columns: their total returns.

    ``since`` is since entry, and for a watched ticker since it was added.
    """
    paths = {column.path for column in columns}
    kept = ("since_entry.total_return", "total_return", "periods.since_added.total_return")
    since = next((path for path in kept[:2] if path in paths), kept[2])
    shown = (since if period == "since" else f"periods.{period}.total_return" for period in periods)
    return (
        *columns[:2],
        *(Column(path, period, period, "percent") for path, period in zip(shown, periods, strict=True)),
    )


_KEYS: Final = Words(" Its JSON keys are listed in docs/commands.md.", "可用的 JSON 键名见 docs/commands.md。")


def by_paths(paths: tuple[str, ...], row: Row) -> tuple[Column, ...]:
    """Make columns of any keys of a row, as ``--columns`` names them.

    Raises:
        UnknownWord: the row has no such key; the nearest is in the sentence.
    """
    known = list(_paths(row))
    for path in paths:
        if path not in known:
            near = difflib.get_close_matches(path, known, n=3, cutoff=0.4)
            hint = Words(f" Nearest: {', '.join(near)}.", f"相近：{'、'.join(near)}。") if near else _KEYS
            raise UnknownWord(option="--columns", text=path, hint=hint)
    return tuple(Column(path, path, path, _kind(path)) for path in paths)


def _paths(row: Row, prefix: str = "") -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _kind(path: str) -> str:
    """Guess from a key how its value is written: fractions in percent, the rest as it is."""
    last = path.rpartition(".")[2]
    fractions = ("_return", "_excess", "_gain", "_loss", "_gap", "_wealth", "_drawdown")
    if last.endswith(fractions) or last in {"change", "upside"}:
        return "percent"
    return "rate" if last.startswith("hit_rate") else "text"
