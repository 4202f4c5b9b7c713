"""Rows as files: JSON, JSON Lines and CSV, written whole or not at all."""

import csv
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import Any, Final

from watchlist.domain.errors import UnsafePath, Words, refusal
from watchlist.ledger.private import mode_to_give_away
from watchlist.output.columns import Row

_ON_WINDOWS: Final = sys.platform == "win32"
_NO_NAME: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
FORMATS: Final = ("json", "jsonl", "csv")
_LONG: Final = 1_000  # rows that nobody reads indented, which takes ten times as long to write
# A spreadsheet takes a cell that begins so for a formula; full-width forms count in Chinese versions.
# What moves a cursor or turns the direction of text; line breaks stay, they are quoted.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What a spreadsheet, or a person who cleans a list up, passes over before it.
_PASSED_OVER: Final = re.compile(r"^(?:[^\S\t\r\n]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff])+")
# In JSON only strings hold these; a terminal obeys the first and turns at the others.
_OBEYED: Final = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def as_json(rows: object) -> str:
    """Write JSON; a NaN would be a mistake and raises. A long list has a row a line, and no more white space."""
    if isinstance(rows, list) and len(rows) > _LONG:
        return "[\n" + ",\n".join(map(_json, rows)) + "\n]\n"
    return _json(rows, indent=2) + "\n"


def _json(value: object, indent: int | None = None) -> str:
    """Write JSON as people read it, and as no terminal obeys it: the same value, to whoever parses it."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def as_json_lines(rows: Iterable[Row]) -> str:
    """Write one JSON object a line."""
    return "".join(f"{_json(row)}\n" for row in rows)


def as_csv(rows: Sequence[Row]) -> str:
    """Write CSV with every value of a row, nested ones as ``horizons.6m.hit``; CRLF line ends, text made harmless."""
    cells = [{name: _cell(value) for name, value in flat(row).items()} for row in rows]
    names = list(dict.fromkeys(name for row in cells for name in row))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, names, restval="")
    writer.writeheader()
    writer.writerows(cells)
    return buffer.getvalue()


def rendered(rows: Sequence[Row], form: str) -> str:
    """Write rows in one of :data:`FORMATS`."""
    if form == "csv":
        return as_csv(rows)
    return as_json(rows) if form == "json" else as_json_lines(rows)


def write_text(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a text file whole or not at all; see :func:`write_bytes`."""
    write_bytes(path, text.encode(encoding))


def windows_refuses(name: str) -> Words | None:
    """Say why Windows takes no file of this name, or takes it for another: a colon hides it in a second stream."""
    if found := _NO_NAME.search(name):
        return Words(f"Windows allows no {found[0]!r} in a name.", f"Windows 文件名不可含 {found[0]!r}。")
    if name.endswith((".", " ")):
        return Words("Windows cuts a dot or a space off its end.", "Windows 会截去文件名末尾的点或空格。")
    if PureWindowsPath(name).is_reserved():
        return Words("the name means a device on Windows.", "该名称在 Windows 中表示设备。")
    return None


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in place of an older one of that name.

    Raises:
        UnsafePath: it cannot be written; what was there is still there.
    """
    if _ON_WINDOWS and (reason := windows_refuses(path.name)):
        raise UnsafePath(path=path, reason=reason)
    if path.is_dir():
        raise UnsafePath(path=path, reason=Words("it is a folder.", "这是一个文件夹。"))
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UnsafePath(path=path, reason=refusal(error)) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode_to_give_away())
        Path(temporary).replace(path)
    except OSError as error:
        raise UnsafePath(path=path, reason=refusal(error)) from error
    finally:
        # Nothing is there any more once it has taken the place of the older file.
        Path(temporary).unlink(missing_ok=True)


def flat(row: Row, prefix: str = "") -> dict[str, Any]:
    """Lay nested values out as ``horizons.6m.hit``."""
    values: dict[str, Any] = {}
    for name, value in row.items():
        values |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return values


def _cell(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else _json(value) if value else ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = " ".join(value)
    return harmless(text)


def harmless(text: str) -> str:
    """Put a quote before text that a spreadsheet would take for a formula; take out what moves or turns text."""
    quoted = text.startswith(_FORMULA) or _PASSED_OVER.sub("", text, count=1).startswith(_FORMULA)
    return _CONTROL.sub("", f"'{text}" if quoted else text)
