"""A database of our own for each test, and a few lines that put bars into it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watchlist.storage.database import writing

if TYPE_CHECKING:
    from sqlite_utils import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db" / "watchlist.db"


@pytest.fixture
def database(path: Path) -> Iterator["Database"]:
    with writing(path) as opened:
        yield opened
