"""Rules: costs, and where the trailing periods begin."""

import datetime as dt

import pytest

from tests.core.markets import LIMITS, RULES, day, near
from watchlist.core.rules import Costs, EntryRule, period_start


@pytest.mark.parametrize(
    ("period", "start"),
    [
        ("1d", "2024-06-13"),
        ("1w", "2024-06-07"),
        ("1m", "2024-05-14"),
        ("3m", "2024-03-14"),
        ("6m", "2023-12-14"),
        ("1y", "2023-06-14"),
        ("ytd", "2023-12-31"),
    ],
)
def test_periods_begin_on_a_day_of_the_calendar(period: str, start: str) -> None:
    assert period_start(day("2024-06-14"), period) == day(start)


def test_a_period_of_months_is_clamped_to_the_month_and_since_begins_at_entry() -> None:
    assert period_start(day("2024-03-31"), "1m") == dt.date(2024, 2, 29)
    assert period_start(day("2024-02-29"), "1y") == dt.date(2023, 2, 28)
    assert period_start(day("2024-06-14"), "since") is None
    assert period_start(day("2024-06-14"), "since_added") is None


def test_costs_come_off_both_ends() -> None:
    # 100 buys 100 / 1.001 worth; +10 %; sold for 0.998 of it: 1.1 x 0.998 / 1.001 = 1.096703297
    assert Costs(buy=0.001, sell=0.002).net(0.1) == near(1.1 * 0.998 / 1.001 - 1)
    assert Costs().net(0.1) == near(0.1)


def test_the_rule_of_entry_is_the_open_and_a_wait_of_twenty_sessions() -> None:
    assert EntryRule() == EntryRule("open", 20)
    assert RULES.limits is LIMITS
