"""All printed scales are there as printed, and the one in force is found by house and date."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from watchlist.domain.model import Strength
from watchlist.ledger.home import CHECKOUT, Home
from watchlist.ledger.ratings import Ratings, load_ratings
from watchlist.ledger.reports import load_reports
from watchlist.ledger.scale import Levels

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture(scope="module")
def ratings() -> Ratings:
    return load_ratings(Home(CHECKOUT))


def test_all_seventy_scales_are_there_as_printed(ratings: Ratings, shared: Path) -> None:
    entries = json.loads((shared / "rating_scales.json").read_text("utf-8"))["entries"]
    assert len(entries) == len(ratings.scales) == 70
    for entry, scale in zip(entries, ratings.scales, strict=True):
        assert entry["broker"].startswith(scale.broker)
        assert entry["benchmark"] == scale.benchmark
        assert _bands(scale.stock) == _printed(entry["stock"])
        assert _bands(scale.industry) == _printed(entry["industry"])


def _bands(levels: Levels | None) -> object:
    if levels is None:
        return None
    rows = [(level.label, level.min, level.max, level.norm) for level in levels.levels]
    return (levels.horizon_months, rows)


def _printed(entry: dict[str, Any] | None) -> object:
    if entry is None:
        return None
    months = entry.get("horizon_months") or [None]
    rows = [
        (level["label"], _share(level["min_pct"]), _share(level["max_pct"]), level["norm"]) for level in entry["levels"]
    ]
    return (tuple(months) if all(isinstance(month, int) for month in months) else None, rows)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


@pytest.mark.parametrize(
    ("broker", "day", "as_of"),
    [
        ("上海证券", "2024-04-17", "2024-04"),
        ("上海证券", "2024-03-31", "2015-2016"),
        ("上海证券", "2014-12-31", None),
        ("上海证券有限责任公司", "2024-04-17", "2024-04"),
        ("国信证券", "2024-06-14", "2020"),
        ("国信证券", "2025-01-01", "2025"),
        ("国信证券", "2019-12-31", None),
        ("兴业证券", "2024-08-01", "2024-08"),
        ("兴业证券", "2024-07-31", "2020"),
        ("国联证券", "2020-06-01", "before 2021"),
        ("国联证券", "2021-06-01", "2021"),
        ("中信建投", "2010-01-01", "older"),
        ("东方财富证券", "2024-01-01", "2020"),
        ("财富证券", "2024-01-01", "2018"),
        ("联讯证券", "2022-01-01", "2021"),
        ("国泰君安", "2000-01-01", "undated"),
        ("中信证券", "2024-01-01", None),
        ("广发证券", "2013-01-01", "about 2013"),
    ],
)
def test_the_scale_in_force(ratings: Ratings, broker: str, day: str, as_of: str | None) -> None:
    scale = ratings.scale_for(broker, dt.date.fromisoformat(day))
    assert (scale.as_of if scale else None) == as_of


@pytest.mark.parametrize(
    ("label", "broker", "kind", "direction"),
    [
        ("买入", "上海证券", "stock", 1),
        ("减持", "上海证券", "stock", -1),
        ("中性", "上海证券", "stock", 0),
        ("增持（维持）", "上海证券", "industry", 1),
        ("持有", "西南证券", "stock", 1),
        ("持有", "天风证券", "stock", 0),
        ("买入-A", "安信证券", "stock", 1),
        ("優於大市", "海通证券", "stock", 1),
        ("Overweight", "J.P. Morgan", "stock", 1),
        ("OVERWEIGHT", "没有的证券", "stock", 1),
        ("buy", "没有的证券", "stock", 1),
        ("卖出", "没有的证券", "stock", -1),
        ("Not-Rated", "Morgan Stanley", "stock", None),
        ("好得很", "上海证券", "stock", None),
        ("观望", "万联证券", "stock", 0),
    ],
)
def test_the_direction_of_a_label(ratings: Ratings, label: str, broker: str, kind: Any, direction: int | None) -> None:  # noqa: ANN401 - a Literal
    assert ratings.direction_of(label, broker, dt.date(2026, 6, 1), kind) == direction


def test_the_scale_that_shanghai_prints_is_the_one_on_the_list(ratings: Ratings, home: Home) -> None:
    report = next(report for report in load_reports(home) if report.broker == "上海证券")
    listed = ratings.scale_for(report.broker, report.published)
    assert listed is not None
    assert report.rating_scale is not None
    assert report.rating_scale.stock is not None
    assert listed.stock is not None
    # The list leaves out 无评级, which says nothing.
    assert report.rating_scale.stock.levels[:-1] == listed.stock.levels
    assert report.rating_scale.industry == listed.industry
    assert listed.stock.months == 6


def test_verbs_are_words_of_the_five_strengths(ratings: Ratings) -> None:
    assert set(ratings.verbs) == {strength.value for strength in Strength}
    words = [word for wordings in ratings.verbs.values() for word in wordings]
    assert len(set(words)) == len(words)


def test_no_source_names_a_file_that_is_not_public(ratings: Ratings) -> None:
    for scale in ratings.scales:
        assert "local" not in scale.source
        assert "file id" not in scale.source
        assert ".txt" not in scale.source


SCALE = '[[scales]]\nbroker = "某证券"\nas_of = "2024"\nsource = "a report"\n[scales.stock]\nlevels = [{}]\n'
WRONG = [
    (
        SCALE.replace("2024", "last year").format('{ label = "买入" }'),
        'scales[1].as_of (line 3): "last year" is no date of a scale.',
    ),
    (
        SCALE.replace("2024", "2024-13").format('{ label = "买入" }'),
        'scales[1].as_of (line 3): "2024-13" is no date of a scale.',
    ),
    (SCALE.format('{ label = "买入", min = 20 }'), "scales[1].stock.levels[1].min (line 6): must be at most 1."),
    (
        SCALE.format('{ label = "买入", min = 0.2, max = 0.1 }'),
        "scales[1].stock.levels[1] (line 6): max 0.1 is not above min 0.2.",
    ),
    (SCALE.format('{ label = "a" }, { label = "a" }'), "scales[1].stock.levels[2] (line 6): level a is there twice."),
    (SCALE.format("").replace("levels", "level"), "scales[1].stock.level (line 6): unknown key. Did you mean levels?"),
    (SCALE.format('{ label = "a", norm = 3 }'), "scales[1].stock.levels[1].norm (line 6): must be at most 2."),
    (
        SCALE.format('{ label = "a" }') + "horizon_months = [12, 6]",
        "scales[1].stock (line 5): horizon_months must be [shortest, longest].",
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:50] for _, said in WRONG])
def test_a_wrong_scale_is_refused(home: Home, write: Write, sentence: Sentence, text: str, said: str) -> None:
    write("local/ratings.toml", text)
    assert sentence(lambda: load_ratings(home)).startswith(f"config/local/ratings.toml: {said}")
