"""Recommendations and calls as rows: how each one stands, at every horizon, with the words it was made in."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from watchlist.core.book import PERIODS, MarketBook
from watchlist.core.scoring import Legs
from watchlist.domain.calendars import days, sessions_since
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Mention, Status
from watchlist.domain.symbols import market as market_of
from watchlist.domain.symbols import normalise_name
from watchlist.ledger.themes import UNASSIGNED, folded
from watchlist.queries.plain import iso, number_or_none
from watchlist.queries.situation import Situation
from watchlist.queries.targets import target_row, target_without_prices

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
    rows = [recommendation_row(situation, position) for position in select(situation, filters)]
    return [row for row in rows if filters.status is None or row["status"] == filters.status]


def recommendation_row(situation: Situation, position: int) -> Row:
    """Give the row of one mention."""
    mention = situation.known.mentions[position]
    theme = situation.theme_of(mention)
    head: Row = {
        "id": mention.rec_id,
        "report": mention.report,
        "broker": mention.broker,
        "analyst": mention.analyst,
        "published": mention.published.isoformat(),
        "recorded_lag_days": recorded_lag(situation, mention),
        "theme": theme.id,
        "theme_name": theme.name,
        "theme_name_en": theme.name_en,
        "theme_printed": mention.theme_printed,
        "symbol": mention.symbol,
        "name": situation.name_of(mention.symbol) or mention.name_printed,
        "direction": mention.direction,
        "strength": str(mention.strength),
        "verb": mention.verb,
        "rating": mention.rating,
        "quote": mention.quote,
    }
    place = situation.book.place.get(position)
    if place is None:
        return head | target_without_prices(mention) | _nothing_known(situation, mention)
    part = situation.book.markets[place[0]]
    target = target_row(mention, part, situation.targets[place[0]], place[1])
    return head | target | _standing(situation, part, place[1])


def call_rows(situation: Situation, filters: Filters) -> list[Row]:
    """Give one row a call: its life from first entry to close."""
    wanted = set(select(situation, filters))
    rows = []
    for market, part in situation.book.markets.items():
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
                    **call_shape(part, number),
                    "closed_by": str(part.lives.reason[number]) or None,
                    "benchmark_return": number_or_none(part.lives.legs.benchmark_return[number]),
                }
            )
    rows = [row for row in rows if filters.status is None or row["status"] == filters.status]
    return sorted(rows, key=lambda row: (row["first_published"], row["broker"], row["symbol"]), reverse=True)


def call_shape(part: MarketBook, number: int) -> Row:
    """Give the documented shape of a call: ``status mentions closed_session reason total_return excess_return``.

    Where a person closed it, ``reason`` is in that person's own words.
    """
    lives, call = part.lives, part.calls[number]
    word = str(lives.reason[number]) or None
    return {
        "status": str(lives.status[number]),
        "mentions": len(call.mentions),
        "closed_session": iso(part.session(int(lives.closed[number]))),
        "reason": call.closing.why if word == "person" and call.closing is not None else word,
        "total_return": number_or_none(lives.legs.total_return[number]),
        "excess_return": number_or_none(lives.legs.total_return[number] - lives.legs.benchmark_return[number]),
    }


def recorded_lag(situation: Situation, mention: Mention) -> int | None:
    """Count the sessions from publication to the moment it was first recorded here (RULES 25)."""
    market = market_of(mention.symbol)
    sessions = situation.sessions.get(market)
    if sessions is None:
        return None
    recorded = mention.recorded_at.astimezone(dt.UTC).date()
    return int(sessions_since(sessions, days([mention.published]), days([recorded]))[0])


def returns_shape(legs: Legs, at: int) -> Row:
    """Give the returns of one window in the documented keys."""
    return {
        "price_return": number_or_none(legs.price_return[at]),
        "total_return": number_or_none(legs.total_return[at]),
        "benchmark_return": number_or_none(legs.benchmark_return[at]),
        # Of one row each: the legs' own columns would be worked out whole for every row.
        "excess_return": number_or_none(legs.total_return[at] - legs.benchmark_return[at]),
        "price_excess": number_or_none(legs.price_return[at] - legs.benchmark_return[at]),
    }


def _standing(situation: Situation, part: MarketBook, at: int) -> Row:
    entered, end = int(part.entries.session[at]), int(part.now.end[at])
    total = float(part.now.total_return[at])
    panel = situation.counted(part.panel)
    costs = situation.rules.markets[panel.market].costs
    benchmark = float(part.now.benchmark_return[at])
    excess = total - benchmark
    return {
        "benchmark": part.benchmarks.symbols[part.asked.benchmark[at]],
        "benchmark_kind": "price",
        "entry_session": iso(part.session(entered)),
        "entry_price": number_or_none(part.entries.price[at] / panel.rates[max(entered, 0)]),
        "entry_at": None if entered < 0 else "close" if part.entries.at_close[at] else "open",
        "entry_gap": number_or_none(part.entries.gap[at]) if entered >= 0 else None,
        "as_of": part.as_of.isoformat(),
        "last_session": iso(part.session(end)),
        "status": str(part.now.status[at]),
        **returns_shape(part.now, at),
        "relative_wealth": None if math.isnan(excess) else (1 + total) / (1 + benchmark) - 1,
        "net_return": None if math.isnan(total) else costs.net(total),
        "currency": situation.known.currency or situation.rules.markets[panel.market].currency,
        "second_benchmark": situation.known.second.get(situation.known.mentions[part.at[at]].theme_printed),
        "second_benchmark_return": number_or_none(part.second.benchmark_return[at]),
        "second_excess_return": number_or_none(part.second.excess_return[at]),
        "max_gain": number_or_none(part.best[at]),
        "max_loss": number_or_none(part.worst[at]),
        "days_held": None if entered < 0 else end - entered + 1,
        "call": call_shape(part, situation.book.call_of[part.at[at]]),
        "horizons": {key: _horizon(part, key, at) for key in part.horizons},
        "periods": {key: period_shape(values, at) for key, values in part.periods.items()},
    }


def _horizon(part: MarketBook, key: str, at: int) -> Row:
    legs = part.horizons[key]
    hit = float(part.hits[key][at])
    return {
        "exit_session": iso(part.session(int(legs.end[at]))),
        **returns_shape(legs, at),
        "hit": None if math.isnan(hit) else bool(hit),
        "status": str(legs.status[at]),
    }


def period_shape(values: tuple[np.ndarray, np.ndarray, np.ndarray], at: int) -> Row:
    """Give one period's returns in the documented keys; ``values`` are price, total and benchmark returns."""
    _, total, benchmark = (float(column[at]) for column in values)
    return {
        "total_return": number_or_none(total),
        "benchmark_return": number_or_none(benchmark),
        "excess_return": number_or_none(total - benchmark),
    }


def _nothing_known(situation: Situation, mention: Mention) -> Row:
    """Give the standing of a mention in a market whose index has no bar: nothing can be said."""
    none_at_all = dict.fromkeys(
        (
            "entry_session",
            "entry_price",
            "entry_at",
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
