"""Prices come back as they were stored, and as they stood at any fetch before."""

import datetime as dt
import sqlite3
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.domain.errors import UnknownWord
from watchlist.domain.model import Action
from watchlist.steps.update import decide
from watchlist.storage.database import transaction, writing
from watchlist.storage.prices import (
    Fetched,
    held,
    is_simulated,
    load_bars,
    newest_fetch,
    save_fetches,
    sources_of,
    standing_quarantine,
    with_bars,
)
from watchlist.storage.runs import begin_run

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

NOON: Final = dt.datetime(2024, 6, 30, 4, 0, tzinfo=dt.UTC)
SINCE, UNTIL = dt.date(2024, 6, 3), dt.date(2024, 6, 28)
SHARE: Final = "600000.SH"
NAN: Final = float("nan")

Row = tuple[str, float, float, float, float, float]


def save(
    database: "Database", rows: list[Row], hours: int = 0, *, source: str = "files", simulated: bool = False,
    actions: tuple[Action, ...] = (), doubted: tuple[tuple[str, str, dict[str, object]], ...] = (),
    span: tuple[dt.date, dt.date] = (SINCE, UNTIL),
) -> None:  # fmt: skip
    """Store what a fetch brought, some hours after noon."""
    bars = {session: tuple(values) for session, *values in rows}
    now = NOON + dt.timedelta(hours=hours)
    with transaction(database) as connection:
        fetched = Fetched(SHARE, source, simulated, *span, bars, actions, doubted)
        save_fetches(connection, [fetched], begin_run(connection, "update", now), now)


def closes(connection: sqlite3.Connection, hours: float | None = None) -> dict[str, float]:
    known_at = None if hours is None else NOON + dt.timedelta(hours=hours)
    found = load_bars(connection, [SHARE], known_at).get(SHARE)
    return {} if found is None else dict(zip(map(str, found.sessions), found.close.tolist(), strict=True))


def test_bars_come_back_as_they_were_stored(database: "Database") -> None:
    save(database, [("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0), ("2024-06-28", NAN, NAN, NAN, 10.1, NAN)])
    found = load_bars(database.conn, [SHARE, "000001.SZ"], None)
    assert list(found) == [SHARE]
    bars = found[SHARE]
    assert bars.sessions.tolist() == [dt.date(2024, 6, 27), dt.date(2024, 6, 28)]
    np.testing.assert_array_equal(bars.open, [10.0, np.nan])
    np.testing.assert_array_equal(bars.close, [10.5, 10.1])
    np.testing.assert_array_equal(bars.volume, [1000.0, np.nan])


def test_what_is_not_known_is_null_and_not_zero(database: "Database") -> None:
    save(database, [("2024-06-28", NAN, NAN, NAN, 10.1, NAN)])
    row = database.conn.execute("select open, high, low, volume from bars").fetchone()
    assert tuple(row) == (None, None, None, None)


def test_each_fetch_shows_its_own_past(database: "Database") -> None:
    first = [("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0), ("2024-06-28", 10.0, 11.0, 9.0, 10.6, 1000.0)]
    save(database, first)
    save(database, [("2024-06-28", 10.0, 11.0, 9.0, 10.7, 1000.0)], hours=1)
    save(database, [("2024-06-28", 10.0, 11.0, 9.0, 10.8, 1000.0), ("2024-07-01", 10.0, 11.0, 9.0, 10.9, 1.0)], hours=2)
    assert closes(database.conn, -1) == {}
    assert closes(database.conn, 0) == {"2024-06-27": 10.5, "2024-06-28": 10.6}
    assert closes(database.conn, 1.5) == {"2024-06-27": 10.5, "2024-06-28": 10.7}
    assert closes(database.conn) == {"2024-06-27": 10.5, "2024-06-28": 10.8, "2024-07-01": 10.9}
    assert newest_fetch(database.conn, NOON + dt.timedelta(hours=1.5)) == 2


def test_actions_have_a_past_too(database: "Database") -> None:
    day = dt.date(2024, 6, 27)
    save(database, [("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0)], actions=(Action(day, 0.5, 1.0),))
    save(database, [], hours=1, actions=(Action(day, 0.6, 1.4),))
    then = load_bars(database.conn, [SHARE], NOON)[SHARE].actions
    now = load_bars(database.conn, [SHARE], None)[SHARE].actions
    # The first fetch of all brought bars and actions as two fetches of one moment.
    assert then == (Action(day, 0.5, 1.0),)
    assert now == (Action(day, 0.6, 1.4),)


def test_what_brings_nothing_new_leaves_no_fetch(database: "Database") -> None:
    save(database, [])
    assert newest_fetch(database.conn, None) == 0
    assert held(database.conn)[SHARE].asked_since == SINCE
    assert held(database.conn)[SHARE].last_session is None


@pytest.mark.parametrize(
    ("since", "until", "asked_since"),
    [
        (dt.date(2024, 5, 6), dt.date(2024, 6, 3), dt.date(2024, 5, 6)),
        (dt.date(2024, 5, 6), dt.date(2024, 6, 2), SINCE),  # one day short: what lies between was never asked for
        (dt.date(2024, 6, 4), dt.date(2024, 6, 28), SINCE),
    ],
)
def test_an_older_stretch_counts_as_asked_for_where_it_reaches_what_was(
    database: "Database", since: dt.date, until: dt.date, asked_since: dt.date
) -> None:
    save(database, [])
    save(database, [], 1, span=(since, until))
    assert held(database.conn)[SHARE].asked_since == asked_since


def test_days_that_no_fetch_asked_for_between_bars_are_a_gap_until_one_does(database: "Database") -> None:
    def bar(session: str) -> list[Row]:
        return [(session, 10.0, 11.0, 9.0, 10.5, 1000.0)]

    early, late = (dt.date(2024, 3, 1), dt.date(2024, 3, 29)), (dt.date(2024, 5, 6), dt.date(2024, 6, 28))
    save(database, bar("2024-03-29"), span=early)
    save(database, bar("2024-03-28"), 1, span=(dt.date(2024, 3, 30), dt.date(2024, 4, 1)))  # the very next day: no gap
    assert held(database.conn)[SHARE].gap is None
    save(database, bar("2024-06-28"), 2, span=late)
    assert held(database.conn)[SHARE].gap == (dt.date(2024, 4, 1), late[0])
    save(database, bar("2024-04-15"), 3, span=(dt.date(2024, 4, 1), late[1]))
    assert held(database.conn)[SHARE].gap is None


def test_the_same_bar_again_stays_known_since_its_first_fetch(database: "Database") -> None:
    bar, action = ("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0), Action(dt.date(2024, 6, 27), 0.5, 1.0)
    for hours in (0, 1):
        save(database, [bar], hours, actions=(action,))
    then = load_bars(database.conn, [SHARE], NOON)[SHARE]
    assert then.close.tolist() == [10.5]
    assert then.actions == (action,)


def test_quarantine_keeps_the_row_as_it_came_once(database: "Database") -> None:
    doubt: tuple[str, str, dict[str, object]] = ("2024-06-28", "restated", {"close": 12.0, "volume": None})
    for hours in (0, 1):
        save(database, [], hours=hours, doubted=(doubt,))
    (row,) = standing_quarantine(database.conn)
    assert (row["symbol"], row["session"], row["rule"]) == (SHARE, "2024-06-28", "restated")
    assert row["row_json"] == '{"close": 12.0, "volume": null}'
    assert closes(database.conn) == {}


def test_a_person_settles_what_was_paid_once_and_nothing_that_has_no_day(database: "Database") -> None:
    day = dt.date(2024, 6, 27)
    save(database, [("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0)], actions=(Action(day, 0.5, 1.0),))
    whole: tuple[str, str, dict[str, object]] = ("2024-06-27", "units", {"rows": 5})
    save(database, [], 1, doubted=(("2024-06-27", "restated_action", {"cash": 0.6, "split": 1.4}), whole))
    said = decide(database, 1, NOON + dt.timedelta(hours=2), confirm=True)
    assert "stored as confirmed by you" in said.en
    assert load_bars(database.conn, [SHARE], None)[SHARE].actions == (Action(day, 0.6, 1.4),)
    assert load_bars(database.conn, [SHARE], NOON)[SHARE].actions == (Action(day, 0.5, 1.0),)
    assert [row["id"] for row in standing_quarantine(database.conn)] == [2]
    for number, why in ((1, "No such row waits"), (99, "No such row waits"), (2, "dismiss it")):
        with pytest.raises(UnknownWord, match=why):
            decide(database, number, NOON, confirm=True)
    assert "left out" in decide(database, 2, NOON, confirm=False).en


def test_one_simulated_fetch_marks_the_whole_database(database: "Database") -> None:
    save(database, [("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0)])
    assert not is_simulated(database.conn)
    assert sources_of(database.conn) == {SHARE: "files"}
    save(database, [("2024-06-28", 10.0, 11.0, 9.0, 10.5, 1000.0)], hours=1, source="simulated", simulated=True)
    assert is_simulated(database.conn)
    assert sources_of(database.conn) == {SHARE: "simulated"}


Price = st.integers(min_value=1, max_value=99_999).map(lambda cents: cents / 100)
Batch = st.dictionaries(st.integers(min_value=3, max_value=28), Price, min_size=1, max_size=8)


@settings(max_examples=40)
@given(batches=st.lists(Batch, min_size=1, max_size=5))
def test_any_history_of_corrections_can_be_replayed(
    tmp_path_factory: pytest.TempPathFactory, batches: list[dict[int, float]]
) -> None:
    """Law: the bars known at a fetch are what had been laid over each other by then."""
    path: Path = tmp_path_factory.mktemp("law") / "watchlist.db"
    with writing(path) as database:
        state: dict[str, float] = {}
        states = []
        for hours, batch in enumerate(batches):
            days = {f"2024-06-{day:02}": close for day, close in sorted(batch.items())}
            save(database, [(day, c, c, c, c, 1.0) for day, c in days.items()], hours=hours)
            state = {**state, **days}
            states.append(state)
        for hours, expected in enumerate(states):
            assert closes(database.conn, hours) == dict(sorted(expected.items()))
        assert closes(database.conn) == dict(sorted(state.items()))


def test_what_was_asked_for_and_has_no_bar_is_not_among_those_with_bars(database: "Database") -> None:
    assert with_bars(database.conn) == []
    save(database, [("2024-06-27", 10.0, 11.0, 9.0, 10.5, 1000.0), ("2024-06-28", NAN, NAN, NAN, 10.1, NAN)])
    database.conn.execute("insert into coverage (symbol, asked_since) values ('300001.SZ', '2024-06-03')")
    assert with_bars(database.conn) == [SHARE]
