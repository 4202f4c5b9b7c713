"""Chinese sentences break as Chinese is set; nothing of them is lost, and no line is wider than it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from watchlist.output.fitting import wrapped

STOPS = "，。；：、？！）”》】"
SENTENCE = "各区间的含息收益：区间开始时已持有者的平均（未计费用、税前）。行情截至 CN 2026-11-20 · HK 2026-11-20。"


@pytest.mark.parametrize("width", range(12, 90))
def test_no_line_begins_with_a_stop_or_ends_with_a_bracket(width: int) -> None:
    lines = wrapped(SENTENCE, width).split("\n")
    assert all(line[0] not in STOPS and line[-1] not in "（“《【" for line in lines), lines
    assert max(map(cell_len, lines)) <= width
    assert any("2026-11-20" in line for line in lines)  # a day stays whole


def test_the_lines_of_a_paper_are_as_a_person_would_break_them() -> None:
    # Sixteen cells are eight characters; the stop goes with the character before it.
    assert wrapped("未计费用、税前（含分红）。完", 16) == "未计费用、税前\n（含分红）。完"
    assert wrapped("收益未计费用、税前。", 18) == "收益未计费用、税\n前。"


@given(st.text("收益，。（）含 ab1-·\t", max_size=80), st.integers(8, 60))
def test_nothing_is_lost(text: str, width: int) -> None:
    assert "".join(wrapped(text, width).split()) == "".join(text.split())


def test_english_is_left_to_the_library() -> None:
    assert wrapped("Before costs and taxes. " * 9, 20) == "Before costs and taxes. " * 9
