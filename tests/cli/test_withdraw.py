"""Taking back: a recommendation retracted, a call closed, and the scores that move, before and after."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.cli.program import Said, one_sentence, run, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World
from tests.core.markets import near
from tests.queries.conftest import build

CLOSE = ("close", PUFA, "--broker", "甲证券", "--date", "2024-05-20", "--why", "停止覆盖")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("withdraw"), 'rating = "减持"\ndirection = -1')


@pytest.fixture
def world(built: World, tmp_path: Path) -> World:
    shutil.copytree(built.home, tmp_path / "home")
    return World(tmp_path / "home", built.market)


def ask(world: World, *arguments: object) -> Said:
    return run(*arguments, home=world.home, market=world.market, now=EVENING)


def identity(world: World, symbol: str) -> str:
    return str(next(row["id"] for row in ask(world, "recommendations", "--json").rows if row["symbol"] == symbol))


def lines(said: Said) -> list[list[str]]:
    """Read a table's rows as words."""
    return [line.split() for line in said.out.splitlines() if line.strip() and line.startswith(" ")]


def test_a_retraction_prints_which_scores_move(world: World) -> None:
    said = ask(world, "retract", identity(world, PINGAN), "--why", "mistake", "--lang", "en")
    assert said.code == 0
    moved = {(row[0], *row[2:-2]): tuple(row[-2:]) for row in lines(said) if "甲证券" in row}
    # 浦发 pays 0.50 after 10.92: step 10.92 / 10.42. From 10.43 and 10.64 to 11.28: +13.34 % and +11.10 %; 平安 from
    # 19.57 to 18.72: -4.34 %. Their mean is +6.70 %, without the last +12.22 %.
    assert moved["broker", "return"] == ("+6.70%", "+12.22%")
    assert moved["broker", "mentions"] == ("3", "2")
    assert moved["broker", "calls"] == ("2", "1")
    assert any(row[0] == "theme" for row in lines(said))
    assert ask(world, "daily").code == 0
    brokers = {row["group"]: row for row in ask(world, "brokers", "--json").rows}
    assert brokers["甲证券"]["since_entry"]["total_return"] == near(
        ((11.28 / 10.43 + 11.28 / 10.64) * (10.92 / 10.42)) / 2 - 1
    )


def test_a_dry_run_shows_and_writes_nothing(world: World) -> None:
    local = world.home / "config" / "local"
    before = sorted(path.name for path in local.rglob("*"))
    said = ask(world, "retract", identity(world, PINGAN), "--why", "mistake", "--dry-run", "--lang", "en")
    assert "+12.22%" in said.out
    assert "Nothing was written" in said.err
    assert ask(world, *CLOSE, "--dry-run").code == 0
    assert sorted(path.name for path in local.rglob("*")) == before


def test_an_imported_recommendation_is_retracted_for_good(world: World) -> None:
    path = world.home / "list.csv"
    path.write_text(f"date,broker,symbol,rating\n2024-03-05,丙证券,{PUFA},买入\n", "utf-8")
    assert ask(world, "import", path).code == 0
    gone = next(row["id"] for row in ask(world, "recommendations", "--json").rows if row["broker"] == "丙证券")
    assert ask(world, "retract", gone, "--why", "not theirs").code == 0
    for _ in range(2):
        assert ask(world, "daily").code == 0
        assert "丙证券" not in ask(world, "brokers", "--json").out
        said = ask(world, "import", path, "--json")
        assert said.code == 0
        assert (said.rows["recommendations"], said.rows["retracted"], said.rows["added"]) == (0, 1, 0)


def test_a_call_is_closed_with_a_reason_and_only_appended(world: World) -> None:
    said = ask(world, *CLOSE, "--lang", "en")
    assert said.code == 0
    assert "停止覆盖" in said.out
    kept = tomllib.loads((world.home / "config" / "local" / "closings.toml").read_text("utf-8"))["closed"]
    assert [(one["broker"], one["symbol"], str(one["on"]), one["why"]) for one in kept] == [
        ("甲证券", PUFA, "2024-05-20", "停止覆盖")
    ]
    one_sentence(ask(world, *CLOSE, "--lang", "en"), 2, "停止覆盖")
    assert ask(world, "daily").code == 0
    call = next(row for row in ask(world, "calls", "--json").rows if row["symbol"] == PUFA)
    # Bought at 10.43 on 03-04, left at the open of 05-21, 10.99, after the dividend; the index from 3043 to 3099.
    assert (call["status"], call["closed_session"]) == ("closed", "2024-05-21")
    assert (call["reason"], call["closed_by"]) == ("停止覆盖", "person")
    assert call["total_return"] == near(10.99 / 10.43 * 10.92 / 10.42 - 1)
    assert call["benchmark_return"] == near(3099 / 3043 - 1)
    (row,) = tables(world.database, "closings")["closings"]
    assert row[1:3] == (1, "add")
    assert ask(world, "daily").code == 0
    assert tables(world.database, "closings")["closings"] == [row]


def test_what_was_believed_before_a_closing_can_be_shown_again(world: World) -> None:
    assert ask(world, *CLOSE).code == 0
    assert ask(world, "daily").code == 0
    earlier = ask(world, "calls", "--symbol", PUFA, "--known-at", "2024-06-29", "--json")
    assert earlier.code in {0, 1}
    (world.home / "config" / "local" / "closings.toml").unlink()
    assert ask(world, "daily").code == 0
    call = next(row for row in ask(world, "calls", "--json").rows if row["symbol"] == PUFA)
    assert (call["status"], call["closed_by"]) == ("open", None)
    assert [row[2] for row in tables(world.database, "closings")["closings"]] == ["add", "retract"]


def test_the_broker_may_be_left_out_where_one_call_is_open(world: World) -> None:
    # A bare 000002 is no index here: the share is the one that is known.
    assert ask(world, "close", "000002", "--date", "2024-06-03", "--why", "x").code == 0
    one_sentence(ask(world, "close", WANKE, "--date", "2024-04-01", "--why", "x", "--lang", "en"), 2, "no open call")
    path = world.home / "list.csv"
    path.write_text(f"date,broker,symbol,rating\n2024-03-05,丙证券,{PUFA},买入\n", "utf-8")
    assert ask(world, "import", path).code == 0
    said = ask(world, "close", PUFA, "--date", "2024-06-03", "--why", "x", "--lang", "zh")
    one_sentence(said, 2, "丙证券、甲证券", "--broker")


def test_a_day_that_has_not_come_and_a_missing_database_are_refused(world: World, tmp_path: Path) -> None:
    one_sentence(ask(world, "close", PUFA, "--date", "2024-07-01", "--why", "x"), 2, "2024-07-01")
    said = run("close", "600519", "--why", "x", home=tmp_path / "nobody", now=EVENING)
    assert said.code == 2 or "daily" in said.err
    assert json.dumps(said.out) == '""'


def test_a_closing_that_closes_nothing_is_said(world: World) -> None:
    lines = [
        f'[[closed]]\nbroker = "{broker}"\nsymbol = "{PUFA}"\non = {on}\nwhy = "x"\nat = 2024-06-30T10:00:00+08:00\n'
        for broker, on in (("甲证券", "2024-05-20"), ("甲", "2024-05-21"), ("甲证券", "2024-05-22"))
    ]
    world.write("local/closings.toml", "\n".join(lines))
    assert ask(world, "daily").code == 0
    found = json.loads(ask(world, "check", "--json").out)["findings"]
    idle = [(one["level"], one["where"], one["what"]) for one in found if "closes nothing" in one["what"]]
    # The first ends the call; the second names nobody who had one, the third comes when it is over.
    assert idle == [
        ("warning", PUFA, f"the closing of 甲 on {PUFA} for 2024-05-21 closes nothing: no call of theirs was open"),
        ("warning", PUFA,
         f"the closing of 甲证券 on {PUFA} for 2024-05-22 closes nothing: no call of theirs was open"),
    ]  # fmt: skip
