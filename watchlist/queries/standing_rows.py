"""Standings as rows: whole columns of the book turned into plain values at once, for lists of thousands."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.book import MarketBook
from watchlist.core.panel import Panel
from watchlist.core.scoring import Legs
from watchlist.core.targets import Aimed
from watchlist.domain.model import Mention
from watchlist.domain.symbols import trading_currency
from watchlist.queries.situation import Situation

Row = dict[str, Any]
Column = Iterable[Any]
_AT: Final = {False: "open", True: "close"}
_RETURNS: Final = ("price_return", "total_return", "benchmark_return", "excess_return", "price_excess")


def plain(values: Floats) -> list[float | None]:
    """Give numbers as Python's own, ``None`` for NaN."""
    found = values.astype(object)
    found[np.isnan(values)] = None
    return list(found)


def laid(columns: dict[str, Column]) -> list[Row]:
    """Turn columns of equal length into rows."""
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def returns_rows(legs: Legs, at: Ints) -> list[Row]:
    """Give the returns of one window in the documented keys."""
    return laid(_returns(legs, at))


def period_rows(values: tuple[Floats, Floats, Floats], at: Ints) -> list[Row]:
    """Give one period's returns in the documented keys; ``values`` are price, total and benchmark returns."""
    _, total, benchmark = (column[at] for column in values)
    return laid(dict(zip(_RETURNS[1:4], map(plain, (total, benchmark, total - benchmark)), strict=True)))


def call_shapes(part: MarketBook) -> list[Row]:
    """Give every call's documented shape: ``status mentions closed_session reason total_return excess_return``.

    Where a person closed it, ``reason`` is in that person's own words.
    """
    lives, legs = part.lives, part.lives.legs
    reasons = [
        call.closing.why if word == "person" and call.closing is not None else word or None
        for word, call in zip(lives.reason.astype(str).tolist(), part.calls, strict=True)
    ]
    return laid({
        "status": lives.status.astype(str).tolist(),
        "mentions": [len(call.mentions) for call in part.calls],
        "closed_session": session_days(part.panel, lives.closed),
        "reason": reasons,
        "total_return": plain(legs.total_return),
        "excess_return": plain(legs.total_return - legs.benchmark_return),
    })  # fmt: skip


def target_rows(mentions: Sequence[Mention], part: MarketBook, aimed: Aimed, at: Ints) -> list[Row]:
    """Give the documented keys of the targets of recommendations."""
    until = zip(mentions, session_days(part.panel, aimed.until[at]), strict=True)
    return laid({
        "target_price": [mention.target_price for mention in mentions],
        "target_currency": [mention.target_currency for mention in mentions],
        "upside": plain(aimed.upside[at]),
        "target_status": aimed.status[at].astype(str).tolist(),
        "target_session": session_days(part.panel, aimed.reached[at]),
        "target_touched": session_days(part.panel, aimed.touched[at]),
        "target_until": [None if mention.target_price is None else day for mention, day in until],
    })  # fmt: skip


def standing_rows(situation: Situation, part: MarketBook, at: Ints) -> list[Row]:
    """Give how recommendations of a market stand, in the documented keys.

    Args:
        at: ``(n,)`` their places in the market's part.

    Raises:
        NoExchangeRate: prices cannot be counted in the currency asked for.
    """
    panel = situation.counted(part.panel)
    return laid({
        "benchmark": [part.benchmarks.symbols[row] for row in part.asked.benchmark[at].tolist()],
        "benchmark_kind": repeat("price", at.size),
        **_entries(part, panel, at),
        "price_basis": [word or None for word in situation.bases[panel.market][at].tolist()],
        "as_of": repeat(part.as_of.isoformat(), at.size),
        "last_session": session_days(panel, part.now.end[at]),
        "status": part.now.status[at].astype(str).tolist(),
        **_returns(part.now, at),
        **_beyond(situation, part, at),
        "max_gain": plain(part.best[at]),
        "max_loss": plain(part.worst[at]),
        "days_held": _held(part, at),
        "call": _calls(situation, part, at),
        "horizons": _by_key({key: _horizon(part, key, at) for key in part.horizons}, at.size),
        "periods": _by_key({key: period_rows(values, at) for key, values in part.periods.items()}, at.size),
    })  # fmt: skip


def session_days(panel: Panel, positions: Ints) -> list[str | None]:
    """Write sessions by position as ISO dates; ``None`` for -1 and beyond."""
    size = panel.sessions.size
    names = [*np.datetime_as_string(panel.sessions).tolist(), None]
    return [names[place] for place in np.where((positions >= 0) & (positions < size), positions, size).tolist()]


def _returns(legs: Legs, at: Ints) -> dict[str, Column]:
    price, total, benchmark = legs.price_return[at], legs.total_return[at], legs.benchmark_return[at]
    values = (price, total, benchmark, total - benchmark, price - benchmark)
    return dict(zip(_RETURNS, map(plain, values), strict=True))


def _entries(part: MarketBook, panel: Panel, at: Ints) -> dict[str, Column]:
    session, at_close = part.entries.session[at], part.entries.at_close[at]
    return {
        "entry_session": session_days(panel, session),
        "entry_price": plain(part.entries.price[at] / panel.rates[np.maximum(session, 0)]),
        "entry_at": [
            None if place < 0 else _AT[late] for place, late in zip(session.tolist(), at_close.tolist(), strict=True)
        ],
        "entry_gap": plain(np.where(session >= 0, part.entries.gap[at], np.nan)),
    }


def _beyond(situation: Situation, part: MarketBook, at: Ints) -> dict[str, Column]:
    """Give what is made of the returns: wealth against the benchmark's, after costs, against a second index."""
    rules, known = situation.rules.markets[part.panel.market], situation.known
    total, benchmark = part.now.total_return[at], part.now.benchmark_return[at]
    mentions = [known.mentions[part.at[place]] for place in at.tolist()]
    return {
        "relative_wealth": plain((1 + total) / (1 + benchmark) - 1),
        "net_return": plain(rules.costs.net(total)),
        "currency": [known.currency or trading_currency(mention.symbol) for mention in mentions],
        "second_benchmark": [known.second.get(mention.theme_printed) for mention in mentions],
        "second_benchmark_return": plain(part.second.benchmark_return[at]),
        "second_excess_return": plain(part.second.excess_return[at]),
    }


def _held(part: MarketBook, at: Ints) -> list[int | None]:
    session = part.entries.session[at]
    held = (part.now.end[at] - session + 1).astype(object)
    held[session < 0] = None
    return list(held)


def _calls(situation: Situation, part: MarketBook, at: Ints) -> list[Row]:
    shapes = call_shapes(part)
    return [dict(shapes[situation.book.call_of[part.at[place]]]) for place in at.tolist()]


def _horizon(part: MarketBook, key: str, at: Ints) -> list[Row]:
    legs, hit = part.horizons[key], part.hits[key][at]
    judged = (hit > 0).astype(object)
    judged[np.isnan(hit)] = None
    return laid({
        "exit_session": session_days(part.panel, legs.end[at]),
        **_returns(legs, at),
        "hit": list(judged),
        "status": legs.status[at].astype(str).tolist(),
    })  # fmt: skip


def _by_key(rows: dict[str, list[Row]], count: int) -> list[Row]:
    """Put the rows of each key together, one object a recommendation."""
    return laid(dict(rows)) if rows else [{} for _ in range(count)]
