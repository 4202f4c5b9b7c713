"""The commands that ask: recommendations, calls, themes, brokers, returns, show, watch."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from watchlist.cli.answers import Answering, Asked, query
from watchlist.cli.app import App, Command, Group, current, date_of, option, past, shared
from watchlist.domain.errors import DatesReversed, UsageMistake


class NothingAsked(UsageMistake):
    """Neither a security nor a theme is named."""

    en = "Name a security or a theme: returns 300418 --from 2024-01-02 --to 2024-06-28, or returns --theme ai --from …"
    zh = "请指明证券或主题：returns 300418 --from 2024-01-02 --to 2024-06-28，或 returns --theme ai --from …"


@contextmanager
def answering(asked: Asked) -> Iterator[Answering]:
    """Open the database for one query."""
    app = current()
    with app.reading() as connection:
        yield Answering(app, asked, connection)


@click.command(cls=Command, help=(
    "Every recommendation and how it stands.\n\nExample: recommendations --theme ai --period 1m,1y,since"
    " ‖ 每条推荐及其表现。\n\n示例：recommendations --theme ai --period 1m,1y,since"))  # fmt: skip
@query
def recommendations(asked: Asked) -> None:
    from watchlist.output.columns import RECOMMENDATIONS
    from watchlist.queries.recommendations import recommendation_rows

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        rows = recommendation_rows(situation, filters)
        title = (f"Recommendations, as of {situation.when.as_of}", f"推荐，截至 {situation.when.as_of}")
        answer.give(rows, RECOMMENDATIONS, situation, title=title, caption=_COSTS)


@click.command(cls=Command, help=(
    "Calls: the life of a broker's opinion on a share.\n\nExample: calls --broker 国信"
    " ‖ 观点：券商对一只证券看法的存续。\n\n示例：calls --broker 国信"))  # fmt: skip
@query
def calls(asked: Asked) -> None:
    from watchlist.output.columns import CALLS
    from watchlist.queries.recommendations import call_rows

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        title = (f"Calls, as of {situation.when.as_of}", f"观点，截至 {situation.when.as_of}")
        answer.give(call_rows(situation, filters), CALLS, situation, title=title, caption=_COSTS)


@click.command(cls=Command, help=(
    "Themes: how good, how sure, how complete.\n\nExample: themes --horizon 20 --period 1m,ytd,since"
    " ‖ 各主题的表现、把握与完整度。\n\n示例：themes --horizon 20 --period 1m,ytd,since"))  # fmt: skip
@option("--per-mention", is_flag=True, help="Count mentions instead of calls. ‖ 按提及次数而非观点计数。")
@query
def themes(asked: Asked, per_mention: bool) -> None:  # noqa: FBT001  (an option of the command line)
    from watchlist.output.columns import THEMES
    from watchlist.queries.groups import theme_rows

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        rows = theme_rows(situation, filters, per_mention=per_mention)
        answer.give(rows, THEMES, situation, title=_group_title(situation.when.as_of, "Themes", "主题"),
                    caption=_group_caption(situation.horizon))  # fmt: skip


@click.command(cls=Command, help=(
    "Brokers, or another grouping.\n\nExample: brokers --by strength --horizon 60"
    " ‖ 券商或其他分组。\n\n示例：brokers --by strength --horizon 60"))  # fmt: skip
@option("--by", default="broker", metavar="GROUP",
        help="broker, analyst, theme, rating, strength, report, year, market. ‖ 分组：broker、analyst、theme、rating、strength、report、year、market。")  # fmt: skip
@option("--per-mention", is_flag=True, help="Count mentions instead of calls. ‖ 按提及次数而非观点计数。")
@query
def brokers(asked: Asked, by: str, per_mention: bool) -> None:  # noqa: FBT001  (an option of the command line)
    from watchlist.output.columns import BROKERS
    from watchlist.queries.groups import broker_rows

    with answering(asked) as answer:
        filters, situation = answer.filters(), answer.situation()
        rows = broker_rows(situation, filters, by, per_mention=per_mention)
        answer.give(rows, BROKERS, situation, title=_group_title(situation.when.as_of, "Groups", "分组"),
                    caption=_group_caption(situation.horizon))  # fmt: skip


@click.command(cls=Command, help=(
    "Returns between two dates, of securities or of a theme.\n\nExample: returns 300133 --from 2023-12-29 --to 2024-06-03"
    " ‖ 两个日期之间的收益，证券或主题。\n\n示例：returns 300133 --from 2023-12-29 --to 2024-06-03"))  # fmt: skip
@click.argument("symbols", nargs=-1, metavar="[SYMBOL]…")
@option(
    "--from",
    "start",
    required=True,
    metavar="DATE",
    help="From the last close on or before this day. ‖ 自该日或之前最后收盘。",
)
@option(
    "--to",
    "end",
    metavar="DATE",
    help="To the last close on or before this day (today). ‖ 至该日或之前最后收盘（默认今天）。",
)
@option("--members", default="at-from", metavar="HOW",
        help="A theme's members: at-from, point-in-time or today. ‖ 主题成分：at-from、point-in-time 或 today（事后成分）。")  # fmt: skip
@query
def returns(asked: Asked, symbols: tuple[str, ...], start: str, end: str | None, members: str) -> None:
    from watchlist.output.columns import RETURNS
    from watchlist.queries.returns import return_rows, theme_return_row

    app = current()
    first = past(date_of(start, "--from"), "--from", app) or app.today
    last = past(date_of(end, "--to"), "--to", app) or app.today
    if first > last:
        raise DatesReversed(start=first, end=last)
    if not symbols and asked.theme is None:
        raise NothingAsked
    with answering(asked) as answer:
        wanted = answer.resolve(symbols)
        situation = answer.situation(wanted)
        title = (f"Returns {first} to {last}", f"收益 {first} 至 {last}")
        if wanted:
            answer.give(return_rows(situation, wanted, first, last), RETURNS, situation, title=title, caption=_COSTS)
            return
        theme = situation.themes.find(asked.theme or "")
        row = theme_return_row(situation, theme, first, last, members)
        if asked.form in {None, "table"} and asked.output is None:
            mean = {"symbol": theme.name, "name": app.say("mean", "平均"), "status": "", **_only_returns(row)}
            label = app.say(" · members in hindsight", " · 事后成分") if members == "today" else ""
            title = (f"{theme.name} {first} to {last}{label}", f"{theme.name} {first} 至 {last}{label}")
            answer.give([*row["members"], mean], RETURNS, situation, title=title, caption=_COSTS)
        else:
            answer.give([row], RETURNS, situation, title=title)


@click.command(cls=Command, help=(
    "One security: who recommended it, in which words, and how it went.\n\nExample: show 昆仑万维"
    " ‖ 一只证券：谁、以何种措辞推荐，结果如何。\n\n示例：show 昆仑万维"))  # fmt: skip
@click.argument("symbol")
@query
def show(asked: Asked, symbol: str) -> None:
    from watchlist.output.columns import SHOWN
    from watchlist.queries.show import show_row

    with answering(asked) as answer:
        resolved = answer.resolve([symbol])[0]
        situation = answer.situation([resolved])
        row = show_row(situation, resolved, answer.filters())
        if asked.form in {None, "table"} and asked.output is None:
            title = (f"{resolved} {row['name'] or ''}", f"{resolved} {row['name'] or ''}")
            answer.give(row["recommendations"], SHOWN, situation, title=title, caption=_show_caption(row))
            for one in row["recommendations"]:
                quote = " ".join(str(one["quote"]).split())
                click.echo(f"  {one['broker']} {one['published']} · {one['theme_printed']}: “{quote}”")
        else:
            answer.give([row], SHOWN, situation, title=("", ""))


@click.group(cls=Group, invoke_without_command=True, help=(
    "The watchlist: your own tickers beside every recommended one.\n\nExample: watch --period 1w,1m,ytd"
    " ‖ 自选清单：您的证券与所有被推荐证券。\n\n示例：watch --period 1w,1m,ytd"))  # fmt: skip
@query
def watch(asked: Asked) -> None:
    if click.get_current_context().invoked_subcommand is not None:
        return
    from watchlist.ledger.watch import load_watchlist
    from watchlist.output.columns import WATCH
    from watchlist.queries.watch import watch_rows

    with answering(asked) as answer:
        watched = load_watchlist(answer.app.home)
        filters, situation = answer.filters(), answer.situation([entry.symbol for entry in watched])
        rows = watch_rows(situation, watched, filters)
        day = situation.when.as_of
        answer.give(rows, WATCH, situation, title=(f"Watchlist, as of {day}", f"自选清单，截至 {day}"))


@watch.command("add", cls=Command, help=(
    "Put a ticker on your watchlist.\n\nExample: watch add 600519 --theme 白酒 --note 观察"
    " ‖ 加入自选。\n\n示例：watch add 600519 --theme 白酒 --note 观察"))  # fmt: skip
@click.argument("symbol")
@option("--theme", metavar="THEME", help="Your theme for it. ‖ 归入的主题。")
@option("--note", metavar="TEXT", help="Why you watch it. ‖ 备注。")
@option("--name", metavar="NAME", help="Its name, where the program does not know it. ‖ 名称（程序不认识时填写）。")
@shared
def watch_add(symbol: str, theme: str | None, note: str | None, name: str | None) -> None:
    from watchlist.ledger.watch import Watched, add

    app = current()
    resolved = _by_hand(app, symbol)
    path = add(app.home, Watched(symbol=resolved, name=name, theme=theme, note=note, added=app.today))
    shown = app.home.shown(path)
    app.tell(f"{resolved} is on your watchlist ({shown}); python main.py daily fetches its prices.",
             f"已将 {resolved} 加入自选（{shown}）；运行 python main.py daily 获取行情。")  # fmt: skip


@watch.command("remove", cls=Command, help=(
    "Take a ticker off your watchlist.\n\nExample: watch remove 600519 ‖ 移出自选。\n\n示例：watch remove 600519"))  # fmt: skip
@click.argument("symbol")
@shared
def watch_remove(symbol: str) -> None:
    from watchlist.ledger.watch import remove

    app = current()
    resolved = _by_hand(app, symbol)
    path = remove(app.home, resolved)
    shown = app.home.shown(path)
    app.tell(f"{resolved} is off your watchlist ({shown}).", f"已将 {resolved} 移出自选（{shown}）。")


COMMANDS = (themes, brokers, recommendations, calls, show, returns, watch)
_COSTS = ("Before costs and taxes; benchmarks are price indices.", "未计费用、税前；基准为价格指数。")


def _by_hand(app: App, text: str) -> str:
    """Resolve a security for the watchlist: one that is not listed anywhere yet may be given as a full symbol."""
    from watchlist.domain.symbols import is_symbol, resolve
    from watchlist.ledger.securities import load_securities, name_index

    if is_symbol(text):
        return text
    securities = load_securities(app.home)
    return resolve(text, name_index(securities), securities)


def _group_title(as_of: dt.date, en: str, zh: str) -> tuple[str, str]:
    return f"{en}, as of {as_of}", f"{zh}，截至 {as_of}"


def _group_caption(horizon: str) -> tuple[str, str]:
    return (
        f"Return and excess: mean since entry. Hit rate: calls that beat their benchmark after {horizon}, with the 95 % "
        "Wilson interval. Index: equal weight while calls are open. Before costs and taxes.",
        f"收益与超额：买入以来的平均。胜率：{horizon} 后跑赢基准的观点占比，含 95% Wilson 区间。主题指数：观点有效期内等权。未计费用、税前。",
    )


def _only_returns(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("price_return", "total_return", "excess_return")}


def _show_caption(row: dict[str, object]) -> tuple[str, str]:
    return (
        f"Last close {row['close'] or '–'} on {row['session'] or '–'}. Before costs and taxes; benchmark {row['benchmark']}.",
        f"最新收盘 {row['close'] or '–'}（{row['session'] or '–'}）。未计费用、税前；基准 {row['benchmark']}。",
    )
