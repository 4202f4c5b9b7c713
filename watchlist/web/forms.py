"""Forms: what a browser sends, read in pieces and never more than was allowed."""

from collections.abc import AsyncGenerator
from typing import Final

from starlette.datastructures import FormData
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from watchlist.steps.read import MOST_BYTES, MOST_PDF_BYTES

_AROUND: Final = 100_000  # bytes of a form besides its file or text
MOST: Final = MOST_PDF_BYTES + _AROUND
_MOST_FIELDS: Final = 12


class TooMuch(Exception):
    """A form is larger than any that is taken."""


class Garbled(Exception):
    """What was sent is no form."""


async def read_form(request: Request, most: int = MOST) -> FormData:
    """Read a form of at most ``most`` bytes; nothing larger is ever held or written to disk.

    Raises:
        TooMuch: it is larger, by what it says or by what comes.
        Garbled: it is no form.
    """
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most:
        raise TooMuch
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            # Pasted text is a field, and may be as long as a text may be; each of its characters may take four bytes.
            parser = MultiPartParser(request.headers, _counted(request, most), max_files=1, max_fields=_MOST_FIELDS,
                                     max_part_size=MOST_BYTES + _AROUND)  # fmt: skip
            return await parser.parse()
        if kind == "application/x-www-form-urlencoded":
            return await FormParser(request.headers, _counted(request, min(most, _AROUND))).parse()
    except (MultiPartException, ClientDisconnect, LookupError, ValueError) as error:
        if "exceeded maximum size" in str(error):
            raise TooMuch from None
        raise Garbled from None
    raise Garbled


async def _counted(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > most:
            raise TooMuch
        yield chunk
