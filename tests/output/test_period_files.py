"""The files of a period: page, workbook and JSON hold the same numbers, and another program works them out again."""

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import html5lib  # type: ignore[import-untyped]
import openpyxl
import pytest

from tests.cli.program import one_sentence, run
from tests.cli.small_world import World
from tests.output.test_workbook import OFFICE
from tests.queries.quarter import LATER, QUOTE, TENCENT, restated_world
from watchlist.output.period_columns import CALLS, GROUPS, RATES, RESTATED
from watchlist.output.sheets import HEAD

NUMBERS: Final = ("total_return", "excess_return", "from_price", "to_price", "contribution", "excess_contribution")
FORMULA: Final = r'=(IF|AND|ABS|SUM|[A-Z]{1,3}\d+|[-+*/()<>=,:.\d]|E-\d+|e-\d+|"ok"|"differs")+'
SHEETS: Final = {"en": ("Period", "Calls of the period", "Flows and contributions", "Restatements"),
                 "zh": ("期间", "期间观点", "变动与贡献", "更正说明")}  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the quarter with what was learned after it."""
    return restated_world(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def written(world: World, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., bytes]:
    folder = tmp_path_factory.mktemp("written")

    def write(name: str, *more: str) -> bytes:
        said = run("export", folder / name, "--period", "2024Q2", *more, home=world.home, now=LATER)
        assert said.code == 0, said.err
        return (folder / name).read_bytes()

    return write


def opened(content: bytes) -> Any:  # noqa: ANN401 - the cells of a workbook hold anything
    return openpyxl.load_workbook(io.BytesIO(content))


def close(value: float | None) -> Any:  # noqa: ANN401 - pytest's own type has no name
    return None if value is None else pytest.approx(value, abs=1e-12, rel=0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_holds_the_numbers_of_the_json(written: Callable[..., bytes], language: str) -> None:
    book, found = opened(written("a.xlsx", "--lang", language)), json.loads(written("a.json"))["period"]
    calls, groups, restated = (book[name] for name in SHEETS[language][1:])
    paths = [column.path for column in CALLS]
    lines = list(calls.iter_rows(min_row=HEAD + 2, values_only=True))
    assert len(lines) == len(found["calls"]) == 7
    for line, row in zip(lines, found["calls"], strict=True):
        assert line[paths.index("id")] == row["id"]
        for name in NUMBERS:
            assert line[paths.index(name)] == close(row[name])
    paths = [column.path for column in GROUPS]
    every = [row for table in ("themes", "brokers", "symbols") for row in found[table]]
    for line, row in zip(groups.iter_rows(min_row=HEAD + 2, values_only=True), every, strict=False):
        for name in ("group", "opening", "new", "closed", "closing", "calls"):
            assert line[paths.index(name)] == row[name]
        for name in ("weight", "contribution", "benchmark_contribution", "excess_contribution"):
            assert line[paths.index(name)] == close(row[name])
    paths = [column.path for column in RESTATED]
    lines = list(restated.iter_rows(min_row=HEAD + 2, values_only=True))
    assert len(lines) == len(found["reconciliation"]["rows"]) > 3
    for line, row in zip(lines, found["reconciliation"]["rows"], strict=True):
        for name in ("total_return_before", "total_return_after", "excess_return_before", "excess_return_after"):
            assert line[paths.index(name)] == close(row[name])


def test_the_page_holds_the_numbers_of_the_json(written: Callable[..., bytes]) -> None:
    text, found = written("a.html").decode(), json.loads(written("a.json"))["period"]
    read = {float(value) for value in re.findall(r'data-v="(-?\d+\.\d+(?:e-?\d+)?)"', text)}
    for table in ("themes", "brokers", "symbols", "calls"):
        for row in found[table]:
            for name in ("contribution", "benchmark_contribution", "excess_contribution"):
                assert row[name] is None or any(abs(row[name] - value) <= 1e-12 for value in read)
    total = found["total"]
    assert f"{total['opening']} + {total['new']} − {total['closed']} = {total['closing']}" in text


def test_all_carry_the_same_run_and_fingerprint(written: Callable[..., bytes]) -> None:
    found = json.loads(written("a.json"))
    run_id, fingerprint = found["score_run"]["id"], found["fingerprint"]
    assert run_id == 4
    assert f"score run {run_id} · fingerprint {fingerprint}" in written("a.html", "--lang", "en").decode()
    book = opened(written("a.xlsx", "--lang", "en"))
    assert f"score run {run_id}, fingerprint {fingerprint}" in book.properties.description
    values = {line[0]: line[1] for line in book["Summary"].iter_rows(min_row=HEAD + 1, values_only=True)}
    assert (values["score run"], values["fingerprint of the numbers"]) == (run_id, fingerprint)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_well_formed_and_says_it_all(written: Callable[..., bytes], language: str) -> None:
    text = written("a.html", "--lang", language).decode()
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(text)
    assert parser.errors == []
    for words in ({"en": ("By theme", "recorded later", "close 10.63 → 11", "0.5 a share"),
                   "zh": ("按主题", "后来补录", "收盘 10.63 → 11", "每股 0.5")}[language]):  # fmt: skip
        assert words in text


def test_no_formula_comes_from_text(written: Callable[..., bytes]) -> None:
    book = opened(written("a.xlsx", "--lang", "en"))
    ours = {"Recommendations", *SHEETS["en"][:3]}
    for sheet in book.worksheets:
        cells = [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        assert not cells or sheet.title in ours
        # A formula of ours holds names of cells, numbers, functions and the two words of a check.
        for cell in cells:
            assert re.fullmatch(
                r'=(IF|AND|ABS|SUM|[A-Z]{1,3}\d+|[-+*/()<>=,:.\d]|E-\d+|e-\d+|"ok"|"differs")+', cell.value
            )
    texts = [cell for line in book["Calls of the period"].iter_rows() for cell in line if cell.value == "=丁证券+1"]
    assert [cell.data_type for cell in texts] == ["s"]


@pytest.mark.filterwarnings("ignore:Unable to read chart")  # openpyxl takes exception to how LibreOffice writes them
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("more", [(), ("--currency", "CNY")])
def test_every_check_agrees_when_another_program_calculates(
    written: Callable[..., bytes], tmp_path: Path, more: tuple[str, ...]
) -> None:
    book = opened(written("a.xlsx", "--lang", "en", *more))  # openpyxl drops the values kept beside formulas
    asked = {sheet.title: _checks(sheet) for sheet in book.worksheets}
    book.save(tmp_path / "review.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    convert = ["--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "review.xlsx")]
    subprocess.run([OFFICE or "", profile, *convert], check=True, capture_output=True, timeout=120)
    again = openpyxl.load_workbook(tmp_path / "out" / "review.xlsx", data_only=True)
    answers = {name: [again[name][place].value for place in places] for name, places in asked.items() if places}
    assert {name: len(values) for name, values in answers.items()} == {
        "Period": 2, "Calls of the period": 7, "Flows and contributions": 14 - 1, "Recommendations": 8,
    }  # fmt: skip
    assert {value for values in answers.values() for value in values} == {"ok"}


def _checks(sheet: Any) -> list[str]:  # noqa: ANN401 - a sheet of openpyxl
    return [cell.coordinate for line in sheet.iter_rows() for cell in line
            if cell.data_type == "f" and '"ok"' in cell.value]  # fmt: skip


def test_everything_is_counted_in_the_currency_asked_for(written: Callable[..., bytes]) -> None:
    own = json.loads(written("a.json"))
    found = json.loads(written("b.json", "--currency", "CNY"))
    assert (found["score_run"], found["currency"], own["currency"]) == (None, "CNY", None)
    calls = {row["symbol"]: row for row in found["period"]["calls"]}
    hongkong = calls[TENCENT]
    # Bought at the open of session 64 for 20 + 0.02 x 63, expired at the close of session 84; rates 0.9064 and 0.9084.
    assert (hongkong["from_price"], hongkong["from_rate"]) == (21.26, close(0.9064))
    assert hongkong["total_return"] == close(21.68 * 0.9084 / (21.26 * 0.9064) - 1)
    assert hongkong["benchmark_return"] == close(3084 * 0.9084 / (3063 * 0.9064) - 1)
    mainland = {row["id"]: row for row in own["period"]["calls"] if row["symbol"] != TENCENT}
    for row in found["period"]["calls"]:
        if row["symbol"] != TENCENT:
            assert row["total_return"] == close(mainland[row["id"]]["total_return"])
    columns = [column.path for column in (*CALLS, *RATES)]
    sheet = opened(written("b.xlsx", "--currency", "CNY", "--lang", "en"))["Calls of the period"]
    rates = [line[columns.index("to_rate")] for line in sheet.iter_rows(min_row=HEAD + 2, values_only=True)]
    assert sorted(set(rates)) == [close(0.9084), 1]


@pytest.mark.parametrize("ending", ["html", "xlsx", "json", "jsonl", "csv", "md", "parquet"])
def test_no_word_of_a_report_is_in_a_file_without_quotes(written: Callable[..., bytes], ending: str) -> None:
    there, gone = written(f"q.{ending}"), written(f"n.{ending}", "--no-quotes")
    if ending == "xlsx":
        there, gone = (b"".join(_parts(content)) for content in (there, gone))
    words = QUOTE.encode() if ending != "parquet" else QUOTE[:6].encode()
    assert words in there
    assert words not in gone
    assert "重点推荐这".encode() not in gone


def _parts(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_the_numbers_stay_the_same_without_quotes(written: Callable[..., bytes]) -> None:
    there, gone = (json.loads(written(f"{name}.json", *more)) for name, more in (("q", ()), ("n", ("--no-quotes",))))
    assert there["fingerprint"] == gone["fingerprint"]
    assert there["period"] == gone["period"]


def test_the_whole_database_is_never_a_part_of_it(world: World, tmp_path: Path) -> None:
    for option in (
        ("--no-quotes",), ("--period", "2024Q2"), ("--currency", "CNY"), ("--theme", "ai"), ("--broker", "甲"),
        ("--what", "calls"), ("--horizon", "20"), ("--as-of", "2024-06-03"),
    ):  # fmt: skip
        one_sentence(run("export", tmp_path / "copy.db", *option, home=world.home, now=LATER), 2, option[0])
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("what", ["period-calls", "contributions", "restatements"])
def test_the_tables_of_a_period_can_be_had_alone(written: Callable[..., bytes], what: str) -> None:
    period = json.loads(written("a.json"))["period"]
    rows = json.loads(written("t.json", "--what", what))
    counts = {"period-calls": len(period["calls"]), "restatements": len(period["reconciliation"]["rows"]),
              "contributions": sum(len(period[table]) for table in ("themes", "brokers", "symbols"))}  # fmt: skip
    assert len(rows) == counts[what]
    assert len(written("t.csv", "--what", what).decode("utf-8-sig").splitlines()) == counts[what] + 1


def test_a_period_without_a_call_is_a_file_too(world: World, tmp_path: Path) -> None:
    for name in ("e.html", "e.xlsx", "e.json"):
        said = run("export", tmp_path / name, "--period", "2024-01", "--lang", "en", home=world.home, now=LATER)
        assert said.code == 0, said.err
        assert "nothing to hold the numbers against" in said.err
    assert json.loads((tmp_path / "e.json").read_text("utf-8"))["period"]["calls"] == []
    assert "0 + 0 − 0 = 0" in (tmp_path / "e.html").read_text("utf-8")


def test_it_is_small(written: Callable[..., bytes]) -> None:
    assert len(written("a.html")) < 3_000_000
    assert len(written("a.xlsx")) < 1_000_000


@pytest.mark.parametrize(
    ("what", "head"), [("period-calls", "期间观点"), ("contributions", "变动与贡献"), ("restatements", "更正说明")]
)
def test_every_table_of_a_period_is_markdown_too(written: Callable[..., bytes], what: str, head: str) -> None:
    one = written(f"{what}.md", "--what", what, "--lang", "zh").decode()
    assert re.findall(r"(?m)^## (.+)$", one) == [head]
    assert "浦发银行" in one
    assert head in written("all.md", "--lang", "zh").decode()
