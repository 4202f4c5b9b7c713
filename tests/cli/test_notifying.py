"""What ``run`` tells by itself: a summary a day's work, a failure once in a while, and its end."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import NOW, change, run
from tests.cli.small_world import EVENING, PUFA, World, make_world, report
from tests.output.test_notify import ALLOWED, Server
from watchlist.cli.app import App
from watchlist.cli.notifying import Teller
from watchlist.domain.errors import Words
from watchlist.output.message import Message
from watchlist.steps.run import Event
from watchlist.storage.database import writing

FRIDAY: Final = dt.date(2024, 6, 21)
FAILED: Final = Event("error", "failed", facts={"error": "SourceUnreachable"}, words=Words("No source.", "无来源。"))
PARTIAL: Final = Event("warning", "partial", "CN", FRIDAY, words=Words("no bar of 000300.SH", "缺少 000300.SH 的行情"))
DONE: Final = Event("info", "done", "CN", FRIDAY, {"bars": 43, "problems": 2})
NEXT: Final = Event("info", "next", "CN", FRIDAY)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    one = Server()
    monkeypatch.setenv("WATCHLIST_NOTIFY", f"json://{one.place}/hook")
    yield one
    one.http.shutdown()
    one.http.server_close()


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    local = tmp_path / "config" / "local"
    local.mkdir(parents=True)
    (local / "settings.toml").write_text(ALLOWED, "utf-8")
    with writing(tmp_path / "db" / "watchlist.db"):
        pass
    return Teller(App(tmp_path, "en"))


def told(teller: Teller, server: Server, *events: Event) -> list[str]:
    """Let events happen, and give what arrived of them."""
    before = len(server.got)
    assert [teller.hear(event) for event in events] == [None] * len(events)
    return [one["message"] for one in server.got[before:]]


def test_a_failure_is_told_once_and_again_after_the_cool_down(teller: Teller, server: Server) -> None:
    assert told(teller, server, FAILED, FAILED) == ["watchlist cannot work\nNo source."]
    # Another process has not forgotten it: the database remembers.
    again = Teller(teller.app)
    assert told(again, server, FAILED) == []
    assert told(again, server, PARTIAL) == ["watchlist cannot work\nCN 2024-06-21: no bar of 000300.SH"]
    long_ago = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=13)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    older = f"update deliveries set sent_at = '{long_ago}'"  # noqa: S608 - a moment of this test
    change(teller.app.own_database, "drop trigger deliveries_no_update", older)
    assert told(Teller(teller.app), server, FAILED) == ["watchlist cannot work\nNo source."]


def test_a_good_day_is_told_and_ends_what_failed(teller: Teller, server: Server) -> None:
    told(teller, server, FAILED, PARTIAL)
    assert told(teller, server, DONE, NEXT, NEXT) == [
        "watchlist works again\nSourceUnreachable: recovered",
        "watchlist works again\nCN: recovered",
        "watchlist\nCN 2024-06-21 done: 43 new bars, 2 problems",
    ]
    # It may fail anew, and that is news.
    assert told(teller, server, FAILED) == ["watchlist cannot work\nNo source."]


def test_a_market_that_fails_is_not_ended_by_another(teller: Teller, server: Server) -> None:
    told(teller, server, PARTIAL)
    other = Event("info", "done", "HK", FRIDAY, {"bars": 1, "problems": 0})
    assert told(teller, server, other, NEXT) == ["watchlist\nHK 2024-06-21 done: 1 new bar, 0 problems"]


def test_nobody_is_told_where_there_is_nobody(teller: Teller) -> None:
    assert [teller.hear(event) for event in (FAILED, DONE, NEXT)] == [None] * 3


def test_what_cannot_be_told_is_said_and_stops_nothing(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHLIST_NOTIFY", "json://127.0.0.1:9/hook")
    assert (teller.hear(FAILED) or "").endswith(": ConnectionError")
    monkeypatch.setenv("WATCHLIST_NOTIFY", "smtp://x")
    assert 'begins with "smtp"' in (teller.hear(FAILED) or "")
    monkeypatch.setenv("WATCHLIST_NOTIFY", "json://127.0.0.1:9/hook")

    def broken(*_: object) -> None:
        message = "json://secret"
        raise OSError(message)

    monkeypatch.setattr("watchlist.output.notify.send", broken)
    assert teller.hear(FAILED) == "OSError"


# What is new goes along with the summary, of run and of daily.


def test_the_summary_says_what_is_new(teller: Teller, server: Server) -> None:
    asked = []

    def news() -> Message:
        asked.append(1)
        return Message("New since 2024-06-20: suspensions 1.", ("suspended: 600000.SH",))

    teller.news = news
    (said,) = told(teller, server, DONE, NEXT)
    assert said.splitlines() == [
        "watchlist", "CN 2024-06-21 done: 43 new bars, 2 problems", "New since 2024-06-20: suspensions 1.",
        "suspended: 600000.SH",
    ]  # fmt: skip
    # Once: the next day has news of its own.
    told(teller, server, DONE, NEXT)
    assert len(asked) == 1


def test_news_that_cannot_be_had_keep_no_summary_back(teller: Teller, server: Server) -> None:
    def broken() -> Message:
        raise ZeroDivisionError

    teller.news = broken
    assert [teller.hear(one) for one in (DONE, NEXT)] == [None, "ZeroDivisionError"]
    assert [one["message"] for one in server.got] == ["watchlist\nCN 2024-06-21 done: 43 new bars, 2 problems"]


def test_nobody_waits_for_news_that_nobody_gets(teller: Teller) -> None:
    def never() -> Message:
        raise AssertionError

    teller.news = never
    assert [teller.hear(one) for one in (DONE, NEXT)] == [None, None]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path)
    settings = made.home / "config/local/settings.toml"
    settings.write_text(settings.read_text("utf-8") + ALLOWED, "utf-8")
    return made


def test_daily_tells_what_is_new_and_writes_the_journal(world: World, server: Server) -> None:
    assert run("daily", home=world.home, market=world.market, now=EVENING - dt.timedelta(days=2)).code == 0
    first = len(server.got)
    assert first == 1
    assert server.got[0]["message"].startswith("watchlist\nCN 2024-06-27 done: ")
    world.write("reports/second.toml", report("2024-06-27", "丁证券", {PUFA: "浦发银行"}))
    assert run("daily", "--lang", "en", home=world.home, market=world.market, now=EVENING).code == 0
    (told,) = [one["message"] for one in server.got[first:]]
    lines = told.splitlines()
    assert lines[0] == "watchlist"
    assert lines[1].startswith("CN 2024-06-28 done: ")
    assert any(line.startswith("New since ") for line in lines)
    assert any("丁证券" in line and PUFA in line for line in lines)
    # The same a second time is no news, and nobody is told twice.
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    assert len(server.got) == first + 1
    log = (world.home / "db" / "logs" / "run.log").read_text("utf-8")
    assert [line.split()[4:6] for line in log.splitlines() if " CN " in line] == [
        ["2024-06-27", "done"], ["2024-06-28", "done"]]  # fmt: skip
    shown = run("notify", "--log", "--lang", "en", home=world.home)
    assert shown.out.count("summary") == 2


def test_daily_acting_as_if_it_were_another_day_concerns_nobody(world: World, server: Server) -> None:
    said = run("daily", "--until", "2024-06-14", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    assert server.got == []
    assert not (world.home / "db" / "logs").exists()


def test_daily_that_fails_is_told_once_in_a_while(world: World, server: Server) -> None:
    world.database.parent.mkdir()
    world.database.write_bytes(b"no database" * 100)
    for _ in range(2):
        assert run("daily", "--lang", "en", home=world.home, market=world.market, now=NOW).code == 1
    log = (world.home / "db" / "logs" / "run.log").read_text("utf-8")
    assert log.count("failed error=DatabaseUnusable") == 2
    assert server.got[0]["message"].startswith("watchlist cannot work\n")


def test_daily_that_another_one_keeps_out_is_no_failure(world: World, server: Server) -> None:
    with writing(world.database):
        assert run("daily", home=world.home, market=world.market, now=EVENING).code == 1
    assert server.got == []
