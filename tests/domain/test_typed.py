"""What a person typed: every way of writing a date or a moment means the same."""

import datetime as dt

import pytest

from watchlist.domain.errors import BadDate
from watchlist.domain.typed import SHANGHAI, date_of, moment_of


@pytest.mark.parametrize("text", ["2024-06-14", "20240614", "2024-W24-5"])
def test_a_date_alone_is_its_last_moment_however_it_is_written(text: str) -> None:
    assert date_of(text, "--known-at") == dt.date(2024, 6, 14)
    assert moment_of(text, "--known-at") == dt.datetime(2024, 6, 14, 23, 59, 59, 999_999, SHANGHAI)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2024-06-14 09:00", 1), ("20240614T09", 1), ("2024-06-14T09:00+08:00", 1), ("2024-06-14T09:00Z", 9)],
)
def test_a_time_is_of_shanghai_unless_it_says_otherwise(text: str, hour: int) -> None:
    assert moment_of(text, "--known-at") == dt.datetime(2024, 6, 14, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2024-06-31", "2024-06-14T25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(BadDate):
        moment_of(text, "--known-at")
    assert moment_of(None, "--known-at") is None
