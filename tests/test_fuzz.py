"""Every parser under any input: a value, or one sentence of refusal, and never anything else.

The short form runs with the tests; ``make fuzz`` gives each parser 100,000 inputs.
"""

import asyncio
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx
import openpyxl
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.program import run
from tests.cli.small_world import EVENING, make_world
from tests.reading.checkout import names
from watchlist.domain.errors import WatchlistError
from watchlist.ledger.home import Home, find_home
from watchlist.ledger.reports import load_report
from watchlist.ledger.settings import load_settings
from watchlist.ledger.table_file import table_rows
from watchlist.ledger.themes import load_themes
from watchlist.ledger.watch import load_watchlist
from watchlist.reading.about import Told
from watchlist.steps.read import read_bytes
from watchlist.web.app import create_app
from watchlist.web.shelf import Shelf

TODAY: Final = dt.date(2024, 6, 30)
ANY_WAY: Final = settings(suppress_health_check=list(HealthCheck))
WORDS: Final = st.sampled_from([
    "broker", "title", "published", "recommendations", "symbol", "theme", "quotes", "start", "end", "text", "strength",
    "600000.SH", "00700.HK", "推荐", "买入", "2024-03-01", "2024-02-30", "true", "nan", "inf", "1e999", "-1", "0",
    "=1+1", "'''", '"""', '"', "'", "[", "]", "[[", "]]", "{", "}", "=", ",", ";", "\t", "\n", "\r\n", "#", ".", "\\",
    "\\u0000", "\x00", "\ufeff", "\u202e", "\x1b[31m", "日期", "代码", "名称", "评级", "date", "rating", "%PDF-",
    "PK\x03\x04", "PAR1", " ",
])  # fmt: skip
TEXTS: Final = st.one_of(
    st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=40).map("".join), st.text(max_size=80)
)
BYTES: Final = st.one_of(TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=300),
                         TEXTS.map(lambda text: text.encode("gb18030", "ignore")))  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("fuzz")
    (made / "home" / "config" / "local").mkdir(parents=True)
    return made


def taken_or_refused(parse: Callable[[], object]) -> None:
    """Let something be parsed; a refusal must be a sentence in both languages."""
    refused = None
    try:
        parse()
    except WatchlistError as error:
        refused = error
    assert refused is None or (refused.text("en").strip() and refused.text("zh").strip())


@ANY_WAY
@given(content=BYTES, which=st.sampled_from(["report", "settings", "themes", "watchlist"]))
def test_toml(folder: Path, content: bytes, which: str) -> None:
    home = Home(folder / "home")
    path = home.local / (f"{which}.toml" if which != "report" else "report.x")
    path.write_bytes(content)
    loads: dict[str, Callable[[], object]] = {
        "report": lambda: load_report(home, path), "settings": lambda: load_settings(home),
        "themes": lambda: load_themes(home), "watchlist": lambda: load_watchlist(home),
    }  # fmt: skip
    try:
        taken_or_refused(loads[which])
    finally:
        path.unlink()


VALUES: Final = st.recursive(
    st.one_of(TEXTS, st.integers(), st.floats(), st.booleans(), st.dates(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)), max_leaves=8,
)  # fmt: skip


@ANY_WAY
@given(
    table=st.dictionaries(st.sampled_from(["broker", "title", "published", "recommendations", "industry", "x"]), VALUES)
)
def test_the_values_of_a_report(folder: Path, table: dict[str, Any]) -> None:
    """What is sound TOML may still be any kind of value at any key."""
    home = Home(folder / "home")
    path = folder / "values.toml"
    path.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in table.items()), "utf-8", "surrogatepass")
    taken_or_refused(lambda: load_report(home, path))


def _toml(value: Any) -> str:  # noqa: ANN401 - any value of TOML
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        plain = "".join(one if one.isprintable() and one not in '"\\' else " " for one in value)
        return f'"{plain}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items()) + "}"
    return '""' if value is None else str(value)


@ANY_WAY
@given(content=BYTES)
def test_csv(folder: Path, content: bytes) -> None:
    path = folder / "list.csv"
    path.write_bytes(content)
    taken_or_refused(lambda: list(table_rows(path)))


@ANY_WAY
@given(rows=st.lists(st.lists(TEXTS, max_size=8), max_size=8))
def test_csv_of_cells(folder: Path, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["date", "broker", "symbol", "rating"], *rows])
    path = folder / "cells.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    taken_or_refused(lambda: list(table_rows(path)))


@cache
def workbook() -> dict[str, bytes]:
    """Give the parts of a sound workbook."""
    book = openpyxl.Workbook()
    book.worksheets[0].append(["date", "broker", "symbol", "rating"])
    book.worksheets[0].append([TODAY, "甲证券", "600000", 1.5])
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@ANY_WAY
@given(data=st.data())
def test_xlsx(folder: Path, data: st.DataObject) -> None:
    """A part of a workbook is cut, changed or exchanged, or the whole is."""
    parts = dict(workbook())
    part = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[part])))
    parts[part] = parts[part][:at] + data.draw(BYTES) + parts[part][data.draw(st.integers(at, len(parts[part]))) :]
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    content = whole.getvalue()
    if data.draw(st.booleans()):
        place = data.draw(st.integers(4, len(content) - 1))
        content = content[:place] + data.draw(st.binary(max_size=3)) + content[place + data.draw(st.integers(0, 3)) :]
    path = folder / "list.xlsx"
    path.write_bytes(content)
    taken_or_refused(lambda: list(table_rows(path)))


@ANY_WAY
@given(content=BYTES)
def test_report(content: bytes) -> None:
    taken_or_refused(lambda: read_bytes(content, "x", names(), Told(), TODAY))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    world = make_world(tmp_path_factory.mktemp("fuzz-web"))
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    home = find_home(world.home, {})
    return create_app(Shelf(home, home.database, load_settings(home), lambda: EVENING), "en")


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


GIVEN: Final = st.one_of(
    TEXTS,
    st.sampled_from([
        "1", "0", "2024-06-14", "2024-03-01", "AI", "6m", "20", "1w,1m", "600000", "浦发银行", "600000.SH", "甲证券",
        "000300.SH", "CN", "CNY", "USD", "csv", "jsonl", "running", "matured", "theme", "broker", "today",
        "point-in-time", "0.05", "true", "en", "zh",
    ]),
)  # fmt: skip
PLACES: Final = st.one_of(
    GIVEN, st.sampled_from(["2024Q2", "2024H1", "2024-03..2024-06", "period-calls", "contributions"])
)


@pytest.fixture(scope="module")
def asked(app: FastAPI) -> dict[str, list[str]]:
    """Map every address of the API to the words it knows, as it describes itself."""
    described = app.openapi()["paths"]
    known = {
        path: [one["name"] for one in what["get"].get("parameters", []) if one["in"] == "query"]
        for path, what in described.items()
        if "get" in what and path.startswith("/api/")
    }
    assert len(known) > 15
    return known


@ANY_WAY
@given(data=st.data())
def test_api(app: FastAPI, asked: dict[str, list[str]], loop: asyncio.AbstractEventLoop, data: st.DataObject) -> None:
    """Every address, with some of its own words or a foreign one, each with one or more values of any kind."""
    path = data.draw(st.sampled_from(sorted(asked)))
    filled = re.sub(r"\{\w+\}", lambda _: quote(data.draw(PLACES), safe="", errors="replace"), path)
    words = st.sampled_from([*asked[path], "x"])
    query = data.draw(st.dictionaries(words, st.one_of(GIVEN, st.lists(GIVEN, max_size=3)), max_size=3))

    async def answered() -> httpx.Response:
        there = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=there, base_url="http://127.0.0.1:8350", follow_redirects=True
        ) as client:
            return await client.get(f"{filled}?{urlencode(query, doseq=True, errors='replace')}")

    answer = loop.run_until_complete(answered())
    # Nothing was recorded by so early a moment: the API says of itself that it then answers 503.
    nothing_yet = answer.status_code == 503 and "known_at" in query
    assert answer.status_code < 500 or nothing_yet, (filled, query, answer.text)
    assert answer.status_code == 200 or set(answer.json()) == {"error"}, (filled, query, answer.text)
