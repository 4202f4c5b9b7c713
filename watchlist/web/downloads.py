"""Downloads: every file that ``export`` writes, by the name it is given here."""

from typing import Final

from fastapi.responses import Response

from watchlist.domain.errors import Words
from watchlist.output.exports import BY_ENDING, BY_PROGRAM, PERIOD_TABLES, TABLES, Form
from watchlist.output.markdown import TABLES as NAMED
from watchlist.output.package import Package

WHOLE: Final = ("review.html", "review.xlsx", "review.json", "review.md")
_TABLE_ENDINGS: Final = (".csv", ".json", ".jsonl", ".parquet", ".md")
_PROGRAM_FILES: Final = {
    "ghostfolio.json": "ghostfolio", "portfolio-performance.csv": "portfolio-performance", "yahoo.csv": "yahoo",
    "prices.beancount": "beancount", "watchlist.blk": "tongdaxin", "tonghuashun.txt": "tonghuashun",
    "tonghuashun.xlsx": "tonghuashun",
}  # fmt: skip


def names() -> dict[str, list[str]]:
    """List the files by kind: the whole review, and what other programs read."""
    return {"whole": list(WHOLE), "programs": list(_PROGRAM_FILES)}


def table_names() -> list[tuple[Words, list[str]]]:
    """List the files of each table, with what the table is called."""
    return [(Words(en, zh), [f"{table}{ending}" for ending in _TABLE_ENDINGS]) for table, (_, en, zh) in NAMED.items()]


def period_names() -> list[str]:
    """List the files of a period's review."""
    return [*WHOLE, *(f"{table}{ending}" for table in PERIOD_TABLES for ending in _TABLE_ENDINGS)]


def sent(form: Form, table: str | None, package: Package, name: str, of: str) -> Response:
    """Write a file and send it under its name and what it is of, a day or a period."""
    stem, _, ending = name.rpartition(".")
    disposition = f'attachment; filename="{stem}-{of}.{ending}"'
    return Response(
        form.write(package, table).content, media_type=form.media, headers={"Content-Disposition": disposition}
    )


def find(name: str, *, period: bool = False) -> tuple[Form, str | None] | None:
    """Find the form and table of a file by its name; ``None`` where there is no such file.

    Args:
        period: whether the tables of a period are there too, and programs' files not.
    """
    stem, _, ending = name.rpartition(".")
    ending = f".{ending}"
    if name in _PROGRAM_FILES and not period:
        return BY_PROGRAM[_PROGRAM_FILES[name]][ending], None
    if name in WHOLE:
        return BY_ENDING[ending], None
    if stem in (PERIOD_TABLES if period else TABLES) and ending in _TABLE_ENDINGS:
        return BY_ENDING[ending], stem
    return None
