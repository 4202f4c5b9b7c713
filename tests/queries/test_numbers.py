"""What a score run froze is what the command line says, recommendation by recommendation and horizon by horizon."""

import sqlite3
from contextlib import closing
from typing import Any, Final

from tests.cli.program import run
from tests.cli.small_world import EVENING, World

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
