"""Health of the database file itself: damage, rows that point to nothing or changed by themselves, lost rules."""

import sqlite3
from dataclasses import dataclass
from typing import Final

from watchlist.domain.errors import Words, counted
from watchlist.storage.refused import sqlite_words
from watchlist.storage.seals import BrokenSeal, broken_seals, is_sealed, mismatched_revisions, suspects


@dataclass(frozen=True, slots=True)
class Injuries:
    """What is wrong with a database file; all empty where it is whole.

    Attributes:
        structure: what SQLite itself finds, and rows that point to nothing.
        rules: tables, triggers and indices that are missing or not as the program made them.
        broken: parts whose rows are not what was written.
        rows: the bars and actions in doubt, ``(symbol, session)``.
    """

    structure: tuple[Words, ...] = ()
    rules: tuple[str, ...] = ()
    broken: tuple[BrokenSeal, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.structure or self.rules or self.broken or self.rows)


def damage(connection: sqlite3.Connection) -> Words | None:
    """Give the first damage SQLite finds, ``None`` where the file is whole."""
    found = connection.execute("pragma quick_check(1)").fetchone()[0]
    return None if found == "ok" else sqlite_words(str(found))


def orphans(connection: sqlite3.Connection) -> int:
    """Count the rows that point to nothing."""
    return len(connection.execute("pragma foreign_key_check").fetchall())


def tracked(connection: sqlite3.Connection) -> set[str]:
    """Give the securities whose prices were ever asked for."""
    return {row[0] for row in connection.execute("select symbol from coverage")}


_NAMED_IN_IT: Final = """
with recursive
recommended (symbol) as (
  select min(symbol) from recommendations
  union all
  select (select min(r.symbol) from recommendations as r where r.symbol > recommended.symbol)
  from recommended
  where recommended.symbol is not null
)
select symbol from coverage
union
select symbol from holdings
union
select symbol from recommended where symbol is not null
"""


def named_in(connection: sqlite3.Connection) -> set[str]:
    """Give every security that this database can be asked about: recommended, held, or its prices once asked for.

    The index is walked from one symbol to the next: three million recommendations cost as little as one a share.
    """
    return {row[0] for row in connection.execute(_NAMED_IN_IT)}


def injuries(connection: sqlite3.Connection, schema: dict[str, str]) -> Injuries:
    """Look at every page and every row; seconds a million rows.

    Args:
        schema: the definitions there should be, by name (:func:`schema_of` a new database).
    """
    structure: list[Words] = []
    try:
        found = [row[0] for row in connection.execute("pragma integrity_check(20)")]
        structure += [sqlite_words(one) for one in found if one != "ok"]
        if lost := orphans(connection):
            structure.append(
                Words(f"{counted(lost, 'row points', 'rows point')} to nothing", f"{lost} 行指向不存在的数据")
            )
        have = schema_of(connection)
        rules = sorted(name for name in schema if have.get(name) != schema[name])
        # Databases of older versions bear no seals until their first writer.
        broken = broken_seals(connection) if "seals" in have and is_sealed(connection) else []
        rows = sorted({*suspects(connection, broken), *mismatched_revisions(connection)})
    except (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError, ValueError, TypeError) as error:
        # So damaged that its rows cannot be read, or are of kinds no table here holds.
        return Injuries((*structure, sqlite_words(str(error))))
    return Injuries(tuple(structure), tuple(rules), tuple(broken), tuple(rows))


def schema_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Give the definitions of all tables, indices and triggers by name."""
    rows = connection.execute("select name, sql from sqlite_master where type <> 'view' and sql is not null")
    return {row[0]: " ".join(row[1].split()) for row in rows if not row[0].startswith(("sqlite_", "_sqlite"))}
