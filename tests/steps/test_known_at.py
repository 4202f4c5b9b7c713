"""What was believed at a moment is shown again, to the last digit, whatever has been learned since."""

import datetime as dt
from collections.abc import Callable
from typing import Final

import pytest

from tests.cli.program import Said, one_sentence, run, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, SECURITIES, SETTINGS, WANKE, World, bars, report
from watchlist.domain.model import Action
from watchlist.storage.database import transaction, writing
from watchlist.storage.prices import Fetched, save_fetches
from watchlist.storage.runs import begin_run

TOMORROW: Final = EVENING + dt.timedelta(days=1)
THEN: Final = EVENING.isoformat()
QUESTIONS: Final = (
    ("recommendations",), ("calls",), ("themes",), ("brokers",), ("watch",), ("show", PUFA),
    ("returns", PUFA, PINGAN, "--from", "2024-03-04"),
    ("returns", "--theme", "AI", "--from", "2024-03-29", "--members", "today"),
)  # fmt: skip


def answers(world: World, *more: str) -> list[str]:
    """Ask everything as of the last session; the words are compared, so every digit is."""
    said = [
        run(*question, "--as-of", "2024-06-28", "--json", *more, home=world.home, now=TOMORROW)
        for question in QUESTIONS
    ]
    for one in said:
        assert one.code == 0, one
    return [one.out for one in said]


def fetched(world: World, *, session: str | None = None, close: float = 0.0, action: Action | None = None) -> None:
    """Store what a later fetch brought, as another source's confirmation would."""
    bars = {} if session is None else {session: (close, close + 0.2, close - 0.2, close, 500.0)}
    since, until = dt.date(2024, 1, 2), dt.date(2024, 6, 28)
    with writing(world.database) as database, transaction(database) as connection:
        new = Fetched(PUFA, "files", False, since, until, bars, () if action is None else (action,), ())  # noqa: FBT003
        save_fetches(connection, [new], begin_run(connection, "update", TOMORROW), TOMORROW)


def record(world: World) -> Said:
    return run("record", home=world.home, now=TOMORROW)


def amended(world: World) -> None:
    more = "target_price = 15.0\ncurrency = 'CNY'"
    world.write("reports/first.toml", report(quote="强烈推荐", more=more).replace('"recommend"', '"strong_recommend"'))
    record(world)


def retracted(world: World) -> None:
    world.write("reports/first.toml", report(recommended={PUFA: "浦发银行"}))
    record(world)


def withdrawn_whole(world: World) -> None:
    (world.home / "config" / "reports" / "first.toml").unlink()
    world.write("reports/second.toml", report(broker="乙证券", published="2024-04-01"))
    record(world)


def published_earlier(world: World) -> None:
    world.write("reports/first.toml", report(published="2024-02-01"))
    record(world)


def bought_at_the_close(world: World) -> None:
    world.write("local/settings.toml", SETTINGS + '[entry]\nrule = "close"\n[horizons]\nsessions = [10]\n')
    record(world)


def theme_renamed(world: World) -> None:
    world.write("local/themes.toml", '[[themes]]\nid = "robots"\nname = "机器人"\n[mapped]\n"AI" = "robots"\n')
    record(world)


def renamed_and_delisted(world: World) -> None:
    rows = SECURITIES.replace("浦发银行,1999-11-10,,", "浦东银行,1999-11-10,,2024-05-06")
    world.write("securities.csv", rows)
    record(world)


def bar_restated(world: World) -> None:
    fetched(world, session="2024-06-28", close=99.0)


def entry_bar_restated(world: World) -> None:
    fetched(world, session="2024-03-04", close=9.0)


def dividend_found(world: World) -> None:
    fetched(world, action=Action(dt.date(2024, 5, 6), 0.5, 1.0))


CHANGES: Final[tuple[Callable[[World], None], ...]] = (
    amended, retracted, withdrawn_whole, published_earlier, bought_at_the_close, theme_renamed, renamed_and_delisted,
    bar_restated, entry_bar_restated, dividend_found,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_known_then_is_shown_again(copied: World, change: Callable[[World], None]) -> None:
    before = answers(copied)
    change(copied)
    assert answers(copied, "--known-at", THEN) == before
    if change is not theme_renamed:  # its name is no theme any more, so it cannot be asked for by it today
        assert answers(copied) != before


def test_two_changes_give_three_pasts(copied: World) -> None:
    first = answers(copied)
    bar_restated(copied)
    second = answers(copied)
    world_before = tables(copied.database, "bars")["bars"]
    with writing(copied.database) as database, transaction(database) as connection:
        later = TOMORROW + dt.timedelta(days=1)
        bars = {"2024-06-28": (50.0, 50.2, 49.8, 50.0, 500.0)}
        until = dt.date(2024, 6, 28)
        new = Fetched(PUFA, "files", False, until, until, bars, (), ())  # noqa: FBT003
        save_fetches(connection, [new], begin_run(connection, "update", later), later)
    assert tables(copied.database, "bars")["bars"] != world_before
    assert answers(copied, "--known-at", THEN) == first
    assert answers(copied, "--known-at", TOMORROW.isoformat()) == second
    assert answers(copied) not in (first, second)


def test_a_naive_moment_is_one_in_shanghai(copied: World) -> None:
    # Recorded at 04:00 UTC, which is noon in Shanghai.
    noon = ("recommendations", "--json", "--as-of", "2024-06-28", "--known-at")
    assert len(run(*noon, "2024-06-30 12:00", home=copied.home, now=TOMORROW).rows) == 2
    assert len(run(*noon, "2024-06-30", home=copied.home, now=TOMORROW).rows) == 2
    one_sentence(run(*noon, "2024-06-30 11:59", home=copied.home, now=TOMORROW), 1)


def test_what_a_retraction_takes_away_can_come_back(copied: World) -> None:
    whole = answers(copied)
    retracted(copied)
    copied.write("reports/first.toml", report())
    again = record(copied)
    assert again.code == 0
    assert answers(copied) == whole
    rows = tables(copied.database, "recommendations")["recommendations"]
    assert sorted(row[2] for row in rows if row[9] == PINGAN) == ["add", "add", "retract"]


def test_a_restated_past_waits_in_quarantine(copied: World) -> None:
    before = answers(copied)
    # The last stored close was 11.28; now the file says 12.28, and there is one session more.
    last = "2024-06-28,11.27,11.38,11.17,11.28,1000\n"
    text = bars(10, 0.01)
    assert text.endswith(last)
    changed = text.replace(last, "2024-06-28,12.27,12.38,12.17,12.28,1000\n")
    copied.prices(PUFA, changed + "2024-07-01,11.28,11.4,11.2,11.3,1000\n")
    said = run("daily", "--lang", "en", home=copied.home, market=copied.market, now=EVENING + dt.timedelta(days=2))
    assert said.code == 1
    assert any(PUFA in line and "restated" in line for line in said.problems)
    (doubt,) = tables(copied.database, "quarantine")["quarantine"]
    assert doubt[2:5] == (PUFA, "2024-06-28", "restated")
    assert '"close": 12.28' in doubt[5]
    assert answers(copied) == before
    assert (PUFA, "2024-07-01") in {row[:2] for row in tables(copied.database, "bars")["bars"]}
    found = run("check", home=copied.home, now=EVENING + dt.timedelta(days=2))
    assert found.code == 1
    assert "restated" in found.out


def test_as_of_uses_no_later_session(copied: World) -> None:
    early = run("recommendations", "--json", "--as-of", "2024-04-30", home=copied.home, now=TOMORROW).rows
    assert {row["as_of"] for row in early} == {"2024-04-30"}
    # 2024-03-04 to 2024-04-30 by weekdays: from the open of the 45th session to the close of the 86th.
    rose = {row["symbol"]: row for row in early}[PUFA]
    assert (rose["entry_session"], rose["entry_price"], rose["days_held"]) == ("2024-03-04", 10.43, 42)
    assert rose["price_return"] == pytest.approx(10.85 / 10.43 - 1, abs=1e-12)
    assert WANKE not in {row["symbol"] for row in early}
    before_publication = run("recommendations", "--json", "--as-of", "2024-02-29", home=copied.home, now=TOMORROW)
    assert before_publication.rows == []
