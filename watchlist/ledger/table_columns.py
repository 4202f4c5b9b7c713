"""A table file by column: its headings found, cells as arrays of text, and the number of every line kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.bars import Ints
from watchlist.core.coded import Coded, objects
from watchlist.ledger.spreadsheet import SIGNATURE, parquet_table, shown
from watchlist.ledger.table_file import TableRow, plain_cell, table_rows, telling_why
from watchlist.ledger.table_limits import MOST_UNPACKED, refuse_bytes

if TYPE_CHECKING:
    import pyarrow as pa

_SEARCHED: Final = 20  # lines that the headings may stand in: a title and its merged cells come before them


@dataclass(frozen=True, slots=True)
class TableColumns:
    """A table by column; ``n`` lines below its headings that say anything.

    Attributes:
        line: where the headings stand, from 1; ``above``: how many lines before them say something.
        headings: as printed, ``""`` where a column has none.
        numbers: ``(n,)`` line numbers.
        cells: a column of ``n`` texts a heading, ``""`` where a line has none.
        extra: ``(n,)`` how many cells a line has beyond the headings that say something.
    """

    line: int
    above: int
    headings: tuple[str, ...]
    numbers: Ints
    cells: tuple[Coded, ...]
    extra: Ints

    def words(self) -> list[str]:
        """Give each line as it is written, its cells divided by commas."""
        return [",".join(cells) for cells in zip(*(column.cells.tolist() for column in self.cells), strict=True)]


def table_columns(path: Path, sheet: str | None, heads: Callable[[Sequence[str]], bool]) -> TableColumns | None:
    """Read a table by column.

    Args:
        heads: says of a line whether it is the one that names the columns.

    Returns:
        ``None`` where no line of the first twenty names them.

    Raises:
        NoTableFile, UnreadableTable: see :func:`watchlist.ledger.table_file.table_rows`.
    """
    with telling_why(path):
        if path.is_file() and _begins(path, SIGNATURE["parquet"]):
            return _of_parquet(path, sheet, heads)
    rows = table_rows(path, sheet)
    first = list(islice(rows, _SEARCHED))
    at = next((at for at, row in enumerate(first) if heads(row.cells)), None)
    if at is None:
        return None
    return _of_rows(first[at], at, [*first[at + 1 :], *rows])


def _begins(path: Path, signature: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(signature)) == signature


def _of_rows(head: TableRow, above: int, rows: Sequence[TableRow]) -> TableColumns:
    width = len(head.cells)
    filled = [row.cells if len(row.cells) == width else _fitted(row.cells, width) for row in rows]
    columns = zip(*filled, strict=True) if filled else ((),) * width
    return TableColumns(
        line=head.number,
        above=above,
        headings=head.cells,
        numbers=np.array([row.number for row in rows], dtype=np.int64),
        cells=tuple(map(Coded.of, columns)),
        extra=np.array([len(row.cells) > width and sum(map(bool, row.cells[width:])) for row in rows], dtype=np.int64),
    )


def _fitted(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*cells[:width], *("",) * (width - len(cells)))


def _of_parquet(path: Path, sheet: str | None, heads: Callable[[Sequence[str]], bool]) -> TableColumns | None:
    table = parquet_table(path, sheet)
    headings = tuple(table.column_names)
    if not heads(headings):
        return None
    count = table.num_rows
    cells, letters = [], 0
    for column in table.columns:
        texts = _texts(column)
        # What a dictionary repeats costs nothing in the file, and everything once it is written out.
        letters += int(np.array([len(text) for text in texts.distinct], dtype=np.int64)[texts.codes].sum())
        refuse_bytes(letters, MOST_UNPACKED)
        cells.append(texts)
    return TableColumns(1, 0, headings, np.arange(2, count + 2), tuple(cells), np.zeros(count, dtype=np.int64))


def _texts(column: "pa.ChunkedArray") -> Coded:
    """Write a column as texts."""
    import pyarrow as pa  # noqa: PLC0415  (only who brings such a file waits for it)

    whole: Any = column.combine_chunks()
    if pa.types.is_nested(whole.type):  # lists and records have no dictionary
        return Coded.of(plain_cell(shown(value)) for value in whole.to_pylist())
    found = whole if hasattr(whole, "dictionary") else whole.dictionary_encode()
    texts = objects([*(plain_cell(shown(value)) for value in found.dictionary.to_pylist()), ""])
    # A null is no value of the dictionary: its place is the last one, which says nothing.
    return Coded(texts, found.indices.fill_null(texts.size - 1).to_numpy(zero_copy_only=False).astype(np.int64))
