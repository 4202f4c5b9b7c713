"""Small curves: as high as their values, only where a terminal can draw them, and never wider than the line."""

import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from watchlist.output.columns import Column, Row
from watchlist.output.sparkline import draws, sparkline
from watchlist.output.table import print_table

BARS = "▁▂▃▄▅▆▇█"


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([7, 0], "█▁"),
        ([1, 1, 1], "▄▄▄"),
        ([5], ""),
        ([], ""),
        ([float("nan"), 2, 4, float("nan")], "▁█"),
        # Sixteen values in stretches of two: each drawn by its last.
        (list(range(16)), "▁▂▃▄▅▆▇█"),
        ([100.0, 100.0, 100.0, 800.0], "▁▁▁█"),
    ],
)
def test_a_curve_is_drawn_by_hand(values: list[float], drawn: str) -> None:
    assert sparkline(values) == drawn


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=200))
def test_the_end_is_the_last_value_and_the_order_holds(values: list[float]) -> None:
    drawn = sparkline(values)
    assert len(drawn) == min(len(values), 8)
    if len(values) <= 8:
        heights = [BARS.index(one) for one in drawn]
        for (a, b), (x, y) in zip(itertools.pairwise(values), itertools.pairwise(heights), strict=True):
            assert a == b or (x <= y if a < b else x >= y)


@pytest.mark.parametrize(
    ("encoding", "can"), [("utf-8", True), ("UTF-8", True), ("gbk", False), ("ascii", False), ("cp936", False)]
)
def test_only_utf_8_draws(encoding: str, can: bool) -> None:  # noqa: FBT001 - a case
    assert draws(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) is can


def printed(*, encoding: str = "utf-8", columns: int | None = None) -> str:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return columns is not None

    raw = io.BytesIO()
    stream = Terminal(raw, encoding=encoding)
    rows: list[Row] = [{"name": "Kunlun Tech, a long name", "close": 12.5}, {"name": "other", "close": None}]
    shown = (Column("name", "name", "名称"), Column("close", "close", "收盘", "price"))
    print_table(rows, shown, "en", stream, curves={"close": [[1, 2, 3, 4], []]})
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_table_draws_curves_before_the_value() -> None:
    assert "▁▃▆█ 12.50" in printed()
    assert len({cell_len(line) for line in printed().splitlines() if line.strip()}) == 1


def test_a_terminal_that_cannot_draw_gets_the_numbers_alone() -> None:
    text = printed(encoding="gbk").replace("─", "")
    assert not set(text) & set(BARS)
    assert "12.50" in text


def test_no_curve_makes_a_line_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TERM", "dumb"), ("LINES", "25")):
        monkeypatch.setenv(name, value)
    # 24 of the name, 5 of the close, and what stands between; the curve would need five more.
    monkeypatch.setenv("COLUMNS", "34")
    assert not set(printed(columns=34)) & set(BARS)
    monkeypatch.setenv("COLUMNS", "60")
    assert "▁▃▆█ 12.50" in printed(columns=60)
