"""Decisions of a person: what stands in the list stays, however it is written."""

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from watchlist.ledger.home import Home
from watchlist.ledger.retractions import load_retractions, retract

Write = Callable[[str, str | bytes], Path]
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("given", "before"),
    [
        ("", []),
        ("retracted = []  # none so far\n", []),
        ('retracted = [{id = "a", why = "typed", at = 2026-01-01T00:00:00Z}]\n', ["a"]),
        ('# mine\n[[retracted]]\nid = "a"\nwhy = "typed"\nat = 2026-01-01T00:00:00Z\n', ["a"]),
    ],
)
def test_what_is_appended_comes_after_what_was_written_in_any_form(
    home: Home, write: Write, given: str, before: list[str]
) -> None:
    path = write("local/retractions.toml", given)
    retract(home, "b", "a slip", NOON)
    retract(home, "c", "another", NOON)
    assert [one["id"] for one in tomllib.loads(path.read_text("utf-8"))["retracted"]] == [*before, "b", "c"]
    assert [one.id for one in load_retractions(home)] == [*before, "b", "c"]
