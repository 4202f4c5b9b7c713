"""PDFs as brokers' tools write them: by ReportLab with a Chinese font, and by a browser's print."""

import base64
import html
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

_FONT, _SIZE, _LEADING, _MARGIN = "STSong-Light", 10, 14, 50
# A picture of one white dot.
_WHITE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
)
registerFont(UnicodeCIDFont(_FONT))


def written(lines: Sequence[str], password: str | None = None) -> bytes:
    """Write lines on A4 pages, long ones wrapped wherever they are full."""
    content = io.BytesIO()
    guard = StandardEncryption(password, canCopy=0) if password else None
    canvas = Canvas(content, pagesize=A4, encrypt=guard)
    height = A4[1] - _MARGIN
    canvas.setFont(_FONT, _SIZE)
    for line in chain.from_iterable(map(_wrapped, lines)):
        if height < _MARGIN:
            canvas.showPage()
            canvas.setFont(_FONT, _SIZE)
            height = A4[1] - _MARGIN
        canvas.drawString(_MARGIN, height, line)
        height -= _LEADING
    canvas.save()
    return content.getvalue()


def _wrapped(line: str) -> Iterator[str]:
    """Break a line wherever it is full, as Chinese is set: inside names too."""
    room, part = A4[0] - 2 * _MARGIN, ""
    for letter in line:
        if stringWidth(part + letter, _FONT, _SIZE) > room:
            yield part
            part = ""
        part += letter
    yield part


def pictured() -> bytes:
    """Write a page that is one picture, as a scanner does."""
    content = io.BytesIO()
    canvas = Canvas(content, pagesize=A4)
    canvas.drawImage(ImageReader(io.BytesIO(_WHITE)), 0, 0, *A4)
    canvas.save()
    return content.getvalue()


def page_of(text: str, path: Path) -> None:
    """Write a web page that shows a text line by line, for a browser to print."""
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
    path.write_text(f'<!doctype html><meta charset="utf-8"><style>p{{margin:0}}</style>{lines}', "utf-8")
