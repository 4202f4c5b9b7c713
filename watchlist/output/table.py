"""Tables in the terminal: aligned with Chinese, coloured by sign, and safe with foreign text."""

import re
from collections.abc import Mapping, Sequence
from typing import IO, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table
from rich.text import Text

from watchlist.core.theme_index import FEWEST
from watchlist.domain.spoken import say
from watchlist.output.columns import NUMERIC, Column, Row
from watchlist.output.fitting import Cells, fitted, wanted, wrapped
from watchlist.output.sparkline import draws, sparkline

# Control characters, and what breaks lines, hides or turns the direction of text.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
# A break inside Chinese text is the page's, not the sentence's.
_WRAPPED = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])")
_FRACTIONS = {"percent": "+.2f", "rate": ".0f", "weight": ".1f"}
_NUMBERS = {"price": ",.2f", "shares": ","}
_UP = {"zh": "red", "en": "green"}
_DOWN = {"zh": "green", "en": "red"}
LONG = 1_000  # rows from which on a table is written row by row
_BETWEEN = "   "  # between two cells
Curves = Mapping[str, Sequence[Sequence[float]]]


def print_table(
    rows: Sequence[Row], columns: Sequence[Column], language: str, stream: IO[str], *, title: str | None = None,
    caption: str | None = None, colours: str = "auto", curves: Curves | None = None,
) -> None:  # fmt: skip
    """Write rows as a table; every value goes in as plain text, whatever a report put into it.

    Args:
        curves: by column path, a curve for each row; drawn before the value where the stream takes the characters
            and no line gets too long by it.
    """
    target = console(stream)
    drawn: Curves = (curves or {}) if draws(stream) else {}
    heads = [plain(column.title(language)) for column in columns]
    words = (None if title is None else plain(title), None if caption is None else plain(caption))
    cells = [[_cell(column, row, language, colours) for column in columns] for row in rows]
    sides = [_to_the_right(column) for column in columns]
    curved = [[_with(drawn, column, at, cell) for column, cell in zip(columns, line, strict=True)]
              for at, line in enumerate(cells)] if drawn else cells  # fmt: skip
    for lines in (curved, cells):
        widths = wanted(heads, lines)
        if sum(widths) + len(_BETWEEN) * len(widths) <= target.width:
            if len(lines) > LONG:
                _print_long(target, _table(heads, lines[:1], sides, widths, words), lines, sides, widths)
            else:
                target.print(_table(heads, lines, sides, widths, words))
            return
    for pad in (1, 0):
        folded = fitted(heads, cells, sides, target.width - 1 - (1 + 2 * pad) * len(heads))
        if folded is not None:
            target.print(_table(heads, cells, sides, folded, words, pad))
            return
    _print_records(target, heads, cells, words)


def _table(
    heads: Sequence[Text], cells: Cells, sides: Sequence[bool], widths: Sequence[int],
    words: tuple[Text | None, Text | None], pad: int = 1,
) -> Table:  # fmt: skip
    title, caption = words
    width = sum(widths) + (1 + 2 * pad) * (len(widths) - 1) + 2  # what stands between, and a blank at either end
    table = Table(
        title=title,
        caption=None if caption is None else Text(wrapped(caption.plain, width)),
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
        pad_edge=False,
        padding=(0, pad),
    )
    for head, right, width in zip(heads, sides, widths, strict=True):
        side: JustifyMethod = "right" if right else "left"
        table.add_column(head, justify=side, overflow="fold", width=width)
    for line in cells:
        table.add_row(*line)
    return table


def _print_records(
    target: Console, heads: Sequence[Text], cells: Cells, words: tuple[Text | None, Text | None]
) -> None:
    """Write a block a row, a line a value, where a terminal is too narrow for a table whose numbers stay whole."""
    title, caption = words
    if title is not None:
        target.print(title, style="italic")
    for line in cells:
        block = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        block.add_column(style="bold", no_wrap=True)
        block.add_column(overflow="fold")
        for head, cell in zip(heads, line, strict=True):
            block.add_row(head, cell)
        target.print()
        target.print(block)
    if caption is not None:
        target.print()
        target.print(Text(wrapped(caption.plain, target.width)), style="dim italic")


def _print_long(target: Console, table: Table, cells: Cells, sides: Sequence[bool], widths: Sequence[int]) -> None:
    """Write a table that fits as it is: its frame as the library lays it out around one row, the rows straight.

    The library measures, wraps and pads every cell, which takes a millisecond a row.
    """
    frame = target.render_lines(table, pad=False)
    first = next(n for n, line in enumerate(frame) if any("─" in one.text for one in line)) + 1
    lines = [_line(row, sides, widths) for row in cells]
    every = [*frame[:first], *lines, *frame[first + 1 :]]
    target.print(Segments([one for line in every for one in (*line, Segment.line())]), end="")


def _line(row: Sequence[Text], sides: Sequence[bool], widths: Sequence[int]) -> list[Segment]:
    found = [Segment(" ")]
    for at, (text, right, width) in enumerate(zip(row, sides, widths, strict=True)):
        blank = " " * (width - cell_len(text.plain))
        style = Style.parse(str(text.spans[0].style)) if text.spans else None
        word = Segment(text.plain, style)
        found += [Segment(blank), word] if right else [word, Segment(blank)]
        found.append(Segment(_BETWEEN if at < len(widths) - 1 else " "))
    return found


def _to_the_right(column: Column) -> bool:
    return column.kind in {*NUMERIC, "index"}


def _with(drawn: Curves, column: Column, at: int, value: Text) -> Text:
    curve = sparkline(drawn[column.path][at]) if column.path in drawn else None
    return Text.assemble((curve, "dim"), " ", value) if curve else value


def console(stream: IO[str]) -> Console:
    """Make a console; a pipe gets lines as wide as they need to be."""
    return Console(file=stream, width=None if stream.isatty() else 200, highlight=False, markup=False, emoji=False)


def plain(value: object) -> Text:
    """Make text that :func:`clean` has gone over."""
    return Text(clean(value))


def clean(value: object) -> str:
    """Take out control and direction characters, so that foreign words move no cursor and hide nothing.

    A line break of the source goes too; between two Chinese characters it leaves no blank.
    """
    text = _WRAPPED.sub("", str(value))
    return _CONTROL.sub(" ", text)


def clean_lines(text: str) -> str:
    """Clean every line of a text that has several."""
    return "\n".join(map(clean, text.split("\n")))


def written(column: Column, value: Any, language: str) -> str:  # noqa: ANN401  (any JSON value)
    """Write one value the way its column does."""
    if value is None or value == []:
        return "–"
    if column.kind in _FRACTIONS:
        return f"{value * 100:{_FRACTIONS[column.kind]}}%"
    if column.kind in _NUMBERS:
        return f"{value:{_NUMBERS[column.kind]}}"
    if column.kind == "index":
        moved = value["total_return"]
        # Below three members an index stands still (RULES 21): what it shows is what it came to by then.
        return "–" if moved is None else f"{moved * 100:+.2f}%" + ("" if value["members"] >= FEWEST else " †")
    if column.kind == "word":
        return say(str(value), language)
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value)


def _cell(column: Column, row: Row, language: str, colours: str) -> Text:
    value: Any = _interval(row) if column.path == "interval" else column.value(row, language)
    text = plain(written(column, value, language))
    if column.kind == "index" and value:
        value = value["total_return"]
    if column.kind in {"percent", "index"} and value:
        style = {"red-up": "zh", "green-up": "en"}.get(colours, language)
        text.stylize((_UP if value > 0 else _DOWN)[style])
    return text


def _interval(row: Row) -> str | None:
    low, high = row.get("hit_rate_low"), row.get("hit_rate_high")
    return None if low is None or high is None else f"{low * 100:.0f}–{high * 100:.0f}%"
