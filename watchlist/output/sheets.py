"""Sheets: how a workbook's tables are laid out, whatever they hold: a title, headings that stay, formats, filters.

Beside a table may stand formulas of our own that work its numbers out again, and a check that says whether they agree.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from watchlist.output.cells import signed, width, write_cell
from watchlist.output.columns import Column, Row, called

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

HEAD: Final = 2  # the row of the headings, counted from 0; the sheet's full title stands above
TIE: Final = "1E-9"  # what a check lets pass: the last digits of a double
_SAMPLE: Final = 200  # rows that a column's width is measured on
_PRINTED: Final = 16  # columns that go to paper: more would be too small to read
_CHART_COLUMNS: Final = 15  # columns beside a table that a chart takes
_CHART_ROWS: Final = 24  # rows below a table that a chart may take on paper


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sheet, counted from 1, whose cells a formula names by the key of their column."""

    letters: Mapping[str, str]
    number: int

    def __getitem__(self, key: str) -> str:
        """Give the name of a cell: ``B7``."""
        return f"{self.letters[key]}{self.number}"


@dataclass(frozen=True, slots=True)
class Formula:
    """A column of formulas beside a table.

    Attributes:
        key: what a later formula calls its cell.
        expression: builds the formula from the cells of its line by path; it holds no word of a report.
        value: what it comes to, kept beside it for programs that do not calculate.
        only: whether a row has the numbers that it is made of.
    """

    key: str
    en: str
    zh: str
    expression: Callable[[Line], str]
    value: Callable[[Row], Any]
    only: Callable[[Row], bool]
    kind: str = "percent"


@dataclass(frozen=True)
class Writer:
    """A workbook being written: where, how it looks, in which language, and what every sheet says of itself."""

    book: "Workbook"
    look: dict[str, "Format"]
    language: str
    review: Row

    def t(self, en: str, zh: str) -> str:
        """Pick the words of the language."""
        return zh if self.language == "zh" else en

    def called(self, row: Row, key: str) -> str:
        """Give what a row is called under a key, in the language."""
        return str(called(row, key, self.language))

    @property
    def mark(self) -> str:
        """Give what every sheet of simulated prices says."""
        return self.t("SIMULATED prices: no number here is real", "SIMULATED 模拟行情：数字均非真实")

    def sheet(self, name: str, title: str) -> "Worksheet":
        """Begin a sheet: its full title on top, prepared for paper."""
        sheet: Worksheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.look["title"])
        if self.review["simulated"]:
            sheet.write_string(1, 0, self.mark, self.look["mark"])
        sheet.set_default_row(16)  # words of a report may hold line ends; the row stays one line high
        sheet.set_row(0, 24)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self.mark if self.review['simulated'] else ''}&R&P / &N")
        return sheet

    def table(self, sheet: "Worksheet", columns: Sequence[Column], rows: Sequence[Row], frozen: int = 2) -> None:
        """Write a table below the title: headings that stay in sight, a filter on each, a format by kind."""
        sheet.set_row(HEAD, 34)
        sheet.print_area(0, 0, HEAD + max(len(rows), 1) + _CHART_ROWS, min(len(columns), _PRINTED) - 1)
        for at, column in enumerate(columns):
            title = column.title(self.language)
            sheet.write_string(HEAD, at, title, self.look["head"])
            values = [column.value(row, self.language) for row in rows]
            shown = [_measure(column, value) for value in values[:_SAMPLE] if value is not None]
            sheet.set_column(at, at, width(title, shown))
            for line, value in enumerate(values):
                write_cell(sheet, (HEAD + 1 + line, at), column, value, self.look, self.language)
        if not rows:
            sheet.write_string(HEAD + 1, 0, self.t("none", "无"), self.look["soft"])
        sheet.freeze_panes(HEAD + 1, frozen)
        sheet.repeat_rows(HEAD)
        sheet.autofilter(HEAD, 0, HEAD + max(len(rows), 1), len(columns) - 1)

    def print_with_chart(self, sheet: "Worksheet", columns: int, rows: int) -> None:
        """Let paper take the chart that stands to the right of a table, beside its first rows."""
        sheet.print_area(0, 0, HEAD + max(rows, _CHART_ROWS), columns + _CHART_COLUMNS)

    def formulas(
        self, sheet: "Worksheet", columns: Sequence[Column], rows: Sequence[Row], formulas: Sequence[Formula]
    ) -> None:
        """Write formulas beside a table, behind its last column."""
        from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415  (only who writes one pays for it)

        keys = [*(column.path for column in columns), *(formula.key for formula in formulas)]
        letters = {key: xl_col_to_name(number) for number, key in enumerate(keys)}
        for at, formula in enumerate(formulas, len(columns)):
            sheet.write_string(HEAD, at, formula.zh if self.language == "zh" else formula.en, self.look["head"])
            sheet.set_column(at, at, 14)
            for line, row in enumerate(rows, HEAD + 1):
                if formula.only(row):
                    value = formula.value(row)
                    look = signed(self.look, value) if formula.kind == "percent" else self.look[formula.kind]
                    sheet.write_formula(line, at, f"={formula.expression(Line(letters, line + 1))}", look, value)
        sheet.autofilter(HEAD, 0, HEAD + max(len(rows), 1), len(keys) - 1)

    def check(self, pairs: Iterable[tuple[str, str]], only: Callable[[Row], bool]) -> Formula:
        """Give the column that says whether cells agree, each pair by key."""
        named = tuple(pairs)
        ok, differs = self.t("ok", "一致"), self.t("differs", "不一致")

        def compared(cells: Line) -> str:
            same = ",".join(f"ABS({cells[one]}-{cells[other]})<{TIE}" for one, other in named)
            return f'IF(AND({same}),"{ok}","{differs}")'

        return Formula("check", "check", "核对", compared, lambda _: ok, only, "text")


def _measure(column: Column, value: Any) -> str:  # noqa: ANN401  (any JSON value)
    return {"percent": "+000.00%", "rate": "00.0%", "date": "0000-00-00", "factor": "0.000000"}.get(
        column.kind, f"{value:,.2f}" if isinstance(value, float) else str(value)
    )
