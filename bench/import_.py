"""Import: large lists of ratings and bars into the database, from Parquet and from CSV, beside one row after the other.

The list is drawn from a seed: brokers, 5,500 shares and 5,000 days, each line another recommendation. Each way begins
with an empty database and runs in a process of its own, reading, checking, digesting and sealing included. The naive
way reads the CSV with pandas, and digests, inserts and seals a row at a time, all in one transaction: a sample.
The floor is what SQLite alone needs: the same rows, ready made, by ``executemany`` into the same tables with the same
checks, triggers and indices, in the order of their keys and in one transaction.
Bars lie in a folder as ``update`` takes them, a file a share and all in one file; they are held against the calendar,
their price limits and each other like any other answer; what arrives within a second is stored in one transaction.
"""

import argparse
import datetime as dt
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

ROOT: Final = Path(__file__).resolve().parents[1]
LINES, SMALL = 1_000_000, 20_000
BROKERS: Final = 100
SAMPLE: Final = 5_000
FLOORS: Final = {"floor": ("parquet", "reports", "recommendations"), "floor-bars": ("bars-parquet", "bars")}
TARGETS: Final = 0.5  # share of lines with a target price
WANTED: Final = {"parquet": 100_000, "csv": 30_000, "bars-parquet": 150_000, "bars-csv": 150_000}
BARS: Final = dt.date(2012, 1, 4), dt.date(2025, 12, 31)
NOW: Final = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def draw(folder: Path, lines: int) -> None:
    """Write ``list.parquet`` and ``list.csv``."""
    chance = np.random.default_rng(20_240_614)
    days = pd.bdate_range("2005-01-04", periods=5_000).strftime("%Y-%m-%d").to_numpy(dtype=object)
    drawn = round(lines * 1.01)

    def names(form: str, count: int) -> Any:  # noqa: ANN401 - an array of texts
        return np.array([form.format(at) for at in range(count)], dtype=object)[chance.integers(0, count, drawn)]

    ratings = np.array(["买入", "增持", "中性", "减持"], dtype=object)
    frame = pd.DataFrame({
        "date": days[chance.integers(0, days.size, drawn)], "broker": names("券商{:04d}", BROKERS),
        "symbol": names("6{:05d}.SH", 5_500),
        "rating": ratings[chance.choice(4, drawn, p=[0.6, 0.3, 0.08, 0.02])],
        "target_price": np.where(chance.random(drawn) < TARGETS, chance.lognormal(3, 0.6, drawn).round(2), np.nan),
        "analyst": names("分析师{:04d}", 2_000), "theme": names("主题{:03d}", 300),
    }).drop_duplicates(["date", "broker", "symbol", "theme"])[:lines]  # fmt: skip
    frame.to_parquet(folder / "list.parquet")
    frame.to_csv(folder / "list.csv", index=False)


def draw_bars(folder: Path, rows: int) -> None:
    """Write ``market-csv/bars/SYMBOL.csv`` and ``market-parquet/bars.parquet``: the same bars of some shares."""
    from watchlist.domain.calendars import Hours, scheduled  # noqa: PLC0415

    chance, hours = np.random.default_rng(7), Hours("XSHG", "Asia/Shanghai", dt.time(9, 15), dt.time(15))
    sessions = np.datetime_as_string(scheduled(hours, *BARS)[0])
    frames = []
    (folder / "market-csv" / "bars").mkdir(parents=True)
    (folder / "market-parquet").mkdir()
    for number in range(max(rows // sessions.size, 1)):
        volume = chance.integers(100_000, 10_000_000, sessions.size)
        close = 20 * np.exp(np.cumsum(chance.normal(0, 0.01, sessions.size).clip(-0.04, 0.04)))
        opened = close * (1 + chance.normal(0, 0.002, close.size))
        frame = pd.DataFrame({
            "session": sessions, "open": opened, "high": np.maximum(opened, close) * 1.001,
            "low": np.minimum(opened, close) * 0.999, "close": close, "volume": volume,
        }).round(2)  # fmt: skip
        symbol = f"6{number:05d}.SH"
        frame.to_csv(folder / "market-csv" / "bars" / f"{symbol}.csv", index=False)
        frames.append(frame.assign(symbol=symbol))
    pd.concat(frames).to_parquet(folder / "market-parquet" / "bars.parquet")


def run(way: str, folder: Path) -> dict[str, float]:
    """Take the list one way, in a process and a home of its own."""
    home = folder / f"home-{way}"
    shutil.copytree(ROOT / "config", home / "config", ignore=shutil.ignore_patterns("local"))
    (home / "config" / "local").mkdir()
    (home / "config" / "local" / "settings.toml").write_text("[history]\ndays = 6000\n", "utf-8")
    command = [sys.executable, "-m", "bench.import_", "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"{way} failed: {done.stderr.strip().splitlines()[-1]}"
        raise RuntimeError(message)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def take(way: str, folder: Path) -> dict[str, float]:
    """Take the list one way, here."""
    from watchlist.ledger.home import find_home  # noqa: PLC0415  (the process of a way loads only what it needs)
    from watchlist.ledger.settings import load_settings  # noqa: PLC0415
    from watchlist.steps.import_ratings import import_ratings  # noqa: PLC0415
    from watchlist.storage.database import writing  # noqa: PLC0415

    home = find_home(folder / f"home-{way}", {})
    with writing(home.db / "watchlist.db") as database:
        if way in FLOORS:
            return _floor(database, folder, *FLOORS[way])
        begun, used = time.perf_counter(), time.process_time()
        if way == "naive":
            lines = _one_by_one(database, folder / "list.csv")
        elif way.startswith("bars-"):
            lines = _bars(database, home, load_settings(home), folder / way.replace("bars", "market"))
        else:
            result = import_ratings(database, home, load_settings(home), folder / f"list.{way}", NOW)
            lines = result.recorded.added
        return {"lines": lines, **_spent(begun, used)}


def _bars(database: Any, home: Any, settings: Any, folder: Path) -> int:  # noqa: ANN401 - as a step takes them
    from watchlist.queries.planned import Choice  # noqa: PLC0415
    from watchlist.sources.files import FilesSource  # noqa: PLC0415
    from watchlist.steps.update import update  # noqa: PLC0415

    csv, whole = folder / "bars", folder / "bars.parquet"
    symbols = sorted(path.stem for path in csv.iterdir()) if csv.is_dir() else pd.read_parquet(whole).symbol.unique()
    files = FilesSource(folder)
    choice = Choice(symbols=list(symbols), until=BARS[1])
    return sum(line.new for line in update(database, home, settings, {files.name: files}, NOW, choice=choice).lines)


def _floor(database: Any, folder: Path, way: str, *tables: str) -> dict[str, float]:  # noqa: ANN401 - a database
    """Store what a way stored, and do nothing else; what its rows refer to stands there before."""
    from watchlist.storage.database import transaction  # noqa: PLC0415

    def stored(connection: Any, table: str) -> None:  # noqa: ANN401
        places = ", ".join("?" * len(rows[table][0]))
        connection.executemany(f"insert into {table} values ({places})", rows[table])  # noqa: S608  (names of ours)

    with closing(sqlite3.connect(folder / f"home-{way}" / "db" / "watchlist.db")) as source:
        named = ("runs", "fetches", *tables)
        rows = {table: source.execute(f"select * from {table}").fetchall() for table in named}  # noqa: S608
    with transaction(database) as connection:
        for table in ("runs", "fetches"):
            if rows[table]:
                stored(connection, table)
    begun, used = time.perf_counter(), time.process_time()
    with transaction(database) as connection:
        for table in tables:
            stored(connection, table)
    return {"lines": len(rows[tables[-1]]), **_spent(begun, used)}


def _spent(begun: float, used: float) -> dict[str, float]:
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak}


def _one_by_one(database: Any, path: Path) -> int:  # noqa: ANN401 - an open database
    from watchlist.domain.identity import imported_report_id, recommendation_id  # noqa: PLC0415
    from watchlist.storage.database import transaction  # noqa: PLC0415
    from watchlist.storage.ledger import record_revisions  # noqa: PLC0415

    frame = pd.read_csv(path, nrows=SAMPLE, dtype=str, keep_default_na=False)
    rows = []
    for _, line in frame.iterrows():
        report = imported_report_id(line["broker"], line["date"])
        words = ",".join(line)
        quotes = json.dumps([{"start": 0, "end": len(words), "text": words}], ensure_ascii=False)
        rows.append({
            "rec_id": recommendation_id(report, line["theme"], line["symbol"]), "report": report,
            "broker": line["broker"], "analyst": line["analyst"], "published": line["date"], "published_at": None,
            "theme_printed": line["theme"], "symbol": line["symbol"], "name_printed": line["symbol"], "direction": 1,
            "strength": "rating_only", "verb": None, "rating": line["rating"],
            "target_price": float(line["target_price"]) if line["target_price"] else None, "target_currency": "CNY",
            "scale_months": 6, "benchmark": None, "quotes_json": quotes,
        })  # fmt: skip
    with transaction(database) as connection:
        return record_revisions(connection, "recommendations", "rec_id", rows, NOW).added


def measure(folder: Path, lines: int) -> dict[str, Any]:
    """Take the list every way."""
    draw(folder, lines)
    draw_bars(folder, lines)
    ways = {way: run(way, folder) for way in (*WANTED, *FLOORS, "naive")}
    found: dict[str, Any] = {"lines": lines, "brokers": BROKERS}
    for way, one in ways.items():
        found |= {f"{way}_{name}": value for name, value in one.items() if name != "lines"}
        found[f"{way}_a_second"] = one["lines"] / one["seconds"]
        found[f"{way}_a_cpu_second"] = one["lines"] / one["cpu_seconds"]
    floors = {way: "floor-bars" if "bars" in way else "floor" for way in WANTED}
    for way, floor in floors.items():
        # Of processor: how busy the machine was with others must not count.
        found[f"{way}_times_floor"] = found[f"{floor}_a_cpu_second"] / found[f"{way}_a_cpu_second"]
    lists = [way for way in WANTED if "bars" not in way]
    return found | {f"{way}_times_naive": found[f"{way}_a_second"] / found["naive_a_second"] for way in lists}


def show(found: dict[str, Any]) -> None:
    """Print what was found as a table."""
    print(f"{found['lines']:,} lines of {found['brokers']} brokers, and as many bars, into empty databases")
    others = {"naive": "row after row, sampled"} | dict.fromkeys(FLOORS, "SQLite alone, of rows ready made")
    for way in (*WANTED, *FLOORS, "naive"):
        wanted = f"  ({WANTED[way]:,} wanted)" if way in WANTED else f"  {others[way]}"
        seconds, rate, busy = (found[f"{way}_{name}"] for name in ("seconds", "a_second", "a_cpu_second"))
        print(f"  {way:<13}{seconds:8.1f} s{rate:12,.0f} a second{busy:12,.0f} a second of processor"
              f"{found[f'{way}_peak_mb']:8,.0f} MB{wanted}")  # fmt: skip
    for way in WANTED:
        print(f"  {way} takes {found[f'{way}_times_floor']:.1f} times the processor that SQLite alone does")
        if "bars" not in way:
            print(f"  {way} is {found[f'{way}_times_naive']:.1f} times as fast as row after row")


def main(arguments: list[str]) -> int:
    """Measure; 1 where the list was not taken whole."""
    parser = argparse.ArgumentParser(prog="python -m bench import", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a short list: only that every way works")
    parser.add_argument("--lines", type=int, default=LINES, help="how many")
    parser.add_argument("--folder", type=Path, help="where there is room: a kilobyte a line")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.way:
        print(json.dumps(take(options.way, options.folder)))
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = measure(Path(folder), SMALL if options.small else options.lines)
    print(json.dumps(found, indent=1)) if options.json else show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
