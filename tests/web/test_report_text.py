"""A report's page shows the whole text where a copy of it is here, marked exactly where a person marked it by hand."""

import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.cli.built_homes import founding_home
from tests.cli.program import NOW, run
from tests.web.conftest import asking
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.web.app import create_app
from watchlist.web.shelf import Shelf

TEXT = "000_90c94ccc870e727d"
REPORT = "2024-06-14-guosen-aigc"


@pytest.fixture(scope="module")
def page(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> httpx.Response:
    """Give the report's page of a home whose user read the text a second time."""
    made = founding_home(shared, tmp_path_factory)
    text = shared / "reports" / f"{TEXT}.txt"
    said = run("read", text, "--published", "2024-06-14", "--broker", "国信证券", "--accept", home=made)
    assert said.code == 0, said.err
    home = find_home(made, {})
    app = create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "zh")
    return asking(app)(f"/reports/{REPORT}")


def test_every_name_is_marked_where_a_person_marked_it(page: httpx.Response, shared: Path) -> None:
    raw = (shared / "reports" / f"{TEXT}.txt").read_bytes().decode("utf-8")
    gold = json.loads((shared / "reports" / f"{TEXT}.gold.json").read_text("utf-8"))
    whole = re.search(r'<div class="text"[^>]*>(.*?)</div>', page.text, re.DOTALL)
    assert whole is not None
    at, names, text = 0, set(), ""
    for part in re.split(r"(<mark[^>]*>.*?</mark>)", whole[1], flags=re.DOTALL):
        words = unescape(re.sub(r"</?mark[^>]*>", "", part))
        if part.startswith('<mark class="name"'):
            names.add((at, at + len(words)))
        at, text = at + len(words), text + words
    assert text == raw
    assert len(gold["recommendations"]) == 46
    assert {(one["start"], one["end"]) for one in gold["recommendations"]} <= names


def test_without_a_copy_only_the_quotes_are_shown_and_it_is_said(shared: Path, founding: Path) -> None:
    home = find_home(founding, {})
    app = create_app(Shelf(home, home.database, load_settings(home), lambda: NOW), "en")
    text = asking(app)(f"/reports/{REPORT}").text
    assert 'class="text"' not in text
    assert "is not on this machine" in text
    assert "<blockquote>" in text
    del shared
