"""Integrity: what is wrong with the database file, and which backup still holds it whole."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from watchlist.domain.errors import WatchlistError
from watchlist.storage.backup import backups, examined
from watchlist.storage.database import new_schema
from watchlist.storage.health import injuries
from watchlist.storage.injury_words import Injury, in_words


def found_injuries(connection: sqlite3.Connection) -> list[Injury]:
    """Look at every page and every row and say what is wrong; empty where all is well."""
    return list(in_words(injuries(connection, new_schema(connection))))


def newest_whole(folder: Path) -> tuple[Path | None, Sequence[Path]]:
    """Look through the backups of a folder, newest first.

    Returns:
        the newest whole one, ``None`` where there is none, and the newer ones that are not whole.
    """
    bad: list[Path] = []
    for path in reversed(backups(folder)):
        try:
            if not examined(path):
                return path, bad
        except WatchlistError:
            pass
        bad.append(path)
    return None, bad
