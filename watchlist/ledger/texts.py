"""Texts of reports on this machine: a person's own copies under ``config/local/texts/``, never part of the program.

A text is known by its fingerprint: one that is not to the letter what was read, and offsets count in, is not used.
"""

import hashlib
from pathlib import Path
from typing import Final

from watchlist.ledger.home import Home
from watchlist.ledger.whole_file import write_whole

FOLDER: Final = "texts"


def keep_text(home: Home, report: str, text: str) -> Path | None:
    """Keep the text of a report; ``None`` where it holds what no file can (halves of characters, as bad PDF may give).

    Raises:
        UnsafePath: the disk refuses.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return None
    path = _path(home, report)
    if _text(path) != text:
        write_whole(home, path, text)
    return path


def find_text(home: Home, report: str, sha256: str) -> str | None:
    """Give the text that has this fingerprint, ``None`` where it is not on this machine."""
    text = _text(_path(home, report))
    return text if text is not None and hashlib.sha256(text.encode()).hexdigest() == sha256 else None


def _path(home: Home, report: str) -> Path:
    return home.local / FOLDER / f"{report}.txt"


def _text(path: Path) -> str | None:
    """Read a file to the letter, line ends and all."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
