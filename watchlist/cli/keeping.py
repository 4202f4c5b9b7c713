"""The commands that keep the database safe: backup, restore, repair."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from watchlist.cli.app import App, command, current, shared
from watchlist.domain.errors import DatabaseUnusable, Words


@command(
    "backup",
    en="Copy the database and config/ into a folder, looked through, beside older backups.",
    zh="把数据库与 config/ 备份到一个文件夹：先核对再命名，旧备份按规则轮换。",
    example="backup",
)
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[FOLDER]")
@shared
def backup(folder: Path | None) -> None:
    """Make a backup."""
    from watchlist.steps.backup import backup as step

    app = current()
    with app.reading() as connection, looking(app):
        result = step(connection, app.home, app.settings, folder or app.home.backups, app.now)
    shown = app.home.shown(result.database.resolve())
    app.tell(
        f"{shown}: whole, every row as it was written. The files of config/ are in {result.config.name} beside it.",
        f"{shown}：完整，逐行与写入时一致。config/ 的文件在同目录的 {result.config.name} 中。",
    )
    if result.removed:
        gone = " ".join(path.name for path in result.removed)
        app.tell(f"Removed by rotation: {gone}.", f"按轮换规则删除：{gone}。")


@command(
    "restore",
    en="Put a backup in the place of the database; the database that was there is kept beside it.",
    zh="用备份替换数据库；原数据库另存于旁。",
    example="restore db/backups/watchlist-20261120T103000Z.db",
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@shared
def restore(file: Path) -> None:
    """Restore a backup."""
    from watchlist.storage.backup import restore as step

    app = current()
    with looking(app):
        old = step(file, app.own_database, app.now)
    app.tell(
        f"Restored from {file.name}. Run python main.py daily: it fetches what came later.",
        f"已从 {file.name} 恢复。请运行 python main.py daily，补取其后的数据。",
    )
    if old is not None:
        kept = app.home.shown(old)
        app.tell(f"What was there before is {kept}.", f"原来的数据库在 {kept}。")


@command(
    "repair",
    en="Say what is damaged and how to mend it; changes nothing.",
    zh="说明哪里损坏、如何修复；不作任何更改。",
    example="repair",
)
@shared
def repair() -> None:
    """Say how to mend a damaged database."""
    from watchlist.queries.integrity import found_injuries, newest_whole

    app = current()
    try:
        with app.reading() as connection, looking(app):
            wrong = [one.words for one in found_injuries(connection)]
    except DatabaseUnusable as error:  # what cannot even be opened: a backup may still be whole
        wrong = [Words(error.text("en"), error.text("zh"))]
    if not wrong:
        click.echo(app.say("All is well: every row is as it was written.", "一切正常：逐行与写入时一致。"))
        return
    for words in wrong:
        click.echo(f"  ! {words.zh if app.language == 'zh' else words.en}")
    with looking(app):
        whole, bad = newest_whole(app.home.backups)
    for path in bad:
        app.tell(f"{path.name} is not whole either.", f"备份 {path.name} 也不完整。")
    if whole is not None:
        shown = app.home.shown(whole)
        then = f"python main.py restore {shown}"
        click.echo(app.say(f"The newest whole backup is {shown}: run {then}, then python main.py daily.",
                           f"最近的完整备份是 {shown}：请运行 {then}，再运行 python main.py daily。"))  # fmt: skip
    else:
        home = app.home.shown(app.home.db)
        click.echo(app.say(
            f"There is no whole backup in {app.home.shown(app.home.backups)}. Keep a copy of {home}, move watchlist.db "
            "away and run python main.py daily: the ledger is in config/, prices are fetched again; only what was "
            "known when is lost.",
            f"{app.home.shown(app.home.backups)} 中没有完整的备份。请先复制 {home} 留底，移走 watchlist.db，再运行 "
            "python main.py daily：台账在 config/ 中，行情会重新抓取；只有“何时已知”的记录会丢失。"))  # fmt: skip
    raise SystemExit(1)


COMMANDS = (backup, restore, repair)


@contextmanager
def looking(app: App) -> Iterator[None]:
    """Show that a long look is under way, where somebody watches."""
    from rich.console import Console

    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield
        return
    with console.status(app.say("Looking through every row", "逐行核对")):
        yield
