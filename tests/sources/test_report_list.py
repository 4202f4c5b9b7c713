"""Eastmoney's list of research reports, with the columns that akshare drops."""

import datetime as dt
from collections.abc import Mapping

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.sources.contract import Blocked, Failed, NoData, Source
from watchlist.sources.eastmoney import Eastmoney
from watchlist.sources.report_list import ListedReport, Reports

SINCE, UNTIL = dt.date(2026, 1, 1), dt.date(2026, 11, 20)


def listed(sources: Mapping[str, Source], symbol: str, since: dt.date = SINCE) -> object:
    source = sources["eastmoney"]
    assert isinstance(source, Eastmoney)
    return source.reports(symbol, since, UNTIL)


def test_a_report_has_its_target_its_own_rating_and_how_that_moved(
    sources: Mapping[str, Source], exchange: FakeExchange
) -> None:
    found = listed(sources, "600000.SH")
    assert isinstance(found, Reports)
    assert found.reports[0] == ListedReport(
        identity="AP2026-11-17", broker="甲证券", analysts=("张三", "李四"), published=dt.date(2026, 11, 17),
        title="业绩超预期", rating="强烈推荐", rating_eastmoney="买入", rating_before="增持", change="0",
        target_low=15.5, target_high=15.5,
    )  # fmt: skip
    assert [(r.change, r.target_low, r.target_high, r.rating_before) for r in found.reports[1:]] == [
        ("2", 12.0, 14.0, None), ("1", None, None, "增持"),
    ]  # fmt: skip
    assert len(exchange.log) == 2  # two pages


def test_the_range_is_the_asked_one(sources: Mapping[str, Source]) -> None:
    found = listed(sources, "600000.SH", dt.date(2026, 10, 11))
    assert isinstance(found, Reports)
    assert [report.broker for report in found.reports] == ["甲证券", "乙证券"]


def test_no_report_is_no_failure(sources: Mapping[str, Source]) -> None:
    assert isinstance(listed(sources, "000001.SZ"), NoData)
    assert isinstance(listed(sources, "00700.HK"), NoData)


@pytest.mark.parametrize(
    ("kind", "outcome"), [("html", Blocked), ("reset", Blocked), ("cut", Failed), ("wrong", Failed)]
)
def test_faults_are_told_apart(sources: Mapping[str, Source], exchange: FakeExchange, kind: str, outcome: type) -> None:
    exchange.faults.append(Fault(kind, "report/list", -1, other="00700.HK" if kind == "cut" else "000001.SZ"))
    if kind == "wrong":
        exchange.faults[-1].other = "300280.SZ"
        found = listed(sources, "600000.SH")
        assert isinstance(found, (NoData, Failed))
        return
    assert isinstance(listed(sources, "600000.SH"), outcome)
