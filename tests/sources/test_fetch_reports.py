"""Fetching reports: Eastmoney's list, through the true libraries, into the database by the door of the imports."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.program import run, tables
from tests.fake_exchange.exchange import FakeExchange
from tests.fake_exchange.faults import Fault
from watchlist.ledger.home import Home, find_home
from watchlist.ledger.settings import load_settings
from watchlist.sources.contract import Source
from watchlist.sources.report_list import ListedReport
from watchlist.steps.fetch_reports import Fetched, fetch_reports, moved
from watchlist.steps.import_ratings import ImportResult, take_list
from watchlist.storage.database import writing

if TYPE_CHECKING:
    from sqlite_utils import Database

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SHARE = "600000.SH"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return find_home(tmp_path, {})


@pytest.fixture
def database(home: Home) -> "Iterator[Database]":
    with writing(home.database) as opened:
        yield opened


def fetch(
    database: "Database", home: Home, sources: Mapping[str, Source], *symbols: str, dry_run: bool = False
) -> tuple[Fetched, ImportResult]:
    settings = load_settings(home)
    fetched = fetch_reports(database, settings, sources, symbols or (SHARE,), NOW)
    return fetched, take_list(database, home, settings, fetched.found, "eastmoney", NOW, dry_run=dry_run)


def test_reports_become_recommendations_with_their_source_and_address(
    sources: Mapping[str, Source], home: Home, database: "Database"
) -> None:
    fetched, result = fetch(database, home, sources)
    assert (fetched.reports, result.recommendations, result.recorded.added, list(result.problems)) == (3, 3, 3, [])
    rows = database.conn.execute(
        "select broker, published, rating, direction, target_price, target_currency from recommendations order by 2"
    ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("丙证券", "2026-07-13", "中性", 0, None, None),
        ("乙证券", "2026-10-11", "推荐", 1, 12.0, "CNY"),
        ("甲证券", "2026-11-17", "强烈推荐", 1, 15.5, "CNY"),
    ]
    bodies = {row[0]: json.loads(row[1]) for row in database.conn.execute("select title, body_json from reports")}
    assert bodies["业绩超预期"]["source"] == "eastmoney"
    assert bodies["业绩超预期"]["url"] == "https://pdf.dfcfw.com/pdf/H3_AP2026-11-17_1.pdf"
    # 增持 before and 买入 now is up, 中性 is down, and nothing before is the first; the codes are kept as they came.
    assert {name: (body["rating_change"], body["rating_change_code"]) for name, body in bodies.items()} == {
        "业绩超预期": ("up", "0"), "首次覆盖": ("first", "2"), "短期承压": ("down", "1"),
    }  # fmt: skip


def test_a_second_time_only_what_may_be_new_is_asked_for_and_nothing_is_added(
    sources: Mapping[str, Source], home: Home, database: "Database", exchange: FakeExchange
) -> None:
    fetch(database, home, sources)
    exchange.log.clear()
    fetched, result = fetch(database, home, sources)
    # The newest is of 11-17: fourteen days before it.
    assert all("beginTime=2026-11-03" in one for one in exchange.log)
    assert (fetched.reports, result.recorded.changed) == (1, 0)


def test_a_dry_run_writes_nothing(sources: Mapping[str, Source], home: Home, database: "Database") -> None:
    _, result = fetch(database, home, sources, dry_run=True)
    assert result.recorded.added == 3
    assert database.conn.execute("select count(*) from recommendations").fetchone()[0] == 0


def test_what_another_list_said_already_is_left_out_and_said(
    sources: Mapping[str, Source], home: Home, database: "Database", tmp_path: Path
) -> None:
    from watchlist.steps.import_ratings import import_ratings  # noqa: PLC0415 - the other door

    path = tmp_path / "list.csv"
    path.write_text(f"date,broker,symbol,rating\n2026-10-11,乙证券,{SHARE},推荐\n", "utf-8")
    import_ratings(database, home, load_settings(home), path, NOW)
    _, result = fetch(database, home, sources)
    assert result.recommendations == 2
    assert [note.en for note in result.notes] == ["1 report was known from elsewhere already"]


def test_a_refusal_is_said_and_stops_nothing_else(
    sources: Mapping[str, Source], home: Home, database: "Database", exchange: FakeExchange
) -> None:
    exchange.faults.append(Fault("html", "report/list", -1))
    fetched, result = fetch(database, home, sources, SHARE, "000001.SZ")
    assert set(fetched.failed) == {SHARE, "000001.SZ"}
    assert "web page" in fetched.failed[SHARE].en
    assert result.recommendations == 0


def test_a_rating_nobody_knows_is_a_problem_with_its_report(
    sources: Mapping[str, Source], home: Home, database: "Database", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.fake_exchange import eastmoney  # noqa: PLC0415 - what it serves is changed here

    monkeypatch.setattr(eastmoney, "_REPORTS", (("题目", "甲证券", 3, "妙不可言", "", "", 9, "", ""),))
    fetched, result = fetch(database, home, sources)
    assert [(one.number, "妙不可言" in one.what.en) for one in result.problems] == [(1, True)]
    assert "AP2026-11-17" in fetched.found.places[1]
    assert "AP2026-11-17" in str(tables(home.database, "problems")["problems"])


def test_a_list_that_goes_on_beyond_what_is_asked_for_is_said(
    sources: Mapping[str, Source], home: Home, database: "Database", monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.fake_exchange import eastmoney  # noqa: PLC0415 - what it serves is changed here

    # Two a page and fifty pages: of 103 reports, one each day back from 11-20, the hundredth is of 100 days before.
    one = ("甲证券", "推荐", "", "", 9, "", "")
    listed = tuple((f"第 {ago} 日", one[0], ago, *one[1:]) for ago in range(1, 104))
    monkeypatch.setattr(eastmoney, "_REPORTS", listed)
    fetched, result = fetch(database, home, sources)
    assert (fetched.reports, result.recommendations) == (100, 100)
    said = "only the newest 100 reports on 600000.SH were taken: those before 2026-08-12 are missing"
    assert fetched.failed[SHARE].en == said
    monkeypatch.setattr(eastmoney, "_REPORTS", listed[:100])
    assert not fetch(database, home, sources)[0].failed


def test_a_list_that_could_not_be_had_has_no_lines_to_count(exchange: FakeExchange, tmp_path: Path) -> None:
    exchange.faults.append(Fault("html", "report/list", -1))
    said = run("fetch-reports", SHARE, "--lang", "zh", home=tmp_path, now=NOW)
    assert said.code == 1
    assert "未能取得 600000.SH 的研报" in said.err
    assert "行" not in said.err


def test_the_command_asks_about_named_and_watched_securities(exchange: FakeExchange, tmp_path: Path) -> None:
    # A list of its own: the program's own list is long, and each of it is asked about after a polite pause.
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "watchlist.toml").write_text("watch = []\n", "utf-8")
    assert run("fetch-reports", home=tmp_path, now=NOW).code == 2
    assert run("watch", "add", "000001.SZ", home=tmp_path, now=NOW).code == 0
    said = run("fetch-reports", "浦发银行", "--watchlist", "--json", "--lang", "en", home=tmp_path, now=NOW)
    assert said.code == 0, said.err
    answer = json.loads(said.out)
    assert (answer["reports"], answer["added"], answer["failed"]) == (3, 3, [])
    assert answer["asked"] >= 2
    assert any("report/list" in one for one in exchange.log)


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        ("买入", "买入", "same"),
        ("买入", None, "first"),
        (None, "买入", None),
        ("买入", "强推", None),
        ("卖出", "减持", "down"),
    ],
)
def test_how_a_rating_moved_is_read_off_eastmoneys_scale(now: str | None, before: str | None, word: str | None) -> None:
    report = ListedReport("AP1", "甲", (), dt.date(2026, 1, 1), "t", None, now, before, "4", None, None)
    assert moved(report) == word
