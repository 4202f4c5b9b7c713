"""Panels from the database: shares whose files are fresh come from them, all others are laid out from their bars."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final

import numpy as np

from watchlist.core.bars import Bools
from watchlist.core.laying import CELL, Cells
from watchlist.core.limits import LimitTable
from watchlist.core.panel import Panel, build_panel, life_dates, stack_splits
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Security
from watchlist.storage.panel_files import Held, PanelFiles, Sums, digests
from watchlist.storage.prices import load_bars

_VERSION: Final = 1  # of what a cell means
_FETCH: Final = "select id, source, dataset, symbol, since, until, fetched_at, rows from fetches where id = ?"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a market's panel is laid out by.

    Attributes:
        sessions: every session that the index has a bar of.
        following: the first session after them.
    """

    market: str
    sessions: Dates
    following: np.datetime64
    limits: LimitTable
    needs_open: bool

    @property
    def key(self) -> str:
        """Digest what cells depend on besides bars, actions and securities."""
        told = repr((_VERSION, CELL.descr, self.market, self.limits, self.needs_open))
        return blake2b(told.encode(), digest_size=16).hexdigest()


def load_panel(
    connection: sqlite3.Connection, terms: Terms, symbols: Sequence[str], securities: Mapping[str, Security]
) -> Panel:
    """Give the panel of some securities as they are known now; those without a bar are left out.

    Where the files hold just what is asked for, in its order, they are mapped as they lie and nothing is copied.
    """
    files = PanelFiles.of(connection, terms.market)
    found = None if files is None else files.read()
    if found is None:
        return _laid(connection, terms, symbols, securities)
    held, cells = found
    fresh = fresh_rows(connection, terms, held, securities)
    row = {symbol: at for at, symbol in enumerate(held.symbols.tolist())}
    at = np.array([row.get(symbol, -1) for symbol in symbols], dtype=np.int64)
    width, have = held.sessions.size, at[(at >= 0) & fresh[at]]
    have = have[digests(cells[place, :width] for place in have) == held.sums[have]]
    if held.symbols[have].tolist() == held.symbols.tolist() == list(symbols):
        return _of_files(terms, held, have, cells, securities)
    part = _of_files(terms, held, have, cells[have, :width], securities)
    rest = [symbol for symbol in symbols if symbol not in part.row]
    return joined(part, _laid(connection, terms, rest, securities)) if rest else part


def fresh_rows(connection: sqlite3.Connection, terms: Terms, held: Held, securities: Mapping[str, Security]) -> Bools:
    """Say which shares of the files stand as the database has them now, ``(S,)``."""
    same = held.key == terms.key and np.array_equal(held.sessions, terms.sessions)
    if not same or held.fetched != described(connection, held.fetch):
        return np.zeros(held.symbols.size, dtype=bool)
    known = held.securities == security_digests(held.symbols.tolist(), securities)
    return np.asarray(known & ~np.isin(held.symbols, list(touched(connection, held.fetch))))


def described(connection: sqlite3.Connection, fetch: int) -> str:
    """Describe a fetch, so that one of the same number in another database is told apart; empty where there is none."""
    row = connection.execute(_FETCH, (fetch,)).fetchone()
    return "" if row is None else repr(tuple(row))


def touched(connection: sqlite3.Connection, fetch: int) -> set[str]:
    """Name the securities of which something was stored after a fetch."""
    rows = connection.execute("select distinct symbol from fetches where id > ?", (fetch,))
    return {row[0] for row in rows}


def security_digests(symbols: Sequence[str], securities: Mapping[str, Security]) -> Sums:
    """Digest what is known of each security that its limits depend on, ``(S,)``."""
    return np.array([_digest(securities.get(symbol)) for symbol in symbols], dtype=np.uint64)


def _digest(security: Security | None) -> int:
    told = () if security is None else (security.listed, security.delisting_period_from, security.name, security.names)
    return int.from_bytes(blake2b(repr(told).encode(), digest_size=8).digest(), "little")


def _laid(
    connection: sqlite3.Connection, terms: Terms, symbols: Sequence[str], securities: Mapping[str, Security]
) -> Panel:
    bars = load_bars(connection, symbols, None)
    return build_panel(
        terms.market, terms.sessions, terms.following, list(bars.values()), securities, terms.limits,
        needs_open=terms.needs_open,
    )  # fmt: skip


def _of_files(terms: Terms, held: Held, rows: np.ndarray, cells: Cells, securities: Mapping[str, Security]) -> Panel:
    symbols = tuple(held.symbols[rows].tolist())
    listed, ended = life_dates(symbols, securities)
    return Panel(
        market=terms.market,
        sessions=terms.sessions,
        following=terms.following,
        symbols=symbols,
        row={symbol: at for at, symbol in enumerate(symbols)},
        cells=np.ascontiguousarray(cells),
        splits=held.splits[rows],
        started=held.started[rows],
        last_day=held.last_day[rows],
        listed=listed,
        ended=ended,
        rates=np.ones(terms.sessions.size),
    )


def joined(one: Panel, other: Panel) -> Panel:
    """Put two panels of different securities over the same sessions into one."""
    symbols, width = one.symbols + other.symbols, one.width
    return replace(
        one,
        symbols=symbols,
        row={symbol: at for at, symbol in enumerate(symbols)},
        cells=np.concatenate([one.cells[:, :width], other.cells[:, :width]]),
        splits=stack_splits([one.splits, other.splits]),
        started=np.concatenate([one.started, other.started]),
        last_day=np.concatenate([one.last_day, other.last_day]),
        listed=np.concatenate([one.listed, other.listed]),
        ended=np.concatenate([one.ended, other.ended]),
    )
