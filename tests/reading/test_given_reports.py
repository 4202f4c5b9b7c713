"""The real reports with hand-made answers: every pair of security and theme, every offset, what the covers say."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

import pytest

from tests.reading.checkout import names
from watchlist.reading.about import Told
from watchlist.reading.reader import Draft
from watchlist.steps.read import read_file

TODAY: Final = dt.date(2026, 1, 1)
NAMES: Final = (
    "000_90c94ccc870e727d",
    "003_35f47a59c56e95ba",
    "guangda_semis_2021_negative",
    "guoyuanhk_kangzhe_2021",
    "pingan_pharma_2020",
    "shanghai_devices_2016",
    "wanlian_electronics_2021",
    "yinhe_panel_2021",
    "zhongtai_devices_2020",
)


@pytest.fixture(scope="module")
def drafts(shared: Path) -> dict[str, tuple[str, Draft, dict[str, Any]]]:
    found = {}
    for name in NAMES:
        reading = read_file(shared / "reports" / f"{name}.txt", names(), Told(), TODAY)
        gold = json.loads((shared / "reports" / f"{name}.gold.json").read_text("utf-8"))
        found[name] = (reading.raw, reading.draft, gold)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_is_found_and_no_other(drafts: dict[str, tuple[str, Draft, dict[str, Any]]], name: str) -> None:
    raw, draft, gold = drafts[name]
    found = {(one.symbol, one.theme, str(one.strength)) for one in draft.recommendations}
    assert found == {(pair["code"], pair["theme"], pair["strength"]) for pair in gold["unique_pairs"]}
    quotes = [quote for one in draft.recommendations for quote in one.quotes]
    assert all(raw[quote.start : quote.end] == quote.text for quote in quotes)
    assert {(q.name_start, q.name_end) for q in quotes} >= {(m["start"], m["end"]) for m in gold["recommendations"]}


@pytest.mark.parametrize("name", NAMES)
def test_the_cover_is_read(drafts: dict[str, tuple[str, Draft, dict[str, Any]]], name: str) -> None:
    _, draft, gold = drafts[name]
    about, wanted = draft.about, gold["metadata"]
    assert about.broker == wanted["broker"]
    assert (about.published.isoformat() if about.published else None) == wanted["report_date"]
    licences = [(one["name"], one["licence_no"] or one.get("sfc")) for one in wanted["analysts"]]
    assert list(about.analysts) == licences
    if wanted.get("title"):
        assert about.title == wanted["title"]
