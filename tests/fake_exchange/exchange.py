"""The stand-in itself: takes a request, finds the vendor, renders the answer, and acts out faults."""

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fake_exchange import csindex, eastmoney, exchanges, name_lists, shenwan, sina, tencent, yahoo
from tests.fake_exchange.faults import IN_THE_ROWS, INSTEAD, ON_THE_WIRE, Fault
from tests.fake_exchange.reply import Query, Reply
from tests.fake_exchange.world import Security, World

BLOCK_PAGE: Final = "<html><body>访问过于频繁，请稍后再试</body></html>"
# What a vendor answers to a path: ``None`` where it has no such path.
Vendor = Callable[["Desk", Query], Reply | None]
VENDORS: Final[Mapping[str, Vendor]] = {
    "72.push2.eastmoney.com": name_lists.new_york,
    "vip.stock.finance.sina.com.cn": name_lists.sina,
    "bse.cn": name_lists.beijing,
    "eastmoney.com": eastmoney.answer,
    "gtimg.cn": tencent.answer,
    "qq.com": tencent.answer,
    "sina.com.cn": sina.answer,
    "swsresearch.com": shenwan.answer,
    "csindex.com.cn": csindex.answer,
    "sse.com.cn": exchanges.answer,
    "szse.cn": exchanges.answer,
    "yahoo.com": yahoo.answer,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a vendor's desk knows at the moment of a request: the securities as of today, with the fault it suffers."""

    world: World
    today: dt.date
    fault: Fault | None

    @property
    def kind(self) -> str:
        """The kind of the fault, empty when there is none."""
        return self.fault.kind if self.fault else ""

    def find(self, symbol: str) -> Security | None:
        """Give a security as this vendor would show it now, ``None`` where it knows none."""
        if self.fault and self.kind == "wrong":
            symbol = self.fault.other if symbol != self.fault.other else "600000.SH"
        security = self.world.securities.get(symbol)
        if security is None or self.kind == "empty":
            return None
        change = IN_THE_ROWS.get(self.kind)
        shown = security.until(self.today)
        return shown if change is None else shown.with_rows(change)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days of trade, as far as they are announced."""
        return self.world.days


@dataclass(slots=True)
class FakeExchange:
    """All vendors on one day.

    Attributes:
        today: the last day with bars; move it to let time pass.
        log: every request, as ``host/path?query``.
        unexpected: requests nobody answers; a test that meets one should fail.
    """

    world: World
    today: dt.date
    faults: list[Fault] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def respond(self, host: str, target: str) -> tuple[Reply, Fault | None]:
        """Answer a request; the second value is a fault that the proxy has to act out."""
        parts = urlsplit(target)
        query = Query(host, unquote(parts.path), {k: v[-1] for k, v in parse_qs(parts.query, True).items()})  # noqa: FBT003
        url = f"{host}{query.path}?{unquote(parts.query)}"
        with self._lock:
            self.log.append(url)
            fault = next((fault for fault in self.faults if fault.takes(url)), None)
        if fault and fault.kind in INSTEAD:
            return _instead(fault), None
        reply = self._answer(query, fault)
        if reply is None:
            self.unexpected.append(url)
            reply = Reply("not served", status=599)
        if fault and fault.kind == "cut":
            reply = reply.cut()
        return reply, fault if fault and fault.kind in ON_THE_WIRE else None

    def reset(self, today: dt.date) -> None:
        """Forget faults and requests and set the day."""
        self.today = today
        for memory in (self.faults, self.log, self.unexpected):
            memory.clear()

    def _answer(self, query: Query, fault: Fault | None) -> Reply | None:
        vendor = next((vendor for domain, vendor in VENDORS.items() if query.host.endswith(domain)), None)
        return None if vendor is None else vendor(Desk(self.world, self.today, fault), query)


def _instead(fault: Fault) -> Reply:
    if fault.kind == "html":
        return Reply(BLOCK_PAGE, kind="text/html")
    return Reply("Too Many Requests" if fault.status == 429 else "Bad Gateway", status=fault.status, kind="text/html")
