"""Settings: markets, the entry rule, horizons, price limits, sectors; ``settings.toml`` and the user's own over it."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from watchlist.domain.errors import Words
from watchlist.domain.symbols import CurrencyName, MarketName
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.fields import Benchmark, Entry, Fraction, Listed, Symbol, Text, refuse_repeated
from watchlist.ledger.home import Home
from watchlist.ledger.problems import Fault, did_you_mean
from watchlist.ledger.toml_file import load_layers

Board = Literal["main", "chinext", "star", "bse", "b_share", "fund", "hk", "us"]
SourceName = Literal["tencent", "sina", "eastmoney", "shenwan", "csindex", "yahoo", "files", "simulated"]
NAME: Final = "settings.toml"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Fault(
            Words(f'"{name}" is no time zone such as Asia/Shanghai', f"“{name}”不是 Asia/Shanghai 这样的时区")
        ) from None
    return name


def _limit(given: Any) -> Any:  # noqa: ANN401 - whatever the file holds
    if isinstance(given, str) and given != "none":
        raise Fault(Words('must be a whole percent or "none"', '必须是整数百分比或 "none"'))
    return None if given == "none" else given


def _times(given: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever the file holds
    if info.mode == "json":
        return [dt.time.fromisoformat(text) for text in given]
    if isinstance(given, list | tuple):
        return given
    if not isinstance(given, dt.time):
        en = "must be a time such as 09:15:00, without quotes, or a list of times"
        raise Fault(Words(en, "必须是时刻（如 09:15:00，不加引号）或时刻的列表"))
    return [given]


# One time, or several: a first try and its retries.
Times = Annotated[Listed[dt.time], BeforeValidator(_times)]


class Costs(Entry):
    """What a purchase and its sale cost, as fractions of the amount traded."""

    commission: Fraction
    stamp_duty_buy: Fraction
    stamp_duty_sale: Fraction
    slippage: Fraction


class Sources(Entry):
    """Price sources in the order they are asked, for shares and funds and for indices."""

    shares: Annotated[Listed[SourceName], Field(min_length=1)]
    indices: Annotated[Listed[SourceName], Field(min_length=1)]


class Market(Entry):
    """A market: its sessions, its benchmark (基准), its hours and its costs.

    Attributes:
        also: further indices and funds whose bars are kept too.
        cutoff: what is published before this moment of a session can be bought at its open.
        final_after: the session's bar is final after this time (both in ``timezone``).
        closed, opened: days that the calendar library does not know to be closed, or to be sessions.
    """

    calendar: Text
    timezone: Annotated[str, AfterValidator(_zone)]
    benchmark: Benchmark
    also: Listed[Symbol] = ()
    cutoff: dt.time
    final_after: dt.time
    closed: Listed[dt.date] = ()
    opened: Listed[dt.date] = ()
    currency: CurrencyName
    sources: Sources
    costs: Costs

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.final_after <= self.cutoff:
            raise Fault(Words("final_after must be later than cutoff", "final_after 必须晚于 cutoff"))
        return self


class EntryRule(Entry):
    """How a recommendation is bought: at the ``open`` or ``close`` of the first session it could be."""

    rule: Literal["open", "close"]
    max_wait: Annotated[int, Field(ge=1, le=250)]


class Horizons(Entry):
    """The holding periods (持有期) that are measured, in sessions and in calendar months."""

    sessions: Listed[Annotated[int, Field(ge=1, le=5000)]]
    months: Listed[Annotated[int, Field(ge=1, le=240)]]
    default: str

    @property
    def keys(self) -> tuple[str, ...]:
        """List the keys that the database and the exports use: ``5 20 … 1m 3m …``."""
        return (*map(str, self.sessions), *(f"{months}m" for months in self.months))

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        refuse_repeated(self.keys, Words("horizon", "持有期 "))
        if self.default not in self.keys:
            what = Words(f'"{self.default}" is none of the horizons', f"“{self.default}”不在持有期之列")
            raise Fault(what, did_you_mean(self.default, self.keys), at=("default",))
        return self


class Calls(Entry):
    """How long a call lives when no scale says so."""

    default_months: Annotated[int, Field(ge=1, le=120)]


class History(Entry):
    """How many days before the first publication bars are kept."""

    days: Annotated[int, Field(ge=0, le=20_000)]


class Update(Entry):
    """What one update may take.

    Attributes:
        budget_seconds: altogether.
        call_seconds: a single call to a source.
        tries: how often a call that fails is made altogether.
        cool_down_hours: for how long a host that refused us is left alone, and one that cannot be reached goes last.
    """

    budget_seconds: Annotated[int, Field(ge=1)]
    call_seconds: Annotated[int, Field(ge=1)]
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    cool_down_hours: Annotated[int, Field(ge=0, le=240)] = 24


class Backup(Entry):
    """How many days, weeks and months keep their last backup, and after how many days ``check`` misses a new one."""

    daily: Annotated[int, Field(ge=1, le=366)] = 7
    weekly: Annotated[int, Field(ge=0, le=520)] = 5
    monthly: Annotated[int, Field(ge=0, le=1200)] = 12
    missed_after_days: Annotated[int, Field(ge=1, le=3660)] = 8


class Log(Entry):
    """How much of its log `run` keeps.

    Attributes:
        megabytes: a file at most; then the next one is begun.
        files: how many old ones stay.
    """

    megabytes: Annotated[int, Field(ge=1, le=1000)] = 5
    files: Annotated[int, Field(ge=0, le=100)] = 5


class Notify(Entry):
    """Whom `run` may tell, and how often.

    Attributes:
        schemes: the kinds of addresses that are allowed.
        cool_down_hours: the same failure is told again after so long.
        seconds: what one address may take.
        summary: whether a day's work is told when nothing is wrong.
    """

    schemes: Listed[Text] = ("wecombot", "dingtalk", "feishu", "lark", "tgram", "mailto", "mailtos")
    cool_down_hours: Annotated[int, Field(ge=0, le=240)] = 12
    seconds: Annotated[int, Field(ge=1, le=300)] = 30
    summary: bool = True


class ReadingTime(Entry):
    """How many seconds the reading of one report may take before it is given up."""

    seconds: Annotated[float, Field(gt=0, le=3600)] = 30


class Limit(Entry):
    """A row of the price limit table (涨跌幅限制), in force from a date on.

    Attributes:
        st: whether the row is for ST and *ST shares; without such a row they follow the board's own.
        limit: whole percent; ``None`` where there is no limit.
        free_sessions: the first sessions after listing that have no limit.
        tick: the smallest step of a price.
    """

    board: Board
    st: bool
    since: dt.date = Field(alias="from")
    limit: Annotated[Annotated[int, Field(ge=1, le=100)] | None, BeforeValidator(_limit)]
    free_sessions: Annotated[int, Field(ge=0, le=60)]
    tick: Annotated[float, Field(gt=0, le=1)]


class ShareCount(Entry):
    """How many shares of a security there are (股本), from a day on until its next row; a later split multiplies them.

    Attributes:
        total: all of them; ``free_float`` those that trade freely. One of both at least.
    """

    symbol: Symbol
    since: dt.date = Field(alias="from")
    total: Annotated[float, Field(gt=0)] | None = None
    free_float: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if self.total is None and self.free_float is None:
            raise Fault(Words("give total, free_float or both", "请给出 total、free_float 或两者"))
        if self.total is not None and self.free_float is not None and self.free_float > self.total:
            raise Fault(Words("free_float is more than total", "free_float 大于 total"), at=("free_float",))
        return self


class Sector(Entry):
    """A sector's stand-ins (RULES 34), the best first: the first that has prices is used."""

    name: Text
    symbols: Annotated[Listed[Symbol], Field(min_length=1)]


class Changes(Entry):
    """What of a day is news: a total return since the time before of so much or more, as a fraction, up or down."""

    move: Annotated[float, Field(gt=0, le=10)] = 0.05


class Settings(Entry):
    """Everything that ``settings.toml`` holds."""

    language: Literal["auto", "zh", "en"]
    colours: Literal["auto", "red-up", "green-up"]
    markets: dict[MarketName, Market]
    entry: EntryRule
    horizons: Horizons
    calls: Calls
    history: History
    update: Update
    changes: Changes = Changes()
    schedule: dict[MarketName, Times]
    log: Log = Log()
    notify: Notify = Notify()
    backup: Backup = Backup()
    reading: ReadingTime = ReadingTime()
    limits: Annotated[Listed[Limit], Field(min_length=1)]
    sectors: Listed[Sector] = ()
    shares: Listed[ShareCount] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        refuse_repeated((f"{one.symbol} {one.since}" for one in self.shares), Words("share count", "股本 "), "shares")
        _check_markets(self.markets)
        _check_limits(self.limits)
        _check_schedule(self.schedule, self.markets)
        refuse_repeated((sector.name for sector in self.sectors), Words("sector", "板块"), "sectors")
        return self

    def stand_ins(self, sector: str) -> tuple[str, ...]:
        """List the symbols that stand for a sector, best first; empty when settings name none."""
        return next((row.symbols for row in self.sectors if row.name == sector.strip()), ())


def load_settings(home: Home) -> Settings:
    """Read the settings, the user's own laid over the tracked ones key by key; a list is taken whole.

    Raises:
        ConfigProblem: one sentence naming file, key and the nearest right word.
    """
    return load_layers(home, NAME, Settings)


def _check_markets(markets: Mapping[MarketName, Market]) -> None:
    for name, market in markets.items():
        if market_of(market.benchmark) != name:
            what = Words(f"{market.benchmark} is of another market", f"{market.benchmark} 属于另一个市场")
            raise Fault(what, at=("markets", name, "benchmark"))
    for name in get_args(MarketName):
        if name not in markets:
            raise Fault(Words("this market is missing", "缺少该市场"), at=("markets", name))


def _check_schedule(schedule: Mapping[MarketName, tuple[dt.time, ...]], markets: Mapping[MarketName, Market]) -> None:
    for name, times in schedule.items():
        final = markets[name].final_after
        for before, time in pairwise((final, *times)):
            if time <= before:
                en = f"{time} is not after {before}: times ascend, the first after final_after ({final})"
                zh = f"{time} 不晚于 {before}：时刻须递增，首个晚于 final_after（{final}）"
                raise Fault(Words(en, zh), at=("schedule", name))


def _check_limits(limits: tuple[Limit, ...]) -> None:
    newest: dict[tuple[str, bool], dt.date] = {}
    for position, row in enumerate(limits):
        key = (row.board, row.st)
        if key in newest and row.since <= newest[key]:
            en = f"{row.since} is not after the row of {row.board} before it ({newest[key]})"
            zh = f"{row.since} 不晚于 {row.board} 的前一行（{newest[key]}）"
            raise Fault(Words(en, zh), at=("limits", position, "from"))
        newest[key] = row.since
