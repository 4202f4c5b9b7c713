"""What a day's work is remembered as: done once and for ever, waiting for what is missing, or partial and said."""

import datetime as dt
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.cli.program import run
from tests.cli.small_world import PINGAN, PUFA, World, bars, weekdays

# Friday 2024-06-28, 19:00 in Shanghai: its session is over, and so are 18:30's bars.
FRIDAY = dt.datetime(2024, 6, 28, 11, 0, tzinfo=dt.UTC)
NIGHT = dt.datetime(2024, 6, 28, 15, 0, tzinfo=dt.UTC)  # 23:00: after the last time
INDEX = "000300.SH"


def remembered(world: World, market: str = "CN") -> list[tuple[Any, ...]]:
    """Give ``session state tries missing`` of a market, ascending."""
    with closing(sqlite3.connect(world.database)) as connection:
        return connection.execute(
            "select session, state, tries, missing from market_sessions where market = ? order by session", (market,)
        ).fetchall()


def daily(world: World, now: dt.datetime) -> int:
    return run("daily", home=world.home, market=world.market, now=now).code


def cut(world: World, symbol: str, start: float, step: float, sessions: int) -> None:
    """Let the price file of a security end so many sessions early."""
    world.prices(symbol, bars(start, step, weekdays()[:-sessions]))


def test_the_first_day_owes_its_own_session_and_none_before(world: World) -> None:
    assert daily(world, FRIDAY) == 0
    assert remembered(world) == [("2024-06-28", "done", 1, None)]
    # In New York it is 07:00 of that Friday: Thursday is the newest that is over.
    assert remembered(world, "US") == [("2024-06-27", "done", 1, None)]


def test_a_second_day_by_hand_leaves_what_is_done(world: World) -> None:
    daily(world, FRIDAY)
    before = remembered(world)
    daily(world, FRIDAY + dt.timedelta(minutes=5))
    assert remembered(world) == before


def test_the_index_is_late(world: World) -> None:
    cut(world, INDEX, 3000, 1, 1)
    daily(world, FRIDAY)
    missing = f"no bar of {INDEX} for 2024-06-28"
    assert remembered(world) == [("2024-06-28", "waiting", 1, missing)]
    world.prices(INDEX, bars(3000, 1))
    daily(world, FRIDAY + dt.timedelta(hours=1))
    assert remembered(world) == [("2024-06-28", "done", 2, None)]


def test_what_is_missing_after_the_last_time_is_partial_and_completed_by_the_next_day(world: World) -> None:
    cut(world, INDEX, 3000, 1, 2)  # ends on Wednesday
    for hour in (11, 12, 14):
        daily(world, FRIDAY.replace(hour=hour, minute=30, day=27))
    assert remembered(world) == [("2024-06-27", "partial", 3, f"no bar of {INDEX} for 2024-06-27")]
    world.prices(INDEX, bars(3000, 1))
    daily(world, FRIDAY)
    assert remembered(world) == [("2024-06-27", "done", 3, None), ("2024-06-28", "done", 1, None)]


def test_a_day_that_the_index_passes_over_was_no_session(world: World) -> None:
    without = [day for day in weekdays() if day != dt.date(2024, 6, 27)]
    for symbol, start, step in ((INDEX, 3000, 1.0), (PUFA, 10, 0.01), (PINGAN, 20, -0.01)):
        world.prices(symbol, bars(start, step, without[:-1]))
    daily(world, FRIDAY.replace(day=27))
    assert remembered(world) == [("2024-06-27", "waiting", 1, f"no bar of {INDEX} for 2024-06-27")]
    for symbol, start, step in ((INDEX, 3000, 1.0), (PUFA, 10, 0.01), (PINGAN, 20, -0.01)):
        world.prices(symbol, bars(start, step, without))
    daily(world, FRIDAY)
    assert remembered(world) == [("2024-06-27", "no_session", 2, None), ("2024-06-28", "done", 1, None)]


def test_a_share_that_nobody_answers_for_keeps_the_day_open(world: World) -> None:
    daily(world, FRIDAY.replace(day=27))
    world.prices(PUFA, "session,open,high,low,close,volume\n2024-06-28,x,1,1,1,1\n")
    assert daily(world, FRIDAY) == 1
    assert remembered(world)[-1] == ("2024-06-28", "waiting", 1, f"1 security without an answer: {PUFA}")
    world.prices(PUFA, bars(10, 0.01))
    daily(world, NIGHT)
    assert remembered(world)[-1] == ("2024-06-28", "done", 2, None)


def test_a_share_without_the_newest_bar_is_waited_for_until_the_last_time(world: World) -> None:
    """Its source may be late; a share that is suspended never comes, and the day is done all the same."""
    cut(world, PUFA, 10, 0.01, 1)
    for hour, minute in ((10, 30), (12, 0)):
        daily(world, FRIDAY.replace(hour=hour, minute=minute))
    assert remembered(world) == [("2024-06-28", "waiting", 2, f"1 security has no bar yet: {PUFA}")]
    daily(world, FRIDAY.replace(hour=14))
    assert remembered(world) == [("2024-06-28", "done", 3, None)]


def test_one_that_was_suspended_before_is_not_waited_for(world: World) -> None:
    cut(world, PUFA, 10, 0.01, 2)
    daily(world, FRIDAY)
    assert remembered(world) == [("2024-06-28", "done", 1, None)]


def test_several_missed_days_are_one_days_work(world: World) -> None:
    daily(world, dt.datetime(2024, 6, 21, 11, 0, tzinfo=dt.UTC))
    daily(world, FRIDAY)
    days = ["2024-06-21", "2024-06-24", "2024-06-25", "2024-06-26", "2024-06-27", "2024-06-28"]
    assert remembered(world) == [(day, "done", 1, None) for day in days]
    # 2024-07-01 is a holiday in Hong Kong, and 06-19 in New York: neither is among them.
    assert [row[0] for row in remembered(world, "US")] == ["2024-06-20", *days[:-1]]


def test_no_network_at_all_is_waited_for(world: World) -> None:
    assert run("daily", home=world.home, now=FRIDAY).code == 1
    assert remembered(world) == [("2024-06-28", "waiting", 1, "no price source can be reached")]


def test_as_if_an_earlier_day_were_the_last(world: World) -> None:
    run("daily", "--until", "2024-06-20", home=world.home, market=world.market, now=FRIDAY)
    assert remembered(world) == [("2024-06-20", "done", 1, None)]
    daily(world, FRIDAY)
    assert [row[0] for row in remembered(world)][-1] == "2024-06-28"
    assert {row[1] for row in remembered(world)} == {"done"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update market_sessions set state = 'waiting', settled_at = null", "a session is done once"),
        ("update market_sessions set tries = 9", "a session is done once"),
        ("delete from market_sessions", "sessions are never deleted"),
        ("update market_sessions set session = '2024-02-30'", "a session is done once"),
    ],
)  # fmt: skip
def test_nobody_can_do_a_session_twice(stored: World, change: str, words: str) -> None:
    with (
        closing(sqlite3.connect(stored.database)) as connection,
        pytest.raises(sqlite3.IntegrityError, match=words),
    ):
        connection.execute(change)
