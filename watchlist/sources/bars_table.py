"""A whole market's bars in one Parquet file: read once, checked by column, given out security by security."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from watchlist.core.bars import Bools, Floats, Ints
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import MarketFileProblem, MarketRowProblem, Words
from watchlist.sources.contract import BAR_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Final = ("symbol", *BAR_COLUMNS)
MOST: Final = 100_000_000  # rows: some five gigabytes of memory
_VOLUME: Final = BAR_COLUMNS.index("volume") - 1
_CLOSE: Final = BAR_COLUMNS.index("close") - 1


class BarsTable:
    """Bars by security and session; ``n`` rows, those of a security beside each other.

    A wrong row makes its own security's bars doubtful and nobody else's; one that names no security those of all.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            MarketFileProblem: it is no such file, or a row names no security; rows count from 2, as under headings.
        """
        self._path = path
        table = self._table()
        symbols: Any = table.column("symbol").combine_chunks()
        symbols = symbols if hasattr(symbols, "dictionary") else symbols.dictionary_encode()
        if symbols.null_count:
            raise self._wrong(int(np.flatnonzero(symbols.is_null().to_numpy(zero_copy_only=False))[0]), "symbol")
        codes = symbols.indices.to_numpy()
        self._bad: dict[int, tuple[int, str]] = {}  # the first wrong row of a security: where, and which column
        days = self._days(table, codes)
        order = np.lexsort((days, codes))
        self._days_sorted = days[order]
        twice = (codes[order][1:] == codes[order][:-1]) & (self._days_sorted[1:] == self._days_sorted[:-1])
        self._doubt(np.isin(np.arange(days.size), order[1:][twice]), "session", codes)
        self._values = np.array([self._numbers(table, name, codes)[order] for name in BAR_COLUMNS[1:]])
        names = symbols.dictionary.to_pylist()
        starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
        self._places = {name: slice(starts[at], starts[at + 1]) for at, name in enumerate(names)}
        self._wrong_rows = {names[at]: found for at, found in self._bad.items()}

    def frame(self, symbol: str) -> pd.DataFrame | None:
        """Give the bars of a security, ascending by session, in :data:`BAR_COLUMNS`; ``None`` where there is none.

        Raises:
            MarketRowProblem: one of its rows is wrong; the sentence names row and column.
        """
        place = self._places.get(symbol)
        if place is None:
            return None
        if symbol in self._wrong_rows:
            at, column = self._wrong_rows[symbol]
            raise MarketRowProblem(file=self._path.name, line=at + 2, what=_wrong_words(column), symbol=symbol)
        return bars_frame(np.datetime_as_string(self._days_sorted[place]).tolist(), self._values[:, place])

    def __contains__(self, symbol: str) -> bool:
        return symbol in self._places

    def _table(self) -> "pa.Table":
        import pyarrow as pa  # noqa: PLC0415  (only who has such a file waits for it)
        from pyarrow import parquet  # noqa: PLC0415

        try:
            with parquet.ParquetFile(self._path, read_dictionary=["symbol"]) as file:
                names = tuple(file.schema_arrow.names)
                if not set(COLUMNS) <= set(names):
                    there, right = ", ".join(names)[:80], ", ".join(COLUMNS)
                    raise self._problem(
                        1, Words(f"its columns are {there}, not {right}", f"其列为 {there}，应有 {right}")
                    )
                if file.metadata.num_rows > MOST:
                    raise self._problem(1, Words(f"it has more than {MOST} rows", f"超过 {MOST} 行"))
                return file.read(columns=list(COLUMNS))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._problem(1, Words("the Parquet file is damaged", "Parquet 文件已损坏")) from error

    def _days(self, table: "pa.Table", codes: Ints) -> Dates:
        import pyarrow as pa  # noqa: PLC0415

        try:
            days: Dates = table.column("session").cast(pa.date32()).to_numpy().astype("datetime64[D]")
        except pa.ArrowException:
            days = np.array([_day(one) for one in table.column("session").to_pylist()], dtype="datetime64[D]")
        self._doubt(np.isnat(days), "session", codes)
        return days

    def _numbers(self, table: "pa.Table", name: str, codes: Ints) -> Floats:
        import pyarrow as pa  # noqa: PLC0415

        column = table.column(name)
        try:
            values: Floats = column.cast(pa.float64()).to_numpy()
        except pa.ArrowException:
            cells = column.to_pylist()
            values = np.array([_number(cell) for cell in cells])
            self._doubt(np.isnan(values) & np.array([cell is not None for cell in cells]), name, codes)
        at = BAR_COLUMNS.index(name) - 1
        wrong = np.isinf(values) | (values < 0) | ((values == 0) & (at != _VOLUME))
        self._doubt(wrong | np.isnan(values) if at == _CLOSE else wrong, name, codes)
        return values

    def _doubt(self, wrong: Bools, column: str, codes: Ints) -> None:
        """Remember the first wrong row of each security."""
        at = np.flatnonzero(wrong)
        for code, first in zip(*np.unique(codes[at], return_index=True), strict=True):
            before = self._bad.get(int(code))
            if before is None or int(at[first]) < before[0]:
                self._bad[int(code)] = (int(at[first]), column)

    def _wrong(self, at: int, column: str) -> MarketFileProblem:
        return self._problem(at + 2, _wrong_words(column))

    def _problem(self, line: int, what: Words) -> MarketFileProblem:
        return MarketFileProblem(file=self._path.name, line=line, what=what)


def bars_frame(sessions: list[str], values: Floats) -> pd.DataFrame:
    """Give bars in :data:`BAR_COLUMNS`; sessions stay the texts they are, as they are handed on one by one.

    Args:
        values: ``(5, n)`` open, high, low, close and volume.
    """
    kept = pd.Series(sessions, dtype=object)
    return pd.DataFrame({"session": kept, **dict(zip(BAR_COLUMNS[1:], values, strict=True))})


def _wrong_words(column: str) -> Words:
    return Words(f"{column} is not what a bar has", f"{column} 不是日线应有的值")


def _day(text: object) -> np.datetime64:
    """Read a day; none where it is no date."""
    try:
        return np.datetime64(str(text), "D")
    except ValueError:
        return np.datetime64("NaT")


def _number(cell: object) -> float:
    """Read a number; NaN where it is none."""
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")
