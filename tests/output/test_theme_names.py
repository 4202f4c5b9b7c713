"""Themes are called in the language of their reader, in every file and chart."""

import dataclasses
import html
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import run
from watchlist.output.beancount import beancount_prices
from watchlist.output.charts import horizons_chart, themes_chart
from watchlist.output.markdown import markdown
from watchlist.output.package import Package
from watchlist.output.page import review_page
from watchlist.output.portfolio import ghostfolio
from watchlist.output.workbook import review_workbook

Write = Callable[[Package], str]
THEMES: Final = tomllib.loads(Path("config/themes.toml").read_text("utf-8"))["themes"]
CHINESE: Final = re.compile("[\u4e00-\u9fff]")


def workbook(package: Package) -> str:
    """Give every text of a workbook: sheet names, cells, and the names of charts' series."""
    content = review_workbook(package.review, package.evidence(), package.language, red_up=False)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


def chart(drawn: Callable[[Package], Any]) -> Write:
    return lambda package: json.dumps(drawn(package).to_dict(), ensure_ascii=False)


WRITERS: Final[dict[str, Write]] = {
    "page": lambda package: review_page(package.review, package.language),
    "workbook": workbook,
    "themes": chart(themes_chart),
    "horizons": chart(horizons_chart),
    "markdown": lambda package: markdown(package, None).content.decode(),
    "beancount": lambda package: beancount_prices(package).content.decode(),
    "ghostfolio": lambda package: ghostfolio(package).content.decode(),
}


@pytest.mark.parametrize("name", WRITERS)
def test_themes_are_called_as_their_reader_calls_them(package: Callable[[str], Package], name: str) -> None:
    english, chinese = (_words(WRITERS[name](_without_prints(package(language)))) for language in ("en", "zh"))
    assert [theme["name"] for theme in THEMES if CHINESE.search(theme["name"]) and theme["name"] in english] == []
    assert [theme["name_en"] for theme in THEMES if theme["name_en"] in chinese] == []
    assert any(theme["name_en"] in english for theme in THEMES)
    assert any(CHINESE.search(theme["name"]) and theme["name"] in chinese for theme in THEMES)


def _without_prints(package: Package) -> Package:
    """Take out what a report printed: its words stay as they are in any language."""
    rows = [{**row, "theme_printed": "", "quote": None} for row in package.review["recommendations"]]
    return dataclasses.replace(package, review={**package.review, "recommendations": rows})


def _words(text: str) -> str:
    return html.unescape(text).replace("\\/", "/")


@pytest.mark.parametrize("command", [("brokers", "--by", "theme"), ("brokers", "--by", "theme", "--rank")])
def test_themes_as_groups_are_called_by_name(demo: Path, command: tuple[str, ...]) -> None:
    english, chinese = (run(*command, "--demo", "--lang", language, home=demo).out for language in ("en", "zh"))
    assert "New models in games" in english
    assert "游戏新模式" not in english
    assert "游戏新模式" in chinese
    rows = run(*command, "--demo", "--json", home=demo).rows
    assert ("new-games", "游戏新模式", "New models in games") in [
        (row["group"], row["group_zh"], row["group_en"]) for row in rows
    ]


def test_the_returns_of_a_theme_name_it(demo: Path) -> None:
    asked = ("returns", "--theme", "new-games", "--from", "2024-07-01", "--to", "2024-12-31", "--demo")
    assert "New models in games 2024-07-01" in run(*asked, "--lang", "en", home=demo).out
    assert run(*asked, "--json", home=demo).rows[0]["name_en"] == "New models in games"
