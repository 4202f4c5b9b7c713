"""Covers as many houses print them: who wrote a report, when, what it calls itself, and which industry it rates."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.reading.checkout import names
from watchlist.reading.about import Told
from watchlist.steps.read import read_bytes

COVERS: Final[dict[str, dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("covers.toml").read_text("utf-8"))
TODAY: Final = dt.date(2026, 1, 1)


@pytest.mark.parametrize("name", COVERS)
def test_a_cover_is_read_as_a_person_reads_it(name: str) -> None:
    wanted = dict(COVERS[name])
    text = wanted.pop("text")
    about = read_bytes(text.encode(), name, names(), Told(), TODAY).draft.about
    said = {
        "broker": about.broker,
        "published": about.published.isoformat() if about.published else None,
        "title": about.title,
        "licences": [licence for _, licence in about.analysts],
        "analysts": [analyst for analyst, _ in about.analysts],
        "industry": about.industry,
        "industry_rating": about.industry_rating[0] if about.industry_rating else None,
    }
    assert {key: said[key] for key in wanted} == wanted
