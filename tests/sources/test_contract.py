"""The contract, kept by every live source for every kind of security, over the true libraries."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise

import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.world import Row
from watchlist.domain.model import Action
from watchlist.sources.contract import BAR_COLUMNS, Actions, Bars, NoData, Source
from watchlist.sources.sina import Sina

SINCE, UNTIL = dt.date(2025, 12, 15), dt.date(2026, 11, 21)
# Who serves what; written by hand from what the vendors keep.
SERVED = {
    "600000.SH": {"tencent", "sina", "eastmoney", "yahoo"},
    "000001.SZ": {"tencent", "sina", "eastmoney", "yahoo"},
    "688981.SH": {"tencent", "sina", "eastmoney", "yahoo"},
    "300280.SZ": {"tencent", "sina", "eastmoney", "yahoo"},
    "920047.BJ": {"tencent", "sina", "eastmoney"},
    "159869.SZ": {"tencent", "sina", "eastmoney", "yahoo"},
    "000300.SH": {"tencent", "sina", "eastmoney", "yahoo"},
    "H00300.CSI": {"eastmoney", "csindex"},
    "801760.SI": {"shenwan"},
    "00772.HK": {"sina", "eastmoney", "yahoo"},
    "00700.HK": {"sina", "eastmoney", "yahoo"},
    "HSI.HI": {"sina", "yahoo"},
    "HSTECH.HI": {"sina", "yahoo"},
    "AAPL.US": {"sina", "yahoo"},
    "SPX.GI": {"sina", "yahoo"},
    "HKDCNY.FX": {"yahoo"},
}
PAIRS = [(symbol, name) for symbol, names in SERVED.items() for name in sorted(names)]
# Total-return indices have a close only; these count volume in no unit that is known, or none at all.
CLOSE_ONLY = {("H00300.CSI", "csindex")}
NO_VOLUME = {("H00300.CSI", "csindex"), ("801760.SI", "shenwan"), ("HKDCNY.FX", "yahoo")}
NO_TURNOVER = {"yahoo", "shenwan", "csindex"}


def truth(exchange: FakeExchange, symbol: str, since: dt.date, until: dt.date) -> list[Row]:
    security = exchange.world.securities[symbol].until(exchange.today)
    return [row for row in security.rows if since <= row.day <= until]


def fetched(source: Source, symbol: str, since: dt.date, until: dt.date) -> Bars:
    outcome = source.bars(symbol, since, until)
    assert isinstance(outcome, Bars), outcome
    return outcome


@pytest.mark.parametrize("symbol", SERVED)
def test_a_source_knows_whom_it_serves(sources: Mapping[str, Source], symbol: str) -> None:
    assert {name for name, source in sources.items() if source.serves(symbol)} == SERVED[symbol]


@pytest.mark.parametrize(("symbol", "name"), [pair for pair in PAIRS if pair[0] != "300280.SZ"])
def test_bars_are_the_exchange_s_own(
    sources: Mapping[str, Source], exchange: FakeExchange, symbol: str, name: str
) -> None:
    frame = fetched(sources[name], symbol, SINCE, UNTIL).frame
    rows = truth(exchange, symbol, SINCE, UNTIL)
    assert list(frame.columns[: len(BAR_COLUMNS)]) == list(BAR_COLUMNS)
    assert frame["session"].tolist() == [row.day.isoformat() for row in rows]
    assert frame["close"].tolist() == [row.close for row in rows]
    for price in ("open", "high", "low"):
        if (symbol, name) in CLOSE_ONLY:
            assert frame[price].isna().all()
        else:
            assert frame[price].tolist() == [getattr(row, price) for row in rows]
    if (symbol, name) in NO_VOLUME:
        assert frame["volume"].isna().all()
    else:
        assert frame["volume"].tolist() == [row.volume for row in rows]
    if "turnover" in frame:
        assert frame["turnover"].tolist() == pytest.approx([row.turnover for row in rows], abs=1)
    else:
        assert name in NO_TURNOVER or symbol == "000300.SH"


@pytest.mark.parametrize(("symbol", "name"), PAIRS)
def test_both_ends_are_included_and_nothing_beyond(
    sources: Mapping[str, Source], exchange: FakeExchange, symbol: str, name: str
) -> None:
    rows = truth(exchange, symbol, dt.date(2024, 12, 16), dt.date(2025, 1, 3))
    since, until = rows[2].day, rows[-1].day
    sessions = fetched(sources[name], symbol, since, until).frame["session"].tolist()
    assert sessions == [row.day.isoformat() for row in rows[2:]]


@pytest.mark.parametrize("name", ["eastmoney", "sina", "tencent", "yahoo"])
def test_bars_from_before_splits_are_as_traded(
    sources: Mapping[str, Source], exchange: FakeExchange, name: str
) -> None:
    symbol = "AAPL.US" if name in {"sina", "yahoo"} else "600000.SH"
    since, until = dt.date(2021, 6, 1), dt.date(2021, 9, 30)
    frame = fetched(sources[name], symbol, since, until).frame
    rows = truth(exchange, symbol, since, until)
    assert frame["close"].tolist() == [row.close for row in rows]
    assert frame["volume"].tolist() == [row.volume for row in rows]


@pytest.mark.parametrize("name", sorted(SERVED["300280.SZ"]))
def test_what_was_delisted_keeps_its_history_and_has_no_later_bars(
    sources: Mapping[str, Source], exchange: FakeExchange, name: str
) -> None:
    frame = fetched(sources[name], "300280.SZ", dt.date(2025, 1, 1), UNTIL).frame
    rows = truth(exchange, "300280.SZ", dt.date(2025, 1, 1), UNTIL)
    assert frame["session"].tolist() == [row.day.isoformat() for row in rows]
    assert frame["session"].iloc[-1] == "2025-09-19"
    assert isinstance(sources[name].bars("300280.SZ", dt.date(2026, 1, 5), UNTIL), NoData)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [(symbol, name) for symbol in ("300280.SZ", "00772.HK") for name in sorted(SERVED[symbol])],
)
def test_a_halt_is_no_data_and_costs_no_failure(
    sources: Mapping[str, Source], exchange: FakeExchange, symbol: str, name: str
) -> None:
    since, until = dt.date(2025, 1, 8), dt.date(2025, 2, 10)
    assert truth(exchange, symbol, since, until) == []
    assert isinstance(sources[name].bars(symbol, since, until), NoData)


def step(exchange: FakeExchange, symbol: str, action: Action) -> float:
    """Give what an action multiplies returns by (复权步长): previous close over reference price."""
    close = [row.close for row in exchange.world.securities[symbol].rows if row.day < action.ex_date][-1]
    return close / ((close - action.cash) / action.split)


def test_cash_and_split_of_two_sources_are_the_steps_of_a_third(
    sources: Mapping[str, Source], exchange: FakeExchange
) -> None:
    sina = sources["sina"]
    assert isinstance(sina, Sina)
    factors = sina.factors("600000.SH")
    assert isinstance(factors, tuple)
    expected = [(day, factor / before) for (_, before), (day, factor) in pairwise(factors)]
    for name in ("eastmoney", "yahoo"):
        outcome = sources[name].actions("600000.SH", dt.date(2021, 1, 4), UNTIL)
        assert isinstance(outcome, Actions)
        steps = [step(exchange, "600000.SH", action) for action in outcome.actions]
        assert [action.ex_date for action in outcome.actions] == [day for day, _ in expected]
        assert steps == pytest.approx([value for _, value in expected], rel=1e-4)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("699999.SH", "tencent"), ("699999.SH", "sina"), ("699999.SH", "eastmoney"), ("699999.SH", "yahoo"),
        ("09999.HK", "sina"), ("09999.HK", "eastmoney"), ("09999.HK", "yahoo"), ("ZZZZ.US", "sina"),
        ("ZZZZ.US", "yahoo"), ("801999.SI", "shenwan"), ("H99999.CSI", "csindex"), ("589999.SH", "eastmoney"),
        ("000999.SH", "tencent"), ("000999.SH", "eastmoney"),
    ],
)  # fmt: skip
def test_an_unknown_security_is_no_data(sources: Mapping[str, Source], symbol: str, name: str) -> None:
    assert isinstance(sources[name].bars(symbol, SINCE, UNTIL), NoData)


@pytest.mark.parametrize("name", ["csindex", "eastmoney", "shenwan", "sina", "tencent", "yahoo"])
def test_what_a_source_does_not_serve_is_no_data_without_a_request(
    sources: Mapping[str, Source], exchange: FakeExchange, name: str
) -> None:
    symbol = "HKDCNY.FX" if name != "yahoo" else "801760.SI"
    assert isinstance(sources[name].bars(symbol, SINCE, UNTIL), NoData)
    assert exchange.log == []


@pytest.mark.parametrize(("name", "most"), [("tencent", 2), ("sina", 1), ("eastmoney", 1), ("yahoo", 3)])
def test_the_next_day_costs_few_requests(
    sources: Mapping[str, Source], exchange: FakeExchange, name: str, most: int
) -> None:
    fetched(sources[name], "600000.SH", dt.date(2026, 11, 9), dt.date(2026, 11, 20))
    assert len(exchange.log) <= most
    exchange.log.clear()
    fetched(sources[name], "000001.SZ", dt.date(2026, 11, 9), dt.date(2026, 11, 20))
    assert len(exchange.log) <= min(most, 2)


def test_a_stand_in_that_moves_on_is_seen_by_a_long_lived_process(
    sources: Mapping[str, Source], exchange: FakeExchange
) -> None:
    past = (dt.date(2026, 7, 1), dt.date(2026, 7, 14))
    for name in ("yahoo", "eastmoney", "sina", "tencent"):
        exchange.today = dt.date(2026, 7, 14)
        before = fetched(sources[name], "600000.SH", *past).frame
        exchange.today = dt.date(2026, 11, 20)
        assert fetched(sources[name], "600000.SH", *past).frame.equals(before)
