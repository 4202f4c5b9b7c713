"""Prices of a situation: shares come from panel files where those stand, everything else from its bars."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from watchlist.core.bars import SymbolBars
from watchlist.core.book import without_bars
from watchlist.core.panel import Panel, build_panel
from watchlist.core.rules import Rules
from watchlist.domain.model import Security
from watchlist.domain.symbols import board, market
from watchlist.storage.panel_files import PanelFiles
from watchlist.storage.panels import Terms, joined, load_panel
from watchlist.storage.prices import load_bars, newest_fetch, with_bars
from watchlist.storage.stored_bars import StoredBars

if TYPE_CHECKING:
    from pathlib import Path

NO_SHARES = frozenset({"index", "fund"})  # boards that are no part of a market's panel files


def load_prices(
    connection: sqlite3.Connection, rules: Rules, wanted: Iterable[str], securities: Mapping[str, Security]
) -> tuple[Mapping[str, SymbolBars], Mapping[str, Panel]]:
    """Load what is known now of the prices of securities.

    Returns:
        bars by symbol, and by market that has panel files a panel of those wanted; bars of shares in one are read only
        when somebody looks at them.
    """
    symbols, panels = dict.fromkeys(wanted), dict[str, Panel]()
    loaded = load_bars(connection, [one.benchmark for one in rules.markets.values() if one.benchmark in symbols], None)
    path: Path | None = None
    for name, own in rules.markets.items():
        index, files = loaded.get(own.benchmark), PanelFiles.of(connection, name)
        mine = sorted(one for one in symbols if board(one) not in NO_SHARES and market(one) == name)
        if mine and index is not None and files is not None and files.exist():
            terms, path = terms_of(rules, name, index), files.database
            panels[name] = _panel(connection, terms, mine, securities)
    waiting = {one for panel in panels.values() for one, last in zip(panel.symbols, panel.last_day, strict=True)
               if one in symbols and not np.isnat(last)}  # fmt: skip
    loaded |= load_bars(connection, [one for one in symbols if one not in waiting and one not in loaded], None)
    return (loaded if path is None else StoredBars(path, newest_fetch(connection, None), loaded, waiting)), panels


def shares_with_bars(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """List by market the shares that a bar is stored of, by symbol; funds and indices are no shares."""
    found: dict[str, list[str]] = {}
    for symbol in with_bars(connection):
        if board(symbol) not in NO_SHARES:
            found.setdefault(market(symbol), []).append(symbol)
    return found


def terms_of(rules: Rules, market: str, index: SymbolBars) -> Terms:
    """Say what a market's panel is laid out by: the sessions of its index, and the rules.

    Args:
        index: the bars of its benchmark.
    """
    return Terms(market, index.sessions, index.sessions[-1] + 1, rules.limits, rules.entry.at == "open")


def _panel(
    connection: sqlite3.Connection, terms: Terms, mine: Sequence[str], securities: Mapping[str, Security]
) -> Panel:  # fmt: skip
    """Give a panel that has a row of each share, of those without a bar an empty one."""
    panel = load_panel(connection, terms, mine, securities)
    bare = [without_bars(symbol) for symbol in mine if symbol not in panel.row]
    if not bare:
        return panel
    empty = build_panel(
        terms.market, terms.sessions, terms.following, bare, securities, terms.limits, needs_open=terms.needs_open
    )
    return joined(panel, empty)
