"""Editing in a true browser: the whole way by hand, and what another site tries from a page of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Page

from tests.cli.program import NOW
from tests.web.test_edit import NASTY, REPORT, TEXT, written
from tests.web.window import CHROMIUM, PHONE, WIDE, chromium, serious, served, window
from watchlist.ledger.home import Home, find_home
from watchlist.ledger.settings import load_settings
from watchlist.web.app import create_app
from watchlist.web.door import Door
from watchlist.web.shelf import Shelf

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"),
    pytest.mark.xdist_group("browser"),
]
REFUSED = "the server responded with a status of 4"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return find_home(tmp_path / "home", {})


@pytest.fixture
def door() -> Door:
    return Door(lambda: NOW)


@pytest.fixture
def address(home: Home, door: Door) -> Iterator[str]:
    with served(create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "en", door=door)) as found:
        yield found


@pytest.fixture(params=[("light", WIDE), ("dark", PHONE)], ids=["wide", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest, address: str, door: Door) -> Iterator[Page]:
    """Open a window in which the link of the terminal was opened."""
    scheme, size = request.param
    with window(browser, scheme, size, expected=(REFUSED,)) as opened:
        opened.goto(f"{address}/edit/enter?token={door.token}")
        assert opened.url == f"{address}/edit"
        yield opened


def test_a_report_is_pasted_looked_through_and_accepted(page: Page, home: Home) -> None:
    assert serious(page) == []
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Read", exact=True).click()
    assert page.locator("mark.name").first.is_visible()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".text").inner_text().split() == TEXT.split()
    assert written(home) == []
    page.get_by_role("button", name="Accept into the ledger").click()
    assert page.locator("h1").inner_text() == "Written to the ledger"
    assert serious(page) == []
    assert [path.suffix for path in written(home)] == [".toml", ".txt"]


def test_a_file_is_uploaded(page: Page, home: Home) -> None:
    page.get_by_label("or a file").set_input_files(REPORT)
    page.get_by_role("button", name="Read", exact=True).click()
    page.get_by_role("button", name="Accept into the ledger").click()
    assert page.locator("h1").inner_text() == "Written to the ledger", page.locator("main").inner_text()
    assert len(written(home)) == 2


def test_what_is_missing_is_asked_for_in_the_form(page: Page, home: Home) -> None:
    page.get_by_label("Text", exact=True).fill("投资建议：推荐昆仑万维（300418.SZ）。")
    page.get_by_role("button", name="Read", exact=True).click()
    page.get_by_role("button", name="Accept into the ledger").click()  # the browser keeps it: fields are required
    assert "/drafts/" in page.url
    assert written(home) == []
    page.get_by_label("Broker").fill("国信证券")
    page.get_by_label("Published").fill("2024-06-14")
    page.get_by_label("Title").fill("周报")
    page.get_by_role("button", name="Accept into the ledger").click()
    assert page.locator("h1").inner_text() == "Written to the ledger"


def test_nothing_in_a_text_runs(page: Page) -> None:
    text = f"国信证券\n2024年06月14日\n{NASTY}\n投资建议：推荐昆仑万维（300418.SZ）。{NASTY}\n"
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_label("Broker").fill(f"券商{NASTY}")
    page.get_by_role("button", name="Read", exact=True).click()
    assert page.locator(".text").is_visible()
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.locator("script").count() == 1


def test_the_cookie_is_out_of_reach_and_stays_here(page: Page, address: str) -> None:
    assert page.evaluate("document.cookie") == ""
    (cookie,) = page.context.cookies(f"{address}/edit")
    assert (cookie.get("httpOnly"), cookie.get("sameSite"), cookie.get("path")) == (True, "Strict", "/edit")


def test_another_site_in_the_same_browser_can_do_nothing(page: Page, home: Home, door: Door) -> None:
    """The worst case: the other page knows the secret of the forms, and is on this very machine."""
    page.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Read", exact=True).click()
    draft = page.url
    evil = FastAPI()
    form = f'<input name="form" value="{door.form}"><input name="accept" value="1"><input name="text" value="x">'

    @evil.get("/")
    def attack() -> HTMLResponse:
        return HTMLResponse(f'<h1>evil</h1><form method="post" action="{draft}">{form}<button>go</button></form>')

    with served(evil) as other:
        for name in (other, other.replace("127.0.0.1", "localhost")):
            page.goto(name.replace("localhost", "127.0.0.1"))
            page.get_by_role("button", name="go").click()
            assert "was not sent by this page" in page.content()
            assert written(home) == []


def test_the_link_opens_nothing_a_second_time(browser: Browser, page: Page, address: str, door: Door) -> None:
    assert page.url.startswith(address)
    with window(browser, "light", WIDE, expected=(REFUSED,)) as other:
        other.goto(f"{address}/edit/enter?token={door.token}")
        assert "Open the link that the terminal printed" in other.content()
        other.goto(f"{address}/edit")
        assert other.locator("textarea").count() == 0
