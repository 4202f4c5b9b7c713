"""A whole market's bars in one Parquet file: read once, checked by column, given out security by security."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from watchlist.core.bars import Bools, Floats
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import MarketFileProblem, Words
from watchlist.sources.contract import BAR_COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS: Final = ("symbol", *BAR_COLUMNS)
MOST: Final = 100_000_000  # rows: some five gigabytes of memory
_VOLUME: Final = BAR_COLUMNS.index("volume") - 1
_CLOSE: Final = BAR_COLUMNS.index("close") - 1


class BarsTable:
    """Bars by security and session; ``n`` rows, those of a security beside each other."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            MarketFileProblem: it is no such file, or a row is wrong; rows count from 2, as under a line of headings.
        """
        self._path = path
        table = self._table()
        symbols: Any = table.column("symbol").combine_chunks()
        symbols = symbols if hasattr(symbols, "dictionary") else symbols.dictionary_encode()
        if symbols.null_count:
            raise self._wrong(int(np.flatnonzero(symbols.is_null().to_numpy(zero_copy_only=False))[0]), "symbol")
        codes = symbols.indices.to_numpy()
        days = self._days(table)
        order = np.lexsort((days, codes))
        self._days_sorted, codes = days[order], codes[order]
        twice = (codes[1:] == codes[:-1]) & (self._days_sorted[1:] == self._days_sorted[:-1])
        self._refuse(np.isin(np.arange(days.size), order[1:][twice]), "session")
        self._values = np.array([self._numbers(table, name)[order] for name in BAR_COLUMNS[1:]])
        names = symbols.dictionary.to_pylist()
        starts = np.searchsorted(codes, np.arange(len(names) + 1))
        self._places = {name: slice(starts[at], starts[at + 1]) for at, name in enumerate(names)}

    def frame(self, symbol: str) -> pd.DataFrame | None:
        """Give the bars of a security, ascending by session, in :data:`BAR_COLUMNS`; ``None`` where there is none."""
        place = self._places.get(symbol)
        if place is None:
            return None
        sessions = np.datetime_as_string(self._days_sorted[place]).tolist()
        values = dict(zip(BAR_COLUMNS[1:], self._values[:, place], strict=True))
        return pd.DataFrame({"session": sessions, **values})

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

    def _days(self, table: "pa.Table") -> Dates:
        import pyarrow as pa  # noqa: PLC0415

        try:
            days: Dates = table.column("session").cast(pa.date32()).to_numpy().astype("datetime64[D]")
        except pa.ArrowException:
            days = np.full(table.num_rows, np.datetime64("NaT"), dtype="datetime64[D]")
            for at, text in enumerate(table.column("session").to_pylist()):
                try:
                    days[at] = np.datetime64(str(text), "D")
                except ValueError:
                    raise self._wrong(at, "session") from None
        self._refuse(np.isnat(days), "session")
        return days

    def _numbers(self, table: "pa.Table", name: str) -> Floats:
        import pyarrow as pa  # noqa: PLC0415

        column = table.column(name)
        try:
            values: Floats = column.cast(pa.float64()).to_numpy()
        except pa.ArrowException:
            raise self._wrong(0, name) from None
        at = BAR_COLUMNS.index(name) - 1
        wrong = np.isinf(values) | (values < 0) | ((values == 0) & (at != _VOLUME))
        self._refuse(wrong | np.isnan(values) if at == _CLOSE else wrong, name)
        return values

    def _refuse(self, wrong: Bools, column: str) -> None:
        if wrong.any():
            raise self._wrong(int(np.flatnonzero(wrong)[0]), column)

    def _wrong(self, at: int, column: str) -> MarketFileProblem:
        return self._problem(at + 2, Words(f"{column} is not what a bar has", f"{column} 不是日线应有的值"))

    def _problem(self, line: int, what: Words) -> MarketFileProblem:
        return MarketFileProblem(file=self._path.name, line=line, what=what)
