"""Backups: whole copies of the database, looked through before they get their name, and put back the same way."""

import datetime as dt
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from watchlist.domain.errors import BackupDamaged, UnsafePath, Words, refusal
from watchlist.storage.copy import copy_database
from watchlist.storage.database import locked, new_schema, reading
from watchlist.storage.health import Injuries, injuries
from watchlist.storage.injury_words import in_words
from watchlist.storage.place import file_of

_NAME: Final = re.compile(r"watchlist-(\d{8}T\d{6}Z)(?:-[\w-]+)?\.db")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_NAMED: Final = 3  # rows that a sentence names


def name_of(now: dt.datetime, why: str = "") -> str:
    """Name a backup of a moment: ``watchlist-20261122T083000Z.db``."""
    return f"watchlist-{now.astimezone(dt.UTC).strftime(_STAMP)}{'-' + why if why else ''}.db"


def backups(folder: Path) -> dict[Path, dt.datetime]:
    """List the backups in a folder with their moments, oldest first; other files there are none of ours."""
    found = {}
    for path in sorted(folder.glob("watchlist-*.db")):
        if match := _NAME.fullmatch(path.name):
            found[path] = dt.datetime.strptime(match[1], _STAMP).replace(tzinfo=dt.UTC)
    return found


def back_up(connection: sqlite3.Connection, folder: Path, now: dt.datetime, why: str = "") -> Path:
    """Copy an open database into a folder, also while somebody writes; nothing gets a name that is not whole.

    Raises:
        BackupDamaged: the copy is not whole, because the database is not; it is not kept.
        UnsafePath: it cannot be written there.
    """
    path = folder / name_of(now, why)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafePath(path=folder, reason=refusal(error)) from error
    unchecked = path.with_name(f".{path.name}.unchecked")
    try:
        copy_database(connection, unchecked)
        if wrong := examined(unchecked):
            raise BackupDamaged(path=file_of(connection), reason=said(wrong))
        unchecked.replace(path)
    finally:
        unchecked.unlink(missing_ok=True)
    return path


def examined(path: Path) -> Injuries:
    """Look through every page and row of a database file.

    Raises:
        EmptyDatabase, DatabaseUnusable, NewerDatabase: as :func:`~watchlist.storage.database.reading`.
    """
    with reading(path, older=True) as connection:
        return injuries(connection, new_schema(connection))


def said(wrong: Injuries) -> Words:
    """Put the first of what is wrong into words: the rows where they are known."""
    if wrong.rows:
        rows = " ".join(f"{symbol} {session}" for symbol, session in wrong.rows[:_NAMED])
        return Words(rows, rows)
    return next(one.words for one in in_words(wrong))


def remove(paths: Iterable[Path]) -> None:
    """Remove backups that rotation gives up."""
    for path in paths:
        path.unlink(missing_ok=True)


def restore(backup: Path, database: Path, now: dt.datetime) -> Path | None:
    """Put a backup in the place of the database, which is kept beside it under another name.

    A reader, or a power cut, meets the old database or the restored one.

    Returns:
        where the old one is; ``None`` where there was none.

    Raises:
        BackupDamaged: the backup is not whole; nothing was changed.
        DatabaseBusy: somebody is writing.
    """
    if wrong := examined(backup):
        raise BackupDamaged(path=backup, reason=said(wrong))
    fresh = database.with_name(f".{database.name}.restored")
    with locked(database):
        try:
            with closing(sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)) as source:
                source.row_factory = sqlite3.Row
                copy_database(source, fresh)
            if wrong := examined(fresh):
                raise BackupDamaged(path=fresh, reason=said(wrong))
            old = _put_aside(database, now)
            fresh.replace(database)
        except OSError as error:
            raise UnsafePath(path=database, reason=refusal(error)) from error
        finally:
            fresh.unlink(missing_ok=True)
    return old


def _put_aside(database: Path, now: dt.datetime) -> Path | None:
    """Give the database and its log a second name, then take the log's first one away."""
    if not database.exists():
        return None
    aside = database.with_name(name_of(now, "replaced"))
    # What can be folded into the file is; a damaged one goes as it is, with its log.
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma journal_mode = delete")
    for ending in ("", "-wal"):
        if (one := database.with_name(database.name + ending)).exists():
            _second_name(one, aside.with_name(aside.name + ending))
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    return aside


def _second_name(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:  # a file system without links
        shutil.copy2(path, other)
