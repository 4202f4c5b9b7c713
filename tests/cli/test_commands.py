"""The commands as typed: their help, their language, the watchlist by hand, the demo, and a day without a network."""

import datetime as dt
import json
from pathlib import Path
from typing import Final

import pytest
import tomlkit

from tests.cli.program import dump, one_sentence, run, run_apart, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, World

COMMANDS: Final = (
    (), ("daily",), ("record",), ("update",), ("score",), ("check",), ("demo",), ("recommendations",), ("calls",),
    ("themes",), ("brokers",), ("returns",), ("show",), ("watch",), ("watch", "add"), ("watch", "remove"), ("export",),
)  # fmt: skip


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


# Help and language.


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_an_example_in_both_languages(tmp_path: Path, command: tuple[str, ...]) -> None:
    english = run(*command, "--help", home=tmp_path)
    chinese = run(*command, "--help", home=tmp_path, env={"LANG": "zh_CN.UTF-8"})
    assert (english.code, chinese.code) == (0, 0)
    assert "Example:" in english.out or "Begin with:" in english.out
    assert "示例：" in chinese.out or "从这里开始：" in chinese.out
    assert english.out != chinese.out
    assert "‖" not in english.out + chinese.out
    described = chinese.out[: chinese.out.index("Options")] if "Options" in chinese.out else chinese.out
    assert is_chinese(described)
    words = english.out[: english.out.index("Options")] if "Options" in english.out else english.out
    if command not in {("show",), ("watch", "add")}:  # their examples name a share and a theme in Chinese
        assert not is_chinese(words.replace("国信", "")), words


@pytest.mark.parametrize("command", [("daily",), ("themes",), ("watch", "add")], ids=" ".join)
def test_the_language_may_stand_before_or_behind_the_command(tmp_path: Path, command: tuple[str, ...]) -> None:
    expected = run(*command, "--help", home=tmp_path, env={"LANG": "zh_CN.UTF-8"}).out
    assert run("--lang", "zh", *command, "--help", home=tmp_path).out == expected
    assert run(*command, "--lang", "zh", "--help", home=tmp_path).out == expected


def test_every_command_is_in_the_first_help(tmp_path: Path) -> None:
    said = run("--help", home=tmp_path).out
    for command in COMMANDS[1:]:
        assert command[0] in said


def test_an_error_speaks_the_language_of_either_place(tmp_path: Path) -> None:
    for arguments in (("--lang", "zh", "themes"), ("themes", "--lang", "zh")):
        assert is_chinese(one_sentence(run(*arguments, home=tmp_path), 1))
    assert not is_chinese(one_sentence(run("themes", home=tmp_path), 1))


def test_the_home_may_stand_before_or_behind_the_command(copied: World) -> None:
    elsewhere = copied.home.parent / "elsewhere"
    for arguments in (("--home", copied.home, "themes", "--json"), ("themes", "--json", "--home", copied.home)):
        assert run(*arguments, home=elsewhere, now=EVENING).rows[0]["theme"] == "ai"


def test_an_empty_variable_is_unset(copied: World) -> None:
    unset = {"WATCHLIST_HOME": "", "LC_ALL": ""}
    said = run("daily", "--home", copied.home, home=Path(), market=copied.market, env=unset, now=EVENING)
    assert said.code == 0, said.err
    plan = run("update", "--dry-run", "--lang", "en", home=copied.home, market="", env={"LANG": ""}, now=EVENING)
    assert "bars/" not in plan.err


@pytest.fixture
def copied(world: World) -> World:
    """Give a small world that has been through a day."""
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    return world


@pytest.mark.parametrize(
    "arguments", [("--nonsense",), ("nonsense",), ("themes", "--nonsense"), ("show",), ("returns", PUFA)]
)
def test_what_is_no_command_is_a_mistake_of_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    said = run(*arguments, home=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "Error" in said.err
    assert "Traceback" not in said.err


# The watchlist by hand.


def test_what_is_watched_is_kept_with_comments_and_order(world: World) -> None:
    before = '# mine, all mine\n\n[[watch]]\nsymbol = "000002.SZ"  # for the yield\nadded = 2024-05-06\n'
    own = world.write("local/watchlist.toml", before)
    said = run(
        "watch", "add", "浦发银行", "--theme", "银行", "--note", "观察", "--lang", "en", home=world.home, now=EVENING
    )
    assert said.code == 0, said.err
    assert PUFA in said.err
    text = own.read_text("utf-8")
    assert text.startswith("# mine, all mine\n")
    assert "# for the yield" in text
    rows = tomlkit.parse(text).unwrap()["watch"]
    assert [row["symbol"] for row in rows] == ["000002.SZ", PUFA]
    assert rows[1] == {"symbol": PUFA, "theme": "银行", "note": "观察", "added": dt.date(2024, 6, 30)}
    one_sentence(run("watch", "add", PUFA, home=world.home, now=EVENING), 2, PUFA)
    assert own.read_text("utf-8") == text
    assert run("watch", "remove", "600000", home=world.home, now=EVENING).code == 0
    assert tomlkit.parse(own.read_text("utf-8")).unwrap()["watch"] == rows[:1]
    assert "# mine, all mine" in own.read_text("utf-8")
    assert (world.home / "config" / "watchlist.toml").read_text("utf-8") == "# nobody is watched\n"


def test_what_is_watched_is_fetched_and_shown_beside_the_recommended(copied: World) -> None:
    run("watch", "add", "000002", home=copied.home, now=EVENING)
    rows = run("watch", "--json", home=copied.home, now=EVENING).rows
    assert [(row["symbol"], row["watched"], row["stale"]) for row in rows] == [
        ("000002.SZ", True, True), (PINGAN, False, False), (PUFA, False, False),
    ]  # fmt: skip
    assert rows[0]["recommended_by"] == []
    assert rows[1]["recommended_by"] == ["甲证券"]


def test_a_share_nobody_lists_can_be_watched_by_its_symbol(world: World) -> None:
    assert run("watch", "add", "603999.SH", "--name", "读者传媒", home=world.home, now=EVENING).code == 0
    assert "读者传媒" in (world.home / "config" / "local" / "watchlist.toml").read_text("utf-8")


# Update and daily.


def test_a_plan_is_printed_and_nothing_is_done(copied: World) -> None:
    before = dump(copied.database)
    tomorrow = EVENING + dt.timedelta(days=1, hours=12)
    said = run("update", "--dry-run", "--lang", "en", home=copied.home, market=copied.market, now=tomorrow)
    assert said.code == 0, said.err
    for symbol in ("000300.SH", PUFA, PINGAN):
        assert symbol in said.out
    # Ten days of overlap before the last stored session, to notice a changed past.
    assert "2024-06-18" in said.out
    assert dump(copied.database) == before


def test_a_plan_before_anything_is_recorded_makes_nothing(world: World) -> None:
    said = run("update", "--dry-run", home=world.home, market=world.market, now=EVENING)
    assert (said.code, "daily" in said.err) == (1, True) or (said.code, PUFA in said.out) == (0, True)
    assert not world.database.exists()


def test_until_is_the_last_session_of_all(world: World) -> None:
    said = run("daily", "--until", "2024-04-30", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    assert "2024-04-30" in said.out + said.err
    bars = tables(world.database, "bars")["bars"]
    assert max(row[1] for row in bars) == "2024-04-30"
    rows = run("recommendations", "--json", home=world.home, now=EVENING).rows
    assert {row["last_session"] for row in rows} == {"2024-04-30"}
    # Later the rest comes, and both roads end at the same bars.
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    assert max(row[1] for row in tables(world.database, "bars")["bars"]) == "2024-06-28"


def test_results_go_to_one_stream_and_what_happened_to_the_other(world: World) -> None:
    said = run("daily", "--lang", "en", home=world.home, market=world.market, now=EVENING)
    assert "Recorded 2 recommendations" in said.err
    assert "Recorded" not in said.out
    assert "Artificial intelligence" in said.out


def test_check_of_a_sound_database(copied: World) -> None:
    said = run("check", "--lang", "en", home=copied.home, now=EVENING)
    assert (said.code, said.err) == (0, "")
    assert run("check", "--json", home=copied.home, now=EVENING).rows == {"level": "ok", "findings": []}
    line = run("check", "--nagios", home=copied.home, now=EVENING)
    assert line.code == 0
    assert line.out.startswith("WATCHLIST OK")
    assert line.out.count("\n") == 1


def test_the_health_of_the_demo_says_that_its_prices_are_simulated(demo: Path) -> None:
    for asked in ((), ("--nagios",)):
        assert "SIMULATED" in run("check", *asked, "--demo", "--lang", "en", home=demo).out.splitlines()[0]
    assert "模拟行情" in run("check", "--demo", "--lang", "zh", home=demo).out.splitlines()[0]
    answer = json.loads(run("check", "--json", "--demo", home=demo).out)
    assert (next(iter(answer)), answer["simulated"]) == ("simulated", True)


def test_check_says_what_is_behind(copied: World) -> None:
    later = EVENING + dt.timedelta(days=30)
    answer = json.loads(run("check", "--json", home=copied.home, now=later).out)
    assert answer["level"] == "warning"
    assert any("000300.SH" in finding["what"] and "behind" in finding["what"] for finding in answer["findings"])
    line = run("check", "--nagios", home=copied.home, now=later)
    assert (line.code, line.out.count("\n")) == (1, 1)


def test_check_finds_a_theme_of_nobody(world: World) -> None:
    text = (world.home / "config" / "reports" / "first.toml").read_text("utf-8")
    world.write("reports/first.toml", text.replace('theme = "AI"', 'theme = "低空经济"'))
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    answer = json.loads(run("check", "--json", home=world.home, now=EVENING).out)
    assert any("低空经济" in finding["what"] for finding in answer["findings"])
    assert {row["name"] for row in run("themes", "--json", home=world.home, now=EVENING).rows} == {"未归类"}


# The demo.


def test_the_demo_marks_everything_it_touches(demo: Path, tmp_path: Path) -> None:
    questions = (
        ("recommendations",), ("calls",), ("themes",), ("brokers",), ("watch",), ("show", "300418"),
        ("returns", "300418", "--from", "2025-06-02"),
    )  # fmt: skip
    for question in questions:
        table = run(*question, "--demo", home=demo)
        assert table.code == 0, table.err
        assert "SIMULATED" in table.out.split("\n")[0], question
        assert all(row["simulated"] is True for row in run(*question, "--demo", "--json", home=demo).rows), question
        assert run(*question, "--demo", "--csv", home=demo).out.startswith("simulated,"), question
    for name in ("out.csv", "out.json", "out.html"):
        assert run("export", tmp_path / name, "--demo", home=demo).code == 0
    assert (tmp_path / "out.csv").read_text("utf-8-sig").startswith("simulated,")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["simulated"] is True
    assert "SIMULATED" in (tmp_path / "out.html").read_text("utf-8")
    assert "SIMULATED" in (demo / "db" / "exports" / "demo-review.html").read_text("utf-8")


def test_the_demo_has_a_database_of_its_own(demo: Path) -> None:
    assert (demo / "db" / "demo.db").is_file()
    assert not (demo / "db" / "watchlist.db").exists()
    one_sentence(run("recommendations", home=demo), 1, "python main.py daily")
    assert {row[9] for row in tables(demo / "db" / "demo.db", "fetches")["fetches"]} == {1}


def test_real_numbers_are_not_called_simulated(founding: Path) -> None:
    assert "SIMULATED" not in run("themes", home=founding).out
    assert all("simulated" not in row for row in run("recommendations", "--json", home=founding).rows)


def test_a_day_without_a_network_shows_the_demo_and_ends_well(tmp_path: Path) -> None:
    said = run_apart("daily", "--or-demo", "--lang", "en", home=tmp_path)
    assert said.code == 0, said.err
    assert said.problems[0].startswith("No price source can be reached")
    assert "simulated" in said.problems[0]
    assert "SIMULATED" in said.out
    assert not (tmp_path / "db" / "watchlist.db").exists()
    assert (tmp_path / "db" / "demo.db").is_file()


def test_a_day_without_a_network_fails_loudly_where_no_demo_is_asked_for(copied: World) -> None:
    before = tables(copied.database, "bars", "bar_revisions", "actions", "action_revisions", "fetches", "coverage")
    said = run_apart("daily", "--lang", "en", home=copied.home)
    assert said.code == 1
    assert "run python main.py daily when the network is back" in said.err
    assert "SIMULATED" not in said.out
    assert tables(copied.database, *before) == before
    assert "no price source" in run("check", home=copied.home, now=EVENING).out


def test_the_answers_survive_a_console_of_another_encoding(copied: World) -> None:
    said = run_apart("recommendations", "--lang", "en", home=copied.home, env={"PYTHONIOENCODING": "ascii"})
    assert said.code == 0, said.err
    assert "600000.SH" in said.out


@pytest.mark.parametrize("command", ["record", "score", "update", "daily"])
def test_a_command_that_writes_leaves_the_demo_alone(tmp_path: Path, command: str) -> None:
    said = run(command, "--demo", home=tmp_path)
    assert said.code == 2
    assert said.err == "Error: The demo's database is made by the command demo alone: leave --demo out.\n"
    assert not (tmp_path / "db" / "watchlist.db").exists()


@pytest.mark.parametrize(
    ("arguments", "out", "err"),
    [
        (("--lang", "en"), "No close is known.",
         "To follow it: python main.py watch add 601318.SH, then python main.py demo."),
        (("--lang", "zh"), "没有收盘价。",
         "如需跟踪：先运行 python main.py watch add 601318.SH，再运行 python main.py demo。"),
        (("--lang", "en", "--as-of", "2024-06-14"), "No close is known.", ""),
    ],
)  # fmt: skip
def test_a_share_nobody_follows_says_how_to_follow_it(
    demo: Path, arguments: tuple[str, ...], out: str, err: str
) -> None:
    said = run("show", "中国平安", "--demo", *arguments, home=demo)
    assert said.code == 0
    assert said.out.splitlines()[-1] == out
    assert said.err.strip() == err
