"""Parts of a score run that is too large for tables: what workers need lies in a folder, what they find in files there.

A worker is a process here or a machine elsewhere that sees the same folder. Every part is a set of shares with their
recommendations; whoever works on it, and however often, the same function gives the same bits.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.coded import Coded
from watchlist.core.kernel import NO_PRICE, SHARE, WORDS, Plan, Prices
from watchlist.core.laying import CELL
from watchlist.core.score_part import Scores, score_part, share_by_share
from watchlist.core.scoring import Asked, hits
from watchlist.domain.calendars import Dates

if TYPE_CHECKING:
    import pyarrow as pa

GROUPINGS: Final = ("broker", "theme")
PART: Final = 250_000  # recommendations: as many as machine code pays for
_TEXTS: Final = ("rec_id", "symbol", "broker", "theme", "benchmark")
_ASKED: Final = "asked.parquet"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a market: its number among them, the market's folder, and the file its answers go to."""

    folder: str
    number: int
    out: str


class Work(NamedTuple):
    """A market as a worker reads it; ``prices`` and ``plan`` are ``None`` where no session is known at all."""

    prices: Prices | None
    plan: Plan | None
    sessions: Dates
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a part adds to its groups, by grouping: names ``(g,)``, and sums ``(4, g, H)``.

    The sums are of recommendations, of those judged at each horizon, of hits, and of excess returns in the direction
    of the recommendation.
    """

    recommendations: int
    groups: Mapping[str, tuple[list[str], Floats]]


def lay_out(folder: Path, work: Work, asked: Asked, told: Mapping[str, Coded]) -> list[Part]:
    """Write a market into a folder, which is made, for workers to read: shares beside each other.

    Args:
        told: by recommendation what stands in the answers besides numbers: ``rec_id symbol broker theme benchmark``.
    """
    import pyarrow as pa  # noqa: PLC0415  (only a large run waits for it)

    folder.mkdir(parents=True)
    row = asked.row
    if work.prices is not None and work.plan is not None:
        used = np.unique(asked.row[asked.row >= 0])
        row = np.where(asked.row >= 0, np.searchsorted(used, asked.row), -1)
        _save_prices(folder, work.prices, used)
        np.savez(folder / "plan.npz", **work.plan._asdict())
    np.savez(folder / "about.npz", sessions=work.sessions, keys=np.array(work.keys))
    numbers = {
        "row": row, "published": asked.published, "same_session": asked.same_session, "direction": asked.direction,
        "index": asked.benchmark,
    }  # fmt: skip
    orders = list(share_by_share(asked, PART))
    tables = (
        pa.table(
            {
                **{name: pa.array(values[order]) for name, values in numbers.items()},
                **{name: _dictionary(told[name].take(order)) for name in _TEXTS},
            }
        )
        for order in orders
    )
    _write(folder / _ASKED, tables)
    return [Part(str(folder), number, str(folder / f"part-{number:05d}.parquet")) for number in range(len(orders))]


def score_one(part: Part) -> Tally:
    """Score a part and write its answers to its file, whole or not at all: what a worker does."""
    work, asked, told = load_part(part)
    scores = scores_of(work, asked)
    table, hit = _table(work, asked, told, scores)
    aside = f"{part.out}.{os.getpid()}"
    _write(Path(aside), iter((table,)))
    Path(aside).replace(part.out)
    return _tally(asked, told, scores.excess_return, hit)


def load_part(part: Part) -> tuple[Work, Asked, "pa.Table"]:
    """Read what a part is made of: its market, what is asked, and the rest of what is known of that."""
    from pyarrow import parquet  # noqa: PLC0415

    with parquet.ParquetFile(Path(part.folder) / _ASKED) as file:
        told: Any = file.read_row_group(part.number)
    column = {name: told.column(name).to_numpy() for name in ("row", "same_session", "direction", "index")}
    published = told.column("published").to_numpy().astype("datetime64[D]")
    asked = Asked(column["row"], published, column["same_session"], column["direction"], column["index"])
    return _work(part.folder), asked, told


def scores_of(work: Work, asked: Asked) -> Scores:
    """Score a part; where no session is known, nothing has a price."""
    if work.prices is not None and work.plan is not None:
        return score_part(work.prices, work.plan, asked)
    scores = Scores.empty(asked.row.size, len(work.keys))
    for found in (scores.entry, scores.stop):
        found[:] = -1
    scores.entry_status[:] = scores.status[:] = NO_PRICE
    scores.at_close[:] = False
    for returns in (scores.price, scores.price_return, scores.total_return, scores.benchmark_return):
        returns[:] = np.nan
    return scores


def join_parts(parts: Sequence[Part], path: Path) -> None:
    """Put the answers of all parts into one file, in their order; the file appears when it is whole."""
    from pyarrow import parquet  # noqa: PLC0415

    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(aside, (parquet.read_table(part.out) for part in parts))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _write(path: Path, tables: "Iterator[pa.Table]") -> None:
    """Write tables of one kind into a file, a row group each."""
    from pyarrow import parquet  # noqa: PLC0415

    first = next(tables)
    with parquet.ParquetWriter(path, first.schema, compression="zstd", compression_level=1) as writer:
        for table in chain((first,), tables):
            writer.write_table(table, row_group_size=max(table.num_rows, 1))


def _save_prices(folder: Path, prices: Prices, used: np.ndarray) -> None:
    """Write the prices of some shares: cells as they lie in memory, to be mapped into it."""
    cells = np.asarray(prices.cells).reshape(-1, prices.stride)
    shape = (used.size, prices.width)
    kept = np.lib.format.open_memmap(folder / "cells.npy", mode="w+", dtype=cells.dtype, shape=shape)
    for at, row in enumerate(used):
        kept[at] = cells[row, : prices.width]
    kept.flush()
    rest = prices._replace(
        cells=np.zeros(0), stride=prices.width, shares=prices.shares[used], splits=prices.splits[used]
    )
    np.savez(folder / "prices.npz", **rest._asdict())


@lru_cache(maxsize=2)
def _work(folder: str) -> Work:
    place = Path(folder)
    about = np.load(place / "about.npz")
    sessions, keys = about["sessions"], tuple(about["keys"].tolist())
    if not (place / "prices.npz").exists():
        return Work(None, None, sessions, keys)
    kept, plan = np.load(place / "prices.npz"), np.load(place / "plan.npz")
    rest = {name: kept[name].item() if kept[name].ndim == 0 else kept[name] for name in Prices._fields}
    # A file tells where each field of a record lies, but not that they are aligned: machine code has to know.
    cells = np.asarray(np.load(place / "cells.npy", mmap_mode="r")).reshape(-1).view(CELL)
    rest["shares"] = rest["shares"].view(SHARE)
    laid = {name: plan[name].item() if plan[name].ndim == 0 else plan[name] for name in Plan._fields}
    return Work(Prices(**{**rest, "cells": cells}), Plan(**laid), sessions, keys)


def _table(work: Work, asked: Asked, told: "pa.Table", scores: Scores) -> "tuple[pa.Table, Floats]":
    """Give the answers row by row, every recommendation with now first, then each horizon; and who was right."""
    import pyarrow as pa  # noqa: PLC0415

    count, width = scores.stop.shape
    hit = np.full((count, width), np.nan)
    for at in range(width):
        if work.keys[at] != "now":
            hit[:, at] = hits(asked.direction, scores.legs(at))
    once = np.repeat(np.arange(count, dtype=np.int32), width)
    returns = {name: getattr(scores, name) for name in ("total_return", "price_return", "benchmark_return")}
    columns = {
        **{name: told.column(name).combine_chunks().take(pa.array(once)) for name in _TEXTS},
        "published": pa.array(np.repeat(asked.published, width)),
        "direction": pa.array(np.repeat(asked.direction.astype(np.int8), width)),
        "horizon": _dictionary(Coded(np.array(work.keys, dtype=object), np.tile(np.arange(width), count))),
        "entry_session": _days(work.sessions, np.repeat(scores.entry, width)),
        "entry_price": _numbers(np.repeat(scores.price, width)),
        "exit_session": _days(work.sessions, scores.stop.reshape(-1)),
        **{name: _numbers(values.reshape(-1)) for name, values in returns.items()},
        "benchmark_kind": _dictionary(Coded.same("price", count * width)),
        "hit": pa.array(hit.reshape(-1), mask=np.isnan(hit.reshape(-1)), type=pa.int8(), from_pandas=True, safe=False),
        "status": _dictionary(Coded(WORDS.astype(object), scores.status.reshape(-1).astype(np.int64))),
    }
    return pa.table(columns), hit


def _dictionary(column: Coded) -> "pa.DictionaryArray":
    import pyarrow as pa  # noqa: PLC0415

    return pa.DictionaryArray.from_arrays(
        pa.array(column.codes.astype(np.int32)), pa.array(column.distinct.tolist(), type=pa.string())
    )


def _days(sessions: Dates, at: np.ndarray) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415

    inside = (at >= 0) & (at < sessions.size)
    days = sessions[np.where(inside, at, 0)] if sessions.size else np.zeros(at.size, dtype="datetime64[D]")
    return pa.array(days, mask=~inside)


def _numbers(values: Floats) -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415

    return pa.array(values, mask=np.isnan(values))


def _tally(asked: Asked, told: "pa.Table", excess: Floats, hit: Floats) -> Tally:
    judged = ~np.isnan(hit)
    signed = np.where(judged, asked.direction[:, None] * excess, 0.0)
    sums = np.stack([np.ones_like(hit), judged.astype(float), np.where(judged, hit, 0.0), signed])
    groups = {}
    for name in GROUPINGS:
        column = told.column(name).combine_chunks()
        added = np.zeros((4, len(column.dictionary), hit.shape[1]))
        for at in range(4):
            np.add.at(added[at], column.indices.to_numpy(), sums[at])
        groups[name] = (column.dictionary.to_pylist(), added)
    return Tally(asked.row.size, groups)
