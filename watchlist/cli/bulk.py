"""The command that brings in many recommendations at once: import."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchlist.cli.app import App, command, current, option, shared

if TYPE_CHECKING:
    from watchlist.steps.import_ratings import ImportResult

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
    with writing(app.own_database) as database:
        result = import_ratings(
            database, app.home, app.settings, file, app.now, sheet=sheet, chosen=chosen, dry_run=dry_run
        )
    if as_json:
        click.echo(written(_shape(result, dry_run=dry_run)), nl=False)
    _tell(app, result, file, dry_run=dry_run)
    if result.problems:
        raise SystemExit(1)


COMMANDS = (import_,)


def _shape(result: "ImportResult", *, dry_run: bool) -> dict[str, object]:
    return {
        "lines": result.lines,
        "recommendations": result.recommendations,
        "retracted": result.retracted,
        "added": result.recorded.added,
        "amended": result.recorded.amended,
        "dry_run": dry_run,
        "notes": [{"what": one.en, "what_zh": one.zh} for one in result.notes],
        "problems": [{"line": one.number, "what": one.what.en, "what_zh": one.what.zh} for one in result.problems],
    }


def _tell(app: App, result: "ImportResult", file: Path, *, dry_run: bool) -> None:
    new, amended, bad = result.recorded.added, result.recorded.amended, len(result.problems)
    app.tell(
        f"{result.lines} lines of {file.name}: {result.recommendations} recommendations "
        f"({new} new, {amended} amended), {bad} problems{'; nothing was written' if dry_run else ''}.",
        f"{file.name} 共 {result.lines} 行：{result.recommendations} 条推荐（新增 {new}，修订 {amended}），"
        f"{bad} 个问题{'；未写入' if dry_run else ''}。",
    )
    for note in result.notes:
        app.tell(f"  {note.en}", f"  {note.zh}")
    for one in result.problems[:_SHOWN]:
        app.tell(f"  ! line {one.number}: {one.what.en}", f"  ! 第 {one.number} 行：{one.what.zh}")
    if bad > _SHOWN:
        app.tell(
            f"  … and {bad - _SHOWN} more (--json lists them).", f"  … 另有 {bad - _SHOWN} 个（--json 列出全部）。"
        )
    if result.recorded.changed and not dry_run:
        app.tell("python main.py daily fetches their prices and scores them.",
                 "运行 python main.py daily 获取行情并评分。")  # fmt: skip
