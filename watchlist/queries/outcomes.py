"""Outcomes: every recommendation asked about as one row of a frame, read from the book's arrays without looping.

Columns: ``position market at call broker analyst theme theme_name rating printed_rating strength report year symbol
published day month direction lag live as_of entered status price_basis``; the window from entry to now (``now:total
now:price now:benchmark now:excess now:price_excess``), each horizon (``6m:excess`` and so on, ``6m:hit 6m:status``) and
each period (``last 1m:total last 1m:benchmark last 1m:excess``). Numbers are NaN where nothing is known.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.bars import Ints
from watchlist.core.book import PERIODS
from watchlist.core.scoring import Legs
from watchlist.domain.model import Mention, Status
from watchlist.domain.symbols import market as market_of
from watchlist.queries.recommendations import Filters, check_rates, recorded_lags, select
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

LIVE: Final = 5  # sessions from publication to recording within which a call is live (RULES 25)
OF_CALLS: Final = ("day", "position", "entered", "call")
WINDOWS: Final = ("total", "benchmark", "excess")
_LEGS: Final = {
    "total": "total_return", "price": "price_return", "benchmark": "benchmark_return", "excess": "excess_return",
    "price_excess": "price_excess",
}  # fmt: skip


def outcomes(situation: Situation, filters: Filters) -> "pd.DataFrame":
    """Give one row for each recommendation that the filters leave, in the order of :func:`select`.

    Raises:
        NoExchangeRate: prices cannot be counted in the currency asked for.
    """
    positions = select(situation, filters)
    check_rates(situation, positions)
    frame = outcomes_at(situation, positions)
    if filters.status is not None:
        frame = frame[frame["status"] == filters.status]
    return frame.reset_index(drop=True)


def outcomes_at(situation: Situation, positions: Sequence[int]) -> "pd.DataFrame":
    """Give one row for each recommendation at these positions, in their order."""
    import pandas as pd  # noqa: PLC0415  (half a second of import)

    mentions = [situation.known.mentions[position] for position in positions]
    return pd.DataFrame({**_said(situation, positions, mentions), **_stood(situation, positions)})


def one_a_call(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Keep of each call its first recommendation in the frame that was bought, or its first (RULES 2)."""
    return frame.iloc[first_of_calls(*(frame[name].to_numpy() for name in OF_CALLS))]


def first_of_calls(day: np.ndarray, position: np.ndarray, entered: np.ndarray, call: np.ndarray) -> Ints:
    """Give the place of each call's first recommendation that was bought, or its first; oldest first.

    Args:
        day: ``(n,)`` of publication; this and the others are the columns :data:`OF_CALLS`.
    """
    order = np.lexsort((position, day, ~entered))
    _, first = np.unique(call[order], return_index=True)
    kept = order[first]
    found: Ints = kept[np.lexsort((position[kept], day[kept]))]
    return found


def _said(situation: Situation, positions: Sequence[int], mentions: Sequence[Mention]) -> dict[str, Any]:
    themes = {m.theme_printed: situation.theme_of(m) for m in {m.theme_printed: m for m in mentions}.values()}
    published = np.array([m.published for m in mentions], dtype="datetime64[D]")
    markets = [market_of(m.symbol) for m in mentions]
    lag = recorded_lags(situation, mentions)
    return {
        "position": np.array(positions, dtype=np.int64),
        "market": markets,
        "broker": [m.broker for m in mentions],
        "analyst": [m.analyst or "?" for m in mentions],
        "theme": [themes[m.theme_printed].id for m in mentions],
        "theme_name": [themes[m.theme_printed].name for m in mentions],
        "rating": [m.rating or str(m.strength) for m in mentions],
        "printed_rating": [m.rating or "" for m in mentions],
        "strength": [str(m.strength) for m in mentions],
        "report": [m.report for m in mentions],
        "year": [str(m.published.year) for m in mentions],
        "symbol": [m.symbol for m in mentions],
        "published": [m.published.isoformat() for m in mentions],
        "day": published.astype(np.int64),
        "month": published.astype("datetime64[M]").astype(np.int64),
        "direction": np.array([m.direction for m in mentions], dtype=np.int64),
        "lag": lag,
        "live": (lag >= 0) & (lag <= LIVE),
    }


def _stood(situation: Situation, positions: Sequence[int]) -> dict[str, Any]:
    """Read where each recommendation stands; nothing is known in a market whose index has no bar."""
    count, book = len(positions), situation.book
    words: dict[str, np.ndarray] = {"status": np.full(count, str(Status.NO_PRICE), dtype=object)}
    words["price_basis"] = np.full(count, "", dtype=object)
    numbers = {f"now:{name}": np.full(count, np.nan) for name in _LEGS}
    for key in situation.rules.horizons:
        words[f"{key}:status"] = np.full(count, str(Status.NO_PRICE), dtype=object)
        numbers |= {f"{key}:{name}": np.full(count, np.nan) for name in (*_LEGS, "hit")}
    numbers |= {f"last {period}:{name}": np.full(count, np.nan) for period in PERIODS for name in WINDOWS}
    at, call = np.full(count, -1, dtype=np.int64), -1 - np.arange(count)
    as_of = np.full(count, None, dtype=object)
    entered = np.zeros(count, dtype=bool)
    base = 0
    for market, part in book.markets.items():
        placed = [(n, book.place[p][1], p) for n, p in enumerate(positions) if book.place.get(p, ("", 0))[0] == market]
        if not placed:
            base += len(part.calls)
            continue
        where, local = (np.array([one[side] for one in placed], dtype=np.int64) for side in (0, 1))
        at[where], as_of[where] = local, part.as_of.isoformat()
        call[where] = base + np.array([book.call_of[p] for _, _, p in placed], dtype=np.int64)
        entered[where] = part.entries.session[local] >= 0
        words["status"][where] = part.now.status[local]
        words["price_basis"][where] = situation.bases[market][local]
        _fill(numbers, "now", part.now, where, local)
        for key, legs in part.horizons.items():
            words[f"{key}:status"][where] = legs.status[local]
            numbers[f"{key}:hit"][where] = part.hits[key][local]
            _fill(numbers, key, legs, where, local)
        for period, (_, total, benchmark) in part.periods.items():
            for name, values in zip(WINDOWS, (total, benchmark, total - benchmark), strict=True):
                numbers[f"last {period}:{name}"][where] = values[local]
        base += len(part.calls)
    return {"at": at, "call": call, "as_of": as_of, "entered": entered, **words, **numbers}


def _fill(numbers: dict[str, np.ndarray], key: str, legs: Legs, where: np.ndarray, local: np.ndarray) -> None:
    for name, attribute in _LEGS.items():
        numbers[f"{key}:{name}"][where] = getattr(legs, attribute)[local]
