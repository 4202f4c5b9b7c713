"""Reactions: what each recommendation's share did around and after its report, beyond what all rows have."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from watchlist.core.bars import Bools, Ints
from watchlist.core.book import MarketBook
from watchlist.core.event_study import Reactions, reactions
from watchlist.core.realisation import Promise
from watchlist.domain.model import Mention
from watchlist.queries.appraisal import promised_results, target_wait
from watchlist.queries.outcomes import outcomes_at
from watchlist.queries.parts import part_rows
from watchlist.queries.plain import number_or_none
from watchlist.queries.promises import Promises
from watchlist.queries.publications import SESSIONS, legs_of, publications
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation
from watchlist.queries.touches import Touches, touch_row

WINDOWS: Final = (2, 5, 20, 60, 120, 250)


def reaction_rows(situation: Situation, promises: Promises, touches: Touches, positions: list[int]) -> list[Row]:
    """Give ``event``, ``attribution``, ``promise`` and ``touched_at_any_time`` of recommendations, in their order.

    ``event`` has the cumulated abnormal returns (CAR) by window length in sessions, market-adjusted and by the market
    model; ``promise`` what the rating promised, what came of it, and how many sessions it took; what was touched on
    the way stands apart from it, with how often any share of the market did.
    """
    frame = outcomes_at(situation, positions)
    mentions = [situation.known.mentions[p] for p in positions]
    promised = [promises.of(mention) for mention in mentions]
    results = promised_results(situation, frame, promised).tolist()
    passed = touches.of(situation, positions, promised).tolist()
    columns = zip(
        positions,
        event_rows(situation, positions),
        part_rows(situation, positions),
        promised,
        results,
        passed,
        strict=True,
    )
    return [
        {
            "event": event,
            "attribution": part,
            "promise": _promise(promise, result, target_wait(situation, position, promise)),
            "touched_at_any_time": touch_row(*pair),
        }
        for position, event, part, promise, result, pair in columns
    ]


def _promise(promise: Promise | None, result: float, wait: tuple[int, bool] | None) -> Row:
    """Give what was promised and what came of it."""
    said: dict[str, Any] = {"label": None, "months": None, "low": None, "high": None}
    if promise is not None and promise.band is not None:
        bounds = [bound if np.isfinite(bound) else None for bound in (promise.band.low, promise.band.high)]
        said = {"label": promise.label, "months": promise.months, "low": bounds[0], "high": bounds[1]}
    return {
        **said,
        "result": number_or_none(result),
        "realised": None if promise is None else promise.realised(result),
        "kept": None if promise is None else promise.kept(result),
        "shortfall": None if promise is None else promise.shortfall(result),
        "days_to_target": wait[0] if wait is not None and wait[1] else None,
        "watched_sessions": None if wait is None else wait[0],
    }


def event_rows(situation: Situation, positions: list[int]) -> list[Row | None]:
    """Give how the share of each recommendation answered its report; ``None`` where it could not yet."""
    rows: list[Row | None] = [None] * len(positions)
    for market, part in situation.book.markets.items():
        placed = [(n, situation.book.place.get(p, ("", -1))) for n, p in enumerate(positions)]
        mine = [n for n, (where, _) in placed if where == market]
        at = np.array([placed[n][1][1] for n in mine], dtype=np.int64)
        events = publications(part, at)
        come = np.flatnonzero((events.row >= 0) & (events.session < part.panel.sessions.size))
        if not come.size:
            continue
        found = reactions(*legs_of(part), events.take(come), WINDOWS)
        near = _confounded(part, [situation.known.mentions[position] for position in part.at])[at[come]].tolist()
        for n, row in zip(come, _shapes(part, events.session[come], found, near), strict=True):
            rows[mine[n]] = row
    return rows


def _shapes(part: MarketBook, sessions: Ints, found: Reactions, near: list[bool]) -> Iterator[Row]:
    models, names = found.models, ("alpha", "beta", "sigma")
    columns = zip(
        part.panel.sessions[sessions].astype(str).tolist(),
        found.market_adjusted.tolist(),
        found.market_model.tolist(),
        zip(*(getattr(models, name).tolist() for name in (*names, "observations")), strict=True),
        found.influential.tolist(),
        near,
        strict=True,
    )
    for session, adjusted, modelled, (*line, observations), influential, confounded in columns:
        known = not math.isnan(line[0])
        yield {
            "session": session,
            "car": dict(zip(map(str, WINDOWS), map(number_or_none, adjusted), strict=True)),
            "car_market_model": dict(zip(map(str, WINDOWS), map(number_or_none, modelled), strict=True)),
            "market_model": dict(zip(names, line, strict=True)) | {"observations": observations} if known else None,
            "influential": None if math.isnan(influential) else bool(influential),
            "confounded": confounded,
        }


def _confounded(part: MarketBook, mentions: Sequence[Mention]) -> Bools:
    """Say of each recommendation of a market whether another report on its share came out within its two sessions.

    A report comes out in the first session that could know it. Two of one session confound each other, in whatever
    order they were published; a share's second mention in the same report is no other report.
    """
    events = publications(part, np.arange(len(part.at)))
    beyond = part.panel.sessions.size + SESSIONS
    moment = events.row * beyond + events.session
    reports = np.unique([one.report for one in mentions], return_inverse=True)[1]
    known = events.row >= 0
    pairs = np.unique(np.column_stack([moment, reports])[known], axis=0)
    moments, many = np.unique(pairs[:, 0], return_counts=True)
    within = sum(_found(moments, many, moment + later) for later in range(SESSIONS))
    return known & (np.asarray(within) > 1)


def _found(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """Give the value of each wanted key among ascending ones, 0 where it is not there."""
    at = np.minimum(np.searchsorted(keys, wanted), max(keys.size - 1, 0))
    return np.where(keys[at] == wanted, values[at], 0) if keys.size else np.zeros(wanted.size, dtype=np.int64)
