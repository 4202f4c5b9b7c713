"""The live sources, all built in one place; a process is started and a library imported only when one is asked."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from watchlist.sources import akshare_calls, yahoo
from watchlist.sources.contract import Source
from watchlist.sources.eastmoney import Eastmoney
from watchlist.sources.index_houses import CsIndex, Shenwan
from watchlist.sources.pace import Pace
from watchlist.sources.sina import Sina
from watchlist.sources.tencent import Tencent
from watchlist.sources.vendor import Vendor
from watchlist.sources.worker import Worker
from watchlist.sources.yahoo import Yahoo

# One process a vendor; the houses of indices, asked about a security or two a day, share one.
_THROUGH_AKSHARE: Final[tuple[tuple[type[Vendor], ...], ...]] = (
    (Tencent,), (Sina,), (Eastmoney,), (Shenwan, CsIndex),
)  # fmt: skip
NAMES: Final = (*(vendor.name for vendors in _THROUGH_AKSHARE for vendor in vendors), Yahoo.name)


def live_sources(cache: Path, call_seconds: float = 30.0, pace: float = 1.0) -> dict[str, Source]:
    """Build every live source, by name.

    Args:
        cache: a folder for what yfinance keeps between runs (cookies, time zones).
        call_seconds: the hard limit of one call.
        pace: multiplies the polite pauses; 0 for none (against a stand-in).
    """
    sources: dict[str, Source] = {}
    for vendors in _THROUGH_AKSHARE:
        worker = Worker(call_seconds, akshare_calls.prepare, call_seconds)
        sources |= {vendor.name: vendor(worker, Pace(vendor.pause * pace)) for vendor in vendors}
    sources[Yahoo.name] = Yahoo(Worker(call_seconds, yahoo.prepare, cache, call_seconds), Pace(Yahoo.pause * pace))
    return sources


def reachable(sources: Mapping[str, Source], seconds: float = 3.0) -> frozenset[str]:
    """Probe all sources at once and give the names of those that answered within ``seconds``; never raises."""
    found: set[str] = set()

    def probe(name: str, source: Source) -> None:
        if source.reachable():
            found.add(name)

    # Daemon threads: a name look-up that hangs holds up neither the answer nor the end of the program.
    threads = [threading.Thread(target=probe, args=pair, daemon=True) for pair in sources.items()]
    for thread in threads:
        thread.start()
    deadline = threading.Event()
    timer = threading.Timer(seconds, deadline.set)
    timer.daemon = True
    timer.start()
    for thread in threads:
        while thread.is_alive() and not deadline.is_set():
            thread.join(0.05)
    timer.cancel()
    return frozenset(found)


def close(sources: Mapping[str, Source]) -> None:
    """End the worker processes of all live sources."""
    for source in sources.values():
        if isinstance(source, Vendor):
            source.close()
