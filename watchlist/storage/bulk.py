"""Many rows at once: a table's own checks are made of each distinct value instead of each row, then all rows go in.

Nothing is left out: types, keys and references are held row by row as ever, and a value that breaks a check is refused
with the words that SQLite would have used. It is only that a broker's name or a day stands in thousands of rows.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Final

from watchlist.core.coded import Coded
from watchlist.storage.seals import sealing

LARGE: Final = 2_000  # rows from which on it pays
AT_ONCE: Final = 50_000
_MADE: Final = frozenset({"content_sha256"})  # by this program, of the row itself
_CACHE_KB: Final = 256 * 1024
_CHECK: Final = re.compile(r"\bcheck\s*(?=\()", re.IGNORECASE)
_CHECKED: Final = re.compile(r"(\w+)\s+(?:text|integer|real)(?:\s+not\s+null)?\s+check\s*(?=\()", re.IGNORECASE)
_BRACKET: Final = re.compile(r"'(?:[^']|'')*'|[()]")
Columns = Mapping[str, Coded]


def insert_columns(connection: sqlite3.Connection, table: str, columns: Columns) -> None:
    """Insert rows given by column, every column of the table among them, and put them under seal.

    Args:
        columns: best in the order of the table's key, so that every page is written once.

    Raises:
        sqlite3.IntegrityError: a value is none that the table takes.
    """
    command = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"  # noqa: S608
    conditions = checks(connection, table) if _count(columns) >= LARGE else None
    with nullcontext() if conditions is None else _unchecked(connection), sealing(connection) as seals:
        for part in portions(columns):
            _refuse(connection, conditions or {}, part)
            connection.executemany(command, zip(*(column.cells.tolist() for column in part.values()), strict=True))
            seals.columns(table, part)


def portions(columns: Columns) -> Iterator[Columns]:
    """Give rows some thousands at a time, so that what is made of them never lies in memory as a whole."""
    for start in range(0, _count(columns), AT_ONCE):
        yield {name: column.take(slice(start, start + AT_ONCE)) for name, column in columns.items()}


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def checks(connection: sqlite3.Connection, table: str) -> dict[str, str] | None:
    """Give the check of each column of a table that has one, as its definition says it.

    Returns:
        ``None`` where the table has another check, of several columns together: such hold row by row only.
    """
    definition: str = connection.execute("select sql from sqlite_master where name = ?", (table,)).fetchone()[0]
    found = {match[1]: _bracketed(definition, match.end()) for match in _CHECKED.finditer(definition)}
    return found if len(found) == len(_CHECK.findall(definition)) else None


def _bracketed(text: str, start: int) -> str:
    """Give what stands in brackets from a place on, brackets in quotes not counted."""
    depth = 0
    for match in _BRACKET.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return text[start : match.end()]
    message = f"a bracket is never closed: {text[start : start + 40]}"
    raise ValueError(message)


def _refuse(connection: sqlite3.Connection, conditions: Mapping[str, str], columns: Columns) -> None:
    """Refuse what breaks a check of its column; what a column's distinct values are, its rows hold (:func:`portions`).

    Raises:
        sqlite3.IntegrityError: something does.
    """
    for name, condition in conditions.items():
        if name in _MADE:
            continue
        said = columns[name].distinct.tolist()
        query = f"select exists (select 1 from (select value as {name} from json_each(?)) where not {condition})"  # noqa: S608
        broken = connection.execute(query, (json.dumps(said),)).fetchone()[0]
        if broken:
            message = f"CHECK constraint failed: {condition[1:-1]}"
            raise sqlite3.IntegrityError(message)


@contextmanager
def _unchecked(connection: sqlite3.Connection) -> Iterator[None]:
    """Let a connection write without looking at checks, and with room for what it writes."""
    before = connection.execute("pragma cache_size").fetchone()[0]
    connection.execute(f"pragma cache_size = -{_CACHE_KB}")
    connection.execute("pragma ignore_check_constraints = on")
    try:
        yield
    finally:
        connection.execute("pragma ignore_check_constraints = off")
        connection.execute(f"pragma cache_size = {before}")
