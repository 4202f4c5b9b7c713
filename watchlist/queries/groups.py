"""Groups: themes and brokers as rows: how good, how sure, how complete. A call counts once in a group (RULES 2)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from watchlist.core.bars import Floats, Ints
from watchlist.core.book import PERIODS, MarketBook
from watchlist.core.price_basis import ADJUSTED, CLOSES_ONLY
from watchlist.core.statistics import mean_or_none, summarise
from watchlist.core.theme_index import BASE, Member, ThemeIndex, chain_index, growth
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Status
from watchlist.queries.outcomes import OF_CALLS, first_of_calls, outcomes
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation

if TYPE_CHECKING:
    import pandas as pd

By = Literal["broker", "analyst", "theme", "rating", "strength", "report", "month", "year", "market"]
BY: Final[tuple[str, ...]] = get_args(By)
_RETURNS: Final = {"total_return": "total", "benchmark_return": "benchmark", "excess_return": "excess"}
# Gives what the shares of a panel row were worth at each close.
Worth = Callable[[MarketBook, int], Floats | None]
# Gives the theme index of some recommendations.
Indexed = Callable[[Situation, Iterable[int]], ThemeIndex | None]
# Adds to a group's row what says how sure its numbers are: (situation, mentions, those that count, key).
Appraisal = Callable[[Situation, "pd.DataFrame", "pd.DataFrame"], Row]


def theme_rows(
    situation: Situation, filters: Filters, *, per_mention: bool = False, appraise: Appraisal | None = None,
    indexed: Indexed | None = None, frame: "pd.DataFrame | None" = None,
) -> list[Row]:  # fmt: skip
    """Give one row a theme, the best mean excess since entry first.

    Args:
        frame: the outcomes that the filters leave, where they were worked out already.
        indexed: gives the theme index in another weighting than equal, daily.
    """
    rows, columns = [], _Columns(outcomes(situation, filters) if frame is None else frame)
    for identity, at in _places(columns.frame, "theme"):
        summary = _summary(situation, columns, at, per_mention=per_mention, appraise=appraise)
        theme = situation.themes.find(identity)
        head = {"theme": identity, "name": theme.name, "name_en": theme.name_en}
        index = {"index": _index_shape((indexed or theme_index)(situation, columns["position"][at].tolist()))}
        rows.append(head | _reordered(summary, index))
    return sorted(rows, key=_best_first)


def broker_rows(
    situation: Situation, filters: Filters, by: str = "broker", *, per_mention: bool = False,
    appraise: Appraisal | None = None, frame: "pd.DataFrame | None" = None,
) -> list[Row]:  # fmt: skip
    """Give one row a group, the best mean excess since entry first.

    Args:
        frame: the outcomes that the filters leave, where they were worked out already.

    Raises:
        UnknownWord: ``by`` is none of :data:`BY`.
    """
    check_by(by)
    columns = _Columns(outcomes(situation, filters) if frame is None else frame)
    rows = [
        head_of(situation, by, name) | _summary(situation, columns, at, per_mention=per_mention, appraise=appraise)
        for name, at in _places(columns.frame, by)
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
    for name, at in _places(frame, by):
        yield name, frame.iloc[at]


def _places(frame: "pd.DataFrame", by: str) -> Iterator[tuple[str, Ints]]:
    """Give each group's name and the places of its rows, in the order the groups first appear."""
    import pandas as pd  # noqa: PLC0415  (half a second of import)

    column = frame["published"].str[:7] if by == "month" and len(frame) else frame[by]
    codes, names = pd.factorize(column)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names)), side="right")
    yield from zip(map(str, names), np.split(order, ends)[: len(names)], strict=True)


class _Columns:
    """Outcomes column by column, as arrays that are laid out once for all groups."""

    def __init__(self, frame: "pd.DataFrame") -> None:
        self.frame = frame
        self._kept: dict[str, np.ndarray] = {}

    def __getitem__(self, name: str) -> np.ndarray:
        """Give a column ``(n,)``."""
        if name not in self._kept:
            self._kept[name] = self.frame[name].to_numpy()
        return self._kept[name]


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
    situation: Situation, columns: _Columns, at: Ints, *, per_mention: bool, appraise: Appraisal | None = None
) -> Row:
    calls = at[first_of_calls(*(columns[name][at] for name in OF_CALLS))]
    counted = at if per_mention else calls
    horizons = {key: _horizon(columns, counted, key) for key in situation.rules.horizons}
    chosen = horizons[situation.rules.horizon]
    row: Row = {
        "brokers": len(set(columns["broker"][at])),
        "recommendations": int(at.size),
        "calls": int(calls.size),
        "symbols": len(set(columns["symbol"][at])),
        "as_of": max((day for day in set(columns["as_of"][at]) if isinstance(day, str)), default=None),
        "since_entry": _means(columns, at, "now"),
        "horizon": situation.rules.horizon,
        "sample": chosen["sample"],
        "hit_rate": chosen["hit_rate"],
        "hit_rate_low": chosen["hit_rate_low"],
        "hit_rate_high": chosen["hit_rate_high"],
        "mean_excess": chosen["mean_excess"],
        "horizons": horizons,
        "periods": {period: _means(columns, at, f"last {period}") for period in PERIODS},
        "stale": _symbols(columns, at, "status", Status.STALE),
        "missing": _symbols(columns, at, "status", Status.NO_PRICE),
        **{word: _symbols(columns, at, "price_basis", word) for word in (CLOSES_ONLY, ADJUSTED)},
        "open": int((columns[f"{situation.rules.horizon}:status"][counted] == Status.OPEN).sum()),
    }
    if appraise is None:
        return row
    return row | appraise(situation, columns.frame.iloc[at], columns.frame.iloc[counted])


def _horizon(columns: _Columns, at: Ints, key: str) -> Row:
    """Summarise one horizon; excess counts in the direction of the call, neutral ones are judged elsewhere."""
    direction = columns["direction"][at]
    judged = direction != 0
    excess = (direction * columns[f"{key}:excess"][at])[judged]
    return asdict(summarise(excess, columns[f"{key}:hit"][at][judged]))


def _means(columns: _Columns, at: Ints, window: str) -> Row:
    values = {name: columns[f"{window}:{column}"][at] for name, column in _RETURNS.items()}
    both = ~np.isnan(values["excess_return"])
    return {name: mean_or_none(each[both]) for name, each in values.items()}


def _symbols(columns: _Columns, at: Ints, name: str, word: str) -> list[str]:
    return sorted(set(columns["symbol"][at][columns[name][at] == word]))


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
