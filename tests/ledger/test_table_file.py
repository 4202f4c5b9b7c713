"""Tables as terminals, spreadsheets and libraries write them, read back as text; and files built to do harm."""

import datetime as dt
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from watchlist.ledger import spreadsheet, table_limits
from watchlist.ledger.table_file import NoTableFile, UnreadableTable, is_formula, table_rows
from watchlist.ledger.table_headings import field_places, folded

FILES = Path(__file__).parent / "files"
ROWS: list[tuple[str, ...]] = [
    ("证券代码", "证券名称", "股票余额"),
    ("600519", "贵州茅台", "1,200"),
    ("000001", "平安银行", "300"),
]


def cells(path: Path, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [row.cells for row in table_rows(path, sheet)]


def quoted(lines: list[tuple[str, ...]], mark: str) -> str:
    return "\r\n".join(mark.join(f'"{cell}"' for cell in line) for line in lines) + "\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_a_text_is_read_in_every_usual_encoding_and_division(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "持仓.xls"
    path.write_bytes(quoted(ROWS, mark).encode(encoding))
    assert cells(path) == ROWS


def test_thousands_separators_and_titles_do_not_decide_what_divides(tmp_path: Path) -> None:
    path = tmp_path / "资金股份.xls"
    path.write_text("资金账号:1,2\n\n代码\t数量\t市值\n600519\t1,200\t1,800,000.00\n000001\t300\t3,000.00\n", "gb18030")
    assert cells(path)[1:] == [
        ("代码", "数量", "市值"),
        ("600519", "1,200", "1,800,000.00"),
        ("000001", "300", "3,000.00"),
    ]
    assert [row.number for row in table_rows(path)] == [1, 3, 4, 5]


def test_columns_of_spaces_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "持仓.txt"
    path.write_text("证券代码  证券名称  数量\n000858    五 粮 液   1,200\n600519    贵州茅台  300\n", "gb18030")
    assert cells(path)[1] == ("000858", "五 粮 液", "1,200")


@pytest.mark.parametrize("written", ['="600519"', "'600519", "\u2018600519", " 600519\u3000"])
def test_what_keeps_a_code_a_text_is_taken_off(tmp_path: Path, written: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"代码,数量\n{written},100\n000001,1\n", "utf-8")
    assert cells(path)[1] == ("600519", "100")


def test_a_workbook_keeps_leading_zeros_days_and_formulas_as_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["代码", "数量", "成本", "日期", "市值"])
    sheet.append([1, 1200, 12.345, dt.datetime(2024, 6, 14), "=B2*C2"])  # noqa: DTZ001  (a cell has no zone)
    sheet.append(['="600519"', 100.0, None, dt.datetime(2024, 6, 14, 15, 30), "=HYPERLINK(1)"])  # noqa: DTZ001
    sheet["A2"].number_format = "000000"
    book.save(tmp_path / "持仓.xlsx")
    got = cells(tmp_path / "持仓.xlsx")
    assert got[1] == ("000001", "1200", "12.345", "2024-06-14", "=B2*C2")
    assert got[2] == ("600519", "100", "", "2024-06-14 15:30:00", "=HYPERLINK(1)")
    assert is_formula(got[2][4])


def test_the_sheet_is_chosen_where_several_hold_something(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("沪深", "港股", "空"):
        book.create_sheet(name)
    book["沪深"]["A1"], book["港股"]["B3"] = "甲", "乙"
    path = tmp_path / "two.xlsx"
    book.save(path)
    with pytest.raises(UnreadableTable, match="沪深, 港股"):
        cells(path)
    assert cells(path, "港股") == [("", "乙")]
    with pytest.raises(UnreadableTable, match='no sheet "空"'):
        cells(path, "空")


def test_a_parquet_file_is_text_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"symbol": ["600519.SH", None], "shares": [1200, 5], "cost": [1500.5, float("nan")],
                          "date": [dt.date(2024, 6, 14), dt.date(2024, 6, 17)]})  # fmt: skip
    frame.to_parquet(tmp_path / "list.parquet")
    assert cells(tmp_path / "list.parquet") == [
        ("symbol", "shares", "cost", "date"),
        ("600519.SH", "1200", "1500.5", "2024-06-14"),
        ("", "5", "", "2024-06-17"),
    ]


def test_a_list_of_one_column_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    path.write_text("600519\n\n000001\n", "utf-8")
    assert [(row.number, row.cells) for row in table_rows(path)] == [(1, ("600519",)), (3, ("000001",))]


def bomb(path: Path, part: str, head: bytes) -> None:
    """Put a declaration in front of one part of a workbook."""
    source = path.with_suffix(".source")
    with xlsxwriter.Workbook(source) as book:
        book.add_worksheet().write_string(0, 0, "甲")
    with zipfile.ZipFile(source) as there, zipfile.ZipFile(path, "w") as made:
        for one in there.infolist():
            body = there.read(one)
            made.writestr(one.filename, head + body if one.filename == part else body)


LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "_rels/.rels"])
def test_a_workbook_whose_xml_declares_entities_is_refused(tmp_path: Path, part: str) -> None:
    path = tmp_path / "bomb.xlsx"
    bomb(path, part, LAUGHS)
    with pytest.raises(UnreadableTable, match="document type"):
        cells(path)


def test_a_declaration_in_wide_letters_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    bomb(path, "xl/workbook.xml", LAUGHS.decode().encode("utf-16-le"))
    with pytest.raises(UnreadableTable, match="document type"):
        cells(path)


def test_an_archive_that_unpacks_to_too_much_is_refused_unopened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", "x")
        made.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    monkeypatch.setattr(spreadsheet, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(UnreadableTable, match="more than"):
        cells(path)
    assert path.stat().st_size < 10_000


def far_cell(path: Path) -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["XFD1"] = "甲"
    book.save(path)


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("hello.txt", "hello")


def cut(part: str) -> Callable[[Path], object]:
    """Make a workbook that is whole as an archive and lacks half of a part."""

    def make(path: Path) -> None:
        openpyxl.Workbook().save(path)
        with zipfile.ZipFile(path) as sound:
            parts = {name: sound.read(name) for name in sound.namelist()}
        with zipfile.ZipFile(path, "w") as made:
            for name, body in parts.items():
                made.writestr(name, body[: len(body) // 2] if name == part else body)

    return make


def locked(path: Path) -> None:
    """Mark every part as encrypted: bit 0 of its flags in the archive's directory (APPNOTE 4.4.4)."""
    openpyxl.Workbook().save(path)
    entries = path.read_bytes().split(b"PK\x01\x02")
    path.write_bytes(b"PK\x01\x02".join([entries[0], *(e[:4] + bytes([e[4] | 1]) + e[5:] for e in entries[1:])]))


def text(body: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(body)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (far_cell, "columns"),
        (archive, "no workbook"),
        (cut("xl/workbook.xml"), "damaged"),
        (cut("xl/worksheets/sheet1.xml"), "damaged"),
        (locked, "password"),
        (lambda path: openpyxl.Workbook().save(path), "no visible sheet"),
        (text(b"PK\x03\x04 and then nothing"), "damaged"),
        (text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), "damaged"),
        (text(b"PAR1 and then nothing"), "damaged"),
        (text(b"MZ\x90\x00\x03\x00\x00\x00"), "no text"),
        (text(b"\x89PNG\r\n\x1a\n\x00\x00"), "no text"),
        (text(b"<html><table><tr><td>600519</td></tr></table>"), "page of the web"),
        (text(b'a,b\n"1,2\n'), "line 2 is broken"),
        (text(b"," * 600 + b"\n" + b"," * 600), "columns"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(tmp_path: Path, make: Callable[[Path], object], why: str) -> None:
    path = tmp_path / "file.xlsx"
    make(path)
    with pytest.raises(UnreadableTable, match=why):
        cells(path)


def test_rows_and_bytes_have_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" * 30, "utf-8")
    monkeypatch.setattr(table_limits, "MOST_ROWS", 20)
    with pytest.raises(UnreadableTable, match="more than 20 rows"):
        cells(path)
    with path.open("ab") as file:
        file.truncate(table_limits.MOST_BYTES + 1)
    with pytest.raises(UnreadableTable, match="more than 256"):
        cells(path)


def test_what_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoTableFile):
        cells(tmp_path / "none.csv")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableTable, match="no ordinary file"):
        cells(tmp_path / "pipe")


def test_headings_are_known_by_any_of_their_names() -> None:
    known = {"symbol": ("证券代码", "代码"), "shares": ("持仓数量", "可用数量"), "cost": ("成本价",)}
    headings = ["证券代码 ", "可用数量", "持仓数量", "成本价（元）", "备注"]
    assert field_places(headings, known) == {"symbol": 0, "shares": 2, "cost": 3}
    assert folded("Target_Price (CNY)") == "targetprice"


def test_a_workbook_of_old_gives_texts_days_and_stored_values() -> None:
    # Written by LibreOffice as "MS Excel 97": 1 shown as 000001, a day, and a formula of 1200 times 12.345.
    assert [(row.number, row.cells) for row in table_rows(FILES / "holdings_97.xls")] == [
        (1, ("持仓查询 2024-06-14",)),
        (3, ("证券代码", "证券名称", "持仓数量", "成本价", "买入日期", "市值")),
        (4, ("000001", "平安银行", "1200", "12.345", "2024-06-03", "14814")),
        (5, ("600519", "贵州茅台", "100", "1700.5", "", "170050")),
    ]


@pytest.mark.parametrize("kept", [5000, 3000, 1500, 700])
def test_a_workbook_of_old_that_was_cut_short_is_damaged(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "cut.xls"
    path.write_bytes((FILES / "holdings_97.xls").read_bytes()[:kept])
    with pytest.raises(UnreadableTable, match="damaged"):
        cells(path)
