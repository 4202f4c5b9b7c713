"""What is due and when: every moment here is worked out by hand from the market's time zone."""

import datetime as dt
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.markets import HOURS, day
from watchlist.core.due import (
    Due,
    SessionState,
    Timetable,
    Tried,
    is_last_try,
    is_plausible,
    judge,
    next_due,
    open_sessions,
)
from watchlist.domain.calendars import days, scheduled

TIMES: Final = (dt.time(18, 30), dt.time(20, 0), dt.time(22, 0))
CN: Final = Timetable(HOURS["CN"], TIMES)
US: Final = Timetable(HOURS["US"], TIMES)
# A week without a holiday: Monday 2024-06-17 to Friday 06-21, and the Monday after.
WEEK: Final = days(["2024-06-17", "2024-06-18", "2024-06-19", "2024-06-20", "2024-06-21", "2024-06-24"])
WORKING, STOPPED, WAITING, PARTIAL, DONE, NO_SESSION = SessionState


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def tried(state: SessionState, at: str, tries: int = 1) -> Tried:
    return Tried(state, tries, utc(at))


def due(now: str, remembered: dict[str, Tried], timetable: Timetable = CN) -> Due | None:
    return next_due("CN", timetable, WEEK, {day(s): one for s, one in remembered.items()}, utc(now))


# now and what is remembered (UTC); the sessions and the moment of the next work. Shanghai is eight hours ahead.
CASES: Final = {
    "after the first time, nothing remembered: the newest closed session": (
        "2024-06-20T11:00", {}, ["2024-06-20"], "2024-06-20T10:30",
    ),
    "closed at 15:30, and before the first time: not yet": (
        "2024-06-20T09:00", {"2024-06-19": tried(DONE, "2024-06-19T10:30")}, ["2024-06-20"], "2024-06-20T10:30",
    ),
    "before the close: today's, in the evening": (
        "2024-06-20T05:00", {"2024-06-19": tried(DONE, "2024-06-19T10:30")}, ["2024-06-20"], "2024-06-20T10:30",
    ),
    "the first try missed something: again at 20:00": (
        "2024-06-20T10:40", {"2024-06-20": tried(WAITING, "2024-06-20T10:31")}, ["2024-06-20"], "2024-06-20T12:00",
    ),
    "the second one too: again at 22:00": (
        "2024-06-20T12:10", {"2024-06-20": tried(WAITING, "2024-06-20T12:00", 2)}, ["2024-06-20"], "2024-06-20T14:00",
    ),
    "started after the last time, tried once: again in a quarter of an hour": (
        "2024-06-20T15:01", {"2024-06-20": tried(WAITING, "2024-06-20T15:00")}, ["2024-06-20"], "2024-06-20T15:15",
    ),
    "tried twice after the last time: again in half an hour": (
        "2024-06-20T15:16", {"2024-06-20": tried(WAITING, "2024-06-20T15:15", 2)}, ["2024-06-20"], "2024-06-20T15:45",
    ),
    "tried by hand before the first time: at the first time": (
        "2024-06-20T08:00", {"2024-06-20": tried(WAITING, "2024-06-20T07:40")}, ["2024-06-20"], "2024-06-20T10:30",
    ),
    "its process died: as if the try had failed": (
        "2024-06-20T10:35", {"2024-06-20": tried(WORKING, "2024-06-20T10:31")}, ["2024-06-20"], "2024-06-20T12:00",
    ),
    "somebody stopped it: at once": (
        "2024-06-21T01:00", {"2024-06-20": tried(STOPPED, "2024-06-20T10:31", 0)}, ["2024-06-20"], "2024-06-20T10:31",
    ),
    "three days asleep: one work for all three": (
        "2024-06-21T02:00", {"2024-06-17": tried(DONE, "2024-06-17T10:30")},
        ["2024-06-18", "2024-06-19", "2024-06-20"], "2024-06-18T10:30",
    ),
    "what was partial is no more due by itself": (
        "2024-06-20T15:00", {"2024-06-20": tried(PARTIAL, "2024-06-20T14:00", 3)}, ["2024-06-21"], "2024-06-21T10:30",
    ),
    "a day that was none is settled": (
        "2024-06-20T11:00",
        {"2024-06-19": tried(DONE, "2024-06-19T10:30"), "2024-06-20": tried(NO_SESSION, "2024-06-20T10:30")},
        ["2024-06-21"], "2024-06-21T10:30",
    ),
    "over the weekend": (
        "2024-06-22T03:00", {"2024-06-21": tried(DONE, "2024-06-21T10:30")}, ["2024-06-24"], "2024-06-24T10:30",
    ),
    "a clock that ran to 2030 tried today's; it is due again": (
        "2024-06-20T11:00",
        {"2024-06-19": tried(DONE, "2024-06-19T10:30"), "2024-06-20": tried(PARTIAL, "2030-01-05T10:00", 3)},
        ["2024-06-20"], "2024-06-20T10:30",
    ),
    "what is done stays done, whatever the clock said then": (
        "2024-06-20T11:00", {"2024-06-20": tried(DONE, "2030-01-05T10:00")}, ["2024-06-21"], "2024-06-21T10:30",
    ),
    "a clock that ran ahead two days left a try; today's comes first": (
        "2024-06-20T05:00",
        {"2024-06-19": tried(DONE, "2024-06-19T10:30"), "2024-06-21": tried(WAITING, "2024-06-21T10:30")},
        ["2024-06-20"], "2024-06-20T10:30",
    ),
    "a clock set back a year: nothing until it is right again": (
        "2024-06-14T12:00", {"2024-06-20": tried(DONE, "2024-06-20T10:30")}, ["2024-06-21"], "2024-06-21T10:30",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_due(case: str) -> None:
    now, remembered, sessions, at = CASES[case]
    assert due(now, remembered) == Due("CN", tuple(map(day, sessions)), utc(at))


def test_a_market_without_times_is_never_due() -> None:
    assert due("2024-06-20T11:00", {}, Timetable(HOURS["CN"], ())) is None


def test_beyond_what_is_foreseen_nothing_is_due() -> None:
    assert due("2024-06-25T11:00", {"2024-06-24": tried(DONE, "2024-06-24T10:30")}) is None


@pytest.mark.parametrize(
    ("session", "at"),
    [
        # Daylight saving begins on 2024-03-10 and ends on 11-03: 18:30 is 23:30 UTC in winter and 22:30 in summer.
        ("2024-03-08", "2024-03-08T23:30"),
        ("2024-03-11", "2024-03-11T22:30"),
        ("2024-11-01", "2024-11-01T22:30"),
        ("2024-11-04", "2024-11-04T23:30"),
    ],
)
def test_daylight_saving_moves_the_moment_and_not_the_hour(session: str, at: str) -> None:
    found = next_due("US", US, days([session]), {}, utc(f"{session}T12:00"))
    assert found == Due("US", (day(session),), utc(at))


@pytest.mark.parametrize(
    ("now", "tries", "last"),
    [
        ("2024-06-20T10:31", 1, False),  # 18:31: two times are left
        ("2024-06-20T14:01", 3, True),
        ("2024-06-20T14:01", 2, False),  # one time was missed: it is made up for
        ("2024-06-20T12:01", 3, False),  # tried by hand besides; 22:00 is left
        ("2024-06-21T02:00", 3, True),
    ],
)
def test_the_last_try(now: str, tries: int, last: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_last_try(CN, day("2024-06-20"), tries, utc(now)) is last


@pytest.mark.parametrize(
    ("traded", "answered", "last", "states"),
    [
        (["2024-06-19", "2024-06-20"], True, [], [DONE, DONE]),
        (["2024-06-19"], True, [], [DONE, WAITING]),
        (["2024-06-19"], True, ["2024-06-19", "2024-06-20"], [DONE, PARTIAL]),
        (["2024-06-19", "2024-06-20"], False, [], [WAITING, WAITING]),
        (["2024-06-19", "2024-06-20"], False, ["2024-06-19"], [PARTIAL, WAITING]),
        (["2024-06-18", "2024-06-20"], True, [], [NO_SESSION, DONE]),  # a typhoon that no calendar foresaw
        (["2024-06-18", "2024-06-20"], False, [], [NO_SESSION, WAITING]),
        ([], True, ["2024-06-20"], [WAITING, PARTIAL]),
    ],
)
def test_what_a_try_made_of_the_sessions(
    traded: list[str],
    answered: bool,  # noqa: FBT001 - a column of the table
    last: list[str],
    states: list[SessionState],
) -> None:
    asked = [day("2024-06-19"), day("2024-06-20")]
    found = judge(asked, days(traded), answered=answered, last_tries=[day(one) for one in last])
    assert found == dict(zip(asked, states, strict=True))


@pytest.mark.parametrize(
    ("newest", "now", "plausible"),
    [
        ("2024-06-19", "2024-06-20T11:00", True),
        ("2024-06-17", "2024-06-20T11:00", True),  # three sessions behind
        ("2024-06-17", "2024-06-21T11:00", False),
        (None, "2024-06-20T11:00", False),
        ("2024-06-20", "2024-06-14T11:00", True),  # a clock behind the prices closes nothing
    ],
)
def test_a_clock_far_ahead_of_the_prices_is_doubted(newest: str | None, now: str, plausible: bool) -> None:  # noqa: FBT001
    assert is_plausible(HOURS["CN"], WEEK, None if newest is None else day(newest), utc(now)) is plausible


SESSIONS_2024: Final = scheduled(HOURS["US"], day("2024-01-02"), day("2024-12-31"))[0]


@given(
    minutes=st.integers(0, 490_000),
    done=st.integers(0, 200),
    state=st.sampled_from([WORKING, STOPPED, WAITING, PARTIAL]),
    tries=st.integers(0, 12),
    hours=st.integers(-2000, 2000),
)
def test_there_is_always_a_next_time_and_never_one_for_what_is_settled(
    minutes: int, done: int, state: SessionState, tries: int, hours: int
) -> None:
    moment = utc("2024-01-10T00:00") + dt.timedelta(minutes=minutes)
    sessions = SESSIONS_2024.tolist()
    remembered = {one: Tried(DONE, 1, moment) for one in sessions[: done + 1]}
    remembered[sessions[done + 1]] = Tried(state, tries, moment + dt.timedelta(hours=hours))
    found = next_due("US", US, SESSIONS_2024, remembered, moment)
    assert found is not None
    assert not set(found.sessions) & set(sessions[: done + 1])
    # Work is only ever for sessions that are over, but for the one that is foreseen next.
    closed = open_sessions(US.hours, SESSIONS_2024, remembered, moment)
    assert found.sessions == closed or (not closed and found.at > moment)
