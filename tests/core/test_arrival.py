"""Arrival: which bars can be, and which two say the same."""

import datetime as dt
import math

import pytest

from watchlist.core.arrival import Bar, Ground, examine, possible, same_bar
from watchlist.domain.calendars import days

NAN = math.nan
GOOD: Bar = (10.0, 10.5, 9.8, 10.2, 1000.0)


@pytest.mark.parametrize(
    "bar",
    [
        GOOD,
        (10.0, 10.0, 10.0, 10.0, 0.0),  # one price all day, nothing traded
        (NAN, NAN, NAN, 10.0, NAN),  # only a close is known
        (None, None, None, 10.0, None),
        (10.0, NAN, 9.8, 10.2, NAN),
        (10.0, 10.5, NAN, 10.2, 5.0),
        (10.005, 10.0, 9.8, 9.9, 5.0),  # half a cent above the high is rounding
        (10.0, 10.5, 10.005, 10.2, 5.0),
    ],
)
def test_bars_that_can_be(bar: Bar) -> None:
    assert possible(bar)


@pytest.mark.parametrize(
    "bar",
    [
        (10.0, 10.5, 9.8, NAN, 1000.0),  # no close
        (10.0, 10.5, 9.8, None, 1000.0),
        (10.0, 10.5, 9.8, 0.0, 1000.0),
        (10.0, 10.5, 9.8, -1.0, 1000.0),
        (0.0, 10.5, 9.8, 10.2, 1000.0),
        (10.0, 10.5, -9.8, 10.2, 1000.0),
        (10.0, 10.5, 9.8, 10.2, -1.0),
        (10.6, 10.5, 9.8, 10.2, 1000.0),  # opens above the high
        (10.0, 10.5, 9.8, 10.6, 1000.0),  # closes above it
        (9.7, 10.5, 9.8, 10.2, 1000.0),  # opens below the low
        (10.0, 10.5, 9.8, 9.7, 1000.0),
        (10.0, 9.8, 10.5, 10.2, 1000.0),  # high and low changed places
    ],
)
def test_bars_that_cannot_be(bar: Bar) -> None:
    assert not possible(bar)


def test_bars_agree_within_half_a_cent_and_where_only_one_knows() -> None:
    assert same_bar(GOOD, (10.005, 10.495, 9.805, 10.2, 7.0))  # volume is not compared
    assert same_bar(GOOD, (NAN, None, NAN, 10.2, NAN))
    assert same_bar((NAN, None, NAN, 10.2, NAN), GOOD)


@pytest.mark.parametrize(
    "other", [(10.02, 10.5, 9.8, 10.2), (10.0, 10.52, 9.8, 10.2), (10.0, 10.5, 9.78, 10.2), (10.0, 10.5, 9.8, 10.18)]
)
def test_bars_two_cents_apart_disagree(other: Bar) -> None:
    assert not same_bar(GOOD, (*other, 1000.0))


@pytest.mark.parametrize("at", range(5))
def test_nothing_without_an_end_is_a_price_or_a_volume(at: int) -> None:
    bar = [10.0, 10.0, 10.0, 10.0, 1000.0]
    bar[at] = math.inf
    ground = Ground("AAPL.US", {}, days([]), dt.date(2024, 6, 14))
    found = examine("a", [("2024-06-13", tuple(bar))], ground)
    assert (list(found.rows), [doubt.rule for doubt in found.refused]) == ([], ["impossible"])
