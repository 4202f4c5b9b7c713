"""Sina's factor file, parsed and never run, and its days without trade."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.sources.contract import Blocked, Failed, NoData, Source
from watchlist.sources.sina import Sina, parse_factors, traded

FILE = 'var sz300418hfq={"total":2,"data":[{"d":"2023-06-20","f":"1.53"},{"d":"1900-01-01","f":"1.0"}]}\n/* Sina */'


@pytest.fixture
def sina(sources: Mapping[str, Source]) -> Sina:
    source = sources["sina"]
    assert isinstance(source, Sina)
    return source


def test_a_factor_file_is_read_as_json() -> None:
    found = parse_factors(FILE, "sz300418")
    assert found["day"].tolist() == [dt.date(1900, 1, 1), dt.date(2023, 6, 20)]
    assert found["factor"].tolist() == [1.0, 1.53]


@pytest.mark.parametrize(
    "text",
    [
        "",
        FILE[:60],
        FILE.replace("sz300418", "sz300419"),
        FILE.replace('"1.53"', '"nan"'),
        FILE.replace('"1.53"', '"-1"'),
        FILE.replace('"total":2', '"total":3'),
        "var sz300418hfq=__import__('os').getcwd()\n",
        'var sz300418hfq={"total":0,"data":open("stolen","w").close() or []}\n',
        FILE.replace("\n/*", ";alert(1)\n/*"),
    ],
)
def test_anything_else_is_refused_and_nothing_of_it_runs(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "cwd", lambda: pytest.fail("ran"))
    with pytest.raises(ValueError):  # noqa: PT011 - a JSON error is one
        parse_factors(text, "sz300418")
    assert not Path("stolen").exists()


def test_factors_are_the_steps_of_the_exchange(sina: Sina, exchange: FakeExchange) -> None:
    found = sina.factors("600000.SH")
    assert isinstance(found, tuple), found
    assert [day for day, _ in found] == [
        dt.date(1900, 1, 1), dt.date(2021, 7, 20), dt.date(2023, 6, 20), dt.date(2026, 7, 15),
    ]  # fmt: skip
    # The step of 2023-06-20 by hand: c / ((c - 0.32) / 1.5), c the close before.
    close = next(
        row.close for row in reversed(exchange.world.securities["600000.SH"].rows) if row.day < dt.date(2023, 6, 20)
    )
    assert found[2][1] / found[1][1] == pytest.approx(1.5 * close / (close - 0.32), rel=1e-12)


def test_factors_have_the_same_four_outcomes(sina: Sina, exchange: FakeExchange) -> None:
    assert isinstance(sina.factors("00700.HK"), NoData)
    assert isinstance(sina.factors("699999.SH"), NoData)
    for kind, outcome in (("html", Blocked), ("drop", Blocked), ("cut", Failed), ("short", Failed)):
        exchange.faults[:] = [Fault(kind, "hfq.js", -1)]
        assert isinstance(sina.factors("600000.SH"), outcome), kind


def test_days_without_trade_are_no_bars() -> None:
    frame = pd.DataFrame(
        [("2025-01-02", 9.0, 100, 900.0), ("2025-01-03", 9.0, 100, 900.0), ("2025-01-06", 9.0, 0, 0.0),
         ("2025-01-07", 9.0, 100, 900.0)],
        columns=["date", "close", "volume", "amount"],
    )  # fmt: skip
    assert traded(frame)["date"].tolist() == ["2025-01-02", "2025-01-07"]
