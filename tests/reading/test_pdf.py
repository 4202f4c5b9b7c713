"""PDF: read as text is, whoever wrote the file; what cannot be read is told apart, each in its own words."""

import datetime as dt
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.cli.program import one_sentence, run
from tests.reading.checkout import names
from tests.reading.pdfs import page_of, pictured, written
from tests.reading.test_given_reports import NAMES
from watchlist.reading.about import Told
from watchlist.reading.pdf import UnreadablePdfError, text_of
from watchlist.reading.reader import Draft
from watchlist.steps.read import read_bytes

TODAY: Final = dt.date(2026, 1, 1)
CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WORDS: Final = ["建议关注贵州茅台（600519.SH）、五粮液，推荐腾讯控股（0700.HK）。", "Our top pick is Tencent (700 HK)."]


def draft_of(content: bytes) -> Draft:
    return read_bytes(content, "x", names(), Told(), TODAY).draft


def pairs(draft: Draft) -> set[tuple[str, str | None, str]]:
    return {(one.symbol, one.theme, str(one.strength)) for one in draft.recommendations}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed to print pages.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def printed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    path = tmp_path_factory.mktemp("printed") / "page.html"

    def to_pdf(text: str) -> bytes:
        page_of(text, path)
        page = browser.new_page()
        page.goto(path.as_uri())
        content = page.pdf(format="A4")
        page.close()
        return content

    return to_pdf


@pytest.mark.parametrize("name", NAMES)
def test_a_report_set_with_a_chinese_font_reads_as_its_text(shared: Path, name: str) -> None:
    raw = (shared / "reports" / f"{name}.txt").read_bytes()
    assert pairs(draft_of(written(raw.decode().split("\n")))) == pairs(draft_of(raw))


@pytest.mark.parametrize("name", NAMES)
def test_a_report_printed_by_a_browser_reads_as_its_text(
    shared: Path, printed: Callable[[str], bytes], name: str
) -> None:
    raw = (shared / "reports" / f"{name}.txt").read_bytes()
    assert pairs(draft_of(printed(raw.decode()))) == pairs(draft_of(raw))


def test_a_pdf_gives_its_words() -> None:
    assert text_of(written(WORDS), most_pages=5).split("\n") == WORDS


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(UnreadablePdfError, match="too_long"):
        text_of(written(WORDS), most_pages=0)


def empty() -> bytes:
    document = pdfium.PdfDocument.new()
    document.new_page(100, 100)
    content = io.BytesIO()
    document.save(content)
    document.close()
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "en", "zh"),
    [
        pytest.param(written(WORDS, "geheim"), "protected by a password", "密码保护", id="encrypted"),
        pytest.param(pictured(), "pictures and no text", "只有图片", id="a scan"),
        pytest.param(empty(), "pictures and no text", "只有图片", id="empty"),
        pytest.param(written(WORDS)[:600], "damaged", "已损坏", id="cut short"),
        pytest.param(b"%PDF-1.7\nnothing", "damaged", "已损坏", id="nothing"),
    ],
)
def test_what_cannot_be_read_is_told_in_its_own_words(tmp_path: Path, content: bytes, en: str, zh: str) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    one_sentence(run("read", path, home=tmp_path), 1, "report.pdf", en)
    one_sentence(run("read", path, "--lang", "zh", home=tmp_path), 1, "report.pdf", zh)
