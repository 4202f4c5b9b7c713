"""The command serve as a person starts it: it says where, answers there, and ends when it is told to."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.program import ROOT
from tests.cli.test_give import free_port


def page(port: int, path: str) -> tuple[int, str]:
    """Ask once the server listens."""
    for _ in range(300):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("nobody listens")


@pytest.mark.skipif(sys.platform == "win32", reason="it is ended the POSIX way")
def test_serve_says_where_it_answers_until_it_is_ended(demo: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "serve", "--demo", "--port", str(port), "--lang", "en"],
        env={**os.environ, "WATCHLIST_HOME": str(demo)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        status, text = page(port, "/recommendations")
        assert (status, "昆仑万维" in text) == (200, True)
        assert page(port, "/nowhere")[0] == 404
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out, re.findall(r"http://127.0.0.1:(\d+)/ – stop with Ctrl\+C", err)) == ("", [str(port)])
    assert "Traceback" not in err
