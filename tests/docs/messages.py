"""The table of messages in the documents: every error that has a sentence of its own, in both languages."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import watchlist
from watchlist.domain.errors import WatchlistError

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
HEAD: Final = "| error | code | English | 中文 |"


def errors() -> list[type[WatchlistError]]:
    """List every error of the program, parents first."""
    for module in pkgutil.walk_packages(watchlist.__path__, "watchlist."):
        importlib.import_module(module.name)
    return list(dict.fromkeys(_below(WatchlistError)))


def rows() -> list[str]:
    """Give the rows of the table: the errors that say something of their own."""
    return [
        f"| `{error.__name__}` | {error.exit_code} | {error.en} | {error.zh} |"
        for error in errors()
        if "en" in vars(error)
    ]


def refresh() -> None:
    """Write the table anew."""
    lines = DOCUMENT.read_text("utf-8").splitlines()
    first = lines.index(HEAD) + 2
    last = next(number for number in range(first, len(lines)) if not lines[number].startswith("|"))
    lines[first:last] = rows()
    DOCUMENT.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _below(error: type[WatchlistError]) -> Iterator[type[WatchlistError]]:
    for child in error.__subclasses__():
        yield child
        yield from _below(child)
