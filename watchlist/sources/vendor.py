"""What the live sources have in common: a worker process, a polite pace, a control question and a probe."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Final, ParamSpec, TypeVar

from watchlist.domain.symbols import board, exchange
from watchlist.sources.contract import Actions, ActionsOutcome, Bars, BarsOutcome, Blocked, Failed, NoData
from watchlist.sources.pace import Pace
from watchlist.sources.probe import answers
from watchlist.sources.shape import Outside
from watchlist.sources.worker import Worker

P = ParamSpec("P")
T = TypeVar("T")

# Securities that every vendor of their market has, and a month in which they traded.
_CONTROLS: Final = {
    "SH": "600000.SH", "SZ": "600000.SH", "BJ": "600000.SH", "HK": "00700.HK", "US": "AAPL.US", "index": "000300.SH",
}  # fmt: skip
_CONTROL_FROM: Final = dt.date(2024, 1, 2)
_CONTROL_TO: Final = dt.date(2024, 1, 31)


class Vendor(ABC):
    """A price source behind the network. Subclasses say what they serve and how to ask.

    Attributes:
        host: the host its bars come from; probes are about this host.
        actions_host: the host its actions come from, where that is another one.
        pause: shortest time between two calls, in seconds.
        controlled: whether "nothing" may mean that we are being throttled. The vendor is then asked about a security it
            certainly has, and where it has nothing of that either, it is refusing us.
    """

    name: ClassVar[str]
    simulated: ClassVar[bool] = False
    host: ClassVar[str]
    actions_host: ClassVar[str] = ""
    pause: ClassVar[float] = 1.0
    controlled: ClassVar[bool] = False

    def __init__(self, worker: Worker, pace: Pace) -> None:
        self._worker = worker
        self._pace = pace

    @abstractmethod
    def serves(self, symbol: str) -> bool:
        """Say whether this source can have bars of the security at all; no request is made."""

    def bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        """Fetch daily bars as traded, both ends included."""
        if not self.serves(symbol):
            return NoData(f"{self.name} does not serve {symbol}")
        outcome = self._ask_bars(symbol, since, until)
        if self.controlled and isinstance(outcome, NoData) and not isinstance(outcome, Outside):
            control = _CONTROLS["index" if board(symbol) == "index" else exchange(symbol)]
            if not isinstance(self._ask_bars(control, _CONTROL_FROM, _CONTROL_TO), Bars):
                return Blocked(f"{self.host}: nothing of {symbol}, and nothing of {control} either")
        return outcome

    def actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        """Fetch corporate actions with an ex-date from ``since`` to ``until``; an index or a currency has none."""
        if exchange(symbol) == "FX" or board(symbol) == "index":
            return Actions(())
        return self._ask_actions(symbol, since, until)

    def reachable(self) -> bool:
        """Say within three seconds whether the vendor's host can be reached from here."""
        return answers(self.host, 3.0)

    def close(self) -> None:
        """End the worker process; the next call starts another."""
        self._worker.close()

    @abstractmethod
    def _ask_bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        """Ask for bars of a security that is served."""

    def _ask_actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        del since, until
        return NoData(f"{self.name} keeps no actions of {symbol}")

    def _call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Failed:
        """Run ``function`` in the worker, after the pause that politeness asks for."""
        self._pace.wait()
        try:
            return self._worker.call(function, *args, **kwargs)
        finally:
            self._pace.done()
