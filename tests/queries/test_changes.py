"""What is new, on a quarter worked out by hand and on two weeks in which everything happens once."""

import csv
import datetime as dt
import io
import shutil
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.program import one_sentence, run
from tests.cli.small_world import (
    EVENING,
    HEADER,
    PINGAN,
    PUFA,
    SECURITIES,
    SETTINGS,
    WANKE,
    World,
    bars,
    make_world,
    report,
    weekdays,
)
from tests.queries.quarter import fetched, quarter_world

LONGI: Final = "601012.SH"
JUNE: Final = dt.datetime(2024, 6, 15, 4, 0, tzinfo=dt.UTC)
LATER: Final = EVENING + dt.timedelta(hours=2)
SCALE: Final = """
[rating_scale.stock]
horizon_months = [3, 3]
levels = [
  { label = "买入", min = 0.02, norm = 2 },
  { label = "增持", min = 0.0, max = 0.02, norm = 1 },
  { label = "中性", max = 0.0, norm = 0 },
]
"""
BUY: Final = 'rating = "买入"\n'
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> World:
    return quarter_world(tmp_path_factory.mktemp("quarter"))


@pytest.fixture(scope="module")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give two weeks: a run as of 2024-06-14, session 118, and one as of 2024-06-30, whose last session is 128."""
    world = make_world(tmp_path_factory.mktemp("fortnight"))
    world.write("local/settings.toml", SETTINGS)
    world.write("watchlist.toml", f'[[watch]]\nsymbol = "{LONGI}"\nadded = 2024-06-03\n')
    both = report("2024-03-20", recommended={PUFA: "浦发银行", PINGAN: "平安银行"}, more=BUY)
    world.write(
        "reports/first.toml", both.replace("rating =", 'target_price = 11.2\ncurrency = "CNY"\nrating =', 1) + SCALE
    )
    world.write("reports/other.toml", report("2024-06-03", "乙证券", {WANKE: "万科A"}, more='rating = "增持"'))
    gap = {dt.date(2024, 6, day) for day in (19, 20, 21)}
    world.prices(WANKE, _without(bars(8, 0.02), gap))
    world.prices(LONGI, bars(30, 0, weekdays(last=dt.date(2024, 6, 14))))
    _daily(world, JUNE, "--until", "2024-06-14")
    world.write("securities.csv", SECURITIES.replace("2012-04-11,,", "2012-04-11,,2024-06-17"))
    world.write("reports/up.toml", report("2024-06-17", "乙证券", {WANKE: "万科A"}, more=_target("买入", 13)))
    world.write("reports/down.toml", report("2024-06-18", recommended={PUFA: "浦发银行"}, more='rating = "增持"'))
    world.write("reports/again.toml", report("2024-06-19", recommended={PINGAN: "平安银行"}, more=BUY))
    world.write("reports/late.toml", report("2024-06-03", "丙证券", {PUFA: "浦发银行"}))
    _daily(world, EVENING)
    return world


def _target(rating: str, price: float) -> str:
    return f'target_price = {price}\ncurrency = "CNY"\nrating = "{rating}"'


def _without(text: str, gap: set[dt.date]) -> str:
    kept = (line for line in text.splitlines()[1:] if dt.date.fromisoformat(line[:10]) not in gap)
    return HEADER + "".join(f"{line}\n" for line in kept)


def _daily(world: World, now: dt.datetime, *more: str) -> Any:  # noqa: ANN401
    said = run("daily", *more, home=world.home, market=world.market, now=now)
    assert said.code == 0, said.err
    return said


def changes(world: World, *more: str, now: dt.datetime = EVENING) -> Rows:
    rows: Rows = run("changes", "--json", *more, home=world.home, now=now).rows
    return rows


def of(rows: Rows, kind: str) -> Rows:
    return [row for row in rows if row["kind"] == kind]


def close(value: float) -> Any:  # noqa: ANN401 - pytest's own type has no name
    return pytest.approx(value, abs=1e-12)


def test_calls_that_came_turned_were_bought_and_ended(quarter: World) -> None:
    rows = changes(quarter)
    assert {(row["broker"], row["symbol"], row["day"]) for row in of(rows, "new_call")} == {
        ("甲证券", PINGAN, "2024-04-03"), ("乙证券", PUFA, "2024-04-10"), ("乙证券", WANKE, "2024-06-05"),
    }  # fmt: skip
    (turned,) = of(rows, "downgraded")
    assert (turned["broker"], turned["symbol"], turned["day"]) == ("乙证券", PUFA, "2024-04-24")
    assert (turned["before"], turned["after"]) == ("推荐", "减持")
    assert {(row["symbol"], row["day"], row["value"]) for row in of(rows, "entered")} == {
        (PINGAN, "2024-04-04", 19.34), (PUFA, "2024-04-11", 10.71), (PUFA, "2024-04-25", 10.81),
        (WANKE, "2024-06-06", 10.22),
    }  # fmt: skip
    ended = {(row["broker"], row["symbol"], row["reason"]): row for row in of(rows, "call_closed")}
    assert {(*key, row["day"]) for key, row in ended.items()} == {
        ("甲证券", PUFA, "expired", "2024-04-15"), ("甲证券", PINGAN, "expired", "2024-05-03"),
        ("乙证券", PUFA, "reversed", "2024-04-25"), ("乙证券", PUFA, "expired", "2024-05-24"),
    }  # fmt: skip
    assert ended["乙证券", PUFA, "reversed"]["value"] == close(10.81 / 10.71 - 3081 / 3071)


def test_horizons_mature_once_with_their_result(quarter: World) -> None:
    rows = {
        (row["broker"], row["symbol"], row["day"], row["horizon"]): row
        for row in of(changes(quarter), "horizon_matured")
    }
    assert {(key[1], key[3], key[2]) for key in rows if key[0] == "甲证券"} == {
        (PUFA, "20", "2024-04-12"), (PUFA, "60", "2024-06-07"), (PUFA, "1m", "2024-04-15"), (PUFA, "3m", "2024-06-14"),
        (PINGAN, "5", "2024-04-10"), (PINGAN, "20", "2024-05-01"), (PINGAN, "60", "2024-06-26"),
        (PINGAN, "1m", "2024-05-03"),
    }  # fmt: skip
    assert len(rows) == 15
    one = rows["甲证券", PUFA, "2024-04-12", "20"]
    assert (one["value"], one["reason"]) == (close(10.73 / 10.53 - 3073 / 3053), "hit")
    assert "+1.90%" in one["what"]
    assert "跑赢" in one["what_zh"]
    assert {row["horizon"] for row in of(changes(quarter, "--horizon", "20"), "horizon_matured")} == {"20"}


def test_moves_beyond_a_fraction(quarter: World) -> None:
    # Since session 63: 浦发 10.63 to 11.28, 万科 9.26 to 10.56; 平安 has no standing call at either end.
    found = {row["symbol"]: row["value"] for row in of(changes(quarter), "moved")}
    assert found == {PUFA: close(11.28 / 10.63 - 1), WANKE: close(10.56 / 9.26 - 1)}
    assert {row["symbol"] for row in of(changes(quarter, "--move", "0.1"), "moved")} == {WANKE}
    (one,) = of(changes(quarter, "--move", "0.1"), "moved")
    assert one["recommended_by"] == ["乙证券"]
    # Without the option the settings say it.
    path = quarter.home / "config" / "local" / "settings.toml"
    before = path.read_text("utf-8")
    path.write_text(f"{before}[changes]\nmove = 0.1\n", "utf-8")
    try:
        assert {row["symbol"] for row in of(changes(quarter), "moved")} == {WANKE}
    finally:
        path.write_text(before, "utf-8")


def test_ratings_move_up_and_down_and_are_repeated(fortnight: World) -> None:
    rows = changes(fortnight)
    (up,), (down,), (again,) = (of(rows, kind) for kind in ("upgraded", "downgraded", "repeated"))
    assert (up["symbol"], up["before"], up["after"]) == (WANKE, "增持", "买入")
    assert up["what"].startswith("增持 → 买入, target 13")
    assert (down["symbol"], down["before"], down["after"]) == (PUFA, "买入", "增持")
    assert (again["symbol"], again["day"]) == (PINGAN, "2024-06-19")
    # One of before was only recorded now, and is new all the same.
    (late,) = of(rows, "new_call")
    assert (late["broker"], late["day"]) == ("丙证券", "2024-06-03")
    assert "recorded 2024-06-30" in late["what"]
    assert "2024-06-30 补录" in late["what_zh"]


def test_targets_and_ratings_are_judged(fortnight: World) -> None:
    rows = changes(fortnight)
    # 浦发 closes at 11.20 on session 120.
    (target,) = of(rows, "target_reached")
    assert (target["symbol"], target["day"], target["value"]) == (PUFA, "2024-06-18", 11.2)
    # Three months from 03-20: bought on session 57, out on session 122. 浦发 10.56 to 11.22, 平安 19.44 to 18.78.
    (kept,), (broken,) = of(rows, "rating_kept"), of(rows, "rating_broken")
    index = 3122 / 3056 - 1
    assert (kept["symbol"], kept["value"], kept["before"]) == (PUFA, close(11.22 / 10.56 - 1 - index), "买入")
    assert (broken["symbol"], broken["value"]) == (PINGAN, close(18.78 / 19.44 - 1 - index))
    assert (broken["before"], broken["after"]) == ("买入", "中性")


def test_suspensions_resumptions_and_delistings(fortnight: World) -> None:
    rows = changes(fortnight)
    (stopped,), (again,), (gone,) = (of(rows, kind) for kind in ("suspended", "resumed", "delisted_share"))
    assert (stopped["symbol"], stopped["day"], stopped["recommended_by"]) == (WANKE, "2024-06-19", ["乙证券"])
    assert "2024-06-18" in stopped["what"]
    # 10.40 before, 10.48 after: sessions 120 and 124.
    assert (again["symbol"], again["day"], again["value"]) == (WANKE, "2024-06-24", close(10.48 / 10.40 - 1))
    # One's own ticker, which nobody recommends.
    assert (gone["symbol"], gone["day"], gone["recommended_by"]) == (LONGI, "2024-06-17", [])
    assert not of(changes(fortnight, "--broker", "乙"), "delisted_share")


def test_numbers_that_are_other_ones_are_told_with_the_reason(fortnight: World, tmp_path: Path) -> None:
    world = World(Path(shutil.copytree(fortnight.home, tmp_path / "home")), fortnight.market)
    assert not of(changes(world), "corrected")
    fetched(world, PINGAN, bar=("2024-06-14", 19.00))
    (row,) = of(changes(world, now=LATER), "corrected")
    assert (row["symbol"], row["horizon"], row["reason"]) == (PINGAN, "now", "price")
    # 18.82 was believed, 19.00 is known; bought at 19.44; the index 3056 to 3118.
    assert row["before"] == close(18.82 / 19.44 - 3118 / 3056)
    assert row["after"] == close(19.00 / 19.44 - 3118 / 3056)
    assert "close 18.82 → 19" in row["what"]
    assert "收盘 18.82 → 19" in row["what_zh"]
    (world.home / "config" / "reports" / "other.toml").unlink()
    run("record", home=world.home, now=LATER)
    assert [row["symbol"] for row in of(changes(world, now=LATER), "retracted")] == [WANKE]


def test_since_a_day(fortnight: World) -> None:
    rows = changes(fortnight, "--since", "2024-06-18")
    assert {row["kind"] for row in rows} >= {"repeated", "suspended", "rating_kept"}
    assert not of(rows, "target_reached")
    # Published the day before, but recorded only since.
    assert "recorded 2024-06-30" in of(rows, "upgraded")[0]["what"]
    early = changes(fortnight, "--since", "2024-06-14", "--as-of", "2024-06-18")
    assert {row["day"] for row in early if row["broker"] != "丙证券"} <= {"2024-06-17", "2024-06-18"}
    assert of(early, "upgraded")


def test_nothing_new_is_one_line(fortnight: World) -> None:
    for language, words in (("en", "Nothing is new since 2024-06-30"), ("zh", "自 2024-06-30")):
        said = run("changes", "--since", "2024-06-30", "--lang", language, home=fortnight.home, now=EVENING)
        assert said.code == 0
        assert said.err == ""
        (line,) = said.out.splitlines()
        assert line.startswith(words)
    assert changes(fortnight, "--since", "2024-06-30") == []


def test_the_table_and_the_csv_hold_the_same(fortnight: World, tmp_path: Path) -> None:
    rows = changes(fortnight)
    table = run("changes", "--lang", "zh", home=fortnight.home, now=EVENING).out
    for word in (
        "上调",
        "下调",
        "重申",
        "新观点",
        "达到目标价",
        "评级兑现",
        "评级落空",
        "停牌",
        "复牌",
        "退市",
        "买入",
    ):
        assert word in table
    said = run("changes", "--output", tmp_path / "new.csv", home=fortnight.home, now=EVENING)
    assert said.code == 0
    lines = list(csv.DictReader(io.StringIO((tmp_path / "new.csv").read_text("utf-8-sig"))))
    assert [line["what_zh"] for line in lines] == [row["what_zh"] for row in rows]


def test_without_an_earlier_run_a_day_must_be_named(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    said = _daily(world, EVENING)
    assert not any(line.startswith(("New", "Nothing is new")) for line in said.out.splitlines())  # a first day has none
    one_sentence(run("changes", home=world.home, now=EVENING), 1, "--since")
    assert of(changes(world, "--since", "2024-02-29"), "new_call")


def test_the_day_ends_with_what_is_new(fortnight: World, tmp_path: Path) -> None:
    world = World(Path(shutil.copytree(fortnight.home, tmp_path / "home")), fortnight.market)
    said = _daily(world, EVENING + dt.timedelta(minutes=5), "--lang", "en")
    assert said.out.splitlines()[-1].startswith("Nothing is new since 2024-06-30 (score run 2)")
    world.write("reports/more.toml", report("2024-06-28", "丁证券", {PUFA: "浦发[red]银行"}, more=_target("买入", 12)))
    said = _daily(world, LATER, "--lang", "zh")
    *_, head, line = said.out.splitlines()
    assert head == "自 2024-06-30 起（评分 2）：新观点 1。"
    assert line == f"  新观点: {PUFA} 浦发银行 · 丁证券 · 买入，目标价 12，2024-06-30 补录"


@pytest.mark.parametrize(
    "more",
    [
        ("--move", "0"),
        ("--move", "-1"),
        ("--since", "2024-07-01"),
        ("--until", "2024-06-28"),
        ("--since", "2024-06-20", "--as-of", "2024-06-18"),
        ("--horizon", "7"),
    ],
)
def test_what_cannot_be_asked_is_refused(fortnight: World, more: tuple[str, ...]) -> None:
    assert run("changes", *more, home=fortnight.home, now=EVENING).code == 2
