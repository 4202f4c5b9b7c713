"""Drawings on pages: curves as SVG paths between lines of round levels, which stand beside them as text."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from watchlist.output.columns import Row

_WIDTH, _HEIGHT = 640, 230
_EDGE: Final = 6  # left and right, for marks
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_INTERVALS: Final = 4
Marks = Mapping[str, tuple[int, str]]  # by session: a direction (1, 0, -1), and words
_SHAPES: Final = {1: "buy", 0: "neutral", -1: "sell"}
_SMALL_WIDTH, _SMALL_HEIGHT = 96, 24


def draw(curve: Sequence[tuple[str, float, float]], marks: Marks | None = None) -> Row:
    """Draw an index, or a price, and its benchmark in one frame.

    Args:
        curve: ``(session, level, benchmark)``, oldest first.
        marks: by session, the direction of what was said (1, 0, -1) and the words of its mark.

    Returns:
        ``width height index benchmark ticks days marks``: path data; ``ticks`` levels with their heights, the
        highest first; ``days`` three sessions along the bottom; ``marks`` each ``(kind, path data, words)``.
    """
    levels = [value for _, index, benchmark in curve for value in (index, benchmark)]
    ticks = round_levels(min(levels), max(levels))
    low, high = ticks[0], ticks[-1]

    def x(at: int) -> float:
        return _EDGE + at * (_WIDTH - 2 * _EDGE) / max(len(curve) - 1, 1)

    def y(value: float) -> float:
        return (high - value) * _HEIGHT / (high - low)

    said = marks or {}
    digits = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9)) if len(ticks) > 1 else 2
    days = [curve[0][0], curve[len(curve) // 2][0], curve[-1][0]]
    return {
        "width": _WIDTH, "height": _HEIGHT,
        "index": _path((x(at), y(row[1])) for at, row in enumerate(curve)),
        "benchmark": _path((x(at), y(row[2])) for at, row in enumerate(curve)),
        "ticks": [(f"{level:,.{digits}f}", f"{y(level):.1f}") for level in reversed(ticks)],
        "days": list(dict.fromkeys(days)),
        "marks": [
            (_SHAPES[said[row[0]][0]], _mark(said[row[0]][0], x(at), y(row[1])), said[row[0]][1])
            for at, row in enumerate(curve) if row[0] in said
        ],
    }  # fmt: skip


def draw_small(values: Sequence[float]) -> Row | None:
    """Draw a curve as small as a word; ``None`` below two values.

    Returns:
        ``width height path``.
    """
    if len(values) < 2:  # noqa: PLR2004  (a curve has a beginning and an end)
        return None
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (_SMALL_WIDTH - 4) / (len(values) - 1)
    points = ((2 + at * step, 2 + (high - value) / span * (_SMALL_HEIGHT - 4)) for at, value in enumerate(values))
    return {"width": _SMALL_WIDTH, "height": _SMALL_HEIGHT, "path": _path(points)}


def round_levels(low: float, high: float) -> list[float]:
    """Give round levels in equal steps that hold everything between them, lowest first; two at least."""
    span = high - low
    if not span > 0:
        span = abs(high) * 0.02 or 1.0
    rough = span / _INTERVALS
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(one * scale for one in _STEPS if one * scale >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [at * step for at in range(first, max(last, first + 1) + 1)]


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _mark(direction: int, x: float, y: float) -> str:
    """Give a triangle below the place that points up to it, one above that points down, or a small square."""
    if direction == 0:
        return f"M{x - 3:.1f},{y - 3:.1f}h6v6h-6z"
    tip, side = y + 3 * direction, y + 12 * direction
    return f"M{x:.1f},{tip:.1f}L{x - 5:.1f},{side:.1f}H{x + 5:.1f}z"
