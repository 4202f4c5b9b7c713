"""Consequences: which scores of themes and brokers move when a person takes a recommendation back or closes a call."""

import math
from dataclasses import replace
from typing import Final

from watchlist.domain.model import Closing
from watchlist.queries.groups import broker_rows, theme_rows
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation

# What is compared of a group, by the keys of its row.
MEASURES: Final = (
    "recommendations", "calls", "since_entry.total_return", "since_entry.excess_return", "sample", "hit_rate",
    "mean_excess", "index.level",
)  # fmt: skip
_SAME: Final = 1e-12


def without(situation: Situation, recommendation: str) -> Situation:
    """Give the same situation as it would be without a recommendation."""
    kept = [m for m in situation.known.mentions if m.rec_id != recommendation]
    return replace(situation, known=replace(situation.known, mentions=kept))


def with_closing(situation: Situation, closing: Closing) -> Situation:
    """Give the same situation as it would be with a call closed."""
    return replace(situation, known=replace(situation.known, closings=[*situation.known.closings, closing]))


def moved_scores(before: Situation, after: Situation) -> list[Row]:
    """List what differs between two situations, a row a number: themes first, then brokers.

    Returns:
        ``kind`` (``theme``, ``broker``) ``group name name_en measure before after``; a group that is gone has ``None``.
    """
    return [
        {**head, "measure": measure, "before": was, "after": becomes}
        for head, old, new in _groups(before, after)
        for measure in MEASURES
        if _differ(was := _at(old, measure), becomes := _at(new, measure))
    ]


def _groups(before: Situation, after: Situation) -> list[tuple[Row, Row, Row]]:
    found = []
    for kind, key, rows in (("theme", "theme", theme_rows), ("broker", "group", broker_rows)):
        new = {row[key]: row for row in rows(after, Filters())}
        for old in rows(before, Filters()):
            name = old.get("name", old[key])
            head: Row = {"kind": kind, "group": old[key], "name": name, "name_en": old.get("name_en", name)}
            found.append((head, old, new.get(old[key], {})))
    return found


def _at(row: Row, path: str) -> float | None:
    found: object = row
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return float(found) if isinstance(found, (int, float)) else None


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return not math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)
