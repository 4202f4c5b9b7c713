"""One shape out of every vendor's table, and what in a table no shape can be made of."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from watchlist.sources.contract import BAR_COLUMNS, Bars, Failed, NoData
from watchlist.sources.shape import Outside, bars_of

SINCE, UNTIL = dt.date(2024, 1, 2), dt.date(2024, 1, 4)


def shaped(*rows: tuple[Any, float], more: bool = True) -> Bars | NoData | Failed:
    prices = [
        {"date": day, **dict.fromkeys(("open", "high", "low", "close"), close), "volume": 3} for day, close in rows
    ]
    frame = pd.DataFrame(prices)
    return bars_of(frame if more else frame[["date", "close"]], SINCE, UNTIL, lot=100.0)


def test_a_day_may_be_a_date_or_text() -> None:
    assert isinstance(shaped((dt.date(2024, 1, 2), 1.0), (dt.date(2024, 1, 3), 1.0)), Bars)
    assert isinstance(shaped(("20240102", 1.0), ("20240103", 1.0)), Bars)


def test_rows_are_cut_to_the_range_put_in_order_and_counted_in_shares() -> None:
    found = shaped(("2024-01-04", 2.0), ("2024-01-02", 1.0), ("2024-01-02", 1.0), ("2024-01-05", 3.0))
    assert isinstance(found, Bars)
    assert found.frame[["session", "close", "volume"]].to_numpy().tolist() == [
        ["2024-01-02", 1.0, 300.0], ["2024-01-04", 2.0, 300.0],
    ]  # fmt: skip


def test_what_a_table_does_not_have_is_unknown() -> None:
    found = shaped(("2024-01-02", 1.0), more=False)
    assert isinstance(found, Bars)
    assert list(found.frame.columns) == list(BAR_COLUMNS)
    assert found.frame[["open", "high", "low", "volume"]].isna().all().all()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("no day", 1.0), ("2024-01-03", 1.0)], "1 row without a date"),
        ([("2024-01-02", 1.0), ("3", 1.0), (None, 1.0)], "2 rows without a date"),
        ([("2024-01-02", float("nan")), ("2024-01-03", float("nan"))], "2 rows without a close"),
        ([("2024-01-02", 1.0), ("2024-01-02", 1.1)], "two different bars for one session"),
    ],
)
def test_a_table_that_cannot_be_believed_is_refused_whole(rows: list[tuple[str, float]], reason: str) -> None:
    assert shaped(*rows) == Failed(reason)


def test_a_share_without_bars_in_the_range_is_there_all_the_same() -> None:
    assert shaped(("2024-01-05", 1.0)) == Outside("no bars from 2024-01-02 to 2024-01-04")
