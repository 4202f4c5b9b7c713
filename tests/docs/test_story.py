"""The worked story: every figure of it is asked of the program again, on the real prices it was written from."""

import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.built_homes import founding_home
from tests.cli.program import ROOT, run

AS_OF: Final = ("--as-of", "2026-03-20", "--json")
STORIES: Final = ("story.md", "story.zh-CN.md")


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founding_home(shared, tmp_path_factory)


def text(name: str) -> str:
    return " ".join((ROOT / "docs" / name).read_text("utf-8").split())


def cells(row: dict[str, Any]) -> list[str]:
    """Write a theme the way the story's table does."""
    chosen = [row["horizons"][key] for key in ("20", "60", "120", "6m", "12m")]
    written = [
        f"{one['mean_excess'] * 100:+.1f} · {round(one['hit_rate'] * one['sample'])}/{one['sample']}" for one in chosen
    ]
    half = row["horizons"]["6m"]
    return [row["name"], *written, f"{half['hit_rate_low'] * 100:.0f}–{half['hit_rate_high'] * 100:.0f}"]


@pytest.mark.parametrize("name", STORIES)
def test_the_scoreboard(name: str, home: Path) -> None:
    lines = re.findall(r"^\| (.+) \|$", (ROOT / "docs" / name).read_text("utf-8"), flags=re.MULTILINE)
    rows = run("themes", *AS_OF, "--lang", "zh", home=home).rows
    assert sorted(line.split(" | ")[1:] for line in lines[1:]) == sorted(cells(row)[1:] for row in rows)


@pytest.mark.parametrize("name", STORIES)
def test_the_brokers_behind_it(name: str, home: Path) -> None:
    rows = {row["group"]: row for row in run("brokers", *AS_OF, home=home).rows}
    found = rows["国信证券"]
    alpha, since, story = found["alpha"], found["since_entry"], text(name)
    said = (
        f"+{since['total_return'] * 100:.1f}", f"{since['benchmark_return'] * 100:.1f}",
        f"{since['excess_return'] * 100:.1f}", f"{alpha['alpha'] * 100:+.0f}", f"t = {alpha['t']:.1f}",
        f"p = {alpha['p']:.2f}", f"{alpha['beta']:.2f}", f"{found['mean_excess'] * 100:.0f}",
        str(rows["上海证券"]["alpha"]["days"]),
    )  # fmt: skip
    assert [figure for figure in said if figure not in story] == []
    assert rows["上海证券"]["alpha"]["status"] == "insufficient"
    assert found["hit_rate_month_low"] is None
    ranked = {row["group"]: row for row in run("brokers", "--rank", *AS_OF, home=home).rows}
    assert {row["rank"] for row in ranked.values()} == {None}
    assert ranked["国信证券"]["why"] == "matured 21/30, months 1/6"
    assert ranked["国信证券"]["why"] in story


@pytest.mark.parametrize("name", STORIES)
def test_shares_and_sectors_of_it(name: str, home: Path) -> None:
    story = text(name)
    rows = run("recommendations", *AS_OF, home=home).rows
    assert sum(row["horizons"]["20"]["hit"] is False for row in rows) == 30
    gone = next(row for row in rows if row["symbol"] == "300280.SZ")
    assert f"{gone['total_return'] * 100:+.2f}".replace("-", "−") in story
    theme = next(row for row in run("themes", *AS_OF, home=home).rows if row["theme"] == gone["theme"])
    for mean in (theme["since_entry"]["excess_return"], *theme["delisting_sensitivity"]["since_entry"].values()):
        assert f"{mean * 100:.2f}" in story
    sectors = run("recommendations", "--sectors", *AS_OF, home=home).rows
    first = {row["sector"]: row for row in sectors if row["broker"] == "上海证券"}
    for sector in ("传媒", "游戏"):
        assert first[sector]["status"] == "matured"
        assert f"{first[sector]['horizon_return'] * 100:+.2f}" in story
        assert f"{first[sector]['horizon_excess'] * 100:+.2f}" in story
    assert first["出版"]["status"] == "no_price"
