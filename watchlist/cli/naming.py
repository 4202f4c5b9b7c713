"""The commands by which a person gives securities further names: alias add, alias list."""

import sys
from typing import Final

import click

from watchlist.cli import suggesting
from watchlist.cli.app import Command, Group, both, current, option, shared
from watchlist.domain.errors import UsageMistake
from watchlist.domain.typed import date_of, in_order

_KINDS_ZH: Final = {
    "short": "简称", "former": "曾用名", "later": "后用名", "english": "英文名", "listed": "挂牌名", "typed": "查找名",
}  # fmt: skip
_KINDS: Final = ("short", "former", "later", "english", "listed")


class NoName(UsageMistake):
    """A further name is empty, or holds what no name does."""

    en = "A name needs at least two visible letters, and no control characters."
    zh = "名称至少需要两个可见字符，且不能含控制字符。"


@click.group(
    "alias",
    cls=Group,
    help=both("Further names of securities: add, list.", "证券的其他名称：添加、列出。", "alias add 00700.HK 鹅厂"),
)
@shared
def alias() -> None:
    """Name securities."""


@alias.command(
    "add",
    cls=Command,
    help=both(
        "Give a security a further name, which reports, lists and questions may use.",
        "为证券添加一个名称，研报、清单和查询都认得。",
        "alias add 00700.HK 鹅厂",
    ),
)
@click.argument("security", metavar="SYMBOL", shell_complete=suggesting.securities)
@click.argument("name")
@option("--kind", type=click.Choice(_KINDS), default="short", en="What kind of name it is.", zh="名称的种类。")
@option("--from", "since", metavar="DATE", en="The first day it is borne.", zh="开始使用的日期。")
@option("--to", "until", metavar="DATE", en="The last day it is borne.", zh="最后使用的日期。")
@shared
def alias_add(security: str, name: str, kind: str, since: str | None, until: str | None) -> None:
    """Give a security a further name."""
    from watchlist.domain.symbols import normalise_name
    from watchlist.ledger.aliases import add_alias
    from watchlist.ledger.list_values import visible
    from watchlist.ledger.lookup import load_lookup
    from watchlist.reading.names import Alias

    app = current()
    first, last = date_of(since, "--from"), date_of(until, "--to")
    in_order(("--from", first), ("--to", last))
    known = load_lookup(app.home)
    symbol = known.written(security)
    if visible(name) != name.strip() or len(normalise_name(name)) < 2:  # noqa: PLR2004  (one letter is any word)
        raise NoName
    add_alias(app.home, Alias(symbol, name.strip(), kind, first, last), known.names.get(normalise_name(name), ()))
    app.tell(
        f"{name} is {symbol} now, in config/local/names.csv.", f"{name} 已对应 {symbol}，写入 config/local/names.csv。"
    )


@alias.command("list", cls=Command, help=both("The names you added.", "您添加的名称。", "alias list"))
@shared
def alias_list() -> None:
    """List the user's own further names."""
    from watchlist.ledger.aliases import own_aliases
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table

    app = current()
    rows = [
        {
            "symbol": one.symbol,
            "name": one.name,
            "kind": app.say(one.kind, _KINDS_ZH[one.kind]),
            "since": _day(one.since),
            "until": _day(one.until),
        }
        for one in own_aliases(app.home)
    ]
    if not rows:
        app.tell(
            "There is none of your own yet: python main.py alias add SYMBOL NAME",
            "还没有您添加的名称：python main.py alias add 代码 名称",
        )
        return
    columns = (
        Column("symbol", "symbol", "代码"), Column("name", "name", "名称"), Column("kind", "kind", "种类"),
        Column("since", "from", "起"), Column("until", "to", "止"),
    )  # fmt: skip
    print_table(rows, columns, app.language, sys.stdout)


def _day(day: object) -> str | None:
    return None if day is None else str(day)


COMMANDS: tuple[click.Command, ...] = (alias,)
