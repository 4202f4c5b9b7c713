"""Downloads: every file that ``export`` writes, by the name it is given here."""

from typing import Final

from watchlist.output.exports import BY_ENDING, BY_PROGRAM, TABLES, Form

WHOLE: Final = ("review.html", "review.xlsx", "review.json", "review.md")
_TABLE_ENDINGS: Final = (".csv", ".json", ".jsonl", ".parquet", ".md")
_PROGRAM_FILES: Final = {
    "ghostfolio.json": "ghostfolio", "portfolio-performance.csv": "portfolio-performance", "yahoo.csv": "yahoo",
    "prices.beancount": "beancount", "watchlist.blk": "tongdaxin", "tonghuashun.txt": "tonghuashun",
    "tonghuashun.xlsx": "tonghuashun",
}  # fmt: skip


def names() -> dict[str, list[str]]:
    """List the files by kind: the whole review, tables, and what other programs read."""
    tables = [f"{table}{ending}" for table in TABLES for ending in _TABLE_ENDINGS]
    return {"whole": list(WHOLE), "tables": tables, "programs": list(_PROGRAM_FILES)}


def find(name: str) -> tuple[Form, str | None] | None:
    """Find the form and table of a file by its name; ``None`` where there is no such file."""
    stem, _, ending = name.rpartition(".")
    ending = f".{ending}"
    if name in _PROGRAM_FILES:
        return BY_PROGRAM[_PROGRAM_FILES[name]][ending], None
    if name in WHOLE:
        return BY_ENDING[ending], None
    if stem in TABLES and ending in _TABLE_ENDINGS:
        return BY_ENDING[ending], stem
    return None
