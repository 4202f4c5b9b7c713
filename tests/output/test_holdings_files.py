"""Holdings in the review's files: page, workbook, tables and portfolio programs; nothing of them without a snapshot."""

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import html5lib  # type: ignore[import-untyped]
import openpyxl
import pytest

from tests.cli.program import Said, run
from tests.cli.small_world import EVENING, PUFA, WANKE, World
from tests.queries.conftest import build
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.output.holding_columns import SHEET
from watchlist.output.sheets import HEAD
from watchlist.output.workbook import review_workbook
from watchlist.queries.recommendations import Filters
from watchlist.queries.review import review_of
from watchlist.queries.situation import When, load_situation
from watchlist.storage.database import reading

LAST: Final = "2024-06-28"
EVIL: Final = "@HYPERLINK(1)<script>alert(1)</script>"
OFFICE: Final = shutil.which("soffice") or shutil.which("libreoffice")
# 浦发 1000 at 10, 万科 300 without a cost, a security that has no price, under a name that tries something.
LIST: Final = (
    f"date,symbol,name,shares,cost,account\n2024-04-02,{PUFA},,1000,10,12345678\n2024-04-02,{WANKE},,300,,12345678\n"
    f"2024-04-02,688981,{EVIL},7,5,12345678\n"
)


@pytest.fixture(scope="module")
def holding(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the small world with one snapshot; it is only read."""
    world = build(tmp_path_factory.mktemp("held"), 'rating = "减持"\ndirection = -1')
    (world.home / "list.csv").write_text(LIST, "utf-8")
    said = run("holdings", "import", world.home / "list.csv", home=world.home, now=EVENING)
    assert said.code == 0, said.err
    return world


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the small world without a snapshot; it is only read."""
    return build(tmp_path_factory.mktemp("bare"), 'rating = "减持"\ndirection = -1')


def export(world: World, path: Path, *options: str) -> Said:
    said = run("export", path, "--as-of", LAST, *options, home=world.home, now=EVENING)
    assert said.code == 0, said.err
    return said


def ask(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run("holdings", "--json", "--as-of", LAST, home=world.home, now=EVENING).rows
    return rows


def test_the_workbook_holds_what_the_command_says_and_checks_it(holding: World, tmp_path: Path) -> None:
    export(holding, tmp_path / "review.xlsx", "--lang", "en")
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    sheet = book["Holdings"]
    lines = list(sheet.iter_rows(min_row=HEAD + 2, max_row=HEAD + 4, values_only=True))
    at = {column.path: number for number, column in enumerate(SHEET)}
    held = [row for row in ask(holding) if row["position"] == "held"]
    assert [line[0] for line in lines] == [row["symbol"] for row in held]
    for line, row in zip(lines, held, strict=True):
        for path in ("shares", "cost", "close", "value", "weight", "unrealised_return", "total_return", "contribution"):
            assert line[at[path]] == (None if row[path] is None else pytest.approx(row[path], abs=1e-12)), path
    formulas = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    # Value, weight and check of the two that have a price, and the sum with its check; no word of the file is one.
    assert len(formulas) == 2 * 3 + 2
    assert not any("HYPERLINK" in formula for formula in formulas)
    assert lines[2][1] == EVIL
    calls = list(book["Calls on holdings"].iter_rows(min_row=HEAD + 2, values_only=True))
    assert [(line[0], line[2]) for line in calls] == [(PUFA, "甲证券"), (WANKE, "乙证券")]
    assert [line[0] for line in book["Recommended, not held"].iter_rows(min_row=HEAD + 2, values_only=True)] == [
        "000001.SZ"
    ]


def review(world: World, filters: Filters) -> dict[str, Any]:
    """Give the review that a page's download writes, of what fits its filters."""
    home = find_home(world.home, {})
    with reading(home.database) as connection:
        situation = load_situation(connection, load_settings(home), When(dt.date.fromisoformat(LAST)))
        return dict(review_of(situation, connection, filters))


# 600000 and 000002 have a price, 688981 has none.
@pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl takes exception to how LibreOffice writes them
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("filters", "priced"),
    [(Filters(), 2), (Filters(symbols=(PUFA,)), 1), (Filters(symbols=("688981.SH",)), 0),
     (Filters(market="CN"), 2), (Filters(market="HK"), 0)],
    ids=["all", "one", "no-price", "CN", "HK"],
)  # fmt: skip
def test_another_program_works_holdings_out_again(
    holding: World, tmp_path: Path, filters: Filters, priced: int
) -> None:
    (tmp_path / "made.xlsx").write_bytes(review_workbook(review(holding, filters), {}, "en", red_up=False))
    openpyxl.load_workbook(tmp_path / "made.xlsx").save(tmp_path / "review.xlsx")  # drops the values kept with formulas
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    convert = ["--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "review.xlsx")]
    subprocess.run([OFFICE or "", profile, *convert], check=True, capture_output=True, timeout=120)
    again = openpyxl.load_workbook(tmp_path / "out" / "review.xlsx", data_only=True)["Holdings"]
    cells = [cell for line in again.iter_rows(values_only=True) for cell in line]
    assert cells.count("ok") == 2 * priced + 1  # the rows' checks, their prices' state, and the sum's check
    assert "differs" not in cells


def test_filters_show_some_and_sums_stay_those_of_everything(holding: World) -> None:
    found = review(holding, Filters(symbols=(PUFA,)))["holdings"]
    # 1000 shares at 11.28 and 300 at 10.56 on the last session; 688981 has no price.
    assert found["value"] == pytest.approx(11280 + 3168, abs=1e-9)
    assert found["not_shown"]["holdings"] == 2
    assert found["not_shown"]["value"] == pytest.approx(3168, abs=1e-9)
    (row,) = [one for one in found["rows"] if one["position"] == "held"]
    assert row["weight"] == pytest.approx(11280 / (11280 + 3168), abs=1e-12)
    assert row["contribution"] + found["not_shown"]["contribution"] == pytest.approx(found["total_return"], abs=1e-12)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_shows_them_and_nothing_runs(holding: World, tmp_path: Path, language: str) -> None:
    export(holding, tmp_path / "review.html", "--lang", language)
    text = (tmp_path / "review.html").read_text("utf-8")
    html5lib.HTMLParser(strict=True).parse(text)
    assert 'id="holdings"' in text
    assert 'id="holding-calls"' in text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert 'id="nobody"' in text
    assert {"en": "Held, and nobody recommends it", "zh": "持有而无人推荐"}[language] in text
    assert "12345678" not in text  # reviews are passed around
    assert "*5678" not in text  # of one account there is no column


def test_without_a_snapshot_there_is_nothing_of_them(bare: World, tmp_path: Path) -> None:
    for name in ("review.html", "review.xlsx", "review.json", "review.md"):
        export(bare, tmp_path / name, "--lang", "en")
    assert "olding" not in (tmp_path / "review.html").read_text("utf-8")
    assert "Holdings" not in openpyxl.load_workbook(tmp_path / "review.xlsx").sheetnames
    assert json.loads((tmp_path / "review.json").read_text("utf-8"))["holdings"] is None
    assert "Holdings" not in (tmp_path / "review.md").read_text("utf-8")
    export(bare, tmp_path / "holdings.csv", "--what", "holdings")


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "parquet", "md"])
def test_they_are_a_table_in_every_form(holding: World, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"holdings.{ending}"
    export(holding, path, "--what", "holdings")
    assert path.stat().st_size > 0
    if ending == "json":
        rows = json.loads(path.read_text("utf-8"))
        assert rows == [{k: v for k, v in row.items() if k not in {"change", "periods"}} for row in ask(holding)]


def test_a_review_of_a_period_counts_contributions_from_its_eve(holding: World, tmp_path: Path) -> None:
    export(holding, tmp_path / "q.json", "--period", "2024-06..2024-06")
    found = json.loads((tmp_path / "q.json").read_text("utf-8"))["holdings"]
    # 2024-05-31 is session 108 and 2024-06-28 session 128: 1000 x 11.08 and 300 x 10.16 become 11280 and 3168.
    assert (found["from"], found["to"]) == ("2024-05-31", LAST)
    assert found["total_return"] == pytest.approx((11280 + 3168) / (11080 + 3048) - 1, abs=1e-12)


def test_portfolio_programs_get_what_is_held(holding: World, tmp_path: Path) -> None:
    export(holding, tmp_path / "g.json", "--for", "ghostfolio", "--lang", "en")
    activities = json.loads((tmp_path / "g.json").read_text("utf-8"))["activities"]
    assert [(one["symbol"], one["quantity"], one["unitPrice"], one["date"][:10]) for one in activities] == [
        ("600000.SS", 1000, 10.0, "2024-04-02"),
        ("000002.SZ", 300, pytest.approx(9.30), "2024-04-02"),  # no cost: the close of session 65
        ("688981.SS", 7, 5.0, "2024-04-02"),
    ]
    assert "notional" not in json.dumps(activities)
    export(holding, tmp_path / "y.csv", "--for", "yahoo", "--lang", "en")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "y.csv").read_text("utf-8"))))
    assert [(line["Symbol"], line["Trade Date"], float(line["Quantity"])) for line in lines] == [
        ("600000.SS", "20240402", 1000.0), ("000002.SZ", "20240402", 300.0), ("688981.SS", "20240402", 7.0),
    ]  # fmt: skip
    export(holding, tmp_path / "p.csv", "--for", "portfolio-performance", "--lang", "en")
    first = next(csv.DictReader(io.StringIO((tmp_path / "p.csv").read_text("utf-8"))))
    assert (first["Shares"], first["Value"], first["Date"]) == ("1000.00000000", "10000.00", "2024-04-02")
