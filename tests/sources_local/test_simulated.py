"""Simulated prices: the same for the same seed, a longer path begins with the shorter one, and each bar could be."""

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import pandas as pd
import pytest

from watchlist.core.arrival import possible
from watchlist.domain.model import Action, Security
from watchlist.ledger.home import CHECKOUT, Home
from watchlist.ledger.reports import load_reports
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import load_settings
from watchlist.sources.contract import Actions, Bars, NoData
from watchlist.sources.simulated import SimulatedSource

DEMO_SEED: Final = 20240614
START, MIDDLE, END = dt.date(2022, 1, 4), dt.date(2025, 3, 14), dt.date(2026, 11, 20)
# A board each; whole percent of the daily limit, by the exchanges' rules (Hong Kong and New York have none).
BOARDS: Final = {"600000.SH": 10, "300418.SZ": 20, "688111.SH": 20, "430047.BJ": 30, "00772.HK": None, "AAPL.US": None}
SHARES: Final = (*BOARDS, "000001.SZ", "002027.SZ", "300133.SZ", "601019.SH")
GONE: Final = Security("300280.SZ", "紫天科技", delisted=dt.date(2025, 10, 14))
NEW: Final = Security("301000.SZ", "新股", listed=dt.date(2024, 5, 6))


def make(seed: int = 7) -> SimulatedSource:
    settings = load_settings(Home(CHECKOUT.parent / "no-such-home"))
    hours = {name: market.hours for name, market in rules_from(settings).markets.items()}
    return SimulatedSource(hours, {one.symbol: one for one in (GONE, NEW)}, seed)


@pytest.fixture(scope="module")
def source() -> SimulatedSource:
    return make()


def frame(source: SimulatedSource, symbol: str, until: dt.date = END, since: dt.date = START) -> pd.DataFrame:
    found = source.bars(symbol, since, until)
    assert isinstance(found, Bars)
    return found.frame


def actions(source: SimulatedSource, symbol: str, until: dt.date = END) -> tuple[Action, ...]:
    found = source.actions(symbol, START, until)
    assert isinstance(found, Actions)
    return found.actions


def test_it_says_what_it_is(source: SimulatedSource) -> None:
    assert source.simulated
    assert source.name == "simulated"
    assert source.reachable()


@pytest.mark.parametrize("symbol", [*BOARDS, "000300.SH", "HSI.HI"])
def test_the_same_seed_gives_the_same_prices(source: SimulatedSource, symbol: str) -> None:
    pd.testing.assert_frame_equal(frame(source, symbol), frame(make(), symbol))
    assert actions(source, symbol) == actions(make(), symbol)
    assert not frame(source, symbol)["close"].equals(frame(make(8), symbol)["close"])


@pytest.mark.parametrize("symbol", [*SHARES, "000300.SH", "HSI.HI", GONE.symbol, NEW.symbol])
@pytest.mark.parametrize("until", [MIDDLE, dt.date(2026, 11, 19)])
def test_tomorrow_leaves_yesterday_alone(source: SimulatedSource, symbol: str, until: dt.date) -> None:
    longer = frame(source, symbol)
    begun = longer[longer["session"] <= until.isoformat()].reset_index(drop=True)
    pd.testing.assert_frame_equal(begun, frame(source, symbol, until))
    assert tuple(a for a in actions(source, symbol) if a.ex_date <= until) == actions(source, symbol, until)


@pytest.mark.parametrize("symbol", [*SHARES, "000300.SH", "SPX.GI", GONE.symbol])
def test_every_bar_could_be(source: SimulatedSource, symbol: str) -> None:
    rows = list(frame(source, symbol).itertuples(index=False, name=None))
    assert len(rows) > 500
    assert all(possible(row[1:]) for row in rows)
    sessions = [row[0] for row in rows]
    assert sessions == sorted(set(sessions))


def cents(value: float) -> int:
    return int((Decimal(str(value)) * 100).to_integral_value(ROUND_HALF_UP))


@pytest.mark.parametrize("symbol", [symbol for symbol, limit in BOARDS.items() if limit])
def test_no_price_leaves_the_limits_of_its_day(source: SimulatedSource, symbol: str) -> None:
    rows = frame(source, symbol)
    gone_ex = {action.ex_date.isoformat(): action for action in actions(source, symbol)}
    limit = BOARDS[symbol] or 0
    before: Decimal | None = None
    for session, opened, high, low, close, _ in rows.itertuples(index=False, name=None):
        if before is not None:
            action = gone_ex.get(session, Action(END))
            reference = (before - Decimal(str(action.cash))) / Decimal(str(action.split))
            reference = reference.quantize(Decimal("0.01"), ROUND_HALF_UP)
            highest = int((reference * (100 + limit)).to_integral_value(ROUND_HALF_UP))
            lowest = int((reference * (100 - limit)).to_integral_value(ROUND_HALF_UP))
            assert lowest <= cents(low) <= cents(opened) <= cents(high) <= highest, session
            assert lowest <= cents(close) <= highest, session
        before = Decimal(str(close))


def test_the_demo_holds_what_makes_markets_hard() -> None:
    """Among the founding reports' shares are suspensions, opens locked at the limit, dividends and a split."""
    home = Home(CHECKOUT.parent / "no-such-home")
    source = make(DEMO_SEED)
    index = set(frame(source, "000300.SH")["session"])
    missing = locked = cash = split = 0
    recommended = {one.symbol for report in load_reports(home) for one in report.recommendations}
    for symbol in sorted(s for s in recommended if s.endswith(("SH", "SZ"))):
        rows = frame(source, symbol)
        missing += len(index - set(rows["session"]))
        locked += int(((rows["open"] == rows["close"]) & (rows["open"] > rows["close"].shift() * 1.09)).sum())
        cash += sum(action.cash > 0 for action in actions(source, symbol))
        split += sum(action.split != 1 for action in actions(source, symbol))
    assert missing > 0
    assert locked > 0
    assert cash > 0
    assert split > 0


def test_who_is_delisted_trades_no_more(source: SimulatedSource) -> None:
    assert frame(source, GONE.symbol)["session"].max() == "2025-10-13"
    assert isinstance(source.bars(GONE.symbol, dt.date(2025, 10, 14), END), NoData)


def test_who_is_not_listed_yet_does_not_trade(source: SimulatedSource) -> None:
    assert frame(source, NEW.symbol)["session"].min() == "2024-05-06"


def test_shares_follow_their_market(source: SimulatedSource) -> None:
    index = frame(source, "000300.SH").set_index("session")["close"].pct_change()
    for symbol in ("600000.SH", "000001.SZ"):
        own = frame(source, symbol).set_index("session")["close"].pct_change()
        assert index.corr(own) > 0.2


def test_volume_is_whole_shares_or_unknown(source: SimulatedSource) -> None:
    volume = frame(source, "600000.SH")["volume"]
    assert (volume > 0).all()
    assert (volume == volume.round()).all()
    assert math.isnan(frame(source, "000300.SH")["volume"].iloc[0])


def test_both_ends_of_a_range_are_in_it(source: SimulatedSource) -> None:
    day = dt.date(2025, 3, 14)
    assert list(frame(source, "600000.SH", day, day)["session"]) == ["2025-03-14"]
