"""The live sources, over the untouched libraries, against the stand-in."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.proxy import Proxy
from tests.fake_exchange.world import demo_world
from watchlist.sources.contract import Source
from watchlist.sources.live import close, live_sources

TODAY: Final = dt.date(2026, 11, 20)
# A user's program waits 30 s; against the stand-in a plain call takes 0.02 to 0.4 s.
CALL_SECONDS: Final = 5.0
_matrix: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="session")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Give the stand-in's proxy, one for the session."""
    serving = Proxy(FakeExchange(demo_world(), TODAY), tmp_path_factory.mktemp("authority") / "ca.pem")
    yield serving
    serving.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Source]]:
    """Give the live sources, one set for a file of tests: a worker process takes two seconds to start."""
    sources = live_sources(tmp_path_factory.mktemp("yfinance"), CALL_SECONDS, pace=0)
    yield sources
    close(sources)


@pytest.fixture
def exchange(proxy: Proxy, closed_sockets: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeExchange]:
    """Give the stand-in on its day, without faults; whoever asks for what it does not serve fails the test."""
    del closed_sockets  # it points to a closed proxy first, this to the open one
    for name, value in proxy.environment().items():
        monkeypatch.setenv(name, value)
    proxy.exchange.reset(TODAY)
    yield proxy.exchange
    assert proxy.exchange.unexpected == []


@pytest.fixture
def sources(exchange: FakeExchange, built: dict[str, Source]) -> Mapping[str, Source]:
    """Give the live sources, by name, in front of the stand-in."""
    assert exchange.faults == []
    return built


@pytest.fixture(scope="session")
def matrix() -> dict[tuple[str, str], str]:
    """Collect what each fault comes to at each source; printed when all is done."""
    return _matrix


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault matrix as a table."""
    if not _matrix:
        return
    names = sorted({name for name, _ in _matrix})
    terminalreporter.write_line("")
    terminalreporter.write_line("| fault | " + " | ".join(names) + " |")
    terminalreporter.write_line("|---" * (len(names) + 1) + "|")
    for fault in dict.fromkeys(fault for _, fault in _matrix):
        cells = (_matrix.get((name, fault), "") for name in names)
        terminalreporter.write_line(f"| {fault} | " + " | ".join(cells) + " |")
