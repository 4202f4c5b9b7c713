"""Backup: a looked-through copy of what the program knows, and of what a person decided, beside older ones."""

import datetime as dt
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from watchlist.core.rotation import Keep, kept
from watchlist.ledger.archive import archive_config
from watchlist.ledger.home import Home
from watchlist.ledger.settings import Settings
from watchlist.storage.backup import back_up, backups, remove


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What was made, and what rotation removed."""

    database: Path
    config: Path
    removed: tuple[Path, ...]


def backup(
    connection: sqlite3.Connection, home: Home, settings: Settings, folder: Path, now: dt.datetime
) -> BackupResult:
    """Back up the database and ``config/`` into a folder, and let the oldest backups there go.

    Args:
        connection: a reader; somebody may be writing meanwhile.

    Raises:
        BackupDamaged: the database is not whole; no backup was made and none was removed.
        UnsafePath: the folder cannot be written to.
    """
    path = back_up(connection, folder, now)
    config = config_of(path)
    archive_config(home, config)
    found = backups(folder)
    chosen = kept(found.values(), Keep(settings.backup.daily, settings.backup.weekly, settings.backup.monthly))
    gone = tuple(one for one, moment in found.items() if moment not in chosen)
    remove(gone)
    remove(config_of(one) for one in gone)
    return BackupResult(path, config, gone)


def config_of(backup: Path) -> Path:
    """Give the archive of ``config/`` that belongs to a backup."""
    return backup.with_name(f"{backup.stem}-config.zip")
