"""The command ``update``: which sources are reached, how far it is, what came of it, and a person's word on a doubt."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.domain.errors import (
    MarketFolderMissing,
    TrustOfOne,
    UnknownSymbol,
    UnknownWord,
    UsageMistake,
    Words,
    counted,
)
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from watchlist.queries.planned import Choice
    from watchlist.sources.contract import Source
    from watchlist.steps.update import Progress, Reach, UpdateLine, UpdateResult


class OptionsApart(UsageMistake):
    """Options that do nothing together."""

    en = "{option} stands alone: leave {others} out, or ask for that in a command of its own."
    zh = "{option} 须单独使用：请去掉 {others}，或另行执行。"


_SHOWN = 5  # revisions and results in one sentence
UNTIL = option(
    "--until", metavar="DATE", en="Act as if this were the last closed session.", zh="视该日为最后一个已收盘交易日。"
)


@command("update", en="Bring prices up to date.", zh="更新行情。", example="update --dry-run")
@UNTIL
@option("--dry-run", is_flag=True, en="Print the planned fetches and stop.", zh="只列出计划，不抓取。")
@option("--symbol", multiple=True, metavar="SYMBOL", en="These securities only.", zh="只更新这些证券。")
@option("--since", metavar="DATE", en="Fetch everything again from this day on.", zh="从该日起全部重新抓取。")
@option("--source", multiple=True, metavar="NAME", en="Ask these sources only.", zh="只向这些来源查询。")
@option(
    "--confirm",
    multiple=True,
    type=int,
    metavar="NUMBER",
    en="Believe a row in quarantine.",
    zh="采信一行被隔离的数据。",
)
@option(
    "--dismiss", multiple=True, type=int, metavar="NUMBER", en="Leave a row in quarantine out for good.",
    zh="不采信一行被隔离的数据。",
)  # fmt: skip
@option(
    "--trust",
    metavar="SOURCE",
    en="Take this source's word for the one --symbol.",
    zh="采信该来源对这一只证券（--symbol）的整份数据。",
)
@option(
    "--names",
    is_flag=True,
    en="Take the lists of names: listings, renamings, ends.",
    zh="取各交易所名单：上市、更名、退市。",
)
@shared
def update(  # noqa: PLR0913  (an option each)
    *, until: str | None, dry_run: bool, symbol: tuple[str, ...], since: str | None, source: tuple[str, ...],
    confirm: tuple[int, ...], dismiss: tuple[int, ...], trust: str | None, names: bool,
) -> None:  # fmt: skip
    """Bring prices up to date."""
    from watchlist.steps.update import update as step
    from watchlist.storage.database import writing

    app = current()
    if trust is not None and (len(symbol) != 1 or source or confirm or dismiss or names):
        raise TrustOfOne(source=trust)
    _refuse_besides("--confirm" if confirm else "--dismiss", bool(confirm or dismiss), {
        "--until": until, "--dry-run": dry_run, "--symbol": symbol, "--since": since, "--source": source,
        "--names": names,
    })  # fmt: skip
    _refuse_besides("--names", names, {"--until": until, "--since": since, "--source": source})
    if confirm or dismiss:
        _decide(app, confirm, dismiss)
        return
    if names:
        from watchlist.cli.listing import update_names

        update_names(app, _named(app, symbol), dry_run=dry_run)
        return
    choice = _choice(app, until, symbol, since, source, trust)
    if dry_run:
        _print_plan(app, choice)
        return
    own = app.own_database
    with reached(app) as (sources, reach), writing(own) as database, progress_bar(app) as progress:
        known = _known_sources(sources, choice)
        result = step(database, app.home, app.settings, known, app.now, choice=choice, reach=reach, progress=progress)
    _print_groups(app, result)
    update_summary(app, result)
    if trust is not None:
        _print_taken(app, trust, result)
    if result.failed:
        raise SystemExit(1)


def _refuse_besides(option: str, asked: bool, others: "Mapping[str, object]") -> None:  # noqa: FBT001  (whether it was)
    """Refuse options that an option does nothing with, instead of leaving them out unseen.

    Raises:
        OptionsApart: there are some.
    """
    besides = [name for name, given in others.items() if given]
    if asked and besides:
        raise OptionsApart(option=option, others=" ".join(besides))


@contextmanager
def reached(app: App) -> Iterator[tuple["Mapping[str, Source]", "Reach"]]:
    """Give the sources, local files where they are named, and which of them a probe did not reach."""
    from watchlist.steps.update import Reach

    folder = os.environ.get("WATCHLIST_MARKET", "").strip()
    if folder:
        from watchlist.sources.files import FilesSource

        files = FilesSource(Path(folder).expanduser())
        if not files.reachable():
            raise MarketFolderMissing(path=folder)
        yield {files.name: files}, Reach()
        return
    from watchlist.sources.live import close, live_sources, reachable

    every = live_sources(app.home.db / "cache", app.settings.update.call_seconds)
    try:
        yield every, Reach(unreachable=sorted(every.keys() - reachable(every)))
    finally:
        close(every)


@contextmanager
def progress_bar(app: App) -> Iterator["Progress"]:
    """Show how far an update is, on stderr where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(app.say("Updating prices", "更新行情"), total=None)

        def show(done: int, total: int, symbol: str) -> None:
            words = f"{app.say('Updating prices', '更新行情')} {symbol:<10}"
            bar.update(task, completed=done, total=total, description=words)

        yield show


def update_summary(app: App, result: "UpdateResult") -> None:
    """Say in a sentence what an update did, and what it could not do."""
    new, asked, fresh = sum(line.new for line in result.lines), len(result.lines), result.up_to_date
    sources = ", ".join(sorted({line.source for line in result.lines if line.source}))
    if sources:
        app.tell(
            f"Asked {sources} for {counted(asked, 'security', 'securities')}: "
            f"{counted(new, 'new bar')}; {fresh} {'was' if fresh == 1 else 'were'} up to date.",
            f"向 {sources} 查询 {asked} 只证券：新增 {new} 根日线；{fresh} 只已是最新。",
        )
    elif not result.offline:
        app.tell(
            f"No new bar of {counted(asked, 'security', 'securities')}; {fresh} {'was' if fresh == 1 else 'were'} "
            "up to date.",
            f"{asked} 只证券没有新的日线；{fresh} 只已是最新。",
        )
    changed = [line.fetch.symbol for line in result.lines if line.changed]
    if changed:
        listed = " ".join(changed)
        app.tell(
            f"The past of {listed} was restated and confirmed: see python main.py check.",
            f"{listed} 的历史数据经核实后已更正：详见 python main.py check。",
        )
    for words in result.panels:
        app.tell(words.en, words.zh)
    for line in result.failed:
        if line.problem is not None:
            app.tell(f"  ! {line.problem.en}", f"  ! {line.problem.zh}")


def _print_taken(app: App, source: str, result: "UpdateResult") -> None:
    """Say plainly what was taken on a person's word."""
    for line in result.lines:
        if line.source is not None:
            symbol, new, changed = line.fetch.symbol, line.new, line.changed
            app.tell(
                f"Taken on your word from {source} for {symbol}: {counted(new, 'new bar')}, {changed} changed; "
                "what stood there before is kept as a revision.",
                f"已按您的采信写入 {source} 的 {symbol} 数据：新增 {new} 根日线，更正 {changed} 处；"
                "原值保留为修订记录。",
            )


def moved_words(move: "Mapping[str, Any]") -> tuple[str, str]:
    """Say in both languages what was restated of a security, and which results moved with it."""
    day = move["restated_at"][:10]
    prices = ", ".join(
        f"{one['session']} {one['before']:g} → {one['after']:g}" for one in move["revisions"][:_SHOWN]
    ) + (" …" if len(move["revisions"]) > _SHOWN else "")
    returns = ", ".join(
        f"{one['broker']} {one['theme']} {_percent(one['before'])} → {_percent(one['after'])}"
        for one in move["results"][:_SHOWN]
    )
    en, zh = f"Restated on {day} ({move['source']}): {prices}.", f"{day} 更正（{move['source']}）：{prices}。"
    if not returns:
        return f"{en} No result moved.", f"{zh}没有结果变动。"
    return f"{en} Results moved: {returns}.", f"{zh}结果变动：{returns}。"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:+.2f}%"


def group_rows(lines: "Sequence[UpdateLine]") -> list[dict[str, Any]]:
    """Give a row a group of securities: what was used, what is new, what fell back, was doubted or failed."""
    from watchlist.domain.symbols import board
    from watchlist.queries.planned import RATES, home_of

    groups: dict[tuple[str, str], list[UpdateLine]] = {}
    for line in lines:
        symbol = line.fetch.symbol
        kind = {"index": "indices", "fund": "funds"}.get(board(symbol), "shares")
        kind = "rates" if home_of(symbol) == RATES else kind
        groups.setdefault((home_of(symbol), kind), []).append(line)
    rows = []
    for (place, kind), members in groups.items():
        used = [line.source for line in members if line.source]
        counts = sorted({name: used.count(name) for name in used}.items(), key=lambda pair: (-pair[1], pair[0]))
        rows.append(
            {
                "market": place,
                "kind": kind,
                "securities": len(members),
                "sources": [f"{name} {count}" for name, count in counts],
                "new": sum(line.new for line in members),
                "changed": sum(line.changed for line in members),
                "fallbacks": sum(line.fell_back for line in members),
                "quarantined": sum(line.doubted for line in members),
                "failed": sum(line.problem is not None for line in members),
            }
        )
    return rows


def _print_groups(app: App, result: "UpdateResult") -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table

    lines = [line for line in result.lines if line.fetch.sources]
    if not lines:
        return
    columns = (
        Column("market", "market", "市场"), Column(app.say("kind", "kind_zh"), "kind", "类别"),
        Column("securities", "asked", "查询", "count"), Column("sources", "source used", "所用来源", "list"),
        Column("new", "new bars", "新增日线", "count"), Column("changed", "restated", "更正", "count"),
        Column("fallbacks", "fallbacks", "改用后备", "count"), Column("quarantined", "quarantined", "隔离", "count"),
        Column("failed", "failed", "失败", "count"),
    )  # fmt: skip
    chinese = {"indices": "指数", "funds": "基金", "shares": "股票", "rates": "汇率"}
    rows = [row | {"kind_zh": chinese[row["kind"]]} for row in group_rows(lines)]
    print_table(rows, columns, app.language, sys.stdout, title=app.say("What came in", "更新结果"))


def _print_plan(app: App, choice: "Choice") -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import print_table
    from watchlist.queries.planned import plan_lines

    with app.reading() as connection, reached(app) as (sources, _):
        rows = plan_lines(connection, app.home, app.settings, _known_sources(sources, choice), app.now, choice)
    columns = (
        Column("symbol", "symbol", "代码"), Column("since", "since", "起"), Column("until", "until", "止"),
        Column("reason", "why", "原因", "word"), Column("sources", "sources", "来源", "list"),
    )  # fmt: skip
    print_table(rows, columns, app.language, sys.stdout, title=app.say("Planned fetches", "抓取计划"))


def _choice(
    app: App, until: str | None, symbols: "Sequence[str]", since: str | None, sources: "Sequence[str]",
    trust: str | None,
) -> "Choice":  # fmt: skip
    from watchlist.queries.planned import Choice

    last = past(date_of(until, "--until"), "--until", app)
    again: dt.date | None = past(date_of(since, "--since"), "--since", app)
    wanted = _named(app, symbols)
    return Choice(last, wanted, again, tuple(sources), trust)


def _named(app: App, symbols: "Sequence[str]") -> tuple[str, ...]:
    from watchlist.cli.answers import resolved
    from watchlist.ledger.lookup import load_lookup

    if not symbols:
        return ()
    try:
        return tuple(map(load_lookup(app.home).find, symbols))
    except UnknownSymbol:
        if not app.database.exists():
            raise
        with app.reading() as connection:
            return resolved(app, connection, symbols)


def _known_sources(sources: "Mapping[str, Source]", choice: "Choice") -> "Mapping[str, Source]":
    """Refuse a source that is none, and one to be trusted that does not have the security."""
    for name in choice.sources:
        _refuse_other("--source", name, list(sources))
    if choice.trust is not None:
        having = [name for name, one in sources.items() if all(map(one.serves, choice.symbols))]
        _refuse_other("--trust", choice.trust, having)
    return sources


def _refuse_other(of: str, name: str, known: "Sequence[str]") -> None:
    if name not in known:
        listed = ", ".join(known) or "–"
        raise UnknownWord(option=of, text=name, hint=Words(f" Known: {listed}.", f"可用：{listed}。"))


def _decide(app: App, confirm: "Sequence[int]", dismiss: "Sequence[int]") -> None:
    from watchlist.steps.update import decide
    from watchlist.storage.database import writing

    with writing(app.own_database) as database:
        for number in (*confirm, *dismiss):
            words = decide(database, number, app.now, confirm=number in confirm)
            app.tell(words.en, words.zh)
