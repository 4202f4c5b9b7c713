"""The commands that ask about securities: recommendations, calls, returns, show, watch."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from watchlist.cli import suggesting
from watchlist.cli.answers import Answering, Asked, answering, query
from watchlist.cli.app import App, Command, Group, both, command, current, option, past, shared
from watchlist.cli.groups import brokers, themes
from watchlist.domain.errors import UnknownSymbol, UsageMistake
from watchlist.domain.typed import date_of, in_order

if TYPE_CHECKING:
    from watchlist.queries.situation import Situation


class NothingAsked(UsageMistake):
    """Neither a security nor a theme is named."""

    en = "Name a security or a theme: returns 300418 --from 2024-01-02 --to 2024-06-28, or returns --theme ai --from …"
    zh = "请指明证券或主题：returns 300418 --from 2024-01-02 --to 2024-06-28，或 returns --theme ai --from …"


@command(
    "recommendations",
    en="Every recommendation and how it stands.",
    zh="每条推荐及其表现。",
    example="recommendations --theme ai --period 1m,1y,since",
)
@option(
    "--sectors", is_flag=True, en="Sector calls and industry ratings instead of shares.", zh="改看板块推荐与行业评级。"
)
@query
def recommendations(asked: Asked, sectors: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """Show every recommendation."""
    from watchlist.cli.judge import give_sectors, with_reactions
    from watchlist.output.columns import RECOMMENDATIONS
    from watchlist.queries.recommendations import recommendation_rows

    with answering(asked) as answer:
        if sectors:
            give_sectors(answer)
            return
        filters, situation = answer.filters(), answer.situation()
        rows = with_reactions(answer, situation, recommendation_rows(situation, filters))
        title = (f"Recommendations, as of {situation.when.as_of}", f"推荐，截至 {situation.when.as_of}")
        answer.give(rows, RECOMMENDATIONS, situation, title=title, caption=_COSTS)


@command(
    "calls",
    en="Calls: the life of a broker's opinion on a share.",
    zh="观点：券商对一只证券的看法，从何时起，到何时止。",
    example="calls --broker 国信",
)
@query
def calls(asked: Asked) -> None:
    """Show calls."""
    from watchlist.output.columns import CALLS
    from watchlist.queries.recommendations import counted_call_rows

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        title = (f"Calls, as of {situation.when.as_of}", f"观点，截至 {situation.when.as_of}")
        answer.give(counted_call_rows(situation, filters), CALLS, situation, title=title, caption=_COSTS)


@command(
    "returns",
    en="Returns between two dates, of securities or of a theme.",
    zh="两个日期之间的收益，证券或主题。",
    example="returns 300133 --from 2023-12-29 --to 2024-06-03",
)
@click.argument("symbols", nargs=-1, metavar="[SYMBOL]…", shell_complete=suggesting.securities)
@option(
    "--from",
    "start",
    required=True,
    metavar="DATE",
    en="From the last close on or before this day.",
    zh="自该日（含）之前最近一个收盘。",
)
@option(
    "--to",
    "end",
    metavar="DATE",
    en="To the last close on or before this day (today).",
    zh="至该日（含）之前最近一个收盘（默认今天）。",
)
@option(
    "--members",
    default="at-from",
    metavar="HOW",
    en="A theme's members: at-from, point-in-time or today.",
    zh="主题成分：at-from、point-in-time 或 today（事后成分）。",
)
@query
def returns(asked: Asked, symbols: tuple[str, ...], start: str, end: str | None, members: str) -> None:
    """Show returns between two dates."""
    from watchlist.output.columns import RETURNS
    from watchlist.queries.returns import refuse_idle, return_rows, theme_return_row

    app = current()
    first = past(date_of(start, "--from"), "--from", app) or app.today
    last = past(date_of(end, "--to"), "--to", app) or app.today
    in_order(("--from", first), ("--to", last))
    if not symbols and asked.theme is None:
        raise NothingAsked
    refuse_idle(asdict(asked), of_theme=not symbols)
    with answering(asked) as answer:
        wanted = answer.resolve(symbols)
        situation = answer.situation(wanted)
        title = (f"Returns {first} to {last}", f"收益 {first} 至 {last}")
        if wanted:
            answer.give(return_rows(situation, wanted, first, last), RETURNS, situation, title=title, caption=_COSTS)
            return
        theme = situation.themes.find(asked.theme or "")
        row = theme_return_row(situation, theme, first, last, members, answer.filters())
        if asked.form in {None, "table"} and asked.output is None:
            mean = {
                "symbol": app.say(theme.name_en, theme.name),
                "name": app.say("mean", "平均"),
                "status": "",
                **_only_returns(row),
            }
            label = app.say(" · members in hindsight", " · 事后成分") if members == "today" else ""
            title = (f"{theme.name_en} {first} to {last}{label}", f"{theme.name} {first} 至 {last}{label}")
            answer.give([*row["members"], mean], RETURNS, situation, title=title, caption=_COSTS)
        else:
            answer.give([row], RETURNS, situation, title=title)


@command(
    "show",
    en="One security: who recommended it, in which words, and how it went.",
    zh="一只证券：谁、以何种措辞推荐，结果如何。",
    example="show 昆仑万维",
)
@click.argument("security", metavar="SYMBOL", shell_complete=suggesting.securities)
@option("--explain", is_flag=True, en="How each number came to be, step by step.", zh="逐步说明每个数字如何得出。")
@query
def show(asked: Asked, security: str, explain: bool) -> None:  # noqa: FBT001  (an option of the command line)
    """Show one security."""
    from watchlist.cli.judge import explain_share, with_reactions
    from watchlist.output.columns import SHOWN
    from watchlist.queries.moves import moves
    from watchlist.queries.show import show_row

    with answering(asked) as answer:
        resolved = answer.resolve([security])[0]
        situation = answer.situation([resolved])
        if explain:
            explain_share(answer, situation, resolved)
            return
        row = show_row(situation, resolved, answer.filters())
        row["moved"] = moves(answer.connection, answer.app.settings, situation, symbol=resolved)
        row["recommendations"] = with_reactions(answer, situation, row["recommendations"])
        if asked.form in {None, "table"} and asked.output is None:
            _show(answer, row, situation)
        else:
            answer.give([row], SHOWN, situation, title=("", ""))


@click.group(
    cls=Group,
    invoke_without_command=True,
    help=both(
        en="The watchlist: your own tickers beside every recommended one.",
        zh="自选清单：您的证券，与所有被推荐证券并列。",
        example="watch --period 1w,1m,ytd",
    ),
)
@query
def watch(asked: Asked) -> None:
    """Show the watchlist."""
    if click.get_current_context().invoked_subcommand is not None:
        return
    from watchlist.ledger.watch import load_watchlist
    from watchlist.output.columns import WATCH
    from watchlist.queries.watch import watch_curves, watch_rows

    with answering(asked) as answer:
        watched = load_watchlist(answer.app.home)
        filters, situation = answer.filters(), answer.situation([entry.symbol for entry in watched])
        rows = watch_rows(situation, watched, filters)
        day = situation.when.as_of

        def curves() -> dict[str, list[list[float]]]:
            drawn = watch_curves(situation, [row["symbol"] for row in rows])
            return {"close": [drawn.get(row["symbol"], []) for row in rows]}

        title = (f"Watchlist, as of {day}", f"自选清单，截至 {day}")
        answer.give(rows, WATCH, situation, title=title, caption=_CURVES, curves=curves)


@watch.command(
    "add",
    cls=Command,
    help=both(
        en="Put a ticker on your watchlist.", zh="加入自选。", example="watch add 600519 --theme 白酒 --note 观察"
    ),
)
@click.argument("symbol", shell_complete=suggesting.securities)
@option("--theme", metavar="THEME", en="Your theme for it.", zh="归入的主题。")
@option("--note", metavar="TEXT", en="Why you watch it.", zh="备注。")
@option("--name", metavar="NAME", en="Its name, where the program does not know it.", zh="名称（程序不认识时填写）。")
@shared
def watch_add(symbol: str, theme: str | None, note: str | None, name: str | None) -> None:
    """Put a ticker on your watchlist."""
    from watchlist.ledger.watch import Watched, add

    app = current()
    resolved = _by_hand(app, symbol)
    path = add(app.home, Watched(symbol=resolved, name=name, theme=theme, note=note, added=app.today))
    shown = app.home.shown(path)
    app.tell(f"{resolved} is on your watchlist ({shown}); {app.daily} fetches its prices.",
             f"已将 {resolved} 加入自选（{shown}）；运行 {app.daily} 获取行情。")  # fmt: skip


@watch.command(
    "remove",
    cls=Command,
    help=both(en="Take a ticker off your watchlist.", zh="移出自选。", example="watch remove 600519"),
)
@click.argument("symbol", shell_complete=suggesting.securities)
@shared
def watch_remove(symbol: str) -> None:
    """Take a ticker off your watchlist."""
    from watchlist.ledger.watch import remove

    app = current()
    resolved = _by_hand(app, symbol)
    path = remove(app.home, resolved)
    shown = app.home.shown(path)
    app.tell(f"{resolved} is off your watchlist ({shown}).", f"已将 {resolved} 移出自选（{shown}）。")


COMMANDS = (themes, brokers, recommendations, calls, show, returns, watch)
_CURVES = ("Curve: the last 60 sessions, actions worked in.", "曲线：近 60 个交易日的复权收盘。")
_COSTS = ("Before costs and taxes; benchmarks are price indices.", "未计费用、税前；基准为价格指数。")


def _by_hand(app: App, text: str) -> str:
    """Resolve a security for the watchlist: one that no list holds yet may be given by its code."""
    from watchlist.domain.symbols import candidates
    from watchlist.ledger.lookup import load_lookup

    try:
        return load_lookup(app.home).find(text)
    except UnknownSymbol:
        spelled = candidates(text)
        if len(spelled) != 1:
            raise
        return spelled[0]


def _only_returns(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("price_return", "total_return", "excess_return")}


def _show(answer: Answering, row: dict[str, Any], situation: "Situation") -> None:
    """Show one security: who recommended it, how it stands, and the words it was recommended in."""
    from watchlist.cli.updating import moved_words
    from watchlist.output.columns import SHOWN
    from watchlist.output.table import clean

    title = f"{row['symbol']} {row['name'] or ''}"
    if row["recommendations"]:
        answer.give(row["recommendations"], SHOWN, situation, title=(title, title), caption=_standing(row))
    else:
        mark = answer.app.say("SIMULATED · ", "SIMULATED 模拟行情 · ") if situation.simulated else ""
        click.echo(mark + title)
        click.echo(answer.app.say("Nobody recommends it.", "没有券商推荐。"))
        click.echo(answer.app.say(*_standing(row)))
        if row["close"] is None and answer.asked.as_of is None:
            add = f"python main.py watch add {row['symbol']}"
            answer.app.tell(f"To follow it: {add}, then {answer.app.daily}.",
                            f"如需跟踪：先运行 {add}，再运行 {answer.app.daily}。")  # fmt: skip
    for one in row["recommendations"]:
        said = f"{one['broker']} {one['published']} · {one['theme_printed']}"
        click.echo(f"  {clean(said)}: “{clean(one['quote'])}”")
    for move in row["moved"]:
        click.echo("  " + answer.app.say(*moved_words(move)))


def _standing(row: dict[str, Any]) -> tuple[str, str]:
    """Say in both languages how a security stands: last close, status, periods against the benchmark."""
    from watchlist.domain.spoken import say

    if row["close"] is None:
        return "No close is known.", "没有收盘价。"
    status = row["status"] or "no_price"
    gone = f" {row['delisted']}" if status == "delisted" and row["delisted"] else ""
    periods = " · ".join(
        f"{name} {values['total_return'] * 100:+.1f}%"
        for name, values in row["periods"].items()
        if values["total_return"] is not None
    )
    index = row["benchmark"]
    close, session = f"{row['close']:,.2f}", row["session"]
    closed = f"Last close {close} on {session}, {say(status, 'en')}{gone}."
    closed_zh = f"最新收盘 {close}（{session}，{say(status, 'zh')}{gone}）。"
    en = (closed, f"{periods}." if periods else "",
          f"Before costs and taxes; benchmark {index}.")  # fmt: skip
    zh = (closed_zh, f"{periods}。" if periods else "",
          f"未计费用、税前；基准 {index}。")  # fmt: skip
    return " ".join(filter(None, en)), "".join(zh)
