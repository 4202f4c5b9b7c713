"""The command that scores: into the database, or by the million into a file."""

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.domain.errors import UsageMistake, counted
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.storage.engines import Progress


class SchedulerWithoutDask(UsageMistake):
    """A scheduler is named for an engine that has none."""

    en = "--scheduler belongs to --engine dask."
    zh = "--scheduler 只能与 --engine dask 同用。"


class NoParquetName(UsageMistake):
    """The file of a large run is given another kind of name."""

    en = "Scores go to a Parquet file: write --output {stem}.parquet instead of {file}."
    zh = "评分写入 Parquet 文件：请写 --output {stem}.parquet，而不是 {file}。"


@command(
    "score",
    en="Work out how every recommendation stands and keep the answer.",
    zh="计算每条推荐的表现并留存。",
    example="score --as-of 2026-03-20",
)
@option("--as-of", metavar="DATE", en="Use sessions up to this day.", zh="只用到该日为止的交易日。")
@option(
    "--output", type=click.Path(path_type=Path), metavar="FILE",
    en="Write the answers to this Parquet file instead of the database: for millions of them.",
    zh="将结果写入该 Parquet 文件而不是数据库：用于数以百万计的推荐。",
)  # fmt: skip
@option(
    "--engine", type=click.Choice(("local", "processes", "dask")),
    en="Who works: this process, one a core, or Dask; into a file.",
    zh="由谁计算：本进程、每核一个进程，或 Dask；结果写入文件。",
)  # fmt: skip
@option("--scheduler", metavar="ADDRESS", en="Dask's scheduler, tcp://HOST:8786.", zh="Dask 调度器，tcp://主机:8786。")
@shared
def score(as_of: str | None, output: Path | None, engine: str | None, scheduler: str | None) -> None:
    """Work out how every recommendation stands and keep the answer."""
    from watchlist.steps.score import score as step
    from watchlist.storage.database import writing

    app = current()
    day = past(date_of(as_of, "--as-of"), "--as-of", app) or app.today
    if scheduler is not None and engine != "dask":
        raise SchedulerWithoutDask
    if output is not None and output.suffix.lower() != ".parquet":
        raise NoParquetName(stem=output.stem or "scores", file=output.name)
    if output is not None or engine is not None:
        _into_file(app, day, output, engine or "local", scheduler)
        return
    with writing(app.own_database) as database:
        result = step(database, app.settings, day, app.now)
    score_summary(app, result.recommendations, result.as_of, new=result.score_run is not None)


def score_summary(app: App, count: int, as_of: dt.date, *, new: bool) -> None:
    """Say in a sentence what was scored."""
    kept = app.say("kept as a new score run" if new else "the newest score run says the same",
                   "已留存为新的评分" if new else "与最近一次评分相同")  # fmt: skip
    app.tell(
        f"Scored {counted(count, 'recommendation')} as of {as_of}: {kept}.",
        f"已评分 {count} 条推荐，截至 {as_of}：{kept}。",
    )


def _into_file(app: App, day: dt.date, output: Path | None, engine: str, scheduler: str | None) -> None:
    from watchlist.steps.score_file import score_file
    from watchlist.storage.database import writing
    from watchlist.storage.engines import NAMES, Engine

    path = output or app.home.db / "scores" / f"scores-{day}.parquet"
    name = next(one for one in NAMES if one == engine)
    with writing(app.own_database) as database, _scoring(app) as progress:
        result = score_file(
            database, app.settings, day, app.now, path, engine=Engine(name, scheduler), progress=progress
        )
    shown = app.home.shown(path)
    app.tell(
        f"Scored {counted(result.recommendations, 'recommendation')} as of {day} into {shown}; "
        "their groups are in the database.",
        f"已评分 {result.recommendations} 条推荐，截至 {day}，写入 {shown}；分组结果存于数据库。",
    )


@contextmanager
def _scoring(app: App) -> Iterator["Progress"]:
    """Show how many parts are scored, on stderr where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(app.say("Loading", "读取"), total=None)
        words = app.say("Scoring", "评分")
        yield lambda done, total: bar.update(task, completed=done, total=total, description=words)
