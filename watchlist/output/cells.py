"""Cells of a workbook: what a value becomes in Excel. Text stays text, whatever a report put into it."""

import datetime as dt
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from watchlist.domain.spoken import say
from watchlist.output.columns import NUMERIC, Column

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT: Final = 32_767  # characters that Excel takes in one cell
_LONGEST_NAME: Final = 31
_NARROWEST, _WIDEST = 8, 44
_REFUSED: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_RED, _GREEN = "#C8102E", "#0A7D45"


def safe_sheet_names(names: list[str]) -> list[str]:
    r"""Give a name that Excel takes for each full name: no ``[]:*?/\``, 31 characters, no two alike in any case."""
    taken = {"history"}  # Excel keeps this one for itself
    safe = []
    for name in names:
        stem = _REFUSED.sub("·", name).strip(" '")[:_LONGEST_NAME] or "-"
        found, number = stem, 2
        while found.lower() in taken:
            tail = f" {number}"
            found, number = stem[: _LONGEST_NAME - len(tail)] + tail, number + 1
        taken.add(found.lower())
        safe.append(found)
    return safe


def formats(book: "Workbook", *, red_up: bool) -> dict[str, "Format"]:
    """Make the formats of a workbook by kind; the sign stands beside the colour, which is never the only signal."""
    up, down = (_RED, _GREEN) if red_up else (_GREEN, _RED)
    base = {"valign": "top"}
    signed = {"num_format": "+0.00%;-0.00%;0.00%", **base}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "mark": book.add_format({"bold": True, "font_color": _RED}),
        "soft": book.add_format({"font_color": "#667085", "text_wrap": True, **base}),
        "head": book.add_format({"bold": True, "bg_color": "#E8EDF5", "bottom": 1, "text_wrap": True, **base}),
        "percent": book.add_format(signed),
        "up": book.add_format({"font_color": up, **signed}),
        "down": book.add_format({"font_color": down, **signed}),
        "rate": book.add_format({"num_format": "0.0%", **base}),
        "weight": book.add_format({"num_format": "0.0%", **base}),
        "shares": book.add_format({"num_format": "#,##0.######", **base}),
        "price": book.add_format({"num_format": "#,##0.00##", **base}),
        "level": book.add_format({"num_format": "#,##0.00", **base}),
        "factor": book.add_format({"num_format": "0.000000", **base}),
        "count": book.add_format({"num_format": "#,##0", **base}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **base}),
        "text": book.add_format({"num_format": "@", "indent": 1, **base}),
    }


def write_cell(
    sheet: "Worksheet",
    at: tuple[int, int],
    shown: Column,
    value: Any,  # noqa: ANN401  (any JSON value)
    look: dict[str, "Format"],
    language: str,
) -> None:
    """Write one value by its column's kind; an unknown one leaves the cell empty."""
    if value is None or value == []:
        return
    if shown.kind == "percent":
        sheet.write_number(*at, value, signed(look, value))
    elif shown.kind in NUMERIC:
        sheet.write_number(*at, value, look[shown.kind])
    elif shown.kind == "date":
        sheet.write_datetime(*at, dt.datetime.fromisoformat(value), look["date"])
    else:
        sheet.write_string(*at, cell_text(shown, value, language), look["text"])


def signed(look: dict[str, "Format"], value: float) -> "Format":
    """Pick the format of a signed fraction."""
    return look["up" if value > 0 else "down" if value < 0 else "percent"]


def cell_text(shown: Column, value: Any, language: str) -> str:  # noqa: ANN401  (any JSON value)
    """Write a value as text that fits a cell; what is cut ends with an ellipsis."""
    if shown.kind == "word":
        text = say(str(value), language)
    elif isinstance(value, bool):
        text = {"zh": ("否", "是")}.get(language, ("no", "yes"))[value]
    elif isinstance(value, list):
        text = " ".join(str(one) for one in value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def width(title: str, texts: list[str]) -> int:
    """Give a column width for its texts, Chinese characters being two wide; the title may take two lines."""
    widest = max(_columns(title) // 2 + 3, *(_columns(text) for text in texts), 0)
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text[:_WIDEST])
