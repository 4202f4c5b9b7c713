"""The fault matrix: what each fault of a vendor comes to at each source."""

import datetime as dt
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.sources.contract import Bars, Blocked, Failed, Source
from watchlist.sources.vendor import Vendor

SINCE, UNTIL = dt.date(2026, 9, 1), dt.date(2026, 11, 20)
# What a source is asked about, and the requests that its bars come by.
ASKED: Final = {
    "tencent": ("600000.SH", r"newfqkline"),
    "sina": ("600000.SH", r"klc_kl"),
    "eastmoney": ("600000.SH", r"kline/get"),
    "shenwan": ("801760.SI", r"index_publish"),
    "csindex": ("H00300.CSI", r"index-perf"),
    "yahoo": ("00700.HK", r"/v8/finance/chart"),
}
CONTROLLED: Final = {"tencent", "sina", "eastmoney"}
# What every source must make of a fault that lasts.
OUTCOMES: Final = {
    "short": "Failed",
    "cut": "Failed",
    "502": "Failed",
    "wrong": "Failed",
    "drop": "Blocked",
    "reset": "Blocked",
    "html": "Blocked",
    "429": "Blocked",
    "403": "Blocked",
    # Well-formed answers: what is wrong in them shows only beside what is stored, or beside another source.
    "stale": "Bars",
    "scale": "Bars",
    "shift": "Bars",
    "restate": "Bars",
    "gap": "Bars",
}


def fault_of(kind: str, pattern: str, times: int = -1) -> Fault:
    if kind.isdigit():
        return Fault("status", pattern, times, status=int(kind))
    others = {"index_publish": "801010.SI", "index-perf": "930713.CSI"}
    return Fault(kind, pattern, times, other=others.get(pattern, "688981.SH"))


@pytest.mark.parametrize("kind", ["timeout", "dribble"])
def test_a_vendor_that_keeps_us_waiting_is_left_and_asked_again(
    sources: Mapping[str, Source], exchange: FakeExchange, matrix: dict[tuple[str, str], str], kind: str
) -> None:
    def ask(name: str) -> tuple[str, str]:
        return name, type(sources[name].bars(ASKED[name][0], SINCE, UNTIL)).__name__

    with ThreadPoolExecutor(len(ASKED)) as threads:  # all at once: the waiting adds up otherwise
        exchange.faults += [fault_of(kind, pattern) for _, pattern in ASKED.values()]
        outcomes = dict(threads.map(ask, ASKED))
        matrix.update({(name, kind): outcome for name, outcome in outcomes.items()})
        assert outcomes == dict.fromkeys(ASKED, "Failed")
        exchange.faults.clear()
        assert dict(threads.map(ask, ASKED)) == dict.fromkeys(ASKED, "Bars")


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("kind", OUTCOMES)
def test_a_fault_ends_in_its_outcome(
    sources: Mapping[str, Source],
    exchange: FakeExchange,
    matrix: dict[tuple[str, str], str],
    name: str,
    kind: str,
) -> None:
    symbol, pattern = ASKED[name]
    exchange.faults.append(fault_of(kind, pattern))
    outcome = sources[name].bars(symbol, SINCE, UNTIL)
    matrix[name, kind] = type(outcome).__name__
    assert type(outcome).__name__ == OUTCOMES[kind], outcome


@pytest.mark.parametrize("name", ASKED)
def test_nothing_of_anything_is_a_refusal_where_a_control_can_tell(
    sources: Mapping[str, Source], exchange: FakeExchange, matrix: dict[tuple[str, str], str], name: str
) -> None:
    symbol, pattern = ASKED[name]
    exchange.faults.append(fault_of("empty", pattern))
    outcome = sources[name].bars(symbol, SINCE, UNTIL)
    matrix[name, "empty"] = type(outcome).__name__
    assert type(outcome).__name__ == ("Blocked" if name in CONTROLLED else "NoData"), outcome


@pytest.mark.parametrize("name", ASKED)
def test_a_source_recovers_from_any_fault(sources: Mapping[str, Source], exchange: FakeExchange, name: str) -> None:
    symbol, pattern = ASKED[name]
    for kind in ("reset", "429", "html"):
        exchange.faults.append(fault_of(kind, pattern))
        assert type(sources[name].bars(symbol, SINCE, UNTIL)).__name__ != "Bars"
        exchange.faults.clear()
        assert type(sources[name].bars(symbol, SINCE, UNTIL)).__name__ == "Bars"


def test_the_other_host_of_tencent_counts_too(sources: Mapping[str, Source], exchange: FakeExchange) -> None:
    exchange.faults.append(Fault("html", "weekTrends", -1))
    assert sources["tencent"].bars("600000.SH", SINCE, UNTIL) == Blocked(
        "web.ifzq.gtimg.cn: a web page in place of an answer"
    )


def test_yahoo_answers_without_cookie_and_crumb(sources: Mapping[str, Source], exchange: FakeExchange) -> None:
    yahoo = sources["yahoo"]
    assert isinstance(yahoo, Vendor)
    yahoo.close()  # a new process has neither
    exchange.faults.append(Fault("reset", "fc.yahoo.com", -1))
    exchange.faults.append(Fault("status", "getcrumb", -1))
    assert isinstance(yahoo.bars("00700.HK", SINCE, UNTIL), Bars)


def test_one_bad_answer_of_several_is_not_a_part_of_the_bars(
    sources: Mapping[str, Source], exchange: FakeExchange
) -> None:
    exchange.faults.append(Fault("cut", "kline_day2025", -1))
    assert isinstance(sources["tencent"].bars("600000.SH", dt.date(2024, 6, 3), UNTIL), Failed)
