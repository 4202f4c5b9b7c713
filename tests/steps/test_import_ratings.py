"""Import: a list of many ratings goes into the database, every line as a recommendation or as a problem."""

import json
from pathlib import Path

import pytest

from tests.cli.program import Said, run, tables
from tests.cli.small_world import EVENING, INDICES, PUFA, World, make_world

ENGLISH = "date,broker,symbol,rating,target price,analyst,theme\n"
CHINESE = "日期,机构,代码,评级,目标价,分析师,主题\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def bring(world: World, text: str | bytes, *options: str) -> Said:
    path = world.home / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("import", path, *options, home=world.home, now=EVENING)


def rows(world: World) -> list[tuple[object, ...]]:
    return tables(world.database, "recommendations")["recommendations"]


def test_english_and_chinese_headings_mean_the_same(world: World) -> None:
    assert bring(world, ENGLISH + "2024-03-01,乙证券,600000.SH,买入,12.5,张三,AI\n").code == 0
    before = rows(world)
    again = bring(world, CHINESE + "2024/3/1,乙证券,sh600000,买入,12.5,张三,AI\n")
    # The words it was made in are the line, and that is written otherwise.
    assert again.code == 0
    assert [row[:2] for row in rows(world)] == [(before[0][0], 1), (before[0][0], 2)]
    assert [row[3:16] for row in rows(world)] == [before[0][3:16]] * 2


def test_a_list_of_chinese_excel_is_read(world: World) -> None:
    text = "发布日期;券商;证券简称;评级\n2024年3月1日;乙证券;浦发银行;增持\n20240304;乙证券;平安银行;\n"
    assert bring(world, text.encode("gb18030")).code == 0
    assert {(row[4], row[9], row[11], row[12]) for row in rows(world)} == {
        ("乙证券", "600000.SH", 1, "rating_only"),
        ("乙证券", "000001.SZ", 1, "recommend"),
    }


def test_the_same_list_twice_adds_nothing(world: World) -> None:
    text = ENGLISH + "2024-03-01,乙证券,600000.SH,买入,,,\n2024-03-02,乙证券,600000.SH,中性,,,\n"
    first, before = bring(world, text), rows(world)
    second = bring(world, text, "--json")
    assert first.code == second.code == 0
    assert second.rows["recommendations"] == 2
    assert (second.rows["added"], second.rows["amended"]) == (0, 0)
    assert rows(world) == before


def test_a_dry_run_writes_nothing(world: World) -> None:
    said = bring(world, ENGLISH + "2024-03-01,乙证券,600000.SH,买入,,,\n", "--dry-run", "--json")
    assert said.rows["added"] == 1
    assert rows(world) == []


def test_every_line_is_a_recommendation_or_a_problem_with_its_number(world: World) -> None:
    text = """date,broker,symbol,rating,target price,analyst,theme
2024-03-01,乙证券,600000.SH,买入,,,
2024-13-01,乙证券,600000.SH,买入,,,

2024-03-01,,600000.SH,买入,,,
2024-03-01,乙证券,,买入,,,
2024-03-01,乙证券,999999,买入,,,
2024-03-01,乙证券,000001.SZ,妙不可言,,,
2024-03-01,乙证券,000001.SZ,买入,many,,
2024-03-01,乙证券,600000.SH,买入,,,
2024-03-01,乙证券,600000.SH,减持,,,
"""
    said = bring(world, text, "--json")
    assert said.code == 1
    answer = json.loads(said.out)
    assert (answer["lines"], answer["recommendations"]) == (9, 1)
    assert [one["line"] for one in answer["problems"]] == [3, 5, 6, 7, 8, 9, 10, 11]
    words = [one["what"] for one in answer["problems"]]
    assert "2024-13-01" in words[0]
    assert "妙不可言" in words[4]
    assert "line 2" in words[6]
    assert '"减持"' in words[7]
    kept = tables(world.database, "problems")["problems"]
    assert len(kept) == 8


def test_recording_the_ledger_leaves_what_was_imported_alone(world: World) -> None:
    for index in INDICES:
        assert (world.market / "bars" / f"{index}.csv").exists()
    assert bring(world, ENGLISH + "2024-03-04,乙证券,600000.SH,减持,,,\n").code == 0
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    brokers = run("brokers", "--json", home=world.home, now=EVENING).rows
    assert {(row["group"], row["recommendations"]) for row in brokers} == {("甲证券", 2), ("乙证券", 1)}
    shown = run("show", PUFA, "--broker", "乙证券", "--json", home=world.home, now=EVENING).rows
    assert shown[0]["recommendations"][0]["direction"] == -1
    assert shown[0]["recommendations"][0]["quote"] == "2024-03-04,乙证券,600000.SH,减持,,,"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("when,who\n1,2\n", "date, broker, symbol"),
        ("日期,机构\n2024-03-01,乙证券\n", "symbol"),
        (b"\xff\xfe\x00\x01\x80", "UTF-8 or GB18030"),
    ],
)
def test_a_file_that_is_no_list_is_refused(world: World, text: str | bytes, words: str) -> None:
    said = bring(world, text)
    assert said.code == 1
    assert words in said.err
    assert rows(world) == []


def test_a_missing_file_is_said(world: World) -> None:
    said = run("import", world.home / "nothing.csv", home=world.home, now=EVENING)
    assert said.code == 1
    assert "nothing.csv" in said.err


def test_a_comma_that_splits_a_cell_is_a_problem_and_no_target(world: World) -> None:
    path = world.home / "commas.csv"
    path.write_text("date,broker,symbol,target,analyst\n2024-03-01,甲,600000.SH,1,234.50,张三\n", "utf-8")
    said = run("import", path, "--dry-run", home=world.home, now=EVENING)
    assert "6 cells under 5 headings" in said.err + said.out
    assert said.code == 1


def test_a_theme_that_only_a_list_prints_is_listed_and_can_be_mapped(world: World) -> None:
    assert bring(world, ENGLISH + "2024-03-01,乙证券,600000.SH,买入,,,白酒龙头\n").code == 0
    listed = run("theme", "list", "--lang", "en", home=world.home, now=EVENING).out
    assert any("unassigned" in line and "白酒龙头" in line for line in listed.splitlines())
    assert run("theme", "map", "白酒龙头", "ai", home=world.home, now=EVENING).code == 0
    listed = run("theme", "list", "--lang", "en", home=world.home, now=EVENING).out
    assert "unassigned" not in listed
