"""One broken file of the ledger: the others are recorded, prices and scores go on, and it is said loudly."""

from tests.cli.program import Said, run, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, report

BROKEN = 'broker = "乙证券"\ntitle = "坏"\npublished = 2024-13-45\n'


def ask(world: World, *arguments: object) -> Said:
    return run(*arguments, "--lang", "en", home=world.home, market=world.market, now=EVENING)


def ids(world: World) -> set[str]:
    return {row["report"] for row in ask(world, "recommendations", "--json").rows}


def test_the_good_files_are_recorded_and_prices_and_scores_go_on(world: World) -> None:
    world.write("reports/second.toml", BROKEN)
    said = ask(world, "daily")
    assert said.code == 1
    assert "second.toml" in said.err
    assert "Recorded 2 recommendations from 1 report" in said.err
    assert "Scored 2 recommendations" in said.err
    assert ids(world) == {"first"}
    health = ask(world, "check", "--json")
    assert health.code == 1
    assert "second.toml" in health.out


def test_what_was_recorded_of_it_before_is_not_taken_back(world: World) -> None:
    world.write("reports/second.toml", report(broker="乙证券", recommended={PUFA: "浦发银行"}))
    assert ask(world, "daily").code == 0
    before = tables(world.database, "recommendations", "reports")
    good = (world.home / "config" / "reports" / "second.toml").read_text("utf-8")
    world.write("reports/second.toml", BROKEN)
    assert ask(world, "daily").code == 1
    assert ids(world) == {"first", "second"}
    assert tables(world.database, "recommendations", "reports") == before
    world.write("reports/second.toml", good)
    assert ask(world, "daily").code == 0
    problems = tables(world.database, "problems")["problems"]
    assert [row[-1] is not None for row in problems] == [True]


def test_a_broken_file_that_is_removed_takes_its_report_and_its_problem_along(world: World) -> None:
    path = world.write("reports/second.toml", report(broker="乙证券", recommended={PINGAN: "平安银行"}))
    assert ask(world, "daily").code == 0
    path.write_text(BROKEN, "utf-8")
    assert ask(world, "record").code == 1
    path.unlink()
    assert ask(world, "record").code == 0
    assert ids(world) == {"first"}
    assert [row[-1] is not None for row in tables(world.database, "problems")["problems"]] == [True]
