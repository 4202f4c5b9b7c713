"""A stand-in market on the real calendars, a home whose ledger speaks of it, and what of it is stored."""

import datetime as dt
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.cli.small_world import report
from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from tests.fake_exchange.world import Security, World, made_up_world
from watchlist.domain.calendars import Hours, scheduled
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.home import Home
from watchlist.ledger.settings import load_settings
from watchlist.queries.planned import Choice
from watchlist.sources.asking import Watch
from watchlist.sources.contract import Source
from watchlist.steps.record import record
from watchlist.steps.update import Reach, UpdateResult, update
from watchlist.storage.database import writing

ROOT: Final = Path(__file__).resolve().parents[3]
FIRST: Final = dt.date(2026, 1, 5)
PUBLISHED: Final = dt.date(2026, 6, 1)
NAMES: Final = {
    "000300.SH": "沪深300",
    "HSI.HI": "恒生指数",
    "SPX.GI": "标普500",
    "801760.SI": "传媒(申万)",
    "H00300.CSI": "300收益",
    "600000.SH": "浦发银行",
    "000001.SZ": "平安银行",
    "688981.SH": "中芯国际",
    "00700.HK": "腾讯控股",
    "AAPL.US": "苹果",
    "801010.SI": "农林牧渔(申万)",
    "930713.CSI": "CS人工智",
}
RECOMMENDED: Final = ("600000.SH", "000001.SZ", "688981.SH", "00700.HK", "AAPL.US")
TRACKED: Final = tuple(symbol for symbol in NAMES if symbol not in {"801010.SI", "930713.CSI"})
INDICES: Final = tuple(symbol for symbol in TRACKED if symbol not in RECOMMENDED)
_HOURS: Final = {
    "CN": Hours("XSHG", "Asia/Shanghai", dt.time(9, 15), dt.time(15, 30)),
    "HK": Hours("XHKG", "Asia/Hong_Kong", dt.time(9, 0), dt.time(16, 30)),
    "US": Hours("XNYS", "America/New_York", dt.time(9, 30), dt.time(16, 30)),
}
# Faults that cost no waiting.
MISHAPS: Final = (
    "drop",
    "reset",
    "short",
    "cut",
    "html",
    "status",
    "empty",
    "stale",
    "scale",
    "shift",
    "restate",
    "gap",
)
SETTINGS: Final = """\
[history]
days = {days}
[update]
call_seconds = 2
budget_seconds = {budget}
[markets.CN]
also = ["801760.SI", "H00300.CSI"]
{cn}
[markets.HK]
{hk}
[markets.US]
also = []
{us}
"""


def sessions_of(market: str, last: dt.date, first: dt.date = FIRST) -> list[dt.date]:
    """List a market's sessions; beyond the known years, weekdays."""
    found, _ = scheduled(_HOURS[market], first, last)
    return [day.item() for day in found]


def market_world(last: dt.date, names: Mapping[str, str] = NAMES, first: dt.date = FIRST) -> World:
    """Make up a history for every security, each on the sessions of its own market; shares pay a dividend in July."""
    securities: dict[str, Security] = {}
    for place in _HOURS:
        inside = {symbol: name for symbol, name in names.items() if market_of(symbol) == place}
        securities |= made_up_world(inside, sessions_of(place, last, first)).securities
    weekdays = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    rates = made_up_world({"HKDCNY.FX": "港元人民币"}, [day for day in weekdays if day.weekday() < 5])
    return World(securities | dict(rates.securities), tuple(sessions_of("CN", last, first)))


def after(day: dt.date) -> dt.datetime:
    """Give a moment at which ``day`` is the last closed session everywhere: 05:00 UTC of the day after."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(5), dt.UTC)


@dataclass(slots=True)
class Clock:
    """A clock that only sleeping and calls move: a call takes ``each`` seconds."""

    each: float = 0.0
    seconds: float = 0.0
    slept: float = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Pass the time."""
        self.seconds += seconds
        self.slept += seconds

    @property
    def watch(self) -> Watch:
        """Give it as an update takes it."""
        return Watch(self, self.sleep, lambda: 0.5)


@dataclass(frozen=True, slots=True)
class Desk:
    """A home in front of the stand-in."""

    home: Home
    exchange: FakeExchange
    sources: Mapping[str, Source]

    @property
    def path(self) -> Path:
        """Give the path of the database."""
        return self.home.database

    def order(self, *, budget: int = 600, days: int = 20, **orders: Sequence[str]) -> None:
        """Write the user's own settings: ``cn=("sina", "tencent")`` puts sources into that order."""
        lines = {
            place: f"sources.shares = {list(orders[place])}\nsources.indices = {list(orders[place])}"
            if orders.get(place)
            else ""
            for place in ("cn", "hk", "us")
        }
        local = self.home.config / "local"
        local.mkdir(exist_ok=True)
        (local / "settings.toml").write_text(SETTINGS.format(budget=budget, days=days, **lines), "utf-8")

    def update(
        self,
        day: dt.date,
        *symbols: str,
        now: dt.datetime | None = None,
        reach: Reach | None = None,
        choice: Choice | None = None,
    ) -> UpdateResult:
        """Let a day be the last closed one and update, some securities or all."""
        self.exchange.today = day
        moment = now or after(day)
        with writing(self.path) as database:
            record(database, self.home, moment)
            wanted = choice or Choice(symbols=symbols)
            given = reach or Reach(watch=Clock().watch)
            return update(
                database, self.home, load_settings(self.home), self.sources, moment, choice=wanted, reach=given
            )

    def trust(self, day: dt.date, symbol: str = "801760.SI", source: str = "shenwan") -> UpdateResult:
        """Let a person take a source's word for a security that no other has."""
        return self.update(day, choice=Choice(symbols=(symbol,), trust=source))

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def stored(self, symbol: str) -> dict[str, tuple[object, ...]]:
        """Give the stored bars of a security by session: open, high, low and close."""
        rows = self.rows("select session, open, high, low, close from bars where symbol = ?", symbol)
        return {str(row[0]): tuple(row[1:]) for row in rows}

    def truth(self, symbol: str, since: dt.date, until: dt.date) -> dict[str, tuple[object, ...]]:
        """Give the exchange's own bars."""
        rows = self.exchange.world.securities[symbol].rows
        return {str(r.day): (r.open, r.high, r.low, r.close) for r in rows if since <= r.day <= until}

    def paid(self, symbol: str) -> list[tuple[object, ...]]:
        """Give the stored actions of a security: ex-date, cash and split."""
        return self.rows("select ex_date, cash, split from actions where symbol = ? order by ex_date", symbol)

    def unlike(self, symbol: str, until: dt.date, since: dt.date | None = None) -> tuple[list[str], list[str]]:
        """List the sessions that are stored otherwise than the exchange has them, and those that are not stored."""
        begin = since or PUBLISHED - dt.timedelta(days=20)
        stored, truth = self.stored(symbol), self.truth(symbol, begin, until)
        wrong = [day for day, bar in stored.items() if not _same(bar, truth.get(day))]
        return wrong, [day for day in truth if day not in stored]


def make_home(folder: Path, published: dt.date = PUBLISHED) -> Home:
    """Lay out a home whose one report recommends shares of all three markets."""
    config = folder / "config"
    (config / "reports").mkdir(parents=True)
    (config / "settings.toml").write_text((ROOT / "config" / "settings.toml").read_text("utf-8"), "utf-8")
    lines = ["symbol,name,listed,delisting_period_from,delisted,names", *(f"{s},{n},,,," for s, n in NAMES.items())]
    (config / "securities.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (config / "watchlist.toml").write_text("# nobody is watched\n", "utf-8")
    words = report(str(published), recommended={symbol: NAMES[symbol] for symbol in RECOMMENDED})
    (config / "reports" / "first.toml").write_text(words, "utf-8")
    return Home(folder)


def without_events(world: World, symbol: str) -> World:
    """Give the world with one security that never paid anything."""
    one = world.securities[symbol]
    return World({**world.securities, symbol: replace(one, events=())}, world.days)


def _same(stored: tuple[object, ...], true: tuple[object, ...] | None) -> bool:
    """Say whether a stored bar is the exchange's; a total-return index has a close and nothing else."""
    return true is not None and all(a is None or a == b for a, b in zip(stored, true, strict=True))


def simulate(desk: Desk, days: Sequence[dt.date], seed: int, share: float = 0.05) -> Counter[str]:
    """Live through days of updates while a share of all requests meets a fault of any kind; count them by kind."""
    rolled = random.Random(seed)  # noqa: S311 - made-up mishaps, the same every time
    met: Counter[str] = Counter()

    class Mishaps(list[Fault]):
        """Rolls the dice at every request."""

        def __iter__(self) -> Iterator[Fault]:
            if rolled.random() < share:
                kind = rolled.choice(MISHAPS)
                met[kind] += 1
                yield Fault(kind, ".", 1, status=rolled.choice((429, 502)))

    for day in days:
        desk.exchange.faults = Mishaps()
        desk.update(day)
    desk.exchange.faults = []
    return met
