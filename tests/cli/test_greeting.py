"""``python main.py`` alone: how things stand and the next step, in both languages, changing nothing."""

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import NOW, ROOT, Said, change, dump, run
from tests.cli.small_world import EVENING, World, report
from watchlist.storage import glance

# A second of import each; the calendar library is why weekdays are counted.
HEAVY: Final = {"akshare", "exchange_calendars", "fastapi", "pandas", "pyarrow", "rich", "scipy", "sqlite_utils"}


def next_step(said: Said) -> str:
    """Give the command that is named first."""
    head = next(line for line in said.out.splitlines() if line.startswith(("Next: ", "下一步：")))
    return head.split("python main.py ")[1].split("  ")[0]


def test_an_empty_home_is_welcomed(tmp_path: Path) -> None:
    said = run(home=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert "Nothing is recorded here yet." in said.out
    assert next_step(said) == "daily"
    assert "python main.py demo" in said.out
    assert not list(tmp_path.iterdir())


def test_an_empty_home_is_welcomed_in_chinese(tmp_path: Path) -> None:
    said = run("--lang", "zh", home=tmp_path)
    assert said.code == 0
    assert "这里还没有任何记录。" in said.out
    assert "下一步：python main.py daily" in said.out
    assert "Next" not in said.out


def test_a_good_home_says_how_it_stands(stored: World) -> None:
    """Two shares of one report; prices to Friday 2024-06-28, asked about on the Sunday after."""
    said = run(home=stored.home, now=EVENING)
    assert said.code == 0
    assert said.out.splitlines()[1:3] == [
        "2 recommendations from 1 report; scored as of 2024-06-30.",
        "Prices up to CN 2024-06-28 · HK 2024-06-28 · US 2024-06-28.",
    ]
    assert next_step(said) == "themes"


@pytest.mark.parametrize(
    ("now", "lines"),
    [
        # Monday noon in Shanghai: the session of the day is not over.
        (dt.datetime(2024, 7, 1, 4, 0, tzinfo=dt.UTC), "CN 2024-06-28 · HK 2024-06-28 · US"),
        # Monday 15:31 in Shanghai, and in Hong Kong, whose bars are final at 16:30.
        (dt.datetime(2024, 7, 1, 7, 31, tzinfo=dt.UTC), "CN 2024-06-28 (at most 1 session behind) · HK 2024-06-28 ·"),
        # Sunday two weeks on: ten weekdays lie between.
        (dt.datetime(2024, 7, 14, 4, 0, tzinfo=dt.UTC), "HK 2024-06-28 (at most 10 sessions behind)"),
    ],
)
def test_what_is_due_is_counted_in_weekdays(stored: World, now: dt.datetime, lines: str) -> None:
    said = run(home=stored.home, now=now)
    assert lines in said.out
    assert next_step(said) == ("daily" if "behind" in lines else "themes")


def test_prices_that_were_asked_for_and_are_behind_are_a_matter_for_check(stored: World, tmp_path: Path) -> None:
    """The files end in June: asking once more brings nothing, so something is wrong."""
    home = shutil.copytree(stored.home, tmp_path / "home")
    now = dt.datetime(2024, 7, 14, 4, 0, tzinfo=dt.UTC)
    run("daily", home=home, market=stored.market, now=now)
    said = run(home=home, now=now)
    assert "CN 2024-06-28 (at most 10 sessions behind)" in said.out
    assert next_step(said) == "check"


def test_a_second_day_makes_the_changes_the_next_step(copied: World) -> None:
    # The prices reach to a later day, on which the index and every share stand as before.
    change(copied.database, "insert into score_runs (as_of, as_of_fetch, inputs_sha256, output_sha256, app_version,"
           " simulated, created_at) select '2024-06-27', as_of_fetch, inputs_sha256, output_sha256, app_version,"
           " simulated, created_at from score_runs limit 1")  # fmt: skip
    assert next_step(run(home=copied.home, now=EVENING)) == "changes"


def test_a_report_that_was_not_recorded_is_named(copied: World) -> None:
    copied.write("local/reports/second.toml", report("2024-04-01", "乙证券"))
    said = run(home=copied.home, now=EVENING)
    assert "Not recorded yet: second." in said.out
    assert next_step(said) == "daily"
    assert run("record", home=copied.home, now=EVENING).code == 0
    after = run(home=copied.home, now=EVENING).out
    assert "Not recorded" not in after
    assert "4 recommendations from 2 reports" in after


def test_problems_are_counted(copied: World) -> None:
    change(copied.database, "insert into problems (step, subject, message, message_zh, first_seen) values "
           "('update', '600000.SH', 'gone', '消失', '2024-06-30T04:00:00.000000Z')")  # fmt: skip
    for language, words in (("en", "Problems: 1; rows in quarantine: 0."), ("zh", "问题 1 项，隔离数据 0 行。")):
        said = run("--lang", language, home=copied.home, now=EVENING)
        assert words in said.out
        assert next_step(said) == "check"


def test_a_broken_database_says_so(copied: World) -> None:
    copied.database.write_bytes(b"no database" * 500)
    for suffix in ("-wal", "-shm"):
        Path(f"{copied.database}{suffix}").unlink(missing_ok=True)
    for language, words in (("en", "cannot be used"), ("zh", "无法使用")):
        said = run("--lang", language, home=copied.home, now=EVENING)
        assert said.code == 1
        assert words in said.out
        assert next_step(said) == "repair"


def test_an_older_database_is_brought_up_to_date_by_daily(copied: World) -> None:
    change(copied.database, "delete from _sqlite_migrations where name = (select max(name) from _sqlite_migrations)")
    said = run(home=copied.home, now=EVENING)
    assert said.code == 1
    assert "older version" in said.out
    assert next_step(said) == "daily"


def test_wrong_settings_say_so(copied: World) -> None:
    copied.write("local/settings.toml", 'langage = "zh"\n')
    said = run(home=copied.home, now=EVENING)
    assert said.code == 1
    assert "Did you mean language?" in said.out


def test_the_settings_choose_the_language(copied: World) -> None:
    path = copied.home / "config" / "local" / "settings.toml"
    path.write_text('language = "zh"\n' + path.read_text("utf-8"), "utf-8")
    assert "1 份研报，2 条推荐；评分截至 2024-06-30。" in run(home=copied.home, now=EVENING).out


def test_the_demo_is_marked(demo: Path) -> None:
    said = run("--demo", home=demo, now=NOW)
    assert said.out.splitlines()[1].startswith("SIMULATED · 35 recommendations from 2 reports")
    assert next_step(said) == "themes --demo"
    assert "python main.py themes --demo" in run(home=demo, now=NOW).out


def test_the_founding_reports_on_real_prices(founding: Path) -> None:
    """From Friday 2026-08-21 to Friday 2026-11-20 there are 13 weeks of 5 weekdays; Hong Kong ends a day earlier."""
    said = run(home=founding, now=NOW)
    assert "35 recommendations from 2 reports" in said.out
    assert "CN 2026-08-21 (at most 65 sessions behind) · HK 2026-08-20 (at most 66 sessions behind)" in said.out


def test_a_long_list_is_not_counted_to_its_end(stored: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "MANY", 2)
    assert "2+ recommendations from 1 report;" in run(home=stored.home, now=EVENING).out


def test_greeting_changes_nothing_and_loads_nothing_heavy(copied: World) -> None:
    before = dump(copied.database), sorted(copied.home.rglob("*"))
    code = "import json, sys; from watchlist.cli import main; main([]); print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "WATCHLIST_HOME": str(copied.home)},
    )  # fmt: skip
    *greeting, modules = done.stdout.splitlines()
    assert greeting[1].startswith("2 recommendations")
    assert {name.split(".")[0] for name in json.loads(modules)} & HEAVY == set()
    assert (dump(copied.database), sorted(copied.home.rglob("*"))) == before
