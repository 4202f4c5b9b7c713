"""Publications: recommendations as events of a market, and whether a group's reports moved their shares (S4t)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.book import MarketBook
from watchlist.core.event_study import ESTIMATION, Events, cut, daily_returns, market_models
from watchlist.core.event_tests import FEWEST_EVENTS, CrossSection, cross_section, mean_correlation
from watchlist.queries.plain import number_or_none
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

SESSIONS: Final = 2  # of the window, the first being the first session that could know the report


def publications(part: MarketBook, at: Ints) -> Events:
    """Give some recommendations of a market as events; a session beyond the last one has not come."""
    asked, sessions = part.asked.take(at), part.panel.sessions
    side = np.where(asked.same_session, np.searchsorted(sessions, asked.published, side="left"),
                    np.searchsorted(sessions, asked.published, side="right"))  # fmt: skip
    return Events(asked.row, asked.benchmark, side, asked.direction)


def legs_of(part: MarketBook) -> tuple[Floats, Floats]:
    """Give the daily total returns of shares ``(S, D)``, unknown after the last bar, and the benchmarks' ``(B, D)``."""
    share = daily_returns(part.panel.total_close)
    share[np.arange(share.shape[1]) > part.panel.last_bar[:, None]] = np.nan
    return share, daily_returns(part.benchmarks.close)


def publication_tests(situation: Situation, mentions: "pd.DataFrame") -> Row:
    """Test whether a group's reports moved their shares its way over the first two sessions (S4t).

    Every mention is a publication (a reiteration too), those of one share, session and direction one together; neutral
    ones are left out, and those without a market model or a known return. Sells count with their sign turned.
    """
    found = [_measured(part, mine) for part, mine in _by_market(situation, mentions)]
    sizes = np.array([one.deviation.size for one in found], dtype=float)
    count = int(sizes.sum())
    if count < FEWEST_EVENTS:
        return {"status": "insufficient", "events": count, "sessions": SESSIONS, **_NOTHING}
    pairs = sum(one.correlation * size * (size - 1) for one, size in zip(found, sizes, strict=True))
    tested = cross_section(
        np.concatenate([one.estimation for one in found]),
        np.concatenate([one.event for one in found]),
        np.concatenate([one.deviation for one in found]),
        float(pairs) / (count * (count - 1)),  # reports in different markets count as independent
    )
    return {"status": "ok", "events": count, "sessions": SESSIONS, **_shape(tested, count)}


@dataclass(frozen=True, slots=True)
class _Measured:
    """Events of one market in their direction: abnormal returns before and around, and what the sums deviate by."""

    estimation: Floats
    event: Floats
    deviation: Floats
    correlation: float


def _by_market(situation: Situation, mentions: "pd.DataFrame") -> Iterator[tuple[MarketBook, Events]]:
    """Give each market's events, one for each share, session and direction, whose window is over."""
    for market, mine in mentions[mentions["at"] >= 0].groupby("market", sort=False):
        part = situation.book.markets[str(market)]
        events = publications(part, mine["at"].to_numpy())
        over = (events.row >= 0) & (events.direction != 0) & (events.session + SESSIONS <= part.panel.sessions.size)
        keys = np.column_stack([events.row, events.session, events.direction])[over]
        _, first = np.unique(keys, axis=0, return_index=True)
        if first.size:
            yield part, events.take(np.flatnonzero(over)[first])


def _measured(part: MarketBook, events: Events) -> _Measured:
    share, benchmark = legs_of(part)
    earlier = cut(share, benchmark, events, *ESTIMATION)
    models = market_models(*earlier)
    own, index = cut(share, benchmark, events, 0, SESSIONS - 1)
    around = models.abnormal(own, index)
    known = np.flatnonzero(~np.isnan(around).any(axis=1))
    kept, sign = events.take(known), events.direction[known][:, None]
    before = models.abnormal(*earlier)[known]
    deviation = models.deviation(index)[known]
    usual = np.bincount(events.index).argmax()
    together = mean_correlation(share - benchmark[usual], kept, SESSIONS) if known.size > 1 else 0.0
    return _Measured(before * sign, around[known] * sign, deviation, together)


def _shape(tested: CrossSection, events: int) -> Row:
    from scipy.stats import t as student  # noqa: PLC0415  (a second of import)

    days = [
        {"mean": number_or_none(mean), "brown_warner_t": number_or_none(before), "cross_sectional_t": number_or_none(t)}
        for mean, before, t in zip(tested.mean, tested.brown_warner, tested.cross_sectional, strict=True)
    ]
    return {
        "car": tested.cumulated,
        "brown_warner_t": number_or_none(tested.cumulated_brown_warner),
        "standardised_t": number_or_none(tested.standardised),
        "correlation": tested.correlation,
        "kolari_pynnonen_t": number_or_none(tested.adjusted),
        "p": number_or_none(2 * float(student.sf(abs(tested.adjusted), events - 1))),
        "first_day": days[0],
        "second_day": days[1],
    }


_NOTHING: Final[Row] = {
    **dict.fromkeys(("car", "brown_warner_t", "standardised_t", "correlation", "kolari_pynnonen_t", "p")),
    "first_day": dict.fromkeys(("mean", "brown_warner_t", "cross_sectional_t")),
    "second_day": dict.fromkeys(("mean", "brown_warner_t", "cross_sectional_t")),
}
