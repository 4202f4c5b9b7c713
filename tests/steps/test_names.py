"""Delisting lists go into the user's own file, and nowhere else."""

import datetime as dt
from pathlib import Path

from tests.cli.small_world import make_world
from watchlist.ledger.home import Home
from watchlist.ledger.securities import load_securities
from watchlist.sources.contract import Blocked
from watchlist.sources.delistings import Delisting, Delistings
from watchlist.steps.names import take_names

ENDED = Delisting("000002.SZ", "万科退", dt.date(1991, 1, 29), dt.date(2024, 6, 3))


def test_a_known_security_is_marked_in_the_user_s_own_file_once(tmp_path: Path) -> None:
    home = Home(make_world(tmp_path).home)
    tracked = home.tracked("securities.csv").read_bytes()
    others = Delisting("600001.SH", "邯郸钢铁", None, dt.date(2009, 12, 29))
    result = take_names(home, {"SZ": Delistings((ENDED,)), "SH": Delistings((others,))})
    assert (result.marked, result.problems) == (("000002.SZ",), ())
    own = (home.local / "securities.csv").read_text("utf-8")
    assert own.splitlines()[1:] == ["000002.SZ,万科A,1991-01-29,,2024-06-03,"]
    assert home.tracked("securities.csv").read_bytes() == tracked
    assert load_securities(home)["000002.SZ"].delisted == ENDED.delisted
    assert take_names(home, {"SZ": Delistings((ENDED,))}).marked == ()
    assert (home.local / "securities.csv").read_text("utf-8") == own


def test_former_names_and_the_user_s_other_lines_stay(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    home = Home(world.home)
    header = "symbol,name,listed,delisting_period_from,delisted,names\n"
    mine = "000002.SZ,万科退,1991-01-29,2024-05-06,,万科A@..2024-05-05|万科退@2024-05-06..\n600519.SH,贵州茅台,,,,\n"
    world.write("local/securities.csv", header + mine)
    take_names(home, {"SZ": Delistings((ENDED,))})
    found = load_securities(home)
    assert found["000002.SZ"].delisted == ENDED.delisted
    assert found["000002.SZ"].delisting_period_from == dt.date(2024, 5, 6)
    assert found["000002.SZ"].names[0] == ("万科A", None, dt.date(2024, 5, 5))
    assert found["600519.SH"].name == "贵州茅台"


def test_an_exchange_that_refuses_is_a_problem_and_marks_nobody(tmp_path: Path) -> None:
    home = Home(make_world(tmp_path).home)
    result = take_names(home, {"SZ": Blocked("www.szse.cn: HTTP 403"), "SH": Delistings(())})
    assert result.marked == ()
    assert [problem.en for problem in result.problems] == ["the list of SZ could not be had (www.szse.cn: HTTP 403)"]
    assert not (home.local / "securities.csv").exists()
