"""The book: every recommendation and call with how it stands at one as-of day, computed through the panel kernel.

Pure: what is known goes in (mentions, bars, securities, rules), outcomes come out. Queries and score runs read it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import numpy as np

from watchlist.core.bars import Floats, HighLow, SymbolBars
from watchlist.core.calls import Call, Lives, Said, build_calls, follow
from watchlist.core.kernel import WORDS
from watchlist.core.panel import Panel, build_panel
from watchlist.core.returns import step_factors
from watchlist.core.rules import Rules, period_start
from watchlist.core.score_part import NOW, Scores, plan_of, score_part
from watchlist.core.scoring import (
    Asked,
    Benchmarks,
    Entries,
    Legs,
    between,
    entry_gap,
    extremes,
    hits,
    prices_of,
    to_date,
)
from watchlist.domain.calendars import Dates, days, first_after_publication
from watchlist.domain.model import Closing, Mention, Security
from watchlist.domain.symbols import market as market_of
from watchlist.domain.symbols import trading_currency

PERIODS = ("1d", "1w", "1m", "3m", "6m", "ytd", "1y")


@dataclass(frozen=True, slots=True)
class Known:
    """What was known when a question is asked.

    Attributes:
        bars: by symbol; indices too.
        foreseen: by market, the sessions the calendar foresees, reaching beyond the as-of day.
        benchmark: an index to measure everything against, instead of each market's or report's own.
        second: by theme as printed, a second index that its recommendations are compared with (RULES 17).
        currency: what returns are counted in; ``None``: each share's own.
        ranges: highs and lows, of the securities that a target price is printed for.
        closings: calls that a person closed.
        panels: by market, a panel of securities over every session there is, for which none has to be laid out from
            ``bars``.
    """

    mentions: Sequence[Mention]
    bars: Mapping[str, SymbolBars]
    securities: Mapping[str, Security]
    foreseen: Mapping[str, Dates]
    benchmark: str | None = None
    second: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    ranges: Mapping[str, HighLow] = field(default_factory=dict)
    closings: Sequence[Closing] = ()
    panels: Mapping[str, Panel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarketBook:
    """One market's part of the book; arrays run over ``at``, positions in the book's mentions.

    Attributes:
        horizons: by key.
        second: the recommendations so far against their theme's second index; NaN where it has none.
        calls: its calls, their mentions as positions within ``at``; ``lives`` says how they stand.
    """

    panel: Panel
    benchmarks: Benchmarks
    at: tuple[int, ...]
    asked: Asked
    entries: Entries
    now: Legs
    horizons: Mapping[str, Legs]
    hits: Mapping[str, np.ndarray]
    best: np.ndarray
    worst: np.ndarray
    calls: Sequence[Call]
    lives: Lives
    periods: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    second: Legs

    @property
    def as_of(self) -> dt.date:
        """The market's as-of session."""
        day: dt.date = self.panel.sessions[-1].item()
        return day

    def session(self, position: int) -> dt.date | None:
        """Give the date of a session by position; ``None`` for -1 and beyond."""
        if not 0 <= position < self.panel.sessions.size:
            return None
        day: dt.date = self.panel.sessions[position].item()
        return day


@dataclass(frozen=True, slots=True)
class Book:
    """All markets' parts; ``place`` finds a mention (market, position there), ``call_of`` the call it belongs to."""

    mentions: Sequence[Mention]
    markets: Mapping[str, MarketBook]
    place: Mapping[int, tuple[str, int]]
    call_of: Mapping[int, int]
    rules: Rules


def idle_closings(book: Book, closings: Sequence[Closing], as_of: dt.date) -> list[Closing]:
    """List the closings up to a day that closed no call: none of that broker on that share was open then.

    Where the market has no prices, no call is known and nothing is said.
    """
    closed = {call.closing for part in book.markets.values() for call in part.calls}
    unknown = {market_of(mention.symbol) for mention in book.mentions} - book.markets.keys()
    return [one for one in closings if one.day <= as_of and one not in closed and market_of(one.symbol) not in unknown]


def market_panel(known: Known, rules: Rules, market: str, as_of: dt.date, symbols: Sequence[str]) -> Panel | None:
    """Lay out one market up to its index's last session on or before ``as_of``; ``None`` where that has no bar."""
    index = known.bars.get(rules.markets[market].benchmark)
    if index is None:
        return None
    sessions = index.sessions[index.sessions <= np.datetime64(as_of)]
    if sessions.size == 0:
        return None
    later = index.sessions[index.sessions > sessions[-1]]
    foreseen = known.foreseen.get(market, days([]))
    ahead = foreseen[foreseen > sessions[-1]]
    following = sessions[-1] + np.timedelta64(1, "D")  # where nobody foresees: the next day, so that nothing is early
    if later.size:
        following = later[0]
    elif ahead.size and foreseen[0] <= sessions[-1]:
        following = ahead[0]
    mine = [symbol for symbol in symbols if market_of(symbol) == market]
    ready = known.panels.get(market)
    if ready is not None and all(symbol in ready.row for symbol in mine):
        panel = _part_of(ready.up_to(sessions.size, following), mine)
    else:
        bars = [known.bars.get(symbol, without_bars(symbol)) for symbol in mine]
        needs_open = rules.entry.at == "open"
        panel = build_panel(market, sessions, following, bars, known.securities, rules.limits, needs_open=needs_open)
    own = rules.markets[market].currency
    if known.currency is None:
        return panel
    if known.currency != own:
        panel = panel.in_currency(exchange_rates(known, own, known.currency, sessions))
    # A panel has one rate: of B-shares, which trade in another money than their market, nothing is said (RULES 16).
    return panel.without_prices([row for row, one in enumerate(panel.symbols) if trading_currency(one) != own])


def exchange_rates(known: Known, own: str, wanted: str, sessions: Dates) -> Floats:
    """Give each session's rate, the last one known, since currencies trade on other days; NaN where none is stored."""
    if own == wanted:
        return np.ones(sessions.size)
    straight, inverse = known.bars.get(f"{own}{wanted}.FX"), known.bars.get(f"{wanted}{own}.FX")
    found = straight or inverse
    if found is None:
        return np.full(sessions.size, np.nan)
    at = np.searchsorted(found.sessions, sessions, side="right") - 1
    rates = np.where(at >= 0, found.close[np.maximum(at, 0)], np.nan)
    return rates if straight is not None else 1 / rates


def _part_of(panel: Panel, symbols: Sequence[str]) -> Panel:
    """Give the panel of just these securities, in their order: sums over its rows are then the same to the last bit."""
    if panel.symbols == tuple(symbols):
        return panel
    return panel.take(np.array([panel.row[symbol] for symbol in symbols], dtype=np.int64))


def without_bars(symbol: str) -> SymbolBars:
    """Give a security of which nothing is known."""
    return SymbolBars(symbol, days([]), np.array([]), np.array([]), np.array([]))


def lay_benchmarks(panel: Panel, known: Known, symbols: Sequence[str]) -> Benchmarks:
    """Lay indices over a panel's sessions, splits of a fund worked in; one without bars is all NaN.

    Where an index has no bar between its first and its last one (its exchange was shut), it stands at its last close.
    """
    shape = (len(symbols), panel.sessions.size)
    opens, closes = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, symbol in enumerate(symbols):
        index = known.bars.get(symbol)
        if index is None:
            continue
        _, split = step_factors(index.sessions, index.close, index.actions)
        last = np.searchsorted(index.sessions, panel.sessions, side="right") - 1
        held = np.maximum(last, 0)
        alive = (last >= 0) & (panel.sessions <= index.sessions[-1])
        today = index.sessions[held] == panel.sessions
        level = index.close * split
        closes[row] = np.where(alive, level[held], np.nan)
        opens[row] = np.where(alive, np.where(today, (index.open * split)[held], level[held]), np.nan)
    return Benchmarks(tuple(symbols), opens * panel.rates, closes * panel.rates)


def keep_book(known: Known, rules: Rules, as_of: dt.date) -> Book:
    """Work out how every recommendation and call stands at the last session on or before ``as_of``."""
    known = replace(known, closings=[one for one in known.closings if one.day <= as_of])
    by_market: dict[str, list[int]] = {}
    for position, mention in enumerate(known.mentions):
        if mention.published > as_of:
            continue  # nothing after the as-of moment is used
        by_market.setdefault(market_of(mention.symbol), []).append(position)
    markets: dict[str, MarketBook] = {}
    place: dict[int, tuple[str, int]] = {}
    call_of: dict[int, int] = {}
    for market, at in by_market.items():
        mine = [known.mentions[i] for i in at]
        panel = market_panel(known, rules, market, as_of, sorted({m.symbol for m in mine}))
        if panel is None:
            continue
        part = _market_book(known, rules, panel, tuple(at), mine)
        markets[market] = part
        place |= {position: (market, local) for local, position in enumerate(at)}
        call_of |= {at[m]: number for number, call in enumerate(part.calls) for m in call.mentions}
    return Book(known.mentions, markets, place, call_of, rules)


def _market_book(known: Known, rules: Rules, panel: Panel, at: tuple[int, ...], mine: Sequence[Mention]) -> MarketBook:
    names = [known.benchmark or m.benchmark or rules.markets[panel.market].benchmark for m in mine]
    benchmarks = lay_benchmarks(panel, known, list(dict.fromkeys(names)))
    asked = _ask(panel, rules, mine, [benchmarks.symbols.index(name) for name in names])
    keys = (NOW, *rules.horizons)
    scores = _score(panel, rules, asked, benchmarks, keys)
    entries = _entries(panel, asked, scores)
    now, *legs = (scores.legs(at) for at in range(len(keys)))
    horizons = dict(zip(rules.horizons, legs, strict=True))
    best, worst = extremes(panel, asked, entries, now.end)
    timezone = ZoneInfo(rules.markets[panel.market].hours.timezone)
    moments = [_moment(m, timezone) for m in mine]
    said = [
        Said(m.broker, m.symbol, m.published, moment, m.direction, m.scale_months)
        for m, moment in zip(mine, moments, strict=True)
    ]
    closings = [(_end_of(one.day, timezone), one) for one in known.closings if market_of(one.symbol) == panel.market]
    calls = build_calls(said, closings)
    return MarketBook(
        panel=panel,
        benchmarks=benchmarks,
        at=at,
        asked=asked,
        entries=entries,
        now=now,
        horizons=horizons,
        hits={key: hits(asked.direction, legs) for key, legs in horizons.items()},
        best=best,
        worst=worst,
        calls=calls,
        lives=follow(panel, calls, said, asked, entries, benchmarks),
        periods={p: _period(panel, asked, entries, benchmarks, now, p) for p in PERIODS},
        second=_against_second(known, panel, asked, entries, mine),
    )


def _score(panel: Panel, rules: Rules, asked: Asked, benchmarks: Benchmarks, horizons: Sequence[str]) -> Scores:
    plan = plan_of(panel, rules.entry, horizons, asked.published.min(), asked.published.max())
    return score_part(prices_of(panel, benchmarks), plan, asked)


def _entries(panel: Panel, asked: Asked, scores: Scores) -> Entries:
    session = scores.entry.astype(np.int64)
    gap = entry_gap(panel, asked, session, scores.price)
    return Entries(session, WORDS[scores.entry_status], scores.at_close, scores.price, gap)


def _against_second(known: Known, panel: Panel, asked: Asked, entries: Entries, mine: Sequence[Mention]) -> Legs:
    names = [known.second.get(m.theme_printed, "") for m in mine]
    indices = lay_benchmarks(panel, known, list(dict.fromkeys(names)))
    rows = np.array([indices.symbols.index(name) for name in names], dtype=np.int64)
    return to_date(panel, replace(asked, benchmark=rows), entries, indices)


def _ask(panel: Panel, rules: Rules, mine: Sequence[Mention], benchmark: Sequence[int]) -> Asked:
    hours = rules.markets[panel.market].hours
    known = [first_after_publication(hours, m.published, m.published_at) for m in mine]
    return Asked(
        row=np.array([panel.row.get(m.symbol, -1) for m in mine], dtype=np.int64),
        published=days([day for day, _ in known]),
        same_session=np.array([same for _, same in known], dtype=bool),
        direction=np.array([m.direction for m in mine], dtype=np.int64),
        benchmark=np.array(benchmark, dtype=np.int64),
    )


def _moment(mention: Mention, timezone: ZoneInfo) -> dt.datetime:
    """Give when a mention counts as said; a date alone is the end of that day where the share trades."""
    if mention.published_at is not None:
        return mention.published_at.astimezone(dt.UTC)
    return _end_of(mention.published, timezone)


def _end_of(day: dt.date, timezone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.max, tzinfo=timezone).astimezone(dt.UTC)


def _period(
    panel: Panel, asked: Asked, entries: Entries, benchmarks: Benchmarks, now: Legs, period: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Measure a trailing period of recommendations; NaN for those bought only after it began."""
    start = trailing_start(panel, period)
    price, total, benchmark = between(panel, asked, benchmarks, start, now.end)
    held = (entries.session >= 0) & (entries.session <= start)
    return tuple(np.where(held, values, np.nan) for values in (price, total, benchmark))  # type: ignore[return-value]


def trailing_start(panel: Panel, period: str) -> int:
    """Give the position of the session a trailing period starts from, -1 where the panel does not reach back so far."""
    day = period_start(panel.sessions[-1].item(), period)
    return -1 if day is None else panel.position(day)


def ask_symbols(panel: Panel, symbols: Sequence[str]) -> Asked:
    """Ask for plain securities, without a recommendation: only ``row`` and ``benchmark`` say something."""
    count = len(symbols)
    return Asked(
        row=np.array([panel.row.get(s, -1) for s in symbols], dtype=np.int64),
        published=np.full(count, panel.sessions[0], dtype="datetime64[D]"),
        same_session=np.zeros(count, dtype=bool),
        direction=np.ones(count, dtype=np.int64),
        benchmark=np.zeros(count, dtype=np.int64),
    )
