"""Write down the database of this version as packed SQL: ``python -m tests.storage.old``, after each new migration.

The program itself makes it, from a market of a month. The files of older versions were made in the same way by those
versions, from their checkouts: they hold what a user's database of that time holds, and are never made again.
"""

import gzip
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from tests.cli.program import run
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, bars, make_world, weekdays

HERE: Final = Path(__file__).parent
DAYS: Final = [day for day in weekdays() if day.isoformat() >= "2024-05-27"]  # 25 sessions, the last one 28 June
REPORTED: Final = "2024-05-31"
RATINGS: Final = f"date,broker,symbol,rating\n2024-06-03,乙证券,{PINGAN},买入\n2024-06-04,乙证券,{PUFA},卖出\n"
SCALES: Final = '[verbs]\nrecommend = ["推荐"]\nrating_only = ["买入", "卖出"]\n[usual]\n"买入" = 2\n"卖出" = -2\n'


def old_world(folder: Path) -> World:
    """Lay out the home and the market that every one of the databases was made from."""
    world = make_world(folder)
    world.write("ratings.toml", SCALES)
    report = world.home / "config/reports/first.toml"
    report.write_text(report.read_text("utf-8").replace("2024-03-01", REPORTED), "utf-8")
    for path in (world.market / "bars").glob("*.csv"):
        start, step = {PUFA: (10, 0.01), PINGAN: (20, -0.01)}.get(path.stem, (3000, 1))
        path.write_text(bars(start, step, DAYS), "utf-8")
    (world.market / "ratings.csv").write_text(RATINGS, "utf-8")
    return world


def make_database(world: World) -> None:
    """Go the whole road, the day's work twice with a past price restated between; then what this version knows more."""
    _done(world, "import", world.market / "ratings.csv")
    _done(world, "daily")
    path = world.market / "bars" / f"{PINGAN}.csv"
    usual = path.read_text("utf-8")
    restated = usual.replace("19.93,19.72,19.82", "19.93,19.72,19.73").replace("19.92,19.71,19.81", "19.92,19.71,19.72")
    path.write_text(restated, "utf-8")
    for arguments in (
        ("update", "--since", DAYS[0]),
        ("update", "--confirm", 1),
        ("close", PINGAN, "--broker", "乙证券", "--date", "2024-06-20", "--why", "停止覆盖"),
        ("record",),
    ):
        run(*arguments, home=world.home, market=world.market, now=EVENING)
    path.write_text(usual, "utf-8")


def _done(world: World, *arguments: object) -> None:
    said = run(*arguments, home=world.home, market=world.market, now=EVENING)
    if said.code:
        raise SystemExit(said.err)


def main() -> None:
    """Write the file of the newest migration that has none."""
    with tempfile.TemporaryDirectory() as folder:
        world = old_world(Path(folder))
        make_database(world)
        with closing(sqlite3.connect(world.database)) as connection:
            applied = [row[0][:4] for row in connection.execute("select name from _sqlite_migrations")]
            script = "\n".join(connection.iterdump()) + "\n"
    newest = max(number for number in applied if not (HERE / f"{number}.sql.gz").exists())
    path = HERE / f"{newest}.sql.gz"
    path.write_bytes(gzip.compress(script.encode(), mtime=0))
    sys.stdout.write(f"{path.name}: {len(script) // 1000} kB\n")


if __name__ == "__main__":
    main()
