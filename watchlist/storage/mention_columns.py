"""Recommendations as columns: millions of them, for what is worked out with arrays."""

import sqlite3
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.coded import Coded, objects

if TYPE_CHECKING:
    import pyarrow as pa

NAMES: Final = (
    "rec_id", "broker", "theme_printed", "symbol", "published", "published_at", "direction", "benchmark",
)  # fmt: skip
_AT_ONCE: Final = 100_000


def load_mention_columns(connection: sqlite3.Connection, until: str) -> dict[str, Coded]:
    """Load the recommendations that stand now and were published up to a day (ISO, included), by id.

    Returns:
        the columns of :data:`NAMES`.
    """
    import pyarrow as pa  # noqa: PLC0415  (only a large run waits for it)

    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(
        f"select {', '.join(NAMES)} from recommendations as r where op <> 'retract' and published <= ? and rev = "  # noqa: S608
        "(select max(x.rev) from recommendations as x where x.rec_id = r.rec_id) order by rec_id",
        (until,),
    )
    parts: list[list[pa.Array]] = [[] for _ in NAMES]
    while rows := cursor.fetchmany(_AT_ONCE):
        for column, values in zip(parts, zip(*rows, strict=True), strict=True):
            column.append(pa.array(values, type=pa.int8() if isinstance(values[0], int) else pa.string()))
    return {name: _coded(column) for name, column in zip(NAMES, parts, strict=True)}


def _coded(parts: "list[pa.Array]") -> Coded:
    import pyarrow as pa  # noqa: PLC0415

    if not parts:
        return Coded.each(())
    found: Any = pa.chunked_array(parts).combine_chunks().dictionary_encode()
    known = found.dictionary.to_pylist()
    if not found.null_count:
        return Coded(objects(known), found.indices.to_numpy().astype(np.int64))
    codes = found.indices.fill_null(len(known)).to_numpy(zero_copy_only=False)
    return Coded(objects([*known, None]), codes.astype(np.int64))
