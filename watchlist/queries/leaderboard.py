"""The leaderboard (排行榜): groups ranked by shrunken calendar-time alpha, and how far luck could have moved them.

Price legs on both sides (RULES 15); calls recorded within five sessions of publication apart from backfilled ones
(RULES 25); below 30 matured calls on 10 shares in 6 months nothing is ranked (RULES 24).
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.calendar_time import Alpha, Portfolio, alpha, alphas_of_draws
from watchlist.core.inference import DRAWS, block_length, month_interval, stationary_draws
from watchlist.core.ranking import (
    FEWEST_MATURED,
    FEWEST_MONTHS,
    FEWEST_SHARES,
    STRICT_T,
    may_be_ranked,
    places,
    q_values,
    rank_range,
    rejected,
    shrink,
    shrink_rates,
)
from watchlist.core.statistics import mean_or_none, summarise
from watchlist.domain.calendars import Dates
from watchlist.domain.errors import UnknownWord, Words
from watchlist.queries.appraisal import clustered_row
from watchlist.queries.coverage import coverage
from watchlist.queries.groups import check_by, grouped, head_of
from watchlist.queries.live_books import live_books, pooled, year_of
from watchlist.queries.outcomes import one_a_call, outcomes
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

# What a group is ranked by needs no more of its recommendations.
_COLUMNS: Final = (
    "position", "market", "at", "call", "symbol", "published", "month", "direction", "live", "entered", "status",
    "day", "printed_rating", "strength",
)  # fmt: skip
_UNRANKED: Final = (
    "rank", "rank_low", "rank_high", "rank_range", "alpha_shrunken", "alpha_shrunken_error", "shrink_weight", "q_value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entrant:
    """A group with what it is ranked by."""

    row: Row
    dates: Dates
    portfolio: Portfolio
    alpha: Alpha
    year: float


def leaderboard(situation: Situation, filters: Filters, by: str = "broker", *, per_mention: bool = False) -> list[Row]:
    """Give one row a group, live calls first, ranked ones before those with too little.

    Raises:
        UnknownWord: ``by`` is no grouping.
    """
    check_by(by)
    key = situation.rules.horizon
    wanted = [*_COLUMNS, *(f"{key}:{name}" for name in ("status", "price_excess", "excess")), by]
    frame = outcomes(situation, filters)
    frame = frame[[name for name in dict.fromkeys(wanted) if name in frame]]
    texts = frame.columns[frame.dtypes == "str"].tolist()
    frame = frame.astype(dict.fromkeys(texts, "object"))  # thousands of groups are cut out of it
    rows: list[Row] = []
    for word, kept in (("live", True), ("backfilled", False)):
        entrants = [
            _entrant(
                situation,
                head_of(situation, by, name),
                word,
                mentions if per_mention else one_a_call(mentions),
                mentions,
            )
            for name, mentions in grouped(_split(frame, live=kept), by)
        ]
        rows += _ranked(entrants)
    return rows


def groups_named(rows: list[Row], group: str, option: str) -> list[Row]:
    """Find the rows of a group: the one called just that, else all that have it in their name.

    Raises:
        UnknownWord: there is no such group; some that there are stand in the sentence.
    """
    found = [row for row in rows if group in row["group"]]
    found = [row for row in found if row["group"] == group] or found
    if not found:
        known = sorted({row["group"] for row in rows})[:12]
        hint = Words(f" Known: {', '.join(known)}.", f"可用：{'、'.join(known)}。")
        raise UnknownWord(option=option, text=group, hint=hint)
    return found


def _split(frame: "pd.DataFrame", *, live: bool) -> "pd.DataFrame":
    """Keep whole calls: one is live where its first mention was recorded in time."""
    first = (
        frame.sort_values(["published", "position"], kind="stable").drop_duplicates("call").set_index("call")["live"]
    )
    mine = frame["call"].map(first).to_numpy(dtype=bool)
    return frame[mine if live else ~mine]


def _entrant(situation: Situation, head: Row, record: str, calls: "pd.DataFrame", mentions: "pd.DataFrame") -> _Entrant:
    key = situation.rules.horizon
    books = live_books(situation, calls)
    dates, portfolio = pooled(books)
    year = year_of(books)
    found = alpha(portfolio, year)
    direction = calls["direction"].to_numpy()
    excess = direction * calls[f"{key}:price_excess"].to_numpy()
    hit = np.where(np.isnan(excess), np.nan, np.where(direction == 0, np.nan, (excess > 0).astype(float)))
    matured = ~np.isnan(hit)
    excess = np.where(matured, excess, np.nan)
    summary = summarise(excess, hit)
    months = calls["month"].to_numpy()[matured]
    interval = month_interval(months, excess[matured]) if matured.any() else None
    clustered = clustered_row(key, months, excess[matured])
    enough = {
        "matured": int(matured.sum()),
        "shares": int(calls["symbol"][matured].nunique()),
        "months": int(np.unique(months).size),
    }
    row: Row = {
        **head,
        "record": record,
        **dict.fromkeys(_UNRANKED),
        "status": "ok" if may_be_ranked(**enough) and found.status == "ok" else "insufficient",
        "why": _why(enough, found),
        "recommendations": len(mentions),
        "calls": len(calls),
        **enough,
        "horizon": key,
        "hit_rate": summary.hit_rate,
        "hit_rate_low": summary.hit_rate_low,
        "hit_rate_high": summary.hit_rate_high,
        "hit_rate_shrunken": None,
        "mean_price_excess": summary.mean_excess,
        "median_price_excess": summary.median_excess,
        "mean_low": None if interval is None else interval[0],
        "mean_high": None if interval is None else interval[1],
        **{f"mean_{name}": clustered[name] for name in ("error", "t", "clusters")},
        "mean_excess": mean_or_none(np.where(matured, direction * calls[f"{key}:excess"].to_numpy(), np.nan)),
        **{f"alpha_{k}" if k != "alpha" else k: v for k, v in asdict(found).items()},
        "benchmark_kind": "price",
        "significant": None,
        "strict": None if found.t is None else bool(abs(found.t) >= STRICT_T),
        "coverage": coverage(situation, mentions),
        "hits": int(np.nansum(hit)),
    }
    return _Entrant(row, dates, portfolio, found, year)


def _why(enough: dict[str, int], found: Alpha) -> str | None:
    """Say what is missing, as counts: ``matured 12/30``; ``None`` where nothing is."""
    needs = {"matured": FEWEST_MATURED, "shares": FEWEST_SHARES, "months": FEWEST_MONTHS}
    short = [f"{name} {enough[name]}/{need}" for name, need in needs.items() if enough[name] < need]
    if found.status != "ok":
        short.append(f"days {found.days}/120")
    return ", ".join(short) or None


def _ranked(entrants: list[_Entrant]) -> list[Row]:
    able = [one for one in entrants if one.row["status"] == "ok"]
    rates = shrink_rates(
        *(np.array([one.row[name] for one in entrants], dtype=np.int64) for name in ("hits", "matured"))
    )
    if rates is not None:
        for one, value in zip(entrants, rates.rates, strict=True):
            one.row["hit_rate_shrunken"] = float(value)
    if able:
        _place(able)
    rows = [one.row for one in entrants]
    for row in rows:
        del row["hits"]
    return sorted(rows, key=_in_order)


def _place(able: list[_Entrant]) -> None:
    estimates, errors, p, t = (
        np.array([getattr(one.alpha, name) for one in able], dtype=float) for name in ("alpha", "error", "p", "t")
    )
    pulled = shrink(estimates, errors)
    placed, q, found = places(pulled.estimates, t), q_values(p), rejected(p)
    low, high = _range(able, placed)
    for n, one in enumerate(able):
        one.row.update(
            rank=int(placed[n]),
            rank_low=int(low[n]),
            rank_high=int(high[n]),
            rank_range=f"{low[n]}–{high[n]}",
            alpha_shrunken=float(pulled.estimates[n]),
            alpha_shrunken_error=float(pulled.errors[n]),
            shrink_weight=float(pulled.weight[n]),
            q_value=float(q[n]),
            significant=bool(found[n]),
            strict=bool(abs(t[n]) >= STRICT_T),
        )


def _range(able: list[_Entrant], placed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Resample days, the same for all groups, and see where each group would have come out."""
    dates = np.unique(np.concatenate([one.dates for one in able]))
    returns, index = np.full((len(able), dates.size), np.nan), np.full((len(able), dates.size), np.nan)
    for n, one in enumerate(able):
        at = np.searchsorted(dates, one.dates)
        returns[n, at], index[n, at] = one.portfolio.returns, one.portfolio.benchmark
    counted = ~np.isnan(returns).all(axis=0)
    returns, index = returns[:, counted], index[:, counted]
    days = returns.shape[1]
    picks = stationary_draws(days, DRAWS, block_length(np.nanmean(returns - index, axis=0)))
    counts = np.array([np.bincount(row, minlength=days) for row in picks], dtype=float)
    year = np.array([one.year for one in able])
    return rank_range(alphas_of_draws(returns, index, counts) * year, placed)


def _in_order(row: dict[str, Any]) -> tuple[bool, float, str]:
    return (row["rank"] is None, row["rank"] or -row["matured"], row["group"])
