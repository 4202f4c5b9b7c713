"""Notifications: what really arrives at a server on this machine, and what each vendor would be sent."""

import base64
import hashlib
import hmac
import io
import json
import logging
import sqlite3
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from apprise.plugins.dingtalk import NotifyDingTalk

from tests.cli.program import run, run_apart
from watchlist.ledger.addresses import Address
from watchlist.output import notify_sending
from watchlist.output.message import Message
from watchlist.output.notify import About, pieces, send
from watchlist.storage.database import reading, writing

SECRET: Final = "s3cr3tK3y"  # noqa: S105 - nothing opens with it
ALLOWED: Final = '[notify]\nschemes = ["json"]\n'


class Server:
    """A server on this machine that keeps what it is sent; ``/away`` leads to another one."""

    def __init__(self, status: int = 200, away: str = "") -> None:
        server = self
        self.got: list[dict[str, Any]] = []
        self.paths: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.paths.append(self.path)
                server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                if away:
                    self.send_header("Location", away)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                server.paths.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.http.shutdown()
    one.http.server_close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    local = tmp_path / "config" / "local"
    local.mkdir(parents=True)
    (local / "settings.toml").write_text(ALLOWED, "utf-8")
    with writing(tmp_path / "db" / "watchlist.db"):
        pass
    return tmp_path


def deliveries(home: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "db" / "watchlist.db")) as connection:
        return connection.execute("select kind, scheme, result, detail from deliveries order by id").fetchall()


def test_a_test_arrives_and_is_written_down_without_address_or_token(home: Path, server: Server) -> None:
    url = f"json://user:{SECRET}@{server.place}/hook"
    said = run_apart("notify", "--test", "--lang", "en", home=home, env={"WATCHLIST_NOTIFY": url})
    assert said.code == 0, said
    digest = hashlib.sha256(url.encode()).hexdigest()[:4]
    assert said.out == f"json {digest}: taken\n"
    assert [one["message"] for one in server.got] == ["watchlist\nThis is a test: notifications arrive here."]
    assert deliveries(home) == [("test", "json", "sent", None)]
    log = run("notify", "--log", "--lang", "en", home=home)
    assert digest in log.out
    everything = said.out + said.err + log.out + log.err
    for path in home.rglob("*"):
        everything += path.read_bytes().decode("latin-1") if path.is_file() else ""
    assert SECRET not in everything
    assert server.place not in everything


def test_no_redirect_is_followed(home: Path, server: Server) -> None:
    leading = Server(302, f"http://{server.place}/stolen")
    for more in ("", "?redirect=yes"):
        url = f"json://{leading.place}/hook{more}"
        said = run_apart("notify", "--test", "--lang", "en", home=home, env={"WATCHLIST_NOTIFY": url})
        assert said.code == 1
        assert said.out.endswith(": failed: HTTP 302\n")
    assert leading.paths == ["/hook", "/hook"]
    assert server.paths == []
    # Left to itself the library does follow: the other server can be reached, and would have been.
    requests.post(f"http://{leading.place}/hook", json={}, timeout=5)
    assert server.paths == ["/stolen"]
    leading.http.shutdown()
    leading.http.server_close()


def test_an_address_that_fails_stops_no_other(home: Path, server: Server) -> None:
    urls = f"json://127.0.0.1:9/x json://{server.place}/hook"
    said = run_apart("notify", "--test", "--lang", "en", home=home, env={"WATCHLIST_NOTIFY": urls})
    assert said.code == 1
    assert len(server.got) == 1
    assert deliveries(home) == [("test", "json", "failed", "ConnectionError"), ("test", "json", "sent", None)]


def test_a_scheme_that_is_not_allowed_is_refused_without_showing_the_address(home: Path) -> None:
    for url, shown in ((f"tgram://{SECRET}/1", "tgram"), (SECRET, "?"), ("file:///etc/passwd", "file")):
        said = run("notify", "--test", "--lang", "en", home=home, env={"WATCHLIST_NOTIFY": url})
        assert said.code == 2
        assert f'begins with "{shown}"' in said.err
        assert SECRET not in said.err


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_that_others_can_read_is_refused_and_how_to_mend_it_is_said(
    home: Path, server: Server, language: str
) -> None:
    path = home / "config" / "local" / "notify.txt"
    path.write_text(f"# mine\n\njson://{server.place}/hook\n", "utf-8")
    path.chmod(0o640)
    said = run("notify", "--test", "--lang", language, home=home)
    assert said.code == 1
    assert "chmod 600 config/local/notify.txt" in said.err
    assert server.got == []
    path.chmod(0o600)
    assert run("notify", "--test", "--lang", language, home=home).code == 0
    assert len(server.got) == 1


def test_nobody_to_notify_is_said(home: Path) -> None:
    said = run("notify", "--test", "--lang", "en", home=home)
    assert (said.code, said.err.startswith("Error: There is nobody to notify")) == (2, True)


def test_long_texts_are_cut_where_lines_end_and_hold_what_the_vendor_takes() -> None:
    lines = [f"{n:03d} 第{n}行：人工智能主题的推荐" for n in range(200)]
    message = Message("标题", tuple(lines))
    cut = pieces(message, "wecombot")
    # With their line ends 10 lines have 42 bytes, 90 have 43 and 100 have 44: 8,690 in pieces of 1,892.
    assert len(cut) == 5
    assert all(len(one.encode()) <= 1900 for one in cut)
    again = "\n".join(one.partition(") ")[2] for one in cut).splitlines()
    assert again == ["标题", *lines]
    assert cut[0].startswith("(1/5) ")
    one_line = pieces(Message("t", ("界" * 2000,)), "wecombot")
    assert "".join(one.partition(") ")[2] for one in one_line).replace("\n", "").count("界") == 2000


def test_what_is_sent_holds_no_login_and_moves_no_cursor() -> None:
    text = f'proxy http://me:{SECRET}@host failed, access_token={SECRET}\x1b[2J<at user_id="all">'
    for scheme in ("wecombot", "feishu", "mailto"):
        (one,) = pieces(Message("t", (text,)), scheme)
        assert SECRET not in one
        assert "\x1b" not in one
    assert "<at" not in pieces(Message("t", (text,)), "feishu")[0]


class Taken:
    """What would have gone over the network, caught where requests hands it over, with the vendor's answer."""

    def __init__(self, answer: object) -> None:
        self.requests: list[requests.PreparedRequest] = []
        self._answer = answer

    def __call__(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        assert options["timeout"] == 7.0
        self.requests.append(request)
        response = requests.Response()
        response.status_code, response.request, response.url = 200, request, str(request.url)
        response.raw = io.BytesIO(json.dumps(self._answer).encode())
        return response

    def body(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        body = self.requests[-1].body
        assert body is not None
        return json.loads(body)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Prepare this process as the worker is, and undo it at the end."""
    monkeypatch.setattr(requests.Session, "send", requests.Session.send)
    monkeypatch.setattr(requests.Session, "get_redirect_target", requests.Session.get_redirect_target)
    monkeypatch.setattr(NotifyDingTalk, "get_signature", NotifyDingTalk.get_signature)
    notify_sending.prepare(7.0)
    yield monkeypatch
    logging.disable(logging.NOTSET)


# address, what the vendor answers when all is well and when it refuses, host and path, and where the text stands
VENDORS: Final = {
    "wecombot://KEY": (
        {"errcode": 0}, {"errcode": 93000}, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY",
        ("text", "content"),
    ),
    "dingtalk://TOKEN": (
        {"errcode": 0}, {"errcode": 310000}, "https://oapi.dingtalk.com/robot/send?access_token=TOKEN",
        ("text", "content"),
    ),
    "feishu://TOKEN": (
        {"code": 0}, {"code": 19001}, "https://open.feishu.cn/open-apis/bot/v2/hook/TOKEN/", ("content", "text"),
    ),
    "tgram://123456789:AAbbccddeeffgghhiijjkkllmmnnooppqqr/12345": (
        {"ok": True}, {"ok": False, "error_code": 403},
        "https://api.telegram.org/bot123456789:AAbbccddeeffgghhiijjkkllmmnnooppqqr/sendMessage", ("text",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("url", VENDORS)
def test_each_vendor_is_sent_plain_text_where_it_wants_it(url: str, prepared: pytest.MonkeyPatch) -> None:
    good, bad, place, keys = VENDORS[url]
    taken = Taken(good)
    prepared.setattr(requests.adapters.HTTPAdapter, "send", taken)
    sent = notify_sending.send_message(url, "", ("两行\n<b>第二行</b>",))
    assert sent.ok, sent
    assert taken.requests[-1].url == place
    text = taken.body()
    for key in keys:
        text = text[key]
    text = text.replace("\r\n", "\n")
    # Telegram reads HTML, and is given none; the others read what they get as text.
    assert text == ("两行\n&lt;b&gt;第二行&lt;/b&gt;" if url.startswith("tgram") else "两行\n<b>第二行</b>")
    refusing = Taken(bad)
    prepared.setattr(requests.adapters.HTTPAdapter, "send", refusing)
    refused = notify_sending.send_message(url, "", ("x",))
    assert not refused.ok
    assert refused.detail.startswith("refused: ")


def test_dingtalks_signature_is_the_one_it_asks_for(prepared: pytest.MonkeyPatch) -> None:
    taken = Taken({"errcode": 0})
    prepared.setattr(requests.adapters.HTTPAdapter, "send", taken)
    assert notify_sending.send_message("dingtalk://SECabc@TOKEN", "", ("x",)).ok
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(str(taken.requests[-1].url)).query)
    signed = hmac.new(b"SECabc", f"{asked['timestamp'][0]}\nSECabc".encode(), hashlib.sha256).digest()
    assert asked["sign"] == [base64.b64encode(signed).decode()]


def test_an_address_shows_no_token() -> None:
    assert SECRET not in repr(Address(f"wecombot://{SECRET}"))


def test_without_the_extra_it_is_said(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    said = run("notify", "--test", "--lang", "en", home=home, env={"WATCHLIST_NOTIFY": "json://127.0.0.1:9/x"})
    assert said.code == 1
    assert "requirements-notify.txt" in said.err


def test_nothing_is_sent_to_nobody(home: Path) -> None:
    assert send(Message("t", ("t",)), About("test", "t"), (), 1.0, None) == []  # type: ignore[arg-type]
    with reading(home / "db" / "watchlist.db") as connection:
        assert connection.execute("select count(*) from deliveries").fetchone()[0] == 0
