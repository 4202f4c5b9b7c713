"""Names are found where they stand, to their last letter and not beyond."""

from functools import cache

import pytest

from watchlist.ledger.home import CHECKOUT, Home
from watchlist.reading.names import Names
from watchlist.reading.reader import read
from watchlist.steps.read import load_names


@cache
def names() -> Names:
    return load_names(Home(CHECKOUT))


@pytest.mark.parametrize("text", ["五粮液", "贵州茅台", "*ST中", "XD贵州", "推荐*ST中南", "TENCENT"])
def test_no_name_ends_behind_the_text(text: str) -> None:
    assert all(end <= len(text) for at in range(len(text)) for end in names().ends_at(text, at))


def test_a_name_at_the_very_end_is_whole() -> None:
    assert names().ends_at("推荐五粮液", 2) == [5]
    raw = "代码(000858)五粮液维持“买入”评级(000858)五粮液"
    assert all(raw[q.start : q.end] == q.text for one in read(raw, names()).recommendations for q in one.quotes)
