"""Eastmoney's distributions and its empty answers."""

import datetime as dt
from collections.abc import Mapping

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.domain.model import Action
from watchlist.sources.contract import Actions, Blocked, Failed, NoData, Source

SINCE, UNTIL = dt.date(2021, 1, 1), dt.date(2026, 11, 20)


def test_distributions_are_per_share_and_only_those_carried_out(sources: Mapping[str, Source]) -> None:
    assert sources["eastmoney"].actions("600000.SH", SINCE, UNTIL) == Actions(
        (
            Action(dt.date(2021, 7, 20), cash=0.48),
            Action(dt.date(2023, 6, 20), cash=0.32, split=1.5),
            Action(dt.date(2026, 7, 15), cash=0.41),
        )
    )


def test_distributions_are_cut_to_the_range_and_cost_one_request(
    sources: Mapping[str, Source], exchange: FakeExchange
) -> None:
    outcome = sources["eastmoney"].actions("600000.SH", dt.date(2023, 6, 20), dt.date(2026, 7, 14))
    assert outcome == Actions((Action(dt.date(2023, 6, 20), cash=0.32, split=1.5),))
    assert len(exchange.log) == 1


def test_no_record_is_no_proof_that_nothing_was_paid(sources: Mapping[str, Source]) -> None:
    for symbol in ("000001.SZ", "699999.SH", "00700.HK", "159869.SZ"):
        assert isinstance(sources["eastmoney"].actions(symbol, SINCE, UNTIL), NoData), symbol


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("html", Blocked), ("status", Blocked), ("reset", Blocked), ("cut", Failed), ("wrong", Failed)],
)
def test_faults_are_told_apart(sources: Mapping[str, Source], exchange: FakeExchange, kind: str, outcome: type) -> None:
    exchange.faults.append(Fault(kind, "datacenter-web", -1, other="00700.HK"))
    assert isinstance(sources["eastmoney"].actions("600000.SH", SINCE, UNTIL), outcome)


def test_an_empty_answer_is_believed_only_while_a_known_share_has_bars(
    sources: Mapping[str, Source], exchange: FakeExchange
) -> None:
    exchange.faults.append(Fault("empty", "secid=1.688981", -1))
    assert isinstance(sources["eastmoney"].bars("688981.SH", dt.date(2026, 9, 1), UNTIL), NoData)
    exchange.faults.append(Fault("empty", "kline/get", -1))
    assert isinstance(sources["eastmoney"].bars("688981.SH", dt.date(2026, 9, 1), UNTIL), Blocked)
