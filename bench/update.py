"""An update: the requests, rows, seconds and memory of a first and of a next day's, over the true libraries.

Everything that the founding reports and the settings speak of, with its history, against a stand-in of every vendor on
this machine: what is measured is our work and the libraries', without the network's delay and the polite pauses.
"""

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from watchlist.domain.symbols import board
from watchlist.ledger.home import Home
from watchlist.ledger.securities import load_securities
from watchlist.ledger.settings import load_settings
from watchlist.queries.planned import plan_update
from watchlist.sources.contract import Source
from watchlist.sources.live import close, live_sources
from watchlist.steps.record import record
from watchlist.steps.update import update
from watchlist.storage.database import writing

ROOT: Final = Path(__file__).resolve().parent.parent
FIRST, DAY, NEXT = dt.date(2022, 11, 1), dt.date(2026, 3, 19), dt.date(2026, 3, 20)
# Requests that the next day's update may make: of a mainland share or fund, and of anything else.
SHARE_LIMIT, OTHER_LIMIT = 4, 2


def measure() -> dict[str, Any]:
    """Update a fresh home twice, a session apart, and once more."""
    from tests.fake_exchange.exchange import FakeExchange  # noqa: PLC0415 - the stand-in is the tests'
    from tests.fake_exchange.proxy import Proxy  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        shutil.copytree(ROOT / "config", home.config, ignore=shutil.ignore_patterns("local"))
        names = _names(home)
        proxy = Proxy(FakeExchange(_world(names), DAY), Path(folder) / "ca.pem")
        with patch.dict(os.environ, proxy.environment()), _sources(Path(folder) / "cache") as sources:
            result = {
                "first": _run(home, sources, proxy.exchange, DAY),
                "next": _run(home, sources, proxy.exchange, NEXT),
            }
            result["again"] = _run(home, sources, proxy.exchange, NEXT)
        proxy.close()
    return result | {"instruments": len(names)}


def _names(home: Home) -> dict[str, str]:
    """List every security that an update of the founding reports asks for."""
    known = load_securities(home)
    with writing(home.database) as database:
        record(database, home, _evening(DAY))
        settings = load_settings(home)
        fetches, _ = plan_update(database.conn, home, settings, {}, dict.fromkeys(settings.markets, DAY))
    return {fetch.symbol: known[fetch.symbol].name if fetch.symbol in known else fetch.symbol for fetch in fetches}


def _world(names: Mapping[str, str]) -> Any:  # noqa: ANN401 - the stand-in's own
    from tests.steps.live.market import market_world  # noqa: PLC0415 - the stand-in is the tests'

    return market_world(NEXT, {**names, "600000.SH": "浦发银行"}, FIRST)


@contextmanager
def _sources(cache: Path) -> Iterator[Mapping[str, Source]]:
    sources = live_sources(cache, 30.0, pace=0)
    try:
        yield sources
    finally:
        close(sources)


def _run(home: Home, sources: Mapping[str, Source], exchange: Any, day: dt.date) -> dict[str, Any]:  # noqa: ANN401
    exchange.today = day
    exchange.log.clear()
    begun = time.perf_counter()
    marks: list[tuple[str, int]] = []

    def mark(number: int, total: int, symbol: str) -> None:
        del number, total
        marks.append((symbol, len(exchange.log)))

    with writing(home.database) as database:
        count: Callable[[], int] = lambda: sum(  # noqa: E731
            int(database.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608
            for table in ("bars", "actions", "quarantine", "fetches", "runs", "problems")
        )
        before = count()
        done = update(database, home, load_settings(home), sources, _evening(day), progress=mark)
        rows = count() - before
    return {
        "requests": len(exchange.log),
        "rows": rows,
        "seconds": round(time.perf_counter() - begun, 2),
        "calls": done.calls,
        "failed": len(done.failed),
        "most_requests": _most_requests(marks, exchange.log),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _most_requests(marks: list[tuple[str, int]], log: list[str]) -> dict[str, int]:
    """Give the most requests that one mainland share or fund took, and one of the others, without Yahoo's cookies."""
    most = {"share": 0, "other": 0}
    for (symbol, begun), (_, ended) in pairwise(marks):
        asked = [url for url in log[begun:ended] if "getcrumb" not in url and "fc.yahoo" not in url]
        kind = "share" if board(symbol) in {"main", "chinext", "star", "bse", "fund"} else "other"
        most[kind] = max(most[kind], len(asked))
    return most


def _evening(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(5), dt.UTC)


def main(arguments: list[str]) -> int:
    """Print the measurement; 1 where a next day's update asks too much, or a repeated one writes a row."""
    parser = argparse.ArgumentParser(prog="python -m bench update", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="the same: it takes a minute")
    options = parser.parse_args(arguments)
    result = measure()
    if options.json:
        print(json.dumps(result))
    else:
        print(f"{result['instruments']} instruments")
        for name in ("first", "next", "again"):
            one = result[name]
            print(
                f"{name:>5}: {one['requests']} requests, {one['rows']} rows, {one['seconds']:.1f} s, "
                f"peak {one['peak_mb']} MB, {one['failed']} failed; at most {one['most_requests']['share']} requests "
                f"a mainland share or fund, {one['most_requests']['other']} another"
            )
    most = result["next"]["most_requests"]
    return int(most["share"] > SHARE_LIMIT or most["other"] > OTHER_LIMIT or result["again"]["rows"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
