"""Arrays of tables in the user's own TOML files, changed with comments and order kept; decisions are only appended."""

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import AoT

from watchlist.ledger.home import Home
from watchlist.ledger.toml_file import read_text
from watchlist.ledger.whole_file import write_whole


def append_row(home: Home, name: str, table: str, row: Mapping[str, Any]) -> None:
    """Append a table to an array of tables in a file of ``config/local/``, made on first use.

    Raises:
        UnsafePath: the disk refuses.
    """
    path = home.local / name
    document = tomlkit.parse(read_text(home, path)) if path.exists() else tomlkit.document()
    fresh = tomlkit.table()
    fresh.update(row)
    rows_of(document, table).append(fresh)
    write_whole(home, path, tomlkit.dumps(document))


def rows_of(document: TOMLDocument, key: str) -> AoT:
    """Give an array of tables of a document, made where there is none; tables in brackets get headings of their own.

    To what stands in brackets on one line no table with a heading can be added.
    """
    rows = document.get(key, [])
    if isinstance(rows, AoT):
        return rows
    made = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        table.update(row)
        made.append(table)
    document.pop(key, None)
    document[key] = made
    return made
