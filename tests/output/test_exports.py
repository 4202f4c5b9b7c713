"""Files for other programs, read back by their own parser where there is a package, else by a reader written here."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import openpyxl
import pyarrow.parquet as pq
import pytest
from beancount.core.data import Commodity, Price
from beancount.parser import parser

from tests.cli.program import run
from tests.output.conftest import AS_OF, HOSTILE
from watchlist.output.exports import BY_ENDING, BY_PROGRAM
from watchlist.output.interchange import flat
from watchlist.output.package import Package

Make = Callable[[str], Package]
GHOSTFOLIO_KEYS: Final = {
    "comment", "currency", "dataSource", "date", "fee", "quantity", "symbol", "type", "unitPrice",
}  # fmt: skip


def write(package: Package, program: str, ending: str) -> bytes:
    return BY_PROGRAM[program][ending].write(package, None).content


def test_json_is_the_review_itself_and_lines_are_its_recommendations(package: Make, rows: list[dict[str, Any]]) -> None:
    made = package("en")
    whole = json.loads(BY_ENDING[".json"].write(made, None).content)["recommendations"]
    lines = [json.loads(line) for line in BY_ENDING[".jsonl"].write(made, None).content.decode().splitlines()]
    for one, line, row in zip(whole, lines, rows, strict=True):
        assert {"simulated": True, **one} == line == {name: row[name] for name in line}


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".csv", ".parquet"])
def test_files_hold_all_that_the_command_says_of_a_recommendation(
    demo: Path, rows: list[dict[str, Any]], tmp_path: Path, ending: str
) -> None:
    """Also what the share did around the report and what the rating promised; the same numbers everywhere."""
    path = tmp_path / f"all{ending}"
    said = run("export", path, "--what", "recommendations", "--demo", "--as-of", AS_OF, home=demo)
    assert said.code == 0, said.err
    assert {"event", "promise", "attribution", "touched_at_any_time"} <= set(rows[0])
    if ending == ".json":
        assert json.loads(path.read_bytes()) == rows
    elif ending == ".jsonl":
        assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == rows
    elif ending == ".csv":
        read = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
        assert [one["promise.label"] for one in read] == [row["promise"]["label"] or "" for row in rows]
        assert [one["event.car.5"] for one in read] == [repr(row["event"]["car"]["5"]) for row in rows]
    else:
        assert pq.read_table(path)["event.car.20"].to_pylist() == [row["event"]["car"]["20"] for row in rows]


def test_the_whole_review_holds_it_too(demo: Path, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "review.json"
    assert run("export", path, "--demo", "--as-of", AS_OF, home=demo).code == 0
    found = json.loads(path.read_bytes())["recommendations"]
    assert [{"simulated": True, **row} for row in found] == rows


def test_csv_holds_every_value(package: Make, rows: list[dict[str, Any]]) -> None:
    content = BY_ENDING[".csv"].write(package("en"), None).content
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    for line, row in zip(read, rows, strict=True):
        assert float(line["total_return"]) == row["total_return"]
        assert line["horizons.6m.hit"] == str(row["horizons"]["6m"]["hit"]).lower().replace("none", "")
        assert line["simulated"] == "true"


def test_parquet_keeps_types_and_says_what_it_is(package: Make, rows: list[dict[str, Any]]) -> None:
    table = pq.read_table(io.BytesIO(BY_ENDING[".parquet"].write(package("en"), None).content))
    assert len(table.schema) > 100
    for line, row in zip(table.to_pylist(), rows, strict=True):
        told = flat(row)
        assert line == {name: told[name] for name in line}
    assert not [field.name for field in table.schema if str(field.type) == "null"]
    said = json.loads(table.schema.metadata[b"watchlist"])
    assert said["simulated"] is True
    assert said["fingerprint"] == package("en").review["fingerprint"]


@pytest.mark.parametrize("what", ["themes", "brokers", "strengths", "calls", "health"])
@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".parquet", ".md"])
def test_every_table_can_be_written_in_every_form(package: Make, what: str, ending: str) -> None:
    made = package("zh")
    content = BY_ENDING[ending].write(made, what).content
    if ending == ".parquet":
        assert pq.read_table(io.BytesIO(content)).num_rows == len(made.rows(what))
    else:
        assert content.decode("utf-8-sig").strip()


def test_ghostfolio_gets_what_its_importer_demands(package: Make, rows: list[dict[str, Any]]) -> None:
    activities = json.loads(write(package("en"), "ghostfolio", ".json"))["activities"]
    assert len(activities) == len(rows)
    for one, row in zip(activities, rows, strict=True):
        assert set(one) == GHOSTFOLIO_KEYS
        assert one["type"] == "BUY"
        assert one["dataSource"] == "YAHOO"
        assert one["date"] == f"{row['entry_session']}T00:00:00.000Z"
        assert one["unitPrice"] == row["entry_price"]
        assert one["quantity"] * one["unitPrice"] == pytest.approx(10_000, abs=1e-4)
        assert one["comment"].startswith(f"SIMULATED; notional 10,000 {one['currency']}; ")
        assert re.fullmatch(r"\d{6}\.(SS|SZ)|\d{4}\.HK", one["symbol"])
    assert len({json.dumps(one) for one in activities}) == len(activities)


def test_portfolio_performance_gets_its_own_header(package: Make, rows: list[dict[str, Any]]) -> None:
    content = write(package("en"), "portfolio-performance", ".csv")
    assert content.startswith(b"Date,Type,Value,Transaction Currency,Gross Amount,")
    assert content.count(b"\r\n") == content.count(b"\n") == len(rows) + 1
    for line, row in zip(csv.DictReader(io.StringIO(content.decode())), rows, strict=True):
        assert (line["Date"], line["Type"], line["Value"]) == (row["entry_session"], "Buy", "10000.00")
        assert float(line["Shares"]) * row["entry_price"] == pytest.approx(10_000, abs=1e-4)


def test_yahoo_gets_the_columns_that_its_importers_read(package: Make, rows: list[dict[str, Any]]) -> None:
    read = list(csv.DictReader(io.StringIO(write(package("en"), "yahoo", ".csv").decode())))
    for line, row in zip(read, rows, strict=True):
        assert line["Trade Date"] == row["entry_session"].replace("-", "")
        assert float(line["Purchase Price"]) == row["entry_price"]
        assert "notional 10,000" in line["Comment"]


def test_beancount_reads_every_price(package: Make, hostile: Package) -> None:
    for made in (package("zh"), hostile):
        text = BY_ENDING[".beancount"].write(made, None).content.decode()
        entries, errors, _ = parser.parse_string(text)
        assert not errors
        prices = {
            (e.currency, e.date.isoformat()): float(e.amount.number or 0) for e in entries if isinstance(e, Price)
        }
        closes = made.closes()
        assert sum(isinstance(entry, Commodity) for entry in entries) == len(closes) == 25
        assert len(prices) == sum(map(len, closes.values()))
        assert prices["SZ300418", "2024-06-17"] == dict(closes["300418.SZ"])["2024-06-17"]
        assert any(currency == "HK.00772" for currency, _ in prices)


def test_b_shares_are_counted_in_the_money_they_trade_in() -> None:
    # Shanghai's B-shares trade in US, Shenzhen's in Hong Kong dollars, at both exchanges' own word.
    said = {"id": "1", "name": "B", "theme_name": "AI", "broker": "甲", "published": "2024-06-14", "direction": 1,
            "entry_price": 0.8, "entry_session": "2024-06-17", "status": "running"}  # fmt: skip
    rows: list[dict[str, Any]] = [{**said, "symbol": symbol} for symbol in ("900901.SH", "200002.SZ")]
    review = {"recommendations": rows, "holdings": None, "simulated": False, "as_of": AS_OF}
    closes: dict[str, list[tuple[str, float]]] = {row["symbol"]: [("2024-06-17", 0.8)] for row in rows}
    made = Package(review, "en", "auto", dict, lambda: closes)
    activities = json.loads(write(made, "ghostfolio", ".json"))["activities"]
    assert [one["currency"] for one in activities] == ["USD", "HKD"]
    entries, _, _ = parser.parse_string(BY_ENDING[".beancount"].write(made, None).content.decode())
    amounts = {one.currency: one.amount.currency for one in entries if isinstance(one, Price)}
    assert amounts == {"SH900901": "USD", "SZ200002": "HKD"}


def test_tongdaxin_gets_seven_characters_a_line(package: Make) -> None:
    form = BY_PROGRAM["tongdaxin"][".blk"].write(package("zh"), None)
    lines = form.content.decode("ascii").split("\r\n")
    assert lines.pop() == ""
    assert len(lines) == len(set(lines)) == 24
    assert all(re.fullmatch(r"[012]\d{6}", line) for line in lines)
    assert "0300418" in lines
    assert [one.symbol for one in form.left_out] == ["00772.HK"]


def test_tonghuashun_gets_codes_as_text(package: Make) -> None:
    text = write(package("zh"), "tonghuashun", ".txt").decode("gb18030")
    assert text.startswith("股票代码\t股票名称\r\n")
    assert "\r\n000681\t视觉中国\r\n" in text
    sheet = openpyxl.load_workbook(io.BytesIO(write(package("zh"), "tonghuashun", ".xlsx"))).active
    assert sheet is not None
    cells = {line[0].value: line[0].data_type for line in sheet.iter_rows(min_row=2)}
    assert cells["000681"] == "s"


def test_hostile_words_stay_words(hostile: Package) -> None:
    for program, ending in (("portfolio-performance", ".csv"), ("yahoo", ".csv")):
        for line in csv.reader(io.StringIO(write(hostile, program, ending).decode())):
            assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in line)
    text = BY_ENDING[".md"].write(hostile, None).content.decode()
    assert "<script>" not in text
    assert not re.search(r"(?<!\\)\[x", text)
    assert "http://" not in text
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) <= 5


def test_the_copy_of_the_database_is_whole(demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert run("export", target, "--demo", home=demo).code == 0
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("select count(*) from recommendations_current").fetchone() == (35,)
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x.doc",), ".xlsx"),
        (("x.csv", "--for", "ghostfolio"), ".json"),
        (("x.csv", "--theme", "nothing"), "nothing"),
        (("x.csv", "--horizon", "7y"), "7y"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    demo: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    said = run("export", tmp_path / arguments[0], *arguments[1:], "--demo", "--as-of", AS_OF, home=demo)
    assert said.code == 2
    assert words in said.err
    assert len(said.problems) == 1
    assert not list(tmp_path.iterdir())


def test_a_filter_narrows_every_table_and_what_is_left_out_is_said(demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "theme.json"
    assert run("export", target, "--theme", "ai", "--demo", home=demo).code == 0
    review = json.loads(target.read_text("utf-8"))
    assert {row["theme"] for row in review["recommendations"]} == {"ai"} == {row["theme"] for row in review["themes"]}
    said = run("export", tmp_path / "all.blk", "--demo", home=demo)
    assert "00772.HK" in said.err


def test_the_hostile_words_are_hostile() -> None:
    assert any(word.startswith("=") for word in HOSTILE)
