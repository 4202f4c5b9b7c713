"""The commands by which a person takes something back: a recommendation, or a call that is over."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from watchlist.cli import suggesting
from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.domain.errors import EmptyDatabase, UnknownWord, UsageMistake, Words
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    import datetime as dt

    from watchlist.domain.model import Closing
    from watchlist.queries.recommendations import Row
    from watchlist.queries.situation import Situation

_SHORT_ID: Final = 4
_DRY = option("--dry-run", is_flag=True, en="Show what would move, write nothing.", zh="只显示将变动的评分，不写入。")


class NoOpenCall(UsageMistake):
    """There is no call to close, or there are several."""

    en = "{symbol} has no open call{by} on {day}: see python main.py calls --symbol {symbol}."
    zh = "{symbol} 在 {day} 没有{by}未结束的观点：请查看 python main.py calls --symbol {symbol}。"


class WhoseCall(UsageMistake):
    """Several brokers have an open call."""

    en = "{symbol} has open calls of {brokers}: say whose with --broker."
    zh = "{brokers} 对 {symbol} 均有未结束的观点：请用 --broker 指定。"


@command(
    "retract",
    en="Withdraw a recommendation; it stays on record with your reason.",
    zh="撤回一条推荐；连同理由留存。",
    example="retract d1d36437 --why 录入错误 --dry-run",
)
@click.argument("recommendation", metavar="ID")
@option("--why", required=True, metavar="TEXT", en="Your reason.", zh="理由。")
@_DRY
@shared
def retract(recommendation: str, why: str, dry_run: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """Withdraw a recommendation."""
    from watchlist.ledger.retractions import retract
    from watchlist.output.table import plain
    from watchlist.queries.consequences import without

    app = current()
    known = _recommendations(app)
    fitting = [key for key in known if key.startswith(recommendation)] if len(recommendation) >= _SHORT_ID else []
    if len(fitting) != 1:
        hint = Words(" recommendations --json shows the ids.", "recommendations --json 可查编号。")
        raise UnknownWord(option="retract", text=recommendation, hint=hint)
    if not dry_run:
        retract(app.home, fitting[0], why, app.now)
    click.echo(str(plain(known[fitting[0]])))
    situation = _situation(app)
    if situation is not None:
        _show_moves(app, situation, without(situation, fitting[0]))
    if dry_run:
        app.tell("Nothing was written.", "未写入。")
    else:
        app.tell("Retracted: the next daily records it.", "已撤回：下次 daily 时记录。")


@command(
    "close",
    en="Close a broker's call on a security, with your reason.",
    zh="结束某券商对一只证券的观点，并写明理由。",
    example="close 300418 --broker 国信证券 --date 2024-09-02 --why 停止覆盖",
)
@click.argument("security", metavar="SYMBOL", shell_complete=suggesting.securities)
@option("--broker", metavar="NAME", en="Whose call; needed where several are open.", zh="券商；有多家时必填。")
@option("--date", "on", metavar="DATE", en="From the end of this day on (today).", zh="自该日收盘后起（默认今天）。")
@option("--why", required=True, metavar="TEXT", en="Your reason.", zh="理由。")
@_DRY
@shared
def close(security: str, broker: str | None, on: str | None, why: str, dry_run: bool) -> None:  # noqa: FBT001
    """Close a call."""
    from watchlist.domain.model import Closing
    from watchlist.ledger.closings import close
    from watchlist.ledger.lookup import load_lookup
    from watchlist.queries.consequences import with_closing

    app = current()
    day = past(date_of(on, "--date"), "--date", app) or app.today
    situation = _situation(app)
    if situation is None:
        raise EmptyDatabase(path=app.database)
    symbol = load_lookup(app.home).written(security)
    closing = Closing(_open_call(situation, symbol, broker, day), symbol, day, why)
    if not dry_run:
        close(app.home, closing.broker, symbol, day, why, app.now)
    after = with_closing(situation, closing)
    _show_call(app, after, closing)
    _show_moves(app, situation, after)
    if dry_run:
        app.tell("Nothing was written.", "未写入。")
    else:
        app.tell(
            "Closed, in config/local/closings.toml: the next daily records it.",
            "已结束，写入 config/local/closings.toml：下次 daily 时记录。",
        )


COMMANDS: tuple[click.Command, ...] = (retract, close)


def _recommendations(app: App) -> dict[str, str]:
    """Give every recommendation in words, by id: the ledger's, and what was imported."""
    from watchlist.domain.identity import recommendation_id
    from watchlist.ledger.reports import load_reports

    found = {
        recommendation_id(report.id, one.theme, one.symbol): (
            f"{one.symbol} {one.name} · {one.theme or '–'} · {report.broker} {report.published}"
        )
        for report in load_reports(app.home)
        for one in report.recommendations
    }
    situation = _situation(app)
    for m in situation.known.mentions if situation is not None else ():
        words = f"{m.symbol} {m.name_printed} · {m.theme_printed or '–'} · {m.broker} {m.published}"
        found.setdefault(m.rec_id, words)
    return found


def _situation(app: App) -> "Situation | None":
    """Load how everything stands today; ``None`` where nothing was recorded yet."""
    from watchlist.queries.situation import When, load_situation

    try:
        with app.reading() as connection:
            return load_situation(connection, app.settings, When(app.today))
    except EmptyDatabase:
        return None


def _open_call(situation: "Situation", symbol: str, broker: str | None, day: "dt.date") -> str:
    """Find whose call was open at the end of a day.

    Raises:
        NoOpenCall, WhoseCall: it is not exactly one's.
    """
    from watchlist.queries.recommendations import Filters, call_rows

    rows = call_rows(situation.up_to(day), Filters(symbols=(symbol,), until=day))
    brokers = sorted({str(row["broker"]) for row in rows if row["status"] != "closed"})
    fitting = brokers if broker is None else [name for name in brokers if broker in name]
    if broker is not None and broker in fitting:
        return broker
    if not fitting:
        by = Words("", "") if broker is None else Words(f" of {broker}", f"{broker}的")
        raise NoOpenCall(symbol=symbol, by=by, day=day)
    if len(fitting) > 1:
        raise WhoseCall(symbol=symbol, brokers=Words(", ".join(fitting), "、".join(fitting)))
    return fitting[0]


def _show_call(app: App, after: "Situation", closing: "Closing") -> None:
    from watchlist.output.columns import CALLS
    from watchlist.output.table import print_table
    from watchlist.queries.recommendations import Filters, call_rows

    wanted = Filters(symbols=(closing.symbol,), broker=closing.broker)
    title = app.say(f"The call, as of {after.when.as_of}", f"该观点，截至 {after.when.as_of}")
    print_table(call_rows(after, wanted), CALLS, app.language, sys.stdout, title=title)


def _show_moves(app: App, before: "Situation", after: "Situation") -> None:
    """Show which scores move, before and after."""
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table
    from watchlist.queries.consequences import moved_scores

    rows = [_worded(app, row) for row in moved_scores(before, after)]
    if not rows:
        app.tell("No score of a theme or a broker moves.", "没有主题或券商的评分变动。")
        return
    columns = (
        Column("kind", "kind", "类别"), Column("name", "group", "分组"), Column("measure", "score", "评分"),
        Column("before", "before", "之前"), Column("after", "after", "之后"),
    )  # fmt: skip
    title = app.say(f"What moves, as of {before.when.as_of}", f"评分变动，截至 {before.when.as_of}")
    print_table(rows, columns, app.language, sys.stdout, title=title)


_MEASURES: Final[Mapping[str, tuple[str, str, str]]] = {
    "recommendations": ("mentions", "推荐数", "count"),
    "calls": ("calls", "观点数", "count"),
    "since_entry.total_return": ("return", "含息收益", "percent"),
    "since_entry.excess_return": ("excess", "超额收益", "percent"),
    "sample": ("sample", "样本", "count"),
    "hit_rate": ("hit rate", "胜率", "rate"),
    "mean_excess": ("mean excess at horizon", "持有期平均超额", "percent"),
    "index.level": ("theme index", "主题指数", "price"),
}
_KINDS: Final = {"theme": "主题", "broker": "券商"}


def _worded(app: App, row: "Row") -> dict[str, Any]:
    from watchlist.output.columns import Column
    from watchlist.output.table import written

    en, zh, kind = _MEASURES[row["measure"]]
    column = Column(row["measure"], en, zh, kind)
    values = {
        side: written(column, int(row[side]) if kind == "count" and row[side] is not None else row[side], app.language)
        for side in ("before", "after")
    }
    return {
        **row, **values, "kind": app.say(row["kind"], _KINDS[row["kind"]]), "measure": column.title(app.language),
    }  # fmt: skip
