"""The situation a question is asked in: what was known, by which rules, up to which day. Loaded once."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from watchlist.core.bars import Ints, Overlaid, SymbolBars
from watchlist.core.book import Book, Known, keep_book
from watchlist.core.moves import Moves
from watchlist.core.panel import Panel
from watchlist.core.price_basis import price_basis
from watchlist.core.rules import Rules
from watchlist.core.target_book import keep_targets
from watchlist.core.targets import Aimed
from watchlist.domain.calendars import Dates, days
from watchlist.domain.errors import EmptyDatabase, NoExchangeRate, UnknownWord, Words
from watchlist.domain.model import Mention
from watchlist.domain.symbols import is_total_return
from watchlist.ledger.documents import settings_from, themes_from
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import Settings
from watchlist.ledger.themes import UNASSIGNED, Theme, Themes
from watchlist.queries.held_needs import loaded_for
from watchlist.queries.priced import load_prices
from watchlist.storage.holdings import Snapshot, load_snapshots
from watchlist.storage.ledger import load_closings, load_document, load_mentions, load_securities
from watchlist.storage.prices import is_simulated, load_bars, load_ranges, newest_fetch


@dataclass(frozen=True, slots=True)
class When:
    """The two clocks of a question: sessions up to ``as_of``, recorded by ``known_at`` (``None``: by now)."""

    as_of: dt.date
    known_at: dt.datetime | None = None


@dataclass(frozen=True)
class Situation:
    """Everything a question is answered from."""

    when: When
    settings: Settings
    rules: Rules
    themes: Themes
    known: Known
    simulated: bool
    fetch: int
    horizon: str = field(default="")
    snapshots: tuple[Snapshot, ...] = ()  # of holdings, as known then, by day

    @cached_property
    def book(self) -> Book:
        """Every recommendation as it stands; worked out on first use."""
        return keep_book(self.known, self.rules, self.when.as_of)

    @cached_property
    def moves(self) -> Mapping[str, Moves]:
        """How prices of each market's panel moved, by market as in the book; each share worked out on first use."""
        return {market: Moves(part.panel) for market, part in self.book.markets.items()}

    @cached_property
    def bases(self) -> Mapping[str, np.ndarray]:
        """What prices recommendations were bought at, by market as in the book (``core.price_basis``)."""
        return {
            market: price_basis(part.panel, self.rules.limits, part.asked.row, part.entries.session)
            for market, part in self.book.markets.items()
        }

    @cached_property
    def targets(self) -> Mapping[str, Aimed]:
        """How every target price stands, by market as in the book; worked out on first use."""
        return keep_targets(self.known, self.book)

    @cached_property
    def sessions(self) -> dict[str, Dates]:
        """Every session by market that its index has a bar of or the calendar foresees; none of the rest."""
        found = {}
        for market, rules in self.rules.markets.items():
            index = self.known.bars.get(rules.benchmark)
            parts = [part for part in (None if index is None else index.sessions, self.known.foreseen.get(market))
                     if part is not None]  # fmt: skip
            if parts:
                found[market] = np.unique(np.concatenate(parts))
        return found

    @cached_property
    def first_named(self) -> dict[str, tuple[Ints, Dates]]:
        """Give by market the theme's number of each of its mentions ``(n,)``, and by theme and security the first day.

        The days are ``(themes, S)``; a security that was never recommended in a theme has one that never comes.
        """
        found = {}
        for market, part in self.book.markets.items():
            mentions = [self.known.mentions[position] for position in part.at]
            theme_of = {m.theme_printed: self.theme_of(m).id for m in {m.theme_printed: m for m in mentions}.values()}
            place = {theme: n for n, theme in enumerate(dict.fromkeys(theme_of.values()))}
            number = np.array([place[theme_of[m.theme_printed]] for m in mentions], dtype=np.int64)
            first = np.full((len(place), len(part.panel.symbols)), np.datetime64("9999-12-31"))
            known = part.asked.row >= 0
            np.minimum.at(first, (number[known], part.asked.row[known]), part.asked.published[known])
            found[market] = (number, first)
        return found

    def theme_of(self, mention: Mention) -> Theme:
        """Give the user's theme of a mention, 未归类 where none claims the printed one."""
        return self.themes.of_printed(mention.theme_printed) or UNASSIGNED

    def name_of(self, symbol: str) -> str | None:
        """Give the name of a security, ``None`` where nobody knows it."""
        security = self.known.securities.get(symbol)
        return security.name if security is not None else None

    def counted(self, panel: Panel) -> Panel:
        """Give a panel back whose prices could be counted in the currency asked for.

        Raises:
            NoExchangeRate: there is no rate to count them with.
        """
        if np.isnan(panel.rates).all():
            raise NoExchangeRate(own=self.rules.markets[panel.market].currency, wanted=self.known.currency)
        return panel

    @property
    def as_of_sessions(self) -> dict[str, dt.date]:
        """Give the last session of each market that its index has a bar of, on or before the as-of day."""
        found = {}
        for market, rules in self.rules.markets.items():
            index = self.known.bars.get(rules.benchmark)
            known = days([]) if index is None else index.sessions[index.sessions <= np.datetime64(self.when.as_of)]
            if known.size:
                found[market] = known[-1].item()
        return found

    def cut(self, sessions: Mapping[str, dt.date]) -> "Situation":
        """Give the same situation without the sessions that came after those given, by market; none of the others."""
        changed: dict[str, SymbolBars | None] = {}
        for market, last in self.as_of_sessions.items():
            index = self.known.bars[self.rules.markets[market].benchmark]
            if market not in sessions:
                changed[index.symbol] = None
            elif sessions[market] < last:
                changed[index.symbol] = index.up_to(np.datetime64(sessions[market]))
        return replace(self, known=replace(self.known, bars=Overlaid(self.known.bars, changed)))

    def up_to(self, as_of: dt.date) -> "Situation":
        """Give the same situation at another as-of day."""
        return replace(self, when=replace(self.when, as_of=as_of))


def load_situation(
    connection: sqlite3.Connection,
    settings: Settings,
    when: When,
    *, symbols: Iterable[str] = (), benchmark: str | None = None, horizon: str | None = None,
    currency: str | None = None, told: bool = True,
) -> Situation:  # fmt: skip
    """Load what was known.

    Args:
        told: with the recommendations, and what they need; without, for who reads them as columns.
        settings: as the files say now; the recorded ones decide everything that touches a number.
        symbols: securities wanted besides the recommended ones.
        benchmark: an index to measure against instead of the markets' own.
        horizon: the horizon groups are judged by, instead of the default.
        currency: what returns are counted in, instead of each share's own.

    Raises:
        EmptyDatabase: nothing was recorded by then.
        UnknownWord: no such horizon, an index that counts dividends in, or one of which no price was known: every
            excess would be unknown.
    """
    kinds = ("settings", "themes", "calendar")
    document, themes, foreseen = (load_document(connection, kind, when.known_at) for kind in kinds)
    if document is None or themes is None:
        raise EmptyDatabase
    rules = rules_from(recorded := settings_from(document, settings))
    if horizon is not None and horizon not in rules.horizons:
        keys = ", ".join(rules.horizons)
        raise UnknownWord(option="--horizon", text=horizon, hint=Words(f" Known: {keys}.", f"可用：{keys}。"))
    mapped = themes_from(themes)
    pairs = [f"{a}{b}.FX" for m in rules.markets.values() for a, b in _both_ways(m.currency, currency)]
    snapshots = tuple(load_snapshots(connection, when.known_at))
    wanted = [*symbols, *pairs, *loaded_for(snapshots)]
    mentions = load_mentions(connection, when.known_at) if told else []
    known = _load_known(connection, rules, mapped, when, mentions, wanted, benchmark=benchmark)
    if benchmark is not None:
        _check_benchmark(benchmark, known)
    sessions = {market: days(each) for market, each in (foreseen or {}).items()}
    return Situation(
        when=when,
        settings=recorded,
        rules=replace(rules, horizon=horizon or rules.horizon),
        themes=mapped,
        known=replace(known, foreseen=sessions, currency=currency),
        simulated=is_simulated(connection),
        fetch=newest_fetch(connection, when.known_at),
        horizon=horizon or rules.horizon,
        snapshots=snapshots,
    )


def _check_benchmark(benchmark: str, known: Known) -> None:
    # Price legs are measured against price indices: like with like (RULES 15).
    hint = None
    if is_total_return(benchmark):
        hint = Words(" It counts dividends in: name a price index.", "它是全收益指数：请写明价格指数。")
    elif benchmark not in known.bars:
        hint = Words(" It has no prices here.", "此处没有它的行情。")
    if hint is not None:
        raise UnknownWord(option="--benchmark", text=benchmark, hint=hint)


def _load_known(
    connection: sqlite3.Connection,
    rules: Rules,
    themes: Themes,
    when: When,
    mentions: Sequence[Mention],
    symbols: Iterable[str],
    *,
    benchmark: str | None,
) -> Known:
    """Load bars of every security a question may be about."""
    wanted = dict.fromkeys(
        [m.symbol for m in mentions]
        + [m.benchmark for m in mentions if m.benchmark]
        + [market.benchmark for market in rules.markets.values()]
        + [theme.benchmark for theme in themes.themes if theme.benchmark]
        + ([benchmark] if benchmark else [])
        + list(symbols)
    )
    securities = load_securities(connection, wanted, when.known_at)
    bars: Mapping[str, SymbolBars]
    panels: Mapping[str, Panel] = {}
    if when.known_at is None:
        bars, panels = load_prices(connection, rules, wanted, securities)
    else:
        bars = load_bars(connection, wanted, when.known_at)
    return Known(
        mentions=mentions,
        bars=bars,
        securities=securities,
        panels=panels,
        foreseen={},
        benchmark=benchmark,
        second={m.theme_printed: index for m in mentions if (index := _second(themes, m)) is not None},
        closings=load_closings(connection, when.known_at),
        ranges=load_ranges(connection, {m.symbol for m in mentions if m.target_price is not None}, when.known_at),
    )


def _second(themes: Themes, mention: Mention) -> str | None:
    theme = themes.of_printed(mention.theme_printed)
    return None if theme is None else theme.benchmark


def _both_ways(own: str, wanted: str | None) -> tuple[tuple[str, str], ...]:
    """Name the two ways an exchange rate may be stored."""
    return () if wanted is None or wanted == own else ((own, wanted), (wanted, own))
