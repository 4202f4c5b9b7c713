"""The command ``export``: a file of the review, of all time or of one period, in the form its ending names."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.cli.news import own_tickers
from watchlist.domain.errors import UsageMistake
from watchlist.domain.periods import Period, parse_period
from watchlist.domain.symbols import CURRENCIES
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.output.exports import Form
    from watchlist.output.package import LeftOut, Package
    from watchlist.queries.recommendations import Filters, Row
    from watchlist.queries.situation import Situation

PERIOD_TABLES = ("period-calls", "contributions", "restatements")
WHAT = ("recommendations", "themes", "brokers", "strengths", "calls", "holdings", "health", *PERIOD_TABLES)
PROGRAMS = ("ghostfolio", "portfolio-performance", "yahoo", "beancount", "tongdaxin", "tonghuashun")
_NAMED = 5  # what a form cannot hold is named up to so many, then counted


class UnknownExport(UsageMistake):
    """A file's ending names nothing that can be exported."""

    en = (
        "{path} does not say what to write: end it in .html (the review page), .xlsx (the workbook), .csv .jsonl "
        ".parquet .md (a table), .json (everything), .blk .beancount, or .db (a copy of the database)."
    )
    zh = (
        "无法从 {path} 判断导出内容：请以 .html（复盘页面）、.xlsx（工作簿）、.csv .jsonl .parquet .md（单表）、"
        ".json（全部）、.blk .beancount 或 .db（数据库副本）结尾。"
    )


class UnknownProgramFile(UsageMistake):
    """A program does not read files of that ending."""

    en = "{program} reads files that end in {endings}: {path} does not."
    zh = "{program} 读取以 {endings} 结尾的文件，而 {path} 不是。"


class NeedsPeriod(UsageMistake):
    """An option speaks of a period, and none is named."""

    en = "{option} belongs to the review of a period: name it with --period 2026Q3."
    zh = "{option} 只用于期间复盘：请用 --period 2026Q3 指明期间。"


class WholeDatabase(UsageMistake):
    """A copy of the database is the whole of it."""

    en = "A copy of the database holds everything, the reports' words too: leave {option} out, or write another form."
    zh = "数据库副本包含全部内容（含研报原文）：请去掉 {option}，或改用其他格式。"


@dataclass(frozen=True, slots=True)
class Wished:
    """What a review is wished to be like."""

    day: dt.date
    horizon: str | None = None
    currency: str | None = None
    quotes: bool = True
    period: Period | None = None
    against: str | None = None


@command(
    "export",
    en="Write a file for the portfolio review, or one that another program reads; the ending says which.",
    zh="导出组合复盘文件或其他程序可读的文件，格式由扩展名决定。",
    example="export review.xlsx --period 2026Q3",
)
@click.argument("path", type=click.Path(path_type=Path))
@option("--what", type=click.Choice(WHAT), en="The table of a file that holds one.", zh="单表文件所含的表。")
@option(
    "--for",
    "program",
    type=click.Choice(PROGRAMS),
    en="The program that will read it, where the ending does not say.",
    zh="目标程序（扩展名不足以判断时）。",
)
@option(
    "--period",
    metavar="PERIOD",
    en="The review of a period: 2026Q3, 2026H1, 2026, 2026-07..2026-09.",
    zh="期间复盘：2026Q3、2026H1、2026、2026-07..2026-09。",
)
@option(
    "--against",
    metavar="RUN",
    en="The score run it is held against: its number, or a day (the last one before the period).",
    zh="与哪次评分核对：评分编号或日期（默认为期初前最近一次）。",
)
@option("--currency", type=click.Choice(CURRENCIES), en="Count returns in this currency.", zh="以该货币计算收益。")
@option("--no-quotes", is_flag=True, en="Leave the reports' words out (copyright).", zh="不含研报原文（版权）。")
@option("--theme", metavar="THEME", en="Only this theme.", zh="只含该主题。")
@option("--broker", metavar="BROKER", en="Only this broker.", zh="只含该券商。")
@option("--horizon", metavar="H", en="Horizon of groups: 20 (sessions), 6m (months).", zh="分组所用持有期：20、6m。")
@option("--as-of", metavar="DATE", en="Use sessions up to this day.", zh="只用到该日为止的交易日。")
@shared
def export(  # noqa: PLR0913  (an option each)
    path: Path, *, what: str | None, program: str | None, period: str | None, against: str | None,
    currency: str | None, no_quotes: bool, theme: str | None, broker: str | None, horizon: str | None,
    as_of: str | None,
) -> None:  # fmt: skip
    """Write a file for the portfolio review, or one that another program reads."""
    from watchlist.output.interchange import write_bytes
    from watchlist.queries.periods import period_day
    from watchlist.queries.recommendations import Filters

    app = current()
    span = None if period is None else parse_period(period)
    _refuse_alone(span, {"--against": against, "--what": what if what in PERIOD_TABLES else None})
    if path.suffix.lower() in {".db", ".sqlite"} and program is None:
        _refuse_parts({"--no-quotes": no_quotes, "--period": period, "--currency": currency, "--what": what,
                       "--theme": theme, "--broker": broker, "--horizon": horizon, "--as-of": as_of})  # fmt: skip
        _copy(app, path)
        return
    form = _form(path, program)
    asked = past(date_of(as_of, "--as-of"), "--as-of", app)
    day = (asked or app.today) if span is None else period_day(span, asked, app.today)
    wished = Wished(day, horizon, currency, not no_quotes, span, against)
    with packaged(app, wished, Filters(theme=theme, broker=broker)) as (package, _):
        written = form.write(package, what)
    write_bytes(path, written.content)
    app.tell(f"Wrote {path}.", f"已写入 {path}。")
    _tell_left_out(app, written.left_out)
    if span is not None:
        _tell_period(app, package.review)


def _refuse_alone(period: Period | None, options: dict[str, str | None]) -> None:
    for name, value in options.items():
        if value is not None and period is None:
            raise NeedsPeriod(option=f"{name} {value}")


def _refuse_parts(options: dict[str, object]) -> None:
    for name, value in options.items():
        if value:
            raise WholeDatabase(option=name)


@contextmanager
def packaged(
    app: App, wished: Wished, filters: "Filters", symbols: Sequence[str] = ()
) -> Iterator[tuple["Package", "Situation"]]:
    """Load the review that files are written from, and the situation under it."""
    from watchlist.queries.situation import When, load_situation

    with app.reading() as connection:
        situation = load_situation(connection, app.settings, When(wished.day), symbols=[*symbols, *own_tickers(app)],
                                   horizon=wished.horizon, currency=wished.currency)  # fmt: skip
        yield _package(app, connection, situation, wished, filters), situation


def _package(
    app: App, connection: sqlite3.Connection, situation: "Situation", wished: Wished, filters: "Filters"
) -> "Package":
    from watchlist.output.package import Package
    from watchlist.queries.closes import closes
    from watchlist.queries.periods import with_period
    from watchlist.queries.review import review_of, with_evidence, without_quotes
    from watchlist.queries.whole import load_appraiser, with_reactions

    review = review_of(situation, connection, filters)
    if wished.period is not None:
        review = with_period(review, connection, app.settings, situation, filters, period=wished.period,
                             against=wished.against)  # fmt: skip
    symbols = sorted({row["symbol"] for row in review["recommendations"]})
    return Package(
        review=review if wished.quotes else without_quotes(review),
        language=app.language,
        colours=app.settings.colours,
        evidence=lambda: with_evidence(situation, filters),
        closes=lambda: closes(situation, symbols),
        whole=lambda rows: with_reactions(situation, load_appraiser(connection, situation), rows),
        news=lambda: None if wished.period or wished.currency else _news(app, connection, situation, filters),
    )


def _news(app: App, connection: sqlite3.Connection, situation: "Situation", filters: "Filters") -> "Row | None":
    """Give what is new since the score run of the day before; nothing is where there is none."""
    from watchlist.queries.changes import news_of

    return news_of(connection, app.settings, situation, filters, own_tickers(app))


def _tell_period(app: App, review: Mapping[str, Any]) -> None:
    """Say what a reader of the numbers must know before the meeting."""
    period = review["period"]
    label, first, day = period["label"], period["first"], period["as_of"]
    if not period["whole"]:
        app.tell(f"  ! {label} runs until {period['last']}: these are its numbers up to {day}.",
                 f"  ! {label} 至 {period['last']} 结束：以下为截至 {day} 的数字。")  # fmt: skip
    if period["reconciliation"] is None:
        app.tell(f"  ! No score run is as of a day before {first}: there is nothing to hold the numbers against.",
                 f"  ! {first} 之前没有留存的评分：无可核对。")  # fmt: skip
    if review["score_run"] is None and period["currency"] is None:
        app.tell(f"  ! No score run holds these numbers: python main.py score --as-of {day} keeps them for later.",
                 f"  ! 这些数字尚未留存为评分：运行 python main.py score --as-of {day} 以备日后核对。")  # fmt: skip


def _form(path: Path, program: str | None) -> "Form":
    from watchlist.output.exports import BY_ENDING, BY_PROGRAM

    ending = path.suffix.lower()
    if program is None:
        if ending not in BY_ENDING:
            raise UnknownExport(path=path)
        return BY_ENDING[ending]
    known = BY_PROGRAM[program]
    if ending not in known:
        raise UnknownProgramFile(program=program, endings=" / ".join(known), path=path)
    return known[ending]


def _copy(app: App, path: Path) -> None:
    """Copy the database beside its target first, then put it in place: whole or not at all."""
    from watchlist.storage.copy import copy_database

    with app.reading() as connection:
        copy_database(connection, path)
    app.tell(f"Wrote {path}.", f"已写入 {path}。")


def _tell_left_out(app: App, left_out: "Sequence[LeftOut]") -> None:
    """Say what a form could not hold: nothing is dropped in silence."""
    for one in left_out[:_NAMED]:
        app.tell(f"  ! left out: {one.symbol} {one.en}", f"  ! 未写入：{one.symbol} {one.zh}")
    if len(left_out) > _NAMED:
        rest = len(left_out) - _NAMED
        app.tell(f"  ! and {rest} more", f"  ! 另有 {rest} 条")
