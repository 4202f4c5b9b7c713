"""The workbook: a review as an Excel file with native charts, filters and formulas that work every return out again."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from watchlist import __version__
from watchlist.output.cells import formats, safe_sheet_names, signed, write_cell
from watchlist.output.columns import Column, Row
from watchlist.output.holding_sheets import holding_sheet_names, holding_sheets
from watchlist.output.period_sheets import period_sheet_names, period_sheets
from watchlist.output.review_columns import (
    CALLS,
    EVIDENCE,
    GLOSSARY,
    GROUPS,
    HEALTH,
    HORIZONS,
    NEWS,
    RATES,
    RATINGS,
    RECOMMENDATIONS,
    THEMES,
    basis_notes,
    horizon_rows,
)
from watchlist.output.sheets import HEAD, Formula, Line, Writer

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_INERT: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
CURVE: Final = (
    Column("day", "session", "交易日", "date"),
    Column("index", "theme index", "主题指数", "level"),
    Column("benchmark", "benchmark", "基准", "level"),
)


def review_workbook(
    review: Row, evidence: Mapping[str, Row], language: str, *, red_up: bool, news: Row | None = None
) -> bytes:
    """Write a review as a workbook.

    Args:
        review: as ``queries.review`` gives it.
        evidence: by recommendation id, the prices behind its returns.
        news: what is new, as in :class:`output.package.Package`.

    Returns:
        the bytes of the file; the same review gives the same bytes.
    """
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415  (only who writes one pays for it)

    buffer = io.BytesIO()
    with Workbook(buffer, _INERT) as book:
        made = dt.datetime.fromisoformat(review["as_of"])
        book.set_properties({"title": f"watchlist {review['as_of']}", "comments": _identity(review), "created": made})
        writer = Writer(book, formats(book, red_up=red_up), language, review)
        names = _sheet_names(writer)
        _summary(writer, names["summary"])
        if "period" in review:
            period_sheets(writer, names)
        if news is not None:
            _plain(writer, names["news"], f"{writer.t('New since', '变化，自')} {news['day']}", NEWS, news["rows"], 3)
        _themes(writer, names["themes"])
        _recommendations(writer, names["recommendations"], evidence)
        if review["holdings"] is not None:
            holding_sheets(writer, names)
        _plain(writer, names["calls"], writer.t("Calls", "观点"), CALLS, review["calls"], 2)
        _plain(writer, names["brokers"], writer.t("Brokers", "券商"), GROUPS, review["brokers"], 1)
        _plain(writer, names["ratings"], writer.t("Ratings", "评级"), RATINGS, review["ratings"], 1)
        _horizons(writer, names["horizons"])
        for theme, curve in review["curves"].items():
            _curve(writer, names[f"curve {theme}"], theme, curve)
        _plain(writer, names["health"], writer.t("Data health", "数据健康"), HEALTH, review["health"]["securities"], 2)
        _notes(writer, names["notes"])
    return buffer.getvalue()


def _sheet_names(writer: Writer) -> dict[str, str]:
    t, titles = writer.t, {row["theme"]: writer.called(row, "name") for row in writer.review["themes"]}
    full = {
        "summary": t("Summary", "概要"), **(period_sheet_names(t) if "period" in writer.review else {}),
        "news": t("Changes", "变化"),
        "themes": t("Themes", "主题"),
        "recommendations": t("Recommendations", "推荐"),
        **(holding_sheet_names(t) if writer.review["holdings"] is not None else {}),
        "calls": t("Calls", "观点"), "brokers": t("Brokers", "券商"), "ratings": t("Ratings", "评级"),
        "horizons": t("Horizons", "持有期"),
        "health": t("Data health", "数据健康"), "notes": t("Notes", "说明"),
    } | {f"curve {theme}": titles.get(theme, theme) for theme in writer.review["curves"]}  # fmt: skip
    return dict(zip(full, safe_sheet_names(list(full.values())), strict=True))


def _identity(review: Row) -> str:
    run = review["score_run"]
    number = "-" if run is None else run["id"]
    return f"score run {number}, fingerprint {review['fingerprint']}, watchlist {__version__}"


def _plain(writer: Writer, name: str, title: str, columns: Sequence[Column], rows: list[Row], frozen: int) -> None:
    writer.table(writer.sheet(name, f"{title} · {writer.review['as_of']}"), columns, rows, frozen)


def _summary(writer: Writer, name: str) -> None:
    """Write the headline: what was recommended, what it became, against what, and where the numbers come from."""
    t, review, look = writer.t, writer.review, writer.look
    sheet = writer.sheet(name, t("Recommendation review", "研报推荐复盘"))
    head, run = review["headline"], review["score_run"]
    sessions = " · ".join(f"{market} {day}" for market, day in review["as_of_sessions"].items()) or "–"
    basis = t("before costs and taxes; price indices as benchmarks", "未计费用、税前；基准为价格指数")
    lines: list[tuple[str, object, str]] = [
        (t("as of", "截至"), sessions, "text"),
        (t("recommendations", "推荐数"), head["recommendations"], "count"),
        (t("shares", "证券数"), head["symbols"], "count"),
        (t("reports", "研报数"), head["reports"], "count"),
        (t("mean total return since entry", "买入以来平均含息收益"), head["total_return"], "percent"),
        (t("mean benchmark return", "平均基准收益"), head["benchmark_return"], "percent"),
        (t("mean excess return", "平均超额收益"), head["excess_return"], "percent"),
        (t("ahead of the benchmark", "跑赢基准"), head["ahead"], "count"),
        (t("measured", "可衡量"), head["measured"], "count"),
        (t("benchmarks", "基准"), head["benchmarks"], "list"),
        (t("prices from", "行情来源"), review["sources"], "list"),
        (t("score run", "评分编号"), None if run is None else run["id"], "count"),
        (t("fingerprint of the numbers", "数字指纹"), review["fingerprint"], "text"),
        (t("basis", "口径"), basis, "text"),
    ]
    for at, (label, value, kind) in enumerate(lines):
        sheet.write_string(HEAD + at, 0, label, look["soft"])
        write_cell(sheet, (HEAD + at, 1), Column("", "", "", kind), value, look, writer.language)
    sheet.fit_to_pages(1, 1)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 34)
    _extremes(writer, sheet, HEAD + len(lines) + 2)


def _extremes(writer: Writer, sheet: "Worksheet", start: int) -> None:
    """Write who was furthest ahead and behind."""
    t, review, look = writer.t, writer.review, writer.look
    by_id = {row["id"]: row for row in review["recommendations"]}
    titles = (("winners", t("furthest ahead", "领先最多")), ("losers", t("furthest behind", "落后最多")))
    for at, (key, title) in enumerate(titles):
        first = start + at * 8
        for column, heading in enumerate((title, t("broker", "券商"), t("excess return", "超额收益"))):
            sheet.write_string(first - 1, column, heading, look["head"])
        for line, identity in enumerate(review[key]):
            row = by_id[identity]
            sheet.write_string(first + line, 0, f"{row['name']} {row['symbol']}", look["text"])
            sheet.write_string(first + line, 1, row["broker"], look["text"])
            sheet.write_number(first + line, 2, row["excess_return"], signed(look, row["excess_return"]))
    sheet.set_column(2, 2, 14)


def _themes(writer: Writer, name: str) -> None:
    sheet = writer.sheet(name, f"{writer.t('Themes', '主题')} · {writer.review['as_of']}")
    rows = writer.review["themes"]
    writer.table(sheet, THEMES, rows)
    if rows:
        paths = [column.path for column in THEMES]
        chart = writer.book.add_chart({"type": "bar"})
        first, last = HEAD + 1, HEAD + len(rows)
        shown = (
            ("since_entry.total_return", "total return", "含息收益", "#1F5FBF"),
            ("since_entry.excess_return", "excess return", "超额收益", "#E08A1E"),
        )
        for path, en, zh, colour in shown:
            at = paths.index(path)
            chart.add_series({"name": writer.t(en, zh), "categories": [name, first, 1, last, 1],
                              "values": [name, first, at, last, at], "fill": {"color": colour}, "gap": 60})  # fmt: skip
        chart.set_title({"name": writer.t("Mean since entry", "买入以来平均"), "name_font": {"size": 12}})
        chart.set_x_axis({"num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}}})
        chart.set_y_axis({"reverse": True, "label_position": "low"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 760, "height": 120 + 42 * len(rows)})
        sheet.insert_chart(HEAD + len(rows) + 3, 1, chart)


def _recommendations(writer: Writer, name: str, evidence: Mapping[str, Row]) -> None:
    """Write every recommendation, the prices behind it, its returns worked out again by Excel, and a check."""
    sheet = writer.sheet(name, f"{writer.t('Recommendations', '推荐')} · {writer.review['as_of']}")
    rows = [{**row, **evidence.get(row["id"], {})} for row in writer.review["recommendations"]]
    columns = recommendation_columns(writer.review)
    writer.table(sheet, columns, rows)
    writer.formulas(sheet, columns, rows, _worked_out(writer, "last_rate" in [column.path for column in columns]))


def recommendation_columns(review: Row) -> tuple[Column, ...]:
    """Give the columns of the recommendations' sheet: rates only in another currency, words only where they may be."""
    shown = (column for column in RECOMMENDATIONS if column.path != "quote" or review["quotes"])
    return (*shown, *EVIDENCE, *(RATES if review["currency"] else ()))


def _worked_out(writer: Writer, rated: bool) -> tuple[Formula, ...]:  # noqa: FBT001  (whether rates are beside it)
    """Give the formulas of a recommendation's returns, from the prices, steps and rates beside them."""

    def known(row: Row) -> bool:
        return row["total_return"] is not None and row["benchmark_return"] is not None

    def rate(at: Line) -> str:
        return f"*{at['last_rate']}/{at['entry_rate']}" if rated else ""

    return (
        Formula("total again", "total return, recomputed", "含息收益(复算)",
                lambda at: f"{at['last_close']}/{at['entry_price']}*{at['total_step']}{rate(at)}-1",
                lambda row: row["total_return"], known),
        Formula("excess again", "excess, recomputed", "超额收益(复算)",
                lambda at: f"{at['total again']}-({at['benchmark_last']}/{at['benchmark_entry']}{rate(at)}-1)",
                lambda row: row["excess_return"], known),
        writer.check((("total again", "total_return"), ("excess again", "excess_return")), known),
    )  # fmt: skip


def _horizons(writer: Writer, name: str) -> None:
    sheet = writer.sheet(name, f"{writer.t('Horizons', '持有期')} · {writer.review['as_of']}")
    rows = horizon_rows(writer.review, writer.language)
    writer.table(sheet, HORIZONS, rows, 3)
    keys, themes = writer.review["horizons"], writer.review["themes"]
    if not themes or not keys:
        return
    chart = writer.book.add_chart({"type": "column"})
    mean = [column.path for column in HORIZONS].index("mean_excess")
    for number, row in enumerate(themes):
        first, last = HEAD + 1 + number * len(keys), HEAD + (number + 1) * len(keys)
        chart.add_series({"name": writer.called(row, "name"), "categories": [name, first, 2, last, 2],
                          "values": [name, first, mean, last, mean]})  # fmt: skip
    chart.set_title({"name": writer.t("Mean excess by horizon", "各持有期平均超额"), "name_font": {"size": 12}})
    chart.set_y_axis({"num_format": "0%", "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}}})
    chart.set_x_axis({"label_position": "low"})
    chart.set_size({"width": 900, "height": 380})
    sheet.insert_chart(HEAD + 1, len(HORIZONS) + 1, chart)  # below what is repeated on every printed page
    writer.print_with_chart(sheet, len(HORIZONS), len(rows))


def _curve(writer: Writer, name: str, theme: str, curve: Sequence[tuple[str, float, float]]) -> None:
    rows = writer.review["themes"]
    full = next((writer.called(row, "name") for row in rows if row["theme"] == theme), theme)
    sheet = writer.sheet(name, full)
    rows = [{"day": day, "index": index, "benchmark": benchmark} for day, index, benchmark in curve]
    writer.table(sheet, CURVE, rows, 1)
    chart = writer.book.add_chart({"type": "line"})
    first, last = HEAD + 1, HEAD + len(rows)
    for column, colour, dash in ((1, "#1F5FBF", "solid"), (2, "#98A2B3", "dash")):
        chart.add_series({"name": [name, HEAD, column], "categories": [name, first, 0, last, 0],
                          "values": [name, first, column, last, column],
                          "line": {"color": colour, "width": 1.75, "dash_type": dash}})  # fmt: skip
    chart.set_title({"name": full, "name_font": {"size": 12}})
    chart.set_x_axis(
        {
            "date_axis": True,
            "num_format": "yyyy-mm",
            "label_position": "low",
            "major_unit": max(len(rows) // 200, 1),
            "major_unit_type": "months",
        }
    )
    levels = [value for _, *values in curve for value in values]
    chart.set_y_axis({"num_format": "#,##0", "min": (min(levels) // 50) * 50,
                      "major_gridlines": {"visible": True, "line": {"color": "#E3E6EB"}}})  # fmt: skip
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 380})
    sheet.insert_chart(HEAD + 1, len(CURVE) + 1, chart)
    writer.print_with_chart(sheet, len(CURVE), len(rows))


def _notes(writer: Writer, name: str) -> None:
    sheet = writer.sheet(name, writer.t("What the words mean", "名词解释"))
    for line, (en, zh, meaning, meaning_zh) in enumerate(GLOSSARY):
        sheet.write_string(HEAD + line, 0, writer.t(en, zh), writer.look["text"])
        sheet.write_string(HEAD + line, 1, writer.t(meaning, meaning_zh), writer.look["soft"])
    said = (_identity(writer.review), *basis_notes(writer.review["health"], writer.language))
    for line, words in enumerate(said, HEAD + len(GLOSSARY) + 1):
        sheet.write_string(line, 1, words, writer.look["soft"])
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
