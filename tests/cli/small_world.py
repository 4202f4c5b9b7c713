"""A market small enough to work out by hand: two shares and three indices over half a year of weekdays."""

import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HEADER: Final = "session,open,high,low,close,volume\n"
FIRST, LAST = dt.date(2024, 1, 2), dt.date(2024, 6, 28)
# The evening of the last session, so that nothing is behind.
EVENING: Final = dt.datetime(2024, 6, 30, 4, 0, tzinfo=dt.UTC)
PUFA, PINGAN, WANKE = "600000.SH", "000001.SZ", "000002.SZ"
INDICES: Final = ("000300.SH", "HSI.HI", "SPX.GI")

SETTINGS: Final = """\
[history]
days = 30
[markets.CN]
also = []
[markets.US]
also = []
"""
SECURITIES: Final = """\
symbol,name,listed,delisting_period_from,delisted,names
600000.SH,浦发银行,1999-11-10,,,
000001.SZ,平安银行,1991-04-03,,,
000002.SZ,万科A,1991-01-29,,,
000001.SH,上证指数,,,,
601012.SH,隆基绿能,2012-04-11,,,
"""
RECOMMENDATION: Final = """
[[recommendations]]
theme = "{theme}"
name = "{name}"
symbol = "{symbol}"
verb = "推荐"
strength = "recommend"
{more}
quotes = [{{ start = 0, end = {length}, text = '''{quote}''' }}]
"""


def weekdays(first: dt.date = FIRST, last: dt.date = LAST) -> list[dt.date]:
    """List the weekdays from one day to another, both included."""
    span = (last - first).days + 1
    return [day for day in (first + dt.timedelta(days=n) for n in range(span)) if day.weekday() < 5]


def bars(start: float, step: float, days: Sequence[dt.date] = ()) -> str:
    """Write bars that rise by ``step`` a session: open at the close before, high and low 0.10 beyond."""
    lines = []
    for n, day in enumerate(days or weekdays()):
        close, opened = start + n * step, start + max(n - 1, 0) * step
        high, low = max(close, opened) + 0.1, min(close, opened) - 0.1
        lines.append(f"{day},{opened:.2f},{high:.2f},{low:.2f},{close:.2f},1000\n")
    return HEADER + "".join(lines)


def report(
    published: str = "2024-03-01", broker: str = "甲证券", recommended: Mapping[str, str] | None = None, *,
    theme: str = "AI", quote: str = "推荐", more: str = "",
) -> str:  # fmt: skip
    """Write a report of the ledger; ``recommended`` maps symbols to printed names."""
    shares = {PUFA: "浦发银行", PINGAN: "平安银行"} if recommended is None else recommended
    rows = [
        RECOMMENDATION.format(theme=theme, name=name, symbol=symbol, quote=quote, length=len(quote), more=more)
        for symbol, name in shares.items()
    ]
    return f'broker = "{broker}"\ntitle = "测试"\npublished = {published}\n' + "".join(rows)


@dataclass(frozen=True, slots=True)
class World:
    """A home and a market folder."""

    home: Path
    market: Path

    @property
    def database(self) -> Path:
        """Give the path of the database."""
        return self.home / "db" / "watchlist.db"

    def write(self, name: str, text: str) -> Path:
        """Write a file below ``config/``."""
        path = self.home / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def prices(self, symbol: str, text: str | bytes) -> Path:
        """Write the price file of a security."""
        path = self.market / "bars" / f"{symbol}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def copied_to(self, folder: Path) -> "World":
        """Give a copy, to be changed."""
        home, market = (shutil.copytree(one, folder / one.name) for one in (self.home, self.market))
        return World(home, market)


def make_world(folder: Path) -> World:
    """Lay out a home with one report of two shares, and a market with their prices."""
    world = World(folder / "home", folder / "market")
    world.write("settings.toml", (Path(__file__).parents[2] / "config" / "settings.toml").read_text("utf-8"))
    world.write("local/settings.toml", SETTINGS)
    world.write("securities.csv", SECURITIES)
    world.write("watchlist.toml", "# nobody is watched\n")
    world.write("reports/first.toml", report())
    for index in INDICES:
        world.prices(index, bars(3000, 1))
    world.prices(PUFA, bars(10, 0.01))
    world.prices(PINGAN, bars(20, -0.01))
    return world
