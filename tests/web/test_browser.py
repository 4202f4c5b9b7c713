"""A browser clicks through every page: no error, no request to elsewhere, nothing that shuts people out."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from tests.cli.program import run
from tests.web.test_pages import PAGES
from tests.web.window import CHROMIUM, PHONE, WIDE, chromium, serious, served, window

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"),
    pytest.mark.xdist_group("browser"),
]
MISSING = "the server responded with a status of 404"


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    with served(app) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(params=[("light", WIDE), ("dark", PHONE)], ids=["wide", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scheme, size = request.param
    with window(browser, scheme, size, expected=(MISSING,)) as opened:
        yield opened


def usable(page: Page) -> None:
    """Hold a page to be read by everybody, as wide as its window."""
    assert page.title().endswith("watchlist")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert serious(page) == [], page.url


# Colours depend on the scheme, places on the width, words on the language: each value of each once.
@pytest.mark.parametrize(
    ("scheme", "size", "language"),
    [("light", WIDE, "zh"), ("dark", PHONE, "en")],
    ids=["light-wide-zh", "dark-phone-en"],
)
def test_every_page_can_be_used_by_everybody(
    browser: Browser, address: str, scheme: str, size: dict[str, int], language: str
) -> None:
    with window(browser, scheme, size, expected=(MISSING,)) as page:  # type: ignore[arg-type]
        for path in (*PAGES, "/nothing"):
            page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            usable(page)


def test_on_a_phone_the_pages_stand_in_one_row_and_the_open_one_is_in_sight(browser: Browser, address: str) -> None:
    with window(browser, "light", PHONE) as page:
        page.goto(f"{address}/health?lang=en")
        boxes = page.locator("header.top nav a").evaluate_all(
            "all => all.map(one => { const box = one.getBoundingClientRect(); return [box.top, box.left, box.right]; })"
        )
        assert len({round(top) for top, _, _ in boxes}) == 1
        current = page.locator("header.top a[aria-current]").bounding_box()
        assert current is not None
        assert current["x"] >= 0
        assert current["x"] + current["width"] <= PHONE["width"]


def test_every_link_that_a_person_can_click_leads_to_a_page(page: Page, address: str) -> None:
    """From page to page by clicking, one page of each kind."""
    seen, waiting = set[str](), ["/"]
    while waiting:
        path = waiting.pop(0)
        page.goto(f"{address}{path}")
        links = page.locator("a[href^='/']:not([download])").evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        for link in links:
            kind = re.sub(r"^(/\w+)/.+$", r"\1/…", unquote(urlsplit(link).path))
            if kind not in seen and not kind.startswith(("/downloads/", "/openapi", "/api/")):
                seen.add(kind)
                waiting.append(link)
                page.locator(f"a[href={link!r}]").first.click(force=True)
                expect(page.locator("h1")).to_have_count(1)  # waits for the page that the click leads to
                page.goto(f"{address}{path}")
    assert {"/", "/changes", "/recommendations", "/recommendations/…", "/calls", "/themes", "/themes/…", "/brokers",
            "/brokers/…", "/leaderboard", "/history", "/watch", "/holdings", "/returns", "/symbols/…", "/reports",
            "/reports/…", "/sectors", "/explain", "/health", "/downloads", "/words", "/api"} <= seen  # fmt: skip


def test_headings_sort_the_whole_list(page: Page, address: str) -> None:
    page.goto(f"{address}/recommendations?lang=en")
    page.get_by_role("link", name="Excess").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    values = [float(v) for v in page.locator("#recommendations tbody tr td:nth-child(4)").evaluate_all(
        "cells => cells.map(cell => cell.dataset.v)") if v]  # fmt: skip
    assert values == sorted(values, reverse=True)
    page.get_by_role("link", name="Excess").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)


def test_a_form_filters_and_its_address_can_be_kept(page: Page, address: str) -> None:
    page.goto(f"{address}/recommendations?lang=en")
    page.get_by_label("Broker", exact=True).select_option("上海证券")
    page.get_by_label("Words", exact=True).fill("300688")
    page.get_by_label("Filters").get_by_role("button", name="Show").click()
    expect(page.locator("#recommendations tbody tr")).to_have_count(1)
    page.goto(page.url)
    expect(page.locator("#recommendations tbody tr")).to_have_count(1)
    page.get_by_role("link", name="all again").click()
    expect(page.locator("#recommendations tbody tr")).to_have_count(35)


def test_tables_sort_by_key_and_filter_by_words(page: Page, address: str) -> None:
    page.goto(f"{address}/themes/large-models?lang=en")
    excess = page.get_by_role("button", name="Excess")
    excess.focus()
    page.keyboard.press("Enter")
    values = [float(v or 0) for v in page.locator("#recommendations tbody tr td:nth-child(4)").evaluate_all(
        "cells => cells.map(cell => cell.dataset.v)")]  # fmt: skip
    assert values == sorted(values, reverse=True)
    page.locator("#find-recommendations").fill("昆仑")
    expect(page.locator("#recommendations tbody tr:visible")).to_have_count(1)
    assert page.locator("output").inner_text() == "1 / 12"


def test_a_person_finds_a_share_and_its_words(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en")
    page.locator("header input[name=q]").fill("昆仑万维")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="昆仑万维").first.click()
    assert "/symbols/300418.SZ" in page.url
    page.locator("tbody a[href*='/recommendations/']").first.click()
    assert "昆仑万维" in page.locator("mark").first.inner_text()
    page.get_by_role("link", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_every_file_can_be_downloaded(browser: Browser, address: str) -> None:
    """One file of each kind by a click, as a browser stops a page that starts many; every other one by its address."""
    clicked = set[str]()
    for path in ("/downloads", "/recommendations", "/watch", "/holdings", "/themes"):
        with window(browser, "light", WIDE) as page:
            page.goto(f"{address}{path}?lang=en")
            for link in page.locator("a[download]").all():
                href = link.get_attribute("href") or ""
                kind = f"{path} {href.partition('?')[0].rpartition('.')[2]}"
                if kind in clicked:
                    answer = page.context.request.get(f"{address}{href}")
                    assert answer.ok, href
                    assert answer.body(), href
                    continue
                clicked.add(kind)
                with page.expect_download() as got:
                    link.click()
                assert got.value.path().stat().st_size > 0, href
    assert len(clicked) > 12


def test_the_review_page_works_from_a_file(page: Page, demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    assert run("export", path, "--demo", "--lang", "en", home=demo).code == 0
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#find-recommendations").fill("300418")
    expect(page.locator("#recommendations tbody tr:visible")).to_have_count(2)
    assert serious(page) == []
