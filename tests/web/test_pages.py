"""Every page answers, in both languages, safely; and every link on it leads to another that does."""

import re
from html import unescape
from pathlib import Path
from typing import Final

import html5lib  # type: ignore[import-untyped]
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.program import run
from tests.web.conftest import Ask
from watchlist.queries.groups import BY
from watchlist.web.choice import Choice
from watchlist.web.site import marked

PAGES: Final = (
    "/", "/recommendations", "/recommendations?sort=-excess_return&page=1&theme=ai-video", "/calls",
    "/calls?status=closed",
    "/themes", "/themes?period=1w,ytd", "/themes/ai-video", "/brokers", "/brokers?by=year", "/brokers/国信证券",
    "/leaderboard", "/history?by=theme", "/explain?group=国信证券", "/watch", "/watch?period=1m,since", "/sectors",
    "/changes", "/changes?since=2024-06-01&as_of=2024-12-31", "/holdings", "/holdings?from=2024-10-31&account=一号",
    "/holdings?standing=unbacked",
    "/reviews", "/reviews/2024Q3", "/reviews/2026?theme=ai-video", "/reviews/2024-07..2024-08?horizon=20",
    "/returns", "/returns?symbols=300418,昆仑万维,00772.HK&from=2024-06-14", "/returns?theme=ai-video&from=2024-06-28",
    "/symbols/300418.SZ", "/symbols/601019.SH", "/reports", "/reports/2024-06-14-guosen-aigc", "/health",
    "/search?q=昆仑万维", "/search", "/downloads", "/words", "/api",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_formed_and_safe(ask: Ask, path: str, language: str) -> None:
    answer = ask(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(answer.text)
    assert parser.errors == []
    assert "SIMULATED" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r'(src|href)="(?!/|#)', answer.text)


def test_every_link_leads_somewhere(ask: Ask) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        answer = ask(path)
        assert answer.status_code == 200, path
        if "html" in answer.headers["content-type"] and "/downloads/" not in path:
            waiting += [unescape(link) for link in re.findall(r'href="(/[^"#]*)"', answer.text)]
    assert {"/reports", "/health", "/words"} <= seen
    assert any("horizon=" in path for path in seen)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nothing", 404),
        ("/themes/nothing", 404),
        ("/brokers/nobody", 404),
        ("/symbols/999999.SZ", 404),
        ("/recommendations/0", 404),
        ("/reports/../../etc/passwd", 404),
        ("/downloads/passwd", 404),
        ("/?as_of=2099-01-01", 400),
        ("/?as_of=yesterday", 400),
        ("/?horizon=7y", 400),
        ("/?benchmark=ZZZ", 400),
        ("/?status=happy", 400),
        ("/?lang=fr", 400),
        ("/reviews/soon", 400),
        ("/reviews/2024Q3?against=7000", 400),
        ("/reviews/2024Q3?as_of=2024-06-28", 400),
        ("/reviews/2098", 400),
        ("/reviews/2024Q3/passwd", 404),
    ],
)
def test_what_is_not_there_is_one_sentence(ask: Ask, path: str, code: int) -> None:
    answer = ask(path)
    assert answer.status_code == code
    assert "Traceback" not in answer.text
    assert "<main" in answer.text


def test_another_host_name_is_refused_and_nothing_can_be_written(ask: Ask) -> None:
    assert ask("/", headers={"Host": "evil.example"}).status_code == 421
    assert ask("/", headers={"Host": "[::1]:8350"}).status_code == 200
    assert ask("/", headers={"Host": ""}).status_code == 421
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert ask("/", method).status_code == 405
    assert ask("/", "HEAD").status_code == 200


def test_words_of_an_address_are_only_words(ask: Ask) -> None:
    nasty = '"><script>alert(1)</script>'
    for path in ("/search?q=", "/recommendations?q=", "/?benchmark=", "/?as_of=", "/?horizon=", "/brokers/"):
        text = ask(path + nasty).text
        assert "<script>alert" not in text
        assert text.count("<script") == 1


def test_a_list_is_sorted_filtered_and_paged_by_its_address(ask: Ask) -> None:
    text = ask("/recommendations?sort=-excess_return&broker=上海证券").text
    rows = re.findall(r'<td class="n (?:up|down)" data-v="([^"]+)">[^<]*</td><td>', text)
    values = [float(value) for value in rows]
    assert values == sorted(values, reverse=True)
    assert len(values) == 11
    assert "/recommendations?q=" not in ask("/recommendations?page=999999").text


def test_a_day_of_the_past_is_answered_as_of_it(ask: Ask) -> None:
    assert "CN 2024-06-28" in ask("/?as_of=2024-06-28").text
    assert "fingerprint" in ask("/?as_of=2019-01-02").text  # before the first report


def test_names_are_marked_and_everything_else_is_escaped() -> None:
    assert marked("买 <昆仑\n万维> & 中文", ["昆仑万维", "中文"]) == (
        "买 &lt;<mark>昆仑\n万维</mark>&gt; &amp; <mark>中文</mark>"
    )
    assert marked("<b>", []) == "&lt;b&gt;"


def test_links_keep_the_measures_and_drop_the_filters_of_lists() -> None:
    choice = Choice(as_of="2024-06-28", theme="ai", lang="zh")
    assert choice.link("/") == "/?as_of=2024-06-28&lang=zh"
    assert choice.link("/a b", horizon="20") == "/a%20b?as_of=2024-06-28&lang=zh&horizon=20"
    assert choice.link("/r", {"q": "x&y", "page": ""}) == "/r?as_of=2024-06-28&lang=zh&q=x%26y"
    assert choice.link("/r", filtered=True, as_of=None) == "/r?theme=ai&lang=zh"


@pytest.mark.parametrize("by", BY)
def test_a_group_leads_to_just_what_it_is_made_of(ask: Ask, by: str) -> None:
    counts = [row["recommendations"] for row in ask(f"/api/brokers?by={by}").json() if row["group"] != "?"]
    page = unescape(ask(f"/brokers?by={by}").text)
    links = list(dict.fromkeys(re.findall(r'href="(/(?:recommendations[?]|brokers/|themes/|reports/)[^"]*)"', page)))
    assert len(links) == len(counts) > 0
    for link, count in zip(links, counts, strict=True):
        assert ask(link).status_code == 200
        if link.startswith("/recommendations"):
            assert len(ask(f"/api{link}").json()) == count


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_address_breaks_a_page(ask: Ask, one: str, other: str) -> None:
    from urllib.parse import quote, urlencode  # noqa: PLC0415

    for path in ("/search", "/recommendations", "/"):
        words = urlencode({"q": one, "sort": other, "page": one, "theme": other, "broker": one})
        assert ask(f"{path}?{words}").status_code < 500
    assert ask(f"/symbols/{quote(one, safe='')}?{urlencode({'horizon': other, 'as_of': one})}").status_code < 500


def test_an_empty_database_is_said_before_serving(tmp_path: Path) -> None:
    said = run("serve", home=tmp_path)
    assert said.code == 1
    assert "python main.py daily" in said.err


def test_the_application_describes_itself(app: FastAPI) -> None:
    assert app.docs_url is None  # its page would fetch from elsewhere


def test_the_search_finds_a_share_by_its_former_and_further_names(ask: Ask) -> None:
    """300459 was 金科文化 until 2021; 00700 and others are found by the names of ``names.csv``."""
    assert "300459.SZ" in ask("/search?q=金科文化").text
    assert "300459.SZ" not in ask("/search?q=深发展").text
