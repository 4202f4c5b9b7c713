"""What has to be fetched: every security that anything here speaks of, its sources, and which sessions are closed."""

import datetime as dt
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from watchlist.core.planning import TRUSTED, Fetch, Held, joined, plan
from watchlist.core.rules import Rules
from watchlist.domain.calendars import Dates, last_closed, scheduled
from watchlist.domain.symbols import board, exchange
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.home import Home
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import Settings
from watchlist.ledger.themes import load_themes
from watchlist.ledger.watch import load_watchlist
from watchlist.queries.held_needs import fetched_for
from watchlist.sources.contract import Source
from watchlist.storage.health import tracked
from watchlist.storage.holdings import load_snapshots
from watchlist.storage.ledger import load_mentions, load_securities
from watchlist.storage.prices import held
from watchlist.storage.report_bodies import load_reports
from watchlist.storage.report_heads import report_heads

RATES: Final = "FX"
_OF_RATES: Final = ("yahoo",)
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asked for.

    Attributes:
        until: act as if this were the last closed session.
        symbols: these securities only; empty for all.
        markets: the securities of these markets only, and exchange rates; empty for all.
        since: fetch everything again from this day on.
        sources: ask these only; empty for all.
        trust: take this source's word for all that it says of the one security in ``symbols``.
    """

    until: dt.date | None = None
    symbols: Collection[str] = ()
    since: dt.date | None = None
    sources: Collection[str] = ()
    trust: str | None = None
    markets: Collection[str] = ()


def plan_update(
    connection: sqlite3.Connection,
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    until: Mapping[str, dt.date],
    choice: Choice | None = None,
) -> tuple[list[Fetch], int]:
    """Plan the fetches for every security that the ledger, watchlist, holdings, themes and settings speak of.

    Returns:
        the fetches, and how many securities are up to date already. Bonds and repos that nobody has are in neither.
    """
    choice = choice or Choice()
    spoken, oldest = _spoken_of(connection, home, settings)
    start = (oldest or min(until.values())) - dt.timedelta(days=settings.history.days)
    sectors = (symbol for symbols in _stood_for(connection, settings) for symbol in symbols)
    every = dict.fromkeys([*spoken, *sectors, *choice.symbols])
    symbols = [symbol for symbol in every if _is_chosen(symbol, choice)]
    asked = {name: one for name, one in sources.items() if not choice.sources or name in choice.sources}
    served = {symbol: serving(symbol, settings, asked) for symbol in symbols}
    symbols = [symbol for symbol in symbols if served[symbol] or board(symbol) != "bond"]
    last = {symbol: until[home_of(symbol)] for symbol in symbols}
    ended = {s.symbol: s.delisted for s in load_securities(connection, symbols, None).values() if s.delisted}
    stored = held(connection, ended)
    if choice.trust is not None:
        since = {s: joined(choice.since or start, stored.get(s, Held(None, None))) for s in symbols}
        first = {symbol: tuple(dict.fromkeys((choice.trust, *served[symbol]))) for symbol in symbols}
        return [Fetch(symbol, since[symbol], last[symbol], first[symbol], TRUSTED) for symbol in symbols], 0
    fetches = plan(symbols, stored, start, last, served, choice.since)
    return fetches, len(symbols) - len(fetches)


def _spoken_of(
    connection: sqlite3.Connection, home: Home, settings: Settings
) -> tuple[dict[str, None], dt.date | None]:
    """List every security that is asked about by name, and the first day that something was said of one."""
    mentions = load_mentions(connection, None)
    watched = load_watchlist(home)
    snapshots = load_snapshots(connection, None)
    begun = [m.published for m in mentions] + [w.added for w in watched] + [s.day for s in snapshots]
    named = dict.fromkeys(
        [market.benchmark for market in settings.markets.values()]
        + [m.symbol for m in mentions]
        + [m.benchmark for m in mentions if m.benchmark]
        + [w.symbol for w in watched]
        + fetched_for(snapshots)
        + [symbol for market in settings.markets.values() for symbol in market.also]
        + [theme.benchmark for theme in load_themes(home).themes if theme.benchmark]
    )
    return named, min(begun, default=None)


def stand_ins(settings: Settings) -> list[str]:
    """List every symbol that stands for a sector, the best of each first."""
    return list(dict.fromkeys(symbol for sector in settings.sectors for symbol in sector.symbols))


def spare(connection: sqlite3.Connection, home: Home, settings: Settings) -> set[str]:
    """List stand-ins that nobody misses: never had, asked about by nobody, and of sectors that another one stands for.

    One that was had once is missed: it is what its sector is measured by.
    """
    known, named = tracked(connection), _spoken_of(connection, home, settings)[0]
    sectors = [set(symbols) for symbols in _stood_for(connection, settings)]
    return {
        symbol
        for symbol in set().union(*sectors) - known - named.keys()
        if all(symbols & known for symbols in sectors if symbol in symbols)
    }


def _stood_for(connection: sqlite3.Connection, settings: Settings) -> list[tuple[str, ...]]:
    """Give what stands for each sector that a report is about, or calls on."""
    about = [head["industry"] for head in report_heads(connection).values() if head["industry"]]
    called = [
        sector
        for report in load_reports(connection, None)
        for call in report.body.get("sector_calls") or ()
        for sector in call["what"]
    ]
    return [symbols for sector in dict.fromkeys([*about, *called]) if (symbols := settings.stand_ins(sector))]


def plan_lines(
    connection: sqlite3.Connection,
    home: Home,
    settings: Settings,
    sources: Mapping[str, Source],
    now: dt.datetime,
    choice: Choice,
) -> list[dict[str, object]]:
    """Give the planned fetches as rows: ``symbol since until reason sources``; nothing is fetched."""
    last = closed_until(rules_from(settings), now, choice.until)
    fetches, _ = plan_update(connection, home, settings, sources, last, choice)
    return [
        {
            "symbol": fetch.symbol,
            "since": fetch.since.isoformat(),
            "until": fetch.until.isoformat(),
            "reason": fetch.reason,
            "sources": list(fetch.sources),
        }
        for fetch in fetches
    ]


def home_of(symbol: str) -> str:
    """Give the market whose sessions a security lives by; an exchange rate lives by weekdays, and ``FX`` is its own."""
    return RATES if exchange(symbol) == RATES else market_of(symbol)


def serving(symbol: str, settings: Settings, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """List the sources that can have a security, in the order of settings; a source no setting names comes first."""
    named: tuple[str, ...] = _OF_RATES
    if home_of(symbol) != RATES:
        market = next(one for name, one in settings.markets.items() if name == market_of(symbol))
        named = market.sources.indices if board(symbol) == "index" else market.sources.shares
    if board(symbol) == "bond":
        named = ()
    order = [name for name in sources if name in {"files", "simulated"}] + list(named)
    return tuple(name for name in dict.fromkeys(order) if name in sources and sources[name].serves(symbol))


def closed_until(rules: Rules, now: dt.datetime, until: dt.date | None) -> dict[str, dt.date]:
    """Give each market's last closed session at ``now``, or as if ``until`` were over, and the last day of rates."""
    found = {}
    for name, market in rules.markets.items():
        end = until or now.astimezone(dt.UTC).date() + dt.timedelta(days=1)
        sessions, _ = scheduled(market.hours, end - dt.timedelta(days=30), end)
        last = last_closed(market.hours, now, sessions) if until is None else _last(sessions)
        found[name] = last or end
    # A day of rates is over when it is over everywhere.
    day = until or now.astimezone(dt.UTC).date() - dt.timedelta(days=1)
    found[RATES] = day - dt.timedelta(days=max(0, day.weekday() - _FRIDAY))
    return found


def _is_chosen(symbol: str, choice: Choice) -> bool:
    if choice.symbols and symbol not in choice.symbols:
        return False
    return not choice.markets or home_of(symbol) in {*choice.markets, RATES}


def _last(sessions: Dates) -> dt.date | None:
    """Give the last of some sessions, ``None`` where the calendar knows none so long ago."""
    day: dt.date | None = sessions[-1].item() if sessions.size else None
    return day
