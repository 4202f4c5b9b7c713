"""What every page shares, the review and the web: templates, how numbers are written, and the content policy."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from watchlist.domain.spoken import index_called, say
from watchlist.output.columns import NUMERIC, Column, Row, called
from watchlist.output.drawing import draw, draw_small
from watchlist.output.highlights import INVISIBLE
from watchlist.output.review_columns import basis_notes
from watchlist.output.table import written

TEMPLATES: Final = Path(__file__).with_name("templates")
# Borders of the heat map's colours: the number in the cell says the rest.
_HEAT: Final = (0.02, 0.05, 0.10, 0.20)


def _inert(value: object) -> object:
    """Show what hides, turns or moves in words from outside as a mark; what is markup already has been through here."""
    return value.translate(INVISIBLE) if type(value) is str else value


def environment(language: str, *, red_up: bool, folders: Sequence[Path] = ()) -> Environment:
    """Make the template environment: everything that comes from a report is escaped."""
    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]), autoescape=select_autoescape(), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_inert,
    )  # fmt: skip
    made.filters |= {"percent": percent, "rate": rate, "word": lambda word: say(str(word), language)}
    made.globals |= {
        "t": lambda en, zh: zh if language == "zh" else en,
        "language": language,
        "called": lambda row, key: called(row, key, language),
        "index_called": lambda symbol, name: index_called(symbol, name, language),
        "basis_notes": lambda health: basis_notes(health, language),
        "sign": sign,
        "heat": heat,
        "draw": draw,
        "draw_small": draw_small,
        "numeric": lambda column: column.kind in NUMERIC,
        "shown": lambda column, row: shown(column, row, language),
        "value": lambda column, row: column.value(row, language),
        "sortable": sortable,
        "style": Markup(style(red_up=red_up)),  # noqa: S704  (our own file)
        "script": Markup(script()),  # noqa: S704  (our own file)
    }
    return made


@cache
def script() -> str:
    """Give the one script of a page: it sorts and searches tables."""
    return (TEMPLATES / "tables.js").read_text("utf-8")


@cache
def style(*, red_up: bool) -> str:
    """Give the style sheet, gains red or green."""
    sheet = (TEMPLATES / "style.css").read_text("utf-8")
    light, dark = (("#c8102e", "#0a7d45"), ("#ff7a88", "#4fc58a"))
    up, down = (0, 1) if red_up else (1, 0)
    first = f":root{{--up: {light[up]}; --down: {light[down]}}}\n"
    night = f"@media (prefers-color-scheme: dark){{:root{{--up: {dark[up]}; --down: {dark[down]}}}}}\n"
    return first + night + sheet


def policy(*, red_up: bool) -> str:
    """Give the content policy: this style and this script, and nothing from anywhere else."""
    return f"default-src 'none'; style-src {_digest(style(red_up=red_up))}; script-src {_digest(script())}"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def percent(value: float | None) -> str:
    """Write a signed fraction in percent."""
    return "–" if value is None else f"{value * 100:+.1f}%"


def rate(value: float | None) -> str:
    """Write a rate in whole percent."""
    return "–" if value is None else f"{value * 100:.0f}%"


def sign(value: float | None) -> str:
    """Name the sign of a number for the style sheet."""
    return "" if not value else "up" if value > 0 else "down"


def heat(value: float | None) -> str:
    """Name the colour of a heat map's cell: ``u0`` to ``u4`` above zero, ``d0`` to ``d4`` below."""
    if value is None:
        return ""
    return ("u" if value >= 0 else "d") + str(sum(abs(value) >= border for border in _HEAT))


def shown(column: Column, row: Row, language: str) -> str:
    """Write a row's value the way its column does."""
    value = column.value(row, language)
    if value is not None and column.kind in {"level", "factor"}:
        return f"{value:,.2f}" if column.kind == "level" else f"{value:.6f}"
    if isinstance(value, bool):
        return {"zh": ("否", "是")}.get(language, ("no", "yes"))[value]
    return written(column, value, language)


def sortable(value: Any) -> str:  # noqa: ANN401  (any JSON value)
    """Give what a column is sorted by: a number in full, text as it is, nothing for the unknown."""
    return "" if value is None else repr(value) if isinstance(value, (int, float)) else str(value)
