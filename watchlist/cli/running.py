"""The command ``run``: the day's work by itself for every session, what it did, and what it will do next."""

import datetime as dt
import sys
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from watchlist.cli.app import App, command, current, option, shared
from watchlist.cli.notifying import Teller
from watchlist.cli.stopping import Stop
from watchlist.cli.updating import progress_bar, reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watchlist.output.journal import Journal
    from watchlist.steps.daily import DailyResult
    from watchlist.steps.run import Event, Runner, Work
    from watchlist.storage.heartbeat import Pulse

TICK: Final = 60  # seconds
_BAD: Final = frozenset({"partial", "failed"})


@command(
    "run",
    en="Do the day's work after every session, for ever: what was missed is caught up, nothing done twice.",
    zh="每个交易日收盘后自动完成当日工作，长期运行：错过的补上，做过的不重复。",
    example="run",
)
@option(
    "--once",
    is_flag=True,
    en="Do what is due now, then end: for a scheduler.",
    zh="只做到期的工作然后退出：供计划任务使用。",
)
@option(
    "--status", is_flag=True, en="Show what was done last and what is due next.", zh="显示最近完成与下次到期的工作。"
)
@option("--json", "as_json", is_flag=True, en="The status as one JSON object.", zh="以 JSON 输出状态。")
@shared
def run(once: bool, status: bool, as_json: bool) -> None:  # noqa: FBT001  (options of the command line)
    """Do the day's work by itself."""
    app = current()
    if status or as_json:
        raise SystemExit(_show_status(app, as_json=as_json))
    told: list[Event] = []
    with _alone(app, told) as runner:
        if once:
            runner.once()
            raise SystemExit(_ended_once(app, runner, told))
        app.tell(
            f"At work: {_times(app)}. Ctrl-C stops it; python main.py run --status says how it is.",
            f"开始运行：{_times(app)}。按 Ctrl-C 停止；python main.py run --status 查看状态。",
        )
        runner.for_ever(TICK)


COMMANDS = (run,)


@contextmanager
def _alone(app: App, told: "list[Event]") -> "Iterator[Runner]":
    """Be the only run of the home, with its journal open and signals listened to."""
    from watchlist.ledger.settings import load_settings
    from watchlist.output.journal import Journal
    from watchlist.steps.run import Clock, Runner
    from watchlist.storage.heartbeat import Pulse, running_alone

    database, keep = app.own_database, app.settings.log
    with running_alone(app.home.db):
        stop = Stop()
        stop.listen()
        journal = Journal(app.home.db / "logs", keep.megabytes, keep.files)
        pulse = Pulse(app.home.db, app.now)

        teller = Teller(app)

        def tell(event: "Event") -> None:
            del told[:-_REMEMBERED]
            told.append(event)
            write_event(journal, event, app.language)
            if problem := teller.hear(event):
                journal.write("warning", dt.datetime.now(dt.UTC), "not_told", facts={"said": problem})

        try:
            yield Runner(
                database=database,
                settings=lambda: load_settings(app.home),
                work=_work(app, stop, pulse, teller),
                tell=tell,
                stopped=stop,
                clock=Clock(sleep=stop.sleep),
                pulse=pulse,
            )
        finally:
            journal.close()


_REMEMBERED: Final = 1000  # events of this process


def write_event(journal: "Journal", event: "Event", language: str) -> None:
    """Write an event down, a line."""
    words = event.words
    said = None if words is None else words.zh if language == "zh" else words.en
    facts = {**event.facts, "said": said}
    journal.write(event.level, dt.datetime.now(dt.UTC), event.name, event.market, event.session, facts)


def _work(app: App, stop: Stop, pulse: "Pulse", teller: Teller) -> "Work":
    """Give what does a day's work: the clock looked at where it is not sure, then what daily does."""
    from watchlist.cli.news import day_message
    from watchlist.queries.planned import Choice
    from watchlist.steps.clock import confirm_clock
    from watchlist.steps.daily import daily
    from watchlist.steps.run import Task, Worked
    from watchlist.storage.database import writing

    def work(task: Task) -> Worked:
        own = App(app.home_given, app.language_given, now=task.now)  # settings are read anew every day
        with writing(own.own_database) as database, reached(own) as (sources, reach), progress_bar(own) as bar:
            if not task.is_sure:
                confirm_clock(database, own.settings, sources, reach.unreachable, task.markets, task.now)

            def progress(done: int, total: int, symbol: str) -> None:
                bar(done, total, symbol)
                pulse.beat(dt.datetime.now(dt.UTC))

            choice, can_stop = Choice(markets=task.markets), replace(reach, stopped=stop)
            result = daily(
                database, own.home, own.settings, sources, task.now, choice=choice, reach=can_stop, progress=progress
            )
        if result.scored is not None:
            teller.news = partial(day_message, own, result.before, result.scored.as_of)
        return Worked(result.marked, figures(result))

    return work


def figures(result: "DailyResult") -> dict[str, object]:
    """Give what a day's work came to in figures, as the journal has them."""
    lines = result.updated.lines
    return {
        "securities": len(lines) + result.updated.up_to_date,
        "asked": len(lines),
        "bars": sum(line.new for line in lines),
        "restated": sum(line.changed for line in lines),
        "doubted": sum(line.doubted for line in lines),
        "problems": len(result.updated.failed),
    }


def _ended_once(app: App, runner: "Runner", told: "list[Event]") -> int:
    """Say what a single look came to: 1 where a session stays partial, or something failed."""
    if not any(event.name == "due" for event in told):
        nearest = "; ".join(
            f"{due.market} {due.sessions[-1]}, {_local(app, due.market, due.at)}" for due in runner.dues
        )
        app.tell(f"Nothing is due. Next: {nearest or '–'}.", f"当前没有到期的工作。下次：{nearest or '–'}。")
    return int(any(event.name in _BAD for event in told))


def _times(app: App) -> str:
    listed = {name: times for name, times in app.settings.schedule.items() if times}
    return (
        "; ".join(f"{name} {' '.join(t.isoformat('minutes') for t in times)}" for name, times in listed.items()) or "–"
    )


def _local(app: App, market: str, moment: dt.datetime) -> str:
    """Write a moment in a market's own time."""
    zone = next(one.timezone for name, one in app.settings.markets.items() if name == market)
    return f"{moment.astimezone(ZoneInfo(zone)).strftime('%Y-%m-%d %H:%M')} {zone}"


def _next_work(app: App, row: dict[str, Any]) -> str | None:
    if row["next_at"] is None:
        return None
    moment = dt.datetime.fromisoformat(row["next_at"])
    return app.say("now", "现在") if moment <= app.now else _local(app, row["market"], moment)


def _show_status(app: App, *, as_json: bool) -> int:
    """Show how the work stands; 1 where nobody does what is due."""
    from watchlist.domain.errors import EmptyDatabase
    from watchlist.output.interchange import as_json as written
    from watchlist.queries.run_status import run_status

    try:
        with app.reading() as connection:
            status = run_status(connection, app.settings, app.home.db, app.now)
    except EmptyDatabase:
        status = run_status(None, app.settings, app.home.db, app.now)
    if as_json:
        click.echo(written(status), nl=False)
    else:
        _print_status(app, status)
    return int(status["level"] != "ok")


def _print_status(app: App, status: dict[str, Any]) -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table

    columns = (
        Column("market", "market", "市场"), Column("done", "last done", "最近完成"),
        Column("session", "session", "交易日"), Column("state", "state", "状态", "word"),
        Column("tries", "tries", "次数", "count"), Column(app.say("missing", "missing_zh"), "missing", "缺少"),
        Column("next_session", "next session", "下一交易日"), Column("next", "next work", "下次工作"),
    )  # fmt: skip
    rows = [row | {"next": _next_work(app, row)} for row in status["markets"]]
    print_table(rows, columns, app.language, sys.stdout, title=app.say("The day's work", "每日工作"))
    for words in status["findings"]:
        click.echo(
            app.say(f"  ! {words['what']}: {words['advice']}.", f"  ! {words['what_zh']}：{words['advice_zh']}。")
        )
    click.echo(app.say(status["run"]["words"], status["run"]["words_zh"]))
