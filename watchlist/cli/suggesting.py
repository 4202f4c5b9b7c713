"""Suggestions for a shell that completes a half-typed word: themes, securities and brokers, from what is known here.

Nothing is ever said of what goes wrong: a shell that completes has no place for it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import click
from click.shell_completion import CompletionItem

from watchlist.domain.errors import WatchlistError

if TYPE_CHECKING:
    import sqlite3

    from watchlist.ledger.home import Home

T = TypeVar("T")
Items = list[CompletionItem[str]]
Suggest = Callable[[click.Context, click.Parameter, str], Items]


class Asked(Protocol):
    """What a suggestion needs of the run it belongs to, which is built upon this module."""

    @property
    def home(self) -> "Home":
        """The home folder."""

    def reading(self) -> "AbstractContextManager[sqlite3.Connection]":
        """Open the database read-only."""


# A shell takes what is suggested into the command line as it is: names come from reports, and a report may be hostile.
_PLAIN: Final = re.compile(r"\w[\w.+/·-]*")


def securities(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Suggest symbols, or names where the word begins like one."""
    from watchlist.storage.suggestions import securities_like, securities_named

    del parameter
    look = securities_like if incomplete.isascii() else securities_named
    return _items(_asked(context, lambda connection: look(connection, incomplete)))


def brokers(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Suggest brokers of recorded reports."""
    from watchlist.storage.suggestions import brokers_like

    del parameter
    return _items((broker, "") for broker in _asked(context, lambda connection: brokers_like(connection, incomplete)))


def themes(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Suggest themes by their id, or by their name where the word begins like one."""
    from watchlist.ledger.themes import load_themes

    del parameter
    found: list[tuple[str, str]] = []
    with suppress(WatchlistError):
        found = [(theme.id, theme.name) for theme in load_themes(_app(context).home).themes]
    if not incomplete.isascii():
        found = [(name, one) for one, name in found]
    return _items(pair for pair in found if pair[0].startswith(incomplete))


def reports(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Suggest reports of the ledger."""
    del parameter
    stems = (path.stem for path in _app(context).home.reports)
    return _items((stem, "") for stem in sorted(stems) if stem.startswith(incomplete))


def files(context: click.Context, parameter: click.Parameter, incomplete: str) -> Items:
    """Let the shell suggest files."""
    del context, parameter
    return [CompletionItem(incomplete, type="file")]


# What an option takes, by its name.
OF_OPTION: Final[dict[str, Suggest]] = {
    "--benchmark": securities,
    "--broker": brokers,
    "--symbol": securities,
    "--theme": themes,
}


def _asked(context: click.Context, question: "Callable[[sqlite3.Connection], list[T]]") -> list[T]:
    with suppress(WatchlistError), _app(context).reading() as connection:
        return question(connection)
    return []


def _app(context: click.Context) -> Asked:
    app: Asked = context.find_root().obj
    return app


def _items(found: Iterable[tuple[str, str]]) -> Items:
    return list(_plain(found))


def _plain(found: Iterable[tuple[str, str]]) -> Iterator[CompletionItem[str]]:
    for value, about in found:
        if _PLAIN.fullmatch(value):
            words = " ".join("".join(c if c.isprintable() else " " for c in about).split())
            yield CompletionItem(value, help=words or None)
