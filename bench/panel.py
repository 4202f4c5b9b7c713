"""A whole market in a database: its panel files built, a day added and scored, the first answer of a new process.

The database is drawn here: the two founding reports with their shares, as many further shares and bars as asked for,
one fetch a share, and one more a share for the new day.
"""

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._score_world import FULL, HORIZONS, SMALL, Size, draw_share
from watchlist.core.bars import SymbolBars
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import plan_of, score_part
from watchlist.core.scoring import Asked, Benchmarks, prices_of
from watchlist.domain.calendars import Dates
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.queries.upkeep import panels_worth, refresh_panels
from watchlist.steps.record import record
from watchlist.storage.database import transaction, writing
from watchlist.storage.panels import load_panel
from watchlist.storage.runs import begin_run

ROOT: Final = Path(__file__).resolve().parents[1]
LAST: Final = "2026-06-30"
MOMENT: Final = "2026-07-01T00:00:00Z"
INDEX: Final = "000300.SH"
BOUNDS: Final = {"build_seconds": 40.0, "day_seconds": 2.0, "day_score_seconds": 1.0, "first_answer_seconds": 3.0}
_STARTS: Final = 3
_FETCH: Final = (
    "insert into fetches (run_id, source, dataset, symbol, since, until, fetched_at, rows, simulated) "
    "values (?, 'bench', ?, ?, ?, ?, ?, ?, 1)"
)
_BAR: Final = "insert into bars (symbol, session, open, close, volume, fetch_id) values (?, ?, ?, ?, ?, ?)"
_ACTION: Final = "insert into actions (symbol, ex_date, cash, split, fetch_id) values (?, ?, ?, ?, ?)"


def sessions_of(size: Size) -> Dates:
    """Give the sessions: weekdays."""
    span = np.datetime64(LAST) - np.arange(2 * size.sessions)[::-1]
    return span[np.is_busday(span)][-size.sessions :]


def shares_of(size: Size, sessions: Dates, symbols: Iterable[str]) -> Iterator[SymbolBars]:
    """Draw the shares, and one under each further symbol."""
    chance = np.random.default_rng(20_240_614)
    for number in range(size.symbols):
        yield draw_share(chance, sessions, number)
    for symbol in symbols:
        drawn = draw_share(chance, sessions, 1)
        yield SymbolBars(symbol, drawn.sessions, drawn.open, drawn.close, drawn.volume, drawn.actions)


def store(connection: Any, shares: Iterable[SymbolBars], inside: slice, sessions: Dates, run: int) -> int:  # noqa: ANN401
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
    """Draw the database, build its files, add a day, score what that day changes, and ask in a new process."""
    sessions, home, now = sessions_of(size), find_home(folder, {}), dt.datetime.now(dt.UTC)
    settings = load_settings(home)
    found: dict[str, Any] = {"symbols": size.symbols, "sessions": size.sessions}
    with writing(folder / "db" / "watchlist.db") as database:
        connection = database.conn
        record(database, home, now)
        known = [row[0] for row in connection.execute("select distinct symbol from recommendations order by 1")]
        drawn = {f"6{number:05d}.SH" for number in range(size.symbols)}
        symbols = [INDEX, *(symbol for symbol in known if symbol not in drawn and not symbol.endswith(".HK"))]

        def add(inside: slice) -> int:
            with transaction(database):
                run = begin_run(connection, "update", now)
                return store(connection, shares_of(size, sessions, symbols), inside, sessions, run)

        found["bars"] = add(slice(0, -1))
        found |= _timed("build", lambda: refresh_panels(connection, settings))
        asked = _asked(size, sessions)
        before = _scores(connection, settings, asked)
        found["new_bars"] = add(slice(-1, None))
        found |= _timed("day", lambda: refresh_panels(connection, settings))
        due = np.flatnonzero(~before.settled)
        panel = _panel(connection, settings)
        found |= _timed("day_score", lambda: _scored(panel, asked.take(due)))
        found |= {"recommendations": asked.row.size, "scored_again": due.size}
    _first_answer(folder, str(sessions[-1]))  # writes byte code, as installing does: not counted
    found["first_answer_seconds"] = min(_first_answer(folder, str(sessions[-1])) for _ in range(_STARTS))
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _timed(name: str, work: Callable[[], Any]) -> dict[str, float]:
    """Measure seconds, and those of processors, of this process and of those it started."""

    def used() -> float:
        spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in spent)

    begun, before = time.perf_counter(), used()
    work()
    return {f"{name}_seconds": time.perf_counter() - begun, f"{name}_cpu_seconds": used() - before}


def _first_answer(folder: Path, as_of: str) -> float:
    """Ask for the themes in a new process: the first answer after its start."""
    command = [sys.executable, "main.py", "themes", "--json", "--as-of", as_of]
    environment = os.environ | {"WATCHLIST_HOME": str(folder), "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begun
    if not any(row["since_entry"]["total_return"] is not None for row in json.loads(done.stdout)):
        message = "no theme was worked out"
        raise RuntimeError(message)
    return seconds


def _asked(size: Size, sessions: Dates) -> Asked:
    chance, count = np.random.default_rng(7), size.recommendations
    published = sessions[0] + chance.integers(0, int((sessions[-2] - sessions[0]).astype(int)), count)
    return Asked(
        chance.integers(0, size.symbols, count), published, np.zeros(count, dtype=bool),
        np.ones(count, dtype=np.int8), np.zeros(count, dtype=np.int8),
    )  # fmt: skip


def _panel(connection: Any, settings: Any) -> Any:  # noqa: ANN401
    [(terms, shares)] = panels_worth(connection, settings)
    return load_panel(connection, terms, shares, {})


def _scores(connection: Any, settings: Any, asked: Asked) -> Any:  # noqa: ANN401
    return _scored(_panel(connection, settings), asked)


def _scored(panel: Any, asked: Asked) -> Any:  # noqa: ANN401 - as the kernel takes and gives them
    level = np.full((1, panel.width), 3000.0)
    plan = plan_of(panel, EntryRule(), HORIZONS, panel.sessions[0], panel.sessions[-1])
    return score_part(prices_of(panel, Benchmarks((INDEX,), level, level)), plan, asked)


def main(arguments: list[str]) -> int:
    """Print what was measured; 1 where a bound was missed, which hold for the full size."""
    parser = argparse.ArgumentParser(prog="python -m bench panel", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a small market")
    parser.add_argument("--share", type=float, default=1.0, help="how many times 5,500 shares")
    options = parser.parse_args(arguments)
    size = SMALL if options.small else FULL.times(options.share)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), size)
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        print(f"{found['bars']:,} bars of {found['symbols']:,} shares: built in {found['build_seconds']:.1f} s "
              f"({found['build_cpu_seconds']:.1f} s of processors)")  # fmt: skip
        print(f"a day of {found['new_bars']:,} bars: {found['day_seconds']:.2f} s")
        print(f"{found['scored_again']:,} of {found['recommendations']:,} recommendations scored again: "
              f"{found['day_score_seconds']:.2f} s")  # fmt: skip
        print(f"themes, from the start of a process: {found['first_answer_seconds']:.2f} s; {found['peak_mb']:.0f} MB")
    wrong = [] if size.symbols != FULL.symbols else [name for name, bound in BOUNDS.items() if found[name] > bound]
    for name in wrong:
        print(f"missed: {name} {found[name]:.1f}, over {BOUNDS[name]:g}", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
