"""The workbook, read back with another library and worked out again by another program."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from tests.output.conftest import HOSTILE
from watchlist.output.cells import LONGEST_TEXT, cell_text, safe_sheet_names
from watchlist.output.columns import Column
from watchlist.output.exports import BY_ENDING
from watchlist.output.package import Package
from watchlist.output.review_columns import EVIDENCE, RECOMMENDATIONS
from watchlist.output.sheets import HEAD

Make = Callable[[str], Package]
COLUMNS: Final = (*RECOMMENDATIONS, *EVIDENCE)
NUMBERS: Final = (
    "total_return",
    "benchmark_return",
    "excess_return",
    "price_return",
    "max_gain",
    "max_loss",
    "entry_price",
)
OFFICE: Final = shutil.which("soffice") or shutil.which("libreoffice")


def written(package: Package) -> bytes:
    return BY_ENDING[".xlsx"].write(package, None).content


def opened(content: bytes) -> Any:  # noqa: ANN401 - the cells of a workbook hold anything
    return openpyxl.load_workbook(io.BytesIO(content))


def test_the_numbers_are_those_of_the_command_line(package: Make, rows: list[dict[str, Any]]) -> None:
    sheet = opened(written(package("en")))["Recommendations"]
    paths = [column.path for column in COLUMNS]
    lines = list(sheet.iter_rows(min_row=HEAD + 2, values_only=True))
    assert len(lines) == len(rows) == 35
    for line, row in zip(lines, rows, strict=True):
        assert line[paths.index("id")] == row["id"]
        assert line[paths.index("symbol")] == row["symbol"]
        for name in NUMBERS:
            assert line[paths.index(name)] == pytest.approx(row[name], abs=1e-12, rel=0)


def test_only_our_three_columns_hold_formulas(package: Make, hostile: Package) -> None:
    for one in (package("zh"), hostile):
        for sheet in opened(written(one)).worksheets:
            for line in sheet.iter_rows(min_row=1):
                for cell in line:
                    assert cell.hyperlink is None
                    ours = len(COLUMNS) <= cell.column - 1 < len(COLUMNS) + 3 and cell.row > HEAD + 1
                    assert cell.data_type != "f" or ours, (sheet.title, cell.coordinate, cell.value)


def test_hostile_words_arrive_as_they_are(hostile: Package) -> None:
    sheet = opened(written(hostile))["Recommendations"]
    values = {cell.value for line in sheet.iter_rows(min_row=HEAD + 2) for cell in line}
    assert {word for word in HOSTILE if "\u202e" not in word} <= values


def test_headings_stay_in_sight_and_have_filters(package: Make) -> None:
    book = opened(written(package("zh")))
    assert book.sheetnames[:6] == ["概要", "主题", "推荐", "观点", "券商", "评级"]
    assert book.sheetnames[-2:] == ["数据健康", "说明"]
    assert [cell.value for cell in book["推荐"][HEAD + 1]][:3] == ["代码", "名称", "券商"]
    for name in ("主题", "推荐", "观点", "券商", "持有期", "数据健康"):
        assert book[name].freeze_panes is not None
        assert book[name].auto_filter.ref
        assert book[name]["A2"].value.startswith("SIMULATED")
    assert len(book["主题"]._charts) == 1  # noqa: SLF001 - openpyxl shows charts nowhere else
    curve = book[next(name for name in book.sheetnames if name.startswith("AI+"))]
    assert curve["A1"].value == "AI+视频/营销/游戏"
    assert len(curve._charts) == 1  # noqa: SLF001


def test_codes_are_text_and_dates_are_dates(package: Make) -> None:
    sheet = opened(written(package("en")))["Recommendations"]
    paths = [column.path for column in COLUMNS]
    first = sheet[HEAD + 2]
    assert first[paths.index("symbol")].data_type == "s"
    assert first[paths.index("published")].is_date
    assert first[paths.index("total_return")].number_format == "+0.00%;-0.00%;0.00%"


def test_the_same_review_gives_the_same_bytes_and_is_small(package: Make) -> None:
    content = written(package("en"))
    assert content == written(package("en"))
    assert len(content) < 1_000_000


def test_sheet_names_fit_excel() -> None:
    long = "主题" * 20
    assert safe_sheet_names(["AI+视频/营销/游戏", "a:b", "A?B", "'q'", "", "History", long, long]) == [
        "AI+视频·营销·游戏", "a·b", "A·B 2", "q", "-", "History 2", long[:31], long[:29] + " 2",
    ]  # fmt: skip


def test_text_that_no_cell_can_hold_is_cut_where_it_shows() -> None:
    text = cell_text(Column("quote", "", ""), "长" * 40_000, "zh")
    assert len(text) == LONGEST_TEXT
    assert text.endswith("…")


@pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl takes exception to how LibreOffice writes them
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_another_program_works_every_return_out_again(package: Make, tmp_path: Path) -> None:
    book = opened(written(package("en")))  # openpyxl drops the values kept beside formulas
    book.save(tmp_path / "review.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    convert = ["--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "review.xlsx")]
    subprocess.run([OFFICE or "", profile, *convert], check=True, capture_output=True, timeout=120)
    again = openpyxl.load_workbook(tmp_path / "out" / "review.xlsx", data_only=True)["Recommendations"]
    checks = [line[len(COLUMNS) + 2] for line in again.iter_rows(min_row=HEAD + 2, values_only=True)]
    assert checks == ["ok"] * 35
