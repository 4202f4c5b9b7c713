"""Text as rows of cells: whatever divides it, in UTF-8, UTF-16 or GB18030."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from watchlist.domain.errors import Words
from watchlist.ledger.table_limits import UnreadableCells, refuse_sheet

_SAMPLED: Final = 60  # lines that tell how a text is divided
_DELIMITERS: Final = ("\t", ",", ";", "|")
_MARKUP: Final = re.compile(r"\s*<(?:!doctype html|html|table|meta|head|\?xml)", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")


def text_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Read a text, divided by tabs, commas, semicolons or bars, or by columns of spaces."""
    refuse_sheet(sheet)
    text = decoded(path.read_bytes())
    delimiter = _delimiter(text)
    if delimiter is None:
        for number, line in enumerate(text.splitlines(), 1):
            yield number, spaced(line)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        before = 0
        for cells in reader:
            yield before + 1, tuple(cells)
            before = reader.line_num
    except csv.Error as error:
        at = reader.line_num
        raise UnreadableCells(Words(f"line {at} is broken ({error})", f"第 {at} 行有误（{error}）")) from error


def decoded(raw: bytes) -> str:
    """Give the text of a file in UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        UnreadableCells: it is no text, or a page of the web.
    """
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        if _MARKUP.match(text):
            raise UnreadableCells(Words("it is a page of the web, not a table", "它是网页，不是表格"))
        return text
    raise UnreadableCells(Words("it is no text", "不是文本"))


def _delimiter(text: str) -> str | None:
    """Find what divides the lines, ``None`` for columns of spaces: what gives most lines equally many cells, and many.

    Thousands separators divide the lines of a table too, but into fewer cells.
    """
    lines = [line for line in text[: 64 * 1024].splitlines() if line.strip()][:_SAMPLED]
    return max((*_DELIMITERS, None), key=lambda delimiter: _agreement(lines, delimiter))


def _agreement(lines: Sequence[str], delimiter: str | None) -> int:
    split = map(spaced, lines) if delimiter is None else csv.reader(lines, delimiter=delimiter)
    widths = Counter(width for cells in split if (width := len(cells)) > 1)
    return max((width * count for width, count in widths.items()), default=0)


def spaced(line: str) -> tuple[str, ...]:
    """Divide a line at two spaces and more: one may stand inside a name (五 粮 液)."""
    return tuple(re.split(r"[ \t\u3000]{2,}", line.strip()))
