"""Years of `run` on a made-up machine: the loop, what is due, the day's work and the database are the true ones.

Whatever goes wrong is drawn from a seed: the machine sleeps for hours or days, the process dies in the middle of its
work, sources fail, indices are late, the clock jumps ahead and back, the time zone changes, a person runs the day by
hand. At the end every session must have been done exactly once, and every bar be there.
"""

import datetime as dt
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

import exchange_calendars
import pandas as pd

from tests.cli.small_world import SETTINGS, World, report
from tests.soak.simulated_time import SimulatedTime
from watchlist.domain.symbols import board, market
from watchlist.ledger.home import Home
from watchlist.ledger.settings import load_settings
from watchlist.queries.planned import Choice
from watchlist.sources.asking import Watch
from watchlist.sources.contract import Actions, ActionsOutcome, Bars, BarsOutcome, Failed, NoData, Source
from watchlist.steps.clock import confirm_clock
from watchlist.steps.daily import daily
from watchlist.steps.run import Clock, Event, Runner, Task, Worked
from watchlist.steps.update import Reach
from watchlist.storage.database import writing
from watchlist.storage.heartbeat import Pulse

ZONES: Final = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe")
CALENDARS: Final = {"CN": "XSHG", "HK": "XHKG", "US": "XNYS"}
CLOSES: Final = {"CN": ("Asia/Shanghai", 15), "HK": ("Asia/Hong_Kong", 16), "US": ("America/New_York", 16)}
INDICES: Final = {"CN": "000300.SH", "HK": "HSI.HI", "US": "SPX.GI"}
SHARES: Final = {"600000.SH": "浦发银行", "00700.HK": "腾讯控股", "AAPL.US": "苹果"}
SECURITIES: Final = "symbol,name,listed,delisting_period_from,delisted,names\n" + "".join(
    f"{symbol},{name},2000-01-04,,,\n" for symbol, name in SHARES.items()
)
# The program's own list takes longer to read than everything else of a small day.
RATINGS: Final = '[verbs]\nrecommend = ["推荐"]\n[usual]\n"推荐" = 1\n'
COLUMNS: Final = ["session", "open", "high", "low", "close", "volume"]


class Died(BaseException):
    """The process was killed: nothing after it ran."""


@dataclass(frozen=True)
class Mishaps:
    """How often what goes wrong: chances a day, but for ``failing`` (a security in an hour) and ``late`` (an index)."""

    sleeps: float = 0.22
    crashes: float = 0.02
    failing: float = 0.05
    late: float = 0.10
    jumps: float = 0.03
    by_hand: float = 0.05


class SimulatedMarket:
    """A source's view of three markets: bars that exist from the close on; it fails now and then."""

    name: ClassVar[str] = "sina"
    simulated: ClassVar[bool] = False

    def __init__(self, machine: SimulatedTime, seed: int, mishaps: Mishaps) -> None:
        self._machine, self._seed, self._mishaps = machine, seed, mishaps
        self.calls = self.failed = 0

    def serves(self, symbol: str) -> bool:
        return not symbol.endswith(".FX")

    def reachable(self) -> bool:
        return True

    def bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        self.calls += 1
        hour = self._machine.true.strftime("%Y%m%d%H")
        if drawn(f"{self._seed} {symbol} {hour}").random() < self._mishaps.failing:
            self.failed += 1
            return Failed("simulated failure", waited=True)
        sessions = [day for day in self._there(symbol) if since <= day <= until]
        if not sessions:
            return NoData("nothing in that range")
        rows = [(day.isoformat(), *price(symbol, day)) for day in sessions]
        return Bars(pd.DataFrame(rows, columns=COLUMNS))

    def actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        del symbol, since, until
        return Actions(())

    def _there(self, symbol: str) -> list[dt.date]:
        """List the sessions that have closed by true time; the newest of an index may be late by two hours."""
        name = market(symbol)
        zone, hour = CLOSES[name]
        local = self._machine.true.astimezone(ZoneInfo(zone))
        days = [day for day in sessions_of(name) if day < local.date() or (day == local.date() and local.hour >= hour)]
        if board(symbol) == "index" and days and days[-1] == local.date():
            late = drawn(f"{self._seed} late {symbol} {days[-1]}").random() < self._mishaps.late
            if late and local.hour < 20:
                return days[:-1]
        return days


class SecondMarket(SimulatedMarket):
    """Another source with the same bars, which fails in the same hours."""

    name: ClassVar[str] = "yahoo"


def drawn(seed: str) -> random.Random:
    """Draw chances that are the same every time."""
    return random.Random(seed)  # noqa: S311 - nothing secret is drawn


def price(symbol: str, day: dt.date) -> tuple[float, float, float, float, float]:
    """Make a bar that two sources agree on: it rises a cent a session from where its name puts it."""
    start = 10 + sum(symbol.encode()) % 40
    close = round(start + 0.01 * (day.toordinal() % 500), 2)
    return close, round(close + 0.1, 2), round(close - 0.1, 2), close, 1000.0


_KNOWN: dict[str, list[dt.date]] = {}


def sessions_of(name: str) -> list[dt.date]:
    """Give a market's true sessions, straight from the calendar library."""
    if name not in _KNOWN:
        calendar = exchange_calendars.get_calendar(CALENDARS[name])
        _KNOWN[name] = [stamp.date() for stamp in calendar.sessions]
    return _KNOWN[name]


@dataclass
class Years:
    """A simulation under way, and what it counted."""

    folder: Path
    start: dt.datetime
    end: dt.datetime
    seed: int = 1
    mishaps: Mishaps = field(default_factory=Mishaps)
    zones: tuple[str, ...] = ZONES
    tick: int = 900
    counted: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = drawn(str(self.seed))
        self.machine = SimulatedTime(self.start, self.zones[0])
        self.world = self._lay_out()
        self.home = Home(self.world.home)
        self.settings = load_settings(self.home)
        self.markets = [kind(self.machine, self.seed, self.mishaps) for kind in (SimulatedMarket, SecondMarket)]
        self.sources: dict[str, Source] = {one.name: one for one in self.markets}
        self._deadly: int | None = None
        self._back: list[tuple[dt.datetime, dt.timedelta]] = []
        self._stop = False
        self._moved = 0

    def run(self) -> "Years":
        """Live through it all, starting the process again whenever it died."""
        self.machine.pauses.append(self._between)
        with self.machine.ruling():
            self._prepare()
            while not self._stop:
                try:
                    self._runner().for_ever(self.tick)
                except Died:
                    self.counted["crashes"] += 1
                    self.machine.pass_by(self.rng.choice([60, 600, 7200]))
            self._settle()
        self.judge()
        return self

    # The machine.

    def _between(self, seconds: float) -> None:
        """Let go wrong what may between two looks."""
        share = seconds / 86_400
        if self._back and self.machine.true >= self._back[0][0]:
            self.machine.ahead = self._back.pop(0)[1]
            self.counted["clock set right"] += 1
        elif not self._back and self.rng.random() < self.mishaps.jumps * share:
            self._jump()
        if self.rng.random() < self.mishaps.sleeps * share:
            self.machine.asleep(self.rng.choice([3, 30, 144]))
            self.counted["sleeps"] += 1
        if self.rng.random() < self.mishaps.by_hand * share:
            self._by_hand()
        if self.rng.random() < self.mishaps.crashes * share:
            self._deadly = self.rng.randint(0, 8)
        done = (self.machine.true - self.start) / (self.end - self.start)
        zone = self.zones[min(int(done * len(self.zones)), len(self.zones) - 1)]
        if zone != self.machine.zone:
            self.machine.move(zone)
            self.counted["zones changed"] += 1
        self._stop = self._stop or self.machine.true >= self.end

    def _jump(self) -> None:
        """Set the clock wrong for some hours or days: a little, by days, to years ahead, or years back."""
        ahead = self.rng.choice([
            dt.timedelta(minutes=45), dt.timedelta(minutes=-45), dt.timedelta(days=2), dt.timedelta(days=-2),
            dt.datetime(2030, 1, 5, tzinfo=dt.UTC) - self.machine.true, dt.timedelta(days=-400),
        ])  # fmt: skip
        self.machine.ahead = ahead
        self._back.append((self.machine.true + dt.timedelta(hours=self.rng.choice([2, 20, 60])), dt.timedelta(0)))
        self.counted["clock jumps"] += 1

    # The process.

    def _runner(self) -> Runner:
        return Runner(
            database=self.home.database,
            settings=lambda: self.settings,
            work=self._work,
            tell=self._heard,
            stopped=lambda: self._stop,
            clock=Clock(self.machine.now, self.machine.monotonic, self.machine.sleep),
            pulse=Pulse(self.home.db, self.machine.now()),
        )

    def _work(self, task: Task) -> Worked:
        with writing(self.home.database) as database:
            if not task.is_sure:
                confirm_clock(database, self.settings, self.sources, (), task.markets, task.now)
            reach = Reach(watch=Watch(self.machine.monotonic, self.machine.pass_by, lambda: 0.5))
            done = daily(
                database, self.home, self.settings, self.sources, task.now,
                choice=Choice(markets=task.markets), reach=reach, progress=self._advance,
            )  # fmt: skip
            self._maybe_die(8)
        self.counted["days worked"] += 1
        return Worked(done.marked)

    def _advance(self, done: int, total: int, symbol: str) -> None:
        del total, symbol
        self.machine.pass_by(1.5)
        self._maybe_die(done)

    def _maybe_die(self, point: int) -> None:
        if self._deadly is not None and point >= self._deadly:
            self._deadly = None
            raise Died

    def _by_hand(self) -> None:
        """Run the day by hand, as a person does, with a clock that is as wrong as the machine's."""
        if self.machine.ahead:
            return
        self.counted["by hand"] += 1
        with writing(self.home.database) as database:
            reach = Reach(watch=Watch(self.machine.monotonic, self.machine.pass_by, lambda: 0.5))
            daily(database, self.home, self.settings, self.sources, self.machine.now(), reach=reach)

    def _heard(self, event: Event) -> None:
        self.counted[f"said {event.name}"] += 1
        if event.name == "failed" and event.facts["error"] not in {"ClockDoubted", "SourceUnreachable"}:
            self.strange.append(f"{self.machine.true}: {event.words}: {event.facts}")

    # Before and after.

    def _lay_out(self) -> World:
        world = World(self.folder / "home", self.folder / "market")
        root = Path(__file__).parents[2]
        world.write("settings.toml", (root / "config" / "settings.toml").read_text("utf-8"))
        world.write("local/settings.toml", SETTINGS)
        world.write("securities.csv", SECURITIES)
        world.write("watchlist.toml", "# nobody is watched\n")
        world.write("ratings.toml", RATINGS)
        published = (self.start - dt.timedelta(days=40)).date().isoformat()
        world.write("reports/first.toml", report(published, recommended=SHARES))
        return world

    def _prepare(self) -> None:
        """Make the database, with a table of the test's own that every session is written into as it becomes done."""
        with writing(self.home.database) as database:
            database.conn.execute("create table done_log (market text, session text, at text)")
            database.conn.execute(
                "create trigger log_done after update on market_sessions when new.state = 'done' "
                "begin insert into done_log values (new.market, new.session, new.settled_at); end"
            )

    def _settle(self) -> None:
        """Let some quiet days pass, so that what waits is done."""
        self.machine.ahead, self.mishaps, self._stop = dt.timedelta(0), Mishaps(0, 0, 0, 0, 0, 0), False
        self._back.clear()
        for source in self.markets:
            source._mishaps = self.mishaps  # noqa: SLF001 - its own simulation
        self.end = self.machine.true + dt.timedelta(days=4)
        self._runner().for_ever(self.tick)

    def forget(self, name: str, session: str) -> None:
        """Take a session out of the log of what was done, to see that it would be missed."""
        self._change("delete from done_log where market = ? and session = ?", name, session)

    def repeat(self, name: str, session: str) -> None:
        """Write a session into the log of what was done once more, to see that it would be noticed."""
        self._change("insert into done_log values (?, ?, '')", name, session)

    def _change(self, statement: str, *values: str) -> None:
        with closing(sqlite3.connect(self.home.database)) as connection, connection:
            connection.execute(statement, values)

    def judge(self) -> None:
        """Hold what was done against the true sessions: each once, none before its close, no bar missing."""
        with closing(sqlite3.connect(self.home.database)) as connection:
            logged = connection.execute("select market, session, at from done_log").fetchall()
            states = dict(connection.execute("select state, count(*) from market_sessions group by state").fetchall())
            stored = connection.execute("select symbol, session, close from bars").fetchall()
            assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"
        done = Counter((name, session) for name, session, _ in logged)
        first = {name: min(session for other, session in done if other == name) for name in CALENDARS}
        expected = Counter(
            {
                (name, day.isoformat()): 1
                for name in CALENDARS
                for day in sessions_of(name)
                if first[name] <= day.isoformat() and self._closed(name, day)
            }
        )
        self.counted["sessions"] = len(expected)
        self.counted["done"] = len(done)
        self.strange += [f"not done: {key}" for key in sorted(expected.keys() - done.keys())]
        self.strange += [f"done {times} times: {key}" for key, times in sorted(done.items()) if times != 1]
        self.strange += [f"never was: {key}" for key in sorted(done.keys() - expected.keys())]
        self.strange += [f"left {state}: {count}" for state, count in states.items() if state != "done"]
        there = {(symbol, session): close for symbol, session, close in stored}
        for symbol in (*INDICES.values(), *SHARES):
            for day in sessions_of(market(symbol)):
                if first[market(symbol)] <= day.isoformat() and self._closed(market(symbol), day):
                    if there.get((symbol, day.isoformat())) != price(symbol, day)[3]:
                        self.strange.append(f"bar of {symbol} for {day}: {there.get((symbol, day.isoformat()))}")
                    self.counted["bars held against the truth"] += 1

    def _closed(self, name: str, day: dt.date) -> bool:
        """Say whether a session's first time of the evening was over at the end."""
        zone = ZoneInfo(CLOSES[name][0])
        return dt.datetime.combine(day, dt.time(18, 30), zone) < self.machine.true - dt.timedelta(minutes=30)
