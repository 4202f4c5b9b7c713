"""The commands that work: daily, record, update, score, check, demo."""

import datetime as dt
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchlist.cli.app import App, command, current, date_of, option, past, shared
from watchlist.domain.errors import SourceUnreachable, UnsafePath, Words

if TYPE_CHECKING:
    from watchlist.sources.contract import Source
    from watchlist.steps.daily import DailyResult
    from watchlist.steps.record import RecordResult
    from watchlist.steps.update import Progress, UpdateResult

_UNTIL = option(
    "--until", metavar="DATE", en="Act as if this were the last closed session.", zh="视该日为最后一个已收盘交易日。"
)


@command(
    "daily",
    en="Everything once: record the ledger, update prices, score.",
    zh="一次完成：记录、更新行情、评分。",
    example="daily",
)
@_UNTIL
@option(
    "--or-demo",
    is_flag=True,
    en="Show the demo where no price source can be reached.",
    zh="无法访问行情来源时改为演示。",
)
@shared
def daily(until: str | None, or_demo: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """Do the day's work."""
    app = current()
    last = past(date_of(until, "--until"), "--until", app)
    with reachable_sources(app) as sources:
        if not sources and or_demo:
            from watchlist.sources.live import NAMES

            error = SourceUnreachable(sources=", ".join(NAMES))
            app.tell(
                f"{error.text('en')} Showing the demo instead, on simulated prices; your own database is left alone.",
                f"{error.text('zh')}改为演示（模拟行情），不影响您自己的数据库。",
            )
            run_demo(app)
            return
        result = _daily(app, app.home.database, sources, last)
    _summary(app, result)
    _show_themes(last)
    if result.updated.failed:
        raise SystemExit(1)


@command("record", en="Bring the ledger's files into the database.", zh="将台账文件写入数据库。", example="record")
@shared
def record() -> None:
    """Bring the ledger's files into the database."""
    from watchlist.steps.record import record as step
    from watchlist.storage.database import writing

    app = current()
    with writing(app.home.database) as database:
        result = step(database, app.home, app.now)
    _record_summary(app, result)


@command("update", en="Bring prices up to date.", zh="更新行情。", example="update --dry-run")
@_UNTIL
@option("--dry-run", is_flag=True, en="Print the planned fetches and stop.", zh="只列出计划，不抓取。")
@shared
def update(until: str | None, dry_run: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """Bring prices up to date."""
    from watchlist.steps.update import update as step
    from watchlist.storage.database import writing

    app = current()
    last = past(date_of(until, "--until"), "--until", app)
    if dry_run:
        _print_plan(app, last)
        return
    with reachable_sources(app) as sources, writing(app.home.database) as database, progress_bar(app) as progress:
        result = step(database, app.home, app.settings, sources, app.now, until=last, progress=progress)
    _update_summary(app, result)
    if result.failed:
        raise SystemExit(1)


@command(
    "score",
    en="Work out how every recommendation stands and keep the answer.",
    zh="计算每条推荐的表现并留存。",
    example="score --as-of 2026-03-20",
)
@option("--as-of", metavar="DATE", en="Use sessions up to this day.", zh="只用到该日为止的交易日。")
@shared
def score(as_of: str | None) -> None:
    """Work out how every recommendation stands and keep the answer."""
    from watchlist.steps.score import score as step
    from watchlist.storage.database import writing

    app = current()
    day = past(date_of(as_of, "--as-of"), "--as-of", app) or app.today
    with writing(app.home.database) as database:
        result = step(database, app.settings, day, app.now)
    _score_summary(app, result.recommendations, result.as_of, new=result.score_run is not None)


@command(
    "check",
    en="Health of prices, ledger and database; exit code 0 when all is well.",
    zh="检查行情、台账与数据库；一切正常时退出码为 0。",
    example="check --nagios",
)
@option("--json", "as_json", is_flag=True, en="One JSON object.", zh="输出 JSON。")
@option("--nagios", is_flag=True, en="One line; exit code 0 to 3.", zh="单行输出，退出码 0 至 3。")
@shared
def check(as_json: bool, nagios: bool) -> None:  # noqa: FBT001  (options of the command line)
    """Show the health of everything."""
    from watchlist.domain.errors import EmptyDatabase
    from watchlist.output.interchange import as_json as written
    from watchlist.steps.check import LEVELS, finding
    from watchlist.steps.check import check as step

    app = current()
    try:
        with app.reading() as connection:
            result = step(connection, str(app.home.db), app.settings, app.now)
    except EmptyDatabase as error:
        words = (error.text("en"), error.text("zh"))
        nothing = finding("unknown", words, "db", ("run python main.py daily", "请运行 python main.py daily"))
        result = {"level": "unknown", "findings": [nothing]}
    if as_json:
        click.echo(written(result), nl=False)
    elif nagios:
        worst = next((f for f in result["findings"] if f["level"] == result["level"]), None)
        text = app.say("all is well", "一切正常") if worst is None else worst[app.say("what", "what_zh")]
        click.echo(f"WATCHLIST {result['level'].upper()}: {text} | findings={len(result['findings'])}")
    else:
        _print_findings(app, result)
    level = LEVELS.index(result["level"])
    raise SystemExit(level if nagios else min(level, 1))


@command(
    "demo",
    en="The whole road offline, on simulated prices, in a database of its own.",
    zh="离线走完全程：模拟行情，独立数据库。",
    example="demo",
)
@shared
def demo() -> None:
    """Walk the whole road on simulated prices."""
    run_demo(current())


COMMANDS = (daily, record, update, score, check, demo)


def run_demo(app: App) -> None:
    """Walk the road on simulated prices and end with the theme table and a review page."""
    from watchlist.ledger.rules import rules_from
    from watchlist.ledger.securities import load_securities
    from watchlist.output.interchange import write_text
    from watchlist.output.page import review_page
    from watchlist.queries.review import review
    from watchlist.sources.simulated import SimulatedSource
    from watchlist.storage.database import remove_database

    app.demo = True
    path = app.database
    remove_database(path)
    hours = {name: market.hours for name, market in rules_from(app.settings).markets.items()}
    source = SimulatedSource(hours, load_securities(app.home))
    result = _daily(app, path, {source.name: source}, None)
    _summary(app, result)
    _show_themes(None)
    page = app.home.db / "exports" / "demo-review.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    with app.reading() as connection:
        write_text(page, review_page(review(connection, app.settings, app.today), app.language))
    shown = app.home.shown(page)
    app.tell(f"The review page is {shown}. Ask further with --demo, as in: python main.py recommendations --demo",
             f"复盘页面：{shown}。可加 --demo 继续查询，如：python main.py recommendations --demo")  # fmt: skip


@contextmanager
def reachable_sources(app: App) -> Iterator["Mapping[str, Source]"]:
    """Give the sources that can be reached: local files where they are named, else live ones that answer a probe."""
    folder = os.environ.get("WATCHLIST_MARKET", "").strip()
    if folder:
        from watchlist.sources.files import FilesSource

        files = FilesSource(Path(folder).expanduser())
        if not files.reachable():
            raise UnsafePath(
                path=folder, reason=Words("it has no folder bars/ with CSV files.", "其中没有含 CSV 的 bars/ 目录。")
            )
        yield {files.name: files}
        return
    from watchlist.sources.live import close, live_sources, reachable

    every = live_sources(app.home.db / "cache", app.settings.update.call_seconds)
    try:
        found = reachable(every)
        yield {name: source for name, source in every.items() if name in found}
    finally:
        close(every)


@contextmanager
def progress_bar(app: App) -> Iterator["Progress"]:
    """Show how far an update is, on stderr where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(app.say("Updating prices", "更新行情"), total=None)

        def show(done: int, total: int, symbol: str) -> None:
            words = f"{app.say('Updating prices', '更新行情')} {symbol:<10}"
            bar.update(task, completed=done, total=total, description=words)

        yield show


def _daily(app: App, path: Path, sources: "Mapping[str, Source]", until: dt.date | None) -> "DailyResult":
    from watchlist.steps.daily import daily as step
    from watchlist.storage.database import writing

    with writing(path) as database, progress_bar(app) as progress:
        return step(database, app.home, app.settings, sources, app.now, until=until, progress=progress)


def _summary(app: App, result: "DailyResult") -> None:
    _record_summary(app, result.recorded)
    _update_summary(app, result.updated)
    _score_summary(app, result.scored.recommendations, result.scored.as_of, new=result.scored.score_run is not None)


def _record_summary(app: App, result: "RecordResult") -> None:
    count, reports, new = result.recommendations, result.reports, result.recorded.changed
    app.tell(
        f"Recorded {count} recommendations from {reports} reports ({new} rows new).",
        f"已记录 {reports} 份研报的 {count} 条推荐（新增 {new} 行）。",
    )


def _update_summary(app: App, result: "UpdateResult") -> None:
    new, asked, fresh = sum(line.new for line in result.lines), len(result.lines), result.up_to_date
    sources = ", ".join(sorted({line.source for line in result.lines if line.source})) or "–"
    app.tell(
        f"Asked {sources} for {asked} securities: {new} new bars; {fresh} were up to date.",
        f"向 {sources} 查询 {asked} 只证券：新增 {new} 根日线；{fresh} 只已是最新。",
    )
    for line in result.failed:
        if line.problem is not None:
            app.tell(f"  ! {line.problem.en}", f"  ! {line.problem.zh}")


def _score_summary(app: App, count: int, as_of: dt.date, *, new: bool) -> None:
    kept = app.say("kept as a new score run" if new else "the newest score run says the same",
                   "已留存为新的评分" if new else "与最近一次评分相同")  # fmt: skip
    app.tell(f"Scored {count} recommendations as of {as_of}: {kept}.", f"已评分 {count} 条推荐，截至 {as_of}：{kept}。")


def _show_themes(as_of: dt.date | None) -> None:
    from watchlist.cli.ask import themes

    arguments = ["--as-of", as_of.isoformat()] if as_of is not None else []
    context = themes.make_context("themes", arguments, parent=click.get_current_context().find_root())
    themes.invoke(context)


def _print_plan(app: App, until: dt.date | None) -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table
    from watchlist.steps.update import plan_lines

    with app.reading() as connection, reachable_sources(app) as sources:
        rows = plan_lines(connection, app.home, app.settings, sources, app.now, until)
    columns = (
        Column("symbol", "symbol", "代码"), Column("since", "since", "起"), Column("until", "until", "止"),
        Column("reason", "why", "原因", "word"), Column("sources", "sources", "来源", "list"),
    )  # fmt: skip
    print_table(rows, columns, app.language, sys.stdout, title=app.say("Planned fetches", "抓取计划"))


def _print_findings(app: App, result: Mapping[str, object]) -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table

    findings = result["findings"]
    if not isinstance(findings, list) or not findings:
        click.echo(app.say("All is well.", "一切正常。"))
        return
    columns = (
        Column("level", "level", "级别", "word"), Column(app.say("what", "what_zh"), "what", "情况"),
        Column("where", "where", "位置"), Column(app.say("advice", "advice_zh"), "what to do", "建议"),
    )  # fmt: skip
    print_table(findings, columns, app.language, sys.stdout, title=app.say("Health", "健康检查"))
