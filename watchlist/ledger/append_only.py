"""Lists of a person's decisions in TOML: read whole, and only ever appended to."""

from collections.abc import Mapping
from typing import Any

import tomlkit

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
    if table not in document:
        document[table] = tomlkit.aot()
    fresh = tomlkit.table()
    fresh.update(row)
    document[table].append(fresh)
    write_whole(home, path, tomlkit.dumps(document))
