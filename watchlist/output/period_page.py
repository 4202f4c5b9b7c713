"""A period on the review page: which rows it shows of each table, and in one row what it leaves out."""

from collections.abc import Sequence
from typing import Any, Final

from watchlist.core.scoring import TIE
from watchlist.output.columns import Column, Row
from watchlist.output.period_columns import CALLS, GROUPED, GROUPS, RESTATED, STEPS, restated_rows, step_rows

MOST_GROUPS: Final = 30  # of brokers or shares; the rest is one row, so that the table still adds up
MOST_CALLS: Final = 300
MOST_RESTATED: Final = 100
_SUMS: Final = ("opening", "new", "closed", "closing", "calls", "weight", "contribution", "benchmark_contribution",
                "excess_contribution")  # fmt: skip
_GROUP_COLUMNS: Final = tuple(column for column in GROUPS if column.path not in {"by", "group", "name"})
_HIDDEN: Final = frozenset({"weight", "from_price", "to_price", "total_step", "benchmark_from", "benchmark_to", "id",
                            "benchmark", "status_before", "status_after", "published"})  # fmt: skip


def period_view(period: Row, language: str) -> dict[str, Any]:
    """Give what the page's template shows of a period: tables ready to be written, the longest cut."""
    found = period["reconciliation"]
    restated = [] if found is None else sorted(found["rows"], key=_moved, reverse=True)
    return {
        **period,
        "tables": [_table(period, table, zh if language == "zh" else en, language) for table, en, zh in GROUPED],
        "call_columns": _shown(CALLS),
        "shown_calls": period["calls"][:MOST_CALLS],
        "steps": [] if found is None else [row for row in step_rows(found["steps"], language) if _says(row)],
        "step_columns": STEPS,
        "restated_columns": _shown(RESTATED),
        "restated": restated_rows(restated[:MOST_RESTATED], language),
        "restated_all": len(restated),
    }


def _shown(columns: Sequence[Column]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.path not in _HIDDEN)


def _says(step: Row) -> bool:
    """Say whether a step is worth a row: where it begins, where it leads to, and what moved anything on the way."""
    return step["step"] in {"believed", "time", "new"} or abs(step["effect"] or 0.0) > TIE


def _moved(row: Row) -> float:
    """Give by how much a number moved; what came or went first."""
    before, after = row["excess_return_before"], row["excess_return_after"]
    return float("inf") if before is None or after is None else abs(after - before)


def _table(period: Row, table: str, title: str, language: str) -> dict[str, Any]:
    rows = sorted(period[table], key=lambda row: -abs(row["excess_contribution"]))
    kept, rest = rows[:MOST_GROUPS], rows[MOST_GROUPS:]
    named = sorted(kept, key=lambda row: -row["excess_contribution"])
    words = f"其余 {len(rest)} 项" if language == "zh" else f"the other {len(rest)}"
    others = [{"name": words, **{key: sum(row[key] for row in rest) for key in _SUMS}}] if rest else []
    name = Column("name", title, title) if table != "brokers" else Column("group", title, title)
    shown = [
        {**row, "group": row.get("group", words), "symbol": row.get("group") if table == "symbols" else None}
        for row in (*named, *others)
    ]
    return {"id": f"period-{table}", "title": title, "columns": (name, *_GROUP_COLUMNS), "rows": shown}
