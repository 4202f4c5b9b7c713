"""News of results: horizons that matured, targets that were reached, ratings that were kept or broken."""

from collections.abc import Iterator, Mapping

import numpy as np

from watchlist.core.book import MarketBook
from watchlist.core.scoring import Legs
from watchlist.domain.calendars import add_months
from watchlist.domain.errors import Words
from watchlist.domain.model import SAMPLED, TargetStatus
from watchlist.queries.appraisal import promised_results
from watchlist.queries.news import news, signed
from watchlist.queries.outcomes import outcomes
from watchlist.queries.promises import Promises
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.since import Standing
from watchlist.queries.situation import Situation

_SAMPLED = [str(status) for status in SAMPLED]


def horizon_news(standing: Standing, wanted: set[int], horizons: tuple[str, ...]) -> Iterator[Row]:
    """Tell of every horizon that matured since, with its result."""
    for market, part in standing.now.book.markets.items():
        mine = np.array([position in wanted for position in part.at], dtype=bool)
        for key in horizons:
            legs = part.horizons[key]
            come = mine & np.isin(legs.status, _SAMPLED) & ~np.isnan(legs.excess_return)
            for at in np.flatnonzero(come & ~_sampled_then(standing, market, key, legs)):
                yield _matured(standing.now, part, key, int(at))


def _sampled_then(standing: Standing, market: str, key: str, legs: Legs) -> np.ndarray:
    """Say which had matured then; of what nobody knew yet, by the day of its exit."""
    back, old = standing.back(market), standing.then.book.markets.get(market)
    sessions = standing.now.book.markets[market].panel.sessions
    early = sessions[np.clip(legs.end, 0, sessions.size - 1)] <= np.datetime64(standing.last_session(market))
    if old is None:
        return early
    known = np.isin(old.horizons[key].status, _SAMPLED)
    return np.asarray(np.where(back >= 0, known[np.maximum(back, 0)], early))


def _matured(now: Situation, part: MarketBook, key: str, at: int) -> Row:
    legs, hit = part.horizons[key], float(part.hits[key][at])
    mention = now.known.mentions[part.at[at]]
    total, excess = float(legs.total_return[at]), float(legs.excess_return[at])
    judged = "" if np.isnan(hit) else "hit" if hit else "miss"
    words = Words(
        f"{key}: {signed(total)}, excess {signed(excess)}" + (f", {judged}" if judged else ""),
        f"{key}：{signed(total)}，超额 {signed(excess)}" + {"hit": "，跑赢", "miss": "，未跑赢", "": ""}[judged],
    )
    day = part.session(int(legs.end[at]))
    return news(now, "horizon_matured", day, mention, words, horizon=key, value=excess, reason=judged or None)


def target_news(standing: Standing, wanted: set[int]) -> Iterator[Row]:
    """Tell of every target price that a close reached since."""
    for market, part in standing.now.book.markets.items():
        aimed, back = standing.now.targets[market], standing.back(market)
        then = standing.then.targets.get(market)
        for at in np.flatnonzero(aimed.status == TargetStatus.REACHED):
            mention, day = standing.now.known.mentions[part.at[at]], part.session(int(aimed.reached[at]))
            if part.at[at] not in wanted or day is None:
                continue
            early = day <= standing.last_session(market)
            known = then is not None and back[at] >= 0 and then.status[back[at]] == TargetStatus.REACHED
            if not (known or early):
                target = f"{mention.target_price:g}"
                words = Words(f"closed at or beyond {target}", f"收盘达到目标价 {target}")
                yield news(standing.now, "target_reached", day, mention, words, value=mention.target_price)


def promise_news(standing: Standing, filters: Filters, promises: Promises) -> Iterator[Row]:
    """Tell of every rating whose months are over since: kept or broken, by the broker's own scale."""
    now, then = _results(standing.now, filters, promises), _results(standing.then, Filters(), promises)
    for identity, (position, result) in now.items():
        mention = standing.now.known.mentions[position]
        promise = promises.of(mention)
        kept = None if promise is None else promise.kept(result)
        if promise is None or kept is None or not np.isnan(then.get(identity, (0, np.nan))[1]):
            continue
        if identity not in then and mention.published <= standing.then.when.as_of:
            continue  # recorded late: what became of it is no news of these days
        realised = promise.realised(result) or "–"
        words = Words(
            f"{promise.label} over {promise.months} months came to {signed(result)}: {realised}",
            f"{promise.label}（{promise.months} 个月）结果 {signed(result)}，相当于{realised}",
        )
        kind = "rating_kept" if kept else "rating_broken"
        over = add_months(mention.published, promise.months)
        yield news(standing.now, kind, over, mention, words, horizon=f"{promise.months}m", value=result,
                   before=promise.label, after=promise.realised(result))  # fmt: skip


def _results(situation: Situation, filters: Filters, promises: Promises) -> Mapping[str, tuple[int, float]]:
    """Give by id the position of each recommendation and what came of its rating; NaN while its months run."""
    frame = outcomes(situation, filters)
    positions = [int(position) for position in frame["position"]]
    promised = [promises.of(situation.known.mentions[position]) for position in positions]
    results = promised_results(situation, frame, promised).tolist()
    mentions = situation.known.mentions
    return {mentions[p].rec_id: (p, result) for p, result in zip(positions, results, strict=True)}
