"""PDF: its text is read as pasted text is, and what cannot be read is told apart."""

import io

import pypdfium2 as pdfium
import pytest

from watchlist.reading.pdf import UnreadablePdfError, text_of

WORDS = "Our top picks are Tencent (700 HK) and Meituan (3690 HK)."


def made(words: str) -> bytes:
    """Write the smallest PDF that shows a line of Latin text."""
    stream = f"BT /F1 12 Tf 50 700 Td ({words.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += str(number).encode() + b" 0 obj" + part + b"endobj\n"
    table = b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    tail = f"trailer<</Size {len(parts) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF".encode()
    return body + f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n".encode() + table + tail


def test_a_pdf_gives_its_words() -> None:
    assert text_of(made(WORDS), most_pages=5).strip() == WORDS


def test_a_pdf_without_text_says_so() -> None:
    document = pdfium.PdfDocument.new()
    document.new_page(100, 100)
    content = io.BytesIO()
    document.save(content)
    document.close()
    with pytest.raises(UnreadablePdfError, match="image_only"):
        text_of(content.getvalue(), most_pages=5)


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(UnreadablePdfError, match="too_long"):
        text_of(made(WORDS), most_pages=0)


def test_a_damaged_pdf_says_so() -> None:
    with pytest.raises(UnreadablePdfError, match="damaged"):
        text_of(b"%PDF-1.7\nnothing", most_pages=5)
