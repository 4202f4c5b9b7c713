"""Sessions: what the calendar foresees, what a person and the index know better, and moments around a session."""

import datetime as dt

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from tests.core.markets import HOURS, day
from watchlist.domain.calendars import (
    Overrides,
    add_months,
    days,
    first_after_publication,
    last_closed,
    scheduled,
    sessions_since,
    with_evidence,
)


def listed(hours: str, start: str, end: str, overrides: Overrides | None = None) -> list[str]:
    sessions, _ = scheduled(HOURS[hours], day(start), day(end), overrides)
    return [str(session) for session in sessions]


def test_holidays_of_each_market() -> None:
    # Dragon Boat, Monday 2024-06-10: closed in Shanghai and Hong Kong. Juneteenth, Wednesday 06-19: in New York.
    assert listed("CN", "2024-06-07", "2024-06-12") == ["2024-06-07", "2024-06-11", "2024-06-12"]
    assert listed("HK", "2024-06-07", "2024-06-12") == ["2024-06-07", "2024-06-11", "2024-06-12"]
    assert listed("US", "2024-06-18", "2024-06-20") == ["2024-06-18", "2024-06-20"]
    # National Day week of 2024: 10-01 … 10-07; Hong Kong has the first of October and 10-11 only.
    assert listed("CN", "2024-09-30", "2024-10-08") == ["2024-09-30", "2024-10-08"]
    assert "2024-10-02" in listed("HK", "2024-09-30", "2024-10-08")


def test_both_ends_are_included_and_a_span_without_a_session_is_empty() -> None:
    assert listed("CN", "2024-06-11", "2024-06-11") == ["2024-06-11"]
    assert listed("CN", "2024-06-08", "2024-06-10") == []
    assert scheduled(HOURS["CN"], day("2024-06-03"), day("2024-06-07"))[1] is None


def test_past_the_librarys_last_year_weekdays_stand_in_and_are_called_provisional() -> None:
    # The library's Chinese years end with 2026.
    sessions, provisional_after = scheduled(HOURS["CN"], day("2026-12-30"), day("2027-01-05"))
    assert provisional_after == day("2026-12-31")
    assert [str(s) for s in sessions] == ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-04", "2027-01-05"]
    # New Year 2027 is closed: a person says so.
    closed = Overrides(closed=(day("2027-01-01"),))
    assert listed("CN", "2026-12-31", "2027-01-04", closed) == ["2026-12-31", "2027-01-04"]
    # A span that lies wholly beyond it.
    sessions, provisional_after = scheduled(HOURS["CN"], day("2027-01-02"), day("2027-01-04"))
    assert (sessions.tolist(), provisional_after) == ([day("2027-01-04")], day("2026-12-31"))


def test_years_ahead_are_the_librarys_where_it_reckons_them() -> None:
    # Thanksgiving of 2033 is Thursday 11-24 (the fourth of November); Christmas is a Sunday, kept on Monday 12-26.
    sessions, provisional_after = scheduled(HOURS["US"], day("2033-11-21"), day("2033-12-30"))
    assert provisional_after is None
    assert day("2033-11-24") not in sessions.tolist()
    assert day("2033-12-26") not in sessions.tolist()
    assert len(sessions) == 28  # thirty weekdays without the two


def test_a_person_knows_better_than_the_library() -> None:
    known = Overrides(closed=(day("2024-06-12"), day("2030-01-01")), opened=(day("2024-06-08"), day("2024-07-06")))
    assert listed("CN", "2024-06-07", "2024-06-12", known) == ["2024-06-07", "2024-06-08", "2024-06-11"]
    assert listed("CN", "2024-06-03", "2024-06-07", Overrides()) == listed("CN", "2024-06-03", "2024-06-07")


def test_the_bars_of_the_index_overrule_the_calendar_between_the_first_and_the_last() -> None:
    foreseen = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"])
    traded = days(["2024-06-04", "2024-06-06", "2024-06-08"])
    # 06-05 did not trade, 06-08 did; before 06-04 nothing is known better.
    assert [str(s) for s in with_evidence(foreseen, traded)] == [
        "2024-06-03", "2024-06-04", "2024-06-06", "2024-06-08",
    ]  # fmt: skip
    assert with_evidence(foreseen, traded[:2]).tolist() == days(
        ["2024-06-03", "2024-06-04", "2024-06-06", "2024-06-07"]
    ).tolist()  # fmt: skip
    assert with_evidence(foreseen, days([])).tolist() == foreseen.tolist()


SESSIONS = days(["2024-06-06", "2024-06-07", "2024-06-11", "2024-06-12"])


@pytest.mark.parametrize(
    ("hours", "now", "last"),
    [
        ("CN", "2024-06-11T15:29:59+08:00", "2024-06-07"),
        ("CN", "2024-06-11T15:30:00+08:00", "2024-06-11"),
        ("CN", "2024-06-11T07:30:00+00:00", "2024-06-11"),  # the same moment told in Greenwich
        ("CN", "2024-06-10T20:00:00+08:00", "2024-06-07"),  # a holiday
        ("CN", "2024-06-12T00:00:00+08:00", "2024-06-11"),
        ("HK", "2024-06-11T16:29:59+08:00", "2024-06-07"),
        ("HK", "2024-06-11T16:30:00+08:00", "2024-06-11"),
        ("US", "2024-06-12T04:29:59+08:00", "2024-06-07"),  # 16:29:59 of 06-11 in New York; 06-10 is not in this list
        ("US", "2024-06-12T04:30:00+08:00", "2024-06-11"),
        ("US", "2024-06-12T12:00:00+08:00", "2024-06-11"),  # midnight in New York
        ("CN", "2025-01-01T00:00:00+08:00", "2024-06-12"),
        ("CN", "2024-06-06T15:29:00+08:00", None),
    ],
)
def test_the_last_session_whose_bars_are_final(hours: str, now: str, last: str | None) -> None:
    got = last_closed(HOURS[hours], dt.datetime.fromisoformat(now), SESSIONS)
    assert got == (None if last is None else day(last))


@pytest.mark.parametrize(
    ("hours", "published", "at", "expected"),
    [
        ("CN", "2024-06-11", None, ("2024-06-11", False)),
        ("CN", "2024-06-11", "2024-06-11T09:14:59+08:00", ("2024-06-11", True)),
        ("CN", "2024-06-11", "2024-06-11T09:15:00+08:00", ("2024-06-11", False)),
        ("HK", "2024-06-11", "2024-06-11T08:59:59+08:00", ("2024-06-11", True)),
        ("HK", "2024-06-11", "2024-06-11T09:00:00+08:00", ("2024-06-11", False)),
        ("US", "2024-06-11", "2024-06-11T09:29:59-04:00", ("2024-06-11", True)),
        ("US", "2024-06-11", "2024-06-11T09:30:00-04:00", ("2024-06-11", False)),
        # A morning in Shanghai is the evening before in New York.
        ("US", "2024-06-12", "2024-06-12T08:00:00+08:00", ("2024-06-11", False)),
        # An evening in New York is the next morning in Shanghai.
        ("CN", "2024-06-11", "2024-06-11T20:00:00-04:00", ("2024-06-12", True)),
    ],
)
def test_when_a_report_can_be_acted_on(hours: str, published: str, at: str | None, expected: tuple[str, bool]) -> None:
    moment = None if at is None else dt.datetime.fromisoformat(at)
    on, same = expected
    assert first_after_publication(HOURS[hours], day(published), moment) == (day(on), same)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2024-06-14", 12, "2025-06-14"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-12-31", 1, "2025-01-31"),
        ("2024-11-30", 1, "2024-12-30"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-01-15", -1, "2023-12-15"),
        ("2024-06-14", 0, "2024-06-14"),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 12, 31)), st.integers(-600, 600))
def test_months_agree_with_dateutil(start: dt.date, months: int) -> None:
    assert add_months(start, months) == start + relativedelta(months=months)


def test_days_are_days() -> None:
    assert days(["2024-06-14", dt.date(2024, 6, 17)]).dtype == np.dtype("datetime64[D]")
    assert days([]).size == 0


def test_sessions_since_a_day_count_the_last_one_and_are_never_negative() -> None:
    # Monday 06-03 to Friday 06-07 without the Wednesday: after Monday up to Friday there are Tuesday, Thursday, Friday.
    week = days(["2024-06-03", "2024-06-04", "2024-06-06", "2024-06-07"])
    after = days(["2024-06-03", "2024-06-02", "2024-06-07", "2024-06-06"])
    until = days(["2024-06-07", "2024-06-03", "2024-06-09", "2024-06-04"])
    assert sessions_since(week, after, until).tolist() == [3, 1, 0, 0]
