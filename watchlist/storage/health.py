"""Health of the database file itself: damage, rows that point to nothing, and what it holds prices of."""

import sqlite3


def damage(connection: sqlite3.Connection) -> str | None:
    """Give the first damage SQLite finds, ``None`` where the file is whole."""
    found = connection.execute("pragma quick_check(1)").fetchone()[0]
    return None if found == "ok" else str(found)


def orphans(connection: sqlite3.Connection) -> int:
    """Count the rows that point to nothing."""
    return len(connection.execute("pragma foreign_key_check").fetchall())


def tracked(connection: sqlite3.Connection) -> set[str]:
    """Give the securities whose prices were ever asked for."""
    return {row[0] for row in connection.execute("select symbol from coverage")}
