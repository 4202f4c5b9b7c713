"""The journal of `run`: a line an event, on stderr and in a rotated file, for a person's eye and for a program's.

``TIME LEVEL MARKET SESSION EVENT name=value …`` — the time with its zone, ``-`` for what does not apply, values with
blanks in quotes. No secret gets in: see :func:`redacted`.
"""

import datetime as dt
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from watchlist.output.table import clean

LEVELS: Final = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_MEGABYTE: Final = 1_000_000
_LONGEST: Final = 500  # characters of one value
# What stands before the host of an address, and what its query or a header calls a key.
_LOGIN: Final = re.compile(r"(?<=://)[^/\s@]+@")
_KEY: Final = re.compile(
    r"(?i)((?:access_)?token|api_?key|key|sign(?:ature)?|secret|password|passwd|pwd|authorization)(\s*[=:]\s*)((?:bearer|basic|token)\s+[^\s&\"',;]+|[^\s&\"',;]+)"
)
_BARE: Final = re.compile(r"[^\s\"'=]+")


class Journal:
    """Writes lines; what cannot be written (a full disk, a closed terminal) stops nobody."""

    def __init__(self, folder: Path, megabytes: int, files: int, *, console: bool = True) -> None:
        """Open the journal of a folder, and of stderr unless told otherwise; what cannot be opened is done without."""
        self._logger = logging.getLogger("watchlist.run")
        self._logger.setLevel(logging.INFO)
        self._logger.propagate = False
        self._logger.addHandler(_Console(sys.stderr) if console else logging.NullHandler())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = _File(folder / "run.log", "a", megabytes * _MEGABYTE, files, encoding="utf-8", delay=True)
        except OSError as error:
            self.write("warning", dt.datetime.now(dt.UTC), "log", facts={"unwritable": error.strerror or "?"})
        else:
            self._logger.addHandler(file)

    def write(
        self, level: str, moment: dt.datetime, event: str, market: str = "", session: dt.date | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        """Write one line."""
        self._logger.log(LEVELS[level], "%s", line(level, moment, event, market, session, facts or {}))

    def close(self) -> None:
        """Close the file."""
        for handler in list(self._logger.handlers):
            self._logger.removeHandler(handler)
            handler.close()


def line(
    level: str, moment: dt.datetime, event: str, market: str, session: dt.date | None, facts: Mapping[str, object]
) -> str:
    """Make a line of the journal, with market and session where the event has them; moments in this machine's zone."""
    when = moment.astimezone().isoformat(" ", "seconds")
    about = [str(one) for one in (market, session) if one]
    return " ".join([when, f"{level.upper():<7}", *about, event, *_written(facts)])


def redacted(text: str) -> str:
    """Take logins out of addresses, and the values of what is called a token, a key or a password."""
    return _KEY.sub(r"\1\2***", _LOGIN.sub("***@", text))


def _written(facts: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        if value is None or value == "":
            continue
        text = value.astimezone().isoformat(" ", "minutes") if isinstance(value, dt.datetime) else str(value)
        text = clean(redacted(text))[:_LONGEST]
        yield f"{name}={text}" if _BARE.fullmatch(text) else f'{name}="{text.replace(chr(34), chr(39))}"'


class _Console(logging.StreamHandler):  # type: ignore[type-arg]  # its stream may be any
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Lose the line: there is nowhere to say so."""


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """Lose the line in the file; it was on stderr."""
