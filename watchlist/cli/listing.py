"""``update --names``: which lists of names are asked, how far that is, and what changed in what is known."""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from watchlist.cli.app import App
from watchlist.domain.errors import UsageMistake, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watchlist.sources.name_changes import Change
    from watchlist.sources.name_desk import ListOutcome, NameDesk
    from watchlist.steps.names import NamesResult, Progress

_SHOWN: Final = 40  # changes and conflicts that are written out before the rest is only counted
# What a person should see first stands first.
_WORDS: Final = {
    "delisted": ("delisted", "退市"),
    "listed": ("first session", "上市日"),
    "renamed": ("other name", "更名"),
    "dated": ("days of names", "名称起止"),
    "new": ("new listing", "新上市"),
    "further": ("further name", "其他名称"),
}
_LISTS: Final = {
    "SH": ("Shanghai", "沪市"),
    "SZ": ("Shenzhen", "深市"),
    "BJ": ("Beijing", "北交所"),
    "SZ renamed": ("Shenzhen's renamings", "深市更名"),
    "SH delisted": ("Shanghai's delistings", "沪市退市"),
    "SZ delisted": ("Shenzhen's delistings", "深市退市"),
    "HK": ("Hong Kong", "港股"),
    "US": ("New York", "美股"),
}


class NoFormerNames(UsageMistake):
    """Former names are asked for of a security that no source here tells any of."""

    en = "{symbol} is no share of Shanghai, Shenzhen or Beijing: only their former names can be asked for."
    zh = "{symbol} 不是沪深京股票：只能查询这些股票的曾用名。"


def update_names(app: App, symbols: "Sequence[str]", *, dry_run: bool) -> None:
    """Ask for the lists, or for the former names of some shares, take them, and say what changed."""
    from watchlist.sources.name_desk import NameDesk
    from watchlist.steps.names import ask_names, take_names
    from watchlist.storage.database import writing

    desk = NameDesk(app.settings.update.call_seconds)
    try:
        questions = [_former(desk, symbol) for symbol in symbols] if symbols else desk.lists()
        with writing(app.own_database) as database, _bar(app) as progress:
            lists = ask_names(database, app.settings, questions, app.now, progress)
    finally:
        desk.close()
    result = take_names(app.home, lists, app.today, dry_run=dry_run)
    _tell(app, result, lists, dry_run=dry_run)
    if result.problems:
        raise SystemExit(1)


def _former(desk: "NameDesk", symbol: str) -> Any:  # noqa: ANN401  (a question)
    try:
        return desk.former(symbol)
    except ValueError:
        raise NoFormerNames(symbol=symbol) from None


@contextmanager
def _bar(app: App) -> "Iterator[Progress]":
    """Show how many lists were asked for, on stderr where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(app.say("Lists of names", "名称列表"), total=None)

        def show(done: int, total: int, key: str) -> None:
            words = app.say(f"List of names: {_list(app, key)}", f"名称列表：{_list(app, key)}")
            bar.update(task, completed=done, total=total, description=words)

        yield show


def _tell(app: App, result: "NamesResult", lists: "Mapping[str, ListOutcome]", *, dry_run: bool) -> None:
    counts = {key: size for key, one in lists.items() if (size := _size(one)) is not None}
    listed = ", ".join(f"{_list(app, key)} {size}{_unread(app, lists[key])}" for key, size in counts.items()) or "–"
    app.tell(f"Lists that came: {listed}.", f"取得的名单：{listed}。")
    order = list(_WORDS)
    seen = [one for one in result.changes if one.what != "further"]
    _table(app, sorted(seen, key=lambda one: (order.index(one.what), one.symbol)))
    further = sum(one.what == "further" for one in result.changes)
    if further:
        app.tell(
            f"{counted(further, 'further name')}, by which securities are found when you type them.",
            f"{further} 个其他名称，输入时可据以查找证券。",
        )
    for said, mark in ((result.conflicts, "?"), (result.problems, "!")):
        for words in said[:_SHOWN]:
            app.tell(f"  {mark} {words.en}", f"  {mark} {words.zh}")
        if len(said) > _SHOWN:
            app.tell(f"  … and {len(said) - _SHOWN} more", f"  … 另有 {len(said) - _SHOWN} 条")
    if dry_run:
        app.tell("Nothing was written.", "未写入。")
    elif result.changes:
        app.tell(
            "Written to config/local/fetched; your own files are as they were. The next daily records it.",
            "已写入 config/local/fetched，您自己的文件未改动。下次 daily 时记录。",
        )
    elif counts:
        app.tell("Nothing is new.", "没有新内容。")


def _unread(app: App, outcome: "ListOutcome") -> str:
    """Say how many lines of a list were left out; of New York's those are warrants and units, and no news."""
    from watchlist.sources.name_lists import NameList

    if not isinstance(outcome, NameList) or not outcome.unread or outcome.entries[0].symbol.endswith(".US"):
        return ""
    return app.say(f" ({counted(outcome.unread, 'line')} left out)", f"（另有 {outcome.unread} 行未采用）")


def _list(app: App, key: str) -> str:
    return app.say(*_LISTS.get(key, (key, key)))


def _size(outcome: "ListOutcome") -> int | None:
    from watchlist.sources.contract import NoData
    from watchlist.sources.delistings import Delistings
    from watchlist.sources.name_lists import FormerNames, NameList, Renamings

    if isinstance(outcome, (NameList, Renamings, Delistings)):
        return len(outcome.entries)
    if isinstance(outcome, FormerNames):
        return len(outcome.names)
    return 0 if isinstance(outcome, NoData) else None


def _table(app: App, changes: "Sequence[Change]") -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table

    if not changes:
        return
    columns = (
        Column("symbol", "symbol", "代码"), Column("what", "what", "内容"), Column("before", "before", "原为"),
        Column("after", "now", "现为"),
    )  # fmt: skip
    rows = [
        {"symbol": one.symbol, "what": app.say(*_WORDS[one.what]), "before": one.before, "after": one.after}
        for one in changes[:_SHOWN]
    ]
    print_table(rows, columns, app.language, sys.stdout, title=app.say("What changed", "变化"))
    if len(changes) > _SHOWN:
        rest = len(changes) - _SHOWN
        click.echo(app.say(f"… and {rest} more", f"… 另有 {rest} 条"))
