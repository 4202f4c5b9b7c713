"""Recommendations and calls as rows: how each one stands, at every horizon, with the words it was made in."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from watchlist.core.bars import Ints
from watchlist.core.book import PERIODS
from watchlist.domain.calendars import sessions_since
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Mention, Status
from watchlist.domain.symbols import market as market_of
from watchlist.domain.symbols import normalise_name
from watchlist.ledger.themes import UNASSIGNED, folded
from watchlist.queries.plain import iso, number_or_none
from watchlist.queries.situation import Situation
from watchlist.queries.standing_rows import call_shapes, standing_rows, target_rows
from watchlist.queries.targets import target_without_prices

Row = dict[str, Any]
# What a recommendation or a call may be; ``open`` and ``closed`` are a call's words alone (RULES 13).
STATUSES: Final = ("pending", "running", "untradable", "suspended", "delisted", "stale", "no_price", "open", "closed")
NO_PERIOD: Final = dict.fromkeys(("total_return", "benchmark_return", "excess_return"))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which recommendations a question is about; ``None`` asks for all. Dates are of publication, both included."""

    theme: str | None = None
    broker: str | None = None
    symbols: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    analyst: str | None = None
    market: str | None = None
    status: str | None = None
    rating: str | None = None
    direction: int | None = None


EVERYTHING: Final = Filters()


def select(situation: Situation, filters: Filters) -> list[int]:
    """List the positions of the mentions a question is about (all filters but ``status``).

    Raises:
        UnknownWord: a filter names what no recommendation has; the nearest words are in the sentence.
    """
    mentions = situation.known.mentions
    theme = None if filters.theme is None else _theme_filter(situation, filters.theme)
    brokers = _named(filters.broker, "--broker", {m.broker for m in mentions})
    analysts = _named(filters.analyst, "--analyst", {m.analyst for m in mentions if m.analyst})
    ratings = _named(
        filters.rating, "--rating", {m.rating for m in mentions if m.rating} | {m.strength for m in mentions}
    )

    def wanted(m: Mention) -> bool:
        return (
            (theme is None or theme(m))
            and (brokers is None or m.broker in brokers)
            and (analysts is None or m.analyst in analysts)
            and (ratings is None or m.rating in ratings or m.strength in ratings)
            and (not filters.symbols or m.symbol in filters.symbols)
            and (filters.since is None or m.published >= filters.since)
            and (filters.until is None or m.published <= filters.until)
            and (filters.market is None or market_of(m.symbol) == filters.market)
            and (filters.direction is None or m.direction == filters.direction)
            and m.published <= situation.when.as_of
        )

    return [position for position, mention in enumerate(mentions) if wanted(mention)]


def check_rates(situation: Situation, positions: Iterable[int]) -> None:
    """Refuse numbers of markets whose prices cannot be counted in the currency asked for: no mean leaves them out.

    Raises:
        NoExchangeRate: there is no rate for one of them.
    """
    if situation.known.currency is None:
        return
    markets = {market_of(situation.known.mentions[position].symbol) for position in positions}
    for market in sorted(markets & situation.book.markets.keys()):
        situation.counted(situation.book.markets[market].panel)


def _theme_filter(situation: Situation, text: str) -> Callable[[Mention], bool]:
    """Take a theme by id, name or printed name; also one that a report prints and nobody has mapped yet (RULES 19).

    Raises:
        UnknownWord: no theme and no report calls one so.
    """
    printed = folded(text)
    if any(
        folded(m.theme_printed) == printed and situation.theme_of(m) is UNASSIGNED for m in situation.known.mentions
    ):
        return lambda m: folded(m.theme_printed) == printed
    theme = situation.themes.find(text).id
    return lambda m: situation.theme_of(m).id == theme


def recommendation_rows(situation: Situation, filters: Filters) -> list[Row]:
    """Give one row a mention, newest report first; the shape is documented in ``docs/commands.md``."""
    rows = rows_at(situation, select(situation, filters))
    return [row for row in rows if filters.status is None or row["status"] == filters.status]


def rows_at(situation: Situation, positions: Sequence[int]) -> list[Row]:
    """Give the rows of the mentions at some positions, in their order.

    Raises:
        NoExchangeRate: one cannot be counted in the currency asked for.
    """
    mentions, book = [situation.known.mentions[position] for position in positions], situation.book
    rows = _heads(situation, mentions)
    for market, part in book.markets.items():
        mine = [n for n, position in enumerate(positions) if book.place.get(position, ("", 0))[0] == market]
        if not mine:
            continue
        at = np.array([book.place[positions[n]][1] for n in mine], dtype=np.int64)
        targets = target_rows([mentions[n] for n in mine], part, situation.targets[market], at)
        for n, target, standing in zip(mine, targets, standing_rows(situation, part, at), strict=True):
            rows[n] |= target | standing
    return [
        row if position in book.place else row | target_without_prices(mention) | _nothing_known(situation, mention)
        for row, mention, position in zip(rows, mentions, positions, strict=True)
    ]


def _heads(situation: Situation, mentions: Sequence[Mention]) -> list[Row]:
    """Give what was said: the beginning of each row."""
    themes = {m.theme_printed: situation.theme_of(m) for m in {m.theme_printed: m for m in mentions}.values()}
    names = {m.symbol: situation.name_of(m.symbol) for m in mentions}
    return [
        {
            "id": m.rec_id,
            "report": m.report,
            "broker": m.broker,
            "analyst": m.analyst,
            "published": m.published.isoformat(),
            "recorded_lag_days": None if lag < 0 else lag,
            "theme": themes[m.theme_printed].id,
            "theme_name": themes[m.theme_printed].name,
            "theme_name_en": themes[m.theme_printed].name_en,
            "theme_printed": m.theme_printed,
            "symbol": m.symbol,
            "name": names[m.symbol] or m.name_printed,
            "direction": m.direction,
            "strength": str(m.strength),
            "verb": m.verb,
            "rating": m.rating,
            "quote": m.quote,
        }
        for m, lag in zip(mentions, recorded_lags(situation, mentions).tolist(), strict=True)
    ]


def call_rows(situation: Situation, filters: Filters) -> list[Row]:
    """Give one row a call: its life from first entry to close."""
    wanted = set(select(situation, filters))
    rows = []
    for market, part in situation.book.markets.items():
        shapes = call_shapes(part)
        for number, call in enumerate(part.calls):
            positions = [part.at[m] for m in call.mentions]
            if wanted.isdisjoint(positions):
                continue
            first = situation.known.mentions[positions[0]]
            rows.append(
                {
                    "broker": call.broker,
                    "symbol": call.symbol,
                    "name": situation.name_of(call.symbol) or first.name_printed,
                    "market": market,
                    "direction": call.direction,
                    "first_published": first.published.isoformat(),
                    "last_published": situation.known.mentions[positions[-1]].published.isoformat(),
                    "expires": call.expires.isoformat(),
                    "themes": sorted({situation.theme_of(situation.known.mentions[p]).id for p in positions}),
                    "entry_session": iso(part.session(int(part.entries.session[part.lives.first[number]]))),
                    "as_of": part.as_of.isoformat(),
                    "benchmark": part.benchmarks.symbols[part.asked.benchmark[part.lives.first[number]]],
                    **shapes[number],
                    "closed_by": str(part.lives.reason[number]) or None,
                    "benchmark_return": number_or_none(part.lives.legs.benchmark_return[number]),
                }
            )
    rows = [row for row in rows if filters.status is None or row["status"] == filters.status]
    return sorted(rows, key=lambda row: (row["first_published"], row["broker"], row["symbol"]), reverse=True)


def counted_call_rows(situation: Situation, filters: Filters) -> list[Row]:
    """Give the rows of :func:`call_rows` where all of them can be counted.

    Raises:
        NoExchangeRate: prices cannot be counted in the currency asked for.
    """
    check_rates(situation, select(situation, filters))
    return call_rows(situation, filters)


def recorded_lags(situation: Situation, mentions: Sequence[Mention]) -> Ints:
    """Count the sessions from publication to the moment each was first recorded here (RULES 25).

    Returns:
        ``(n,)``, -1 where the market's sessions are not known.
    """
    moments = [m.recorded_at for m in mentions]
    published = np.array([m.published for m in mentions], dtype="datetime64[D]")
    markets = np.array([market_of(m.symbol) for m in mentions])
    lag = np.full(len(mentions), -1, dtype=np.int64)
    for market, sessions in situation.sessions.items():
        mine = markets == market
        # The market's own day: an early morning in Shanghai is the day before by Greenwich.
        zone = ZoneInfo(situation.rules.markets[market].hours.timezone)
        recorded = np.array([moments[n].astimezone(zone).date() for n in np.flatnonzero(mine)], dtype="datetime64[D]")
        lag[mine] = sessions_since(sessions, published[mine], recorded)
    return lag


def _nothing_known(situation: Situation, mention: Mention) -> Row:
    """Give the standing of a mention in a market whose index has no bar: nothing can be said."""
    none_at_all = dict.fromkeys(
        (
            "entry_session",
            "entry_price",
            "entry_at",
            "price_basis",
            "entry_gap",
            "as_of",
            "last_session",
            "price_return",
            "total_return",
            "benchmark_return",
            "excess_return",
            "price_excess",
            "relative_wealth",
            "net_return",
            "max_gain",
            "max_loss",
            "days_held",
            "currency",
            "second_benchmark",
            "second_benchmark_return",
            "second_excess_return",
        )
    )
    horizon = dict.fromkeys(
        ("exit_session", "price_return", "total_return", "benchmark_return", "excess_return", "price_excess", "hit")
    )
    call = dict.fromkeys(("closed_session", "reason", "total_return", "excess_return"))
    return {
        **none_at_all,
        "benchmark": mention.benchmark or situation.rules.markets[market_of(mention.symbol)].benchmark,
        "benchmark_kind": "price",
        "status": str(Status.NO_PRICE),
        "call": {"status": str(Status.NO_PRICE), "mentions": 1, **call},
        "horizons": {key: {**horizon, "status": str(Status.NO_PRICE)} for key in situation.rules.horizons},
        "periods": dict.fromkeys(PERIODS, NO_PERIOD),
    }


def _named(text: str | None, option: str, known: Iterable[str]) -> set[str] | None:
    """Find what a filter names, to the letter or as part of one."""
    if text is None:
        return None
    folded = {name: normalise_name(name) for name in known}
    wanted = normalise_name(text)
    exact = {name for name, fold in folded.items() if fold == wanted}
    found = exact or {name for name, fold in folded.items() if wanted and wanted in fold}
    if not found:
        listed: Sequence[str] = sorted(folded)[:12]
        hint = Words(f" Known: {', '.join(listed)}.", f"可用：{'、'.join(listed)}。") if listed else ""
        raise UnknownWord(option=option, text=text, hint=hint)
    return found
