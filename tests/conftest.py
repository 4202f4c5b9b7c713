"""What every test stands on: real data where it is there, an empty home, and no way out but to this machine."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest
from hypothesis import settings

# No test is timed: a busy machine breaks no law.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")
# `make fuzz` gives every parser so many inputs; what is found is printed, and nothing is kept on disk.
settings.register_profile("parsers", max_examples=100_000, deadline=None, database=None)

ROOT: Final = Path(__file__).resolve().parent.parent
# Read once: no test sees a WATCHLIST_ variable of the person who runs it. An empty one is unset.
GIVEN_SHARED: Final = os.environ.get("WATCHLIST_SHARED") or None
SHARED: Final = Path(GIVEN_SHARED) if GIVEN_SHARED else ROOT.parent / "shared"
# Nothing listens here: what speaks through libcurl instead of Python's sockets is stopped by this.
CLOSED_PROXY: Final = "http://127.0.0.1:9"


class ClosedSocketError(RuntimeError):
    """A test tried to reach something that is not this machine."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data: ``WATCHLIST_SHARED``, else ``shared`` beside the checkout (RULES 31)."""
    if SHARED.is_dir():
        return SHARED
    if GIVEN_SHARED:
        pytest.fail(f"WATCHLIST_SHARED names {SHARED}, which is no folder.")
    pytest.skip(f"Real data is not there: put it into {SHARED}, or name its folder with WATCHLIST_SHARED.")


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test, and every program it starts, an empty home and none of the caller's own settings."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.removeprefix("XDG_").removesuffix("_HOME").lower()))
    for name in [name for name in os.environ if name.startswith("WATCHLIST_")]:
        monkeypatch.delenv(name)
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return home


@pytest.fixture(autouse=True)
def closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close every way to another machine; servers on this one can be reached."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, CLOSED_PROXY)
        monkeypatch.setenv(name.lower(), CLOSED_PROXY)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "localhost,127.0.0.1,::1")


@pytest.fixture(autouse=True, scope="session")
def guarded_sockets() -> Iterator[None]:
    """Let Python's own sockets connect, send and look names up on this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))
        yield


def _guarded(original: Any) -> Any:  # noqa: ANN401 - it stands in for methods of three different shapes
    def method(self: socket.socket, *arguments: Any) -> Any:  # noqa: ANN401 - passed on as they came
        # sendto takes the address last; so do both others, where it is the only argument.
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(arguments[-1][0]):
            _refuse(arguments[-1])
        return original(self, *arguments)

    return method


def _guarded_lookup(original: Any) -> Any:  # noqa: ANN401 - it stands in for socket.getaddrinfo
    def lookup(host: Any, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - passed on as they came
        if not _is_local(host):
            _refuse(host)
        return original(host, *arguments, **options)

    return lookup


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(address: object) -> NoReturn:
    message = f"A test tried to reach {address}: tests are offline, so give it a file or a server on this machine."
    raise ClosedSocketError(message)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that left tests of real data out although the folder is there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not SHARED.is_dir():
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if isinstance(report.longrepr, tuple)]
    left_out = [report.nodeid for report in skipped if "shared" in report.longrepr[2].lower()]
    if left_out:
        reporter.write_line(f"\n{SHARED} is there, and yet these were skipped for want of it: {left_out}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
