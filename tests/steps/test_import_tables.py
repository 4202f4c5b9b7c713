"""Import from workbooks and Parquet: dates, codes and cells as spreadsheets leave them, and what is refused."""

import datetime as dt
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.cli.program import Said, one_sentence, run, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, make_world

HEAD = ["日期", "机构", "代码", "名称", "评级", "目标价"]
DAY = dt.datetime(2024, 3, 1)  # noqa: DTZ001  (a cell has no zone)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def book(world: World, rows: Sequence[Sequence[object]], change: Callable[[Any], None] | None = None) -> Path:
    """Write a workbook of one sheet; ``change`` may change it further."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(made)
    path = world.home / "list.xlsx"
    made.save(path)
    return path


def bring(world: World, path: Path, *options: str) -> Said:
    return run("import", path, *options, "--lang", "en", home=world.home, now=EVENING)


def answer(said: Said) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.out)
    return found


def stored(world: World) -> list[tuple[object, ...]]:
    """Give broker, published, moment, symbol, rating, target and currency of what was recorded."""
    rows = tables(world.database, "recommendations")["recommendations"]
    return sorted((row[4], row[6], row[7], row[9], row[14], row[15], row[-1]) for row in rows if row[1] == 1)


def test_a_workbook_is_read_with_dates_numbers_and_serials(world: World) -> None:
    path = book(world, [
        HEAD,
        [DAY, "甲", "600000.SH", "浦发银行", "买入", 12.5],
        [45353, "乙", "600000.SH", "", "买入", None],  # Excel's number of 2024-03-02
        [20240304, "丙", 600000, "", "买入", "12-14"],
        [dt.datetime(2024, 3, 4, 8, 30), "丁", 600000.0, "", "减持", "8-9"],  # noqa: DTZ001
    ])  # fmt: skip
    said = bring(world, path)
    assert said.code == 0, said.err
    assert stored(world) == [
        ("丁", "2024-03-04", "2024-03-04T08:30:00+08:00", PUFA, "减持", 9.0, "CNY"),  # the end a fall meets first
        ("丙", "2024-03-04", None, PUFA, "买入", 12.0, "CNY"),
        ("乙", "2024-03-02", None, PUFA, "买入", None, None),
        ("甲", "2024-03-01", None, PUFA, "买入", 12.5, "CNY"),
    ]
    assert answer(bring(world, path, "--json"))["added"] == 0


def test_a_parquet_file_is_the_same_list(world: World) -> None:
    frame = pd.DataFrame({
        "date": [dt.date(2024, 3, 1), dt.date(2024, 3, 4)], "broker": ["甲", "乙"], "symbol": [PUFA, PINGAN],
        "rating": ["买入", None], "target": [12.5, float("nan")], "currency": ["HKD", None],
    })  # fmt: skip
    path = world.home / "list.parquet"
    frame.to_parquet(path)
    assert bring(world, path).code == 0
    assert stored(world) == [
        ("乙", "2024-03-04", None, PINGAN, None, None, None),
        ("甲", "2024-03-01", None, PUFA, "买入", 12.5, "HKD"),
    ]


def test_a_code_that_lost_its_zeros_is_found_by_its_name_or_refused(world: World) -> None:
    rows: list[list[object]] = [
        [*HEAD],
        [DAY, "甲", 1, "平安银行", "买入", None],
        [DAY, "乙", 1.0, "", "买入", None],
        [DAY, "丙", 2, "平安银行", "买入", None],
    ]
    said = bring(world, book(world, rows), "--json")
    assert said.code == 1
    found = answer(said)
    assert [row[3] for row in stored(world)] == [PINGAN]
    assert [one["line"] for one in found["problems"]] == [3, 4]
    assert "000001.SZ or 00001.HK" in found["problems"][0]["what"]
    assert any("1 → 000001.SZ" in one["what"] for one in found["notes"])


def test_a_name_that_is_another_security_is_a_problem(world: World) -> None:
    said = bring(world, book(world, [HEAD, [DAY, "甲", "600000", "平安银行", "买入", None]]), "--json")
    assert "平安银行 is 000001.SZ, not 600000.SH" in answer(said)["problems"][0]["what"]


def test_title_lines_and_merged_headings_above_are_left_out_and_said(world: World) -> None:
    def merge(made: Any) -> None:  # noqa: ANN401 - a workbook
        made.active.merge_cells("A1:F1")

    path = book(world, [["2024年3月评级汇总"], [], HEAD, [DAY, "甲", PUFA, "", "买入", None]], merge)
    said = bring(world, path)
    assert said.code == 0
    assert "headings are in line 3; 1 line above" in said.err


def test_headings_over_two_lines_are_refused_with_what_is_there(world: World) -> None:
    path = book(world, [["研究信息", "", "证券"], ["发布", "谁", "代码"], [DAY, "甲", PUFA]])
    one_sentence(bring(world, path), 1, "date, broker", "It names: 发布, 谁, 代码.")


def test_a_column_without_a_heading_and_one_that_is_not_used_are_said(world: World) -> None:
    said = bring(world, book(world, [["日期", "机构", "代码", None, "收盘价"], [DAY, "甲", PUFA, "买入", 10]]))
    assert said.code == 0
    assert "column 4 has cells but no heading" in said.err
    assert "not used: 收盘价" in said.err


def test_cells_below_a_merged_one_are_problems_that_say_so(world: World) -> None:
    def merge(made: Any) -> None:  # noqa: ANN401 - a workbook
        made.active.merge_cells("B2:B3")

    path = book(world, [HEAD, [DAY, "甲", PUFA, "", "买入", None], [DAY, None, PINGAN, "", "买入", None]], merge)
    found = answer(bring(world, path, "--json"))
    assert found["recommendations"] == 1
    assert found["problems"][0]["line"] == 3
    assert "merged cells" in found["problems"][0]["what"]


def test_a_formula_or_its_failure_is_a_problem_and_is_never_computed(world: World) -> None:
    path = book(world, [
        HEAD,
        [DAY, "甲", PUFA, "", "买入", "=10+2"],
        [DAY, '=HYPERLINK("http://x","乙")', PUFA, "", "买入", None],
        [DAY, "丙", PUFA, "", "#N/A", None],
    ])  # fmt: skip
    found = answer(bring(world, path, "--json"))
    assert found["recommendations"] == 0
    words = [one["what"] for one in found["problems"]]
    assert words[:2] == [
        "a formula in the column target_price: paste it as a value",
        "a formula in the column broker: paste it as a value",
    ]
    assert "#N/A" in words[2]


def test_several_sheets_need_a_name_and_hidden_ones_are_left_out(world: World) -> None:
    def second(made: Any) -> None:  # noqa: ANN401 - a workbook
        more = made.create_sheet("港股")
        more.append(HEAD)
        more.append([DAY, "丁", PINGAN, "", "买入", None])

    path = book(world, [HEAD, [DAY, "甲", PUFA, "", "买入", None]], second)
    one_sentence(bring(world, path), 1, "Sheet, 港股", "--sheet")
    assert bring(world, path, "--sheet", "港股").code == 0
    assert [row[0] for row in stored(world)] == ["丁"]

    def hide(made: Any) -> None:  # noqa: ANN401 - a workbook
        second(made)
        made["港股"].sheet_state = "hidden"

    said = bring(world, book(world, [HEAD, [DAY, "甲", PUFA, "", "买入", None]], hide))
    assert said.code == 0
    assert "hidden sheets were left out: 港股" in said.err
    assert [row[0] for row in stored(world)] == ["丁", "甲"]


def test_a_column_may_be_chosen_by_its_heading(world: World) -> None:
    path = book(world, [["当日", "机构", "代码", "我的评级"], [DAY, "甲", PUFA, "减持"]])
    one_sentence(bring(world, path), 1, "date")
    assert bring(world, path, "--column", "date=当日", "--column", "rating=我的评级").code == 0
    assert stored(world)[0][4] == "减持"
    one_sentence(bring(world, path, "--column", "ratng=我的评级"), 2, "rating")
    one_sentence(bring(world, path, "--column", "rating"), 2, "FIELD=HEADING")


def test_a_day_ahead_a_wrong_currency_and_two_currencies_are_problems(world: World) -> None:
    path = book(world, [
        [*HEAD, "币种"],
        [dt.datetime(2024, 7, 1), "甲", PUFA, "", "买入", None, None],  # noqa: DTZ001
        [DAY, "乙", PUFA, "", "买入", 12, "欧元"],
        [DAY, "丙", PUFA, "", "买入", "HK$12", "USD"],
        [DAY, "丁", PUFA, "", "买入", "HK$12", "港币"],
    ])  # fmt: skip
    found = answer(bring(world, path, "--json"))
    assert [one["line"] for one in found["problems"]] == [2, 3, 4]
    assert "future" in found["problems"][0]["what"]
    assert [(row[0], row[5], row[6]) for row in stored(world)] == [("丁", 12.0, "HKD")]


def test_reports_with_titles_are_told_apart_and_keep_their_address(world: World) -> None:
    path = book(world, [
        ["日期", "机构", "代码", "评级", "标题", "链接"],
        [DAY, "甲", PUFA, "买入", "年报点评", "https://example.org/1"],
        [DAY, "甲", PUFA, "买入", "深度报告", None],
    ])  # fmt: skip
    assert bring(world, path).code == 0
    reports = sorted((row[4], row[8]) for row in tables(world.database, "reports")["reports"])
    assert reports == [("年报点评", '{"url": "https://example.org/1"}'), ("深度报告", "{}")]
    assert len(stored(world)) == 2


def test_a_workbook_with_entities_in_its_xml_is_refused(world: World) -> None:
    path = book(world, [HEAD, [DAY, "甲", PUFA, "", "买入", None]])
    laughs = world.home / "laughs.xlsx"
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(laughs, "w") as made:
        for one in there.infolist():
            head = b'<!DOCTYPE a [<!ENTITY b "ha">]>' if one.filename == "xl/workbook.xml" else b""
            made.writestr(one.filename, head + there.read(one))
    one_sentence(bring(world, laughs), 1, "document type", "Nothing was taken")
    assert tables(world.database, "recommendations")["recommendations"] == []


def test_a_parquet_file_that_repeats_a_long_text_a_million_times_is_refused(world: World) -> None:
    path = world.home / "long.parquet"
    frame = pd.DataFrame({"date": ["2024-03-01"] * 200_000, "broker": ["甲"] * 200_000, "symbol": [PUFA] * 200_000})
    frame["note"] = pd.Categorical.from_codes(np.zeros(200_000, dtype=np.int8), pd.Index(["长" * 10_000]))
    frame.to_parquet(path)
    assert path.stat().st_size < 100_000
    one_sentence(bring(world, path), 1, "MB")
