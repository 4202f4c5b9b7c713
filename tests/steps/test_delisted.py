"""A delisted share: its last sessions are fetched though they come late, and then it is left alone."""

import datetime as dt
from pathlib import Path

from tests.cli.program import run, tables
from tests.cli.small_world import EVENING, LAST, PUFA, SECURITIES, World, bars, make_world, weekdays

DAYS = weekdays()
ENDED = "2024-06-03"  # a Monday: the last session is Friday 05-31
LAST_TRADE = next(n for n, day in enumerate(DAYS) if str(day) == "2024-05-31")


def stored_to(world: World) -> str:
    return max(str(row[1]) for row in tables(world.database, "bars")["bars"] if row[0] == PUFA)


def planned(world: World) -> bool:
    return PUFA in run("update", "--dry-run", home=world.home, market=world.market, now=EVENING).out


def test_the_last_sessions_are_fetched_late_and_then_it_is_left_alone(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    world.write("securities.csv", SECURITIES.replace("浦发银行,1999-11-10,,,", f"浦发银行,1999-11-10,,{ENDED},"))
    whole = bars(10, 0.01, DAYS[: LAST_TRADE + 1])
    world.prices(PUFA, bars(10, 0.01, DAYS[: LAST_TRADE - 3]))
    # On the evening of its last session, when the source has the last four not yet.
    run("daily", home=world.home, market=world.market, now=EVENING - dt.timedelta(days=30))
    assert stored_to(world) == str(DAYS[LAST_TRADE - 4])
    assert planned(world)
    world.prices(PUFA, whole)
    run("daily", home=world.home, market=world.market, now=EVENING)
    assert stored_to(world) == "2024-05-31"
    assert planned(world)  # whether that was all is known when nobody has anything newer
    run("daily", home=world.home, market=world.market, now=EVENING)
    assert not planned(world)
    assert tables(world.database, "coverage")["coverage"]
    silent = {row[0]: row[2] for row in tables(world.database, "coverage")["coverage"]}
    assert silent[PUFA] == str(LAST)
    assert silent["000001.SZ"] is None
