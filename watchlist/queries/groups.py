"""Groups: themes and brokers as rows: how good, how sure, how complete. A call counts once in a group (RULES 2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from watchlist.core.statistics import mean_or_none, summarise
from watchlist.core.theme_index import BASE, Member, ThemeIndex, chain_index, growth
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Status
from watchlist.domain.symbols import market as market_of
from watchlist.queries.recommendations import Filters, Row, recommendation_row, select
from watchlist.queries.situation import Situation

BY: Final = ("broker", "analyst", "theme", "rating", "strength", "report", "year", "market")
_RETURNS: Final = ("total_return", "benchmark_return", "excess_return")


@dataclass(frozen=True, slots=True)
class Unit:
    """One recommendation of a group: its position and row."""

    position: int
    row: Row


def theme_rows(situation: Situation, filters: Filters, *, per_mention: bool = False) -> list[Row]:
    """Give one row a theme, the best mean excess since entry first."""
    rows = []
    for identity, units in _grouped(situation, filters, lambda row: row["theme"]).items():
        summary = _summary(situation, units, per_mention=per_mention)
        head = {"theme": identity, "name": units[0].row["theme_name"]}
        index = {"index": _index_shape(theme_index(situation, [u.position for u in units]))}
        rows.append(head | _reordered(summary, index))
    return sorted(rows, key=_best_first)


def broker_rows(situation: Situation, filters: Filters, by: str = "broker", *, per_mention: bool = False) -> list[Row]:
    """Give one row a group, the best mean excess since entry first.

    Raises:
        UnknownWord: ``by`` is none of :data:`BY`.
    """
    keys: Mapping[str, Callable[[Row], str]] = {
        "broker": lambda row: str(row["broker"]),
        "analyst": lambda row: str(row["analyst"] or "?"),
        "theme": lambda row: str(row["theme"]),
        "rating": lambda row: str(row["rating"] or row["strength"]),
        "strength": lambda row: str(row["strength"]),
        "report": lambda row: str(row["report"]),
        "year": lambda row: str(row["published"])[:4],
        "market": lambda row: market_of(str(row["symbol"])),
    }
    if by not in keys:
        raise UnknownWord(option="--by", text=by, hint=Words(f" Known: {', '.join(BY)}.", f"可用：{'、'.join(BY)}。"))
    groups = _grouped(situation, filters, keys[by])
    rows = [{"group": name, **_summary(situation, units, per_mention=per_mention)} for name, units in groups.items()]
    return sorted(rows, key=_best_first)


def theme_index(situation: Situation, positions: Iterable[int]) -> ThemeIndex | None:
    """Chain the index of some recommendations: each belongs from its entry's close until its call closes (RULES 21)."""
    members = []
    for position in positions:
        market, at = situation.book.place[position]
        part = situation.book.markets[market]
        entered = int(part.entries.session[at])
        if entered < 0:
            continue
        panel, row = part.panel, int(part.asked.row[at])
        closed = int(part.lives.closed[situation.book.call_of[position]])
        last = min(closed, panel.sessions.size - 1)
        members.append(
            Member(
                symbol=panel.symbols[row],
                sessions=panel.sessions,
                growth=growth(panel.total_close[row]),
                benchmark_growth=growth(part.benchmarks.close[part.asked.benchmark[at]]),
                joined=panel.sessions[entered],
                left=panel.sessions[last],
            )
        )
    return chain_index(members)


def _grouped(situation: Situation, filters: Filters, key: Callable[[Row], str]) -> dict[str, list[Unit]]:
    groups: dict[str, list[Unit]] = {}
    for position in select(situation, filters):
        row = recommendation_row(situation, position)
        if filters.status is None or row["status"] == filters.status:
            groups.setdefault(key(row), []).append(Unit(position, row))
    return groups


def _summary(situation: Situation, units: list[Unit], *, per_mention: bool) -> Row:
    counted = units if per_mention else _one_a_call(situation, units)
    horizons = {key: _horizon(counted, key) for key in situation.rules.horizons}
    chosen = horizons[situation.rules.horizon]
    statuses = [(unit.row["symbol"], unit.row["status"]) for unit in units]
    return {
        "brokers": len({unit.row["broker"] for unit in units}),
        "recommendations": len(units),
        "calls": len(_one_a_call(situation, units)),
        "symbols": len({unit.row["symbol"] for unit in units}),
        "as_of": max((unit.row["as_of"] for unit in units if unit.row["as_of"]), default=None),
        "since_entry": _means(unit.row for unit in units),
        "horizon": situation.rules.horizon,
        "sample": chosen["sample"],
        "hit_rate": chosen["hit_rate"],
        "hit_rate_low": chosen["hit_rate_low"],
        "hit_rate_high": chosen["hit_rate_high"],
        "mean_excess": chosen["mean_excess"],
        "horizons": horizons,
        "periods": {key: _means(unit.row["periods"][key] for unit in units) for key in units[0].row["periods"]},
        "stale": sorted({symbol for symbol, status in statuses if status == Status.STALE}),
        "missing": sorted({symbol for symbol, status in statuses if status == Status.NO_PRICE}),
        "open": sum(unit.row["horizons"][situation.rules.horizon]["status"] == Status.OPEN for unit in counted),
    }


def _one_a_call(situation: Situation, units: list[Unit]) -> list[Unit]:
    """Keep of each call its first recommendation in the group that was bought, or its first."""
    first: dict[tuple[str, int] | int, Unit] = {}
    for unit in sorted(units, key=lambda u: (u.row["published"], u.position)):
        place = situation.book.place.get(unit.position)
        identity = unit.position if place is None else (place[0], situation.book.call_of[unit.position])
        kept = first.setdefault(identity, unit)
        if kept.row["entry_session"] is None and unit.row["entry_session"] is not None:
            first[identity] = unit
    return list(first.values())


def _horizon(units: list[Unit], key: str) -> Row:
    """Summarise one horizon; excess counts in the direction of the call, neutral ones are judged elsewhere."""
    judged = [unit for unit in units if unit.row["direction"] != 0]
    outcomes = [(unit.row["direction"], unit.row["horizons"][key]) for unit in judged]
    excess = [np.nan if o["excess_return"] is None else s * o["excess_return"] for s, o in outcomes]
    hit = [np.nan if o["hit"] is None else float(o["hit"]) for _, o in outcomes]
    return asdict(summarise(np.array(excess, dtype=float), np.array(hit, dtype=float)))


def _means(rows: Iterable[Mapping[str, Any]]) -> Row:
    kept = list(rows)
    columns = {name: np.array([np.nan if r[name] is None else r[name] for r in kept], dtype=float) for name in _RETURNS}
    both = ~np.isnan(columns["excess_return"])
    return {name: mean_or_none(values[both]) for name, values in columns.items()}


def _index_shape(index: ThemeIndex | None) -> Row:
    if index is None:
        return {"level": None, **dict.fromkeys(_RETURNS), "max_drawdown": None, "members": 0, "flat_sessions": 0}
    total, benchmark = index.total_return, index.benchmark_return
    return {
        "level": float(index.level[-1]) if index.live.any() else BASE,
        "total_return": total,
        "benchmark_return": benchmark,
        "excess_return": None if total is None or benchmark is None else total - benchmark,
        "max_drawdown": index.drawdown,
        "members": int(index.members[-1]),
        "flat_sessions": int((index.live[1:] == 0).sum()),
    }


def _reordered(summary: Row, index: Row) -> Row:
    """Put the index beside the means it must not be confused with."""
    at = list(summary).index("horizon")
    items = list(summary.items())
    return dict(items[:at]) | index | dict(items[at:])


def _best_first(row: Row) -> tuple[bool, float]:
    excess = row["since_entry"]["excess_return"]
    return (excess is None, -(excess or 0.0))
