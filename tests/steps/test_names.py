"""Lists of names: what they change, what a person wrote and no list may change, and lists that are not believed."""

import datetime as dt
from pathlib import Path

import pytest

from tests.cli.small_world import SECURITIES, make_world
from watchlist.ledger.home import Home
from watchlist.ledger.lookup import load_lookup
from watchlist.ledger.securities import load_securities
from watchlist.sources.contract import Blocked
from watchlist.sources.delistings import Delisting, Delistings
from watchlist.sources.name_changes import same_name, spans
from watchlist.sources.name_lists import FormerNames, Named, NameList, Renamed, Renamings
from watchlist.steps.names import NamesResult, take_names
from watchlist.steps.read import load_names

TODAY = dt.date(2026, 11, 22)
ENDED = Delisting("000002.SZ", "万科退", dt.date(1991, 1, 29), dt.date(2024, 6, 3))
SHANGHAI = NameList(
    (Named("600000.SH", "浦发银行", dt.date(1999, 11, 10)), Named("601012.SH", "隆基绿能", dt.date(2012, 4, 11)))
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    world = make_world(tmp_path)
    world.write("names.csv", "symbol,name,kind,from,to\n00700.HK,腾讯控股,listed,,\n")
    return Home(world.home)


def what(result: NamesResult) -> list[tuple[str, str, str, str]]:
    return [(one.symbol, one.what, one.before, one.after) for one in result.changes]


def test_a_delisted_security_is_marked_beside_the_program_s_list_and_once(home: Home) -> None:
    tracked = home.tracked("securities.csv").read_bytes()
    others = Delisting("600001.SH", "邯郸钢铁", None, dt.date(2009, 12, 29))
    lists = {"SZ delisted": Delistings((ENDED,)), "SH delisted": Delistings((others,))}
    result = take_names(home, lists, TODAY)
    assert what(result) == [("000002.SZ", "delisted", "", "2024-06-03")]  # 600001 is no security that is known here
    fetched = (home.fetched / "securities.csv").read_text("utf-8")
    assert fetched.splitlines()[1:] == ["000002.SZ,万科A,1991-01-29,,2024-06-03,"]
    assert home.tracked("securities.csv").read_bytes() == tracked
    assert not (home.local / "securities.csv").exists()
    assert load_securities(home)["000002.SZ"].delisted == ENDED.delisted
    assert what(take_names(home, lists, TODAY)) == []
    assert (home.fetched / "securities.csv").read_text("utf-8") == fetched


def test_new_listings_and_other_names_are_taken_and_seen_again_they_are_not_news(home: Home) -> None:
    new = Named("603999.SH", "新上市者", day("2026-10-12"))
    waiting = Named("605999.SH", "N昨日上", day("2026-11-20"))
    renamed = Named("601012.SH", "隆基新能", day("2012-04-11"))
    on_its_ex_date = Named("600000.SH", "XD浦发银", day("1999-11-10"))
    lists = {"SH": NameList((new, waiting, renamed, on_its_ex_date))}
    assert what(take_names(home, lists, TODAY, dry_run=True)) == [
        ("603999.SH", "new", "", "新上市者"), ("601012.SH", "renamed", "隆基绿能", "隆基新能"),
    ]  # fmt: skip
    assert not home.fetched.exists()
    take_names(home, lists, TODAY)
    found = load_securities(home)
    assert found["603999.SH"].listed == day("2026-10-12")
    # The change is dated by the day it was seen: a list without days tells no better.
    assert found["601012.SH"].name == "隆基新能"
    assert found["601012.SH"].names == (("隆基绿能", None, day("2026-11-21")), ("隆基新能", TODAY, None))
    assert found["600000.SH"].name == "浦发银行"
    assert "605999.SH" not in found
    assert load_lookup(home).find("隆基绿能") == load_lookup(home).find("隆基新能") == "601012.SH"
    assert what(take_names(home, lists, TODAY + dt.timedelta(days=30))) == []


def test_shenzhen_s_changes_give_names_their_days_and_an_st_name_only_its_own(home: Home) -> None:
    told = Renamings((
        Renamed("000002.SZ", day("2020-01-06"), "万科A", "*ST万科"),
        Renamed("000002.SZ", day("2021-05-10"), "*ST万科", "万科A"),
    ))  # fmt: skip
    listed = NameList(
        (Named("000001.SZ", "平安新行", day("1991-04-03")), Named("000002.SZ", "万 科Ａ", day("1991-01-29")))
    )
    result = take_names(home, {"SZ": listed, "SZ renamed": told}, TODAY)
    assert [one[:2] for one in what(result)] == [("000002.SZ", "dated"), ("000001.SZ", "renamed")]
    assert load_securities(home)["000002.SZ"].names == (
        ("万科A", None, day("2020-01-05")), ("*ST万科", day("2020-01-06"), day("2021-05-09")),
        ("万科A", day("2021-05-10"), None),
    )  # fmt: skip
    assert what(take_names(home, {"SZ": listed, "SZ renamed": told}, TODAY)) == []


def test_told_days_fill_what_was_not_known_and_contradict_what_was(home: Home) -> None:
    header = "symbol,name,listed,delisting_period_from,delisted,names\n"
    home.tracked("securities.csv").write_text(
        header + "000001.SZ,平安银行,1991-04-03,,,深发展A@..2012-08-01\n"
        "000002.SZ,万科A,1991-01-29,,,深万科@..2001-02-02|万科A@2001-02-03..\n",
        "utf-8",
    )
    told = Renamings((
        Renamed("000001.SZ", day("2012-08-02"), "深发展A", "平安银行"),
        Renamed("000002.SZ", day("2001-03-05"), "深万科", "万科A"),
        Renamed("000003.SZ", day("2001-03-05"), "不在册", "也不在"),
        Renamed("000002.SZ", day("2026-05-06"), "万科A", "=万科"),
    ))  # fmt: skip
    result = take_names(home, {"SZ renamed": told}, TODAY)
    assert what(result) == [(
        "000001.SZ", "dated", "深发展A@..2012-08-01", "深发展A@..2012-08-01 → 平安银行@2012-08-02..",
    )]  # fmt: skip
    assert [one.en for one in result.conflicts] == [
        "000002.SZ: known as 深万科@..2001-02-02, by the list 深万科@..2001-03-04: left as it is",
        "000002.SZ: known as 万科A@2001-02-03.., by the list 万科A@2001-03-05..2026-05-05: left as it is",
    ]


def test_without_shenzhen_s_days_no_change_there_is_dated_by_the_day_it_was_seen(home: Home) -> None:
    listed = NameList((Named("000001.SZ", "平安新行", day("1991-04-03")),))
    result = take_names(home, {"SZ": listed, "SZ renamed": Blocked("www.szse.cn: HTTP 403")}, TODAY)
    assert result.changes == ()
    assert [one.en for one in result.problems] == ["the list SZ renamed could not be had (www.szse.cn: HTTP 403)"]


def test_a_person_s_own_row_stands_and_the_difference_is_said(home: Home) -> None:
    header = "symbol,name,listed,delisting_period_from,delisted,names\n"
    mine = header + "000002.SZ,我的万科,1991-01-29,2024-05-06,,万科A@..2024-05-05\n603999.SH,我的新股,,,,\n"
    own = home.local / "securities.csv"
    own.write_text(mine, "utf-8")
    lists: dict[str, NameList | Renamings | Delistings] = {
        "SH": NameList((*SHANGHAI.entries, Named("603999.SH", "新上市者", day("2026-10-12")))),
        "SZ delisted": Delistings((ENDED,)), "SZ renamed": Renamings(()),
        "SZ": NameList((Named("000001.SZ", "平安银行", day("1991-04-04")),)),
    }  # fmt: skip
    result = take_names(home, lists, TODAY)
    assert own.read_text("utf-8") == mine
    assert [one.en for one in result.conflicts] == [
        "603999.SH: name is 我的新股 in your own row, 新上市者 in the list: yours stands"
    ]
    found = load_securities(home)
    # What the person left empty is filled from the lists.
    assert (found["603999.SH"].name, found["603999.SH"].listed) == ("我的新股", day("2026-10-12"))
    assert (found["000002.SZ"].name, found["000002.SZ"].delisted) == ("我的万科", ENDED.delisted)
    assert found["000002.SZ"].names == (("万科A", None, day("2024-05-05")),)
    assert ("000001.SZ", "listed", "1991-04-03", "1991-04-04") in what(result)
    again = take_names(home, lists, TODAY)
    assert again.changes == ()
    assert again.conflicts == result.conflicts


def test_a_list_that_lost_names_or_moved_its_columns_is_refused_whole(home: Home) -> None:
    shares = [Named(f"6017{n:02d}.SH", f"沪{n}股份", day("2001-02-03")) for n in range(40)]
    rows = "".join(f"{one.symbol},{one.name},{one.listed},,,\n" for one in shares)
    home.tracked("securities.csv").write_text(SECURITIES + rows, "utf-8")
    whole = (*shares, *SHANGHAI.entries)
    assert take_names(home, {"SH": NameList(whole)}, TODAY).problems == ()
    half = take_names(home, {"SH": NameList(tuple(shares[:20]))}, TODAY)
    assert half.changes == ()
    assert [one.en for one in half.problems] == [
        "the list of SH was not taken: it has 20 names and lacks 22 of the 42 known there; ask again tomorrow"
    ]
    moved = tuple(Named(one.symbol, whole[n - 1].name, one.listed) for n, one in enumerate(whole))
    result = take_names(home, {"SH": NameList(moved)}, TODAY)
    assert result.changes == ()
    assert "42 of 42 lines differ from what is known" in result.problems[0].en
    assert not home.fetched.exists()


def test_hong_kong_and_new_york_are_found_by_name_and_take_none_from_a_share_here(home: Home) -> None:
    lists = {
        "HK": NameList((Named("09992.HK", "泡泡玛特新"), Named("00001.HK", "平安银行"))),
        "US": NameList((Named("ZZZQ.US", "某某科技公司"),)),
    }
    result = take_names(home, lists, TODAY)
    assert {(one.symbol, one.after) for one in result.changes} == {
        ("09992.HK", "泡泡玛特新"), ("00001.HK", "平安银行"), ("ZZZQ.US", "某某科技公司"),
    }  # fmt: skip
    known = load_lookup(home)
    assert known.find("泡泡玛特新") == "09992.HK"
    assert known.find("某某科技公司") == known.find("ZZZQ") == "ZZZQ.US"
    assert known.find("平安银行") == "000001.SZ"
    assert take_names(home, lists, TODAY).changes == ()
    lines = (home.fetched / "names.csv").read_text("utf-8").splitlines()
    assert lines[1:] == ["00001.HK,平安银行,listed,,", "09992.HK,泡泡玛特新,listed,,", "ZZZQ.US,某某科技公司,typed,,"]


def test_a_name_of_new_york_s_list_is_not_looked_for_in_texts(home: Home) -> None:
    take_names(
        home, {"HK": NameList((Named("09992.HK", "泡泡玛特新"),)), "US": NameList((Named("ZQ.US", "能源科技"),))}, TODAY
    )
    names = load_names(home)
    assert names.symbols("泡泡玛特新", None, None) == ("09992.HK",)
    assert names.symbols("能源科技", None, None) == ()


def test_former_names_without_days_find_a_share_and_touch_no_price_limit(home: Home) -> None:
    lists = {"600000.SH": FormerNames("600000.SH", ("*ST浦发", "浦发银行", "上海浦发"))}
    assert [one[3] for one in what(take_names(home, lists, TODAY))] == ["*ST浦发", "上海浦发"]
    assert load_securities(home)["600000.SH"].names == ()
    assert load_lookup(home).find("上海浦发") == "600000.SH"
    assert take_names(home, lists, TODAY).changes == ()


@pytest.mark.parametrize("name", ["=1+1", "a|b", "x@2020", "\x1b[31m红", "\u202e反", "行,列", ""])
def test_a_name_that_no_file_should_hold_is_not_kept(home: Home, name: str) -> None:
    lists = {"SH": NameList((Named("603999.SH", name, None),)), "HK": NameList((Named("09992.HK", name),))}
    result = take_names(home, lists, TODAY)
    assert result.changes == ()
    assert not home.fetched.exists()


def test_a_share_that_is_listed_and_delisted_at_once_is_left_as_it_is(home: Home) -> None:
    listed = NameList((Named("000002.SZ", "万科A", day("1991-01-29")),))
    result = take_names(home, {"SZ": listed, "SZ delisted": Delistings((ENDED,))}, TODAY)
    assert result.changes == ()
    assert "both listed and delisted" in result.conflicts[0].en


def test_days_of_names_follow_from_the_changes_as_far_as_they_tell() -> None:
    symbol = "000002.SZ"
    same_day = [Renamed(symbol, day("2000-01-03"), "乙", "丙"), Renamed(symbol, day("2000-01-03"), "甲", "乙")]
    assert spans(same_day) == [("甲", None, day("2000-01-02")), ("丙", day("2000-01-03"), None)]
    gap = [Renamed(symbol, day("2000-01-03"), "甲", "乙"), Renamed(symbol, day("2010-01-04"), "丙", "丁")]
    assert spans(gap) == [
        ("甲", None, day("2000-01-02")), ("乙", day("2000-01-03"), None), ("丙", None, day("2010-01-03")),
        ("丁", day("2010-01-04"), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("known", "told", "same"),
    [
        ("贵州茅台", "XD贵州茅", True), ("百济神州", "百济神州-U", True), ("万科A", "万  科Ａ", True),
        ("中巨芯", "C中巨芯", True), ("紫天科技", "*ST紫天", False),
        ("*ST紫天", "紫天科技", False), ("东方航空", "中国东航", False),
    ],
)  # fmt: skip
def test_a_mark_of_a_day_makes_no_other_name_and_st_does(known: str, told: str, same: bool) -> None:  # noqa: FBT001
    assert same_name(known, told) == same
