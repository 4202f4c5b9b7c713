"""Yahoo's splits undone, its dividends in the right currency, its dates left where they are."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.domain.model import Action
from watchlist.sources import yahoo
from watchlist.sources.contract import Actions, Bars, NoData, Source
from watchlist.sources.yahoo import later_splits

SINCE, UNTIL = dt.date(2021, 1, 1), dt.date(2026, 11, 20)


def test_a_row_is_divided_by_every_split_after_it() -> None:
    # 4 for 1 on the second day, 3 for 2 on the fourth.
    assert later_splits(np.array([0.0, 4.0, 0.0, 1.5])).tolist() == [6.0, 1.5, 1.5, 1.0]


@pytest.mark.parametrize(
    ("symbol", "actions"),
    [
        (
            "600000.SH",  # cash and bonus shares on one day: per old share
            (
                Action(dt.date(2021, 7, 20), cash=0.48),
                Action(dt.date(2023, 6, 20), cash=0.32, split=1.5),
                Action(dt.date(2026, 7, 15), cash=0.41),
            ),
        ),
        ("AAPL.US", (Action(dt.date(2022, 8, 31), split=4.0), Action(dt.date(2025, 8, 8), cash=0.26))),
        # The second was declared in another currency, as 4.87, which Yahoo prints.
        ("00700.HK", (Action(dt.date(2024, 5, 20), cash=3.4), Action(dt.date(2026, 5, 18), cash=5.3))),
        ("688981.SH", ()),
        ("HSI.HI", ()),
    ],
)
def test_actions_are_per_share_of_their_day_in_the_trading_currency(
    sources: Mapping[str, Source], symbol: str, actions: tuple[Action, ...]
) -> None:
    outcome = sources["yahoo"].actions(symbol, SINCE, UNTIL)
    assert isinstance(outcome, Actions), outcome
    assert [(action.ex_date, action.split) for action in outcome.actions] == [(a.ex_date, a.split) for a in actions]
    assert [action.cash for action in outcome.actions] == pytest.approx([a.cash for a in actions], abs=0.001)


def test_actions_are_cut_to_the_range(sources: Mapping[str, Source]) -> None:
    outcome = sources["yahoo"].actions("600000.SH", dt.date(2023, 6, 20), dt.date(2026, 7, 14))
    assert isinstance(outcome, Actions)
    assert [action.ex_date for action in outcome.actions] == [dt.date(2023, 6, 20)]


def test_dates_are_the_exchange_s_own(sources: Mapping[str, Source]) -> None:
    # 09:30 in Hong Kong is the evening before in New York; midnight in London is the day before in UTC, in summer.
    for symbol in ("00700.HK", "AAPL.US", "HKDCNY.FX"):
        outcome = sources["yahoo"].bars(symbol, dt.date(2026, 7, 6), dt.date(2026, 7, 10))
        assert isinstance(outcome, Bars), outcome
        assert outcome.frame["session"].tolist() == [f"2026-07-{day:02d}" for day in range(6, 11)]


def test_an_unknown_security_costs_one_question(sources: Mapping[str, Source], exchange: FakeExchange) -> None:
    sources["yahoo"].bars("AAPL.US", dt.date(2026, 11, 2), UNTIL)
    exchange.log.clear()
    assert isinstance(sources["yahoo"].bars("ZZZZ.US", dt.date(2026, 11, 2), UNTIL), NoData)
    assert [url for url in exchange.log if "ZZZZ" not in url and "getcrumb" not in url] == []


def test_an_unknown_security_has_no_actions_that_are_known(sources: Mapping[str, Source]) -> None:
    assert isinstance(sources["yahoo"].actions("ZZZZ.US", SINCE, UNTIL), NoData)
    assert isinstance(sources["yahoo"].actions("920047.BJ", SINCE, UNTIL), NoData)


def test_a_split_of_a_day_that_has_no_prices_yet_is_undone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # 4 for 1 this morning, before the first trade: Yahoo has divided 100 by it already.
    table = pd.DataFrame(
        {name: [25.0, np.nan] for name in ("Open", "High", "Low", "Close")}
        | {"Volume": [4000.0, 0.0], "Stock Splits": [0.0, 4.0]},
        index=pd.DatetimeIndex(["2026-11-19", "2026-11-20"], tz="America/New_York"),
    )
    monkeypatch.setattr(yahoo, "_history", lambda *_: table)
    outcome = yahoo.fetch_bars("AAPL.US", SINCE, UNTIL)
    assert isinstance(outcome, Bars), outcome
    assert outcome.frame[["session", "close", "volume"]].to_numpy().tolist() == [["2026-11-19", 100.0, 1000.0]]


def test_a_last_row_without_prices_is_no_bar(sources: Mapping[str, Source], exchange: FakeExchange) -> None:
    exchange.faults.append(Fault("unpriced", "chart", -1))
    outcome = sources["yahoo"].bars("00700.HK", dt.date(2026, 11, 2), UNTIL)
    assert isinstance(outcome, Bars), outcome
    assert outcome.frame["session"].iloc[-1] == "2026-11-19"
    assert outcome.frame["close"].notna().all()
