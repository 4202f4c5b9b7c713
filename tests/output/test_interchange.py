"""Files keep what they were given: codes stay text, numbers stay numbers, and no cell becomes a formula."""

import csv
import datetime as dt
import io
import json
import math
import os
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.domain.errors import UnsafePath
from watchlist.ledger.draft import report_id
from watchlist.output.interchange import as_csv, as_json, as_json_lines, windows_refuses, write_text
from watchlist.storage.backup import name_of
from watchlist.web import downloads

# What a spreadsheet may take for a formula: measured on Excel's rules, the full-width forms on its Chinese versions.
BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HIDDEN: Final = ("", " ", "  ", "\ufeff", "\u200b", " \u200b")


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_codes_stay_text_and_nothing_is_lost(tmp_path: Path) -> None:
    rows = [
        {"symbol": "000001.SZ", "code": "000001", "name": "平安银行", "quote": 'a "b", c\nd', "n": 1.5, "none": None}
    ]
    path = tmp_path / "out.csv"
    write_text(path, as_csv(rows), encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert frame.to_dict("records") == [
        {"symbol": "000001.SZ", "code": "000001", "name": "平安银行", "quote": 'a "b", c\nd', "n": "1.5", "none": ""}
    ]
    assert cells(path.read_bytes().decode("utf-8-sig")) == frame.to_dict("records")


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_no_text_becomes_a_formula(beginning: str, hidden: str) -> None:
    text = f"{hidden}{beginning}HYPERLINK(1)"
    for value in (text, [text, "b"]):
        (row,) = cells(as_csv([{"quote": value}]))
        assert row["quote"].startswith("'")
        assert text in row["quote"]


def test_a_long_list_is_json_too_a_row_a_line() -> None:
    rows = [{"n": n, "name": "平安", "none": None} for n in range(1_001)]
    text = as_json(rows)
    assert json.loads(text) == rows
    assert len(text.splitlines()) == 1_003
    assert "平安" in text
    with pytest.raises(ValueError, match="JSON"):
        as_json([*rows, {"n": math.nan}])


@pytest.mark.parametrize("number", [-0.0972, -1, 1e-9, 12.5, 0, -3.2e10])
def test_numbers_stay_numbers(number: float) -> None:
    (row,) = cells(as_csv([{"excess_return": number}]))
    assert float(row["excess_return"]) == number


def test_what_lies_deeper_becomes_a_dotted_column() -> None:
    rows: list[dict[str, Any]] = [
        {"a": 1, "horizons": {"6m": {"hit": True, "sample": 3}}, "themes": ["ai", "mr"], "empty": []},
        {"a": 2, "later": "x"},
    ]
    found = cells(as_csv(rows))
    assert found[0] == {
        "a": "1", "horizons.6m.hit": "true", "horizons.6m.sample": "3", "themes": "ai mr", "empty": "", "later": "",
    }  # fmt: skip
    assert found[1]["later"] == "x"


def test_lines_end_as_spreadsheets_want() -> None:
    assert as_csv([{"a": 1}, {"a": 2}]) == "a\r\n1\r\n2\r\n"


Value = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
Row = st.dictionaries(st.text(min_size=1), Value)


@given(st.lists(Row))
def test_json_comes_back_as_it_went(rows: list[dict[str, Any]]) -> None:
    assert json.loads(as_json(rows)) == rows
    assert [json.loads(line) for line in as_json_lines(rows).split("\n")[:-1]] == rows


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_json_never_holds_what_json_has_not(number: float) -> None:
    for write in (as_json, as_json_lines):
        with pytest.raises(ValueError, match="JSON"):
            write([{"a": number}])


def test_chinese_is_written_as_such() -> None:
    assert "昆仑万维" in as_json([{"name": "昆仑万维"}])


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("older", "utf-8")
    write_text(path, "newer\n")
    assert path.read_bytes() == b"newer\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("older", "utf-8")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "lone \ud800 surrogate")
    assert path.read_text("utf-8") == "older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "out.csv"):
        with pytest.raises(UnsafePath):
            write_text(path, "x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_gets_the_rights_that_others_get(tmp_path: Path) -> None:
    kept = os.umask(0o027)
    try:
        write_text(tmp_path / "out.csv", "x")
    finally:
        os.umask(kept)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o640


# From Microsoft's "Naming Files, Paths, and Namespaces": characters, devices with any ending, and how a name may end.
@pytest.mark.parametrize(
    "name",
    ["a:b.xlsx", "a<b.csv", 'a"b.csv', "a|b.md", "a?b.html", "a*.csv", "a\\b.csv", "a\tb.csv", "CON.xlsx", "nul.csv",
     "com1.json", "LPT9.md", "aux", "x.xlsx.", "x.xlsx "],
)  # fmt: skip
def test_a_name_that_windows_would_take_for_another_is_refused_there(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert windows_refuses(name) is not None
    monkeypatch.setattr("watchlist.output.interchange._ON_WINDOWS", True)
    with pytest.raises(UnsafePath, match="Windows"):
        write_text(tmp_path / name, "text")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", ["AI+视频/营销/游戏", "CON", "a:b?*", "..", "x. ", 'he said "no" | <b>', "\t"])
def test_no_name_made_here_is_refused_anywhere(words: str) -> None:
    day = dt.datetime(2024, 6, 14, tzinfo=dt.UTC)
    made = [f"{report_id(words, words, day.date())}.toml", name_of(day), name_of(day, "before-restore")]
    listed = downloads.names()
    made += [name for kind in listed.values() for name in kind] + downloads.period_names()
    assert [name for name in made if windows_refuses(name) is not None] == []
