"""Engines that score the same world: ours, and what else a person would write; each runs in a process of its own.

``python -m bench._score_engines NAME FOLDER`` prints seconds and peak memory; the excess returns lie in ``NAME.npy``.
What others get is ready for them: adjusted prices, the days on which a share could be bought, exits by the calendar.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from bench._score_world import HORIZONS, World, load
from watchlist.core.bars import Floats, Ints
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import plan_of, score_part, share_by_share
from watchlist.core.scoring import month_exits, prices_of

if TYPE_CHECKING:
    import pandas as pd

THREADS: Final = 2
PART: Final = 8_192
ROUNDS: Final = 5
WAIT: Final = 20
NAIVE: Final = 400  # recommendations that the naive way is tried on
Found = dict[str, float]


def _score_all(world: World, excess: Floats, *, machine_code: bool, count_lines: bool = False) -> int:
    """Score every recommendation, a part at a time on both cores; count the lines of memory read where asked to."""
    asked = world.asked
    prices = prices_of(world.panel, world.benchmarks)
    plan = plan_of(world.panel, EntryRule(), HORIZONS, asked.published.min(), asked.published.max())

    def part(here: Ints) -> int:
        scores = score_part(prices, plan, asked.take(here), machine_code=machine_code)
        excess[here] = scores.excess_return
        return _lines(scores.entry, scores.stop) if count_lines else 0

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(part, share_by_share(asked, PART)))


def _lines(entry: NDArray[np.int32], stop: NDArray[np.int32]) -> int:
    """Count the lines of memory (two cells each) that the answers need: the entry's, and those of other exits."""
    line = np.sort(np.where(stop >= 0, stop, entry[:, None]) // 2, axis=1)
    other = (np.diff(line, axis=1) != 0).sum() + (line[:, 0] != entry // 2).sum()
    return int(other + entry.size)


def _read(numbers: Floats, loads: int, seed: int, out: Floats) -> None:
    """Read one number of so many lines, each at a place that no other read decides."""
    state, lines, total = np.uint64(seed * 2 + 1), np.uint64(numbers.size // 8), 0.0
    for _ in range(loads):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        total += numbers[((state >> np.uint64(11)) % lines) * np.uint64(8)]
    out[0] = total


def machine(world: World, target: Path) -> Found:
    """Score as the program does where numba is installed, and measure the floor between the rounds."""
    import numba  # noqa: PLC0415  (the extra)

    excess = np.empty((world.asked.row.size, len(HORIZONS)))
    # Compiled, and every page of the panel there, before anything is measured.
    loads = _score_all(world, excess, machine_code=True, count_lines=True)
    read, numbers = numba.njit(nogil=True)(_read), world.panel.cells.reshape(-1).view(np.float64)
    out = np.zeros((THREADS, 1))
    read(numbers, 10, 1, out[0])
    seconds, floors = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        _score_all(world, excess, machine_code=True)
        seconds.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda k: read(numbers, loads // THREADS, 88_172_645 + k, out[k]), range(THREADS)))
        floors.append(time.perf_counter() - begun)
    np.save(target, excess)
    return {"seconds": min(seconds), "floor_seconds": min(floors), "loads": float(loads)}


def arrays(world: World, target: Path) -> Found:
    """Score as the program does without numba."""
    excess = np.empty((world.asked.row.size, len(HORIZONS)))
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        _score_all(world, excess, machine_code=False)
        seconds.append(time.perf_counter() - begun)
    np.save(target, excess)
    return {"seconds": min(seconds)}


def _table(world: World) -> "pd.DataFrame":
    """Give the bars as a table: ``symbol pos open close can_buy``, total-return prices, by symbol and session."""
    import pandas as pd  # noqa: PLC0415

    panel, width = world.panel, world.panel.width
    cells = panel.cells[:, :width]
    row, pos = np.nonzero(cells["last_bar"] == np.arange(width))
    taken = cells[row, pos]
    return pd.DataFrame({
        "symbol": row.astype(np.int32),
        "pos": pos.astype(np.int32),
        "open": taken["open"] * taken["factor"],
        "close": taken["close"] * taken["factor"],
        "can_buy": taken["next_buy"] == pos,
    })  # fmt: skip


def _asked(world: World) -> "pd.DataFrame":
    """Give the recommendations: ``id symbol side`` (the first session after each) and the exits by the calendar."""
    import pandas as pd  # noqa: PLC0415

    panel, asked = world.panel, world.asked
    frame = pd.DataFrame({
        "id": np.arange(asked.row.size, dtype=np.int32),
        "symbol": asked.row.astype(np.int32),
        "side": np.searchsorted(panel.sessions, asked.published, side="right").astype(np.int32),
    })  # fmt: skip
    for key in HORIZONS:
        if key.endswith("m"):
            frame[f"x{key}"] = month_exits(panel, asked.published, int(key[:-1])).astype(np.int32)
    # A share needs a bar at publication: those of later listings are left out.
    known = panel.first_bar[asked.row] <= frame["side"].to_numpy() - 1
    return frame[known & (frame["side"].to_numpy() < panel.width)]


def _save(world: World, target: Path, ids: Ints, columns: dict[str, Floats]) -> None:
    excess = np.full((world.asked.row.size, len(HORIZONS)), np.nan)
    for at, key in enumerate(HORIZONS):
        excess[ids, at] = columns[key]
    np.save(target, excess)


def duckdb(world: World, target: Path) -> Found:
    """Join with DuckDB's ASOF join, the horizons joined to the recommendations before."""
    import duckdb as engine  # noqa: PLC0415

    connection = engine.connect(config={"threads": THREADS})
    bars, asked = _table(world), _asked(world)
    index = _index(world)
    for name, frame in (("bars", bars), ("asked", asked), ("idx", index)):
        connection.register("given", frame)
        connection.execute(f"create table {name} as select * from given")  # noqa: S608 - names of ours
        connection.unregister("given")
    del bars, asked
    exits = ", ".join(f"e.entry + {int(k) - 1}" if not k.endswith("m") else f"e.x{k}" for k in HORIZONS)
    query = f"""
        with e as (
          select a.*, b.pos as entry, b.open from asked a asof join (select * from bars where can_buy) b
          on a.symbol = b.symbol and a.side <= b.pos
        ),
        x as (
          select e.id, e.symbol, e.entry, e.open, unnest(range({len(HORIZONS)})) as k, unnest([{exits}]) as pos
          from e where e.entry - e.side <= {WAIT}
        ),
        y as (select * from x where pos < {world.panel.width} and pos >= entry)
        select y.id, y.k, b.close / y.open - o.close / i.open as excess
        from y asof join bars b on y.symbol = b.symbol and y.pos >= b.pos
        join idx i on i.pos = y.entry join idx o on o.pos = y.pos
    """  # noqa: S608 - numbers of ours
    begun = time.perf_counter()
    found = connection.execute(query).fetchnumpy()
    seconds = time.perf_counter() - begun
    excess = np.full((world.asked.row.size, len(HORIZONS)), np.nan)
    excess[found["id"], found["k"]] = found["excess"]
    np.save(target, excess)
    return {"seconds": seconds}


def polars(world: World, target: Path) -> Found:
    """Join with polars' join_asof, a horizon after another."""
    import polars as pl  # noqa: PLC0415

    bars, asked = pl.from_pandas(_table(world)), pl.from_pandas(_asked(world))
    index_open, index_close = world.benchmarks.open[0], world.benchmarks.close[0]
    begun = time.perf_counter()
    bars = bars.sort("pos")
    chances = bars.filter("can_buy").select("symbol", "pos", pl.col("open"), entry="pos")
    entered = (
        asked.sort("side")
        .join_asof(chances, left_on="side", right_on="pos", by="symbol", strategy="forward")
        .filter(pl.col("entry").is_not_null() & (pl.col("entry") - pl.col("side") <= WAIT))
    )
    closes, columns = bars.select("symbol", "pos", pl.col("close")), {}
    entry = entered["entry"].to_numpy()
    opened, ids = entered["open"].to_numpy(), entered["id"].to_numpy()
    for key in HORIZONS:
        exits = entered[f"x{key}"].to_numpy() if key.endswith("m") else entry + int(key) - 1
        order = np.argsort(exits, kind="stable")
        left = pl.DataFrame({"symbol": entered["symbol"].to_numpy()[order], "exit": exits[order].astype(np.int32)})
        right = left.join_asof(closes, left_on="exit", right_on="pos", by="symbol")["close"].to_numpy()
        close = np.empty(right.size)
        close[order] = right
        columns[key] = _excess(world, entry, exits, close / opened, (index_open, index_close))
    seconds = time.perf_counter() - begun
    _save(world, target, ids, columns)
    return {"seconds": seconds}


def merge_asof(world: World, target: Path) -> Found:
    """Join with pandas' merge_asof, a horizon after another."""
    import pandas as pd  # noqa: PLC0415

    bars, asked = _table(world), _asked(world)
    index = (world.benchmarks.open[0], world.benchmarks.close[0])
    begun = time.perf_counter()
    bars = bars.sort_values("pos", kind="stable")
    chances = bars.loc[bars["can_buy"], ["symbol", "pos", "open"]].assign(entry=lambda f: f["pos"])
    entered = pd.merge_asof(
        asked.sort_values("side"), chances, left_on="side", right_on="pos", by="symbol", direction="forward"
    )
    entered = entered[entered["entry"] - entered["side"] <= WAIT]
    entry, closes, columns = entered["entry"].to_numpy().astype(np.int32), bars[["symbol", "pos", "close"]], {}
    for key in HORIZONS:
        exits = entered[f"x{key}"].to_numpy() if key.endswith("m") else entry + np.int32(int(key) - 1)
        order = np.argsort(exits, kind="stable")
        left = pd.DataFrame({"symbol": entered["symbol"].to_numpy()[order], "exit": exits[order]})
        close = np.empty(exits.size)
        close[order] = pd.merge_asof(left, closes, left_on="exit", right_on="pos", by="symbol")["close"]
        columns[key] = _excess(world, entry, exits, close / entered["open"].to_numpy(), index)
    seconds = time.perf_counter() - begun
    _save(world, target, entered["id"].to_numpy(), columns)
    return {"seconds": seconds}


def naive(world: World, target: Path) -> Found:
    """Take a frame a share and look each recommendation up in it: some of them, the time of all by their share."""
    bars, asked = _table(world), _asked(world).iloc[:NAIVE]
    frames = dict(tuple(bars[bars["symbol"].isin(asked["symbol"])].groupby("symbol")))
    opened, closed = world.benchmarks.open[0], world.benchmarks.close[0]
    excess = np.full((world.asked.row.size, len(HORIZONS)), np.nan)
    begun = time.perf_counter()
    for one in asked.to_dict("records"):
        frame = frames[one["symbol"]]
        chances = frame[(frame["pos"] >= one["side"]) & frame["can_buy"]]
        if chances.empty or chances.iloc[0]["pos"] - one["side"] > WAIT:
            continue
        entry, price = int(chances.iloc[0]["pos"]), chances.iloc[0]["open"]
        for at, key in enumerate(HORIZONS):
            exits = one[f"x{key}"] if key.endswith("m") else entry + int(key) - 1
            if entry <= exits < world.panel.width:
                sold = frame[frame["pos"] <= exits].iloc[-1]["close"]
                excess[one["id"], at] = sold / price - 1 - (closed[exits] / opened[entry] - 1)
    seconds = (time.perf_counter() - begun) * world.asked.row.size / len(asked)
    np.save(target, excess[asked["id"].to_numpy()])
    np.save(target.with_suffix(".ids.npy"), asked["id"].to_numpy())
    return {"seconds": seconds}


def _index(world: World) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415

    pos = np.arange(world.panel.width, dtype=np.int32)
    return pd.DataFrame({"pos": pos, "open": world.benchmarks.open[0], "close": world.benchmarks.close[0]})


def _excess(
    world: World, entry: NDArray[Any], exits: NDArray[Any], grown: Floats, index: tuple[Floats, Floats]
) -> Floats:
    come = (exits < world.panel.width) & (exits >= entry)
    stop = np.minimum(exits, world.panel.width - 1)
    result: Floats = np.where(come, (grown - 1) - (index[1][stop] / index[0][entry] - 1), np.nan)
    return result


ENGINES: Final[dict[str, Callable[[World, Path], Found]]] = {
    one.__name__: one for one in (machine, arrays, duckdb, polars, merge_asof, naive)
}


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    result = ENGINES[name](load(folder), folder / f"{name}.npy")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**result, "peak_mb": peak}))
