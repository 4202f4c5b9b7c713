"""Closings (人工结束): calls that a person ends, each with a day and a reason; the list is only appended to."""

import datetime as dt
import hashlib
from typing import Final

from pydantic import AwareDatetime

from watchlist.domain.errors import UsageMistake
from watchlist.ledger.append_only import append_row
from watchlist.ledger.fields import Entry, Listed, Symbol, Text
from watchlist.ledger.home import Home
from watchlist.ledger.report import ReportDate
from watchlist.ledger.toml_file import load

NAME: Final = "closings.toml"


class ClosedBefore(UsageMistake):
    """A call is closed a second time for the same day."""

    en = "The call of {broker} on {symbol} was closed for {day} before ({why})."
    zh = "{broker} 对 {symbol} 的观点此前已于 {day} 结束（{why}）。"


class ClosingLine(Entry):
    """A call closed: whose, on what, from the end of which day on, why, and when that was said."""

    broker: Text
    symbol: Symbol
    on: ReportDate
    why: Text
    at: AwareDatetime

    @property
    def id(self) -> str:
        """Give its lasting identity: 16 hexadecimal digits of (broker, symbol, day)."""
        return hashlib.sha256(f"{self.broker}\x1f{self.symbol}\x1f{self.on}".encode()).hexdigest()[:16]


class _File(Entry):
    closed: Listed[ClosingLine] = ()


def load_closings(home: Home) -> tuple[ClosingLine, ...]:
    """Read what was closed, oldest first.

    Raises:
        ConfigProblem: the file is wrong.
    """
    path = home.local / NAME
    return load(home, path, _File).closed if path.exists() else ()


def close(home: Home, broker: str, symbol: str, day: dt.date, why: str, now: dt.datetime) -> None:
    """Append a closing to ``config/local/closings.toml``.

    Raises:
        ClosedBefore: it is there for that day.
        UnsafePath: the disk refuses.
    """
    for one in load_closings(home):
        if (one.broker, one.symbol, one.on) == (broker, symbol, day):
            raise ClosedBefore(broker=broker, symbol=symbol, day=day, why=one.why)
    row = {"broker": broker, "symbol": symbol, "on": day, "why": why, "at": now.replace(microsecond=0)}
    append_row(home, NAME, "closed", row)
