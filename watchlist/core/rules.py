"""Rules: the settings that touch a number, as the core takes them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from watchlist.core.bars import Floats
from watchlist.core.limits import LimitTable
from watchlist.domain.calendars import Hours, add_months

Gross = TypeVar("Gross", float, Floats)


@dataclass(frozen=True, slots=True)
class Costs:
    """What trading costs, as fractions of the amount traded."""

    buy: float = 0.0
    sell: float = 0.0

    def net(self, gross: Gross) -> Gross:
        """Take the costs of a purchase and a sale off a gross return."""
        return (1 + gross) * (1 - self.sell) / (1 + self.buy) - 1


@dataclass(frozen=True, slots=True)
class MarketRules:
    """A market: the index that gives its sessions and benchmark, its hours, currency and costs."""

    benchmark: str
    hours: Hours
    currency: str
    costs: Costs


@dataclass(frozen=True, slots=True)
class EntryRule:
    """When a recommendation is bought: at the ``open`` or ``close`` of its entry session; how many it waits at most."""

    at: str = "open"
    max_wait: int = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything a score depends on besides prices and recommendations.

    Attributes:
        horizons: keys in the order they are shown: ``"20"`` sessions, ``"6m"`` calendar months.
        horizon: the one that groups are judged by.
    """

    markets: Mapping[str, MarketRules]
    entry: EntryRule
    horizons: tuple[str, ...]
    horizon: str
    limits: LimitTable


def period_start(as_of: dt.date, period: str) -> dt.date | None:
    """Give the day from whose last session a period runs to ``as_of``; ``None`` for ``since``, which starts at entry.

    ``1d`` is the day before, ``ytd`` the last day of the year before.
    """
    if period in {"since", "since_added"}:
        return None
    if period == "ytd":
        return dt.date(as_of.year - 1, 12, 31)
    number, unit = int(period[:-1]), period[-1]
    if unit == "d":
        return as_of - dt.timedelta(days=number)
    if unit == "w":
        return as_of - dt.timedelta(weeks=number)
    return add_months(as_of, -number * (12 if unit == "y" else 1))
