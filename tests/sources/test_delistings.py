"""The exchanges' lists of what they delisted, over the true akshare."""

import datetime as dt

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.sources.contract import Blocked, Failed
from watchlist.sources.delistings import Delisting, Delistings, delistings


def test_both_exchanges_say_what_they_delisted_and_when(exchange: FakeExchange) -> None:
    found = delistings(10.0)
    assert len(exchange.log) == 2
    assert found == {
        "SH": Delistings((Delisting("600001.SH", "邯郸钢铁", dt.date(1998, 1, 22), dt.date(2009, 12, 29)),)),
        "SZ": Delistings((Delisting("300280.SZ", "紫天退", dt.date(2011, 12, 29), dt.date(2025, 10, 14)),)),
    }


@pytest.mark.parametrize(("kind", "outcome"), [("html", Blocked), ("cut", Failed), ("empty", Failed)])
def test_one_exchange_that_fails_leaves_the_other_and_an_empty_list_is_no_answer(
    exchange: FakeExchange, kind: str, outcome: type
) -> None:
    exchange.faults.append(Fault(kind, "szse", -1))
    found = delistings(10.0)
    assert isinstance(found["SH"], Delistings)
    assert isinstance(found["SZ"], outcome)
