"""The message of a day: what is new in a few lines of plain text, for the end of ``daily`` and for whoever notifies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from watchlist.domain.spoken import say
from watchlist.output.columns import Row
from watchlist.output.table import clean

MOST_LINES: Final = 8  # changes that are told one by one; the rest is only counted
# What a person wants to hear of first; within a kind, what is larger.
_FIRST: Final = (
    "corrected", "retracted", "suspended", "delisted_share", "resumed", "target_reached", "rating_broken",
    "rating_kept", "downgraded", "upgraded", "new_call", "call_closed", "moved", "horizon_matured", "entered",
    "repeated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A title and lines of plain text, without markup, in one language."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Give all of it, a line each."""
        return "\n".join((self.title, *self.lines))


def alert(rows: Sequence[Row], since: Mapping[str, Any], language: str, *, simulated: bool) -> Message:
    """Put changes into a message: how many of each kind, and the ones that matter most.

    Args:
        rows: as ``queries.changes`` gives them.
        since: ``day`` and ``score_run`` (``None`` where it is not a run's) that they are counted from.
    """

    def t(en: str, zh: str) -> str:
        return zh if language == "zh" else en

    number, mark = since["score_run"], t("SIMULATED · ", "SIMULATED 模拟行情 · ") if simulated else ""
    run = "" if number is None else t(f" (score run {number})", f"（评分 {number}）")
    start = t(f"since {since['day']}{run}", f"自 {since['day']} 起{run}")
    if not rows:
        return Message(t(f"{mark}Nothing is new {start}.", f"{mark}{start}没有变化。"), ())
    kinds = [row["kind"] for row in rows]
    counts = [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]
    listed = t(", ".join(f"{say(kind, language)} {count}" for kind, count in counts),
               "、".join(f"{say(kind, language)} {count}" for kind, count in counts))  # fmt: skip
    title = t(f"{mark}New {start}: {listed}.", f"{mark}{start}：{listed}。")
    told = ranked(rows)[:MOST_LINES]
    lines = [_line(row, language) for row in told]
    rest = len(rows) - len(told)
    if rest:
        lines.append(t(f"… and {rest} more: python main.py changes", f"…… 另有 {rest} 条：python main.py changes"))
    return Message(title, tuple(lines))


def ranked(rows: Sequence[Row]) -> list[Row]:
    """Put what a person wants to hear of first in front, within a kind what is larger."""
    return sorted(rows, key=lambda row: (_FIRST.index(row["kind"]), -_size(row)))


def _size(row: Row) -> float:
    return abs(row["value"]) if isinstance(row["value"], (int, float)) else 0.0


def _line(row: Row, language: str) -> str:
    what = row["what_zh" if language == "zh" else "what"]
    name = "" if row["name"] == row["symbol"] else f" {row['name']}"
    by = f" · {row['broker']}" if row["broker"] else ""
    return clean(f"{say(row['kind'], language)}: {row['symbol']}{name}{by} · {what}")
