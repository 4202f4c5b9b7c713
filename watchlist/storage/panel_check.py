"""Checking panel files: each share is laid out once more from the database and held against what the files say."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from watchlist.core.laying import lay_cells
from watchlist.domain.model import Security
from watchlist.storage.panel_files import PanelFiles, digests
from watchlist.storage.panel_laying import TOGETHER
from watchlist.storage.panels import Terms, described, security_digests
from watchlist.storage.prices import load_bars_of


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a market's files found.

    Attributes:
        readable: the index and the cells it names can be read.
        shares: how many were looked at; 0 where they hold what other rules or another database said.
        wrong: those whose cells are not what the database held when they were laid.
    """

    readable: bool
    shares: int
    wrong: tuple[str, ...]


def check_panel(connection: sqlite3.Connection, terms: Terms, securities: Mapping[str, Security]) -> Checked | None:
    """Hold every share of a market's files against the bars as of the fetch they were laid at; ``None`` without files.

    Shares of which something else is known by now than then are laid anew anyway and not looked at.
    """
    files = PanelFiles.of(connection, terms.market)
    if files is None or not files.exist():
        return None
    if (found := files.read()) is None:
        return Checked(readable=False, shares=0, wrong=())
    held, cells = found
    if held.key != terms.key or held.fetched != described(connection, held.fetch):
        return Checked(readable=True, shares=0, wrong=())
    stands = held.securities == security_digests(held.symbols.tolist(), securities)
    rows, width, wrong = np.flatnonzero(stands), held.sessions.size, list[str]()
    for start in range(0, rows.size, TOGETHER):
        here = rows[start : start + TOGETHER]
        symbols = held.symbols[here].tolist()
        bars = load_bars_of(connection, symbols, held.fetch, {})
        there = np.array([symbol in bars for symbol in symbols], dtype=bool)
        whole = [bars[symbol] for symbol in symbols if symbol in bars]
        laid, _ = lay_cells(held.sessions, whole, securities, terms.limits, needs_open=terms.needs_open)
        good = digests(cells[row, :width] for row in here) == held.sums[here]
        good[there] &= digests(laid) == held.sums[here[there]]
        wrong += [symbol for symbol, fine in zip(symbols, good & there, strict=True) if not fine]
    return Checked(readable=True, shares=rows.size, wrong=tuple(wrong))
