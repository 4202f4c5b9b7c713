"""Updates over the true libraries: dead vendors, few requests, restatements, a new year, and a month of faults."""

import datetime as dt
from collections import Counter
from typing import Final

import pytest

from tests.fake_exchange.faults import Fault
from tests.steps.live.market import (
    INDICES,
    PUBLISHED,
    RECOMMENDED,
    TRACKED,
    Clock,
    Desk,
    after,
    sessions_of,
    simulate,
    without_events,
)
from watchlist.cli.updating import moved_words
from watchlist.core import planning
from watchlist.ledger.settings import load_settings
from watchlist.queries.moves import moves
from watchlist.queries.planned import Choice
from watchlist.queries.recommendations import Filters, recommendation_rows
from watchlist.queries.situation import When, load_situation
from watchlist.sources.live import reachable
from watchlist.steps.check import check
from watchlist.steps.update import Reach, decide
from watchlist.storage.database import reading, writing

DAY, NEXT = dt.date(2026, 7, 14), dt.date(2026, 7, 15)
SHARE: Final = "600000.SH"
CHINESE: Final = r"qq\.com|gtimg|sina|eastmoney|swsresearch|csindex"


def complete(desk: Desk, day: dt.date, *symbols: str) -> None:
    for symbol in symbols or TRACKED:
        assert desk.unlike(symbol, day) == ([], []), symbol


def results(desk: Desk, day: dt.date, known_at: dt.datetime | None = None) -> dict[str, object]:
    with reading(desk.path) as connection:
        situation = load_situation(connection, load_settings(desk.home), When(day, known_at))
        return {
            row["symbol"]: (row["status"], row["total_return"]) for row in recommendation_rows(situation, Filters())
        }


def dump(desk: Desk) -> list[object]:
    tables = [row[0] for row in desk.rows("select name from sqlite_master where type = 'table' order by name")]
    return [(name, desk.rows(f'select * from "{name}"')) for name in tables]  # noqa: S608


# First, next day, and again.


def test_a_first_and_a_next_day_s_update_take_few_requests_and_a_repeated_one_none(desk: Desk) -> None:
    desk.trust(DAY)
    assert desk.update(DAY).failed == []
    complete(desk, DAY)
    for symbol in RECOMMENDED:
        events = desk.exchange.world.securities[symbol].events
        assert desk.paid(symbol) == [(str(e.ex), e.cash, 1.0) for e in events if PUBLISHED < e.ex <= DAY]
    for symbol in TRACKED:
        desk.exchange.log.clear()
        (line,) = desk.update(NEXT, symbol).lines
        assert (line.new, line.problem, line.doubted) == (1, None, 0)
        asked = [url for url in desk.exchange.log if "getcrumb" not in url and "fc.yahoo" not in url]
        assert len(asked) <= (4 if symbol in RECOMMENDED[:3] else 2), asked
    before = dump(desk)
    desk.exchange.log.clear()
    result = desk.update(NEXT)
    assert (result.lines, result.up_to_date) == ([], len(TRACKED))
    assert desk.exchange.log == []
    assert dump(desk) == before
    assert desk.rows("select * from quarantine") == desk.rows("select * from problems") == []


def test_an_ex_date_asks_for_the_factors_too_and_stays_at_four_requests(desk: Desk) -> None:
    day = dt.date(2026, 6, 30)
    desk.update(day, "000300.SH", SHARE)
    desk.exchange.log.clear()
    (line,) = desk.update(dt.date(2026, 7, 1), SHARE).lines
    assert desk.paid(SHARE) == [("2026-07-01", 0.1, 1.0)]
    assert line.problem is None
    assert len(desk.exchange.log) == 4
    assert sum("hfq.js" in url for url in desk.exchange.log) == 1


def test_dividends_that_nobody_can_tell_are_a_problem_and_never_silence(desk: Desk) -> None:
    desk.exchange.faults += [Fault("status", "datacenter", -1, status=502), Fault("drop", "yahoo|hfq.js", -1)]
    (line,) = desk.update(DAY, SHARE).lines
    complete(desk, DAY, SHARE)
    assert line.problem is not None
    assert "dividends could not be checked" in line.problem.en
    assert "无法核对其分红" in line.problem.zh
    # The factors alone know that there was a step, and not of what.
    desk.exchange.faults.pop()
    desk.exchange.faults.append(Fault("drop", "yahoo", -1))
    (line,) = desk.update(
        DAY, choice=Choice(symbols=(SHARE,), since=dt.date(2026, 6, 1)), now=after(DAY) + dt.timedelta(days=2)
    ).lines
    assert [row[0] for row in desk.rows("select rule from quarantine where resolved_at is null")] == ["missing_action"]
    # And where they know of none, nothing was paid.
    desk.exchange.world = without_events(desk.exchange.world, "000001.SZ")
    (line,) = desk.update(DAY, "000001.SZ", now=after(DAY) + dt.timedelta(days=4)).lines
    assert (line.problem, desk.paid("000001.SZ")) == (None, [])


# Dead vendors.


@pytest.mark.parametrize("dead", [r"qq\.com|gtimg", "sina", "push2his|datacenter", "yahoo"])
def test_one_dead_vendor_costs_nothing_but_its_own(desk: Desk, dead: str) -> None:
    desk.trust(DAY)
    desk.exchange.faults.append(Fault("reset", dead, -1))
    first = desk.update(DAY)
    second = desk.update(NEXT)
    complete(desk, NEXT)
    # Yahoo alone tells dividends of Hong Kong and the US.
    untold = {"00700.HK", "AAPL.US"} if dead == "yahoo" else set()
    for result in (first, second):
        assert {line.fetch.symbol for line in result.failed} == untold
    asked = Counter(url.split("/")[0] for url in desk.exchange.log)
    # Left alone after the first refusal, in the next day's update too: libraries ask again by themselves a few times.
    assert (
        sum(count for host, count in asked.items() if any(part in host for part in dead.replace("\\", "").split("|")))
        <= 8
    )
    assert {row[0] for row in desk.rows("select state from source_standings")} <= {"blocked"}


def test_with_all_chinese_vendors_dead_yahoo_serves_what_it_has(desk: Desk) -> None:
    desk.exchange.faults.append(Fault("reset", CHINESE, -1))
    result = desk.update(DAY)
    complete(desk, DAY, "000300.SH", "HSI.HI", "SPX.GI", *RECOMMENDED)
    assert {line.fetch.symbol for line in result.failed} == {"801760.SI", "H00300.CSI"}
    assert all(line.source == "yahoo" for line in result.lines if line.problem is None)


def test_with_everything_dead_the_scores_still_answer_and_say_how_old_they_are(desk: Desk) -> None:
    desk.trust(DAY)
    desk.update(DAY)
    before = results(desk, NEXT)
    desk.exchange.faults.append(Fault("reset", ".", -1))
    result = desk.update(NEXT)
    assert {line.fetch.symbol for line in result.failed} == set(TRACKED)
    assert results(desk, NEXT) == before
    with reading(desk.path) as connection:
        said = check(connection, desk.path.parent, load_settings(desk.home), after(NEXT))
    assert any("2026-07-14, 1 session behind" in one["what"] for one in said["findings"])
    desk.exchange.faults.clear()
    # A day later everybody is asked again, and all is as if nothing had been.
    assert desk.update(NEXT, now=after(NEXT) + dt.timedelta(days=1)).failed == []
    complete(desk, NEXT)
    assert desk.rows("select * from problems where resolved_at is null") == []


def test_a_refusal_is_remembered_for_a_day(desk: Desk) -> None:
    desk.exchange.faults.append(Fault("status", "newfqkline", -1))
    desk.update(DAY, SHARE)
    desk.exchange.faults.clear()
    desk.exchange.log.clear()
    desk.update(NEXT, SHARE, now=after(DAY) + dt.timedelta(hours=23))
    assert not any("qq.com" in url for url in desk.exchange.log)
    again = Choice(symbols=(SHARE,), since=dt.date(2026, 7, 1))
    desk.update(NEXT, choice=again, now=after(DAY) + dt.timedelta(hours=25))
    assert any("qq.com" in url for url in desk.exchange.log)


def test_a_host_out_of_reach_goes_last_and_is_remembered(desk: Desk) -> None:
    reach = Reach(unreachable=("yahoo",), watch=Clock().watch)
    result = desk.update(DAY, "00700.HK", "AAPL.US", reach=reach)
    assert {line.fetch.symbol: line.source for line in result.lines} == {"00700.HK": "eastmoney", "AAPL.US": "sina"}
    later = desk.update(NEXT, "AAPL.US", now=after(NEXT) - dt.timedelta(hours=1))
    assert later.lines[0].source == "sina"
    assert reachable(desk.sources) == set(desk.sources)


# Restatements.


def test_a_changed_past_waits_for_a_second_source_and_yesterday_can_be_shown_again(desk: Desk) -> None:
    desk.update(DAY, "000300.SH", SHARE)
    then, before = after(DAY), results(desk, DAY)
    world = desk.exchange.world
    one = world.securities[SHARE]
    changed = [row.scaled(1, 0.2) if row.day == dt.date(2026, 7, 10) else row for row in one.rows]
    # Tencent alone is heard to say so.
    desk.exchange.world = type(world)({**world.securities, SHARE: one.with_rows(lambda _: changed)}, world.days)
    desk.exchange.faults.append(Fault("reset", r"sina\.com|push2his|yahoo", -1))
    (line,) = desk.update(NEXT, SHARE).lines
    assert line.problem is not None
    ((number, rule),) = desk.rows("select id, rule from quarantine where resolved_at is null")
    assert rule == "restated"
    assert results(desk, DAY) == before
    # The others agree a day later: now it is current, and the old bar a revision.
    desk.exchange.faults.clear()
    (line,) = desk.update(dt.date(2026, 7, 16), SHARE, now=after(NEXT) + dt.timedelta(days=1)).lines
    assert (line.changed, line.problem) == (1, None)
    assert str(desk.rows("select resolution from quarantine where id = ?", number)[0][0]).startswith("confirmed by")
    assert [row[0] for row in desk.rows("select session from bar_revisions")] == ["2026-07-10"]
    assert results(desk, DAY, then) == before
    # What moved is said, with the results that moved with it.
    with reading(desk.path) as connection:
        settings = load_settings(desk.home)
        situation = load_situation(connection, settings, When(dt.date(2026, 7, 10)))
        (move,) = moves(connection, settings, situation)
        said = check(connection, desk.path.parent, settings, after(NEXT) + dt.timedelta(days=1))
    assert [(one["session"], one["what"]) for one in move["revisions"]] == [("2026-07-10", "close")]
    (moved,) = move["results"]
    assert (moved["before"], moved["after"]) != (None, None)
    assert moved["before"] < moved["after"]
    assert any("restated and confirmed (2026-07-10)" in one["what"] for one in said["findings"])
    assert "Results moved: 甲证券" in moved_words(move)[0]
    assert desk.unlike(SHARE, dt.date(2026, 7, 16)) == ([], [])
    assert desk.rows("select * from problems where resolved_at is null") == []


def test_a_person_can_confirm_and_dismiss(desk: Desk) -> None:
    desk.update(DAY, "000300.SH", SHARE)
    one = desk.exchange.world.securities[SHARE]
    days = {dt.date(2026, 7, 9), dt.date(2026, 7, 10)}
    changed = [row.scaled(1, 0.2) if row.day in days else row for row in one.rows]
    world = desk.exchange.world
    desk.exchange.world = type(world)({**world.securities, SHARE: one.with_rows(lambda _: changed)}, world.days)
    desk.exchange.faults.append(Fault("reset", r"sina\.com|push2his|yahoo", -1))
    desk.update(NEXT, SHARE)
    numbers = {
        row[1]: int(str(row[0])) for row in desk.rows("select id, session from quarantine where resolved_at is null")
    }
    with writing(desk.path) as database:
        assert "confirmed by you" in decide(database, numbers["2026-07-09"], after(NEXT), confirm=True).en
        assert "left out" in decide(database, numbers["2026-07-10"], after(NEXT), confirm=False).en
    stored = desk.stored(SHARE)
    assert stored["2026-07-09"][3] == desk.truth(SHARE, *[dt.date(2026, 7, 9)] * 2)["2026-07-09"][3]
    assert stored["2026-07-10"][3] != desk.truth(SHARE, *[dt.date(2026, 7, 10)] * 2)["2026-07-10"][3]
    assert desk.rows("select * from quarantine where resolved_at is null") == []


# The budget.


def test_what_is_not_reached_in_time_is_said_and_the_rest_is_stored(desk: Desk) -> None:
    desk.trust(DAY)
    desk.order(budget=10)
    clock = Clock(each=3.0)
    sources = {name: Timed(source, clock) for name, source in desk.sources.items()}
    slow = Desk(desk.home, desk.exchange, sources)  # type: ignore[arg-type]
    result = slow.update(DAY, reach=Reach(watch=clock.watch))
    assert clock.seconds <= 10
    assert {line.problem.en.partition(": ")[2][:18] for line in result.failed if line.problem} >= {"not reached within"}
    assert desk.stored("000300.SH")
    desk.order()
    assert desk.update(DAY).failed == []
    complete(desk, DAY)


class Timed:
    """A source whose every call takes the clock's time."""

    simulated = False

    def __init__(self, source: object, clock: Clock) -> None:
        self._source, self._clock = source, clock

    def __getattr__(self, name: str) -> object:
        found = getattr(self._source, name)
        if name in {"bars", "actions"}:
            self._clock.sleep(self._clock.each)
        return found


# A new year.


def test_on_the_first_monday_of_2027_everything_works(desk: Desk) -> None:
    last = dt.date(2026, 12, 31)
    desk.trust(last)
    desk.update(last)
    monday = dt.date(2027, 1, 4)
    result = desk.update(monday)
    assert result.failed == []
    assert {line.new for line in result.lines if line.fetch.symbol in RECOMMENDED[:3]} == {
        2
    }  # 1 January, a weekday here
    complete(desk, monday)


# Days that were left out.


def test_days_that_were_never_asked_for_are_fetched_by_the_next_update(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = dt.date(2026, 8, 14)
    desk.update(DAY, SHARE)
    with monkeypatch.context() as before:  # a fetch that begins behind the end of what is stored
        before.setattr(planning, "joined", lambda since, _: since)
        desk.update(later, choice=Choice(symbols=(SHARE,), since=dt.date(2026, 8, 3)))
    assert desk.unlike(SHARE, later) != ([], [])
    (line,) = desk.update(later, SHARE).lines
    assert (line.fetch.since, line.fetch.reason, line.problem) == (DAY, "doubt", None)
    complete(desk, later, SHARE)
    assert desk.update(later, SHARE).up_to_date == 1


# A month of days with faults.


def test_a_month_of_days_with_faults_ends_with_the_exchange_s_own_table(desk: Desk) -> None:
    days = sessions_of("CN", dt.date(2026, 8, 31), dt.date(2026, 7, 13))[-30:]
    desk.trust(days[0])
    met = simulate(desk, days, seed=5)
    assert sum(met.values()) > 10
    quiet = days[-1] + dt.timedelta(days=1)
    desk.update(quiet, now=after(quiet) + dt.timedelta(days=2))
    for symbol in (*INDICES, *RECOMMENDED):
        assert desk.unlike(symbol, quiet) == ([], []), (symbol, met)
    for symbol in RECOMMENDED:
        events = desk.exchange.world.securities[symbol].events
        assert desk.paid(symbol) == [(str(e.ex), e.cash, 1.0) for e in events if PUBLISHED < e.ex <= quiet], symbol


# Exchange rates.


def test_a_watched_exchange_rate_is_kept_up_to_date(desk: Desk) -> None:
    rate = "HKDCNY.FX"
    (line,) = desk.update(DAY, rate).lines
    assert (line.source, desk.stored(rate)) == (None, {})
    (line,) = desk.trust(DAY, rate, "yahoo").lines
    assert (line.source, line.problem) == ("yahoo", None)
    assert desk.unlike(rate, DAY) == ([], [])
    desk.update(NEXT, rate)
    assert desk.unlike(rate, NEXT) == ([], [])
    assert desk.update(NEXT, rate).up_to_date == 1
