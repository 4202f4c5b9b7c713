"""The model: what a recommendation, an action and a status are. Frozen, without behaviour, known to every floor."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, get_args


class Strength(StrEnum):
    """How strongly the report words it (推荐力度), strongest first."""

    STRONG_RECOMMEND = "strong_recommend"
    RECOMMEND = "recommend"
    FOCUS = "focus"
    WATCH = "watch"
    RATING_ONLY = "rating_only"


STRENGTH_ORDER = {strength: rank for rank, strength in enumerate(reversed(Strength))}


class Status(StrEnum):
    """Where a recommendation or one of its horizons stands (RULES 13); the database uses the same words."""

    PENDING = "pending"
    RUNNING = "running"
    MATURED = "matured"
    OPEN = "open"
    SUSPENDED = "suspended"
    DELISTED = "delisted"
    STALE = "stale"
    UNTRADABLE = "untradable"
    NO_PRICE = "no_price"


class TargetStatus(StrEnum):
    """Where a target price stands (目标价状态); the last close known at publication is what it is held against."""

    NO_TARGET = "no_target"
    OTHER_CURRENCY = "other_currency"
    NO_PRICE = "no_price"
    ALREADY_THERE = "already_there"
    REACHED = "reached"
    OPEN = "open"
    MISSED = "missed"
    DELISTED = "delisted"
    STALE = "stale"


# How brokers stand to what is held: a call to buy is open; one to sell; all have ended; nobody ever made one.
Standing = Literal["backed", "opposed", "lapsed", "unbacked"]
STANDINGS: Final[tuple[str, ...]] = get_args(Standing)
BACKED, OPPOSED, LAPSED, UNBACKED = STANDINGS
SAMPLED = frozenset({Status.MATURED, Status.SUSPENDED, Status.DELISTED})


@dataclass(frozen=True, slots=True)
class Action:
    """A corporate action (除权除息) of one ex-date.

    Attributes:
        cash: cash per old share before tax, in the trading currency; 0 when there is none.
        split: new shares per old share (1.4 = ten become fourteen); 1 when there is none.
    """

    ex_date: dt.date
    cash: float = 0.0
    split: float = 1.0


@dataclass(frozen=True, slots=True)
class Security:
    """A security (证券) with what changes its price limits or ends its life; dates are inclusive.

    Attributes:
        names: ``(name, valid_from, valid_to)`` oldest first; an open end is ``None``.
        delisting_period_from: first session of the delisting period (退市整理期), where there is one.
        delisted: first day on which it no longer trades.
    """

    symbol: str
    name: str
    listed: dt.date | None = None
    delisting_period_from: dt.date | None = None
    delisted: dt.date | None = None
    names: tuple[tuple[str, dt.date | None, dt.date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """A call that a person closed (RULES 1): a broker's opinion on a share, from the end of ``day`` on, and why."""

    broker: str
    symbol: str
    day: dt.date
    why: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One recommendation: a security in one theme of one report (RULES 1).

    Attributes:
        rec_id: stable identity of (report, printed theme, symbol).
        published: the day on the report; ``published_at`` is its moment where it is known (aware).
        direction: +1 buy, 0 neutral, -1 sell.
        scale_months: how long the broker's printed scale says a rating holds.
        benchmark: the index the report prints for the share's market, where it prints one.
        quote: the words it was made in, exactly as printed.
        target_currency: of ``target_price``; ``None`` where nobody said.
    """

    rec_id: str
    report: str
    broker: str
    analyst: str | None
    published: dt.date
    published_at: dt.datetime | None
    recorded_at: dt.datetime
    theme_printed: str
    symbol: str
    name_printed: str
    direction: int
    strength: Strength
    verb: str | None
    rating: str | None
    target_price: float | None
    scale_months: int
    benchmark: str | None
    quote: str
    target_currency: str | None = None
