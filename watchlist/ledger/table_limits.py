"""What may be read as a table and what not: the limits, and the way a reader says why it gave up."""

from typing import Final

from watchlist.domain.errors import Words

MOST_BYTES: Final = 256 * 1024 * 1024
MOST_UNPACKED: Final = 512 * 1024 * 1024
MOST_ROWS: Final = 5_000_000
MOST_COLUMNS: Final = 512
MOST_CELLS: Final = 100_000_000


class UnreadableCells(ValueError):
    """Why a reader gave up, in both languages; whoever opened the file adds its name."""

    def __init__(self, reason: Words) -> None:
        super().__init__(reason.en)
        self.reason = reason


def refuse_excess(rows: int, columns: int) -> None:
    """Refuse more rows or columns than a list has.

    Raises:
        UnreadableCells: there are more.
    """
    if rows > MOST_ROWS:
        raise UnreadableCells(Words(f"it has more than {MOST_ROWS} rows", f"超过 {MOST_ROWS} 行"))
    if columns > MOST_COLUMNS:
        raise UnreadableCells(Words(f"it has more than {MOST_COLUMNS} columns", f"超过 {MOST_COLUMNS} 列"))


def refuse_cells(cells: int) -> None:
    """Refuse more cells than a list has, where they may cost no bytes in the file.

    Raises:
        UnreadableCells: there are more.
    """
    if cells > MOST_CELLS:
        raise UnreadableCells(Words(f"it has more than {MOST_CELLS} cells", f"超过 {MOST_CELLS} 格"))


def refuse_bytes(size: int, most: int) -> None:
    """Refuse a file, or what it unpacks to, of more than ``most`` bytes.

    Raises:
        UnreadableCells: it is larger.
    """
    if size > most:
        there, limit = size // 1024**2, most // 1024**2
        raise UnreadableCells(Words(f"it holds {there} MB, more than {limit}", f"内容达 {there} MB，超过 {limit} MB"))


def refuse_sheet(sheet: str | None) -> None:
    """Refuse to choose a sheet where a file has none.

    Raises:
        UnreadableCells: one was named.
    """
    if sheet is not None:
        raise UnreadableCells(Words("it has no sheets to choose from", "其中没有可选的工作表"))
