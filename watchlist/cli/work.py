"""The commands that work: daily, record, update, score, check, demo."""

import datetime as dt
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.cli.day import day
from watchlist.cli.news import day_message, tell_news
from watchlist.cli.scoring import score, score_summary
from watchlist.cli.updating import UNTIL, progress_bar, reached, update, update_summary
from watchlist.domain.errors import SourceUnreachable, counted
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.output.message import Message
    from watchlist.sources.contract import Source
    from watchlist.steps.daily import DailyResult
    from watchlist.steps.record import RecordResult
    from watchlist.steps.update import Reach


@command(
    "daily",
    en="Everything once: record the ledger, update prices, score.",
    zh="一次完成：记录、更新行情、评分。",
    example="daily",
)
@UNTIL
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
    last, own = past(date_of(until, "--until"), "--until", app), app.own_database
    with reached(app) as (sources, reach):
        if len(reach.unreachable) == len(sources) and or_demo:
            error = SourceUnreachable(sources=", ".join(sources))
            app.tell(
                f"{error.text('en')} Showing the demo instead, on simulated prices; your own database is left alone.",
                f"{error.text('zh')}改为演示（模拟行情），不影响您自己的数据库。",
            )
            run_demo(app)
            app.tell(
                "Your own, with real prices: python main.py daily, when the network is there. Behind a proxy set "
                "HTTPS_PROXY; for price files of yours set WATCHLIST_MARKET (README.md).",
                "要用真实行情：网络可用时运行 python main.py daily；经代理请设置 HTTPS_PROXY，使用自己的行情文件请设置 "
                "WATCHLIST_MARKET（见 README.zh-CN.md）。",
            )
            return
        if last is not None:  # acted as if it were another day: nothing that concerns anybody
            result = _daily(app, own, sources, last, reach)
            _say(app, result, last)
        else:
            with day(app) as told:
                result = _daily(app, own, sources, last, reach)
                told.done(result, _say(app, result, last))
    if or_demo:  # the first command of a newcomer
        app.tell(
            "Ask further, as in python main.py recommendations; python main.py alone says how things stand.",
            "可继续查询，如 python main.py recommendations；单独运行 python main.py 可查看现状。",
        )
    if result.updated.failed or result.recorded.broken:
        raise SystemExit(1)


def _say(app: App, result: "DailyResult", until: dt.date | None) -> "Message | None":
    """Say what was done, how the themes stand, and what is new; gives what is new."""
    _summary(app, result)
    _show_themes(until)
    news = None if result.scored is None else day_message(app, result.before, result.scored.as_of)
    tell_news(news)
    return news


@command("record", en="Bring the ledger's files into the database.", zh="将台账文件写入数据库。", example="record")
@shared
def record() -> None:
    """Bring the ledger's files into the database."""
    from watchlist.steps.record import record as step
    from watchlist.storage.database import writing

    app = current()
    with writing(app.own_database) as database:
        result = step(database, app.home, app.now)
    _record_summary(app, result)
    if result.broken:
        raise SystemExit(1)


@command(
    "check",
    en="Health of prices, ledger and database; exit code 0 when all is well.",
    zh="检查行情、台账与数据库；一切正常时退出码为 0。",
    example="check --nagios",
)
@option("--json", "as_json", is_flag=True, en="One JSON object.", zh="输出 JSON。")
@option("--nagios", is_flag=True, en="One line; exit code 0 to 3.", zh="单行输出，退出码 0 至 3。")
@option(
    "--deep",
    is_flag=True,
    en="Hold every row against what was written, and panel files too.",
    zh="逐行核对是否与写入时一致，并核对面板文件。",
)
@shared
def check(as_json: bool, nagios: bool, deep: bool) -> None:  # noqa: FBT001  (options of the command line)
    """Show the health of everything."""
    from watchlist.domain.errors import EmptyDatabase
    from watchlist.output.interchange import as_json as written
    from watchlist.queries.findings import LEVELS, finding
    from watchlist.steps.check import check as step

    app = current()
    try:
        with app.reading() as connection:
            result = step(connection, app.home.db, app.settings, app.now, deep=deep)
    except EmptyDatabase as error:
        words = (error.text("en"), error.text("zh"))
        nothing = finding("unknown", words, "db", ("run python main.py daily", "请运行 python main.py daily"))
        result = {"level": "unknown", "findings": [nothing]}
    if as_json:
        click.echo(written(result), nl=False)
    elif nagios:
        worst = next((f for f in result["findings"] if f["level"] == result["level"]), None)
        text = app.say("all is well", "一切正常") if worst is None else worst[app.say("what", "what_zh")]
        told = f"{_mark(app, result)}{text} | findings={len(result['findings'])}"
        click.echo(f"WATCHLIST {result['level'].upper()}: {told}")
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
    result = _daily(app, path, {source.name: source}, None, None)
    _summary(app, result)
    _show_themes(None)
    page = app.home.db / "exports" / "demo-review.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    with app.reading() as connection:
        found = review(connection, app.settings, app.today)
    write_text(page, review_page(found, app.language, app.settings.colours))
    shown = app.home.shown(page)
    app.tell(f"The review page is {shown}. Ask further with --demo, as in: python main.py recommendations --demo",
             f"复盘页面：{shown}。可加 --demo 继续查询，如：python main.py recommendations --demo")  # fmt: skip


def _daily(
    app: App, path: Path, sources: "Mapping[str, Source]", until: dt.date | None, reach: "Reach | None"
) -> "DailyResult":
    from watchlist.queries.planned import Choice
    from watchlist.steps.daily import daily as step
    from watchlist.storage.database import writing

    with writing(path) as database, progress_bar(app) as progress:
        choice = Choice(until=until)
        return step(database, app.home, app.settings, sources, app.now, choice=choice, reach=reach, progress=progress)


def _summary(app: App, result: "DailyResult") -> None:
    _record_summary(app, result.recorded)
    update_summary(app, result.updated)
    if result.scored is not None:
        score_summary(app, result.scored.recommendations, result.scored.as_of, new=result.scored.score_run is not None)


def _record_summary(app: App, result: "RecordResult") -> None:
    count, reports, new = result.recommendations, result.reports, result.recorded.changed
    app.tell(
        f"Recorded {counted(count, 'recommendation')} from {counted(reports, 'report')} ({counted(new, 'row')} new).",
        f"已记录 {reports} 份研报的 {count} 条推荐（新增 {new} 行）。",
    )
    for wrong in result.broken:
        app.tell(
            f"  ! {wrong.text('en')} What was recorded of it before stays.",
            f"  ! {wrong.text('zh')}此前已记录的内容保持不变。",
        )


def _show_themes(as_of: dt.date | None) -> None:
    from watchlist.cli.groups import themes

    arguments = ["--as-of", as_of.isoformat()] if as_of is not None else []
    context = themes.make_context("themes", arguments, parent=click.get_current_context().find_root())
    themes.invoke(context)


def _print_findings(app: App, result: Mapping[str, object]) -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table

    findings = result["findings"]
    mark = _mark(app, result)
    if not isinstance(findings, list) or not findings:
        click.echo(mark + app.say("All is well.", "一切正常。"))
        return
    columns = (
        Column("level", "level", "级别", "word"), Column(app.say("what", "what_zh"), "what", "情况"),
        Column("where", "where", "位置"), Column(app.say("advice", "advice_zh"), "what to do", "建议"),
    )  # fmt: skip
    print_table(findings, columns, app.language, sys.stdout, title=mark + app.say("Health", "健康检查"))


def _mark(app: App, result: Mapping[str, object]) -> str:
    """Say at the head of a health report that its prices are simulated, where they are."""
    return app.say("SIMULATED · ", "SIMULATED 模拟行情 · ") if result.get("simulated") else ""
