"""Lists of names over the true akshare: what each exchange and vendor says, and what a broken list comes to."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from tests.fake_exchange.name_lists import LISTED
from watchlist.sources.contract import Blocked, Failed, NoData
from watchlist.sources.name_desk import ListOutcome, NameDesk
from watchlist.sources.name_lists import FormerNames, Named, NameList, Renamed, Renamings, _whole

HOSTS = {"SH": "sse", "SZ": "szse", "BJ": "bse", "HK": "getHKStockData", "US": "72.push2"}


@pytest.fixture(scope="module")
def desk() -> Iterator[NameDesk]:
    made = NameDesk(10.0, 0)
    yield made
    made.close()


def ask(desk: NameDesk, key: str) -> ListOutcome:
    found = next(one for one in desk.lists() if one.key == key).ask()
    if isinstance(found, NameList) and key in {"SH", "SZ", "BJ"}:
        desk.close()  # akshare keeps these lists for the life of a process
    return found


def listed(found: ListOutcome) -> dict[str, Named]:
    assert isinstance(found, NameList), found
    return {one.symbol: one for one in found.entries}


@pytest.mark.parametrize("place", ["SH", "SZ", "BJ"])
def test_every_share_of_the_mainland_is_listed_with_its_name_and_first_session(
    exchange: FakeExchange, desk: NameDesk, place: str
) -> None:
    found = listed(ask(desk, place))
    told = {one.symbol: one for one in LISTED if one.symbol.endswith(place)}
    assert found.keys() == told.keys()
    assert {one.listed for one in found.values()} == {dt.date.fromisoformat(one.listed) for one in told.values()}
    assert len(exchange.log) == {"SH": 2, "SZ": 1, "BJ": 3}[place]
    if place == "SZ":
        assert found["000002.SZ"] == Named("000002.SZ", "万科A", dt.date(1991, 1, 29))


def test_hong_kong_s_list_comes_in_pages(exchange: FakeExchange, desk: NameDesk) -> None:
    found = listed(ask(desk, "HK"))
    assert found["09992.HK"] == Named("09992.HK", "泡泡玛特")
    assert found["80700.HK"].name == "腾讯控股-R"
    assert len(found) == 123
    assert len(exchange.log) == 4  # three pages of sixty, and the one that has nothing


def test_new_york_s_list_comes_in_pages_and_lines_that_name_no_share_are_counted(
    exchange: FakeExchange, desk: NameDesk
) -> None:
    outcome = ask(desk, "US")
    found = listed(outcome)
    assert found["AAPL.US"].name == "苹果"
    assert found["BRK-B.US"].name == "伯克希尔-B"
    assert isinstance(outcome, NameList)
    assert (len(found), outcome.unread) == (43, 1)
    assert len(exchange.log) == 3


def test_shenzhen_tells_which_names_changed_and_when(exchange: FakeExchange, desk: NameDesk) -> None:
    found = ask(desk, "SZ renamed")
    assert isinstance(found, Renamings)
    assert [one for one in found.entries if one.symbol == "300459.SZ"] == [
        Renamed("300459.SZ", dt.date(2021, 8, 19), "金科文化", "汤姆猫"),
        Renamed("300459.SZ", dt.date(2026, 5, 6), "汤姆猫", "*ST汤姆"),
    ]
    assert "SSGSGMXX" in exchange.log[0]


def test_sina_tells_what_a_share_was_called_without_days(exchange: FakeExchange, desk: NameDesk) -> None:
    assert desk.former("600633.SH").ask() == FormerNames("600633.SH", ("白猫股份", "*ST白猫", "浙报传媒", "浙数文化"))
    assert isinstance(desk.former("600000.SH").ask(), NoData)
    exchange.faults.append(Fault("gbk", "vCI_CorpInfo", 2))
    # The server names no encoding and the page does.
    assert desk.former("600633.SH").ask() == FormerNames("600633.SH", ("白猫股份", "*ST白猫", "浙报传媒", "浙数文化"))
    assert isinstance(desk.former("600000.SH").ask(), NoData)
    # Nobody names one: akshare takes it for another and finds no names. That is no answer.
    exchange.faults.append(Fault("columns", "vCI_CorpInfo", 1))
    assert isinstance(desk.former("600633.SH").ask(), Failed)
    with pytest.raises(ValueError, match=r"AAPL\.US"):
        desk.former("AAPL.US")


BROKEN: dict[str, type | tuple[type, ...]] = {
    "html": Blocked,
    "status": Blocked,
    "empty": (Failed, NoData),
    "cut": Failed,
    "columns": Failed,
}
# Refused by Eastmoney, akshare itself waits and asks again, for ten seconds.
CASES = [(place, kind) for place in HOSTS for kind in BROKEN if (place, kind) != ("US", "status")]


@pytest.mark.parametrize(("place", "kind"), CASES)
def test_a_broken_list_is_no_list(exchange: FakeExchange, desk: NameDesk, place: str, kind: str) -> None:
    exchange.faults.append(Fault(kind, HOSTS[place], -1))
    assert isinstance(ask(desk, place), BROKEN[kind])


@pytest.mark.parametrize("place", HOSTS)
def test_lines_that_come_twice_are_one(exchange: FakeExchange, desk: NameDesk, place: str) -> None:
    whole = listed(ask(desk, place))
    exchange.faults.append(Fault("twice", HOSTS[place], -1))
    assert listed(ask(desk, place)) == whole


def test_a_list_in_another_encoding_is_refused(exchange: FakeExchange, desk: NameDesk) -> None:
    exchange.faults.append(Fault("gbk", "sse", -1))
    assert isinstance(ask(desk, "SH"), Failed)


def test_a_refusal_on_the_second_page_is_a_refusal(exchange: FakeExchange, desk: NameDesk) -> None:
    exchange.faults.append(Fault("html", r"getHKStockData\?page=2", -1))
    assert isinstance(ask(desk, "HK"), Blocked)


def test_an_odd_line_is_left_out_and_counted_and_many_are_a_changed_layout(
    exchange: FakeExchange, desk: NameDesk
) -> None:
    exchange.faults.append(Fault("odd", "STOCK_TYPE=1", 1))
    found = ask(desk, "SH")
    assert isinstance(found, Failed)  # two of seventy
    assert "2 lines that cannot be read (600000 浦发银行 / 另一个名)" in found.reason
    names = [Named(f"6{n:05d}.SH", "名") for n in range(200)]
    kept = _whole("SH", {one.symbol: one for one in names}, ["- 某某", "600000 浦发银行 / 另一个名"])
    assert isinstance(kept, NameList)
    assert (len(kept.entries), kept.unread) == (200, 2)
