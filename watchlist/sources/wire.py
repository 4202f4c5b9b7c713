"""What came over the wire in one call, and what it says about the vendor: refused, failed or answered.

The libraries turn a block page, a cut answer and an unknown symbol into the same exceptions or empty frames, so what a
call means is read from the answers themselves.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import pandas as pd

from watchlist.sources.contract import Blocked, Failed, NoData
from watchlist.sources.shape import Outside


class Trouble(StrEnum):
    """How an exchange broke."""

    NONE = ""
    TIMEOUT = "no answer in time"
    CLOSED = "connection closed without an answer"
    CUT = "answer cut short"
    UNREACHABLE = "cannot be reached"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; ``status`` is 0 and ``body`` empty where none came."""

    url: str
    status: int = 0
    body: str = ""
    trouble: Trouble = Trouble.NONE

    @property
    def host(self) -> str:
        """The host that was asked."""
        return self.url.split("://", 1)[-1].split("/", 1)[0]


# 403, 418 and 456 are how Chinese vendors say 429.
_REFUSALS: Final = frozenset({401, 403, 418, 429, 451, 456, 999})
_heard: Final[list[Exchange]] = []


def hear(exchange: Exchange) -> None:
    """Keep an exchange of the call under way in this process."""
    _heard.append(exchange)


@contextlib.contextmanager
def listening() -> Iterator[list[Exchange]]:
    """Collect the exchanges of one call, oldest first."""
    _heard.clear()
    yield _heard


def refusal(exchange: Exchange, *, page: bool = False) -> Blocked | Failed | None:
    """Say why an exchange gave no answer, ``None`` when it gave one (404 is one: the vendor knows no such thing).

    Args:
        page: whether the answer should be a web page.
    """
    if exchange.trouble is Trouble.CLOSED:
        return Blocked(f"{exchange.host}: {exchange.trouble}")
    if exchange.trouble is not Trouble.NONE:
        waited = exchange.trouble in {Trouble.TIMEOUT, Trouble.UNREACHABLE}
        return Failed(f"{exchange.host}: {exchange.trouble}", waited=waited)
    if exchange.status in _REFUSALS:
        return Blocked(f"{exchange.host}: HTTP {exchange.status}")
    if exchange.status >= HTTPStatus.BAD_REQUEST and exchange.status != HTTPStatus.NOT_FOUND:
        return Failed(f"{exchange.host}: HTTP {exchange.status}")
    if not page and exchange.status == HTTPStatus.OK and exchange.body.lstrip("\ufeff \r\n\t").startswith("<"):
        return Blocked(f"{exchange.host}: a web page in place of an answer")
    return None


@dataclass(frozen=True, slots=True)
class About:
    """Where an answer names the security it is about (the first group of ``pattern``), and the name it should have."""

    pattern: re.Pattern[str]
    expected: str

    def other(self, body: str) -> str | None:
        """Give the security an answer is about where that is not the one expected; an answer may name none."""
        match = self.pattern.search(body)
        return match[1] if match and match[1].upper() != self.expected.upper() else None


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a vendor's answers.

    Attributes:
        none: reads an answer and gives the reason where it says plainly that the vendor has nothing; else ``None``.
        about: how to tell that the answer is about the security that was asked.
        required: which exchanges the answer stands on; the others (a cookie, say) may fail.
        cuts: whether the library cuts the answer to the range itself, so that nothing may be left of a good one.
        page: whether a good answer is a web page, so that one is no refusal.
    """

    none: Callable[[Exchange], str | None]
    about: About | None = None
    required: Callable[[Exchange], bool] = bool
    cuts: bool = False
    page: bool = False


def asked(ask: Callable[[], Any], reading: Reading) -> pd.DataFrame | NoData | Blocked | Failed:
    """Make one call through a library, which gives a frame, and say what came of it; a frame is never empty."""
    error: Exception | None = None
    frame: Any = None
    with listening() as heard:
        try:
            frame = ask()
        except Exception as caught:  # noqa: BLE001 - akshare raises whatever its parsing stumbles on
            error = caught
        exchanges = [exchange for exchange in heard if reading.required(exchange)]
    if not exchanges:
        return Failed(f"nothing was asked: {type(error).__name__}: {error}")
    found = isinstance(frame, pd.DataFrame) and not frame.empty
    trouble = _trouble(exchanges, reading, found=found)
    if trouble is not None:
        return trouble
    if isinstance(frame, pd.DataFrame) and found:
        return frame
    return _nothing(exchanges[-1], reading, error)


def _trouble(exchanges: Sequence[Exchange], reading: Reading, *, found: bool) -> Blocked | Failed | None:
    """Say what is wrong with the exchanges themselves, ``None`` when nothing is.

    A library may ask again after a refusal: the last exchange decides, unless nothing was found at all.
    """
    relevant = exchanges[-1:] if found else (exchanges[-1], *exchanges)
    refused = (refusal(one, page=reading.page) for one in relevant)
    trouble = next((one for one in refused if one is not None), None)
    if trouble is not None:
        return trouble
    about = reading.about
    other = about.other(exchanges[-1].body) if about is not None else None
    if about is not None and other is not None:
        return Failed(f"{exchanges[-1].host}: asked about {about.expected}, answered about {other}")
    return None


def _nothing(answer: Exchange, reading: Reading, error: Exception | None) -> NoData | Failed:
    """Say what it means that a library made no frame of a good exchange."""
    reason = reading.none(answer)
    if reason is not None:
        return NoData(reason)
    if error is None and reading.cuts:
        return Outside(f"{answer.host} has no rows in the range")
    what = "an empty table" if error is None else f"{type(error).__name__}: {str(error)[:120]}"
    return Failed(f"{answer.host}: an answer that cannot be read ({what})")
