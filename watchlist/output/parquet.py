"""Parquet: a table of a review with the types it has, for data frames and query engines."""

import io
import json
from collections.abc import Sequence
from typing import Any, Final

from watchlist.output.columns import Row
from watchlist.output.interchange import flat
from watchlist.output.package import Package, Written

_FRACTIONS: Final = (
    "_return", "_excess", "_gain", "_loss", "_price", "_wealth", "_gap", "_rate", "_low", "_high", "_drawdown", "level",
)  # fmt: skip


def parquet(package: Package, what: str) -> Written:
    """Write a table; nested values are columns like ``horizons.6m.hit``, what it is stands in the file's metadata."""
    import pyarrow as pa  # noqa: PLC0415  (only who writes one pays for it)
    import pyarrow.parquet as pq  # noqa: PLC0415

    table = _arrow(pa, [flat(row) for row in package.rows(what, whole=True)])
    said = {key: package.review[key] for key in ("as_of", "simulated", "fingerprint", "horizon", "score_run")}
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"watchlist": json.dumps(said)}), buffer)
    return Written(buffer.getvalue())


def _arrow(pa: Any, rows: Sequence[Row]) -> Any:  # noqa: ANN401  (pyarrow has no types)
    """Make an Arrow table; a column of nothing but nulls gets the type that it would have."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        column = pa.array([None if value == [] else value for value in values])
        if pa.types.is_null(column.type):
            last = name.rpartition(".")[2]
            column = column.cast(pa.float64() if last.endswith(_FRACTIONS) else pa.string())
        elif pa.types.is_integer(column.type) and name.rpartition(".")[2].endswith(_FRACTIONS):
            column = column.cast(pa.float64())
        columns[name] = column
    return pa.table(columns)
