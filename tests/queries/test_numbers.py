"""What a score run froze is what the command line says, recommendation by recommendation and horizon by horizon."""

import datetime as dt
import sqlite3
from contextlib import closing
from typing import Any, Final

from tests.cli.program import run
from tests.cli.small_world import EVENING, World
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.queries.numbers import Numbers, empty_numbers, numbers_of
from watchlist.queries.recommendations import Filters
from watchlist.queries.review import review_of
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.storage.database import reading
from watchlist.storage.ledger import digest

RETURNS: Final = ("price_return", "total_return", "benchmark_return", "status")


def frozen(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    with closing(sqlite3.connect(world.database)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute("select * from scores where score_run = (select max(id) from score_runs)").fetchall()
    return {(row["rec_id"], row["horizon"]): dict(row) for row in rows}


def test_the_frozen_numbers_are_those_that_are_shown(world: World) -> None:
    kept = frozen(world)
    rows = run("recommendations", "--json", "--as-of", "2024-06-30", home=world.home, now=EVENING).rows
    assert len(rows) == 4
    assert len(kept) == sum(1 + len(row["horizons"]) for row in rows)
    for row in rows:
        windows = {"now": {**row, "exit_session": row["last_session"], "hit": None}, **row["horizons"]}
        for key, window in windows.items():
            one = kept[row["id"], key]
            assert {name: one[name] for name in RETURNS} == {name: window[name] for name in RETURNS}
            assert (one["entry_session"], one["entry_price"]) == (row["entry_session"], row["entry_price"])
            assert (one["benchmark"], one["benchmark_kind"]) == (row["benchmark"], row["benchmark_kind"])
            assert one["exit_session"] == window["exit_session"]
            assert one["hit"] == (None if window["hit"] is None else int(window["hit"]))


def situation(world: World, connection: sqlite3.Connection, day: str, currency: str | None = None) -> Situation:
    settings = load_settings(find_home(world.home, {}))
    return load_situation(connection, settings, When(dt.date.fromisoformat(day)), currency=currency)


def test_the_digest_written_by_columns_is_that_of_the_rows(world: World) -> None:
    found: list[Numbers] = [empty_numbers((), ("now",)), empty_numbers(("a", '"b'), ("now", "6m"))]
    with reading(world.database) as connection:
        found += [numbers_of(situation(world, connection, day)) for day in ("2024-03-01", "2024-04-30", "2024-06-28")]
        runs = connection.execute("select output_sha256 from score_runs order by id desc limit 1").fetchone()
    assert [one.digest() for one in found] == [digest(list(one.rows())) for one in found]
    assert runs[0] in {one.digest() for one in found}


def test_a_fingerprint_is_of_the_numbers(world: World) -> None:
    with reading(world.database) as connection:

        def taken(day: str, filters: Filters | None = None) -> str:
            found: str = review_of(situation(world, connection, day), connection, filters or Filters())["fingerprint"]
            return found

        assert taken("2024-06-28") == taken("2024-06-28")
        symbol = connection.execute("select symbol from recommendations_current limit 1").fetchone()[0]
        kept = {taken("2024-06-28"), taken("2024-06-27"), taken("2024-06-28", Filters(symbols=(symbol,))),
                taken("2024-06-28", Filters(since=dt.date(2030, 1, 1)))}  # fmt: skip
    assert len(kept) == 4
