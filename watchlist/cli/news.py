"""The command ``changes``: what is new since the last time, or since a day."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from watchlist.cli.answers import Answering, Asked, answering, query_without
from watchlist.cli.app import App, command, option, past
from watchlist.domain.typed import date_of, in_order

if TYPE_CHECKING:
    from watchlist.output.message import Message
    from watchlist.queries.changes import Wanted
    from watchlist.queries.runs import Run
    from watchlist.queries.since import Since
    from watchlist.queries.situation import Situation

_OTHER = ("since", "until", "known_at", "benchmark", "currency", "status", "period")


@command(
    "changes",
    en="What is new: calls, results, prices, corrected numbers.",
    zh="有何变化：观点、结果、行情、数字更正。",
    example="changes --since 2026-11-01",
)
@option("--since", "start", metavar="DATE", en="Since the end of this day (the last earlier day with a score run).",
        zh="自该日结束起（默认为此前最近一个有评分的日期）。")  # fmt: skip
@option(
    "--move",
    type=click.FloatRange(min=0, min_open=True),
    metavar="FRACTION",
    en="Tell moves of so much or more: 0.05 is 5 %.",
    zh="涨跌幅达到多少才列出：0.05 即 5%。",
)
@query_without(*_OTHER)
def changes(asked: Asked, start: str | None, move: float | None) -> None:
    """Show what is new."""
    from watchlist.queries.changes import wanted_of
    from watchlist.queries.since import since_day, since_previous

    with answering(asked) as answer:
        day = past(date_of(start, "--since"), "--since", answer.app)
        in_order(("--since", day), ("--as-of", date_of(asked.as_of, "--as-of")))
        connection, watched = answer.connection, own_tickers(answer.app)
        filters, situation = answer.filters(), answer.situation(watched)
        as_of = situation.when.as_of
        since = since_previous(connection, as_of) if day is None else since_day(connection, day)
        wanted = wanted_of(filters, watched, move, asked.horizon)
        _give(answer, situation, since, wanted)


def own_tickers(app: App) -> list[str]:
    """List the symbols of the watchlist's own entries."""
    from watchlist.ledger.watch import load_watchlist

    return [entry.symbol for entry in load_watchlist(app.home)]


def _give(answer: Answering, situation: "Situation", since: "Since", wanted: "Wanted") -> None:
    from watchlist.output.columns import CHANGES
    from watchlist.queries.changes import changes as found

    rows = found(answer.connection, answer.app.settings, situation, since, wanted)
    if not rows and answer.asked.form in {None, "table"} and answer.asked.output is None:
        click.echo(told(answer.app, situation, since, rows).title)
        return
    day, number = situation.when.as_of, None if since.run is None else since.run["id"]
    run = ("", "") if number is None else (f" (score run {number})", f"（评分 {number}）")
    title = (f"New since {since.day}{run[0]}, as of {day}", f"{since.day} 以来{run[1]}的变化，截至 {day}")
    answer.give(rows, CHANGES, situation, title=title)


def told(app: App, situation: "Situation", since: "Since", rows: Sequence[dict[str, Any]]) -> "Message":
    """Put changes into a message in the language of the person."""
    from watchlist.output.message import alert

    head = {"day": since.day.isoformat(), "score_run": None if since.run is None else since.run["id"]}
    return alert(rows, head, app.language, simulated=situation.simulated)


def day_message(app: App, run: "Run | None", day: dt.date) -> "Message | None":
    """Put what is new since the score run before a day's work into a message; ``None`` on the first day."""
    from watchlist.queries.changes import Wanted
    from watchlist.queries.changes import changes as found
    from watchlist.queries.since import since_run
    from watchlist.queries.situation import When, load_situation

    if run is None or run["as_of"] > day.isoformat():
        return None
    since, watched = since_run(run), own_tickers(app)
    with app.reading() as connection:
        situation = load_situation(connection, app.settings, When(day), symbols=watched)
        rows = found(connection, app.settings, situation, since, Wanted(watched=watched))
    return told(app, situation, since, rows)


def tell_news(message: "Message | None") -> None:
    """Say at the end of a day's work what is new since the score run before it."""
    if message is not None:
        click.echo(message.title)
        for line in message.lines:
            click.echo(f"  {line}")


COMMANDS = (changes,)
