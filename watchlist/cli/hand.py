"""The commands by which a person adds to the ledger, corrects it, and names themes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watchlist.cli import naming, suggesting, withdraw
from watchlist.cli.app import App, Command, Group, both, command, current, option, past, shared
from watchlist.domain.errors import UnknownWord, UsageMistake
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.ledger.home import Home


class NoEditor(UsageMistake):
    """No editor could be started."""

    en = "No editor could be started: name yours in the variable EDITOR, or open {path} yourself."
    zh = "无法启动编辑器：请用环境变量 EDITOR 指定，或自行打开 {path}。"


@command(
    "add",
    en="Add one recommendation by hand.",
    zh="手工加入一条推荐。",
    example="add 600519 --broker 招商证券 --date 2024-06-14 --theme 白酒 --rating 买入",
)
@click.argument("security", metavar="SYMBOL", shell_complete=suggesting.securities)
@option("--broker", required=True, metavar="NAME", en="Who recommends it.", zh="推荐的券商。")
@option("--date", "published", required=True, metavar="DATE", en="The day of the report.", zh="研报日期。")
@option("--theme", default="", metavar="THEME", en="The theme, as printed.", zh="原文主题。")
@option("--rating", required=True, metavar="WORD", en="The rating or the verb, as printed.", zh="评级或推荐用语。")
@option("--target", type=click.FloatRange(min=0, min_open=True), metavar="PRICE", en="Target price.", zh="目标价。")
@option("--note", metavar="TEXT", en="The words it was made in.", zh="原文措辞。")
@shared
def add(security: str, published: str, **said: Any) -> None:  # noqa: ANN401  (click's own)
    """Add one recommendation."""
    from watchlist.steps.inbox_hand import ByHand, add

    app = current()
    day = past(date_of(published, "--date"), "--date", app) or app.today
    symbol, path = add(app.home, ByHand(security=security, published=day, **said))
    shown = app.home.shown(path)
    app.tell(
        f"{symbol} is in {shown}; {app.daily} scores it.",
        f"已将 {symbol} 写入 {shown}；运行 {app.daily} 评分。",
    )


@command(
    "edit",
    en="Open a report of the ledger in your editor, and check it on return.",
    zh="用编辑器打开台账中的研报，关闭后检查。",
    example="edit 2024-06-14-guosen-aigc",
)
@click.argument("report", shell_complete=suggesting.reports)
@shared
def edit(report: str) -> None:
    """Edit a report of the ledger."""
    from watchlist.ledger.reports import load_report
    from watchlist.ledger.toml_file import read_text
    from watchlist.ledger.whole_file import write_whole

    app = current()
    there = _report_file(app.home, report)
    own = app.home.local / "reports" / there.name
    given = read_text(app.home, there)
    if copied := not own.exists():
        # What comes with the program is never edited: the copy is laid over it.
        write_whole(app.home, own, given)
    try:
        click.edit(filename=str(own))
    except click.ClickException:
        raise NoEditor(path=app.home.shown(own)) from None
    if copied and read_text(app.home, own) == given:
        own.unlink()  # nothing was changed: what later comes with the program is not to be hidden by it
        app.tell("Nothing was changed.", "没有改动。")
        return
    load_report(app.home, own)
    shown = app.home.shown(own)
    app.tell(f"{shown} is in order.", f"{shown} 无误。")


def _report_file(home: "Home", report: str) -> Path:
    from watchlist.ledger.problems import did_you_mean

    files = {path.stem: path for path in home.reports}
    fitting = [stem for stem in files if report in stem]
    if report in files:
        return files[report]
    if len(fitting) == 1:
        return files[fitting[0]]
    raise UnknownWord(option="edit", text=report, hint=did_you_mean(report, fitting or list(files)))


@click.group(
    "theme",
    cls=Group,
    help=both(
        "Themes: list, add, map, merge, rename, undo.", "主题：列出、新建、归入、合并、改名、撤销。", "theme list"
    ),
)
@shared
def theme() -> None:
    """Name themes."""


@theme.command("list", cls=Command, help=both("What belongs to which theme.", "各主题包含的原文名称。", "theme list"))
@shared
def theme_list() -> None:
    """List themes."""
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table
    from watchlist.steps.inbox_themes import theme_list

    app = current()
    columns = [
        Column("theme", "id", "编号"), Column("name", "name", "名称"), Column("printed", "printed", "原文", "list"),
    ]  # fmt: skip
    found = theme_list(app.home, _imported_themes(app))
    free = [row for row in found if row["theme"] is None]
    if free:
        columns.append(Column("suggestion", "suggestion", "建议归入"))
    rows = [row | {"theme": row["theme"] or app.say("unassigned", "未归类")} for row in found]
    print_table(rows, columns, app.language, sys.stdout)
    if free:
        count = len(free)
        name = next((row["name"] for row in free if row["suggestion"]), free[0]["name"])
        owner = next((row["suggestion"] for row in free if row["suggestion"]), None)
        app.tell(
            f'Without a theme: {count}. theme map "{name}" {owner or "THEME"} gives it to one, theme add makes one.',
            f'未归类 {count} 个：theme map "{name}" {owner or "主题"} 归入主题，theme add 新建主题。',
        )


def _imported_themes(app: App) -> list[str]:
    """Give the themes that imported lists print; none before anything was recorded."""
    from watchlist.domain.errors import EmptyDatabase
    from watchlist.storage.imports import printed_themes

    try:
        with app.reading() as connection:
            return printed_themes(connection)
    except EmptyDatabase:
        return []


@theme.command(
    "add", cls=Command, help=both("Make a new theme.", "新建主题。", "theme add liquor 白酒 --english Liquor")
)
@click.argument("identity", metavar="ID")
@click.argument("name")
@option("--english", metavar="NAME", en="Its English name.", zh="英文名。")
@shared
def theme_add(identity: str, name: str, english: str | None) -> None:
    """Make a new theme."""
    from watchlist.steps.inbox_themes import create

    app = current()
    made = create(app.home, identity, name, english)
    app.tell(
        f"{made.id} is a theme now, and has what is printed as {name}; undo with: theme undo",
        f"已新建主题 {name}（{made.id}），原文为“{name}”的均归入；撤销：theme undo",
    )


@theme.command(
    "map",
    cls=Command,
    help=both("Let a name that reports print belong to a theme.", "将原文名称归入主题。", "theme map 半导体设备 ai"),
)
@click.argument("printed")
@click.argument("owner", metavar="THEME", shell_complete=suggesting.themes)
@shared
def theme_map(printed: str, owner: str) -> None:
    """Map a printed name to a theme."""
    from watchlist.steps.inbox_themes import is_printed, map_name

    app = current()
    found = map_name(app.home, printed, owner)
    if not is_printed(app.home, printed, _imported_themes(app)):
        app.tell(f"  No report or list prints {printed} so far.", f"  目前没有研报或清单使用“{printed}”这一名称。")
    app.tell(
        f"{printed} belongs to {found.id} from the next daily on; undo with: python main.py theme undo",
        f"{printed} 已归入 {found.name}，下次 daily 起生效；撤销：python main.py theme undo",
    )


@theme.command(
    "merge", cls=Command, help=both("Merge a theme into another.", "合并主题。", "theme merge new-film ai-video")
)
@click.argument("given", metavar="THEME", shell_complete=suggesting.themes)
@click.argument("into", metavar="INTO", shell_complete=suggesting.themes)
@shared
def theme_merge(given: str, into: str) -> None:
    """Merge a theme into another."""
    from watchlist.steps.inbox_themes import merge

    app = current()
    old, new = merge(app.home, given, into)
    app.tell(
        f"{old.id} is part of {new.id} now; undo with: theme undo", f"{old.name} 已并入 {new.name}；撤销：theme undo"
    )


@theme.command("rename", cls=Command, help=both("Rename a theme.", "主题改名。", "theme rename ai 人工智能"))
@click.argument("given", metavar="THEME", shell_complete=suggesting.themes)
@click.argument("name")
@option("--english", metavar="NAME", en="Its English name.", zh="英文名。")
@shared
def theme_rename(given: str, name: str, english: str | None) -> None:
    """Rename a theme."""
    from watchlist.steps.inbox_themes import rename

    app = current()
    old = rename(app.home, given, name, english)
    app.tell(f"{old.id} is called {name} now; undo with: theme undo", f"{old.name} 已改名为 {name}；撤销：theme undo")


@theme.command("undo", cls=Command, help=both("Undo the last change.", "撤销最近一次更改。", "theme undo"))
@shared
def theme_undo() -> None:
    """Undo the last change of the themes."""
    from watchlist.steps.inbox_themes import undo

    app = current()
    undo(app.home)
    app.tell(
        "The themes are as they were before; theme undo once more brings the change back.",
        "主题已恢复到更改之前；再执行一次 theme undo 可还原该更改。",
    )


COMMANDS: tuple[click.Command, ...] = (add, edit, *withdraw.COMMANDS, theme, *naming.COMMANDS)
