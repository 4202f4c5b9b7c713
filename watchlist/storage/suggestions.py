"""What a half-typed word may become: securities and brokers that the database knows; short looks, whatever its size."""

import sqlite3
from typing import Final

MOST: Final = 200
# Brokers stand in no index of their own: so many reports are looked through.
_REPORTS: Final = 20_000
_LAST: Final = "\U0010ffff"


def securities_like(connection: sqlite3.Connection, start: str) -> list[tuple[str, str]]:
    """List ``(symbol, name)`` of followed securities whose symbol begins with a text, by symbol; ``""`` for no name."""
    rows = connection.execute(
        "select c.symbol, coalesce((select s.name from securities_current as s where s.symbol = c.symbol), '') "
        "from coverage as c where c.symbol >= ? and c.symbol < ? order by c.symbol limit ?",
        (start.upper(), start.upper() + _LAST, MOST),
    )
    return [(row[0], row[1]) for row in rows]


def securities_named(connection: sqlite3.Connection, start: str) -> list[tuple[str, str]]:
    """List ``(name, symbol)`` of followed securities whose name begins with a text, by name."""
    rows = connection.execute(
        "select s.name, s.symbol from coverage as c join securities_current as s on s.symbol = c.symbol "
        "where substr(s.name, 1, ?) = ? order by s.name limit ?",
        (len(start), start, MOST),
    )
    return [(row[0], row[1]) for row in rows]


def brokers_like(connection: sqlite3.Connection, start: str) -> list[str]:
    """List the brokers whose name begins with a text, by name."""
    rows = connection.execute(
        "select distinct broker from (select broker from reports limit ?) where substr(broker, 1, ?) = ? "
        "order by broker limit ?",
        (_REPORTS, len(start), start, MOST),
    )
    return [row[0] for row in rows]
