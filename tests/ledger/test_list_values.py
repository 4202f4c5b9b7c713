"""Cells of a list: days, prices and codes in the spellings that people and spreadsheets give them."""

import datetime as dt

import numpy as np
import pytest

from watchlist.core.coded import Coded
from watchlist.ledger.list_values import code_text, currency_word, days_of, prices_of, visible

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def cells(*texts: str) -> Coded:
    return Coded.of(texts)


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-14", "2024/6/14", "2024.6.14", "20240614", "2024年6月14日", "2024年06月14", "２０２４－０６－１４",
        # Excel's number of that day: its 45292 is 2024-01-01, and this is the 166th day of the year.
        "45457", "45457.0",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_spelling(text: str) -> None:
    days, moments = days_of(cells(text))
    assert (days[0], moments[0]) == (np.datetime64("2024-06-14"), None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-06-14 08:30", dt.datetime(2024, 6, 14, 8, 30, tzinfo=SHANGHAI)),
        ("2024/6/14 8:30:15", dt.datetime(2024, 6, 14, 8, 30, 15, tzinfo=SHANGHAI)),
        ("2024-06-14T08:30:00+00:00", dt.datetime(2024, 6, 14, 8, 30, tzinfo=dt.UTC)),
        ("2024-06-14T08:30:00.500Z", dt.datetime(2024, 6, 14, 8, 30, tzinfo=dt.UTC)),
        ("2024年6月14日 08:30", dt.datetime(2024, 6, 14, 8, 30, tzinfo=SHANGHAI)),
        ("45457.5", dt.datetime(2024, 6, 14, 12, 0, tzinfo=SHANGHAI)),
    ],
)
def test_a_time_is_shanghais_unless_it_says_otherwise(text: str, moment: dt.datetime) -> None:
    days, moments = days_of(cells(text))
    assert (days[0], moments[0]) == (np.datetime64("2024-06-14"), moment)


@pytest.mark.parametrize(
    "text",
    ["", "2024-13-01", "2024-02-30", "14/06/2024", "06/14/24", "24-06-14", "2024-6", "12345", "99999", "tomorrow",
     "2024-06-14 25:00", "20241301", "2024-06-14 extra", "1"],
)  # fmt: skip
def test_what_may_be_two_days_or_none_is_no_day(text: str) -> None:
    assert np.isnat(days_of(cells(text))[0][0])


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("12.5", 12.5, 12.5, ""), ("1,234.50", 1234.5, 1234.5, ""), ("HK$12.5", 12.5, 12.5, "HKD"),
        ("US$ 180", 180, 180, "USD"), ("12.50元", 12.5, 12.5, "CNY"), ("¥12", 12, 12, "CNY"), ("￥12", 12, 12, "CNY"),
        ("12.5港元", 12.5, 12.5, "HKD"), ("RMB 12", 12, 12, "CNY"), ("12-14", 12, 14, ""), ("12.00~14.5", 12, 14.5, ""),
        ("12元-14元", 12, 14, "CNY"),
        ("HK$12 – HK$14", 12, 14, "HKD"), ("12至14", 12, 14, ""), ("１２．５", 12.5, 12.5, ""),
    ],
)  # fmt: skip
def test_a_target_keeps_its_range_and_its_currency(text: str, low: float, high: float, currency: str) -> None:
    lows, highs, currencies, wrong = prices_of(cells(text))
    assert (lows[0], highs[0], currencies[0], wrong[0]) == (low, high, currency, False)


@pytest.mark.parametrize("text", ["", "-", "--", "—", "N/A", "nan", "无"])
def test_a_dash_is_no_target_and_no_mistake(text: str) -> None:
    lows, _, _, wrong = prices_of(cells(text))
    assert np.isnan(lows[0])
    assert not wrong[0]


@pytest.mark.parametrize(
    "text", ["many", "0", "-5", "1e400", "14-12", "12 or 14", "HK$12-US$14", "12%", "12 EUR", "1,23"]
)
def test_what_is_no_price_is_a_mistake(text: str) -> None:
    assert prices_of(cells(text))[3][0]


def test_currencies_codes_and_names() -> None:
    assert [currency_word(text) for text in ("港币", "USD", "", "-", "EUR")] == ["HKD", "USD", "", "", None]
    assert [code_text(text) for text in ("300418.0", "300418.00", "300418.SZ", "1.0", "1.5")] == [
        "300418", "300418", "300418.SZ", "1", "1.5",
    ]  # fmt: skip
    # A mark that turns the direction of text, one of no width, a tab: none of them is part of a name.
    assert visible("\u202e甲\u200b证\t券 ") == "甲证 券"
