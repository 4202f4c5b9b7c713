"""The review page: one self-contained HTML file, without network or script, in Chinese or English."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from watchlist import __version__
from watchlist.output.columns import say

_TEMPLATES: Final = Path(__file__).with_name("templates")
_WIDTH, _HEIGHT, _PAD = 640, 180, 8


def review_page(review: Mapping[str, Any], language: str, colours: str = "auto") -> str:
    """Render a review; everything that comes from a report is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=select_autoescape(), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"percent": percent, "rate": rate, "word": lambda word: say(str(word), language)}

    def words(en: str, zh: str) -> str:
        return zh if language == "zh" else en

    red_up = colours == "red-up" or (colours == "auto" and language == "zh")
    curves = {theme: draw(curve) for theme, curve in review["curves"].items()}
    return environment.get_template("review.html").render(
        review=review, t=words, language=language, red_up=red_up, curves=curves, version=__version__, sign=sign
    )


def percent(value: float | None) -> str:
    """Write a signed fraction in percent."""
    return "–" if value is None else f"{value * 100:+.1f}%"


def rate(value: float | None) -> str:
    """Write a rate in whole percent."""
    return "–" if value is None else f"{value * 100:.0f}%"


def sign(value: float | None) -> str:
    """Name the sign of a number for the style sheet."""
    return "" if not value else "up" if value > 0 else "down"


def draw(curve: Sequence[tuple[str, float, float]]) -> dict[str, Any]:
    """Draw an index and its benchmark as SVG paths in one frame.

    Returns:
        ``width height index benchmark base_y first last low high``: path data and labels.
    """
    levels = [value for _, index, benchmark in curve for value in (index, benchmark)]
    low, high = min(levels), max(levels)
    span = (high - low) or 1.0

    def x(at: int) -> float:
        return _PAD + at * (_WIDTH - 2 * _PAD) / max(len(curve) - 1, 1)

    def y(value: float) -> float:
        return _PAD + (high - value) * (_HEIGHT - 2 * _PAD) / span

    def path(column: int) -> str:
        points = (f"{x(at):.1f},{y(float(row[column])):.1f}" for at, row in enumerate(curve))
        return "M" + " L".join(points)

    return {
        "width": _WIDTH, "height": _HEIGHT, "index": path(1), "benchmark": path(2), "base_y": f"{y(1000.0):.1f}",
        "first": curve[0][0], "last": curve[-1][0], "low": f"{low:,.0f}", "high": f"{high:,.0f}",
    }  # fmt: skip
