"""A source that nobody can second: its first answer waits, a person takes it, and yesterday can be shown again."""

import datetime as dt
from typing import Final

import pytest

from tests.cli.program import run
from tests.fake_exchange.faults import Fault
from tests.steps.live.market import Desk, after
from watchlist.storage.database import reading
from watchlist.storage.prices import load_bars

DAY, NEXT, THIRD = dt.date(2026, 7, 14), dt.date(2026, 7, 15), dt.date(2026, 7, 16)
MEDIA: Final = "801760.SI"
RATE: Final = "HKDCNY.FX"
COMMAND: Final = "python main.py update --symbol {} --trust {}"


def waiting(desk: Desk) -> list[tuple[object, ...]]:
    return desk.rows("select symbol, session, rule from quarantine where resolved_at is null")


def closes(desk: Desk, known_at: dt.datetime | None) -> list[float]:
    with reading(desk.path) as connection:
        bars = load_bars(connection, [MEDIA], known_at)
    return [float(close) for close in bars[MEDIA].close] if MEDIA in bars else []


@pytest.mark.parametrize(("symbol", "source"), [(MEDIA, "shenwan"), (RATE, "yahoo")])
def test_a_first_answer_that_nobody_can_second_waits_and_says_which_command_takes_it(
    desk: Desk, symbol: str, source: str
) -> None:
    (line,) = desk.update(DAY, symbol).lines
    assert desk.stored(symbol) == {}
    assert waiting(desk) == [(symbol, None, "unconfirmed")]
    assert line.problem is not None
    newest = desk.truth(symbol, DAY, DAY)[str(DAY)][3]
    for sentence in (line.problem.en, line.problem.zh):
        assert sentence.endswith(COMMAND.format(symbol, source))
        assert f"{newest}" in sentence
    # Asked again on the same day nothing is written; a day later, the newer answer waits in place of the older.
    count = desk.rows("select (select count(*) from quarantine), (select count(*) from fetches)")
    desk.update(DAY, symbol)
    assert desk.rows("select (select count(*) from quarantine), (select count(*) from fetches)") == count
    desk.update(NEXT, symbol)
    assert waiting(desk) == [(symbol, None, "unconfirmed")]
    (taken,) = desk.trust(NEXT, symbol, source).lines
    assert (taken.source, taken.problem, taken.changed) == (source, None, 0)
    assert taken.new == len(desk.stored(symbol)) > 20
    assert desk.unlike(symbol, NEXT) == ([], [])
    assert waiting(desk) == desk.rows("select * from problems where resolved_at is null") == []
    # From now on every new bar is compared with what was taken, and there is nothing to say.
    assert desk.update(NEXT, symbol).up_to_date == 1
    (line,) = desk.update(THIRD, symbol).lines
    assert (line.new, line.problem) == (1, None)


def test_an_answer_unlike_the_stored_past_is_taken_too_and_the_old_numbers_stay_to_be_had(desk: Desk) -> None:
    # A person trusted the source on a day on which it was wrong.
    desk.exchange.faults.append(Fault("scale", "swsresearch", -1))
    desk.trust(DAY)
    then, before = after(DAY), closes(desk, None)
    desk.exchange.faults.clear()
    assert desk.unlike(MEDIA, DAY)[0] != []
    (line,) = desk.update(NEXT, MEDIA).lines
    assert waiting(desk) == [(MEDIA, None, "overlap")]
    assert line.problem is not None
    assert line.problem.en.endswith(COMMAND.format(MEDIA, "shenwan"))
    assert line.problem.zh.endswith(COMMAND.format(MEDIA, "shenwan"))
    assert closes(desk, None) == before
    (taken,) = desk.trust(NEXT).lines
    assert (taken.new, taken.changed, taken.problem) == (1, len(before), None)
    assert desk.unlike(MEDIA, NEXT) == ([], [])
    assert desk.rows("select count(*) from bar_revisions") == [(len(before),)]
    assert closes(desk, then) == before
    assert waiting(desk) == []
    ((resolution,),) = desk.rows("select resolution from quarantine where rule = 'overlap'")
    assert resolution == "a person trusted shenwan"


def test_a_second_source_that_merely_failed_keeps_nobody_waiting(desk: Desk) -> None:
    desk.exchange.faults.append(Fault("reset", "yahoo", -1))
    (line,) = desk.update(DAY, "AAPL.US").lines
    assert line.source == "sina"
    assert desk.unlike("AAPL.US", DAY) == ([], [])
    assert any("no second source answered" in note for note in line.notes)


def test_the_command_says_plainly_what_was_taken(desk: Desk) -> None:
    first = run("update", "--symbol", MEDIA, home=desk.home.root, now=after(DAY))
    assert first.code == 1
    assert COMMAND.format(MEDIA, "shenwan") in first.err
    said = run("update", "--symbol", MEDIA, "--trust", "shenwan", home=desk.home.root, now=after(DAY))
    count = len(desk.stored(MEDIA))
    assert (said.code, count > 10, desk.unlike(MEDIA, DAY)[0]) == (0, True, [])
    assert f"Taken on your word from shenwan for {MEDIA}: {count} new bars, 0 changed" in said.err
    chinese = run(
        "update", "--symbol", MEDIA, "--trust", "shenwan", "--lang", "zh", home=desk.home.root, now=after(DAY)
    )
    assert f"已按您的采信写入 shenwan 的 {MEDIA} 数据：新增 0 根日线，更正 0 处" in chinese.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "A source is trusted for one security at a time"),
        (("--symbol", MEDIA, "--symbol", "600000.SH"), "A source is trusted for one security at a time"),
        (("--symbol", MEDIA, "--source", "shenwan"), "and no more"),
        (("--symbol", "600000.SH"), '--trust does not know "shenwan". Known: tencent'),
        (("--symbol", MEDIA, "--confirm", "1"), "A source is trusted for one security at a time"),
    ],
)
def test_a_source_is_trusted_for_exactly_one_security_that_it_has(
    desk: Desk, arguments: tuple[str, ...], sentence: str
) -> None:
    said = run("update", "--trust", "shenwan", *arguments, home=desk.home.root, now=after(DAY))
    assert said.code == 2
    assert sentence in said.err
    assert desk.exchange.log == [] or "Known" in sentence
