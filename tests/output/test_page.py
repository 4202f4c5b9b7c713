"""The review page is whole in itself: well-formed, one script and nothing from elsewhere, and it quotes safely."""

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import html5lib  # type: ignore[import-untyped]
import pytest

from tests.cli.program import run
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, bars, make_world, report
from tests.output.conftest import HOSTILE
from watchlist.output.package import Package
from watchlist.output.page import MOST_ROWS, review_page

NASTY: Final = "<script>alert(1)</script>\"'&<img src=http://evil.example/x onerror=alert(2)>"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a world whose report says what it should not, in every place that a page shows."""
    world = make_world(tmp_path_factory.mktemp("page"))
    shares = {PUFA: "<i>浦发</i>", PINGAN: "平安", "000002.SZ": "万科"}
    text = report(broker="<b>券商</b>", recommended=shares, theme="<u>主题</u>", quote=NASTY)
    world.write("reports/first.toml", text)
    world.write("securities.csv", f"symbol,name\n{PUFA},<i>浦发</i>\n{PINGAN},平安\n000002.SZ,万科\n")
    world.prices("000002.SZ", bars(8, 0.02))
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world


def page(world: World, language: str, *more: str) -> str:
    path = world.home / f"review-{language}.html"
    said = run("export", path, "--lang", language, *more, home=world.home, now=EVENING)
    assert said.code == 0, said.err
    return path.read_text("utf-8")


class Tags(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_well_formed(world: World, language: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(page(world, language))
    assert parser.errors == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_holds_one_script_and_nothing_from_elsewhere(world: World, language: str) -> None:
    tags = Tags(page(world, language)).found
    names = {tag for tag, _ in tags}
    assert [attributes for tag, attributes in tags if tag == "script"] == [{}]
    assert not names & {"iframe", "object", "embed", "link", "base", "form", "img", "audio", "video"}
    for tag, attributes in tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"src", "srcset", "href", "action", "formaction", "xlink:href"}, (tag, name)
            assert "url(" not in (value or "")
    style = re.search(r"<style>(.*?)</style>", page(world, language), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_a_content_policy_forbids_it_too(world: World) -> None:
    tags = Tags(page(world, "en")).found
    (policy,) = [a["content"] for tag, a in tags if tag == "meta" and "http-equiv" in a]
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag, source in (("script", "script-src"), ("style", "style-src")):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", page(world, "en"), re.DOTALL)
        assert found is not None
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert f"{source} 'sha256-{digest}'" in policy


def test_words_of_a_report_stay_words(world: World) -> None:
    text = page(world, "zh")
    assert text.count("<script") == 1
    assert "<script>alert" not in text
    assert "<img" not in text
    assert "<i>" not in text
    assert "<b>券商" not in text
    words = "".join(Tags(text).words)
    assert NASTY in words
    assert "<i>浦发</i>" in words
    assert "<b>券商</b>" in words


def test_it_says_its_language_and_its_day(world: World) -> None:
    for language, code in (("en", "en"), ("zh", "zh-CN")):
        text = page(world, language, "--as-of", "2024-06-28")
        assert dict(Tags(text).found)["html"] == {"lang": code}
        assert "2024-06-28" in text
        assert "SIMULATED" not in text


def test_red_is_up_in_chinese_and_down_in_english(world: World) -> None:
    ups = {}
    for language in ("en", "zh"):
        found = re.search(r"--up: *(#[0-9a-f]{6})", page(world, language))
        assert found is not None
        ups[language] = found[1]
    red = {language: int(colour[1:3], 16) > int(colour[3:5], 16) for language, colour in ups.items()}
    assert red == {"en": False, "zh": True}


def test_an_export_replaces_the_page_whole(world: World, tmp_path: Path) -> None:
    path = tmp_path / "review.html"
    path.write_text("older", "utf-8")
    assert run("export", path, home=world.home, now=EVENING).code == 0
    assert path.read_text("utf-8").startswith("<!doctype html>")
    assert [one.name for one in tmp_path.iterdir()] == ["review.html"]


def test_the_numbers_are_those_of_the_review_and_say_where_they_are_from(package: Callable[[str], Package]) -> None:
    made = package("en")
    text = review_page(made.review, "en")
    read = {float(value) for value in re.findall(r'data-v="(-?\d+\.\d+(?:e-?\d+)?)"', text)}
    for row in made.review["recommendations"]:
        assert {row["total_return"], row["excess_return"], row["max_loss"]} <= read
    assert made.review["fingerprint"] in text
    parts = [part["contribution"] for part in made.review["attribution"]]
    assert sum(parts) == pytest.approx(made.review["headline"]["excess_return"], abs=1e-12)
    # What is of the theme and of the shares in it is all of it.
    for part in made.review["attribution"]:
        assert part["of_theme"] + part["of_selection"] == pytest.approx(part["contribution"], abs=1e-12)


def test_the_ratings_show_what_they_promised(package: Callable[[str], Package], demo: Path) -> None:
    review = package("en").review
    rows = run("brokers", "--by", "rating", "--demo", "--json", "--as-of", review["as_of"], home=demo).rows
    assert {row["group"]: row["realisation"] for row in review["ratings"]} == {
        row["group"]: row["realisation"] for row in rows
    }
    assert "By rating" in review_page(review, "en")


def test_every_hostile_word_is_only_a_word(hostile: Package) -> None:
    text = review_page(hostile.review, "zh")
    tags = Tags(text)
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]
    assert "49" not in re.findall(r"\{\{.*?\}\}", text)
    assert HOSTILE[0] in "".join(tags.words)


def test_an_empty_and_a_large_review_are_pages_too(package: Callable[[str], Package]) -> None:
    review = package("en").review
    nothing: dict[str, Any] = {
        "recommendations": [],
        "themes": [],
        "brokers": [],
        "strengths": [],
        "ratings": [],
        "curves": {},
        "winners": [],
    }
    gone = {**review, **nothing, "losers": [], "drawdowns": {}, "attribution": []}
    gone["headline"] = {**review["headline"], "measured": 0, "total_return": None, "excess_return": None}
    assert "Nothing can be measured yet." in review_page(gone, "en")
    rows = [{**review["recommendations"][0], "id": f"{n}"} for n in range(MOST_ROWS + 7)]
    large = review_page({**review, "recommendations": [*rows, *review["recommendations"]]}, "en")
    assert "42 more are in the workbook" in large
