"""The universe: every security of a market that there are bars of, where they are enough to say what is usual."""

import datetime as dt
import sqlite3
from dataclasses import replace

from watchlist.core.base_rate import FEWEST
from watchlist.core.book import market_panel
from watchlist.core.panel import Panel
from watchlist.domain.symbols import board
from watchlist.domain.symbols import market as market_of
from watchlist.queries.situation import Situation
from watchlist.storage.health import tracked
from watchlist.storage.ledger import load_securities
from watchlist.storage.prices import load_bars


def load_universe(connection: sqlite3.Connection, situation: Situation) -> dict[str, Panel]:
    """Lay out the markets of the book that have 200 shares or more; funds and indices are no shares."""
    known_at, as_of = situation.when.known_at, situation.when.as_of
    every = sorted(symbol for symbol in tracked(connection) if board(symbol) not in {"index", "fund"})
    panels: dict[str, Panel] = {}
    for market in situation.book.markets:
        mine = [symbol for symbol in every if market_of(symbol) == market]
        if len(mine) >= FEWEST:
            panel = _panel(connection, situation, market, mine, (as_of, known_at))
            if panel is not None:
                panels[market] = panel
    return panels


def _panel(
    connection: sqlite3.Connection,
    situation: Situation,
    market: str,
    symbols: list[str],
    clocks: tuple[dt.date, dt.datetime | None],
) -> Panel | None:
    bars = dict(situation.known.bars) | load_bars(connection, symbols, clocks[1])
    securities = dict(situation.known.securities) | load_securities(connection, symbols, clocks[1])
    known = replace(situation.known, bars=bars, securities=securities)
    return market_panel(known, situation.rules, market, clocks[0], symbols)
