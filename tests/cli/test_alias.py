"""A person's own names of securities: added once, refused where they are another's, and found by lists and reports."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.program import one_sentence, run
from watchlist.ledger.aliases import load_aliases
from watchlist.ledger.home import find_home


def test_a_name_is_added_listed_and_found(tmp_path: Path) -> None:
    said = run("alias", "list", "--lang", "en", home=tmp_path)
    assert "none of your own" in said.err
    assert run("alias", "add", "600519", "茅子", "--from", "2020-01-01", home=tmp_path).code == 0
    assert run("alias", "add", "00700.HK", 'a "b", c', "--kind", "english", home=tmp_path).code == 0
    listed = run("alias", "list", home=tmp_path).out
    assert "600519.SH" in listed
    assert "茅子" in listed
    assert 'a "b", c' in {one.name for one in load_aliases(find_home(tmp_path, {}))}
    path = tmp_path / "list.csv"
    path.write_text("date,broker,name,rating\n2024-03-01,甲证券,茅子,买入\n", "utf-8")
    assert run("import", path, home=tmp_path).code == 0
    text = tmp_path / "report.txt"
    text.write_text("甲证券\n2024年3月1日\n白酒周报\n投资建议：建议关注茅子、五粮液、泸州老窖。\n", "utf-8")
    assert "600519.SH" in run("read", text, "--json", home=tmp_path).out


def test_a_name_of_another_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    one_sentence(run("alias", "add", "600519", "五粮液", "--lang", "en", home=tmp_path), 2, "000858.SZ already")
    assert run("alias", "add", "600519", "茅子", home=tmp_path).code == 0
    one_sentence(run("alias", "add", "000858", "茅子", "--lang", "en", home=tmp_path), 2, "600519.SH already")
    assert len((tmp_path / "config" / "local" / "names.csv").read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize("name", ["", " ", "茅", "\u202e茅子", "茅\n子", "\x1b[31m茅子"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    one_sentence(run("alias", "add", "600519", name, home=tmp_path), 2)
    assert not (tmp_path / "config" / "local" / "names.csv").exists()


def test_days_must_be_in_order(tmp_path: Path) -> None:
    one_sentence(
        run("alias", "add", "600519", "茅子", "--from", "2024-01-01", "--to", "2020-01-01", home=tmp_path),
        2,
        "2020-01-01",
    )


def test_every_filter_understands_names_former_ones_and_a_person_s_own(founding: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(founding, home)
    named = {
        "300418.SZ": ("300418", "SZ300418", "昆仑万维", "老昆仑"),
        "300459.SZ": ("汤姆猫", "金科文化", "300459.sz"),
    }
    assert run("alias", "add", "300418", "老昆仑", home=home).code == 0
    for symbol, spellings in named.items():
        rows = run("recommendations", "--symbol", symbol, "--json", home=home).rows
        assert rows
        for spelled in spellings:
            assert run("recommendations", "--symbol", spelled, "--json", home=home).rows == rows, spelled
    assert run("themes", "--symbol", "老昆仑", "--json", home=home).rows
    assert run("brokers", "--symbol", "老昆仑", "--json", home=home).rows
    shown = json.loads(run("show", "老昆仑", "--json", home=home).out)[0]
    assert shown["symbol"] == "300418.SZ"
    assert run("returns", "老昆仑", "--from", "2024-06-14", "--json", home=home).rows[0]["symbol"] == "300418.SZ"
    one_sentence(run("show", "没有这只", "--lang", "en", home=home), 2, "is no security this watchlist knows")
