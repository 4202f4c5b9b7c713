"""Small markets built by hand: a few sessions, an index, shares as lines of text, and the rules they are scored by.

Expected numbers stand in the tests, worked out there; nothing here computes a return.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pytest

from watchlist.core.bars import SymbolBars
from watchlist.core.book import Book, Known, keep_book
from watchlist.core.limits import LimitRule, LimitTable
from watchlist.core.rules import Costs, EntryRule, MarketRules, Rules
from watchlist.core.scoring import Legs
from watchlist.domain.calendars import Dates, Hours, days
from watchlist.domain.model import Action, Mention, Security, Strength

INDEX: Final = "000300.SH"
HOURS: Final = {
    "CN": Hours("XSHG", "Asia/Shanghai", dt.time(9, 15), dt.time(15, 30)),
    "HK": Hours("XHKG", "Asia/Hong_Kong", dt.time(9, 0), dt.time(16, 30)),
    "US": Hours("XNYS", "America/New_York", dt.time(9, 30), dt.time(16, 30)),
}


def _limit(
    board: str, since: str, percent: int | None, free: int = 0, *, st: bool = False, tick: int = 100
) -> LimitRule:
    return LimitRule(board, st, dt.date.fromisoformat(since), percent, free, tick)


# RULES 7, typed from its words.
LIMITS: Final = LimitTable((
    _limit("main", "1996-12-16", 10, 1),
    _limit("main", "2023-04-10", 10, 5),
    _limit("main", "1998-04-22", 5, st=True),
    _limit("chinext", "2009-10-30", 10, 1),
    _limit("chinext", "2020-08-24", 20, 5),
    _limit("chinext", "2009-10-30", 5, st=True),
    _limit("chinext", "2020-08-24", 20, st=True),
    _limit("star", "2019-07-22", 20, 5),
    _limit("bse", "2021-11-15", 30, 1),
    _limit("fund", "1996-12-16", 10, tick=10),
    _limit("hk", "1986-04-02", None),
    _limit("us", "1900-01-01", None),
))  # fmt: skip
RULES: Final = Rules(
    markets={
        "CN": MarketRules(INDEX, HOURS["CN"], "CNY", Costs()),
        "HK": MarketRules("HSI.HI", HOURS["HK"], "HKD", Costs()),
        "US": MarketRules("SPX.GI", HOURS["US"], "USD", Costs()),
    },
    entry=EntryRule(),
    horizons=("1", "2", "5", "1m"),
    horizon="1m",
    limits=LIMITS,
)
AT_CLOSE: Final = replace(RULES, entry=EntryRule(at="close"))


def near(value: float | list[float]) -> Any:  # noqa: ANN401 - it stands in for numbers wherever they are compared
    """Stand for numbers worked out by hand, to nine digits."""
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def weekdays(start: str, count: int, closed: Sequence[str] = ()) -> Dates:
    """Give ``count`` sessions from ``start`` on: Monday to Friday without the closed days."""
    span = np.arange(np.datetime64(start), np.datetime64(start) + 2 * count + 10 + len(closed))
    return np.setdiff1d(span[np.is_busday(span)], days(list(closed)))[:count]


def bars(symbol: str, lines: str, *actions: Action) -> SymbolBars:
    """Read bars, a line each: ``2024-06-03 open close volume``; ``?`` is unknown, volume may be left out (1000)."""
    rows = [line.split() for line in lines.strip().splitlines()]
    filled = [(*row, "1000") if len(row) == 3 else tuple(row) for row in rows]
    opened, close, volume = (
        np.array([np.nan if row[at] == "?" else float(row[at]) for row in filled]) for at in (1, 2, 3)
    )
    return SymbolBars(symbol, days([row[0] for row in filled]), opened, close, volume, actions)


def steady(symbol: str, sessions: Dates, price: float = 10.0, *actions: Action) -> SymbolBars:
    """Give a share that opens and closes at one price in every session."""
    level = np.full(sessions.size, price)
    return SymbolBars(symbol, sessions, level, level.copy(), np.full(sessions.size, 1000.0), actions)


def without(share: SymbolBars, *gone: str) -> SymbolBars:
    """Take the bars of these days away."""
    keep = ~np.isin(share.sessions, days(list(gone)))
    return replace(
        share,
        sessions=share.sessions[keep],
        open=share.open[keep],
        close=share.close[keep],
        volume=share.volume[keep],
    )


def put(share: SymbolBars, line: str) -> SymbolBars:
    """Replace the bar of one day, written as in :func:`bars`."""
    new = bars(share.symbol, line)
    at = np.searchsorted(share.sessions, new.sessions)
    opened, close, volume = share.open.copy(), share.close.copy(), share.volume.copy()
    opened[at], close[at], volume[at] = new.open, new.close, new.volume
    return replace(share, open=opened, close=close, volume=volume)


def silent(share: SymbolBars, sessions: Dates) -> SymbolBars:
    """Let nothing be traded in these sessions: a bar, and a volume of zero."""
    return replace(share, volume=np.where(np.isin(share.sessions, sessions), 0.0, share.volume))


def said(
    symbol: str, published: str, direction: int = 1, *, at: str | None = None, broker: str = "Alpha", theme: str = "AI",
    months: int = 12, benchmark: str | None = None,
) -> Mention:  # fmt: skip
    """Give a recommendation; ``at`` is the moment of publication with its offset from UTC."""
    named = f"{broker} {published} {direction}"
    return Mention(
        rec_id=f"{named} {theme} {symbol}", report=named, broker=broker, analyst=None, published=day(published),
        published_at=None if at is None else dt.datetime.fromisoformat(at),
        recorded_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), theme_printed=theme, symbol=symbol, name_printed=symbol,
        direction=direction, strength=Strength.RECOMMEND, verb=None, rating=None, target_price=None,
        scale_months=months, benchmark=benchmark, quote="",
    )  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Both legs of one window, as plain numbers; ``None`` where nothing is measured."""

    status: str
    end: dt.date | None
    price_return: float | None
    total_return: float | None
    benchmark_return: float | None
    excess_return: float | None
    price_excess: float | None


@dataclass(frozen=True)
class Outcome:
    """Where one recommendation stands."""

    status: str
    entry: dt.date | None
    price: float | None
    gap: float | None
    now: Measured
    best: float | None
    worst: float | None
    horizons: Mapping[str, Measured]
    hits: Mapping[str, float | None]


@dataclass(frozen=True)
class Market:
    """One small market, ready to be asked.

    Attributes:
        index: the market's index; its bars are the sessions.
        foreseen: sessions the calendar foresees after the last bar of the index.
        securities: what is known of the shares besides their bars.
        others: further indices.
    """

    index: SymbolBars
    shares: tuple[SymbolBars, ...]
    foreseen: Dates | None = None
    securities: tuple[Security, ...] = ()
    others: tuple[SymbolBars, ...] = ()
    rules: Rules = RULES
    market: str = "CN"

    def book(self, *mentions: Mention, as_of: str | None = None) -> Book:
        known = Known(
            mentions=mentions,
            bars={one.symbol: one for one in (self.index, *self.shares, *self.others)},
            securities={one.symbol: one for one in self.securities},
            foreseen={} if self.foreseen is None else {self.market: self.foreseen},
        )
        last: dt.date = self.index.sessions[-1].item()
        return keep_book(known, self.rules, last if as_of is None else day(as_of))

    def ask(self, mention: Mention, as_of: str | None = None) -> Outcome:
        """Score one recommendation by itself."""
        return outcome(self.book(mention, as_of=as_of), 0)


def outcome(book: Book, position: int) -> Outcome:
    """Read one recommendation out of a book."""
    market, at = book.place[position]
    part = book.markets[market]
    return Outcome(
        status=str(part.now.status[at]),
        entry=part.session(int(part.entries.session[at])),
        price=_known(part.entries.price[at]),
        gap=_known(part.entries.gap[at]),
        now=measured(book, market, part.now, at),
        best=_known(part.best[at]),
        worst=_known(part.worst[at]),
        horizons={key: measured(book, market, legs, at) for key, legs in part.horizons.items()},
        hits={key: _known(hit[at]) for key, hit in part.hits.items()},
    )


def measured(book: Book, market: str, legs: Legs, at: int) -> Measured:
    """Read one window out of legs."""
    return Measured(
        str(legs.status[at]),
        book.markets[market].session(int(legs.end[at])),
        *(_known(values[at]) for values in (legs.price_return, legs.total_return, legs.benchmark_return)),
        *(_known(values[at]) for values in (legs.excess_return, legs.price_excess)),
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
