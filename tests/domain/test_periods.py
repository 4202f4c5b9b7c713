"""Periods as they are typed: which days they cover, and what is none."""

import datetime as dt

import pytest

from watchlist.domain.periods import BadPeriod, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q1", "2026-01-01", "2026-03-31"),
        ("2026q3", "2026-07-01", "2026-09-30"),
        (" 2026Q4 ", "2026-10-01", "2026-12-31"),
        ("2026H1", "2026-01-01", "2026-06-30"),
        ("2026h2", "2026-07-01", "2026-12-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-07..2026-09", "2026-07-01", "2026-09-30"),
        ("2025-12-15..2026-01-20", "2025-12-15", "2026-01-20"),
        ("2026Q1..2026Q3", "2026-01-01", "2026-09-30"),
        ("2026-07-01", "2026-07-01", "2026-07-01"),
    ],
)
def test_what_a_period_covers(text: str, first: str, last: str) -> None:
    found = parse_period(text)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert found.label == text.strip().upper()
    assert found.before == found.first - dt.timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "Q3", "2026Q0", "2026Q5", "2026H3", "2026-13", "2026-7", "26Q1", "2026-09..2026-07", "..", "2026Q1..",
             "..2026Q1", "2026Q1..2026Q2..2026Q3", "0000", "0001", "2026-02-30", "２０２６Q5", "last quarter",
             "2026-W27", "2026W27", "2026-W27-1", "20260701"],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod, match="2026Q3"):
        parse_period(text)
