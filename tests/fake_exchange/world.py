"""The one table behind all vendors: securities with bars as traded, and the events that adjust them."""

import datetime as dt
import random
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

ZONES: Final = {"HK": "Asia/Hong_Kong", "HI": "Asia/Hong_Kong", "US": "America/New_York", "GI": "America/New_York",
                "FX": "Europe/London"}  # fmt: skip
CURRENCIES: Final = {"HK": "HKD", "HI": "HKD", "US": "USD", "GI": "USD"}


class Row(NamedTuple):
    """One session as traded: volume in shares, turnover in the trading currency."""

    day: dt.date
    open: float
    high: float
    low: float
    close: float
    volume: int
    turnover: float

    def scaled(self, factor: float, shift: float = 0.0) -> "Row":
        """Give the row with every price times ``factor`` plus ``shift``."""
        first, high, low, last = (round(price * factor + shift, 6) for price in self[1:5])
        return self._replace(open=first, high=high, low=low, close=last)


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to a share on its ex-date.

    Attributes:
        cash: per old share, in the trading currency.
        bonus: new shares per old share beyond the old one (ten get five: 0.5; a 2:1 split: 1.0).
        declared: the cash in the currency it was declared in, which Yahoo prints without naming it; ``None``: the same.
    """

    ex: dt.date
    cash: float = 0.0
    bonus: float = 0.0
    declared: float | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """A security under our symbol, with its whole history."""

    symbol: str
    name: str
    rows: tuple[Row, ...]
    events: tuple[Event, ...] = ()
    delisted: dt.date | None = None

    @property
    def code(self) -> str:
        """The part before the dot."""
        return self.symbol.rpartition(".")[0]

    @property
    def place(self) -> str:
        """The part after the dot."""
        return self.symbol.rpartition(".")[2]

    @property
    def zone(self) -> str:
        """The exchange's time zone."""
        return ZONES.get(self.place, "Asia/Shanghai")

    @property
    def currency(self) -> str:
        """The trading currency."""
        return CURRENCIES.get(self.place, "CNY")

    @property
    def is_index(self) -> bool:
        """Whether this is an index, whose volume vendors count differently."""
        in_shares = (self.place, self.code[:3]) in {("SH", "000"), ("SZ", "399")}
        return in_shares or self.place in {"HI", "GI", "SI", "CSI"}

    def until(self, today: dt.date) -> "Security":
        """Give the security as it was known at the close of ``today``."""
        last = min(today, self.delisted or today)
        rows = tuple(row for row in self.rows if row.day <= last)
        return replace(self, rows=rows, events=tuple(event for event in self.events if event.ex <= today))

    def with_rows(self, change: Callable[[Sequence[Row]], Iterable[Row]]) -> "Security":
        """Give the security with other rows."""
        return replace(self, rows=tuple(change(self.rows)))

    def additive(self, mode: str) -> tuple[Row, ...]:
        """Give the rows adjusted by addition: ``"1"`` back from today (前复权), ``"2"`` forward (后复权), else raw."""
        events = sorted(self.events, key=lambda event: event.ex)
        rows = []
        for row in self.rows:
            changed = row
            for event in events if mode == "1" else reversed(events):
                if mode == "1" and row.day < event.ex:
                    changed = changed.scaled(1 / (1 + event.bonus), -event.cash / (1 + event.bonus))
                if mode == "2" and row.day >= event.ex:
                    changed = changed.scaled(1 + event.bonus, event.cash)
            rows.append(changed)
        return tuple(rows)

    def factors(self) -> list[tuple[dt.date, float]]:
        """Give the cumulative factors (后复权因子) by ex-date, oldest first, beginning with 1 in 1900."""
        found, factor = [(dt.date(1900, 1, 1), 1.0)], 1.0
        for event in sorted(self.events, key=lambda event: event.ex):
            before = [row for row in self.rows if row.day < event.ex]
            if before:
                close = before[-1].close
                factor *= close / ((close - event.cash) / (1 + event.bonus))
                found.append((event.ex, factor))
        return found


@dataclass(slots=True)
class World:
    """All securities and the days of trade."""

    securities: Mapping[str, Security]
    days: tuple[dt.date, ...] = field(default=())


def trading_days(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Give the weekdays of a made-up calendar with a new year's day, three days in May and a week in October off."""
    every = (dt.date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))
    off = {(1, 1), *((5, day) for day in range(1, 4)), *((10, day) for day in range(1, 8))}
    return tuple(day for day in every if day.weekday() < 5 and (day.month, day.day) not in off)


def walk(
    days: Iterable[dt.date], price: float, seed: int, *, events: Sequence[Event] = (), decimals: int = 2
) -> tuple[Row, ...]:
    """Make up a history: a seeded random walk as traded, falling on ex-dates by what was paid."""
    random_ = random.Random(seed)  # noqa: S311 - made-up prices, the same every time
    by_day = {event.ex: event for event in events}
    rows = []
    for day in days:
        if event := by_day.get(day):
            price = (price - event.cash) / (1 + event.bonus)
        first = price * (1 + random_.uniform(-0.01, 0.01))
        last = first * (1 + random_.uniform(-0.03, 0.03))
        high = max(first, last) * (1 + random_.uniform(0, 0.01))
        low = min(first, last) * (1 - random_.uniform(0, 0.01))
        first, high, low, last = (round(value, decimals) for value in (first, high, low, last))
        volume = random_.randint(10_000, 900_000) * 100
        rows.append(Row(day, first, high, low, last, volume, round(volume * (first + last) / 2, 2)))
        price = last
    return tuple(rows)


def made_up_world(names: Mapping[str, str], days: Sequence[dt.date]) -> World:
    """Make up a history for every symbol (to its name); shares pay a dividend each July, which their prices fall by."""
    found = {}
    for symbol, name in names.items():
        seed = zlib.crc32(symbol.encode())
        security = Security(symbol, name, ())
        july = [] if security.is_index or security.place == "FX" else [day for day in days if day.month == 7]
        first_of_july = {day.year: day for day in reversed(july)}
        events = tuple(Event(day, 0.1) for day in sorted(first_of_july.values()))
        price = 3000.0 if security.is_index else 1.1 if security.place == "FX" else 10 + seed % 50
        rows = walk(days, price, seed, events=events, decimals=4 if security.place == "FX" else 2)
        found[symbol] = replace(security, rows=rows, events=events)
    return World(found, tuple(days))


def demo_world() -> World:
    """Make one security of every kind the sources serve, 2021 to 2026."""
    days = trading_days(dt.date(2021, 1, 4), dt.date(2026, 12, 31))
    cash_and_bonus = (
        Event(dt.date(2021, 7, 20), 0.48), Event(dt.date(2023, 6, 20), 0.32, 0.5), Event(dt.date(2026, 7, 15), 0.41),
    )  # fmt: skip
    hong_kong = (Event(dt.date(2024, 5, 20), 3.4), Event(dt.date(2026, 5, 18), 5.3, declared=4.87))
    american = (Event(dt.date(2022, 8, 31), 0, 3.0), Event(dt.date(2025, 8, 8), 0.26))
    halted = [day for day in days if not dt.date(2025, 1, 6) <= day <= dt.date(2025, 3, 7)]
    found = [
        Security("600000.SH", "浦发银行", walk(days, 12, 1, events=cash_and_bonus), cash_and_bonus),
        Security("000001.SZ", "平安银行", walk(days, 15, 2)),
        Security("300280.SZ", "紫天退", walk(halted, 9, 3), delisted=dt.date(2025, 9, 19)),
        Security("688981.SH", "中芯国际", walk(days, 60, 4)),
        Security("920047.BJ", "诺思兰德", walk(days, 14, 12)),
        Security("159869.SZ", "游戏ETF", walk(days, 1.2, 13, decimals=3)),
        Security("000300.SH", "沪深300", walk(days, 4000, 5)),
        Security("H00300.CSI", "300收益", walk(days, 5500, 14)),
        Security("930713.CSI", "CS人工智", walk(days, 3000, 16)),
        Security("801760.SI", "传媒(申万)", walk(days, 700, 11)),
        Security("801010.SI", "农林牧渔(申万)", walk(days, 2500, 17)),
        Security("HSI.HI", "恒生指数", walk(days, 25000, 6)),
        Security("HSTECH.HI", "恒生科技指数", walk(days, 5000, 7)),
        Security("00772.HK", "阅文集团", walk(halted, 27, 18, decimals=3)),
        Security("00700.HK", "腾讯控股", walk(days, 400, 8, events=hong_kong, decimals=3), hong_kong),
        Security("AAPL.US", "苹果", walk(days, 300, 9, events=american), american),
        Security("SPX.GI", "标普500", walk(days, 3300, 10)),
        Security("HKDCNY.FX", "港元人民币", walk(days, 0.92, 15, decimals=4)),
    ]
    return World({security.symbol: security for security in found}, days)
