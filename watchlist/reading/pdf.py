"""A PDF's bytes become text, page by page; what cannot be read is told apart: encrypted, damaged, pictures only."""

from typing import Any, Final, Literal

MAGIC: Final = b"%PDF-"
_FEWEST_LETTERS: Final = 20

Trouble = Literal["encrypted", "damaged", "image_only", "too_long"]
ENCRYPTED: Final = "encrypted"
DAMAGED: Final = "damaged"
IMAGE_ONLY: Final = "image_only"
TOO_LONG: Final = "too_long"


class UnreadablePdfError(ValueError):
    """A PDF without text for us; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def text_of(content: bytes, most_pages: int) -> str:
    """Give the text of a PDF, its pages parted by a form feed.

    Raises:
        UnreadablePdfError: it is encrypted, damaged, holds pictures only, or has too many pages.
    """
    import pypdfium2 as pdfium  # noqa: PLC0415 - a library of 3 MB that only PDF needs

    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        trouble: Trouble = ENCRYPTED if "assword" in str(error) else DAMAGED
        raise UnreadablePdfError(trouble) from error
    try:
        if len(document) > most_pages:
            raise UnreadablePdfError(TOO_LONG)
        pages = [_page(document, number) for number in range(len(document))]
    except pdfium.PdfiumError as error:
        raise UnreadablePdfError(DAMAGED) from error
    finally:
        document.close()
    text = "\f".join(pages)
    if sum(not letter.isspace() for letter in text) < _FEWEST_LETTERS:
        raise UnreadablePdfError(IMAGE_ONLY)
    return text


def _page(document: Any, number: int) -> str:  # noqa: ANN401 - pypdfium2 comes without types
    page = document[number]
    text_page = page.get_textpage()
    text: str = text_page.get_text_bounded()
    text_page.close()
    page.close()
    # pdfium marks a hyphenated break with U+FFFE and ends lines with CR LF.
    return text.replace("\ufffe", "").replace("\r\n", "\n").replace("\r", "\n")
