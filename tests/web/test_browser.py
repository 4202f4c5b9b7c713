"""A browser clicks through the pages: no error, no request to elsewhere, nothing that shuts people out."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from tests.cli.program import run

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WIDE: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 375, "height": 740}
PAGES: Final = (
    "/", "/recommendations", "/themes/ai-video", "/brokers/国信证券", "/symbols/300418.SZ", "/reports",
    "/reports/2024-06-14-guosen-aigc", "/health", "/search?q=昆仑", "/downloads", "/words", "/api", "/nothing",
)  # fmt: skip

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """Serve the demo on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(params=[("light", WIDE), ("dark", PHONE)], ids=["wide", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open a window; whatever goes wrong in it or leaves this machine fails the test."""
    scheme, size = request.param
    context = browser.new_context(color_scheme=scheme, viewport=size, accept_downloads=True)
    opened, wrong = context.new_page(), []
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda asked: wrong.append(asked.url) if "//127.0.0.1" not in asked.url else None)
    opened.on("dialog", lambda dialog: wrong.append(f"a dialog: {dialog.message}"))
    yield opened
    context.close()
    missing = "the server responded with a status of 404"
    assert [one for one in wrong if missing not in one and not one.startswith(("file:", "data:", "blob:"))] == []


def serious(page: Page) -> list[str]:
    """Give what axe-core finds of its serious kinds; run in a world of its own, so that our policy stays as it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_can_be_used_by_everybody(page: Page, address: str, path: str) -> None:
    assert page.viewport_size is not None
    language = "zh" if page.viewport_size["width"] == WIDE["width"] else "en"
    page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
    assert page.title().endswith("watchlist")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert serious(page) == []


def test_tables_sort_by_key_and_filter_by_words(page: Page, address: str) -> None:
    page.goto(f"{address}/themes/large-models")
    excess = page.get_by_role("button", name="Excess")
    excess.focus()
    page.keyboard.press("Enter")
    values = [float(v or 0) for v in page.locator("#recommendations tbody tr td:nth-child(4)").evaluate_all(
        "cells => cells.map(cell => cell.dataset.v)")]  # fmt: skip
    assert values == sorted(values, reverse=True)
    assert page.locator("th[aria-sort=descending]").count() == 1
    page.get_by_label("Search", exact=True).last.fill("昆仑")
    assert page.locator("#recommendations tbody tr:visible").count() == 1
    assert page.locator("output").inner_text() == "1 / 12"


def test_a_person_finds_a_share_and_its_words(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("header input[name=q]").fill("昆仑万维")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="昆仑万维").first.click()
    assert "/symbols/300418.SZ" in page.url
    page.locator("tbody a[href*='/recommendations/']").first.click()
    assert "昆仑万维" in page.locator("mark").first.inner_text()
    page.get_by_role("link", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_files_can_be_downloaded(page: Page, address: str) -> None:
    page.goto(f"{address}/downloads")
    with page.expect_download() as got:
        page.get_by_role("link", name="review.xlsx").click()
    assert got.value.suggested_filename == "review-2026-11-22.xlsx"


def test_the_review_page_works_from_a_file(page: Page, demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    assert run("export", path, "--demo", "--lang", "en", home=demo).code == 0
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#find-recommendations").fill("300418")
    assert page.locator("#recommendations tbody tr:visible").count() == 2
    assert serious(page) == []
