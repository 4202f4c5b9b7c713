"""Workbooks and Parquet files as rows of text: opened with distrust, formulas left as they are, nothing followed.

A workbook is a packed archive of XML: it may unpack to more than a machine holds, or declare entities that grow
without end. Both are looked for before anything is parsed.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from watchlist.domain.errors import Words
from watchlist.ledger.table_limits import (
    MOST_UNPACKED,
    UnreadableCells,
    refuse_bytes,
    refuse_cells,
    refuse_excess,
    refuse_sheet,
)

if TYPE_CHECKING:
    import pyarrow as pa
    import xlrd

_MOST_PARTS: Final = 4_096
_CHUNK: Final = 1024 * 1024
# Office Open XML, part 2: a package holds no document type declarations.
_DECLARATIONS: Final = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_DIGITS_FORMAT: Final = re.compile("0{2,12}")
_LOCKED: Final = Words("it is locked by a password", "文件有密码保护")
_DAMAGED: Final = Words("the workbook is damaged", "工作簿已损坏")

SIGNATURE: Final = {"xlsx": b"PK\x03\x04", "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "parquet": b"PAR1"}

Rows = Iterator[tuple[int, tuple[str, ...]]]


def sheet_rows(path: Path, sheet: str | None) -> Rows:
    """Read one sheet of a workbook of today (.xlsx); a hidden one only where it is named.

    Raises:
        UnreadableCells: it is no workbook, damaged, hostile, or several sheets hold something and none is chosen.
    """
    import openpyxl  # noqa: PLC0415  (only who brings a workbook waits for it)

    _refuse_bombs(path)
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        except Exception as error:  # the reader fails in many ways on a damaged part
            raise UnreadableCells(_DAMAGED) from error
        try:
            offered = [one for one in book.worksheets if sheet is not None or one.sheet_state == "visible"]
            filled = {one.title: one for one in offered if _first_filled(one)}
            yield from _cells(filled[_chosen(list(filled), sheet)])
        finally:
            book.close()


def old_sheet_rows(path: Path, sheet: str | None) -> Rows:
    """Read one sheet of a workbook of old (.xls), a hidden one only where it is named.

    Of a formula it gives the value that was stored with it.

    Raises:
        UnreadableCells: it is no workbook, damaged, locked, or several sheets hold something and none is chosen.
    """
    import xlrd  # noqa: PLC0415  (only who brings a workbook waits for it)

    try:
        book = xlrd.open_workbook(
            file_contents=path.read_bytes(), logfile=io.StringIO(), formatting_info=True, ragged_rows=True
        )
        filled = {one.name: one for one in book.sheets() if one.nrows and (sheet is not None or not one.visibility)}
    except xlrd.XLRDError as error:
        locked = "encrypted" in str(error).casefold() or "EncryptedPackage" in str(error)
        raise UnreadableCells(_LOCKED if locked else _DAMAGED) from error
    except Exception as error:  # the reader fails in many ways on a damaged file
        raise UnreadableCells(_DAMAGED) from error
    chosen = filled[_chosen(list(filled), sheet)]
    for row in range(chosen.nrows):
        yield row + 1, tuple(_old_cell(book, cell) for cell in chosen.row(row))


def hidden_sheets(path: Path) -> tuple[str, ...]:
    """List the sheets of a workbook of today that are hidden; of any other file none."""
    from defusedxml import ElementTree  # noqa: PLC0415  (only who brings a workbook waits for it)

    if not zipfile.is_zipfile(path):
        return ()
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = (one for one in book.iter() if one.tag.endswith("}sheet"))
    return tuple(one.get("name", "") for one in sheets if one.get("state", "visible") != "visible")


def parquet_rows(path: Path, sheet: str | None) -> Rows:
    """Read a Parquet file row by row; its column names are line 1.

    Raises:
        UnreadableCells: it is damaged or too large.
    """
    table = parquet_table(path, sheet)
    yield 1, tuple(table.column_names)
    number = 1
    for batch in table.to_batches(max_chunksize=10_000):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            yield number, tuple(shown(value) for value in values)


def parquet_table(path: Path, sheet: str | None) -> "pa.Table":
    """Read a Parquet file whole; texts stay dictionaries, since a file of a few bytes may repeat one a billion times.

    Raises:
        UnreadableCells: it is damaged or too large.
    """
    import pyarrow as pa  # noqa: PLC0415  (only who brings such a file waits for it)
    from pyarrow import parquet  # noqa: PLC0415

    refuse_sheet(sheet)
    try:
        schema = parquet.read_schema(path)
        texts = [one.name for one in schema if pa.types.is_string(one.type) or pa.types.is_large_string(one.type)]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            about = file.metadata
            unpacked = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
            refuse_bytes(unpacked, MOST_UNPACKED)
            refuse_excess(about.num_rows, about.num_columns)
            refuse_cells(about.num_rows * about.num_columns)
            return file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, UnreadableCells):
            raise
        raise UnreadableCells(Words("the Parquet file is damaged", "Parquet 文件已损坏")) from error


def shown(value: object, number_format: str = "General") -> str:
    """Write a value of a cell as a person reads it: whole numbers without a point, days and moments in ISO form.

    Args:
        number_format: a format of zeros alone (``000000``) gives a number its leading zeros.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004  (exact below it)
        value = int(value)
    if isinstance(value, int) and _DIGITS_FORMAT.fullmatch(number_format):
        return f"{value:0{len(number_format)}d}"
    return str(value)


def _refuse_bombs(path: Path) -> None:
    """Refuse an archive that unpacks to too much, or whose XML declares a document type."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_parts(archive.infolist())
            for part in archive.infolist():
                _refuse_declarations(archive, part)
    except (UnreadableCells, OSError):
        raise
    except Exception as error:  # a broken archive fails in many ways
        raise UnreadableCells(_DAMAGED) from error


def _refuse_parts(parts: Sequence[zipfile.ZipInfo]) -> None:
    refuse_bytes(sum(part.file_size for part in parts), MOST_UNPACKED)
    if len(parts) > _MOST_PARTS or "xl/workbook.xml" not in {part.filename for part in parts}:
        raise UnreadableCells(Words("it is an archive, but no workbook", "它是压缩包，但不是工作簿"))
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableCells(_LOCKED)


def _refuse_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    longest = max(map(len, _DECLARATIONS))
    with archive.open(part) as file:
        tail = b""
        while chunk := file.read(_CHUNK):
            window = tail + chunk
            if any(word in window for word in _DECLARATIONS):
                reason = Words("its XML declares a document type, as no workbook does", "其 XML 含文档类型声明")
                raise UnreadableCells(reason)
            tail = window[-longest:]


def _first_filled(sheet: Any) -> bool:  # noqa: ANN401  (a sheet of openpyxl's reader)
    # The size that a sheet declares is the writer's word, and may be a lie either way.
    sheet.reset_dimensions()
    return any(True for _, cells in _cells(sheet) if any(cell.strip() for cell in cells))


def _cells(sheet: Any) -> Rows:  # noqa: ANN401  (a sheet of openpyxl's reader)
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            refuse_excess(number, len(row))
            yield number, tuple(shown(cell.value, cell.number_format) for cell in row)
    except UnreadableCells:
        raise
    except Exception as error:  # the reader fails in many ways on a damaged part
        raise UnreadableCells(_DAMAGED) from error


def _old_cell(book: "xlrd.book.Book", cell: "xlrd.sheet.Cell") -> str:
    import xlrd  # noqa: PLC0415

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return shown(xlrd.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return shown(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        key = book.xf_list[cell.xf_index].format_key
        return shown(cell.value, book.format_map[key].format_str)
    return str(cell.value)


def _chosen(filled: Sequence[str], sheet: str | None) -> str:
    if sheet is not None and sheet not in filled:
        listed = ", ".join(filled)
        raise UnreadableCells(
            Words(f'no sheet "{sheet}" holds anything ({listed} do)', f"没有工作表“{sheet}”（有：{listed}）")
        )
    if sheet is None and len(filled) > 1:
        listed = ", ".join(filled)
        en = f"several sheets hold something ({listed}): name one with --sheet"
        raise UnreadableCells(Words(en, f"多个工作表有内容（{listed}）：请用 --sheet 指定"))
    if not filled:
        raise UnreadableCells(Words("no visible sheet holds anything", "没有可见且非空的工作表"))
    return sheet or filled[0]
