"""How fast pages answer on a large ledger: 27,214 recommendations of 50 shares, beside a bare route of the same server.

The ledger is made here, on simulated prices, so that anybody can measure it. The limit is the p95 of every page, warm.
"""

import argparse
import asyncio
import datetime as dt
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from watchlist.ledger.home import Home, find_home
from watchlist.ledger.rules import rules_from
from watchlist.ledger.securities import load_securities
from watchlist.ledger.settings import load_settings
from watchlist.sources.simulated import SimulatedSource
from watchlist.steps.daily import daily
from watchlist.storage.database import transaction, writing
from watchlist.storage.ledger import record_revisions
from watchlist.web.app import create_app
from watchlist.web.choice import Choice
from watchlist.web.shelf import Shelf

ROWS: Final = 27_214
LIMIT: Final = 0.300  # seconds, p95 of each page
ROUNDS: Final = 40
NOW: Final = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
BROKERS: Final = 194
PAGES: Final = (
    "/", "/changes", "/recommendations", "/recommendations?sort=-excess_return&page=40", "/recommendations?q={symbol}",
    "/calls", "/themes", "/themes/{theme}", "/brokers", "/brokers?by=year", "/brokers/{broker}", "/leaderboard",
    "/history",
    "/explain?group={broker}", "/watch", "/holdings", "/reviews", "/reviews/2026Q2",
    "/returns?symbols={symbol}&from=2025-01-02", "/symbols/{symbol}",
    "/recommendations/{id}", "/reports", "/sectors", "/health", "/search?q={symbol}", "/downloads", "/words", "/api",
)  # fmt: skip
LISTS: Final = ("recommendations", "calls", "themes", "brokers", "watch", "leaderboard", "history")


def build(home: Home) -> Path:
    """Make the database: the founding reports, and thousands of recommendations of their shares."""
    settings, path = load_settings(home), home.db / "bench.db"
    hours = {name: market.hours for name, market in rules_from(settings).markets.items()}
    source = SimulatedSource(hours, load_securities(home))
    with writing(path) as database:
        daily(database, home, settings, {source.name: source}, NOW)
        kept = [dict(row) for row in database.conn.execute("select * from recommendations_current")]
        with transaction(database) as connection:
            record_revisions(connection, "recommendations", "rec_id", list(_many(kept)), NOW)
    return path


def _many(kept: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make recommendations like the founding ones: other brokers, other days."""
    chance = random.Random(20_240_614)  # noqa: S311  (a repeatable ledger, no secret)
    own = ("rev", "op", "content_sha256", "recorded_at")
    plain = [{name: value for name, value in row.items() if name not in own} for row in kept]
    made = list(plain)
    while len(made) < ROWS:
        number, row = len(made), chance.choice(plain)
        day = dt.date(2024, 4, 1) + dt.timedelta(days=chance.randrange(900))
        broker = f"Broker {chance.randrange(BROKERS):03d}"
        made.append({**row, "rec_id": f"bench{number:08d}", "broker": broker, "report": f"{day}-{broker}",
                     "published": day.isoformat(), "published_at": None})  # fmt: skip
    return made


async def measure(app: FastAPI, path: str, rounds: int) -> float:
    """Give the p95 of a page in seconds, after one answer that is not counted."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        first = await client.get(path)
        first.raise_for_status()
        taken = []
        for _ in range(rounds):
            start = time.perf_counter()
            await client.get(path)
            taken.append(time.perf_counter() - start)
    return statistics.quantiles(taken, n=20)[18]


def main(arguments: list[str]) -> int:
    """Measure every page; exit code 1 where one is over the limit."""
    parser = argparse.ArgumentParser(prog="python -m bench web", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--home", type=Path, help="measure this home's own database instead of making one")
    parser.add_argument("--small", action="store_true", help="the same, and no bound: it may be busy there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = find_home(options.home or Path(folder), {})
        database = home.database if options.home else build(home)
        now = dt.datetime.now(dt.UTC) if options.home else NOW
        cold, count, result = _measured(Shelf(home, database, load_settings(home), lambda: now))
    if options.json:
        print(json.dumps({"recommendations": count, "cold": cold, **result}))
    else:
        print(f"{count:,} recommendations; the first page of a state {cold:.1f} s")
        print(f"then p95 of {ROUNDS} answers (limit {LIMIT * 1000:.0f} ms a page):")
        for path, taken in result.items():
            print(f"{taken * 1000:8.1f} ms  {path}")
    return int(
        not options.small and max(taken for path, taken in result.items() if not path.startswith("/api/")) > LIMIT
    )


def _measured(shelf: Shelf) -> tuple[float, int, dict[str, float]]:
    app = create_app(shelf, "en")
    app.add_api_route("/bare", lambda: PlainTextResponse("bare"))
    start = time.perf_counter()
    asyncio.run(measure(app, "/", 2))
    cold = time.perf_counter() - start
    rows = shelf.held(Choice()).review["recommendations"]
    most = Counter(row["symbol"] for row in rows).most_common(1)[0][0]
    row = next(row for row in rows if row["symbol"] == most)
    named = {name: quote(str(row[name])) for name in ("symbol", "theme", "broker", "id")}
    paths = [path.format(**named) for path in PAGES] + [f"/api/{name}?limit=100" for name in LISTS]
    return cold, len(rows), {path: asyncio.run(measure(app, path, ROUNDS)) for path in ("/bare", *paths)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
