"""Take the pictures: ``python -m tests.pictures`` renews ``docs/pictures``, ``--all FOLDER`` takes every page.

It needs the folder of real prices (``WATCHLIST_SHARED``), Chromium, and LibreOffice for the sheets of the workbook.
"""

import argparse
import datetime as dt
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.cli.program import run
from tests.pictures import homes
from tests.pictures.index import FOLDER, write_index
from tests.pictures.shots import KEPT, LOOKED_AT, PHONE, WIDE, Shot
from tests.web.window import chromium, served
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.web.app import create_app
from watchlist.web.door import Door
from watchlist.web.shelf import Shelf

TALLEST: Final = {WIDE: 1500, PHONE: 1700}  # what a kept picture shows of a long page
_PAGES: Final = {"1": 1, "themes": 4}  # of the workbook on paper
_QUALITY: Final = 82


class Studio:
    """The homes, each served on this machine, and a browser."""

    def __init__(self, folder: Path, browser: Browser, stack: ExitStack) -> None:
        self._folder = folder
        self._browser = browser
        self._stack = stack
        self._served: dict[str, tuple[str, Door]] = {}

    def home(self, name: str) -> Path:
        """Give a home, filled on first use."""
        path = self._folder / name
        if not path.exists():
            path.mkdir()
            sys.stderr.write(f"making the {name} home …\n")
            getattr(homes, name)(path)
        return path

    def address(self, name: str) -> tuple[str, Door]:
        """Give the address of a home's pages, and the door to its editing."""
        if name not in self._served:
            home = find_home(self.home(name), {})
            now = dt.datetime.combine(homes.TODAY[name], dt.time(12), dt.UTC)
            door = Door(lambda: now)
            shelf = Shelf(home, home.database, load_settings(home), lambda: now)
            app = create_app(shelf, "en", door=door if name == "own" else None)
            self._served[name] = (self._stack.enter_context(served(app)), door)
        return self._served[name]

    @contextmanager
    def page(self, shot: Shot) -> Iterator[Page]:
        """Open a page as a shot wants it."""
        context = self._browser.new_context(
            color_scheme="dark" if shot.scheme == "dark" else "light", viewport={"width": shot.width, "height": 900},
            locale="zh-CN" if shot.language == "zh" else "en-GB",
        )  # fmt: skip
        opened = context.new_page()
        opened.set_default_timeout(180_000)
        yield opened
        context.close()

    def take(self, shot: Shot, path: Path) -> None:
        """Take a picture as PNG."""
        kind, _, what = shot.path.partition(":")
        if kind == "chart":
            self._draw(shot, what, path)
        elif kind == "sheet":
            self._print(shot, what, path)
        else:
            with self.page(shot) as page:
                self._open(shot, page)
                page.screenshot(path=path, full_page=True)
                over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                if over > 0:
                    sys.stderr.write(f"  ! {shot.name} is {over} pixels too wide\n")

    def _open(self, shot: Shot, page: Page) -> None:
        address, door = self.address(shot.home)
        if shot.path.startswith("file:"):
            page.goto(self._review(shot, ".html").as_uri())
        elif shot.path == "draft":
            page.goto(f"{address}/edit/enter?token={door.token}")
            page.get_by_label("Text", exact=True).fill(homes.OWN)
            page.get_by_role("button", name="Read", exact=True).click()
            page.locator("mark").first.wait_for()
        else:
            path = self._own(shot.path, address, page) if shot.path.startswith("own") else shot.path
            page.goto(f"{address}{quote(path, safe='/?=&,-')}{'&' if '?' in path else '?'}lang={shot.language}")

    def _own(self, path: str, address: str, page: Page) -> str:
        """Find the pages of the report of our own."""
        row = page.request.get(f"{address}/api/recommendations?broker=%E7%A4%BA%E4%BE%8B").json()[0]
        return f"/reports/{row['report']}" if path == "own" else f"/recommendations/{row['id']}"

    def _review(self, shot: Shot, ending: str) -> Path:
        path = self._folder / f"review-{shot.language}{ending}"
        if not path.exists():
            said = run("export", path, "--no-quotes", "--as-of", homes.TODAY["small"], "--lang", shot.language,
                       home=self.home("small"))  # fmt: skip
            assert said.code == 0, said.err
        return path

    def _draw(self, shot: Shot, what: str, path: Path) -> None:
        symbol = ("300418",) if what == "symbol" else ()
        said = run("chart", what, *symbol, "-o", path, "--as-of", homes.TODAY["small"], "--lang", shot.language,
                   home=self.home("small"))  # fmt: skip
        assert said.code == 0, said.err

    def _print(self, shot: Shot, what: str, path: Path) -> None:
        office, painter = shutil.which("soffice"), shutil.which("pdftoppm")
        assert office is not None, "LibreOffice (soffice) prints the workbook"
        assert painter is not None, "pdftoppm (poppler-utils) paints its pages"
        book = self._review(shot, ".xlsx")
        if not book.with_suffix(".pdf").exists():
            subprocess.run([office, "--headless", "--convert-to", "pdf", "--outdir", self._folder, book],
                           check=True, capture_output=True, timeout=300)  # fmt: skip
        number = str(_PAGES[what])
        subprocess.run([painter, "-r", "110", "-f", number, "-l", number, "-singlefile", "-png",
                        book.with_suffix(".pdf"), path.with_suffix("")], check=True, timeout=120)  # fmt: skip


def keep(path: Path, target: Path, width: int) -> None:
    """Keep a picture: the top of a long page, no wider than the page was, small."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    if picture.width > WIDE:
        picture = picture.resize((WIDE, picture.height * WIDE // picture.width), Image.Resampling.LANCZOS)
    picture.crop((0, 0, picture.width, min(picture.height, TALLEST[width]))).save(
        target, "WEBP", quality=_QUALITY, method=6
    )


def every_page() -> list[Shot]:
    """List every page in both languages, both widths and both schemes, of the small home."""
    return [
        Shot(f"{number:02d}-{language}-{scheme}-{width}", path if path != "file:" else f"file:{language}", "", language,
             scheme, width)
        for number, path in enumerate(LOOKED_AT)
        for language, scheme, width in (("en", "light", WIDE), ("zh", "dark", WIDE), ("zh", "light", PHONE),
                                        ("en", "dark", PHONE))
    ]  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Take what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="take every page into this folder instead")
    parser.add_argument("--homes", type=Path, metavar="FOLDER", help="keep the homes here and use them again")
    parser.add_argument("--only", default="", metavar="WORD", help="only shots with this in their name")
    options = parser.parse_args(arguments)
    shots = [shot for shot in (every_page() if options.all else KEPT) if options.only in shot.name]
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = (options.homes or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        studio = Studio(folder, stack.enter_context(chromium()), stack)
        target = options.all or FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for number, shot in enumerate(shots, 1):
            sys.stderr.write(f"{number}/{len(shots)} {shot.name}\n")
            if options.all:
                studio.take(shot, target / f"{shot.name}.png")
            else:
                taken = Path(temporary) / f"{shot.name}.png"
                studio.take(shot, taken)
                keep(taken, target / f"{shot.name}.webp", shot.width)
    if not options.all:
        write_index()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
