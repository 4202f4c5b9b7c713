"""Shapes of recommendation lists, in a few lines each, beside what a person reads in them."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.reading.checkout import names
from watchlist.reading.about import Told
from watchlist.steps.read import read_bytes

SHAPES: Final[dict[str, dict[str, Any]]] = {
    name: shape
    for file in ("shapes.toml", "lists.toml", "labels.toml")
    for name, shape in tomllib.loads(Path(__file__).with_name(file).read_text("utf-8")).items()
}
TODAY: Final = dt.date(2026, 1, 1)
DAY: Final = dt.date(2023, 11, 15)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_read_as_a_person_reads_it(name: str) -> None:
    shape = SHAPES[name]
    draft = read_bytes(shape["text"].encode(), name, names(), Told(published=DAY), TODAY).draft
    found = [(one.symbol, str(one.strength), one.theme or "-") for one in draft.recommendations]
    assert sorted(found) == sorted(tuple(row.split(maxsplit=2)) for row in shape["read"])
    assert [problem.kind for problem in draft.problems] == shape.get("problems", [])


def test_a_table_without_end_says_where_it_was_left() -> None:
    head, row = "## 重点推荐标的\n\n| 代码 | 名称 | 推荐理由 |\n|---|---|---|\n", "| {} | {} | 龙头 |\n"
    text = head + row.format("600519.SH", "贵州茅台") * 2000 + row.format("000858.SZ", "五粮液")
    draft = read_bytes(text.encode(), "long", names(), Told(published=DAY), TODAY).draft
    assert [one.symbol for one in draft.recommendations] == ["600519.SH"]
    assert [(one.kind, one.text) for one in draft.problems] == [("too_much", "| 000858.SZ | 五粮液 | 龙头 |")]
