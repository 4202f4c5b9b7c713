"""The universe: every security of a market that there are bars of, where they are enough to say what is usual."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from watchlist.core.bars import Overlaid
from watchlist.core.base_rate import FEWEST
from watchlist.core.book import market_panel
from watchlist.core.panel import Panel
from watchlist.queries.priced import shares_with_bars, terms_of
from watchlist.queries.situation import Situation
from watchlist.storage.ledger import load_securities
from watchlist.storage.panel_build import refresh_panel
from watchlist.storage.panels import load_panel
from watchlist.storage.prices import load_bars, with_bars


def load_universe(connection: sqlite3.Connection, situation: Situation) -> dict[str, Panel]:
    """Lay out the markets of the book that have 200 shares or more; funds and indices are no shares."""
    every = shares_with_bars(connection)
    panels: dict[str, Panel] = {}
    for market in situation.book.markets:
        if len(mine := every.get(market, [])) >= FEWEST:
            panel = load_market(connection, situation, market, mine)
            if panel is not None:
                panels[market] = panel
    return panels


def load_named(
    connection: sqlite3.Connection, situation: Situation, market: str, symbols: Sequence[str]
) -> Panel | None:
    """Lay out the securities named that have a bar, through the market's files where it has 200 shares or more.

    Returns:
        ``None`` where the market's index has no bar, so that nobody knows its sessions.
    """
    if situation.rules.markets[market].benchmark not in situation.known.bars:
        return None
    shares = shares_with_bars(connection).get(market, [])
    named = sorted(set(symbols) & set(with_bars(connection)))
    if len(shares) >= FEWEST:
        return load_market(connection, situation, market, shares, sorted(set(named) - set(shares)))
    bars, securities = load_bars(connection, named, None), load_securities(connection, named, None)
    known = replace(situation.known, bars=Overlaid(situation.known.bars, bars), securities=securities)
    return market_panel(known, situation.rules, market, situation.when.as_of, named)


def load_market(
    connection: sqlite3.Connection, situation: Situation, market: str, shares: list[str], rest: Sequence[str] = ()
) -> Panel | None:
    """Lay out a market as it is known now from its files, brought up to date first; a past knowledge from its bars.

    Args:
        rest: what else is wanted of the market and is not in its files.
    """
    known, as_of, known_at = situation.known, situation.when.as_of, situation.when.known_at
    wanted = [*shares, *rest]
    securities = load_securities(connection, wanted, known_at)
    if known_at is None:
        terms = terms_of(situation.rules, market, known.bars[situation.rules.markets[market].benchmark])
        refresh_panel(connection, terms, shares, securities)
        panel = load_panel(connection, terms, wanted, securities)
        known = replace(known, panels={market: panel})
    else:
        known = replace(known, bars={**known.bars, **load_bars(connection, wanted, known_at)}, securities=securities)
    return market_panel(known, situation.rules, market, as_of, wanted)
