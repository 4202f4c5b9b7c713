"""Markdown: the tables of a review for a wiki, a mail or a chat; foreign words cannot become markup."""

import re
from collections.abc import Sequence
from typing import Any, Final

from watchlist.output import period_columns
from watchlist.output.columns import NUMERIC, Column, Row
from watchlist.output.holding_columns import HOLDINGS
from watchlist.output.package import Package, Written
from watchlist.output.review_columns import CALLS, GROUPS, HEALTH, RECOMMENDATIONS, THEMES, basis_notes
from watchlist.output.table import clean, written

TABLES: Final = {
    "themes": (THEMES, "Themes", "主题"),
    "brokers": (GROUPS, "Brokers", "券商"),
    "strengths": (GROUPS, "Strength of the words", "推荐力度"),
    "recommendations": (RECOMMENDATIONS, "Recommendations", "推荐"),
    "calls": (CALLS, "Calls", "观点"),
    "holdings": (HOLDINGS, "Holdings", "持仓"),
    "health": (HEALTH, "Data health", "数据健康"),
}
# Of a period, behind the others.
PERIOD_TABLES: Final = {
    "period-calls": (period_columns.CALLS, "Calls of the period", "期间观点"),
    "contributions": (period_columns.GROUPS, "Flows and contributions", "变动与贡献"),
    "restatements": (period_columns.RESTATED, "Restatements", "更正说明"),
}
_SPECIAL: Final = re.compile(r"([\\`*_\[\]|~$])")
_WIDEST: Final = 200  # characters of a cell: a quote is in the page and in JSON as a whole


def markdown(package: Package, what: str | None) -> Written:
    """Write one table of a review, or all of them."""
    review = package.review
    sessions = " · ".join(f"{market} {day}" for market, day in review["as_of_sessions"].items()) or "–"
    head = [f"# {package.t('Recommendation review', '研报推荐复盘')} {review['as_of']}", ""]
    if package.simulated:
        head += [f"**{package.t('SIMULATED prices: no number here is real', 'SIMULATED 模拟行情：数字均非真实')}**", ""]
    basis = package.t("Before costs and taxes; price indices as benchmarks.", "未计费用、税前；基准为价格指数。")
    head += [f"{package.t('Prices up to', '行情截至')} {sessions}. {basis} `{review['fingerprint']}`", ""]
    for note in basis_notes(review["health"], package.language):
        head += [inert(note), ""]
    every = {**TABLES, **PERIOD_TABLES} if "period" in review else TABLES
    absent = {"holdings"} if review["holdings"] is None else set()
    for name, (columns, en, zh) in every.items():
        if name in absent if what is None else name != what:
            continue
        rows = _rows(package, name)
        head += [f"## {package.t(en, zh)}", "", *_table(columns, rows, package.language), ""]
    return Written("\n".join(head).encode())


def _rows(package: Package, name: str) -> Sequence[Row]:
    """Give the rows of a table; of a period's some in the words of the language."""
    if name == "contributions":
        return period_columns.grouped(package.review["period"], package.language)
    rows = package.rows(name)
    return period_columns.restated_rows(rows, package.language) if name == "restatements" else rows


def _table(columns: Sequence[Column], rows: Sequence[Row], language: str) -> list[str]:
    ruler = ("---:" if column.kind in NUMERIC else "---" for column in columns)
    lines = [_line(column.title(language) for column in columns), _line(ruler)]
    lines += [_line(inert(_shown(column, column.value(row, language), language)) for column in columns) for row in rows]
    return lines


def inert(text: str) -> str:
    """Escape whatever Markdown or HTML could take for markup or a link, on one line."""
    one_line = " ".join(clean(text).split())
    cut = one_line if len(one_line) <= _WIDEST else one_line[: _WIDEST - 1] + "…"
    return _SPECIAL.sub(r"\\\1", cut.replace("&", "&amp;").replace("<", "&lt;").replace("://", r":\//"))


def _shown(column: Column, value: Any, language: str) -> str:  # noqa: ANN401  (any JSON value)
    if value is None or column.kind not in {"level", "factor"}:
        return written(column, value, language)
    return f"{value:,.2f}" if column.kind == "level" else f"{value:.6f}"


def _line(cells: Any) -> str:  # noqa: ANN401  (any iterable of texts)
    return f"| {' | '.join(cells)} |"
