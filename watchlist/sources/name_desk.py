"""The desk that asks for lists of names: one process, a polite pace between requests, one list at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from watchlist.domain.symbols import MAINLAND, code, exchange
from watchlist.sources import akshare_calls
from watchlist.sources.delistings import Outcome as DelistingsOutcome
from watchlist.sources.delistings import fetch_delistings
from watchlist.sources.name_lists import Outcome, fetch_former_names, fetch_names, fetch_renamings
from watchlist.sources.worker import Worker

# New York's list takes 115 pages, between which akshare itself waits for about a second.
LIST_SECONDS: Final = 420.0
_SINA_PAGES: Final = "vip.stock.finance.sina.com.cn"
ListOutcome = Outcome | DelistingsOutcome


@dataclass(frozen=True, slots=True)
class Question:
    """One list to ask for: under which key its answer goes, whom, and how."""

    key: str
    host: str
    ask: Callable[[], ListOutcome]


class NameDesk:
    """Asks for lists of names in a process of its own."""

    def __init__(self, call_seconds: float = 30.0, pause: float = 0.5) -> None:
        """Remember how to ask; nothing is started yet.

        Args:
            call_seconds: the hard limit of one request.
            pause: shortest time between two requests; 0 against a stand-in.
        """
        self._worker = Worker(LIST_SECONDS, akshare_calls.prepare, call_seconds, pause)

    def lists(self) -> tuple[Question, ...]:
        """Give the questions of a whole round, the exchanges' own first."""
        call = self._worker.call
        return (
            Question("SH", "query.sse.com.cn", lambda: call(fetch_names, "SH")),
            Question("SZ", "www.szse.cn", lambda: call(fetch_names, "SZ")),
            Question("SZ renamed", "www.szse.cn", lambda: call(fetch_renamings)),
            Question("BJ", "www.bse.cn", lambda: call(fetch_names, "BJ")),
            Question("SH delisted", "query.sse.com.cn", lambda: call(fetch_delistings, "SH")),
            Question("SZ delisted", "www.szse.cn", lambda: call(fetch_delistings, "SZ")),
            Question("HK", _SINA_PAGES, lambda: call(fetch_names, "HK")),
            Question("US", "72.push2.eastmoney.com", lambda: call(fetch_names, "US")),
        )

    def former(self, symbol: str) -> Question:
        """Give the question what a mainland share was called before.

        Raises:
            ValueError: it is no share of the mainland.
        """
        if exchange(symbol) not in MAINLAND or not code(symbol).isdigit():
            raise ValueError(symbol)
        return Question(symbol, _SINA_PAGES, lambda: self._worker.call(fetch_former_names, symbol))

    def close(self) -> None:
        """End the process; the next question starts another."""
        self._worker.close()
