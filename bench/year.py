"""A year of daily updates while one request in twenty meets a fault: all that is stored must be the exchange's own."""

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from watchlist.sources.live import close, live_sources

BEGIN, END = dt.date(2025, 11, 17), dt.date(2026, 11, 13)


def measure(seed: int, share: float) -> dict[str, Any]:
    """Live through the year and compare every stored bar and action with the exchange's."""
    from tests.fake_exchange.exchange import FakeExchange  # noqa: PLC0415 - the stand-in is the tests'
    from tests.fake_exchange.proxy import Proxy  # noqa: PLC0415
    from tests.steps.live import market  # noqa: PLC0415

    first = dt.date(2025, 1, 2)
    days = market.sessions_of("CN", END, BEGIN)
    with tempfile.TemporaryDirectory() as folder:
        exchange = FakeExchange(market.market_world(END, first=first), days[0])
        proxy = Proxy(exchange, Path(folder) / "ca.pem")
        sources = live_sources(Path(folder) / "cache", 5.0, pace=0)
        desk = market.Desk(market.make_home(Path(folder), days[0]), exchange, sources)
        desk.order()
        with patch.dict(os.environ, proxy.environment()):
            begun = time.perf_counter()
            desk.trust(days[0])
            met = market.simulate(desk, days, seed, share)
            # The last cool-downs run out, and one quiet day follows.
            desk.update(END, now=market.after(END) + dt.timedelta(days=2))
            seconds = time.perf_counter() - begun
        close(sources)
        proxy.close()
        since = days[0] - dt.timedelta(days=20)
        unlike = {symbol: desk.unlike(symbol, END, since) for symbol in market.TRACKED}
        return {
            "sessions": len(days),
            "requests": len(exchange.log),
            "faults": dict(met.most_common()),
            "bars": desk.rows("select count(*) from bars")[0][0],
            "revisions": desk.rows("select count(*) from bar_revisions")[0][0],
            "wrong": {symbol: wrong for symbol, (wrong, _) in unlike.items() if wrong},
            "lacking": {symbol: lacking for symbol, (_, lacking) in unlike.items() if lacking},
            "actions": _other_actions(desk, since),
            "seconds": round(seconds, 1),
        }


def _other_actions(desk: Any, since: dt.date) -> dict[str, Any]:  # noqa: ANN401 - the stand-in is the tests'
    """List the securities whose stored actions are not the exchange's."""
    other = {}
    for symbol, one in desk.exchange.world.securities.items():
        true = [(str(event.ex), event.cash, 1.0) for event in one.events if since <= event.ex <= END]
        if desk.stored(symbol) and desk.paid(symbol) != true:
            other[symbol] = desk.paid(symbol)
    return other


def main(arguments: list[str]) -> int:
    """Print what came of the year; 1 where a stored row is not the exchange's, or one is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench year", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--seed", type=int, default=1, help="which mishaps")
    parser.add_argument("--share", type=float, default=0.05, help="share of requests that meet one")
    parser.add_argument("--small", action="store_true", help="the same: it takes minutes")
    options = parser.parse_args(arguments)
    result = measure(options.seed, options.share)
    if options.json:
        print(json.dumps(result))
    else:
        met = sum(result["faults"].values())
        print(
            f"{result['sessions']} sessions, {result['requests']} requests, {met} faults: {result['bars']} bars, "
            f"{sum(map(len, result['wrong'].values()))} wrong, {sum(map(len, result['lacking'].values()))} lacking, "
            f"{result['revisions']} revisions, actions unlike the exchange's: {result['actions'] or 'none'}, "
            f"{result['seconds']:.0f} s"
        )
    return int(bool(result["wrong"] or result["lacking"] or result["actions"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
