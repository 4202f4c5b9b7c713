"""The probe: what a host has to do to count as reachable."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
import trustme

from watchlist.sources import probe
from watchlist.sources.probe import answers


@pytest.fixture(autouse=True)
def no_proxy(closed_sockets: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del closed_sockets
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Give a socket that takes connections and says nothing, on the port the probe asks."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        monkeypatch.setattr(probe, "_HTTPS", server.getsockname()[1])
        yield server


def test_a_port_that_is_closed_is_not_reachable(listening: socket.socket) -> None:
    listening.close()
    assert not answers("127.0.0.1", 1.0)


def test_a_host_that_says_nothing_is_given_up_in_time(listening: socket.socket) -> None:
    assert listening.fileno() >= 0
    began = time.monotonic()
    assert not answers("127.0.0.1", 0.3)
    assert time.monotonic() - began < 5


def test_a_host_that_speaks_tls_is_reachable(listening: socket.socket) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    def serve() -> None:
        connection, _ = listening.accept()
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1)

    threading.Thread(target=serve, daemon=True).start()
    assert answers("127.0.0.1", 3.0)


def test_a_proxy_that_refuses_is_no_way_out(listening: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:secret@127.0.0.1:{listening.getsockname()[1]}")
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            heard.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert not answers("vendor.example", 3.0)
    thread.join(3)
    # user:secret in base 64, by hand.
    assert b"Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=" in heard[0]
