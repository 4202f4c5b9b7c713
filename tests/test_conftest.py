"""The ground under the tests holds: other machines are out of reach, and real data is never left out in silence."""

import os
import socket
from pathlib import Path

import pytest
import requests

from tests.conftest import ClosedSocketError

pytest_plugins = ["pytester"]

ELSEWHERE = ("192.0.2.1", 80)  # an address kept free for documentation (RFC 5737)


def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as connection, pytest.raises(ClosedSocketError):
        connection.connect(ELSEWHERE)
    with socket.socket() as connection, pytest.raises(ClosedSocketError):
        connection.connect_ex(ELSEWHERE)
    with socket.socket(type=socket.SOCK_DGRAM) as connection, pytest.raises(ClosedSocketError):
        connection.sendto(b"", ELSEWHERE)
    with pytest.raises(ClosedSocketError):
        socket.create_connection(("example.com", 80))


def test_what_asks_through_the_proxies_is_refused_as_if_offline() -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get("http://example.com", timeout=5)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        connection.sendall(b"here")


def test_the_home_is_empty_and_settings_of_the_caller_are_gone(empty_home: Path) -> None:
    assert Path.home() == empty_home
    assert not list(empty_home.iterdir())
    assert not [name for name in os.environ if name.startswith("WATCHLIST_")]


CASE = """
def test_of_real_data(shared):
    assert shared.is_dir()
"""
STUBBORN = """
import pytest
def test_that_gives_up_too_early():
    pytest.skip("needs shared")
"""


@pytest.fixture
def checkout(pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a checkout with nothing beside it but this project's conftest."""
    root = pytester.mkdir("checkout")
    (root / "tests").mkdir()
    (root / "tests" / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text("utf-8"), "utf-8")
    return pytester


def run(checkout: pytest.Pytester, case: str) -> pytest.RunResult:
    file = checkout.path / "checkout" / "tests" / "test_case.py"
    file.write_text(case, "utf-8")
    return checkout.runpytest_subprocess(file, "-p", "no:cacheprovider")


def test_absent_by_default_is_a_skip_that_names_the_folder(checkout: pytest.Pytester) -> None:
    result = run(checkout, CASE + "\ndef test_other(): pass\n")
    assert result.ret == 0
    result.assert_outcomes(passed=1, skipped=1)


def test_beside_the_checkout_it_is_found(checkout: pytest.Pytester) -> None:
    checkout.mkdir("shared")
    run(checkout, CASE).assert_outcomes(passed=1)


def test_named_and_absent_is_a_failure(checkout: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHLIST_SHARED", str(checkout.path / "nowhere"))
    run(checkout, CASE).assert_outcomes(errors=1)


def test_a_skip_for_want_of_real_data_that_is_there_fails_the_run(checkout: pytest.Pytester) -> None:
    checkout.mkdir("shared")
    result = run(checkout, STUBBORN)
    result.assert_outcomes(skipped=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
