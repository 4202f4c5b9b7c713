"""Scores in a file: the numbers of the tables, whoever works them out, and whoever dies while doing so."""

import datetime as dt
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.cli.program import one_sentence, run, tables
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World, bars, make_world, weekdays
from tests.steps.dying_worker import die_always, die_once
from watchlist.core.kernel import SHARE
from watchlist.core.laying import CELL
from watchlist.core.score_part import score_part
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.queries.large import lay_markets, load_large
from watchlist.queries.numbers import numbers_of
from watchlist.queries.situation import When, load_situation
from watchlist.storage import engines, score_parts
from watchlist.storage.database import new_schema, reading, writing
from watchlist.storage.engines import NAMES, Engine, Name, WorkersLost, map_parts
from watchlist.storage.health import injuries
from watchlist.storage.score_parts import Part, load_part, score_one

HEAD: Final = "date,broker,symbol,rating,target price,analyst,theme\n"
WAYS: Final = ("买入", "卖出", "中性")
needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a home with two shares that trade on, one that fell silent, one without a bar, and 64 recommendations."""
    made = make_world(tmp_path_factory.mktemp("world"))
    made.prices(WANKE, bars(8, 0.02, weekdays(last=dt.date(2024, 4, 30))))
    shares = (PUFA, PINGAN, WANKE, "601012.SH")
    lines = [
        f"{day} 08:00,{broker},{shares[at % 4]},{WAYS[(at + ord(broker)) % 3]},,,AI\n"
        for at, day in enumerate(weekdays(dt.date(2024, 2, 1), dt.date(2024, 6, 28))[::7])
        for broker in "甲乙丙丁"
    ]
    path = made.home / "list.csv"
    path.write_text(HEAD + "".join(lines), "utf-8")
    assert run("import", path, home=made.home, now=EVENING).code == 0
    assert run("daily", home=made.home, market=made.market, now=EVENING).code in {0, 1}
    return made


def rows_of(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_the_file_holds_what_the_tables_hold(world: World, tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    said = run("score", "--output", path, home=world.home, now=EVENING)
    assert said.code == 0, said.err
    with reading(world.database) as connection:
        settings = load_settings(find_home(world.home, {}))
        expected = list(numbers_of(load_situation(connection, settings, When(EVENING.date()))).rows())
    found = {(row["rec_id"], row["horizon"]): row for row in rows_of(path)}
    assert len(found) == len(expected) > 9 * 64
    for row in expected:
        mine = found[row["rec_id"], row["horizon"]]
        for name in ("entry_session", "exit_session"):
            mine[name] = mine[name] and mine[name].isoformat()
        assert {name: mine[name] for name in row} == row
    assert {row["status"] for row in expected} >= {"matured", "open", "no_price", "running", "stale"}


def test_the_file_answers_a_question_in_sql_as_the_command_does(world: World, tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    assert run("score", "--output", path, home=world.home, now=EVENING).code == 0
    rows = run("recommendations", "--json", home=world.home, now=EVENING).rows
    told = {(row["broker"], row["symbol"], row["published"]): row["horizons"]["20"]["excess_return"] for row in rows}
    asked = duckdb.sql(
        f"select broker, symbol, cast(min(published) as varchar), total_return - benchmark_return from '{path}' "  # noqa: S608
        "where horizon = '20' group by all"
    ).fetchall()
    assert {(broker, symbol) for broker, symbol, *_ in asked} == {key[:2] for key in told}
    assert {(broker, symbol, value) for broker, symbol, _, value in asked} == {
        (broker, symbol, value) for (broker, symbol, _), value in told.items()
    }


def test_groups_and_record_are_in_the_database_and_under_seal(world: World, tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    assert run("score", "--output", path, "--engine", "local", home=world.home, now=EVENING).code == 0
    kept = tables(world.database, "score_files", "score_file_groups")
    record = max(kept["score_files"])
    assert record[4] == str(path.resolve())
    assert record[6] == len({row["rec_id"] for row in rows_of(path)})
    mine = {row[2]: row for row in kept["score_file_groups"] if (row[0], row[1], row[3]) == (record[0], "broker", "20")}
    brokers = run("brokers", "--per-mention", "--json", home=world.home, now=EVENING).rows
    assert set(mine) == {row["group"] for row in brokers}
    for row in brokers:
        _, _, _, _, count, sample, hits, mean = mine[row["group"]]
        told = row["horizons"]["20"]
        assert (count, sample) == (row["recommendations"], told["sample"])
        assert hits == pytest.approx(sample * (told["hit_rate"] or 0))
        assert mean == pytest.approx(told["mean_excess"], abs=1e-12)
    with reading(world.database) as connection:
        assert not injuries(connection, new_schema(connection))


@pytest.fixture
def parts(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Part]]:
    """Give a run of many small parts."""
    monkeypatch.setattr(score_parts, "PART", 9)
    settings = load_settings(find_home(world.home, {}))
    with writing(world.database) as database:
        situation, columns = load_large(database.conn, settings, EVENING.date())
        markets = lay_markets(database.conn, situation, columns, tmp_path / "parts")
        found = [part for market in markets for part in market]
        assert len(found) > 5
        yield found


def answers(parts: list[Part]) -> list[bytes]:
    found = [Path(part.out).read_bytes() for part in parts]
    for part in parts:
        Path(part.out).unlink()
    return found


@needs_kill
@pytest.mark.parametrize("name", [one for one in NAMES if one != "local"])
def test_a_worker_killed_in_the_middle_changes_no_bit(parts: list[Part], name: Name) -> None:
    seen: list[tuple[int, int]] = []
    here = map_parts(Engine(), score_one, parts, lambda done, count: seen.append((done, count)))
    expected = answers(parts)
    assert seen == [(at, len(parts)) for at in range(1, len(parts) + 1)]
    tallies = map_parts(Engine(name, workers=2), die_once, parts)
    assert (Path(parts[0].folder) / "killed").exists()
    assert answers(parts) == expected
    for one, other in zip(tallies, here, strict=True):
        assert one.recommendations == other.recommendations
        for grouping, (names, sums) in other.groups.items():
            assert one.groups[grouping][0] == names
            assert one.groups[grouping][1].tobytes() == sums.tobytes()


def test_machine_code_reads_a_part_as_numpy_does(parts: list[Part]) -> None:
    work, asked, _ = load_part(parts[0])
    assert work.prices is not None
    assert work.plan is not None
    assert (work.prices.cells.dtype, work.prices.shares.dtype) == (CELL, SHARE)
    assert work.prices.cells.dtype.isalignedstruct
    one, other = (score_part(work.prices, work.plan, asked, machine_code=fast) for fast in (True, False))
    for mine, theirs in zip(one, other, strict=True):
        assert np.asarray(mine).tobytes() == np.asarray(theirs).tobytes()


@needs_kill
def test_a_part_that_kills_every_worker_is_given_up_with_a_sentence(parts: list[Part]) -> None:
    with pytest.raises(WorkersLost, match="4 times"):
        map_parts(Engine("processes", workers=2), die_always, parts[:2])


def test_an_engine_that_is_not_there_is_said(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def score(*arguments: object) -> Any:  # noqa: ANN401 - what the program said
        return run("score", *arguments, "--lang", "en", home=world.home, now=EVENING)

    monkeypatch.setattr(engines, "_PATIENCE", "1s")
    path = tmp_path / "scores.parquet"
    nobody = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    one_sentence(score("--output", path, *nobody), 1, "tcp://127.0.0.1:9")
    one_sentence(score("--scheduler", "tcp://127.0.0.1:9"), 2, "--engine dask")
    one_sentence(score("--output", tmp_path / "scores.csv"), 2, "scores.parquet")
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    one_sentence(score("--output", path, "--engine", "dask"), 2, "requirements-scale.txt")
    assert sorted(tmp_path.iterdir()) == []


def test_a_file_appears_whole_or_not_at_all(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scores.parquet"
    path.write_bytes(b"the run before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("watchlist.steps.score_file.join_parts", full)
    before = tables(world.database, "score_files", "score_file_groups", "runs")
    said = run("score", "--output", path, "--lang", "en", home=world.home, now=EVENING)
    one_sentence(said, 1, "the disk is full")
    assert path.read_bytes() == b"the run before"
    assert sorted(tmp_path.iterdir()) == [path]
    assert tables(world.database, "score_files", "score_file_groups", "runs") == before


def test_nothing_to_score_is_said(tmp_path: Path) -> None:
    made = make_world(tmp_path)
    assert run("record", home=made.home, now=EVENING).code == 0
    said = run("score", "--as-of", "2020-01-03", "--engine", "local", "--lang", "en", home=made.home, now=EVENING)
    one_sentence(said, 1, "no recommendation up to 2020-01-03")
