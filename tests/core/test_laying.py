"""Laying: a history laid in parts, a few sessions at a time, is the history laid at once, to the last bit."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.markets import LIMITS, Market, bars, day, weekdays
from tests.core.test_laws import FEW, SESSIONS, SHARES, markets
from watchlist.core.bars import SymbolBars
from watchlist.core.laying import CELL, NEVER, UNLAID, lay_cells, meet
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Action, Security


def inside(share: SymbolBars, keep: np.ndarray) -> SymbolBars:
    fields = {name: getattr(share, name)[keep] for name in ("sessions", "open", "close", "volume")}
    return replace(share, **fields)


def following(share: SymbolBars, sessions: Dates, start: int) -> SymbolBars:
    """Give the last bar before a session and all that follow."""
    first = max(int(np.searchsorted(share.sessions, sessions[start])) - 1, 0)
    return inside(share, np.arange(share.sessions.size) >= first)


@FEW
@given(
    place=markets(), cuts=st.lists(st.integers(1, 39), min_size=1, max_size=4, unique=True), needs_open=st.booleans()
)
def test_parts_are_the_whole(place: Market, cuts: list[int], *, needs_open: bool) -> None:
    securities = {SHARES[1]: Security(SHARES[1], "ST two", listed=SESSIONS[3].item())}
    shares = place.shares
    whole, splits = lay_cells(SESSIONS, shares, securities, LIMITS, needs_open=needs_open)
    first, *rest = [*sorted(cuts), SESSIONS.size]
    early = [inside(one, one.sessions < SESSIONS[first]) for one in shares]
    cells, known = lay_cells(SESSIONS[:first], early, securities, LIMITS, needs_open=needs_open)
    for end in rest:
        start, sessions = cells.shape[1], SESSIONS[:end]
        later = [following(inside(one, one.sessions <= sessions[-1]), sessions, start) for one in shares]
        new, known = lay_cells(sessions, later, securities, LIMITS, needs_open=needs_open, start=start,
                               before=cells[:, -1], splits=known)  # fmt: skip
        meet(cells, new[:, 0])
        cells = np.concatenate([cells, new], axis=1)
    assert cells.tobytes() == whole.tobytes()
    assert known[:, : splits.shape[1]].tolist() == splits.tolist()


def test_two_actions_that_fall_due_apart_are_worked_in_one_after_the_other() -> None:
    # 12 less 2, two for one: 12 / 5 = 2.4; then 6 less 1: 6 / 5 = 1.2, together 2.88; splits 2.
    sessions = weekdays("2024-06-03", 4)
    share = bars("600001.SH", "2024-06-03 12 12\n2024-06-04 5 6\n2024-06-05 5 5\n2024-06-06 5 5",
                 Action(day("2024-06-04"), cash=2.0, split=2.0), Action(day("2024-06-05"), cash=1.0))  # fmt: skip
    cells, splits = lay_cells(sessions, [share], {}, LIMITS, needs_open=True)
    np.testing.assert_allclose(cells["factor"][0], [1, 2.4, 2.88, 2.88])
    assert cells["split"][0].tolist() == [0, 1, 1, 1]
    assert splits.tolist() == [[1.0, 2.0]]


def test_what_waits_meets_its_next_chance_and_nothing_else_changes() -> None:
    waiting = np.full((2, 3), UNLAID)
    waiting["next_buy"] = [[0, NEVER, NEVER], [1, 1, NEVER]]
    new = np.full(2, UNLAID)
    new["next_buy"] = [3, NEVER]
    meet(waiting, new)
    assert waiting["next_buy"].tolist() == [[0, 3, 3], [1, 1, NEVER]]
    assert (waiting["next_sell"] == NEVER).all()


def test_more_sessions_than_a_cell_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="32766 sessions at most"):
        lay_cells(np.arange("1900", "1999", dtype="datetime64[D]"), [], {}, LIMITS, needs_open=True)


def test_two_cells_fill_a_line_of_the_processors_cache() -> None:
    assert CELL.itemsize == 32
