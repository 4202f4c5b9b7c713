"""The rows of a period: a call each, with the prices of its return, and a group each: what came, went and earned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.book import MarketBook
from watchlist.core.contribution import Contributions
from watchlist.core.scoring import TIE
from watchlist.domain.model import Status
from watchlist.domain.periods import Period
from watchlist.queries.contributions import Stretch
from watchlist.queries.period_calls import PeriodCall
from watchlist.queries.plain import iso
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

FLOWS: Final = ("opening", "new", "closed", "closing")
ADDED: Final = ("weight", "contribution", "benchmark_contribution", "excess_contribution")
_PRICES: Final = (
    "from_price", "from_rate", "to_price", "to_rate", "total_step", "benchmark_from", "benchmark_to", "total_return",
    "benchmark_return", "excess_return",
)  # fmt: skip


def call_row(situation: Situation, call: PeriodCall) -> Row:
    """Give what is known of a call of the period, without what it earned."""
    part, number = situation.book.markets[call.market], call.number
    mentions = [situation.known.mentions[position] for position in call.positions]
    by_id = {theme.id: theme for theme in map(situation.theme_of, mentions)}
    themes = [by_id[identity] for identity in sorted(by_id)]
    status = str(part.lives.status[number])
    first = int(part.lives.first[number])
    return {
        "id": mentions[0].rec_id,
        "broker": mentions[0].broker,
        "symbol": mentions[0].symbol,
        "name": situation.name_of(mentions[0].symbol) or mentions[0].name_printed,
        "themes": [theme.id for theme in themes],
        "theme_names": [theme.name for theme in themes],
        "theme_names_en": [theme.name_en for theme in themes],
        "direction": part.calls[number].direction,
        "first_published": mentions[0].published.isoformat(),
        "entry_session": iso(part.session(int(part.entries.session[first]))),
        "closed_session": iso(part.session(int(part.lives.closed[number]))),
        "reason": _reason(part, number) if call.closed else None,
        "status": status,
        "benchmark": part.benchmarks.symbols[part.asked.benchmark[first]],
        **{flow: getattr(call, flow) for flow in FLOWS},
    }


def _reason(part: MarketBook, number: int) -> str:
    """Say why a call ended: as the book does, ``untradable``, or ``expired`` of a stale one whose time is over."""
    status = str(part.lives.status[number])
    return str(part.lives.reason[number]) or ("expired" if status == Status.STALE else status)


def earned_row(situation: Situation, stretch: Stretch | None) -> Row:
    """Give what a call earned in the period and the prices that it is made of; ``None`` where nothing was held.

    ``total_return = to_price x to_rate / (from_price x from_rate) x total_step - 1``, prices as traded, rates 1 in the
    share's own currency; ``benchmark_return`` likewise from ``benchmark_from`` and ``benchmark_to``.
    """
    if stretch is None:
        return dict.fromkeys(("from_session", "to_session", *_PRICES))
    part, share, index = situation.book.markets[stretch.call.market], stretch.share, stretch.benchmark
    panel, start, stop = part.panel, stretch.start, stretch.stop
    factor, rates = panel.total_factor[share.row], panel.rates
    # What the levels say, in the very digits that were traded.
    paid = _traded(share.bought / factor[start], panel.close[share.row, start])
    price = _traded(share.sold / factor[stop], panel.close[share.row, stop], panel.open[share.row, stop])
    level = _traded(index.sold, part.benchmarks.close[index.row, stop], part.benchmarks.open[index.row, stop])
    numbers = (paid / rates[start], rates[start], price / rates[stop], rates[stop], factor[stop] / factor[start],
               index.bought / rates[start], level / rates[stop], share.gain, index.gain,
               share.gain - index.gain)  # fmt: skip
    sessions = {"from_session": iso(part.session(start)), "to_session": iso(part.session(stop))}
    return sessions | dict(zip(_PRICES, map(float, numbers), strict=True))


def _traded(level: float, *prices: float) -> float:
    """Give the price that a level is but for its last bits, the level itself where there is none."""
    return next((price for price in prices if abs(price / level - 1) < TIE), level)


def added_rows(count: int, places: Sequence[int], found: Contributions) -> list[Row]:
    """Give what each of ``count`` calls added; ``None`` for those that are not among ``places``."""
    rows: list[Row] = [dict.fromkeys(ADDED) for _ in range(count)]
    share, index = found.share.contribution, found.benchmark.contribution
    for at, place in enumerate(places):
        values = (found.weight[at], share[at], index[at], share[at] - index[at])
        rows[place] = {key: float(value) for key, value in zip(ADDED, values, strict=True)}
    return rows


@dataclass(frozen=True, slots=True)
class Membership:
    """A call in a group: which flows it counts in there, and what part of what it added is the group's."""

    key: str
    row: Row
    flows: Mapping[str, bool]
    part: float = 1.0


def themes_of(situation: Situation, period: Period, call: PeriodCall, row: Row) -> list[Membership]:
    """Put a call into every theme it is in, from the first mention there on; what it added in equal parts."""
    found = []
    mentions = [situation.known.mentions[position] for position in call.positions]
    for theme in row["themes"]:
        first = min(m.published for m in mentions if situation.theme_of(m).id == theme)
        opening = call.opening and first <= period.before
        flows = {"opening": opening, "new": not opening, "closed": not call.closing, "closing": call.closing}
        found.append(Membership(theme, row, flows, 1 / len(row["themes"])))
    return found


def group_rows(members: Iterable[Membership], named: Mapping[str, Row]) -> list[Row]:
    """Sum calls up by group.

    Args:
        named: by key, what is said of a group besides.

    Returns:
        ``group``, what is said of it, ``calls`` (held for a day or more), the four flows and what was added; the most
        first.
    """
    groups: dict[str, Row] = {}
    for one in members:
        empty = {"calls": 0, **dict.fromkeys(FLOWS, 0), **dict.fromkeys(ADDED, 0.0)}
        group = groups.setdefault(one.key, {"group": one.key, **named.get(one.key, {}), **empty})
        for flow in FLOWS:
            group[flow] += int(one.flows[flow])
        if one.row["contribution"] is not None:
            group["calls"] += 1
            for name in ADDED:
                group[name] += one.row[name] * one.part
    return sorted(groups.values(), key=lambda group: (-group["excess_contribution"], group["group"]))


def total_row(rows: Sequence[Row], found: Contributions) -> Row:
    """Give the same of all calls, with the returns of the whole portfolio."""
    flows = {flow: sum(row[flow] for row in rows) for flow in FLOWS}
    held = sum(row["contribution"] is not None for row in rows)
    return {
        "calls": held,
        **flows,
        "weight": float(np.sum(found.weight)),
        "contribution": found.share.total,
        "benchmark_contribution": found.benchmark.total,
        "excess_contribution": found.share.total - found.benchmark.total,
    }
