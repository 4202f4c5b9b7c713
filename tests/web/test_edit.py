"""Editing in the browser: only through the link, only from our own pages, never too much, and as ``read`` does it."""

import asyncio
import datetime as dt
import re
from collections.abc import AsyncIterator, Callable
from html import unescape
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from tests.cli.program import NOW, run
from watchlist.ledger.home import Home, find_home
from watchlist.ledger.reports import load_report
from watchlist.ledger.settings import load_settings
from watchlist.web import forms
from watchlist.web.app import create_app
from watchlist.web.door import COOKIE, Door
from watchlist.web.shelf import Shelf

HOST: Final = "http://127.0.0.1:8350"
REPORT: Final = Path(__file__).resolve().parents[1] / "reading" / "texts" / "01_numbered_colon.txt"
TEXT: Final = REPORT.read_text("utf-8")
SILENT: Final = "投资建议：推荐昆仑万维（300418.SZ）、中文在线（300364.SZ）。\n"
NASTY: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}'\"\x1b[31m\u202e"
Send = Callable[..., httpx.Response]


class Visitor:
    """A browser without a window: it keeps its cookies, and says where a form comes from."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:  # noqa: ANN401
        return self._ask("POST", path, headers={"Origin": HOST, **(headers or {})}, **body)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        async def once() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app), base_url=HOST, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **more)
                self.cookies = client.cookies
                return answer

        return asyncio.run(once())

    def form(self) -> str:
        """Give what every form of the session carries."""
        found = re.search(r'name="form" value="([^"]+)"', self.get("/edit").text)
        assert found is not None
        return found[1]

    def read(self, text: str = TEXT, **fields: str) -> str:
        """Read a text and give the address of its draft."""
        answer = self.post("/edit/read", data={"form": self.form(), "text": text, **fields}, files={"file": ("", b"")})
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return find_home(tmp_path / "home", {})


@pytest.fixture
def door() -> Door:
    return Door(lambda: NOW)


@pytest.fixture
def app(home: Home, door: Door) -> FastAPI:
    return create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "en", door=door)


@pytest.fixture
def visitor(app: FastAPI, door: Door) -> Visitor:
    """Give somebody who opened the link."""
    made = Visitor(app)
    answer = made.get(f"/edit/enter?token={door.token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/edit")
    return made


def written(home: Home) -> list[Path]:
    return sorted(path for path in home.root.rglob("*") if path.is_file())


def test_the_session_is_a_strict_cookie_that_scripts_cannot_read(app: FastAPI, door: Door) -> None:
    cookie = Visitor(app).get(f"/edit/enter?token={door.token}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/edit" in cookie
    assert door.token not in cookie


def test_a_wrong_token_opens_nothing_and_does_not_spend_the_right_one(app: FastAPI, door: Door) -> None:
    for token in ("", "x", door.token[:-1], f"{door.token}x", "令牌", "%ff"):
        assert Visitor(app).get(f"/edit/enter?token={token}").status_code == 403
    assert Visitor(app).get("/edit/enter").status_code == 403
    assert Visitor(app).get(f"/edit/enter?token={door.token}").status_code == 303


def test_the_link_works_once(app: FastAPI, door: Door, visitor: Visitor) -> None:
    replayed = Visitor(app)
    answer = replayed.get(f"/edit/enter?token={door.token}")
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert replayed.get("/edit").status_code == 403
    assert visitor.get("/edit").status_code == 200


def test_the_link_works_for_a_quarter_of_an_hour(home: Home) -> None:
    clock = [NOW]
    door = Door(lambda: clock[0])
    app = create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "en", door=door)
    clock[0] = NOW + dt.timedelta(minutes=15)
    assert Visitor(app).get(f"/edit/enter?token={door.token}").status_code == 403


def test_nobody_else_sees_or_writes_anything(app: FastAPI, visitor: Visitor, home: Home) -> None:
    address, form = visitor.read(), visitor.form()
    stranger = Visitor(app)
    stranger.cookies.set(COOKIE, "guess")
    for path in ("/edit", address):
        assert stranger.get(path).status_code == 403
    for path in ("/edit/read", address, "/edit/leave"):
        assert stranger.post(path, data={"form": form, "accept": "1", "text": TEXT}).status_code == 403
    assert written(home) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8350"},
        {"Origin": "http://localhost:8350"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_send_a_form(visitor: Visitor, home: Home, headers: dict[str, str]) -> None:
    address, form = visitor.read(), visitor.form()
    for path in ("/edit/read", address):
        assert visitor.post(path, headers=headers, data={"form": form, "accept": "1", "text": TEXT}).status_code == 403
    assert written(home) == []


@pytest.mark.parametrize("form", [None, "", "guess"])
def test_a_form_without_its_secret_does_nothing(visitor: Visitor, home: Home, form: str | None) -> None:
    address = visitor.read()
    sent = {"accept": "1"} if form is None else {"accept": "1", "form": form}
    assert visitor.post(address, data=sent).status_code == 403
    assert written(home) == []


def test_a_name_that_only_points_here_is_refused(visitor: Visitor, home: Home) -> None:
    """DNS rebinding: the browser believes that a foreign name is this machine."""
    form = visitor.form()
    named = {"Host": "evil.example:8350"}
    assert visitor.get("/edit", **named).status_code == 421
    sent = visitor.post("/edit/read", headers={**named, "Origin": "http://evil.example:8350"}, data={"form": form})
    assert sent.status_code == 421
    assert written(home) == []


def test_what_is_too_large_is_not_even_read(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    said = visitor.post("/edit/read", headers={**kind, "Content-Length": str(forms.MOST + 1)}, content=b"--x")
    assert said.status_code == 413
    # One that does not say how large it is: it is stopped where it gets too large.
    sent = []

    async def endless() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while True:
            sent.append(1)
            yield b"a" * 100_000

    monkeypatch.setattr(forms, "MOST", 1_000_000)
    monkeypatch.setattr(forms.read_form, "__defaults__", (1_000_000,))
    answer = visitor.post("/edit/read", headers=kind, content=endless())
    assert answer.status_code == 413
    assert len(sent) < 15
    long = visitor.post(
        "/edit/read", data={"form": visitor.form(), "text": "字" * 1_200_000}, files={"file": ("", b"")}
    )
    assert long.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"rubbish"),
        (
            "multipart/form-data; boundary=x; charset=zip",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
        ),
        ("application/json", b"{}"),
        ("", b""),
    ],
)  # fmt: skip
def test_what_is_no_form_is_said(visitor: Visitor, kind: str, body: bytes) -> None:
    assert visitor.post("/edit/read", headers={"Content-Type": kind}, content=body).status_code in {400, 403}


def test_a_text_becomes_a_draft_and_then_a_file_of_the_ledger(visitor: Visitor, home: Home) -> None:
    address = visitor.read()
    page = visitor.get(address).text
    assert written(home) == []
    whole = re.search(r'<div class="text"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert whole is not None
    assert unescape(re.sub(r"</?mark[^>]*>", "", whole[1])) == TEXT
    # The names that a reader sees in the text's lists.
    names = set(re.findall(r'<mark id="at-\d+" class="name">(.*?)</mark>', page))
    assert {"北方华创", "中微公司", "拓荆科技"} <= names
    answer = visitor.post(address, data={"form": visitor.form(), "accept": "1"})
    assert answer.status_code == 200
    assert "python main.py daily" in answer.text
    report, text = written(home)
    read = load_report(home, report)
    assert (read.broker, read.published) == ("华泰证券", dt.date(2023, 9, 4))
    assert {"002371.SZ", "688012.SH", "688072.SH"} <= {one.symbol for one in read.recommendations}
    assert text.read_text("utf-8") == TEXT


def test_the_file_is_the_one_that_read_writes(visitor: Visitor, home: Home, tmp_path: Path) -> None:
    address = visitor.read()
    visitor.post(address, data={"form": visitor.form(), "accept": "1"})
    pasted, other = tmp_path / "in" / "-", tmp_path / "other"
    pasted.parent.mkdir()
    pasted.write_text(TEXT, "utf-8")
    said = run("read", pasted, "--accept", home=other)
    assert said.code == 0, said.err
    assert [path.name for path in written(home)] == [path.name for path in written(find_home(other, {}))]
    for mine, theirs in zip(written(home), written(find_home(other, {})), strict=True):
        assert mine.read_bytes() == theirs.read_bytes()


def test_a_second_time_changes_nothing_and_an_edited_ledger_stays(visitor: Visitor, home: Home) -> None:
    sent = {"form": visitor.form(), "accept": "1"}
    visitor.post(visitor.read(), data=sent)
    report = written(home)[0]
    first = report.read_bytes()
    assert "nothing was changed" in visitor.post(visitor.read(), data=sent).text
    assert report.read_bytes() == first
    edited = first.decode().replace('strength = "watch"', 'strength = "focus"')
    report.write_text(edited, "utf-8")
    answer = visitor.post(visitor.read(), data=sent)
    assert "stays as it is" in answer.text
    assert "| watch" in answer.text
    assert report.read_text("utf-8") == edited


def test_what_the_text_does_not_say_is_asked_for(visitor: Visitor, home: Home) -> None:
    address, form = visitor.read(SILENT), visitor.form()
    refused = visitor.post(address, data={"form": form, "accept": "1"})
    assert refused.status_code == 400
    assert "does not say its broker, its title, its day" in refused.text
    early = {"broker": "国信证券", "title": "周报", "published": "2099-01-01"}
    wrong = visitor.post(address, data={"form": form, "accept": "1", **early})
    assert wrong.status_code == 400
    assert written(home) == []
    said = {"broker": "国信证券", "title": "周报", "published": "2024-06-14", "evidence": "发布列表"}
    shown = visitor.post(address, data={"form": form, **said})
    assert 'value="国信证券"' in shown.text
    assert visitor.post(address, data={"form": form, "accept": "1", **said}).status_code == 200
    read = load_report(home, written(home)[0])
    assert (read.broker, read.title, read.published, read.evidence) == (
        "国信证券",
        "周报",
        dt.date(2024, 6, 14),
        "发布列表",
    )


def test_hostile_words_are_only_words(visitor: Visitor, home: Home) -> None:
    text = f"国信证券\n2024年06月14日\n{NASTY}周报\n投资建议：推荐昆仑万维（300418.SZ）{NASTY}。\n"
    address = visitor.read(text, broker=f"券商{NASTY}", title=f"题{NASTY}", published="2024-06-14")
    sent = {
        "form": visitor.form(),
        "accept": "1",
        "broker": f"券商{NASTY}",
        "title": f"../../题{NASTY}",
        "evidence": NASTY,
    }
    for page in (visitor.get(address).text, visitor.post(address, data=sent).text):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "49'" not in page
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", page)
    assert all(path.is_relative_to(home.local) for path in written(home))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"%PDF-1.4 rubbish"), ("b.txt", b"\x00\x01\x02"), ("../../c.txt", b"\xff\xfe\x00"), ("d.txt", b"   ")],
)
def test_a_file_that_is_no_text_is_one_sentence(visitor: Visitor, home: Home, name: str, content: bytes) -> None:
    answer = visitor.post("/edit/read", data={"form": visitor.form()}, files={"file": (name, content)})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert written(home) == []


def test_leaving_ends_the_session(visitor: Visitor) -> None:
    cookies = httpx.Cookies(visitor.cookies)
    assert visitor.post("/edit/leave", data={"form": visitor.form()}).status_code == 200
    visitor.cookies = cookies
    assert visitor.get("/edit").status_code == 403


def test_without_edit_there_is_nothing_to_write_with(home: Home) -> None:
    app = create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "en")
    for path in ("/edit", "/edit/enter?token=x", "/edit/read"):
        assert Visitor(app).get(path).status_code in {404, 503}
        assert Visitor(app).post(path).status_code in {404, 405}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--host", "::"),
        ("--host", "192.168.1.5"),
        ("--host", "10.0.0.1"),
        ("--allow-host", "desk.example"),
        ("--demo",),
    ],
)
def test_editing_is_for_this_machine_and_its_own_ledger(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = run("serve", "--edit", *arguments, home=tmp_path)
    assert said.code == 2
    assert len(said.problems) == 1
    assert "token" not in said.err
