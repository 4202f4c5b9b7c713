"""Serving begins with a place to listen at, or with one sentence that says why there is none."""

import errno
import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import run
from watchlist.cli.give import NoPlaceToServe, PortTaken, listening


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_the_place_is_there_before_anybody_is_told() -> None:
    port = free_port()
    with closing(listening("127.0.0.1", port)) as place, closing(socket.create_connection(("127.0.0.1", port))):
        assert place.getsockname() == ("127.0.0.1", port)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_port_of_another_program_is_named_with_a_way_out(demo: Path, language: str) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken):
            listening("127.0.0.1", port)
        said = run("serve", "--demo", "--port", port, "--lang", language, home=demo)
    assert said.code == 1
    assert "http://" not in said.err  # nobody is sent to the other program
    assert str(port) in said.err
    assert "--port" in said.err
    assert len(said.problems) == 1


def test_an_address_of_another_machine_is_no_place() -> None:
    with pytest.raises(NoPlaceToServe, match=r"192\.0\.2\.1, port \d+: it is no address of this machine"):
        listening("192.0.2.1", free_port())  # RFC 5737: an address for documents, nobody's


def test_a_port_of_the_system_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(NoPlaceToServe) as caught:
        listening("127.0.0.1", 80)
    assert caught.value.text("zh") == (
        "无法在 127.0.0.1 的端口 80 提供服务：1024 以下的端口为系统保留；请用 --host 或 --port 另选。"
    )
