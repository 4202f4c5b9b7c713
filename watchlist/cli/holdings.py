"""The commands about what is held: holdings, and its import, snapshots and retract."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from watchlist.cli.answers import Answering, Asked, answering, query
from watchlist.cli.app import App, Command, Group, both, current, option, past, shared
from watchlist.domain.errors import UsageMistake, counted
from watchlist.domain.model import STANDINGS
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watchlist.ledger.table_file import LineProblem
    from watchlist.output.columns import Row
    from watchlist.queries.situation import Situation, When
    from watchlist.steps.import_holdings import HoldingsResult

_SHOWN: Final = 20  # problems, calls and shares that are written out before the rest is only counted
_NAMED: Final = 5  # securities that a sentence names


class NoHorizonOfHoldings(UsageMistake):
    """Holdings are not judged at a horizon."""

    en = "--horizon has nothing to do with holdings: leave it out, or ask brokers --horizon {horizon}."
    zh = "持仓与持有期无关：请去掉 --horizon，或查询 brokers --horizon {horizon}。"


class WholePortfolio(UsageMistake):
    """The portfolio is asked for as a whole, and some of it."""

    en = "--portfolio is everything that is held: leave --standing out."
    zh = "--portfolio 为全部持仓：请去掉 --standing。"


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=both(
        en="What you hold: weight, contribution, and what brokers say of it.",
        zh="您的持仓：权重、贡献，以及券商怎么看。",
        example="holdings --currency CNY",
    ),
)
@option("--from", "start", metavar="DATE", en="Contributions from this day's close on (the first snapshot).",
        zh="贡献自该日收盘起（默认首个快照）。")  # fmt: skip
@option("--account", metavar="NAME", en="Only this account.", zh="只看该账户。")
@option("--portfolio", is_flag=True, en="The portfolio as a whole, from snapshot to snapshot.",
        zh="改看整个组合，按快照分段。")  # fmt: skip
@option("--standing", type=click.Choice(STANDINGS),
        en="Only holdings that brokers back, speak against, no longer back, or never named.",
        zh="只看推荐中、被看空、观点已结束或无人推荐的持仓。")  # fmt: skip
@query
def holdings(asked: Asked, start: str | None, account: str | None, portfolio: bool, standing: str | None) -> None:  # noqa: FBT001  (an option of the command line)
    """Show what is held."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from watchlist.queries.holdings import STATUSES, standing_at, with_trailing
    from watchlist.queries.holdings import holdings as load

    if asked.horizon is not None:
        raise NoHorizonOfHoldings(horizon=asked.horizon)
    if portfolio and standing is not None:
        raise WholePortfolio
    app = current()
    since = past(date_of(start, "--from"), "--from", app)
    with answering(asked) as answer:
        situation = answer.situation()
        found = load(situation, answer.filters(STATUSES), since=since, account=account)
        if found is None:
            _say_empty(app, situation.when)
            return
        if portfolio:
            _give_portfolio(answer, situation, found)
            return
        rows = standing_at(found["rows"], standing)
        whole = asked.form not in {None, "table"} or asked.period is not None
        _give(answer, situation, found, with_trailing(situation, rows) if whole else rows)


@holdings.command(
    "import",
    cls=Command,
    help=both(
        en="Bring in a snapshot of what is held, as a terminal or broker exports it: .xls, .xlsx, .csv or text.",
        zh="导入持仓快照：通达信、同花顺及券商终端导出的 .xls、.xlsx、.csv 或文本。",
        example="holdings import 持仓.xls --date 2024-06-14 --dry-run",
    ),
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@option("--date", "day", metavar="DATE", en="The day of the snapshot, where the file does not say.",
        zh="快照日期（文件未注明时）。")  # fmt: skip
@option("--account", metavar="NAME", en="The account, where the file names none or you want another name.",
        zh="账户名（文件未注明或需另取名时）。")  # fmt: skip
@option("--sheet", metavar="NAME", en="The sheet of a workbook that has several.", zh="工作簿含多个工作表时指定其一。")
@option("--dry-run", is_flag=True, en="Look and count, write nothing.", zh="只检查并计数，不写入。")
@option("--json", "as_json", is_flag=True, en="One JSON object.", zh="输出 JSON。")
@shared
def import_(
    file: Path, *, day: str | None, account: str | None, sheet: str | None, dry_run: bool, as_json: bool
) -> None:
    """Bring in a snapshot of what is held."""
    from watchlist.output.interchange import as_json as written
    from watchlist.steps.import_holdings import Given, import_holdings
    from watchlist.storage.database import writing

    app = current()
    given = Given(app.today, date_of(day, "--date"), account, sheet)
    with writing(app.own_database) as database:
        result = import_holdings(database, app.home, file, given, app.now, dry_run=dry_run)
    if as_json:
        click.echo(written(_shape(result, dry_run=dry_run)), nl=False)
    _tell(app, result, file, dry_run=dry_run)
    if result.problems:
        raise SystemExit(1)


@holdings.command(
    "snapshots",
    cls=Command,
    help=both(en="The snapshots that are kept.", zh="已保存的快照。", example="holdings snapshots"),
)
@option("--json", "as_json", is_flag=True, en="JSON; ISO dates.", zh="JSON；ISO 日期。")
@shared
def snapshots(as_json: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """List the snapshots."""
    from watchlist.output.holding_columns import SNAPSHOTS
    from watchlist.output.interchange import as_json as written
    from watchlist.output.table import print_table
    from watchlist.queries.holdings import snapshot_rows

    app = current()
    with app.reading() as connection:
        rows = snapshot_rows(connection)
    if as_json:
        click.echo(written(rows), nl=False)
    elif rows:
        shown = [row | {"recorded_at": (row["recorded_at"] or "")[:16].replace("T", " ")} for row in rows]
        print_table(shown, SNAPSHOTS, app.language, sys.stdout, title=app.say("Snapshots of holdings", "持仓快照"))
    else:
        _say_empty(app, None)


@holdings.command(
    "retract",
    cls=Command,
    help=both(
        en="Withdraw a snapshot; it stays on record with your reason.",
        zh="撤回一个快照；连同理由留存。",
        example="holdings retract 2024-06-14 --why 日期有误",
    ),
)
@click.argument("day", metavar="DATE")
@option(
    "--account", default="–", metavar="NAME", en="Its account, as snapshots lists it.", zh="其账户（见 snapshots）。"
)
@option("--why", required=True, metavar="TEXT", en="Your reason.", zh="理由。")
@shared
def retract(day: str, account: str, why: str) -> None:
    """Withdraw a snapshot."""
    from watchlist.steps.import_holdings import retract as step
    from watchlist.storage.database import writing

    app = current()
    wanted = date_of(day, "DATE") or app.today
    with writing(app.own_database) as database:
        found = step(database, account, wanted, why, app.now)
    app.tell(
        f"Retracted the snapshot of {wanted} with {counted(len(found.positions), 'holding')}.",
        f"已撤回 {wanted} 的快照（{len(found.positions)} 项持仓）。",
    )


COMMANDS = (holdings,)


def _say_empty(app: App, when: "When | None") -> None:
    """Say that nothing is known to be held, by the day or the moment asked for where one was."""
    if when is not None and (when.known_at is not None or when.as_of < app.today):
        app.tell(
            f"No snapshot of holdings is of {when.as_of} or before: python main.py holdings snapshots lists them.",
            f"没有 {when.as_of} 及之前的持仓快照：可用 python main.py holdings snapshots 查看。",
        )
        return
    app.tell(
        "No snapshot of holdings yet: python main.py holdings import FILE takes what your terminal or broker exports.",
        "还没有持仓快照：用 python main.py holdings import 文件 导入终端或券商导出的持仓。",
    )


def _shape(result: "HoldingsResult", *, dry_run: bool) -> dict[str, object]:
    from watchlist.queries.holding_rows import shown_account

    def lines(found: "Sequence[LineProblem]") -> list[dict[str, object]]:
        return [{"line": one.number, "what": one.what.en, "what_zh": one.what.zh} for one in found]

    return {
        "lines": result.lines,
        "snapshots": [
            {
                "account": shown_account(one.account),
                "day": one.day.isoformat(),
                "holdings": one.holdings,
                "change": one.word,
            }
            for one in result.snapshots
        ],
        "unlisted": list(result.unlisted),
        "dry_run": dry_run,
        "passed_over": lines(result.passed_over),
        "problems": lines(result.problems),
    }


def _tell(app: App, result: "HoldingsResult", file: Path, *, dry_run: bool) -> None:
    from watchlist.domain.symbols import board
    from watchlist.queries.holding_rows import shown_account

    words = {"add": ("new", "新增"), "amend": ("a new revision", "新修订"), "same": ("nothing new", "无变化")}
    bad, over = len(result.problems), len(result.passed_over)
    app.tell(
        f"{file.name}: {counted(result.lines, 'holding')}, {counted(over, 'line')} passed over, "
        f"{counted(bad, 'problem')}"
        f"{'; nothing was written' if dry_run else ''}.",
        f"{file.name}：{result.lines} 条持仓，略过 {over} 行，{bad} 个问题{'；未写入' if dry_run else ''}。",
    )
    for one in result.snapshots:
        en, zh = words[one.word]
        name = shown_account(one.account) if one.account else app.say("no account named", "未注明账户")
        app.tell(f"  {one.day} ({name}): {counted(one.holdings, 'security', 'securities')}, {en}.",
                 f"  {one.day}（{name}）：{one.holdings} 只证券，{zh}。")  # fmt: skip
    if dry_run:
        _list(app, result.passed_over, "-")
    _list(app, result.problems, "!")
    if result.only_available:
        app.tell("  ! Only what can be sold is named (可用): shares bought that day may be missing.",
                 "  ! 文件只有可用数量：当日买入的可能未计入。")  # fmt: skip
    bonds = [symbol for symbol in result.unlisted if board(symbol) == "bond"]
    if bonds:
        some = " ".join(bonds[:_NAMED]) + (" …" if len(bonds) > _NAMED else "")
        app.tell(f"  Bonds and repos are kept without a price, no source here has them: {some}",
                 f"  债券与回购照记，但没有行情来源：{some}")  # fmt: skip
    unlisted = [symbol for symbol in result.unlisted if symbol not in bonds]
    if unlisted:
        some = " ".join(unlisted[:_NAMED]) + (" …" if len(unlisted) > _NAMED else "")
        app.tell(f"  ! Not in any list here, and without a price for now: {some}",
                 f"  ! 不在已知证券之列，暂无行情：{some}")  # fmt: skip
    if not dry_run and any(one.word != "same" for one in result.snapshots):
        app.tell("python main.py daily fetches their prices; python main.py holdings shows them.",
                 "运行 python main.py daily 获取行情，python main.py holdings 查看。")  # fmt: skip


def _list(app: App, found: "Sequence[LineProblem]", mark: str) -> None:
    for one in found[:_SHOWN]:
        app.tell(f"  {mark} line {one.number}: {one.what.en}", f"  {mark} 第 {one.number} 行：{one.what.zh}")
    if len(found) > _SHOWN:
        rest = len(found) - _SHOWN
        app.tell(f"  … and {rest} more (--json lists them).", f"  … 另有 {rest} 行（--json 列出全部）。")


def _give(answer: Answering, situation: "Situation", found: "Mapping[str, Any]", rows: "list[dict[str, Any]]") -> None:
    """Write holdings; a table is followed by the open calls on them, and by what is recommended and not held."""
    from watchlist.output.holding_columns import HOLDINGS, NOT_HELD, OPEN_CALLS, call_lines

    app, day = answer.app, situation.when.as_of
    if answer.asked.form not in {None, "table"} or answer.asked.output is not None:
        answer.give(rows, HOLDINGS, situation, title=("", ""))
        return
    held = [row for row in rows if row["position"] != "none"]
    absent = [row for row in rows if row["position"] == "none"]
    title = (f"Holdings, as of {day} ({found['currency']})", f"持仓，截至 {day}（{found['currency']}）")
    answer.give(held, HOLDINGS, situation, title=title, caption=_caption(answer, found))
    calls = call_lines(held)
    _more(app, calls, OPEN_CALLS, ("Open calls on what is held", "所持证券的有效观点"))
    _more(app, absent, NOT_HELD, ("Recommended, not held", "推荐中但未持有"))


def _caption(answer: Answering, found: "Mapping[str, Any]") -> tuple[str, str]:
    """Say what the numbers are and leave out; and that filters left calls out, where they may have."""
    from watchlist.output.holding_columns import portfolio_words

    en, zh = portfolio_words(found)
    asked = answer.asked
    some = (asked.theme, asked.broker, asked.analyst, asked.rating, asked.since, asked.until, asked.direction)
    if any(value is not None for value in some):
        return f"Only calls that fit the filters count. {en}", f"只计入符合条件的观点。{zh}"
    return en, zh


def _more(app: App, rows: "Sequence[Row]", columns: Any, title: tuple[str, str]) -> None:  # noqa: ANN401  (columns)
    from watchlist.output.table import print_table

    if rows:
        rest = len(rows) - _SHOWN
        caption = app.say(f"… and {rest} more (--json lists them).", f"… 另有 {rest} 条（--json 列出全部）。")
        print_table(rows[:_SHOWN], columns, app.language, sys.stdout, title=app.say(*title),
                    caption=caption if rest > 0 else None, colours=app.settings.colours)  # fmt: skip


def _give_portfolio(answer: Answering, situation: "Situation", found: "dict[str, Any]") -> None:
    """Write the portfolio: a table has a line a stretch between snapshots, other forms one object with all of it."""
    from watchlist.output.holding_columns import STRETCHES, portfolio_words

    day = situation.when.as_of
    whole = {key: value for key, value in found.items() if key != "rows"}
    if answer.asked.form in {None, "table"} and answer.asked.output is None and found["stretches"]:
        title = (f"Portfolio, as of {day} ({found['currency']})", f"组合，截至 {day}（{found['currency']}）")
        answer.give(found["stretches"], STRETCHES, situation, title=title, caption=portfolio_words(found))
    elif answer.asked.form in {None, "table"} and answer.asked.output is None:
        answer.app.tell(*portfolio_words(found))
    else:
        answer.give([whole], STRETCHES, situation, title=("", ""))
