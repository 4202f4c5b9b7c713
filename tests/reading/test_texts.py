"""Own texts in the shapes of many brokers and years, each with what a person reads in it beside it."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.reading.checkout import names
from watchlist.reading.about import Told
from watchlist.reading.reader import Draft
from watchlist.steps.read import read_bytes

TEXTS: Final = Path(__file__).with_name("texts")
TODAY: Final = dt.date(2026, 1, 1)


def drafted(name: str) -> tuple[str, Draft]:
    reading = read_bytes((TEXTS / f"{name}.txt").read_bytes(), name, names(), Told(), TODAY)
    return reading.raw, reading.draft


def said(draft: Draft) -> dict[str, Any]:
    about = draft.about
    return {
        "broker": about.broker,
        "published": about.published.isoformat() if about.published else None,
        "title": about.title,
        "industry": about.industry,
        "industry_rating": about.industry_rating[0] if about.industry_rating else None,
        "licences": [licence for _, licence in about.analysts],
        "problems": [problem.kind for problem in draft.problems],
    }


@pytest.mark.parametrize("gold", sorted(TEXTS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_text_is_read_as_a_person_reads_it(gold: Path) -> None:
    wanted = tomllib.loads(gold.read_text("utf-8"))
    raw, draft = drafted(gold.stem)
    found = [(one.symbol, one.theme or "null", str(one.strength)) for one in draft.recommendations]
    assert sorted(found) == sorted(tuple(pair) for pair in wanted.pop("pairs"))
    about = said(draft)
    assert {key: about[key] for key in wanted} == wanted
    for one in draft.recommendations:
        for quote in one.quotes:
            assert raw[quote.start : quote.end] == quote.text
            assert quote.name_start is not None
            assert quote.name_end is not None
            assert quote.start <= quote.name_start < quote.name_end <= quote.end


def test_a_report_is_read_the_same_in_gb18030_and_with_a_mark() -> None:
    content = (TEXTS / "02_bullets_history.txt").read_bytes()
    readings = [
        read_bytes(other, "x", names(), Told(), TODAY)
        for other in (content, b"\xef\xbb\xbf" + content, content.decode().encode("gb18030"))
    ]
    assert len({reading.raw for reading in readings}) == 1
    assert len({reading.draft.recommendations for reading in readings}) == 1


def test_what_a_person_says_wins_and_is_kept_as_said() -> None:
    told = Told(broker="某证券", published=dt.date(2020, 1, 2), title="题目")
    draft = read_bytes("建议关注贵州茅台。".encode(), "x", names(), told, TODAY).draft
    assert (draft.about.broker, draft.about.published, draft.about.title) == ("某证券", dt.date(2020, 1, 2), "题目")
    assert draft.told == told
    assert [one.symbol for one in draft.recommendations] == ["600519.SH"]
