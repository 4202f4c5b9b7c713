"""How a query is asked and answered on the command line: the same filters and the same outputs everywhere."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from watchlist.cli.app import App, current, option, past, shared
from watchlist.domain.errors import UnknownSymbol, UnknownWord, UsageMistake, Words, counted
from watchlist.domain.symbols import CURRENCIES, MARKETS
from watchlist.domain.typed import date_of, in_order, moment_of, periods_of

if TYPE_CHECKING:
    import sqlite3

    from watchlist.output.columns import Column
    from watchlist.output.table import Curves
    from watchlist.queries.recommendations import Filters
    from watchlist.queries.situation import Situation

F = TypeVar("F", bound=Callable[..., Any])
_NAMED = 3  # shares that are named before the rest is only counted


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a query as typed."""

    theme: str | None
    broker: str | None
    symbol: tuple[str, ...]
    since: str | None
    until: str | None
    as_of: str | None
    known_at: str | None
    horizon: str | None
    benchmark: str | None
    currency: str | None
    analyst: str | None
    market: str | None
    status: str | None
    rating: str | None
    direction: str | None
    period: str | None
    columns: str | None
    form: str | None
    output: Path | None


class UnknownForm(UsageMistake):
    """A file's ending names no format."""

    en = "{path} does not say which format to write: end it in .csv, .json or .jsonl."
    zh = "无法从 {path} 判断格式：请以 .csv、.json 或 .jsonl 结尾。"


def query(command: F) -> F:
    """Give a command the filters and outputs of every query, gathered into one argument ``asked``."""

    def gathered(*args: Any, **options: Any) -> Any:  # noqa: ANN401  (click's own)
        names = Asked.__dataclass_fields__
        own = {name: value for name, value in options.items() if name not in names}
        asked = Asked(**{name: options.get(name) for name in names})  # type: ignore[arg-type]
        return command(*args, asked=asked, **own)

    gathered.__name__, gathered.__doc__ = command.__name__, command.__doc__
    decorated: Any = gathered
    for decorate in reversed(_OPTIONS):
        decorated = decorate(decorated)
    params = getattr(command, "__click_params__", [])
    decorated.__click_params__ = [*params, *decorated.__click_params__]
    result: F = shared(decorated)
    return result


def query_without(*names: str) -> Callable[[F], F]:
    """Give a command the filters and outputs of every query but some, by the name of their argument."""

    def decorate(command: F) -> F:
        made = query(command)
        parameters: list[click.Parameter] = made.__click_params__  # type: ignore[attr-defined]
        made.__click_params__ = [one for one in parameters if one.name not in names]  # type: ignore[attr-defined]
        return made

    return decorate


_DATE = {"metavar": "DATE"}
_OPTIONS = (
    option(
        "--theme", metavar="THEME", en="Only this theme: id, name or printed name.", zh="只看该主题：id、名称或原文名。"
    ),
    option("--broker", metavar="BROKER", en="Only this broker.", zh="只看该券商。"),
    option(
        "--symbol",
        multiple=True,
        metavar="SYMBOL",
        en="Only this security; may be repeated.",
        zh="只看该证券，可重复。",
    ),
    option("--since", **_DATE, en="Published on this day or later.", zh="该日及之后发布。"),
    option("--until", **_DATE, en="Published on this day or earlier.", zh="该日及之前发布。"),
    option("--as-of", **_DATE, en="Use sessions up to this day.", zh="只用到该日为止的交易日。"),
    option("--known-at", metavar="TIME", en="Use only what was recorded by then.", zh="只用该时刻之前已记录的内容。"),
    option(
        "--horizon",
        metavar="H",
        en="Horizon of groups: 20 (sessions), 6m (months).",
        zh="分组所用持有期：20（交易日）、6m（月）。",
    ),
    option("--benchmark", metavar="INDEX", en="Measure against this index.", zh="以该指数为基准。"),
    option(
        "--currency",
        type=click.Choice(CURRENCIES),
        en="Count returns in this currency.",
        zh="以该货币计算收益。",
    ),
    option("--analyst", metavar="NAME", en="Only this analyst: name or licence.", zh="只看该分析师：姓名或执业编号。"),
    option("--market", type=click.Choice(MARKETS), en="Only this market.", zh="只看该市场。"),
    option(
        "--status",
        metavar="WORD",
        en="Only this status: running, delisted, stale …",
        zh="只看该状态：running、delisted、stale 等。",
    ),
    option("--rating", metavar="WORD", en="Only this rating or strength.", zh="只看该评级或推荐力度。"),
    option(
        "--direction",
        type=click.Choice(["1", "0", "-1"]),
        en="1 buy, 0 neutral, -1 sell.",
        zh="1 看多，0 中性，-1 看空。",
    ),
    option(
        "--period",
        metavar="1w,1m,…",
        en="Periods side by side: 1w,1m,3m,6m,ytd,1y,since.",
        zh="并列区间收益：1w,1m,3m,6m,ytd,1y,since。",
    ),
    option("--columns", metavar="KEYS", en="Columns of the table, by JSON key.", zh="表格列，以 JSON 键名列出。"),
    option("--table", "form", flag_value="table", en="A table (the default).", zh="表格（默认）。"),
    option("--csv", "form", flag_value="csv", en="CSV with every value.", zh="含全部字段的 CSV。"),
    option("--json", "form", flag_value="json", en="JSON; fractions, ISO dates.", zh="JSON；小数、ISO 日期。"),
    option("--jsonl", "form", flag_value="jsonl", en="One JSON object a line.", zh="每行一个 JSON。"),
    option(
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        en="Write to a file; its ending names the format.",
        zh="写入文件，格式由扩展名决定。",
    ),
)


def resolved(app: App, connection: "sqlite3.Connection", texts: Sequence[str]) -> tuple[str, ...]:
    """Turn typed securities into symbols: of a list, of the database, or just put on the watchlist.

    Raises:
        UnknownSymbol, AmbiguousSymbol: as :meth:`Answering.resolve`.
    """
    from watchlist.ledger.lookup import load_lookup
    from watchlist.ledger.watch import load_watchlist
    from watchlist.storage.health import named_in

    if not texts:
        return ()
    known = load_lookup(app.home, named_in(connection))
    try:
        return tuple(known.find(text) for text in texts)
    except UnknownSymbol:
        watched = known.among([entry.symbol for entry in load_watchlist(app.home)])
        return tuple(watched.find(text) for text in texts)


@dataclass(frozen=True)
class Answering:
    """A query being answered: the database open, the situation loaded on demand."""

    app: App
    asked: Asked
    connection: "sqlite3.Connection"

    def resolve(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Turn typed securities into symbols.

        Raises:
            UnknownSymbol: one is unknown; the nearest names are in the sentence.
            AmbiguousSymbol: one may be two.
        """
        return resolved(self.app, self.connection, texts)

    def situation(self, symbols: Sequence[str] = ()) -> "Situation":
        """Load what the question is answered from."""
        from watchlist.queries.situation import When, load_situation

        as_of = past(date_of(self.asked.as_of, "--as-of"), "--as-of", self.app) or self.app.today
        when = When(as_of, moment_of(self.asked.known_at, "--known-at"))
        benchmark = self.resolve([self.asked.benchmark])[0] if self.asked.benchmark else None
        return load_situation(
            self.connection,
            self.app.settings,
            when,
            symbols=symbols,
            benchmark=benchmark,
            horizon=self.asked.horizon,
            currency=self.asked.currency,
        )

    def filters(self, statuses: Sequence[str] | None = None) -> "Filters":
        """Read the filters.

        Args:
            statuses: the words that ``--status`` may be, those of recommendations and calls where not given.

        Raises:
            DatesApart: ``--since`` lies after ``--until``.
        """
        from watchlist.queries.recommendations import STATUSES, Filters

        since, until = date_of(self.asked.since, "--since"), date_of(self.asked.until, "--until")
        in_order(("--since", since), ("--until", until))
        words = statuses or STATUSES
        if self.asked.status is not None and self.asked.status not in words:
            known = ", ".join(words)
            raise UnknownWord(
                option="--status", text=self.asked.status, hint=Words(f" Known: {known}.", f"可用：{known}。")
            )
        return Filters(
            theme=self.asked.theme,
            broker=self.asked.broker,
            symbols=self.resolve(self.asked.symbol),
            since=since,
            until=until,
            analyst=self.asked.analyst,
            market=self.asked.market,
            status=self.asked.status,
            rating=self.asked.rating,
            direction=None if self.asked.direction is None else int(self.asked.direction),
        )

    def give(
        self,
        rows: list[dict[str, Any]],
        columns: "tuple[Column, ...]",
        situation: "Situation",
        *,
        title: tuple[str, str],
        caption: tuple[str, str] = ("", ""),
        curves: "Callable[[], Curves] | None" = None,
    ) -> None:
        """Write the answer the way it was asked for; ``curves`` is asked for a table alone."""
        from watchlist.output.interchange import rendered, write_text

        periods_of(self.asked.period, "--period")  # a word that is none is said, whatever is written
        marked = [{"simulated": True, **row} for row in rows] if situation.simulated else rows
        path = self.asked.output
        if path is not None:
            form = self.asked.form or path.suffix.lstrip(".").lower()
            if form not in {"csv", "json", "jsonl"}:
                raise UnknownForm(path=path)
            write_text(path, rendered(marked, form), encoding="utf-8-sig" if form == "csv" else "utf-8")
            self.app.tell(f"{counted(len(rows), 'row')} written to {path}", f"已将 {len(rows)} 行写入 {path}")
        elif self.asked.form in {"csv", "json", "jsonl"}:
            click.echo(rendered(marked, self.asked.form or "json"), nl=False)
        elif rows:
            words = (self.app.say(*title), self.app.say(*caption))
            self._table(rows, columns, situation, words, {} if curves is None else curves())
        else:
            self.app.tell("Nothing fits these filters.", "没有符合条件的内容。")

    def _table(
        self,
        rows: list[dict[str, Any]],
        columns: "tuple[Column, ...]",
        situation: "Situation",
        words: tuple[str, str],
        curves: "Curves",
    ) -> None:
        from watchlist.output.columns import by_paths, with_periods
        from watchlist.output.table import print_table

        periods = periods_of(self.asked.period, "--period")
        shown = with_periods(columns, periods) if periods else columns
        if self.asked.columns:
            shown = by_paths(tuple(name.strip() for name in self.asked.columns.split(",") if name.strip()), rows[0])
        mark = self.app.say("SIMULATED · ", "SIMULATED 模拟行情 · ") if situation.simulated else ""
        print_table(
            rows,
            shown,
            self.app.language,
            sys.stdout,
            title=mark + words[0],
            caption=self.app.say(" ", "").join(part for part in (words[1], self._freshness(situation)) if part),
            colours=self.app.settings.colours,
            curves=curves,
        )

    def _freshness(self, situation: "Situation") -> str:
        """Say how far the prices reach and whose do not; whoever reads a number reads its age."""
        from watchlist.queries.freshness import freshness

        fresh = freshness(situation)
        reach = " · ".join(f"{market} {session}" for market, session in fresh.sessions.items()) or "–"
        words = [self.app.say(f"Prices up to {reach}.", f"行情截至 {reach}。")]
        for symbols, en, zh in (
            (fresh.stale, "Stale (bars end earlier)", "过期（行情提前中断）"),
            (fresh.missing, "Without a price", "无行情"),
            (
                fresh.closes_only,
                "Bought at closes alone (no opens; price limits not applied)",
                "仅有收盘价（无开盘价，未应用涨跌停限制）",
            ),
            (
                fresh.adjusted,
                "Adjusted prices (on no tick; no price limit can be told)",
                "复权价格（不在最小变动单位上，无法判断涨跌停）",
            ),
        ):
            if symbols:
                some = " ".join(symbols[:_NAMED]) + (" …" if len(symbols) > _NAMED else "")
                many = counted(len(symbols), "share")
                words.append(self.app.say(f"{en}: {many}, {some}.", f"{zh}：{len(symbols)} 只，{some}。"))
        return self.app.say(" ", "").join(words)


@contextmanager
def answering(asked: Asked) -> Iterator[Answering]:
    """Open the database for one query."""
    app = current()
    with app.reading() as connection:
        yield Answering(app, asked, connection)
