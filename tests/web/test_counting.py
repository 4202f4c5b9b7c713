"""What takes long is worked out beside the request: the page says so, comes by itself, and is begun early."""

import datetime as dt
import re
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program import NOW
from tests.web.conftest import HELD, asking
from watchlist.domain.errors import BadDate
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.steps.import_holdings import Given, import_holdings
from watchlist.storage.database import writing
from watchlist.web.app import create_app
from watchlist.web.choice import Choice
from watchlist.web.counting import Counting, StillCounting
from watchlist.web.shelf import Held, Shelf


class SlowShelf(Shelf):
    """A shelf whose reviews are worked out when they are allowed to."""

    allowed: threading.Event
    asked: list[str | None]

    def held(self, choice: Choice) -> Held:
        self.asked.append(choice.as_of)
        self.allowed.wait(60)
        return super().held(choice)


def slow(demo: Path) -> SlowShelf:
    home = find_home(demo, {})
    shelf = SlowShelf(home, home.db / "demo.db", load_settings(home), lambda: NOW)
    shelf.allowed, shelf.asked = threading.Event(), []
    return shelf


def soon(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not what() and time.monotonic() < deadline:
        time.sleep(0.01)
    return what()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_that_it_is_counted_and_then_comes(demo: Path, language: str) -> None:
    shelf = slow(demo)
    ask = asking(create_app(shelf, language, counting=Counting(shelf, 0.05)))
    for path in ("/", "/brokers", "/reviews/2024Q3"):
        first = ask(path)
        assert first.status_code == 503
        assert {"en": "Counting", "zh": "计算中"}[language] in first.text
        assert (first.headers["Refresh"], first.headers["Retry-After"]) == ("2", "2")
        assert not re.search(r'data-v="|fingerprint', first.text)
    shelf.allowed.set()
    for path in ("/", "/brokers", "/reviews/2024Q3"):
        assert soon(lambda path=path: ask(path).status_code == 200)  # type: ignore[misc]
        assert "Refresh" not in ask(path).headers


def test_each_review_is_worked_out_once_however_many_ask(demo: Path) -> None:
    shelf = slow(demo)
    counting = Counting(shelf, 0.01)
    for day in ("2024-06-28", None, "2024-06-28", None, "2024-06-28"):
        with pytest.raises(StillCounting):
            counting.wait(Choice(as_of=day, theme="ai", lang="zh"))
    assert soon(lambda: len(shelf.asked) == 2)
    assert set(shelf.asked) == {None, "2024-06-28"}
    shelf.allowed.set()


def test_what_cannot_be_answered_is_said_at_once(demo: Path) -> None:
    shelf = slow(demo)
    shelf.allowed.set()
    with pytest.raises(BadDate):
        Counting(shelf, 0.01).wait(Choice(as_of="yesterday"))


def test_what_is_new_is_begun_before_anybody_asks(demo: Path, tmp_path: Path) -> None:
    home = find_home(shutil.copytree(demo, tmp_path / "home"), {})
    shelf, stop = Shelf(home, home.db / "demo.db", load_settings(home), lambda: NOW), threading.Event()
    thread = threading.Thread(target=Counting(shelf, 0.01).keep_warm, args=(stop, 0.02))
    thread.start()
    try:
        assert soon(lambda: shelf.ready(Choice()))
        before = shelf.held(Choice()).key
        (home.root / "more.csv").write_text(HELD, "utf-8")
        with writing(shelf.database) as database:
            given = Given(NOW.date(), dt.date(2024, 10, 31), "二号", None)
            import_holdings(database, home, home.root / "more.csv", given, NOW)
        assert soon(lambda: shelf.ready(Choice()))
    finally:
        stop.set()
        thread.join(60)
    assert shelf.held(Choice()).key != before
    assert not thread.is_alive()
