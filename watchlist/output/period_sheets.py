"""The sheets of a period: what came and went, what each call and each part earned, and what was restated.

Every row carries formulas of our own that work its numbers out again, and a check.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from watchlist.output.cells import signed, write_cell
from watchlist.output.columns import Column, Row
from watchlist.output.period_columns import (
    CALLS,
    GROUPED,
    GROUPS,
    RATES,
    RESTATED,
    STEPS,
    grouped,
    restated_rows,
    step_rows,
)
from watchlist.output.sheets import HEAD, Formula, Line, Writer

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_ADDED: Final = ("contribution", "benchmark_contribution", "excess_contribution")


def period_sheet_names(t: Callable[[str, str], str]) -> dict[str, str]:
    """Name the sheets of a period."""
    return {
        "period": t("Period", "期间"), "period calls": t("Calls of the period", "期间观点"),
        "contributions": t("Flows and contributions", "变动与贡献"), "restatements": t("Restatements", "更正说明"),
    }  # fmt: skip


def period_sheets(writer: Writer, names: Mapping[str, str]) -> None:
    """Write the four sheets of the review's period."""
    _overview(writer, names["period"])
    _calls(writer, names["period calls"])
    _groups(writer, names["contributions"])
    if writer.review["period"]["reconciliation"] is not None:
        _restatements(writer, names["restatements"])


def _titled(writer: Writer, words: str) -> str:
    period = writer.review["period"]
    return f"{words} · {period['label']} · {period['first']} – {period['as_of']}"


def _overview(writer: Writer, name: str) -> None:
    """Write the whole period in a few lines, the way from what was believed to what stands below it."""
    t, period, look = writer.t, writer.review["period"], writer.look
    sheet, total = writer.sheet(name, _titled(writer, t("Period", "期间"))), writer.review["period"]["total"]
    lines: list[tuple[str, object, str]] = [
        (t("calls standing at the opening", "期初有效观点"), total["opening"], "count"),
        (t("+ new", "+ 新增"), total["new"], "count"),
        (t("− closed", "− 结束"), total["closed"], "count"),
        (t("= standing at the end", "= 期末有效观点"), total["closing"], "count"),
        (t("calls without a price, in no count", "无行情、未计入的观点"), period["unpriced"], "count"),
        (t("calls held for a day or more", "持有一日以上的观点"), total["calls"], "count"),
        (t("return of all calls together", "全部观点组合的含息收益"), total["contribution"], "percent"),
        (t("benchmark, same days and weights", "基准（同日同权）"), total["benchmark_contribution"], "percent"),
        (t("excess return", "超额收益"), total["excess_contribution"], "percent"),
        (t("currency", "货币"), period["currency"] or t("each its own", "各自本币"), "text"),
    ]
    for at, (label, value, kind) in enumerate(lines, HEAD):
        sheet.write_string(at, 0, label, look["soft"])
        write_cell(sheet, (at, 1), Column("", "", "", kind), value, look, writer.language)
    _closing_check(writer, sheet)
    _steps(writer, sheet, HEAD + len(lines) + 2)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 5, 20)


def _closing_check(writer: Writer, sheet: "Worksheet") -> None:
    """Check beside the closing count that it is what opened, came and went."""
    first, look = HEAD + 1, writer.look
    ok, differs = writer.t("ok", "一致"), writer.t("differs", "不一致")
    sheet.write_string(HEAD - 1, 2, writer.t("check", "核对"), look["head"])
    formula = f'=IF(B{first}+B{first + 1}-B{first + 2}=B{first + 3},"{ok}","{differs}")'
    sheet.write_formula(HEAD + 3, 2, formula, look["text"], ok)
    again = f'=IF(ABS(B{first + 6}-B{first + 7}-B{first + 8})<1E-9,"{ok}","{differs}")'
    sheet.write_formula(HEAD + 8, 2, again, look["text"], ok)


def _steps(writer: Writer, sheet: "Worksheet", start: int) -> None:
    found = writer.review["period"]["reconciliation"]
    t, look = writer.t, writer.look
    if found is None:
        words = t("No score run is as of a day before the period: there is nothing to hold these numbers against.",
                  "期初之前没有留存的评分：无可核对。")  # fmt: skip
        sheet.write_string(start, 0, words, look["soft"])
        return
    run = found["run"]
    moved = f"{found['differing']} / {found['compared']}"
    head = t(f"Held against score run {run['id']} as of {run['as_of']}: {moved} numbers are other ones today",
             f"与评分 {run['id']}（截至 {run['as_of']}）核对：{moved} 个数字与当时不同")  # fmt: skip
    sheet.write_string(start, 0, head, look["title"])
    for at, column in enumerate(STEPS):
        sheet.write_string(start + 1, at, column.title(writer.language), look["head"])
    for line, row in enumerate(step_rows(found["steps"], writer.language), start + 2):
        for at, column in enumerate(STEPS[:-1]):
            write_cell(sheet, (line, at), column, column.value(row), look, writer.language)
        if row["effect"] is not None:
            sheet.write_formula(line, 5, f"=E{line + 1}-E{line}", signed(look, row["effect"]), row["effect"])


def _calls(writer: Writer, name: str) -> None:
    """Write every call of the period with the prices of its return, worked out again and checked."""
    rows, rated = writer.review["period"]["calls"], writer.review["period"]["currency"] is not None
    columns = (*CALLS, *(RATES if rated else ()))
    sheet = writer.sheet(name, _titled(writer, writer.t("Calls of the period", "期间观点")))
    writer.table(sheet, columns, rows)

    def held(row: Row) -> bool:
        return row["total_return"] is not None

    def rate(at: Line) -> str:
        return f"*{at['to_rate']}/{at['from_rate']}" if rated else ""

    again = (
        Formula("total again", "return, recomputed", "含息收益(复算)",
                lambda at: f"{at['to_price']}/{at['from_price']}*{at['total_step']}{rate(at)}-1",
                lambda row: row["total_return"], held),
        Formula("excess again", "excess, recomputed", "超额收益(复算)",
                lambda at: f"{at['total again']}-({at['benchmark_to']}/{at['benchmark_from']}{rate(at)}-1)",
                lambda row: row["excess_return"], held),
        writer.check((("total again", "total_return"), ("excess again", "excess_return")), held),
    )  # fmt: skip
    writer.formulas(sheet, columns, rows, again)


def _groups(writer: Writer, name: str) -> None:
    """Write themes, brokers and shares, each checked to add up, and each kind summed up to the whole."""
    period, t = writer.review["period"], writer.t
    rows = grouped(period, writer.language)
    sheet = writer.sheet(name, _titled(writer, t("Flows and contributions", "变动与贡献")))
    writer.table(sheet, GROUPS, rows, 3)
    again = (
        Formula("closing again", "opening + new − closed", "期初+新增−结束",
                lambda at: f"{at['opening']}+{at['new']}-{at['closed']}", lambda row: row["closing"], bool, "count"),
        Formula("excess again", "excess, recomputed", "超额贡献(复算)",
                lambda at: f"{at['contribution']}-{at['benchmark_contribution']}",
                lambda row: row["excess_contribution"], bool),
        writer.check((("closing again", "closing"), ("excess again", "excess_contribution")), bool),
    )  # fmt: skip
    writer.formulas(sheet, GROUPS, rows, again)
    _sums(writer, sheet, period)


def _sums(writer: Writer, sheet: "Worksheet", period: Row) -> None:
    """Sum each kind of group up below the table and check it against the return of all calls together."""
    from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415  (only who writes one pays for it)

    paths, look = [column.path for column in GROUPS], writer.look
    check, ok, differs = len(paths) + 2, writer.t("ok", "一致"), writer.t("differs", "不一致")
    first, below = HEAD + 2, HEAD + 2 + sum(len(period[table]) for table, _, _ in GROUPED) + 1
    for number, (table, en, zh) in enumerate(GROUPED):
        last, line = first + len(period[table]) - 1, below + number
        label = writer.t(f"sum by {en}", f"按{zh}合计")
        sheet.write_string(line, 0, label, look["head"])
        tests = []
        for key in _ADDED:
            at, value = paths.index(key), period["total"][key]
            letter = xl_col_to_name(at)
            summed = f"=SUM({letter}{first}:{letter}{last})" if period[table] else "=0"
            sheet.write_formula(line, at, summed, signed(look, value), value)
            tests.append(f"ABS({letter}{line + 1}-({value!r}))<1E-9")
        sheet.write_formula(line, check, f'=IF(AND({",".join(tests)}),"{ok}","{differs}")', look["text"], ok)
        first = last + 1


def _restatements(writer: Writer, name: str) -> None:
    found: dict[str, Any] = writer.review["period"]["reconciliation"]
    sheet = writer.sheet(name, _titled(writer, writer.t("Restatements", "更正说明")))
    writer.table(sheet, RESTATED, restated_rows(found["rows"], writer.language), 3)
