"""Imported rows: whole columns at a time, and the rows, digests, seals and refusals of one after the other."""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.core.coded import Coded
from watchlist.storage import bulk
from watchlist.storage.database import transaction, writing
from watchlist.storage.imports import digests, record_imported
from watchlist.storage.seals import broken_seals

if TYPE_CHECKING:
    from sqlite_utils import Database

NOW: Final = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
# The first line of a list as a program of before whole columns stored it, with its digest.
WORDS: Final = "2014-05-21,券商0027,603231.SH,买入,36.4,分析师0457,主题196"
STORED: Final[Mapping[str, Any]] = {
    "rec_id": "0000db6230477595", "report": "import:券商0027 2014-05-21", "broker": "券商0027", "analyst": "分析师0457",
    "published": "2014-05-21", "published_at": None, "theme_printed": "主题196", "symbol": "603231.SH",
    "name_printed": "603231.SH", "direction": 1, "strength": "rating_only", "verb": None, "rating": "买入",
    "target_price": 36.4, "target_currency": "CNY", "scale_months": 12, "benchmark": None,
    "quotes_json": f'[{{"end": 49, "start": 0, "text": "{WORDS}"}}]',
}  # fmt: skip
DIGEST: Final = "4aae65e8312b915e0d35b9bffb6e815710fb750fe36be4084336e2f7cff9eaaf"

ANY_TEXT: Final = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS: Final = st.lists(
    st.fixed_dictionaries({
        "b": ANY_TEXT | st.none(), "a": st.floats(min_value=1e-300, allow_infinity=False) | st.none(),
        "target_currency": st.sampled_from(["CNY", None]), "z": st.integers(), "same": st.just('"'),
    }),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Iterator["Database"]:
    with writing(tmp_path / "watchlist.db") as opened:
        yield opened


def columns(rows: list[Mapping[str, Any]]) -> dict[str, Coded]:
    return {name: Coded.of([row[name] for row in rows]) for name in rows[0]}


def many(count: int) -> list[Mapping[str, Any]]:
    """Give rows that differ by their key and their words."""
    return [{**STORED, "rec_id": f"{at:016x}", "quotes_json": json.dumps([{"text": f"{at}"}])} for at in range(count)]


@given(ROWS)
def test_a_digest_is_that_of_the_row_as_sorted_json(rows: list[Mapping[str, Any]]) -> None:
    def by_hand(row: Mapping[str, Any]) -> str:
        said = {name: value for name, value in row.items() if (name, value) != ("target_currency", None)}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    assert digests(columns(rows)) == [by_hand(row) for row in rows]


def test_a_row_that_an_older_program_stored_is_known_again() -> None:
    assert digests(columns([STORED])) == [DIGEST]


def test_many_rows_at_once_are_the_rows_one_after_the_other(
    database: "Database", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many(bulk.LARGE + 30)
    with transaction(database) as connection:
        assert record_imported(connection, "recommendations", "rec_id", columns(rows), NOW).added == len(rows)
    monkeypatch.setattr(bulk, "AT_ONCE", 700)
    with writing(tmp_path / "other.db") as other:
        for start in range(0, len(rows), 900):
            with transaction(other) as connection:
                record_imported(connection, "recommendations", "rec_id", columns(rows[start : start + 900]), NOW)
        for table in ("recommendations", "seals"):
            query = f"select * from {table}"  # noqa: S608
            assert [*map(tuple, other.conn.execute(query))] == [*map(tuple, database.conn.execute(query))]
    assert broken_seals(database.conn) == []
    assert database.conn.execute("pragma ignore_check_constraints").fetchone()[0] == 0


def test_what_a_list_says_otherwise_is_an_amendment_and_the_rest_stays(database: "Database") -> None:
    rows = many(bulk.LARGE)
    with transaction(database) as connection:
        record_imported(connection, "recommendations", "rec_id", columns(rows), NOW)
    changed = [{**rows[3], "rating": "卖出"}, *rows[4:9], {**rows[0], "rec_id": "f" * 16}]
    with transaction(database) as connection:
        told = record_imported(connection, "recommendations", "rec_id", columns(changed), NOW, dry_run=True)
        assert record_imported(connection, "recommendations", "rec_id", columns(changed), NOW) == told
    assert (told.added, told.amended) == (1, 1)
    query = "select rec_id, rev, op, rating from recommendations where rev = 2 or rec_id like 'f%'"
    assert [*map(tuple, database.conn.execute(query))] == [
        (rows[3]["rec_id"], 2, "amend", "卖出"),
        ("f" * 16, 1, "add", "买入"),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("published", "2014-02-30"), ("symbol", "a'b"), ("direction", 2), ("strength", "mighty"),
        ("target_price", -1.0), ("scale_months", 0), ("quotes_json", "{"), ("target_currency", "yen"),
    ],
)  # fmt: skip
def test_a_value_that_the_table_does_not_take_is_refused_among_many_too(
    database: "Database", column: str, value: object
) -> None:
    rows = many(bulk.LARGE)
    rows[77] = {**rows[77], column: value}
    with (
        pytest.raises(sqlite3.IntegrityError, match=f"CHECK constraint failed: .*{column}"),
        transaction(database) as at,
    ):
        record_imported(at, "recommendations", "rec_id", columns(rows), NOW)
    assert database["recommendations"].count == 0
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"), transaction(database) as at:
        record_imported(at, "recommendations", "rec_id", columns(rows[77:78]), NOW)


def test_two_broken_texts_are_not_taken_for_a_whole_one(database: "Database") -> None:
    rows = many(bulk.LARGE)
    rows[77], rows[78] = ({**rows[at], "quotes_json": text} for at, text in ((77, "[1"), (78, "2]")))
    with pytest.raises(sqlite3.IntegrityError, match="quotes_json"), transaction(database) as at:
        record_imported(at, "recommendations", "rec_id", columns(rows), NOW)
    assert database["recommendations"].count == 0


def test_a_check_is_read_from_the_definition_whatever_stands_in_it(database: "Database") -> None:
    database.conn.execute(
        "create table odd (one text not null check (one not in (')', 'it''s (')), two integer, "
        "three real check (three between 1 and (2)), primary key (one))"
    )
    found = bulk.checks(database.conn, "odd")
    assert found == {"one": "(one not in (')', 'it''s ('))", "three": "(three between 1 and (2))"}
    assert bulk.checks(database.conn, "bars") is None  # high is held against low: two columns
    named = bulk.checks(database.conn, "recommendations")
    assert named is not None
    assert len(named) == 12
