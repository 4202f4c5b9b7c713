"""Charts: drawn offline in every form, with the numbers of the review, and harmless whatever the words are."""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import run
from tests.output.conftest import AS_OF
from watchlist.output.charts import NothingToDraw, brokers_chart, draw, horizons_chart, themes_chart
from watchlist.output.fonts import draws_chinese, font_folders
from watchlist.output.package import Package

Make = Callable[[str], Package]
EVERY: Final = (themes_chart, brokers_chart, horizons_chart)


@pytest.mark.parametrize("chart", EVERY)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_chart_can_be_drawn(package: Make, chart: Callable[[Package], Any], language: str) -> None:
    made = package(language)
    drawn = chart(made)
    picture = draw(drawn, ".png", language)
    assert picture.startswith(b"\x89PNG")
    assert min(struct.unpack(">II", picture[16:24])) > 200
    svg = draw(drawn, ".svg", language).decode()
    assert svg.startswith("<svg")
    assert "SIMULATED" in svg
    assert made.review["fingerprint"] in svg


def test_red_is_up_in_chinese_and_green_in_english(package: Make) -> None:
    for language, up in (("zh", "#c8102e"), ("en", "#0a7d45")):
        layers = horizons_chart(package(language)).to_dict()["layer"]
        assert layers[0]["encoding"]["color"]["scale"]["range"][2] == up


def test_the_map_holds_the_numbers_of_the_review(package: Make) -> None:
    made = package("en")
    spec = horizons_chart(made).to_dict()
    (values,) = spec["datasets"].values() if "datasets" in spec else [spec["data"]["values"]]
    drawn = {(one["group"], one["horizon"]): one["excess"] for one in values}
    assert drawn == {
        (row["name_en"], key): one["mean_excess"]
        for row in made.review["themes"]
        for key, one in row["horizons"].items()
    }


@pytest.mark.parametrize("chart", EVERY)
def test_hostile_words_run_nothing_and_fetch_nothing(hostile: Package, chart: Callable[[Package], Any]) -> None:
    drawn = chart(hostile)
    assert "<script" not in draw(drawn, ".svg", "en").decode()
    page = draw(drawn, ".html", "en").decode()
    assert len(re.findall(r"</script", page)) == 2
    assert "default-src 'none'" in page
    held = re.search(r'id="spec">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    assert json.loads(held[1])["title"]["text"]


def test_nothing_to_draw_is_said(package: Make) -> None:
    empty = Package({**package("en").review, "curves": {}, "brokers": [], "themes": []}, "en", "auto", dict, dict)
    for chart in EVERY:
        with pytest.raises(NothingToDraw):
            chart(empty)


def test_the_command_draws_a_security_by_its_name(demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "kunlun.svg"
    said = run("chart", "symbol", "昆仑万维", "-o", target, "--demo", "--as-of", AS_OF, home=demo)
    assert said.code == 0, said.err
    text = target.read_text("utf-8")
    assert "300418.SZ" in text
    assert "CSI 300" in text
    assert "国信证券" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("themes", "-o", "x.jpg"), ".png"),
        (("symbol", "-o", "x.png"), "needs a security"),
        (("themes", "300418", "-o", "x.png"), "needs a security"),
        (("symbol", "没有这只", "-o", "x.png"), "no security"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(demo: Path, arguments: tuple[str, ...], words: str) -> None:
    said = run("chart", *arguments, "--demo", home=demo)
    assert said.code == 2
    assert words in said.err
    assert len(said.problems) == 1


def test_fonts_are_looked_for_where_systems_keep_them(tmp_path: Path) -> None:
    assert not draws_chinese((tmp_path, tmp_path / "absent"))
    (tmp_path / "noto").mkdir()
    (tmp_path / "noto" / "NotoSansCJK-Regular.ttc").touch()
    assert draws_chinese((tmp_path,))
    for platform in ("win32", "darwin", "linux"):
        assert font_folders({"HOME": "/h"}, platform)


def test_a_missing_font_is_a_hint(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchlist.output.fonts.draws_chinese", lambda: False)
    said = run("chart", "brokers", "-o", tmp_path / "b.png", "--demo", "--lang", "zh", home=demo)
    assert "fonts-noto-cjk" in said.err
