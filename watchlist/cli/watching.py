"""The command that puts a whole list on the watchlist: watch import."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from watchlist.cli.app import App, Command, both, current, option, shared
from watchlist.domain.errors import counted

if TYPE_CHECKING:
    from watchlist.steps.import_watched import WatchedResult

_SHOWN: Final = 20  # problems that are written out before the rest is only counted


@click.command(
    "import",
    cls=Command,
    help=both(
        en="Put a list on your watchlist: a 通达信 or 同花顺 block, a list of codes, a table, holdings.",
        zh="将清单加入自选：通达信或同花顺板块、代码列表、表格或持仓。",
        example="watch import 自选股.blk --theme 观察",
    ),
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@option("--theme", metavar="THEME", en="Your theme for those without one.", zh="未注明主题者归入该主题。")
@option("--note", metavar="TEXT", en="Why you watch them.", zh="备注。")
@option("--sheet", metavar="NAME", en="The sheet of a workbook that has several.", zh="工作簿含多个工作表时指定其一。")
@option("--block", metavar="NAME", en="Only this block of stockblock.ini.", zh="只导入 stockblock.ini 中的该板块。")
@option("--dry-run", is_flag=True, en="Look and count, write nothing.", zh="只检查并计数，不写入。")
@option("--json", "as_json", is_flag=True, en="One JSON object.", zh="输出 JSON。")
@shared
def watch_import(
    file: Path, *, theme: str | None, note: str | None, sheet: str | None, block: str | None, dry_run: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Put a list on the watchlist."""
    from watchlist.output.interchange import as_json as written
    from watchlist.steps.import_watched import GivenOfList, import_watched

    app = current()
    result = import_watched(app.home, file, GivenOfList(app.today, theme, note, sheet, block), dry_run=dry_run)
    if as_json:
        click.echo(written(_shape(result, dry_run=dry_run)), nl=False)
    _tell(app, result, file, dry_run=dry_run)
    if result.problems:
        raise SystemExit(1)


def _shape(result: "WatchedResult", *, dry_run: bool) -> dict[str, object]:
    return {
        "tickers": result.tickers,
        "added": list(result.added),
        "watched_already": result.watched_already,
        "dry_run": dry_run,
        **{
            name: [{"line": one.number, "what": one.what.en, "what_zh": one.what.zh} for one in lines]
            for name, lines in (("passed_over", result.passed_over), ("problems", result.problems))
        },
    }


def _tell(app: App, result: "WatchedResult", file: Path, *, dry_run: bool) -> None:
    new, bad = len(result.added), len(result.problems)
    app.tell(
        f"{file.name}: {counted(result.tickers, 'ticker')}, {new} new, {result.watched_already} "
        f"watched already, {counted(bad, 'problem')}"
        f"{'; nothing was written' if dry_run else ''}.",
        f"{file.name}：{result.tickers} 只，新增 {new}，已在自选 {result.watched_already}，{bad} 个问题"
        f"{'；未写入' if dry_run else ''}。",
    )
    for one in result.problems[:_SHOWN]:
        app.tell(f"  ! line {one.number}: {one.what.en}", f"  ! 第 {one.number} 行：{one.what.zh}")
    if bad > _SHOWN:
        rest = bad - _SHOWN
        app.tell(f"  … and {rest} more (--json lists them).", f"  … 另有 {rest} 个（--json 列出全部）。")
    if new and not dry_run:
        shown = app.home.shown(result.path)
        app.tell(f"They are in {shown}; {app.daily} fetches their prices.",
                 f"已写入 {shown}；运行 {app.daily} 获取行情。")  # fmt: skip
