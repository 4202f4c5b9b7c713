"""The holdings on a page: what the section of the review shows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from watchlist.output.columns import Column, Row
from watchlist.output.holding_columns import (
    HOLDINGS,
    NOBODY,
    NOT_HELD,
    OPEN_CALLS,
    STRETCHES,
    call_lines,
    nobody_lines,
    portfolio_words,
)

MOST_NOT_HELD: Final = 200  # of a large ledger; the workbook and the files hold them all


def holdings_view(found: Row | None, language: str) -> Mapping[str, Any] | None:
    """Give what the template of holdings needs, ``None`` where no snapshot is known.

    Returns:
        ``found words held sold calls absent left_out nobody standings`` and the columns of each table.
    """
    if found is None:
        return None
    rows = found["rows"]
    held = _at(rows, "held")
    absent = _at(rows, "none")
    return {
        "found": found,
        "words": portfolio_words(found)[language == "zh"],
        "held": held,
        "sold": _at(rows, "sold"),
        "calls": call_lines(rows),
        "absent": absent[:MOST_NOT_HELD],
        "left_out": max(len(absent) - MOST_NOT_HELD, 0),
        "nobody": nobody_lines(rows),
        "standings": found["standings"],
        "columns": _columns(held, HOLDINGS),
        "nobody_columns": _columns(held, NOBODY),
        "call_columns": OPEN_CALLS,
        "absent_columns": NOT_HELD,
        "stretch_columns": STRETCHES,
    }


def _at(rows: Sequence[Row], position: str) -> list[Row]:
    return [row for row in rows if row["position"] == position]


def _columns(held: Sequence[Row], columns: Sequence[Column]) -> tuple[Column, ...]:
    """Leave the account out where there is but one."""
    accounts = {account for row in held for account in row["accounts"]}
    return tuple(column for column in columns if column.path != "accounts" or len(accounts) > 1)
