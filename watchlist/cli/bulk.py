"""The commands that bring in many recommendations at once: import, and fetch-reports."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchlist.cli import suggesting
from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.domain.errors import UsageMistake, counted
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watchlist.steps.fetch_reports import Progress
    from watchlist.steps.import_ratings import ImportResult
    from watchlist.steps.import_ratings import Progress as StageProgress


class NobodyAsked(UsageMistake):
    """No security is named to fetch reports about."""

    en = "Name securities to fetch reports about, or say --watchlist."
    zh = "请写明要查询研报的证券，或使用 --watchlist。"


_STAGE_WORDS = {
    "read": ("Reading the file", "读取文件"),
    "place": ("Looking its securities up", "识别证券"),
    "recommendations": ("Recording recommendations", "记录推荐"),
    "reports": ("Recording reports", "记录研报"),
}
_SHOWN = 20  # problems that are written out before the rest is only counted


@command(
    "import",
    en="Bring in many recommendations from CSV, Excel or Parquet: date, broker, symbol, rating …",
    zh="从 CSV、Excel 或 Parquet 批量导入推荐：日期、机构、代码、评级等列。",
    example="import ratings.xlsx --dry-run",
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@option("--sheet", metavar="NAME", en="Which sheet of a workbook.", zh="工作簿中的哪张表。")
@option(
    "--column", multiple=True, metavar="FIELD=HEADING", en="Which column holds a field; may be repeated.",
    zh="某一字段所在的列（字段=表头），可重复。",
)  # fmt: skip
@option("--dry-run", is_flag=True, en="Look and count, write nothing.", zh="只检查并计数，不写入。")
@option("--json", "as_json", is_flag=True, en="One JSON object.", zh="输出 JSON。")
@shared
def import_(
    file: Path, sheet: str | None, column: tuple[str, ...], dry_run: bool, as_json: bool  # noqa: FBT001  (options)
) -> None:  # fmt: skip
    """Bring in many recommendations."""
    from watchlist.ledger.rating_list import UnknownField
    from watchlist.output.interchange import as_json as written
    from watchlist.steps.import_ratings import import_ratings
    from watchlist.storage.database import writing

    app = current()
    chosen = dict(one.split("=", 1) for one in column if "=" in one)
    if len(chosen) < len(column):
        raise UnknownField(text=", ".join(column), hint="")
    with writing(app.own_database) as database, _importing(app) as progress:
        result = import_ratings(
            database, app.home, app.settings, file, app.now, sheet=sheet, chosen=chosen, dry_run=dry_run,
            progress=progress,
        )  # fmt: skip
    if as_json:
        click.echo(written(_shape(result, dry_run=dry_run)), nl=False)
    _tell(app, result, file.name, file.name, dry_run=dry_run)
    if result.problems:
        raise SystemExit(1)


@command(
    "fetch-reports",
    en="Bring in what brokers say of A-shares from Eastmoney's list of research reports.",
    zh="从东方财富研报列表导入券商对 A 股的评级。",
    example="fetch-reports 300418 600519 --dry-run",
)
@click.argument("symbols", nargs=-1, metavar="[SYMBOL]…", shell_complete=suggesting.securities)
@option("--watchlist", is_flag=True, en="Also about every ticker of your watchlist.", zh="并包括自选清单中的全部证券。")
@option("--since", metavar="DATE", en="From this day on, instead of what is new.", zh="自该日起，而非只取新增。")
@option("--dry-run", is_flag=True, en="Ask and count, write nothing.", zh="只查询并计数，不写入。")
@option("--json", "as_json", is_flag=True, en="One JSON object.", zh="输出 JSON。")
@shared
def fetch_reports(
    symbols: tuple[str, ...], watchlist: bool, since: str | None, dry_run: bool, as_json: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """Bring in what a list of research reports says."""
    from watchlist.ledger.lookup import load_lookup
    from watchlist.ledger.watch import load_watchlist
    from watchlist.output.interchange import as_json as written
    from watchlist.sources.live import close, live_sources
    from watchlist.steps.fetch_reports import SOURCE
    from watchlist.steps.fetch_reports import fetch_reports as ask
    from watchlist.steps.import_ratings import take_list
    from watchlist.storage.database import writing

    app = current()
    first = past(date_of(since, "--since"), "--since", app)
    watched = [one.symbol for one in load_watchlist(app.home)] if watchlist else []
    named = list(map(load_lookup(app.home).written, symbols)) if symbols else []
    wanted = list(dict.fromkeys([*named, *watched]))
    if not wanted:
        raise NobodyAsked
    every = live_sources(app.home.db / "cache", app.settings.update.call_seconds)
    try:
        with writing(app.own_database) as database, _asking(app) as progress:
            fetched = ask(database, app.settings, every, wanted, app.now, since=first, progress=progress)
            result = take_list(database, app.home, app.settings, fetched.found, SOURCE, app.now, dry_run=dry_run)
    finally:
        close(every)
    if as_json:
        failed = [{"symbol": symbol, "what": why.en, "what_zh": why.zh} for symbol, why in fetched.failed.items()]
        shape = {
            "asked": fetched.asked,
            "reports": fetched.reports,
            "failed": failed,
            **_shape(result, dry_run=dry_run),
        }
        click.echo(written(shape), nl=False)
    app.tell(
        f"Asked {SOURCE} about {counted(fetched.asked, 'security', 'securities')}: "
        f"{counted(fetched.reports, 'report')}.",
        f"向 {SOURCE} 查询 {fetched.asked} 只证券：{fetched.reports} 份研报。",
    )
    for why in fetched.failed.values():
        app.tell(f"  ! {why.en}", f"  ! {why.zh}")
    if fetched.reports:
        _tell(app, result, "the list", "研报列表", dry_run=dry_run)
    if result.problems or fetched.failed:
        raise SystemExit(1)


COMMANDS = (import_, fetch_reports)


@contextmanager
def _importing(app: App) -> "Iterator[StageProgress]":
    """Show what an import is at, on stderr where somebody watches: a list may have a million lines."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from watchlist.steps.import_ratings import STAGES

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=len(STAGES))

        def show(stage: str) -> None:
            bar.update(task, completed=STAGES.index(stage), description=app.say(*_STAGE_WORDS[stage]))

        yield show


@contextmanager
def _asking(app: App) -> "Iterator[Progress]":
    """Show how many securities were asked about, on stderr where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(app.say("Asking for reports", "查询研报"), total=None)
        yield lambda done, total, symbol: bar.update(task, completed=done, total=total, description=symbol)


def _shape(result: "ImportResult", *, dry_run: bool) -> dict[str, object]:
    return {
        "lines": result.lines,
        "recommendations": result.recommendations,
        "retracted": result.retracted,
        "added": result.recorded.added,
        "amended": result.recorded.amended,
        "dry_run": dry_run,
        "notes": [{"what": one.en, "what_zh": one.zh} for one in result.notes],
        "problems": [
            {"line": one.number, "place": result.places.get(one.number), "what": one.what.en, "what_zh": one.what.zh}
            for one in result.problems
        ],
    }


def _tell(app: App, result: "ImportResult", of: str, of_zh: str, *, dry_run: bool) -> None:
    from watchlist.steps.import_ratings import place_words

    new, amended, bad = result.recorded.added, result.recorded.amended, len(result.problems)
    app.tell(
        f"{counted(result.lines, 'line')} of {of}: {counted(result.recommendations, 'recommendation')} "
        f"({new} new, {amended} amended), {counted(bad, 'problem')}{'; nothing was written' if dry_run else ''}.",
        f"{of_zh} 共 {result.lines} 行：{result.recommendations} 条推荐（新增 {new}，修订 {amended}），"
        f"{bad} 个问题{'；未写入' if dry_run else ''}。",
    )
    for note in result.notes:
        app.tell(f"  {note.en}", f"  {note.zh}")
    for one in result.problems[:_SHOWN]:
        where = place_words(one.number, result.places)
        app.tell(f"  ! {where.en}: {one.what.en}", f"  ! {where.zh}：{one.what.zh}")
    if bad > _SHOWN:
        app.tell(
            f"  … and {bad - _SHOWN} more (--json lists them).", f"  … 另有 {bad - _SHOWN} 个（--json 列出全部）。"
        )
    if result.recorded.changed and not dry_run:
        app.tell("python main.py daily fetches their prices and scores them.",
                 "运行 python main.py daily 获取行情并评分。")  # fmt: skip
