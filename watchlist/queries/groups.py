"""Groups: themes and brokers as rows: how good, how sure, how complete. A call counts once in a group (RULES 2)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.book import PERIODS, MarketBook
from watchlist.core.statistics import mean_or_none, summarise
from watchlist.core.theme_index import BASE, Member, ThemeIndex, chain_index, growth
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Status
from watchlist.queries.outcomes import one_a_call, outcomes
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

BY: Final = ("broker", "analyst", "theme", "rating", "strength", "report", "month", "year", "market")
_RETURNS: Final = {"total_return": "total", "benchmark_return": "benchmark", "excess_return": "excess"}
# Gives what the shares of a panel row were worth at each close.
Worth = Callable[[MarketBook, int], Floats | None]
# Gives the theme index of some recommendations.
Indexed = Callable[[Situation, Iterable[int]], ThemeIndex | None]
# Adds to a group's row what says how sure its numbers are: (situation, mentions, those that count, key).
Appraisal = Callable[[Situation, "pd.DataFrame", "pd.DataFrame"], Row]


def theme_rows(
    situation: Situation, filters: Filters, *, per_mention: bool = False, appraise: Appraisal | None = None,
    indexed: Indexed | None = None,
) -> list[Row]:  # fmt: skip
    """Give one row a theme, the best mean excess since entry first.

    Args:
        indexed: gives the theme index in another weighting than equal, daily.
    """
    rows = []
    for identity, mentions in grouped(outcomes(situation, filters), "theme"):
        summary = _summary(situation, mentions, per_mention=per_mention, appraise=appraise)
        theme = situation.themes.find(identity)
        head = {"theme": identity, "name": theme.name, "name_en": theme.name_en}
        index = {"index": _index_shape((indexed or theme_index)(situation, mentions["position"]))}
        rows.append(head | _reordered(summary, index))
    return sorted(rows, key=_best_first)


def broker_rows(
    situation: Situation, filters: Filters, by: str = "broker", *, per_mention: bool = False,
    appraise: Appraisal | None = None,
) -> list[Row]:  # fmt: skip
    """Give one row a group, the best mean excess since entry first.

    Raises:
        UnknownWord: ``by`` is none of :data:`BY`.
    """
    check_by(by)
    rows = [
        head_of(situation, by, name) | _summary(situation, mentions, per_mention=per_mention, appraise=appraise)
        for name, mentions in grouped(outcomes(situation, filters), by)
    ]
    return sorted(rows, key=_best_first)


def head_of(situation: Situation, by: str, name: str) -> Row:
    """Name a group: ``group``, and of a theme ``group_zh`` and ``group_en``, what it is called."""
    if by != "theme":
        return {"group": name}
    theme = situation.themes.find(name)
    return {"group": name, "group_zh": theme.name, "group_en": theme.name_en}


def check_by(by: str) -> None:
    """Refuse a grouping that does not exist.

    Raises:
        UnknownWord: ``by`` is none of :data:`BY`.
    """
    if by not in BY:
        raise UnknownWord(option="--by", text=by, hint=Words(f" Known: {', '.join(BY)}.", f"可用：{'、'.join(BY)}。"))


def grouped(frame: "pd.DataFrame", by: str) -> "Iterator[tuple[str, pd.DataFrame]]":
    """Split outcomes by a grouping, in the order the groups first appear."""
    column = frame["published"].str[:7] if by == "month" else frame[by]
    for name, mentions in frame.groupby(column, sort=False):
        yield str(name), mentions


def theme_index(situation: Situation, positions: Iterable[int]) -> ThemeIndex | None:
    """Chain the index of some recommendations: each belongs from its entry's close until its call closes (RULES 21)."""
    return chain_index(theme_members(situation, positions))


def theme_members(situation: Situation, positions: Iterable[int], worth: Worth | None = None) -> list[Member]:
    """Give the members that some recommendations put into an index: what is to be bought, and was (RULES 3, 21).

    Args:
        worth: gives what the shares of a panel row were worth at each close, where that is wanted.
    """
    members, moves = [], dict[tuple[str, str, int], np.ndarray]()
    for position in positions:
        place = situation.book.place.get(int(position))
        if place is None or not is_member(situation.book.markets[place[0]], place[1]):
            continue
        part, at = situation.book.markets[place[0]], place[1]
        panel, row, index = part.panel, int(part.asked.row[at]), int(part.asked.benchmark[at])
        # Both legs end where a share's bars do: from then on it is no member (RULES 11, 12).
        left = min(int(part.lives.closed[situation.book.call_of[int(position)]]), int(part.now.end[at]))
        for kind, line in (("share", row), ("index", index)):
            if (place[0], kind, line) not in moves:
                levels = panel.total_close[row] if kind == "share" else part.benchmarks.close[index]
                moves[place[0], kind, line] = growth(levels)
        members.append(
            Member(
                symbol=panel.symbols[row],
                sessions=panel.sessions,
                growth=moves[place[0], "share", row],
                benchmark_growth=moves[place[0], "index", index],
                joined=panel.sessions[int(part.entries.session[at])],
                left=panel.sessions[left],
                worth=None if worth is None else worth(part, row),
            )
        )
    return members


def is_member(part: MarketBook, at: int) -> bool:
    """Say whether a recommendation makes its share a member of the theme: it says buy, and could be bought."""
    return int(part.asked.direction[at]) > 0 and int(part.entries.session[at]) >= 0


def _summary(
    situation: Situation, mentions: "pd.DataFrame", *, per_mention: bool, appraise: Appraisal | None = None
) -> Row:
    calls = one_a_call(mentions)
    counted = mentions if per_mention else calls
    horizons = {key: _horizon(counted, key) for key in situation.rules.horizons}
    chosen = horizons[situation.rules.horizon]
    dated = mentions["as_of"].dropna()
    row: Row = {
        "brokers": int(mentions["broker"].nunique()),
        "recommendations": len(mentions),
        "calls": len(calls),
        "symbols": int(mentions["symbol"].nunique()),
        "as_of": None if dated.empty else str(dated.max()),
        "since_entry": _means(mentions, "now"),
        "horizon": situation.rules.horizon,
        "sample": chosen["sample"],
        "hit_rate": chosen["hit_rate"],
        "hit_rate_low": chosen["hit_rate_low"],
        "hit_rate_high": chosen["hit_rate_high"],
        "mean_excess": chosen["mean_excess"],
        "horizons": horizons,
        "periods": {period: _means(mentions, f"last {period}") for period in PERIODS},
        "stale": _symbols(mentions, Status.STALE),
        "missing": _symbols(mentions, Status.NO_PRICE),
        "open": int((counted[f"{situation.rules.horizon}:status"] == Status.OPEN).sum()),
    }
    return row if appraise is None else row | appraise(situation, mentions, counted)


def _horizon(frame: "pd.DataFrame", key: str) -> Row:
    """Summarise one horizon; excess counts in the direction of the call, neutral ones are judged elsewhere."""
    direction = frame["direction"].to_numpy()
    judged = direction != 0
    excess = (direction * frame[f"{key}:excess"].to_numpy())[judged]
    return asdict(summarise(excess, frame[f"{key}:hit"].to_numpy()[judged]))


def _means(frame: "pd.DataFrame", window: str) -> Row:
    columns = {name: frame[f"{window}:{column}"].to_numpy() for name, column in _RETURNS.items()}
    both = ~np.isnan(columns["excess_return"])
    return {name: mean_or_none(values[both]) for name, values in columns.items()}


def _symbols(frame: "pd.DataFrame", status: Status) -> list[str]:
    return sorted(set(frame.loc[frame["status"] == status, "symbol"]))


def _index_shape(index: ThemeIndex | None) -> Row:
    if index is None:
        return {"level": None, **dict.fromkeys(_RETURNS), "max_drawdown": None, "members": 0, "flat_sessions": 0,
                "to_session": None}  # fmt: skip
    total, benchmark = index.total_return, index.benchmark_return
    return {
        "level": float(index.level[-1]) if index.live.any() else BASE,
        "total_return": total,
        "benchmark_return": benchmark,
        "excess_return": None if total is None or benchmark is None else total - benchmark,
        "max_drawdown": index.drawdown,
        "members": int(index.members[-1]),
        "flat_sessions": int((index.live[1:] == 0).sum()),
        "to_session": str(index.dates[np.flatnonzero(index.live)[-1]]) if index.live.any() else None,
    }


def _reordered(summary: Row, index: Row) -> Row:
    """Put the index beside the means it must not be confused with."""
    at = list(summary).index("horizon")
    items = list(summary.items())
    return dict(items[:at]) | index | dict(items[at:])


def _best_first(row: dict[str, Any]) -> tuple[bool, float]:
    excess = row["since_entry"]["excess_return"]
    return (excess is None, -(excess or 0.0))
