"""Appraisal: what says how sure a group's numbers are and where they come from, for JSON and chosen columns.

Everything here is added to the rows of ``themes`` and ``brokers``; the default tables do without it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.bars import Floats, Ints, Overlaid
from watchlist.core.base_rate import base_rates
from watchlist.core.calendar_time import alpha, weights
from watchlist.core.concentration import concentration
from watchlist.core.inference import (
    FEWEST_CLUSTERS,
    cluster_months,
    clustered_mean,
    mean_test,
    month_interval,
    skew_adjusted_t,
)
from watchlist.core.ordinal import ordinal_skill
from watchlist.core.panel import Panel
from watchlist.core.realisation import Promise, first_reached, realise
from watchlist.core.scoring import month_exits, window
from watchlist.core.statistics import mean_or_none
from watchlist.core.survival import time_to_target
from watchlist.core.unit_book import QUALIFY, pool_units, unit_book
from watchlist.domain.model import STRENGTH_ORDER, Strength
from watchlist.queries.coverage import coverage, delisting_sensitivity
from watchlist.queries.industries import Industries
from watchlist.queries.live_books import LiveBook, live_books, money_of, pooled, year_of
from watchlist.queries.monthly_lists import monthly_lists
from watchlist.queries.parts import attributed
from watchlist.queries.plain import number_or_none
from watchlist.queries.promises import Promises
from watchlist.queries.publications import publication_tests
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation
from watchlist.queries.touches import Touches

if TYPE_CHECKING:
    import pandas as pd

INSUFFICIENT: Final = "insufficient"


@dataclass(frozen=True)
class Appraiser:
    """What an appraisal needs besides the group.

    Attributes:
        universe: by market, a panel of every security there are bars of; only where they are 200 or more.
        industries: what stands for the industry of each report.
    """

    promises: Promises
    universe: Mapping[str, Panel]
    industries: Industries

    @cached_property
    def touches(self) -> Touches:
        """What was touched on the way; kept, since groups share sessions."""
        return Touches(self.universe)

    def __call__(self, situation: Situation, mentions: "pd.DataFrame", counted: "pd.DataFrame") -> Row:
        """Give the additions to a group's row.

        Args:
            mentions: outcomes of every recommendation of the group.
            counted: those that count, one a call or all.
        """
        books = live_books(situation, counted, self.promises.units())
        return {
            **_interval_row(situation, counted),
            **self._lift(situation, counted),
            "realisation": self._realisation(situation, counted),
            "ordinal": _ordinal(situation, counted),
            "time_to_target": self._time_to_target(situation, counted),
            "touched_at_any_time": self.touches.row(situation, counted, self._promised(situation, counted)[0]),
            "reaction": publication_tests(situation, mentions),
            "alpha": _alpha(books),
            "money_book": asdict(money_of(books)),
            "unit_book": _unit_book(books, self._industry_books(situation, counted)),
            "monthly_book": monthly_lists(situation, mentions),
            "concentration": _concentration(books),
            "attribution": attributed(situation, counted),
            "coverage": coverage(situation, mentions),
            "delisting_sensitivity": delisting_sensitivity(situation, counted),
        }

    def _industry_books(self, situation: Situation, counted: "pd.DataFrame") -> list[LiveBook]:
        """Lay out the calls again against what stands for their industries."""
        known = replace(situation.known, bars=Overlaid(situation.known.bars, self.industries.bars))
        found = self.industries.of(situation, counted["position"])
        return live_books(replace(situation, known=known), counted, self.promises.units(), found)

    def _lift(self, situation: Situation, counted: "pd.DataFrame") -> Row:
        """Compare the hit rate with that of any share of the market bought and sold at the same sessions (S6b)."""
        key = situation.rules.horizon
        rates = np.full(len(counted), np.nan)
        for market, panel in self.universe.items():
            mine = (counted["market"] == market).to_numpy() & counted["entered"].to_numpy()
            if mine.any():
                part = situation.book.markets[market]
                at = counted["at"].to_numpy()[mine]
                usual = int(np.bincount(part.asked.benchmark[at]).argmax())
                rates[mine] = base_rates(
                    panel,
                    (part.benchmarks.open[usual], part.benchmarks.close[usual]),
                    part.entries.session[at],
                    part.horizons[key].end[at],
                    part.asked.direction[at],
                    at_close=part.entries.at_close[at],
                )
        hit = counted[f"{key}:hit"].to_numpy()
        both = ~np.isnan(hit) & ~np.isnan(rates)
        if not both.any():
            return {"base_rate": None, "lift": None, "base_rate_sample": 0, "base_rate_status": INSUFFICIENT}
        base = float(rates[both].mean())
        return {
            "base_rate": base,
            "lift": float(hit[both].mean()) - base,
            "base_rate_sample": int(both.sum()),
            "base_rate_status": "ok",
        }

    def _promised(self, situation: Situation, counted: "pd.DataFrame") -> tuple[list[Promise | None], Floats]:
        """Give each recommendation's promise and what came of it over the promise's months, on price legs."""
        promises = [self.promises.of(situation.known.mentions[int(p)]) for p in counted["position"]]
        return promises, promised_results(situation, counted, promises)

    def _realisation(self, situation: Situation, counted: "pd.DataFrame") -> Row:
        return realisation_row(*self._promised(situation, counted))

    def _time_to_target(self, situation: Situation, counted: "pd.DataFrame") -> Row:
        waited, reached = [], []
        for position, promise in zip(counted["position"], self._promised(situation, counted)[0], strict=True):
            found = target_wait(situation, int(position), promise)
            if found is not None:
                waited.append(found[0])
                reached.append(found[1])
        return asdict(time_to_target(np.array(waited, dtype=np.int64), np.array(reached, dtype=bool)))


def realisation_row(promises: list[Promise | None], results: Floats) -> Row:
    """Say what became of promises, in plain values: see :class:`core.realisation.Realisation`."""
    found = asdict(realise(promises, results))
    found["table"] = {
        promised: {realised or "none": count for realised, count in row.items()}
        for promised, row in found["table"].items()
    }
    return {"status": "ok" if found["sample"] else INSUFFICIENT, **found}


def promised_results(situation: Situation, frame: "pd.DataFrame", promises: list[Promise | None]) -> Floats:
    """Give price excess, or own price return, over each promise's months; NaN while it is open or without a promise."""
    results = np.full(len(frame), np.nan)
    months = np.array([0 if promise is None else promise.months for promise in promises], dtype=np.int64)
    relative = np.array([promise is None or promise.relative for promise in promises], dtype=bool)
    markets, at = frame["market"].to_numpy(), frame["at"].to_numpy()
    for market, part in situation.book.markets.items():
        for span in np.unique(months[months > 0]):
            mine = np.flatnonzero((markets == market) & (months == span) & (at >= 0))
            if mine.size:
                asked, entries = part.asked.take(at[mine]), part.entries.take(at[mine])
                exits = month_exits(part.panel, asked.published, int(span))
                legs = window(part.panel, asked, entries, part.benchmarks, exits)
                results[mine] = np.where(relative[mine], legs.price_excess, legs.price_return)
    return results


def target_wait(situation: Situation, position: int, promise: Promise | None) -> tuple[int, bool] | None:
    """Say how many sessions passed until the promised bound was reached, or until it was last watched, and which.

    The bound is the lower one of a positive rating, the upper one of a negative one, of the price excess since entry;
    watched until the promise's months are over or to the as-of session. ``None`` where nothing was promised or bought.
    """
    place = situation.book.place.get(position)
    band = None if promise is None else promise.band
    if place is None or promise is None or band is None:
        return None
    part, at = situation.book.markets[place[0]], place[1]
    start, end = int(part.entries.session[at]), int(part.now.end[at])
    direction = int(part.asked.direction[at])
    bound = band.low if direction > 0 else band.high
    if start < 0 or direction == 0 or not np.isfinite(bound):
        return None
    end = min(end, int(month_exits(part.panel, part.asked.published[[at]], promise.months)[0]))
    excess = running_excess(situation, position, end)
    first = first_reached(excess, bound, above=direction > 0)
    return (first, True) if first is not None else (max(excess.size, 1), False)


def running_excess(situation: Situation, position: int, end: int) -> Floats:
    """Give the price excess since entry at each close from the entry session to ``end``, both included."""
    market, at = situation.book.place[position]
    part = situation.book.markets[market]
    panel, row, start = part.panel, int(part.asked.row[at]), int(part.entries.session[at])
    span = slice(start, end + 1)
    own = panel.close[row, span] * panel.split_factor[row, span] / panel.split_factor[row, start]
    index = int(part.asked.benchmark[at])
    opened = part.benchmarks.close if part.entries.at_close[at] else part.benchmarks.open
    result: Floats = own / part.entries.price[at] - part.benchmarks.close[index, span] / opened[index, start]
    return result


def _interval_row(situation: Situation, counted: "pd.DataFrame") -> Row:
    """Add intervals that let the calls of a month move together; ``null`` below twelve months."""
    key = situation.rules.horizon
    months, direction = counted["month"].to_numpy(), counted["direction"].to_numpy()
    hit, price = counted[f"{key}:hit"].to_numpy(), direction * counted[f"{key}:price_excess"].to_numpy()
    excess, total = direction * counted[f"{key}:excess"].to_numpy(), counted[f"{key}:total"].to_numpy()
    judged = ~np.isnan(hit)
    rate = month_interval(months[judged], hit[judged])
    mean = month_interval(months[judged], excess[judged])
    costs = [situation.rules.markets[market].costs for market in counted["market"]]
    # Costs are paid whichever way the call went.
    paid = np.array([np.nan if np.isnan(r) else r - c.net(float(r)) for c, r in zip(costs, total, strict=True)])
    return {
        "hit_rate_month_low": None if rate is None else rate[0],
        "hit_rate_month_high": None if rate is None else rate[1],
        "mean_excess_low": None if mean is None else mean[0],
        "mean_excess_high": None if mean is None else mean[1],
        "mean_price_excess": mean_or_none(price[judged]),
        "mean_net_excess": mean_or_none((excess - paid)[judged]),
        "skew_adjusted_t": skew_adjusted_t(excess[judged]),
        "mean_test": _mean_test(excess[judged]),
        "mean_clustered": clustered_row(key, months[judged], excess[judged]),
    }


def clustered_row(horizon: str, months: Ints, excess: Floats) -> Row:
    """Give the mean with an error that lets results of one cluster, as long as the horizon, move together.

    All ``null`` below six clusters.
    """
    length = cluster_months(horizon)
    cluster = months // length
    clusters = int(np.unique(cluster).size)
    row: Row = {"status": INSUFFICIENT, "sample": int(excess.size), "cluster_months": length, "clusters": clusters}
    names = ("mean", "error", "t", "p", "low", "high")
    if clusters < FEWEST_CLUSTERS:
        return row | dict.fromkeys(names)
    found = clustered_mean(excess, cluster)
    return row | {"status": "ok"} | {name: number_or_none(getattr(found, name)) for name in names}


def _mean_test(excess: Floats) -> Row:
    """Hold the mean BHAR against zero, to be shown and never to rank by (S10); all ``null`` below forty calls."""
    found = mean_test(excess)
    if found is None:
        none = dict.fromkeys(("mean", "t", "critical_low", "critical_high"))
        return {"status": INSUFFICIENT, "sample": int(excess.size), **none}
    return {"status": "ok", **asdict(found)}


def _ordinal(situation: Situation, counted: "pd.DataFrame") -> Row:
    """Compare words: the strength of buys, and neutral and negative ratings below them."""
    direction = counted["direction"].to_numpy()
    strength = np.array([STRENGTH_ORDER[Strength(word)] + 1 for word in counted["strength"]])
    levels = np.where(direction > 0, strength, direction)
    found = asdict(ordinal_skill(levels, counted[f"{situation.rules.horizon}:price_excess"].to_numpy()))
    words = {rank + 1: str(word) for word, rank in STRENGTH_ORDER.items()} | {0: "neutral", -1: "sell"}
    found["means"] = {words[level]: {"mean": mean, "sample": n} for level, (mean, n) in found["means"].items()}
    return found


def _alpha(books: list[LiveBook]) -> Row:
    """Give the calendar-time alpha, equally weighted and, beside it, with one unit put into each call."""
    year = year_of(books)
    plain = asdict(alpha(pooled(books)[1], year))
    return {**plain, "one_dollar_alpha": alpha(pooled(books, one_dollar=True)[1], year).alpha}


def _unit_book(books: list[LiveBook], industry: list[LiveBook]) -> Row:
    """Give the book of rating units against the market, and against industry indices where they are known (S12)."""
    return {**_units_row(books), **{f"industry_{name}": value for name, value in _units_row(industry).items()}}


def _units_row(books: list[LiveBook]) -> Row:
    shares = len({symbol for book in books for symbol in book.symbols})
    if shares < QUALIFY:
        return {"status": INSUFFICIENT, "shares": shares, "excess_return": None, "sessions": 0}
    found = pool_units([unit_book(b.held, b.units, b.growth, b.benchmark, b.dates) for b in books])
    return {"status": "ok", "shares": shares, "excess_return": found.excess_return, "sessions": found.sessions}


def _concentration(books: list[LiveBook]) -> dict[str, Any] | None:
    """Measure the largest of the books; ``None`` where nothing was held."""
    if not books:
        return None
    book = max(books, key=lambda b: b.held.row.size)
    count = weights(book.held, *book.growth.shape)
    size = np.abs(count).sum(axis=0)
    found = concentration(count / np.where(size > 0, size, 1), book.growth)
    return None if found is None else asdict(found)
