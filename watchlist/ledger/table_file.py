"""A table file, whatever program wrote it, as rows of text: CSV, text that calls itself .xls, .xls, .xlsx, Parquet.

What a file is, its first bytes say, not its name: terminals write tab-separated text and call it .xls. Nothing in a
file is ever computed or followed: a formula stays the text it is, and a file that is too large to be a list is refused.
"""

import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from watchlist.domain.errors import WatchlistError, Words, disk_words
from watchlist.ledger.spreadsheet import SIGNATURE, old_sheet_rows, parquet_rows, sheet_rows
from watchlist.ledger.table_limits import MOST_BYTES, UnreadableCells, refuse_bytes, refuse_excess
from watchlist.ledger.table_text import text_rows

_EXCEL_TEXT: Final = re.compile(r'="([^"]*)"')
_WRAPPED: Final = ("=", "'", "’", "‘")
_MARKED_TEXT: Final = re.compile(r"['’‘]([\w.+-]+)")
_REMEMBERED: Final = 65_536  # cells of a table


class NoTableFile(WatchlistError):
    """The file is not there."""

    en = "There is no file {file}."
    zh = "没有文件 {file}。"


class UnreadableTable(WatchlistError):
    """The file is no table that can be read, or none that should be."""

    en = "{file} cannot be read: {reason}. Nothing was taken from it; save it as .xlsx, or as CSV in UTF-8 or GB18030."
    zh = "无法读取 {file}：{reason}。未采用其中任何内容；请另存为 .xlsx，或 UTF-8、GB18030 编码的 CSV。"


class TableRow(NamedTuple):
    """One line of a table.

    Attributes:
        number: the line, or the row of the sheet, from 1; of a line break inside quotes the first line.
        cells: texts without space around them; ``="600519"`` and ``'600519`` are ``600519``; an empty cell is ``""``.
            A formula is its text, beginning with ``=``.
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line was left out, in both languages."""

    number: int
    what: Words


def table_rows(path: Path, sheet: str | None = None) -> Iterator[TableRow]:
    """Read the rows of a table that say anything, in order.

    Args:
        sheet: which sheet of a workbook; needed only where several hold something.

    Raises:
        NoTableFile: there is no such file.
        UnreadableTable: it is no table, damaged, locked by a password, too large, or built to harm who opens it.
    """
    clean = lru_cache(_REMEMBERED)(plain_cell)  # the same brokers, shares and days come again and again
    with telling_why(path):
        for number, cells in _opened(path)(path, sheet):
            refuse_excess(number, len(cells))
            cleaned = tuple(map(clean, cells))
            if any(cleaned):
                yield TableRow(number, cleaned)


def raw_bytes(path: Path, most: int) -> bytes | None:
    """Give the bytes of a file of no more than ``most``, ``None`` for a larger one.

    Raises:
        NoTableFile: there is no such file.
        UnreadableTable: it is no ordinary file, or may not be read.
    """
    with telling_why(path):
        return path.read_bytes() if _ordinary(path) <= most else None


@contextmanager
def telling_why(path: Path) -> Iterator[None]:
    """Give what a reader or the disk says about a file its name.

    Raises:
        NoTableFile, UnreadableTable: see :func:`table_rows`.
    """
    try:
        yield
    except UnreadableCells as error:
        raise UnreadableTable(file=path.name, reason=error.reason) from error
    except FileNotFoundError:
        raise NoTableFile(file=path) from None
    except OSError as error:
        raise UnreadableTable(file=path.name, reason=disk_words(error)) from error


def plain_cell(cell: str) -> str:
    """Take off what a program put around a text to keep it one: space, ``="…"``, a quote before it."""
    text = cell.strip()
    if not text.startswith(_WRAPPED):
        return text
    for wrapped in (_EXCEL_TEXT, _MARKED_TEXT):
        if match := wrapped.fullmatch(text):
            return match[1].strip()
    return text


def is_formula(cell: str) -> bool:
    """Say whether a cell holds a formula instead of a value."""
    return cell.startswith("=")


Reader = Callable[[Path, str | None], Iterator[tuple[int, tuple[str, ...]]]]


def _ordinary(path: Path) -> int:
    """Give the size of a file, in bytes; what is no file at all may never end."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableCells(Words("it is no ordinary file", "不是普通文件"))
    return about.st_size


def _opened(path: Path) -> Reader:
    refuse_bytes(_ordinary(path), MOST_BYTES)
    with path.open("rb") as file:
        head = file.read(8)
    readers: tuple[tuple[str, Reader], ...] = (("xlsx", sheet_rows), ("xls", old_sheet_rows), ("parquet", parquet_rows))
    return next((reader for kind, reader in readers if head.startswith(SIGNATURE[kind])), text_rows)
