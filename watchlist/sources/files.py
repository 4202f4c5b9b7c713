"""Local price files: a folder with ``bars/SYMBOL.csv`` or ``bars.parquet``, and ``actions.csv``: a source like others.

A file that cannot be trusted to the last line gives a :class:`MarketFileProblem` and nothing else.
"""

import contextlib
import csv
import datetime as dt
import io
import math
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from watchlist.domain.errors import MarketFileProblem, TruncatedFile, Words
from watchlist.domain.model import Action
from watchlist.sources.bars_table import BarsTable, bars_frame
from watchlist.sources.contract import BAR_COLUMNS, Actions, ActionsOutcome, Bars, BarsOutcome, NoData

ACTION_COLUMNS: Final = ("symbol", "ex_date", "cash", "split", "note")
LARGEST: Final = 50_000_000  # bytes; a century of daily bars is under two million


class FilesSource:
    """Bars and actions from a local folder."""

    name: ClassVar[str] = "files"
    simulated: ClassVar[bool] = False

    def __init__(self, folder: Path) -> None:
        """Take the folder; nothing is read yet."""
        self.folder = folder

    def serves(self, symbol: str) -> bool:
        """Say whether the folder has bars of the security."""
        if self._path(symbol).is_file():
            return True
        table = self._table if self._whole.is_file() else None
        # Of a file that cannot be read nobody knows whom it has: everybody who asks is told.
        return table is not None and (isinstance(table, MarketFileProblem) or symbol in table)

    def reachable(self) -> bool:
        """Say whether the folder is there."""
        return (self.folder / "bars").is_dir() or self._whole.is_file()

    def bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        """Read daily bars.

        Raises:
            MarketFileProblem: a line of this security is wrong; the sentence names file, line and cell.
        """
        path = self._path(symbol)
        if path.is_file():
            frame = _plain_bars(path)
            frame = _bars_by_line(path) if frame is None else frame
        else:
            frame = self._of_whole(symbol) if self._whole.is_file() else None
        if frame is None:
            return NoData(f"{path.name} is not in {self.folder.name}/bars")
        first = frame["session"].searchsorted(since.isoformat())
        end = frame["session"].searchsorted(until.isoformat(), side="right")
        kept = frame.iloc[first:end].reset_index(drop=True)
        return Bars(kept) if len(kept) else NoData(f"{path.name} has no bar from {since} to {until}")

    def actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        """Read corporate actions of one security.

        Raises:
            MarketFileProblem: a line is wrong, whichever security it speaks of.
        """
        mine = self._actions.get(symbol, {})
        return Actions(tuple(mine[day] for day in sorted(mine) if since <= day <= until))

    @property
    def _whole(self) -> Path:
        return self.folder / "bars.parquet"

    @cached_property
    def _table(self) -> BarsTable | MarketFileProblem:
        """The whole market's file, read once; or why it cannot be read at all."""
        try:
            return BarsTable(self._whole)
        except MarketFileProblem as problem:
            return problem

    def _of_whole(self, symbol: str) -> pd.DataFrame | None:
        if isinstance(self._table, MarketFileProblem):
            raise self._table
        return self._table.frame(symbol)

    def _path(self, symbol: str) -> Path:
        return self.folder / "bars" / f"{symbol}.csv"

    @cached_property
    def _actions(self) -> dict[str, dict[dt.date, Action]]:
        path = self.folder / "actions.csv"
        found: dict[str, dict[dt.date, Action]] = {}
        if not path.is_file():
            return found
        for line, cells in _lines(path, ACTION_COLUMNS):
            day = _date(path, line, "ex_date", cells["ex_date"])
            cash = _number(path, line, "cash", cells["cash"], zero=True)
            split = _number(path, line, "split", cells["split"])
            if math.isnan(cash) and math.isnan(split):
                raise MarketFileProblem(
                    file=path.name, line=line, what=Words("neither cash nor split is given", "现金与拆股均为空")
                )
            mine = found.setdefault(cells["symbol"], {})
            if day in mine:
                raise MarketFileProblem(
                    file=path.name,
                    line=line,
                    what=Words(f"{cells['symbol']} has two lines for {day}", f"{cells['symbol']} 在 {day} 有两行"),
                )
            mine[day] = Action(day, 0.0 if math.isnan(cash) else cash, 1.0 if math.isnan(split) else split)
        return found


def _plain_bars(path: Path) -> pd.DataFrame | None:
    """Read a file of bars by column, as most can be; ``None`` where a line may be wrong, or is written unusually."""
    import pyarrow as pa  # noqa: PLC0415  (only who has such files waits for it)
    from pyarrow import compute, csv  # noqa: PLC0415

    raw = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if not text.endswith(b"\n") or b'"' in text or b"\n\n" in text or b"\r" in text:
        return None
    kinds = dict.fromkeys(BAR_COLUMNS[1:], pa.float64()) | {"session": pa.string()}
    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(use_threads=False),
            convert_options=csv.ConvertOptions(column_types=kinds, null_values=[""]),
        )
        days = compute.cast(table.column("session"), pa.date32()).to_numpy() if table.num_rows else np.empty(0)
    except (pa.ArrowException, KeyError):
        return None
    if table.column_names != list(BAR_COLUMNS) or not table.num_rows or np.isnat(days).any():
        return None
    prices = np.array([table.column(name).to_numpy() for name in BAR_COLUMNS[1:]])
    wrong = np.isinf(prices) | (prices < 0) | (prices == 0) & (np.array(BAR_COLUMNS[1:]) != "volume")[:, None]
    spelled = compute.any(compute.match_substring_regex(table.column("session"), "[^0-9-]")).as_py()
    wrong |= np.isnan(prices) & ~np.array([table.column(name).is_null().to_numpy() for name in BAR_COLUMNS[1:]])
    if wrong.any() or np.isnan(prices[3]).any() or spelled or not (days[1:] > days[:-1]).all():
        return None
    return bars_frame(table.column("session").to_pylist(), prices)


def _bars_by_line(path: Path) -> pd.DataFrame:
    """Read a file of bars line by line.

    Raises:
        MarketFileProblem: a line is wrong; the sentence names file, line and cell.
    """
    sessions: list[str] = []
    values: list[list[float]] = []
    previous = ""
    for line, cells in _lines(path, BAR_COLUMNS):
        session = _date(path, line, "session", cells["session"]).isoformat()
        if session <= previous:
            raise MarketFileProblem(
                file=path.name,
                line=line,
                what=Words(
                    f"session {session} does not come after {previous}", f"日期 {session} 不晚于上一行的 {previous}"
                ),
            )
        previous = session
        sessions.append(session)
        values.append([_number(path, line, name, cells[name], empty=name != "close") for name in BAR_COLUMNS[1:]])
    return bars_frame(sessions, np.array(values, dtype=float).reshape(-1, len(BAR_COLUMNS) - 1).T)


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Read a CSV file whose header is known, whole lines only; yields line numbers from 2 and cells by column."""
    if path.stat().st_size > LARGEST:
        raise MarketFileProblem(file=path.name, line=1, what=Words("the file is larger than 50 MB", "文件超过 50 MB"))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarketFileProblem(
            file=path.name, line=1, what=Words("the file is not UTF-8 text", "文件不是 UTF-8 文本")
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = tuple(next(reader, ()))
    if header != columns:
        raise MarketFileProblem(file=path.name, line=1, what=_header_words(header, columns))
    if not text.endswith("\n"):
        raise TruncatedFile(file=path.name, line=text.count("\n") + 1)
    try:
        for cells in reader:
            if len(cells) != len(columns):
                what = Words(
                    f"{len(cells)} cells instead of {len(columns)}", f"有 {len(cells)} 格，应为 {len(columns)} 格"
                )
                raise MarketFileProblem(file=path.name, line=reader.line_num, what=what)
            yield reader.line_num, dict(zip(columns, cells, strict=True))
    except csv.Error as error:
        raise MarketFileProblem(
            file=path.name, line=reader.line_num, what=Words(str(error), "引号或换行有误")
        ) from error


def _header_words(found: tuple[str, ...], wanted: tuple[str, ...]) -> Words:
    there, right = ",".join(found)[:80], ",".join(wanted)
    return Words(f'the header is "{there}", not "{right}"', f"表头是“{there}”，应为“{right}”")


def _date(path: Path, line: int, column: str, text: str) -> dt.date:
    with contextlib.suppress(ValueError):
        day = dt.date.fromisoformat(text)
        if day.isoformat() == text:  # 20240614 is a date too, but this layout has one form
            return day
    what = Words(f'{column} "{text}" is not a date like 2024-06-14', f"{column} “{text}”不是 2024-06-14 这样的日期")
    raise MarketFileProblem(file=path.name, line=line, what=what)


def _number(path: Path, line: int, column: str, text: str, *, empty: bool = True, zero: bool = False) -> float:
    """Read a positive number; an empty cell is NaN where that is allowed. Volume may be zero."""
    if not text.strip() and empty:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    fine = math.isfinite(value) and (value > 0 or (value == 0 and (zero or column == "volume")))
    if not fine or "_" in text:
        least = (
            Words("a number not below zero", "不小于零的数")
            if zero or column == "volume"
            else Words("a positive number", "正数")
        )
        what = Words(f'{column} "{text}" is not {least.en}', f"{column} “{text}”不是{least.zh}")
        raise MarketFileProblem(file=path.name, line=line, what=what)
    return value
