"""The exchanges' lists of what they delisted, over the true akshare."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.sources.contract import Blocked, Failed
from watchlist.sources.delistings import Delisting, Delistings
from watchlist.sources.name_desk import ListOutcome, NameDesk


@pytest.fixture(scope="module")
def desk() -> Iterator[NameDesk]:
    made = NameDesk(10.0, 0)
    yield made
    made.close()


def asked(desk: NameDesk) -> dict[str, ListOutcome]:
    return {one.key: one.ask() for one in desk.lists() if one.key.endswith("delisted")}


def test_both_exchanges_say_what_they_delisted_and_when(exchange: FakeExchange, desk: NameDesk) -> None:
    found = asked(desk)
    assert len(exchange.log) == 2
    assert found == {
        "SH delisted": Delistings((Delisting("600001.SH", "邯郸钢铁", dt.date(1998, 1, 22), dt.date(2009, 12, 29)),)),
        "SZ delisted": Delistings((Delisting("300280.SZ", "紫天退", dt.date(2011, 12, 29), dt.date(2025, 10, 14)),)),
    }


@pytest.mark.parametrize(("kind", "outcome"), [("html", Blocked), ("cut", Failed), ("empty", Failed)])
def test_one_exchange_that_fails_leaves_the_other_and_an_empty_list_is_no_answer(
    exchange: FakeExchange, desk: NameDesk, kind: str, outcome: type
) -> None:
    exchange.faults.append(Fault(kind, "szse", -1))
    found = asked(desk)
    assert isinstance(found["SH delisted"], Delistings)
    assert isinstance(found["SZ delisted"], outcome)
