"""Panel files of a whole market: how long building them takes, how long a new day, and how long scoring that day.

The database is drawn here: as many bars as asked for, one fetch a share, and one more a share for the new day.
"""

import argparse
import datetime as dt
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._score_world import FULL, HORIZONS, LIMITS, Size, draw_share, sessions_of
from watchlist.core.bars import SymbolBars
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import plan_of, score_part
from watchlist.core.scoring import Asked, Benchmarks, prices_of
from watchlist.domain.calendars import Dates
from watchlist.storage.database import transaction, writing
from watchlist.storage.panel_build import refresh_panel
from watchlist.storage.panels import Terms, load_panel
from watchlist.storage.runs import begin_run

MOMENT: Final = "2026-01-01T00:00:00Z"
_FETCH: Final = (
    "insert into fetches (run_id, source, dataset, symbol, since, until, fetched_at, rows, simulated) "
    "values (?, 'bench', ?, ?, ?, ?, ?, ?, 1)"
)
_BAR: Final = "insert into bars (symbol, session, open, close, volume, fetch_id) values (?, ?, ?, ?, ?, ?)"
_ACTION: Final = "insert into actions (symbol, ex_date, cash, split, fetch_id) values (?, ?, ?, ?, ?)"


def store(connection: Any, shares: Iterator[SymbolBars], inside: slice, sessions: Dates, run: int) -> int:  # noqa: ANN401
    """Store the bars of some sessions, a fetch a share; give how many."""
    first, last, stored = sessions[inside][0], sessions[inside][-1], 0
    for share in shares:
        keep = (share.sessions >= first) & (share.sessions <= last)
        told = (str(first), str(last), MOMENT)
        fetch = connection.execute(_FETCH, (run, "bars", share.symbol, *told, int(keep.sum()))).lastrowid
        columns = (share.sessions[keep].astype(str).tolist(), share.open[keep].tolist(), share.close[keep].tolist(),
                   share.volume[keep].tolist())  # fmt: skip
        connection.executemany(_BAR, ((share.symbol, *row, fetch) for row in zip(*columns, strict=True)))
        due = [a for a in share.actions if first <= np.datetime64(a.ex_date) <= last]
        if due:
            fetch = connection.execute(_FETCH, (run, "actions", share.symbol, *told, len(due))).lastrowid
            rows = ((share.symbol, a.ex_date.isoformat(), a.cash, a.split, fetch) for a in due)
            connection.executemany(_ACTION, rows)
        stored += int(keep.sum())
    return stored


def measure(folder: Path, size: Size) -> dict[str, Any]:
    """Draw the database, build its files, add a day, and score what that day changes."""
    sessions = sessions_of(size)
    found: dict[str, Any] = {"symbols": size.symbols, "sessions": size.sessions}
    symbols = [f"6{number:05d}.SH" for number in range(size.symbols)]
    older = Terms("CN", sessions[:-1], sessions[-1], LIMITS, needs_open=True)
    whole = Terms("CN", sessions, sessions[-1] + 1, LIMITS, needs_open=True)
    with writing(folder / "db" / "bench.db") as database:
        connection = database.conn
        with transaction(database):
            run = begin_run(connection, "update", dt.datetime.now(dt.UTC))
            found["bars"] = store(connection, _shares(size, sessions), slice(0, -1), sessions, run)
        found["build_seconds"] = _seconds(lambda: refresh_panel(connection, older, symbols, {}))
        asked = _asked(size, sessions)
        before = _scores(load_panel(connection, older, symbols, {}), asked)
        with transaction(database):
            found["new_bars"] = store(connection, _shares(size, sessions), slice(-1, None), sessions, run)
        found["day_seconds"] = _seconds(lambda: refresh_panel(connection, whole, symbols, {}))
        panel = load_panel(connection, whole, symbols, {})
        begun = time.perf_counter()
        due = np.flatnonzero(~before.settled)
        _scores(panel, asked.take(due))
        found |= {"recommendations": asked.row.size, "scored_again": due.size}
        found["day_score_seconds"] = time.perf_counter() - begun
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _shares(size: Size, sessions: Dates) -> Iterator[SymbolBars]:
    chance = np.random.default_rng(20_240_614)
    return (draw_share(chance, sessions, number) for number in range(size.symbols))


def _asked(size: Size, sessions: Dates) -> Asked:
    chance, count = np.random.default_rng(7), size.recommendations
    published = sessions[0] + chance.integers(0, int((sessions[-2] - sessions[0]).astype(int)), count)
    return Asked(
        chance.integers(0, size.symbols, count), published, np.zeros(count, dtype=bool),
        np.ones(count, dtype=np.int8), np.zeros(count, dtype=np.int8),
    )  # fmt: skip


def _scores(panel: Any, asked: Asked) -> Any:  # noqa: ANN401 - as the kernel takes and gives them
    level = np.full((1, panel.width), 3000.0)
    plan = plan_of(panel, EntryRule(), HORIZONS, panel.sessions[0], panel.sessions[-1])
    return score_part(prices_of(panel, Benchmarks(("000300.SH",), level, level)), plan, asked)


def _seconds(done: Any) -> float:  # noqa: ANN401 - a call that says whether it did what was asked
    begun = time.perf_counter()
    if not done():
        message = "the panel files could not be built"
        raise RuntimeError(message)
    return time.perf_counter() - begun


def main(arguments: list[str]) -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench panel", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--share", type=float, default=1.0, help="how large a part of 5,500 shares")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), FULL.times(options.share))
    if options.json:
        print(json.dumps(found))
    else:
        print(f"{found['bars']:,} bars of {found['symbols']:,} shares: built in {found['build_seconds']:.1f} s")
        print(f"a day of {found['new_bars']:,} bars: {found['day_seconds']:.2f} s")
        print(f"{found['scored_again']:,} of {found['recommendations']:,} recommendations scored again: "
              f"{found['day_score_seconds']:.2f} s; {found['peak_mb']:.0f} MB")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
