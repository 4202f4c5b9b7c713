"""What goes wrong is said in one sentence, in the person's language, with the right exit code, and changes nothing."""

import datetime as dt
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from tests.cli.program import ROOT, change, dump, one_sentence, run, run_apart
from tests.cli.small_world import EVENING, PINGAN, PUFA, World, bars
from watchlist.storage.database import transaction, writing
from watchlist.storage.prices import Fetched, save_fetches
from watchlist.storage.runs import begin_run

LANGUAGES: Final = ("en", "zh")
QUERIES: Final = (
    ("recommendations",),
    ("calls",),
    ("themes",),
    ("brokers",),
    ("watch",),
    ("show", PUFA),
    ("returns", PUFA, "--from", "2024-03-01"),
    ("returns", "--theme", "AI", "--from", "2024-03-01"),
    ("export", "out.json"),
)
WRITERS: Final = (("daily",), ("record",), ("update",), ("score",))


def in_language(sentence: str, language: str) -> None:
    """Check that a sentence is in the language asked for: none of our English words in a Chinese one."""
    assert sentence.startswith("错误：") == (language == "zh"), sentence
    if language == "zh":
        for word in ("Error", "Known", "Nearest", "Did you mean", "Nothing was"):
            assert word not in sentence, sentence


# What was typed wrong: exit code 2.

TYPED: Final = {
    "unknown symbol": (("show", "没有这只股票"), ("没有这只股票",)),
    "unknown name near a known one": (("show", "浦发"), ("浦发",)),
    "a theme beside a security": (("returns", PUFA, "--theme", "AI", "--from", "2024-03-01"), ("--theme",)),
    "a broker beside a security": (("returns", PUFA, "--broker", "甲", "--from", "2024-03-01"), ("--broker",)),
    "a status of a theme": (
        ("returns", "--theme", "AI", "--status", "running", "--from", "2024-03-04"),
        ("--status",),
    ),
    "a status no sector has": (("recommendations", "--sectors", "--status", "running"), ("matured",)),
    "a broker without sector calls": (("recommendations", "--sectors", "--broker", "甲证券"), ("甲证券",)),
    "unknown code": (("returns", "999999", "--from", "2024-03-01"), ("999999",)),
    "ambiguous symbol": (("show", "000001"), ("000001.SZ", "000001.SH")),
    "ambiguous symbol filter": (("recommendations", "--symbol", "000001"), ("000001.SZ", "000001.SH")),
    "unknown theme": (("recommendations", "--theme", "nonsense"), ("nonsense",)),
    "unknown theme of returns": (("returns", "--theme", "nonsense", "--from", "2024-03-01"), ("nonsense",)),
    "future as-of": (("recommendations", "--as-of", "2031-01-01"), ("--as-of", "2031-01-01", "2024-06-30")),
    "future as-of of a score": (("score", "--as-of", "2031-01-01"), ("--as-of", "2031-01-01")),
    "future until": (("daily", "--until", "2031-01-01"), ("--until", "2031-01-01")),
    "future to": (("returns", PUFA, "--from", "2024-03-01", "--to", "2031-01-01"), ("--to", "2031-01-01")),
    "from after to": (("returns", PUFA, "--from", "2024-05-01", "--to", "2024-04-01"), ("2024-05-01", "2024-04-01")),
    "bad date": (("recommendations", "--as-of", "14.6.2024"), ("--as-of", "14.6.2024")),
    "impossible date": (("recommendations", "--since", "2024-02-30"), ("--since", "2024-02-30")),
    "bad moment": (("recommendations", "--known-at", "yesterday"), ("--known-at", "yesterday")),
    "since after until": (
        ("recommendations", "--since", "2024-05-01", "--until", "2024-04-01"), ("--since", "--until"),
    ),
    "unknown horizon": (("themes", "--horizon", "7y"), ("--horizon", "7y", "6m")),
    "unknown grouping": (("brokers", "--by", "moon"), ("--by", "moon", "analyst")),
    "unknown period": (("themes", "--period", "1w,2y"), ("--period", "2y", "ytd")),
    "unknown period in JSON": (("themes", "--period", "1w,2y", "--json"), ("--period", "2y", "ytd")),
    "unknown status": (("recommendations", "--status", "fine"), ("--status", "fine", "delisted")),
    "unknown members": (
        ("returns", "--theme", "AI", "--from", "2024-04-01", "--members", "all"), ("--members", "today"),
    ),
    "unknown broker": (("recommendations", "--broker", "丙证券"), ("--broker", "甲证券")),
    "unknown rating": (("recommendations", "--rating", "sky"), ("--rating", "sky")),
    "nothing asked": (("returns", "--from", "2024-03-01"), ("--theme",)),
    "unknown format": (("recommendations", "--output", "out.docx"), ("out.docx", ".csv", ".jsonl")),
    "unknown export": (("export", "out.docx"), ("out.docx", ".csv", ".html")),
    "unknown to the watchlist": (("watch", "add", "not-here"), ("not-here",)),
    "not watched": (("watch", "remove", PUFA), (PUFA,)),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", TYPED)
def test_what_is_typed_wrong_is_said(
    stored: World, case: str, language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, words = TYPED[case]
    before = dump(stored.database)
    said = run(*arguments, "--lang", language, home=stored.home, market=stored.market, now=EVENING)
    in_language(one_sentence(said, 2, *words), language)
    assert dump(stored.database) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_theme_without_members_names_the_two_other_choices(stored: World, language: str) -> None:
    # Published on 2024-03-01: on 2024-02-01 nobody was in the theme.
    arguments = ("returns", "--theme", "AI", "--from", "2024-02-01", "--to", "2024-04-01", "--lang", language)
    said = run(*arguments, home=stored.home, now=EVENING)
    words = ("--members point-in-time", "--members today", "2024-02-01")
    in_language(one_sentence(said, 1, *words), language)
    assert run(*arguments, "--members", "today", "--json", home=stored.home, now=EVENING).rows[0]["members"]


def test_a_theme_that_nobody_recommends_is_not_an_empty_answer(stored: World) -> None:
    said = run("returns", "--theme", "mr", "--from", "2024-04-01", "--members", "today", home=stored.home, now=EVENING)
    one_sentence(said, 1)


# There is no database, or none of ours: exit code 1.


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("query", QUERIES, ids=" ".join)
def test_an_empty_database_says_what_to_run_first(
    world: World, query: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run(*query, "--lang", language, home=world.home, now=EVENING)
    in_language(one_sentence(said, 1, "python main.py daily"), language)
    assert not world.database.exists()
    assert not (tmp_path / "out.json").exists()


def empty_file(world: World) -> None:
    world.database.parent.mkdir()
    world.database.write_bytes(b"")


def migrated_only(world: World) -> None:
    with writing(world.database):
        pass


@pytest.mark.parametrize("query", QUERIES, ids=" ".join)
@pytest.mark.parametrize("prepared", [empty_file, migrated_only])
def test_a_database_with_nothing_in_it_is_an_empty_one(
    world: World,
    prepared: Callable[[World], None],
    query: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    prepared(world)
    one_sentence(run(*query, home=world.home, now=EVENING), 1, "python main.py daily")


def test_before_anything_was_known_there_is_nothing_to_answer_from(stored: World) -> None:
    said = run("recommendations", "--known-at", "2020-01-01", home=stored.home, now=EVENING)
    one_sentence(said, 1)


def test_check_calls_an_empty_database_unknown(world: World) -> None:
    said = run("check", "--json", home=world.home, now=EVENING)
    assert said.code == 1
    answer = json.loads(said.out)
    assert answer["level"] == "unknown"
    assert "daily" in answer["findings"][0]["advice"]
    assert run("check", "--nagios", home=world.home, now=EVENING).code == 3


def of_another_program(path: Path) -> None:
    change(path, "create table songs (title text)", "insert into songs values ('东方红')")


def a_text_file(path: Path) -> None:
    path.write_text("no database at all, " * 100, "utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", [*QUERIES, *WRITERS], ids=" ".join)
@pytest.mark.parametrize("other", [of_another_program, a_text_file])
def test_a_file_that_is_no_database_of_ours_is_left_alone(
    world: World,
    other: Callable[[Path], None],
    command: tuple[str, ...],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    world.database.parent.mkdir()
    other(world.database)
    before = world.database.read_bytes()
    said = run(*command, "--lang", language, home=world.home, market=world.market, now=EVENING)
    in_language(one_sentence(said, 1, str(world.database)), language)
    assert world.database.read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", [QUERIES[0], *WRITERS], ids=" ".join)
def test_a_newer_database_is_refused_with_what_to_do(copied: World, command: tuple[str, ...], language: str) -> None:
    row = "('watchlist', '0099_later', '2031-01-01')"
    change(copied.database, f"insert into _sqlite_migrations (migration_set, name, applied_at) values {row}")  # noqa: S608
    before = dump(copied.database)
    said = run(*command, "--lang", language, home=copied.home, market=copied.market, now=EVENING)
    in_language(one_sentence(said, 1, "0099_later", "--home"), language)
    assert dump(copied.database) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
def test_two_writers_do_not_write_at_once(copied: World, command: tuple[str, ...], language: str) -> None:
    with writing(copied.database):
        said = run(*command, "--lang", language, home=copied.home, market=copied.market, now=EVENING)
        before = dump(copied.database)
        assert run("recommendations", home=copied.home, now=EVENING).code == 0
    in_language(one_sentence(said, 1, str(copied.database)), language)
    assert dump(copied.database) == before


def test_the_second_of_two_programs_waits_for_nobody(copied: World) -> None:
    with writing(copied.database):
        said = run_apart("daily", home=copied.home, market=copied.market)
    one_sentence(said, 1, "Another watchlist")


# Where to write is wrong: exit code 2, and what was there is still there.


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "command", [("recommendations", "--csv", "--output"), ("themes", "--json", "--output"), ("export",)], ids=" ".join
)
def test_an_answer_that_cannot_be_written_is_said(
    stored: World, tmp_path: Path, command: tuple[str, ...], language: str
) -> None:
    missing, folder = tmp_path / "no" / "such" / "out.csv", tmp_path / "folder.csv"
    folder.mkdir()
    for path in (missing, folder):
        said = run(*command, path, "--lang", language, home=stored.home, now=EVENING)
        in_language(one_sentence(said, 2, str(path)), language)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["folder.csv"]


# Prices from files.


def test_a_market_folder_that_is_none_is_said(world: World, tmp_path: Path) -> None:
    for language in LANGUAGES:
        for folder in (tmp_path / "nowhere", world.home):
            said = run("daily", "--lang", language, home=world.home, market=folder, now=EVENING)
            sentence = one_sentence(said, 2, str(folder), "bars")
            in_language(sentence, language)
            # Nothing was to be written there.
            assert "written" not in sentence
            assert "写入" not in sentence
    assert not world.database.exists()


def lines(*changed: tuple[int, str]) -> bytes:
    """Give the usual prices with some lines changed."""
    text = bars(10, 0.01).splitlines(keepends=True)
    for at, line in changed:
        text[at] = line
    return "".join(text).encode()


# What is in the file, and words of the English and of the Chinese sentence.
BROKEN: Final = {
    "wrong cell": (
        lines((5, "2024-01-08,10.03,10.14,9.93,1o.04,1000\n")), ("line 6", "close", "1o.04"), ("第 6 行", "1o.04"),
    ),
    "negative price": (
        lines((5, "2024-01-08,-10.03,10.14,9.93,10.04,1000\n")), ("line 6", "-10.03"), ("第 6 行", "-10.03"),
    ),
    "not a number": (lines((5, "2024-01-08,10.03,10.14,9.93,nan,1000\n")), ("line 6", "nan"), ("第 6 行", "nan")),
    "no close": (lines((5, "2024-01-08,10.03,10.14,9.93,,1000\n")), ("line 6", "close"), ("第 6 行", "close")),
    "truncated": (bars(10, 0.01).encode()[:-9], ("middle of line",), ("不完整",)),
    "wrong header": (
        bars(10, 0.01).replace("session,open", "date,open").encode(), ("header", "date,open"), ("表头", "date,open"),
    ),
    "no header": (b"", ("header",), ("表头",)),
    "session twice": (
        lines((6, "2024-01-08,10.04,10.15,9.94,10.05,1000\n")), ("line 7", "2024-01-08"), ("第 7 行", "2024-01-08"),
    ),
    "bad date": (lines((5, "8/1/2024,10.03,10.14,9.93,10.04,1000\n")), ("line 6", "8/1/2024"), ("第 6 行", "8/1/2024")),
    "a cell short": (lines((5, "2024-01-08,10.03,10.14,9.93,10.04\n")), ("line 6", "5 cells"), ("第 6 行", "5")),
    "not UTF-8": (bars(10, 0.01).encode() + "中".encode("gb18030"), ("UTF-8",), ("UTF-8",)),
    "a quote left open": (lines((5, '2024-01-08,"10.03,10.14,9.93,10.04,1000\n')), ("line",), ("行",)),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_check_advises_can_be_typed_as_it_stands(world: World, language: str) -> None:
    world.prices(PUFA, bars(10, 0.01)[:-200])
    assert run("daily", home=world.home, market=world.market, now=EVENING).code in {0, 1}
    later = EVENING + dt.timedelta(days=9)
    found = json.loads(run("check", "--json", home=world.home, now=later).out)["findings"]
    told = [one["advice" if language == "en" else "advice_zh"] for one in found if one["level"] != "ok"]
    assert any("python main.py update" in one for one in told)
    commands = re.compile(r"(?<!main\.py )\b(update|daily|check|backup|calls|show|theme) ?(--|[A-Z]|$|again|;)")
    assert [one for one in told if commands.search(one)] == []


def test_a_wrong_row_of_a_whole_market_stops_no_other_security(world: World) -> None:
    frames = [pd.read_csv(path).assign(symbol=path.stem) for path in sorted((world.market / "bars").glob("*.csv"))]
    market = pd.concat(frames, ignore_index=True)
    at = int(market.index[(market["symbol"] == PUFA) & (market["session"] == "2024-03-05")][0])
    market.loc[at, "close"] = -1.0
    shutil.rmtree(world.market / "bars")
    market.to_parquet(world.market / "bars.parquet")
    for language, words in (("en", f"bars.parquet, line {at + 2}: close"), ("zh", f"第 {at + 2} 行")):
        said = run("daily", "--lang", language, home=world.home, market=world.market, now=EVENING)
        assert said.code == 1
        (sentence,) = [line for line in said.problems if "bars.parquet" in line]
        assert words in sentence
        assert PUFA in sentence
    rows = {row["symbol"]: row for row in run("recommendations", "--json", home=world.home, now=EVENING).rows}
    assert (rows[PUFA]["status"], rows[PINGAN]["status"]) == ("no_price", "running")


@pytest.mark.parametrize("case", BROKEN)
def test_one_broken_price_file_stops_no_other(world: World, case: str) -> None:
    text, english, chinese = BROKEN[case]
    world.prices(PUFA, text)
    for language, words in (("en", english), ("zh", chinese)):
        said = run("daily", "--lang", language, home=world.home, market=world.market, now=EVENING)
        assert said.code == 1
        (sentence,) = [line for line in said.problems if f"{PUFA}.csv" in line]
        assert all(word in sentence for word in words), sentence
        shown = run("check", "--json", home=world.home, now=EVENING)
        assert shown.code == 1
        found = json.loads(shown.out)["findings"]
        assert any(f"{PUFA}.csv" in finding["what"] and finding["advice"] for finding in found)
    rows = {row["symbol"]: row for row in run("recommendations", "--json", home=world.home, now=EVENING).rows}
    assert rows[PUFA]["status"] == "no_price"
    assert rows[PUFA]["total_return"] is None
    assert rows[PINGAN]["status"] == "running"
    # Once it is mended, the problem goes away.
    world.prices(PUFA, bars(10, 0.01))
    said = run("daily", home=world.home, market=world.market, now=EVENING + dt.timedelta(minutes=1))
    assert said.code == 0, said.err
    healthy = run("check", "--json", home=world.home, now=EVENING)
    assert (healthy.code, json.loads(healthy.out)) == (0, {"level": "ok", "findings": []})


def test_a_broken_end_leaves_what_was_stored(copied: World) -> None:
    more = bars(10, 0.01) + "2024-07-01,11.2,11.3,11.1,oops,1000\n"
    copied.prices(PUFA, more)
    before = standing(copied)
    said = run("daily", home=copied.home, market=copied.market, now=EVENING + dt.timedelta(days=2))
    assert said.code == 1
    assert standing(copied) == before


def standing(world: World) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = run(
        "recommendations", "--json", "--as-of", "2024-06-28", home=world.home, now=EVENING
    ).rows
    return rows


# What a person decides is wrong.


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", [("daily",), ("recommendations",), ("watch",), ("check",)], ids=" ".join)
def test_broken_settings_are_said(copied: World, command: tuple[str, ...], language: str) -> None:
    copied.write("local/settings.toml", "language = \n")
    before = dump(copied.database)
    said = run(*command, "--lang", language, home=copied.home, market=copied.market, now=EVENING)
    in_language(one_sentence(said, 1, "config/local/settings.toml"), language)
    assert dump(copied.database) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["local/themes.toml", "local/watchlist.toml", "local/retractions.toml"])
def test_a_broken_file_that_numbers_depend_on_stops_before_anything_is_written(
    copied: World, name: str, language: str
) -> None:
    copied.write(name, "broker = [\n")
    before = dump(copied.database)
    said = run("daily", "--lang", language, home=copied.home, market=copied.market, now=EVENING)
    in_language(one_sentence(said, 1, f"config/{name}"), language)
    assert dump(copied.database) == before


# What the disk says is said in the person's language.

DISK: Final = {
    "no such file": (("read", "nowhere.txt"), "there is no such file", "没有这个文件"),
    "no such folder": (("recommendations", "--output", "nowhere/out.csv"), "make it first", "请先建立"),
    "a file for a folder": (("export", "file/out.html"), "a part of its path is no folder", "路径中有一段不是文件夹"),
    "a folder for a file": (("export", "folder.html"), "it is a folder", "这是一个文件夹"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", DISK)
def test_what_a_disk_refuses_is_said_in_the_language(
    case: str, language: str, stored: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.html").mkdir()
    monkeypatch.chdir(tmp_path)
    typed, english, chinese = DISK[case]
    said = run(*typed, "--lang", language, home=stored.home, now=EVENING)
    assert said.code in {1, 2}
    sentence = said.problems[-1]
    in_language(sentence, language)
    assert (chinese if language == "zh" else english) in sentence
    assert ("No such" in sentence) is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_recommends_nothing_is_said_to(language: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("今天天气很好。\n", "utf-8")
    said = run("read", tmp_path / "letter.txt", "--lang", language, home=tmp_path)
    assert ("未从 letter.txt 读出任何推荐" if language == "zh" else "letter.txt recommends nothing") in said.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_theme_that_is_not_there_yet_says_how_to_make_it(language: str, tmp_path: Path) -> None:
    said = run("theme", "map", "半导体设备", "semis", "--lang", language, home=tmp_path)
    sentence = one_sentence(said, 2, "python main.py theme add", "semis")
    in_language(sentence.replace("Known", "") if language == "en" else sentence, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_column_and_a_code_that_nothing_is_near_to_say_where_to_look(language: str, stored: World) -> None:
    said = run("recommendations", "--columns", "zzzz", "--lang", language, home=stored.home, now=EVENING)
    assert "docs/commands.md" in one_sentence(said, 2)
    said = run("show", "6005190", "--lang", language, home=stored.home, now=EVENING)
    assert "00700.HK" in one_sentence(said, 2)


# Ctrl-C.


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "Interrupted: nothing that was stored is lost."), ("zh", "已中断：已写入的数据不受影响。"),
])  # fmt: skip
def test_ctrl_c_ends_a_command_with_a_sentence(
    stored: World, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("watchlist.queries.groups.theme_rows", interrupted)
    said = run("themes", "--lang", language, home=stored.home, now=EVENING)
    assert said.code == 130
    assert said.out == ""
    assert said.err.strip() == sentence


def test_a_reader_that_leaves_early_is_no_failure(stored: World) -> None:
    """As ``| head`` does: the pipe is closed before anything is written."""
    reading, writing_end = os.pipe()
    os.close(reading)
    with os.fdopen(writing_end, "wb") as left:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "recommendations", "--json", "--home", str(stored.home)],
            stdout=left, stderr=subprocess.PIPE, check=False, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


# A person's word on a doubt.


def test_a_doubt_is_settled_by_its_number_and_only_once(copied: World) -> None:
    doubt = ("2024-03-01", "restated", {"open": 9.0, "high": 9.0, "low": 9.0, "close": 9.0, "volume": None})
    day, moment = dt.date(2024, 3, 1), EVENING - dt.timedelta(hours=1)
    with writing(copied.home / "db" / "watchlist.db") as database, transaction(database) as connection:
        fetched = Fetched(PUFA, "files", simulated=False, since=day, until=day, bars={}, actions=(), doubted=(doubt,))
        save_fetches(connection, [fetched], begin_run(connection, "update", moment), moment)
        ((number,),) = connection.execute("select max(id) from quarantine").fetchall()
    for option in ("--confirm", "--dismiss"):
        one_sentence(run("update", option, "99", "--lang", "en", home=copied.home, now=EVENING), 2, option, "99")
    said = run("update", "--confirm", number, "--lang", "en", home=copied.home, now=EVENING)
    assert (said.code, "2024-03-01: stored as confirmed by you" in said.err) == (0, True), said.err
    with closing(sqlite3.connect(copied.home / "db" / "watchlist.db")) as connection:
        found = connection.execute("select close from bars where symbol = ? and session = '2024-03-01'", (PUFA,))
        assert found.fetchall() == [(9.0,)]
    again = run("update", "--confirm", number, "--lang", "zh", home=copied.home, now=EVENING)
    assert "没有该编号的待定数据" in one_sentence(again, 2)


@pytest.mark.parametrize(
    ("place", "why"), [("db/watchlist.db", "the database itself"), ("db", "a folder"), ("nowhere/a.db", "its folder")]
)
def test_no_copy_of_the_database_is_written_where_it_cannot_be(copied: World, place: str, why: str) -> None:
    path = copied.home / place
    if path.is_dir():
        path = path / "folder.db"
        path.mkdir()
    before = dump(copied.home / "db" / "watchlist.db")
    one_sentence(run("export", path, "--lang", "en", home=copied.home, now=EVENING), 2, why)
    assert dump(copied.home / "db" / "watchlist.db") == before
    assert not path.with_name(f".{path.name}.part").exists()
