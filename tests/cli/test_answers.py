"""Every question answers in every form: a table that aligns, CSV, JSON and JSON Lines with the same rows."""

import csv
import io
import json
import re
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from rich.cells import cell_len

from tests.cli.program import run
from tests.cli.small_world import EVENING, PUFA, World, make_world, report

QUESTIONS: Final = {
    "recommendations": (), "calls": (), "themes": (), "brokers": (), "watch": (),
    "returns": ("300418", "300133", "00772.HK", "--from", "2024-06-14"),
}  # fmt: skip
PERIODS: Final = "1w,1m,3m,6m,ytd,1y,since"
NASTY: Final = "=1+1 [/red]\u202e推荐"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a world whose report says what no program should take at its word."""
    world = make_world(tmp_path_factory.mktemp("hostile"))
    text = report(broker="[bold]券商", theme="@SUM(1)", quote=NASTY)
    text = text.replace("'''" + NASTY + "'''", json.dumps(NASTY + "\x1b[31m", ensure_ascii=True)).replace(
        f"end = {len(NASTY)}", f"end = {len(NASTY) + 5}"
    )
    world.write("reports/first.toml", text)
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_aligns(founding: Path, question: str, language: str) -> None:
    said = run(question, *QUESTIONS[question], "--lang", language, home=founding)
    assert said.code == 0, said.err
    lines = said.out.rstrip("\n").split("\n")
    assert len({cell_len(line) for line in lines}) == 1, said.out
    rule = next(line for line in lines if set(line.strip()) == {"─"})
    assert cell_len(rule) <= 200
    assert bool(re.search("[\u4e00-\u9fff]", lines[0])) == (language == "zh")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_form_has_the_same_rows(founding: Path, question: str, tmp_path: Path) -> None:
    arguments = (question, *QUESTIONS[question], "--as-of", "2026-03-20")
    if question == "returns":
        arguments = (question, *QUESTIONS[question], "--to", "2026-03-20")
    rows = run(*arguments, "--json", home=founding).rows
    assert rows
    lines = run(*arguments, "--jsonl", home=founding).out.split("\n")[:-1]
    assert [json.loads(line) for line in lines] == rows
    table = list(csv.DictReader(io.StringIO(run(*arguments, "--csv", home=founding).out, newline="")))
    key = "group" if question == "brokers" else "theme" if question == "themes" else "symbol"
    assert [row[key] for row in table] == [row[key] for row in rows]
    for form in ("json", "jsonl", "csv"):
        path = tmp_path / f"out.{form}"
        said = run(*arguments, "--output", path, home=founding)
        assert (said.code, said.out) == (0, "")
        written = path.read_bytes()
        assert written.startswith(b"\xef\xbb\xbf") == (form == "csv")
        assert written.decode("utf-8-sig") == run(*arguments, f"--{form}", home=founding).out


def test_numbers_of_a_csv_file_are_those_of_json(founding: Path) -> None:
    arguments = ("recommendations", "--as-of", "2026-03-20")
    rows = run(*arguments, "--json", home=founding).rows
    table = list(csv.DictReader(io.StringIO(run(*arguments, "--csv", home=founding).out, newline="")))
    for row, line in zip(rows, table, strict=True):
        assert float(line["total_return"]) == row["total_return"]
        assert float(line["horizons.6m.excess_return"]) == row["horizons"]["6m"]["excess_return"]
        assert line["symbol"] == row["symbol"]


@pytest.mark.parametrize("question", ["themes", "brokers", "recommendations", "watch"])
def test_periods_stand_side_by_side(founding: Path, question: str) -> None:
    said = run(question, "--period", PERIODS, "--lang", "en", "--as-of", "2026-03-20", home=founding)
    assert said.code == 0, said.err
    heading = next(line for line in said.out.split("\n") if " 1w " in f"{line} ")
    assert [word for word in heading.split() if word in PERIODS.split(",")] == PERIODS.split(",")


@pytest.mark.parametrize("question", ["themes", "brokers"])
def test_periods_of_groups_are_in_the_json(founding: Path, question: str) -> None:
    for row in run(question, "--as-of", "2026-03-20", "--json", home=founding).rows:
        assert row["periods"].keys() >= {"1w", "1m", "3m", "6m", "ytd", "1y"}


def test_show_opens_with_who_recommended_it(founding: Path) -> None:
    said = run("show", "昆仑万维", "--lang", "en", "--as-of", "2026-03-20", home=founding)
    assert said.code == 0, said.err
    for word in ("300418.SZ", "上海证券", "国信证券", "2024-04-17", "2024-06-14", "34.22", "+56.93%"):
        assert word in said.out
    (row,) = run("show", "300418", "--as-of", "2026-03-20", "--json", home=founding).rows
    assert row["first_recommended_by"] == ["上海证券"]
    assert [one["place"] for one in row["recommendations"]] == [1, 2]


def test_a_table_does_nothing_that_a_report_says(hostile: World) -> None:
    for arguments in (("recommendations",), ("themes",), ("calls",), ("recommendations", "--columns", "symbol,quote")):
        said = run(*arguments, home=hostile.home, now=EVENING)
        assert said.code == 0, said.err
        assert "\x1b" not in said.out, arguments
        assert "\u202e" not in said.out, arguments
    assert "[/red]" in run("recommendations", "--columns", "quote", home=hostile.home, now=EVENING).out


def test_the_words_under_a_security_do_nothing_either(hostile: World) -> None:
    said = run("show", PUFA, home=hostile.home, now=EVENING)
    assert said.code == 0, said.err
    assert "推荐" in said.out
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


def test_a_file_of_a_hostile_report_holds_no_formula(hostile: World) -> None:
    table = csv.DictReader(io.StringIO(run("recommendations", "--csv", home=hostile.home, now=EVENING).out, newline=""))
    rows = list(table)
    assert {row["quote"][0] for row in rows} == {"'"}
    assert {row["theme_printed"] for row in rows} == {"'@SUM(1)"}
    negative = [row["excess_return"] for row in rows if row["excess_return"].startswith("-")]
    assert negative
    assert all(float(value) < 0 for value in negative)


def test_a_filter_that_fits_nothing_says_so(founding: Path) -> None:
    said = run("recommendations", "--since", "2026-01-01", "--lang", "en", home=founding)
    assert (said.code, said.out) == (0, "")
    assert len(said.problems) == 1
    assert run("recommendations", "--since", "2026-01-01", "--json", home=founding).rows == []


@pytest.mark.parametrize("ending", ["csv", "json", "html"])
def test_everything_can_be_exported(founding: Path, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"review.{ending}"
    said = run("export", path, "--as-of", "2026-03-20", home=founding)
    assert said.code == 0, said.err
    text = path.read_text("utf-8-sig")
    assert "300418.SZ" in text
    if ending == "json":
        assert len(json.loads(text)["recommendations"]) == 35
    if ending == "csv":
        assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == 35


@pytest.mark.parametrize("what", ["recommendations", "themes", "brokers", "calls"])
def test_any_table_can_be_exported(founding: Path, tmp_path: Path, what: str) -> None:
    path = tmp_path / "out.csv"
    assert run("export", path, "--what", what, "--as-of", "2026-03-20", home=founding).code == 0
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert len(rows) == {"recommendations": 35, "themes": 6, "brokers": 2, "calls": 32}[what]


def test_curves_are_in_tables_alone(founding: Path, tmp_path: Path) -> None:
    bars = set("▁▂▃▄▅▆▇█")
    for question in ("themes", "watch"):
        assert set(run(question, home=founding).out) & bars
        for form in ("--csv", "--json", "--jsonl"):
            assert not set(run(question, form, home=founding).out) & bars
        assert run(question, "--output", tmp_path / "out.csv", home=founding).code == 0
        assert not set((tmp_path / "out.csv").read_text("utf-8-sig")) & bars


def test_a_small_curve_ends_as_the_closes_do(founding: Path, shared: Path) -> None:
    """The curve of a share without actions in its last 60 sessions is as high at its end as its closes say."""
    lines = (shared / "market" / "bars" / "300418.SZ.csv").read_text("utf-8").splitlines()
    at = lines[0].split(",").index("close")
    closes = [float(line.split(",")[at]) for line in lines[1:]][-60:]
    drawn = next(line for line in run("watch", home=founding).out.splitlines() if "300418.SZ" in line).split()[2]
    assert len(drawn) == 8
    height = round((closes[-1] - min(ends := [closes[(n + 1) * 60 // 8 - 1] for n in range(8)]))
                   / (max(ends) - min(ends)) * 7)  # fmt: skip
    assert "▁▂▃▄▅▆▇█".index(drawn[-1]) == height


def test_a_watched_share_without_prices_has_no_curve(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.write("watchlist.toml", '[[watch]]\nsymbol = "600519.SH"\nadded = 2024-03-01\n')
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code in {0, 1}
    line = next(line for line in run("watch", home=world.home, now=EVENING).out.splitlines() if "600519" in line)
    assert not set(line) & set("▁▂▃▄▅▆▇█")


def test_a_share_no_list_has_is_asked_for_by_its_code_once_it_is_recommended_or_watched(world: World) -> None:
    listed = world.home / "list.csv"
    listed.write_text("date,broker,symbol,rating\n2024-03-05,丙证券,ZZQX.US,买入\n", "utf-8")
    assert run("import", listed, home=world.home, market=world.market, now=EVENING).code == 0
    asked = partial(run, home=world.home, market=world.market, now=EVENING)
    assert asked("record").code == 0
    assert [row["symbol"] for row in asked("recommendations", "--symbol", "ZZQX", "--json").rows] == ["ZZQX.US"]
    assert asked("returns", "zzqx.us", "--from", "2024-03-05", "--json").rows[0]["status"] == "no_price"
    assert asked("update", "--symbol", "ZZQX.US", "--dry-run").code == 0
    assert asked("show", "YYQX", "--json").code == 2
    assert asked("watch", "add", "YYQX").code == 0
    assert asked("show", "YYQX", "--json").rows[0]["symbol"] == "YYQX.US"
