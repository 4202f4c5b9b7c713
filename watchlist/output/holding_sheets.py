"""The sheets of holdings: what is held, worked out again by Excel; open calls on it; recommended and not held."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from watchlist.domain.model import Status
from watchlist.output.cells import signed
from watchlist.output.columns import Column, Row
from watchlist.output.holding_columns import NOT_HELD, OPEN_CALLS, SHEET, call_lines, portfolio_words
from watchlist.output.sheets import HEAD, TIE, Formula, Line, Writer

_PLACES: Final = {column.path: at for at, column in enumerate(SHEET)}


def holding_sheet_names(t: Callable[[str, str], str]) -> dict[str, str]:
    """Name the sheets of holdings."""
    return {
        "holdings": t("Holdings", "持仓"), "holding calls": t("Calls on holdings", "持仓观点"),
        "not held": t("Recommended, not held", "推荐未持有"),
    }  # fmt: skip


def holding_sheets(writer: Writer, names: Mapping[str, str]) -> None:
    """Write the three sheets of holdings."""
    found = writer.review["holdings"]
    rows = found["rows"]
    held = [{**row, "status": _price(row)} for row in rows if row["position"] != "none"]
    _holdings(writer, names["holdings"], held)
    for key, words, columns, lines in (
        ("holding calls", ("Open calls on what is held", "所持证券的有效观点"), OPEN_CALLS, call_lines(rows)),
        ("not held", ("Recommended, not held", "推荐中但未持有"), NOT_HELD,
         [row for row in rows if row["position"] == "none"]),
    ):  # fmt: skip
        writer.table(writer.sheet(names[key], f"{writer.t(*words)} · {found['as_of']}"), columns, lines)


def _price(row: Row) -> str:
    """Say how a price stands: a share that trades is in order."""
    return "ok" if row["status"] == Status.RUNNING else str(row["status"])


def _holdings(writer: Writer, name: str, rows: Sequence[Row]) -> None:
    """Write what is held with its value and weight worked out again, and below it whether contributions add up."""
    found = writer.review["holdings"]
    title = writer.t("Holdings", "持仓")
    sheet = writer.sheet(name, f"{title} · {found['as_of']} · {found['currency']}")
    last = HEAD + 1 + len(rows)

    def valued(row: Row) -> bool:
        return row["value"] is not None

    def values(cells: Line) -> str:
        letter = cells.letters["value"]
        whole = f"SUM({letter}${HEAD + 2}:{letter}${last})"  # weights are those of everything held, shown or not
        if _hides(found):
            whole = f"({whole}+{letter}${_hidden_line(last) + 1})"
        return f"{cells['value']}/{whole}"

    formulas: tuple[Formula, ...] = (
        Formula("again", "value, recomputed", "市值(复算)", lambda c: f"{c['shares']}*{c['close']}*{c['rate']}",
                lambda row: row["value"], valued, "price"),
        Formula("share", "weight, recomputed", "权重(复算)", values, lambda row: row["weight"], valued, "weight"),
    )  # fmt: skip
    columns: tuple[Column, ...] = SHEET
    writer.table(sheet, columns, rows)
    check = writer.check((("weight", "share"), ("value", "again")), valued)
    writer.formulas(sheet, columns, rows, (*formulas, check))
    _sum(writer, sheet, last)


def _hides(found: Row) -> bool:
    """Whether filters leave out some of what is or was held."""
    hidden = found["not_shown"]
    return bool(hidden["holdings"] or hidden["contribution"])


def _hidden_line(last: int) -> int:
    """Give the line, counted from 0, of what the filters leave out, below a table whose last one, from 1, is given."""
    return last + 2


def _sum(writer: Writer, sheet: Any, last: int) -> None:  # noqa: ANN401  (a sheet of xlsxwriter)
    """Write below the table what the contributions come to, the portfolio's own return, and whether they agree."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415  (only who writes one pays for it)

    found, look, at, line = writer.review["holdings"], writer.look, _PLACES["contribution"], last + 1
    total, summed = found["total_return"], [xl_rowcol_to_cell(line, at)]
    if _hides(found):
        hidden = found["not_shown"]
        line = _hidden_line(last)
        sheet.write_string(line, 0, writer.t("not shown: outside the filters", "未显示：不符合条件"), look["soft"])
        sheet.write_number(line, _PLACES["value"], hidden["value"], look["price"])
        sheet.write_number(line, at, hidden["contribution"], signed(look, hidden["contribution"]))
        summed.append(xl_rowcol_to_cell(line, at))
    sheet.write_string(line + 3, 0, portfolio_words(found)[writer.language == "zh"], look["text"])
    if total is None:
        return
    ok, differs = writer.t("ok", "一致"), writer.t("differs", "不一致")
    first, end = xl_rowcol_to_cell(HEAD + 1, at), xl_rowcol_to_cell(max(last - 1, HEAD + 1), at)
    sheet.write_string(last + 1, 0, writer.t("contributions added up", "贡献合计"), look["soft"])
    sheet.write_string(line + 1, 0, writer.t("the portfolio", "组合"), look["soft"])
    shown = total - (found["not_shown"]["contribution"] if _hides(found) else 0.0)
    sheet.write_formula(last + 1, at, f"=SUM({first}:{end})", signed(look, shown), shown)
    sheet.write_number(line + 1, at, total, signed(look, total))
    whole, parts = xl_rowcol_to_cell(line + 1, at), "+".join(summed)
    sheet.write_formula(line + 1, at + 1, f'=IF(ABS({parts}-{whole})<{TIE},"{ok}","{differs}")', look["text"], ok)
