"""Numbers: how every recommendation stands now and at each horizon, as arrays: what a score run freezes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.scoring import Legs
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Status
from watchlist.domain.symbols import market as market_of
from watchlist.queries.recommendations import Filters, select
from watchlist.queries.situation import Situation
from watchlist.storage.scores import COLUMNS

NOW: Final = "now"
LEGS: Final = ("price_return", "total_return", "benchmark_return")
_Objects = np.ndarray[Any, np.dtype[np.object_]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """``n`` recommendations by ``H`` horizons, the first of them ``now``: since entry.

    Attributes:
        benchmark, entry_session, entry_price: ``(n,)``; ``None``, NaT and NaN where there is none.
        status, exit_session, hit: ``(n, H)``; ``hit`` is 1, 0 or NaN.
        legs: ``price_return total_return benchmark_return``, ``(n, H)`` each.
    """

    ids: tuple[str, ...]
    keys: tuple[str, ...]
    benchmark: _Objects
    entry_session: Dates
    entry_price: Floats
    status: _Objects
    exit_session: Dates
    hit: Floats
    legs: Mapping[str, Floats]

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Find a recommendation by its id."""
        return {identity: at for at, identity in enumerate(self.ids)}

    @property
    def excess(self) -> Floats:
        """``(n, H)`` total return less the benchmark's."""
        return self.legs["total_return"] - self.legs["benchmark_return"]

    def rows(self) -> Iterator[Row]:
        """Give the rows of a score run: every recommendation, now first, then each horizon."""
        sessions, exits = _texts(self.entry_session), _texts(self.exit_session)
        prices, hits = _floats(self.entry_price), _floats(self.hit)
        legs = {name: _floats(values) for name, values in self.legs.items()}
        for at, identity in enumerate(self.ids):
            head = {"rec_id": identity, "benchmark": self.benchmark[at], "benchmark_kind": "price",
                    "entry_session": sessions[at], "entry_price": prices[at]}  # fmt: skip
            for h, key in enumerate(self.keys):
                hit = hits[at][h]
                yield head | {
                    "horizon": key, "exit_session": exits[at][h], "hit": None if hit is None else int(hit),
                    "status": self.status[at][h], **{name: values[at][h] for name, values in legs.items()},
                }  # fmt: skip

    def digest(self) -> str:
        """Give the digest that a run of these rows is kept with: ``storage.ledger.digest`` of :meth:`rows`.

        Their text is written column by column, for there may be a hundred thousand.
        """
        count = len(self.keys)
        columns = {
            "rec_id": _each(list(self.ids), count),
            "benchmark": _each(self.benchmark.tolist(), count),
            "benchmark_kind": ['"price"'] * (len(self.ids) * count),
            "entry_session": _each(_texts(self.entry_session), count),
            "entry_price": _each(_floats(self.entry_price), count),
            "horizon": _written(list(self.keys)) * len(self.ids),
            "exit_session": _written(_texts(self.exit_session.ravel())),
            "hit": _written([None if hit is None else int(hit) for hit in _floats(self.hit.ravel())]),
            "status": _written(self.status.ravel().tolist()),
            **{name: _written(_floats(values.ravel())) for name, values in self.legs.items()},
        }
        names = sorted(COLUMNS)
        row = "{" + ",".join(f'"{name}":%s' for name in names) + "}"
        text = ",".join(row % values for values in zip(*(columns[name] for name in names), strict=True))
        return hashlib.sha256(f"[{text}]".encode()).hexdigest()


def empty_numbers(ids: Sequence[str], keys: Sequence[str]) -> Numbers:
    """Make room for numbers: nothing known, the status of none."""
    shape = (len(ids), len(keys))
    return Numbers(
        ids=tuple(ids),
        keys=tuple(keys),
        benchmark=np.full(len(ids), None, dtype=object),
        entry_session=np.full(len(ids), "NaT", dtype="datetime64[D]"),
        entry_price=np.full(len(ids), np.nan),
        status=np.full(shape, None, dtype=object),
        exit_session=np.full(shape, "NaT", dtype="datetime64[D]"),
        hit=np.full(shape, np.nan),
        legs={name: np.full(shape, np.nan) for name in LEGS},
    )


def numbers_of(situation: Situation) -> Numbers:
    """Read the numbers of every recommendation of a situation from its book."""
    mentions, book = situation.known.mentions, situation.book
    positions = select(situation, Filters())
    found = empty_numbers([mentions[p].rec_id for p in positions], (NOW, *situation.rules.horizons))
    found.status[:] = str(Status.NO_PRICE)
    found.benchmark[:] = [
        mentions[p].benchmark or situation.rules.markets[market_of(mentions[p].symbol)].benchmark for p in positions
    ]
    row_of = {position: row for row, position in enumerate(positions)}
    for part in book.markets.values():
        rows = np.array([row_of[position] for position in part.at], dtype=np.int64)
        entered = part.entries.session
        bought, at = entered >= 0, np.maximum(entered, 0)
        found.benchmark[rows] = np.array(part.benchmarks.symbols, dtype=object)[part.asked.benchmark]
        found.entry_session[rows] = np.where(bought, part.panel.sessions[at], np.datetime64("NaT"))
        found.entry_price[rows] = part.entries.price / part.panel.rates[at]
        for h, legs in enumerate((part.now, *part.horizons.values())):
            _fill(found, rows, h, legs, part.panel.sessions)
        for h, key in enumerate(part.horizons, 1):
            found.hit[rows, h] = part.hits[key]
    return found


def _fill(found: Numbers, rows: np.ndarray, h: int, legs: Legs, sessions: Dates) -> None:
    inside = (legs.end >= 0) & (legs.end < sessions.size)
    ends = sessions[np.where(inside, legs.end, 0)]
    found.exit_session[rows, h] = np.where(inside, ends, np.datetime64("NaT"))
    found.status[rows, h] = legs.status.astype(object)
    for name, values in found.legs.items():
        values[rows, h] = getattr(legs, name)


def numbers_from(scores: Iterable[Sequence[Any]]) -> Numbers:
    """Read the numbers back from the rows of a score run, in the columns of ``storage.scores.COLUMNS``."""
    columns = dict(zip(COLUMNS, zip(*scores, strict=True), strict=False)) or dict.fromkeys(COLUMNS, ())
    ids = list(dict.fromkeys(columns["rec_id"]))
    keys = [NOW, *(key for key in dict.fromkeys(columns["horizon"]) if key != NOW)]
    found = empty_numbers(ids, keys)
    row_of, column_of = found.place, {key: h for h, key in enumerate(keys)}
    at = np.array([row_of[identity] for identity in columns["rec_id"]], dtype=np.int64)
    h = np.array([column_of[key] for key in columns["horizon"]], dtype=np.int64)
    found.benchmark[at], found.status[at, h] = columns["benchmark"], columns["status"]
    found.entry_session[at] = np.array(columns["entry_session"], dtype="datetime64[D]")
    found.exit_session[at, h] = np.array(columns["exit_session"], dtype="datetime64[D]")
    found.entry_price[at] = np.array(columns["entry_price"], dtype=float)
    found.hit[at, h] = np.array(columns["hit"], dtype=float)
    for name, values in found.legs.items():
        values[at, h] = np.array(columns[name], dtype=float)
    return found


def _each(values: list[Any], times: int) -> list[str]:
    """Write values as JSON, each so many times."""
    return [text for text in _written(values) for _ in range(times)]


def _written(values: list[Any]) -> list[str]:
    """Write plain values as JSON, one by one; equal words once."""
    if any(isinstance(value, str) for value in values):
        known = {value: json.dumps(value, ensure_ascii=False) for value in set(values)}
        return [known[value] for value in values]
    return json.dumps(values, separators=(",", ":"))[1:-1].split(",") if values else []


def _texts(dates: Dates) -> list[Any]:
    """Write dates, ``None`` for none of them."""
    written = dates.astype(str).astype(object)
    written[np.isnat(dates)] = None
    listed: list[Any] = written.tolist()
    return listed


def _floats(values: Floats) -> list[Any]:
    """Write numbers, ``None`` for NaN."""
    written = values.astype(object)
    written[np.isnan(values)] = None
    listed: list[Any] = written.tolist()
    return listed
