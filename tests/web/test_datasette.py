"""The metadata for Datasette is in step with documents, views and tables."""

import json
from pathlib import Path

import pytest

from tests.web.datasette_metadata import TARGET, written
from watchlist.storage.database import writing


def test_the_file_is_what_documents_and_views_say() -> None:
    assert TARGET.read_text("utf-8") == written(), "run .venv/bin/python -m tests.web.datasette_metadata"


@pytest.mark.parametrize("database", ["watchlist", "demo"])
def test_every_view_is_described_and_nothing_else_is(tmp_path: Path, database: str) -> None:
    described = json.loads(TARGET.read_text("utf-8"))["databases"][database]["tables"]
    with writing(tmp_path / "watchlist.db") as opened:
        views, tables = set(opened.view_names()), set(opened.table_names())
        columns = {name: {column.name for column in opened[name].columns} for name in tables}
    assert views <= set(described) <= views | tables
    assert all(described[view]["description"].endswith("?") for view in views)
    for name, about in described.items():
        assert set(about.get("columns", {})) <= columns.get(name, set()), name
