"""Reactions: what each recommendation's share did around and after its report, beyond what all rows have."""

from dataclasses import asdict
from typing import Any, Final

import numpy as np

from watchlist.core.book import MarketBook
from watchlist.core.event_study import Reaction, daily_returns, reaction
from watchlist.domain.model import Mention
from watchlist.queries.appraisal import promised_results, target_wait
from watchlist.queries.explain import first_session
from watchlist.queries.outcomes import outcomes
from watchlist.queries.parts import part_rows
from watchlist.queries.promises import Promises
from watchlist.queries.recommendations import Filters, Row, number_or_none
from watchlist.queries.situation import Situation
from watchlist.queries.touches import Touches, touch_row

WINDOWS: Final = (2, 5, 20, 60, 120, 250)
NEAR: Final = 2  # sessions within which another report makes a reaction hard to attribute


def reaction_rows(situation: Situation, promises: Promises, touches: Touches, filters: Filters) -> dict[str, Row]:
    """Give by recommendation id: ``event``, ``attribution``, ``promise`` and ``touched_at_any_time``.

    ``event`` has the cumulated abnormal returns (CAR) by window length in sessions, market-adjusted and by the market
    model; ``promise`` what the rating promised, what came of it, and how many sessions it took; what was touched on
    the way stands apart from it, with how often any share of the market did.
    """
    frame = outcomes(situation, filters)
    positions = [int(p) for p in frame["position"]]
    parts = part_rows(situation, positions)
    promised = [promises.of(situation.known.mentions[p]) for p in positions]
    results = promised_results(situation, frame, promised)
    passed = touches.of(situation, positions, promised)
    reports = _reports(situation)
    rows: dict[str, Row] = {}
    for position, part, promise, result, pair in zip(positions, parts, promised, results, passed, strict=True):
        mention = situation.known.mentions[position]
        wait = target_wait(situation, position, promise)
        said: dict[str, Any] = {"label": None, "months": None, "low": None, "high": None}
        if promise is not None and promise.band is not None:
            bounds = [bound if np.isfinite(bound) else None for bound in (promise.band.low, promise.band.high)]
            said = {"label": promise.label, "months": promise.months, "low": bounds[0], "high": bounds[1]}
        rows[mention.rec_id] = {
            "event": _event(situation, position, mention, reports),
            "attribution": part,
            "promise": {
                **said,
                "result": number_or_none(float(result)),
                "realised": None if promise is None else promise.realised(float(result)),
                "kept": None if promise is None else promise.kept(float(result)),
                "shortfall": None if promise is None else promise.shortfall(float(result)),
                "days_to_target": wait[0] if wait is not None and wait[1] else None,
                "watched_sessions": None if wait is None else wait[0],
            },
            "touched_at_any_time": touch_row(*pair),
        }
    return rows


def _event(
    situation: Situation, position: int, mention: Mention, reports: dict[str, list[np.datetime64]]
) -> Row | None:
    place = situation.book.place.get(position)
    if place is None:
        return None
    part, at = situation.book.markets[place[0]], place[1]
    event = first_session(part, at)
    if int(part.asked.row[at]) < 0 or event >= part.panel.sessions.size:
        return None
    return _shape(part, event, _measured(part, at, event, mention, reports))


def _measured(
    part: MarketBook, at: int, event: int, mention: Mention, reports: dict[str, list[np.datetime64]]
) -> Reaction:
    row, index = int(part.asked.row[at]), int(part.asked.benchmark[at])
    last = int(part.panel.last_bar[row]) + 1
    share = daily_returns(part.panel.total_close[row])
    share[last:] = np.nan  # nothing is known after the last bar
    until = part.panel.sessions[min(event + NEAR - 1, part.panel.sessions.size - 1)]
    published = np.datetime64(mention.published)
    near = [day for day in reports.get(mention.symbol, []) if published < day <= until]
    return reaction(
        share,
        daily_returns(part.benchmarks.close[index]),
        event,
        mention.direction,
        WINDOWS,
        confounded=bool(near),
    )


def _shape(part: MarketBook, event: int, found: Reaction) -> Row:
    day = part.session(event)
    return {
        "session": None if day is None else day.isoformat(),
        "car": {str(length): value for length, value in found.market_adjusted.items()},
        "car_market_model": {str(length): value for length, value in found.market_model.items()},
        "market_model": None if found.model is None else asdict(found.model),
        "influential": found.influential,
        "confounded": found.confounded,
    }


def _reports(situation: Situation) -> dict[str, list[np.datetime64]]:
    """Give for each security the days on which anything was published on it."""
    days: dict[str, set[np.datetime64]] = {}
    for mention in situation.known.mentions:
        days.setdefault(mention.symbol, set()).add(np.datetime64(mention.published))
    return {symbol: sorted(each) for symbol, each in days.items()}
