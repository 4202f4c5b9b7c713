"""A copy of the database: whole, consistent and in one file, also while somebody writes to the original."""

import sqlite3
from contextlib import closing
from pathlib import Path

from watchlist.domain.errors import UnsafePath, Words
from watchlist.storage.place import file_of
from watchlist.storage.refused import refused


def copy_database(connection: sqlite3.Connection, path: Path) -> None:
    """Copy an open database into a file, whole or not at all, in place of an older one of that name.

    Raises:
        UnsafePath: it cannot be written there; what was there is still there.
    """
    if path.is_dir():
        raise UnsafePath(path=path, reason=Words("it is a folder.", "这是一个文件夹。"))
    original = file_of(connection)
    if original is not None and path.exists() and path.samefile(original):
        raise UnsafePath(path=path, reason=Words("it is the database itself.", "这就是数据库本身。"))
    beside = path.with_name(f".{path.name}.part")
    try:
        with closing(sqlite3.connect(beside)) as target:
            connection.backup(target)
            target.execute("pragma journal_mode = delete")  # one file, without a log beside it
        beside.replace(path)
    except (sqlite3.Error, OSError) as error:
        beside.unlink(missing_ok=True)
        raise UnsafePath(path=path, reason=refused(error).ended()) from error
