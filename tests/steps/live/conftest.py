"""Updates over the true libraries, against the stand-in; what became of each fault is printed at the end."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.proxy import Proxy
from tests.steps.live.market import Desk, make_home, market_world
from watchlist.sources.contract import Source
from watchlist.sources.live import close, live_sources

LAST: Final = dt.date(2027, 1, 29)


@pytest.fixture(scope="session")
def market_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Give the stand-in's proxy, one for the session."""
    serving = Proxy(FakeExchange(market_world(LAST), LAST), tmp_path_factory.mktemp("authority") / "ca.pem")
    yield serving
    serving.close()


@pytest.fixture(scope="session")
def market_sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Source]]:
    """Give the live sources, one set for the session."""
    sources = live_sources(tmp_path_factory.mktemp("yfinance"), 2.0, pace=0)
    yield sources
    close(sources)


@pytest.fixture
def desk(
    market_proxy: Proxy,
    market_sources: Mapping[str, Source],
    closed_sockets: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Desk]:
    """Give an empty home in front of the stand-in; whoever asks for what it does not serve fails the test."""
    del closed_sockets  # it points to a closed proxy first, this to the open one
    for name, value in market_proxy.environment().items():
        monkeypatch.setenv(name, value)
    exchange = market_proxy.exchange
    world = exchange.world
    exchange.reset(LAST)
    made = Desk(make_home(tmp_path), exchange, market_sources)
    made.order()
    yield made
    exchange.world = world
    assert exchange.unexpected == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault matrix of updates as a table, wherever its cells were worked out."""
    cells: dict[tuple[str, str], str] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            cells |= {key[1:]: value for key, value in getattr(report, "user_properties", []) if key[0] == "matrix"}
    if cells:
        terminalreporter.write_line("")
        for line in table(cells):
            terminalreporter.write_line(line)


def table(cells: Mapping[tuple[str, str], str]) -> list[str]:
    """Write cells by (fault, source) as a table."""
    faults, sources = dict.fromkeys(fault for fault, _ in cells), sorted({source for _, source in cells})
    head = ["| fault | " + " | ".join(sources) + " |", "|---" * (len(sources) + 1) + "|"]
    return head + [
        f"| {fault} | " + " | ".join(cells.get((fault, source), "") for source in sources) + " |" for fault in faults
    ]
