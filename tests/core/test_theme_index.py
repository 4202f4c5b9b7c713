"""The theme index: chained by hand for a few members over a few sessions (RULES 21)."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.core.markets import near
from watchlist.core.theme_index import BASE, Member, chain_index, growth
from watchlist.domain.calendars import Dates, days

WEEK = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"])


def member(
    symbol: str,
    moves: list[float],
    joined: str = "2024-06-03",
    left: str = "2024-06-07",
    *,
    sessions: Dates = WEEK,
    index: list[float] | None = None,
) -> Member:
    other = [0.0] * sessions.size if index is None else index
    return Member(symbol, sessions, np.array(moves), np.array(other), np.datetime64(joined), np.datetime64(left))


def test_the_mean_of_three_members_is_chained_from_a_base_of_1000() -> None:
    market = [0.05, 0.01, 0.02, -0.01, 0.0]
    got = chain_index([
        member("A", [0.9, 0.03, 0.00, 0.06, -0.10], index=market),
        member("B", [0.9, 0.00, 0.03, 0.00, -0.10], index=market),
        member("C", [0.9, 0.03, 0.00, -0.03, -0.10], index=market),
    ])  # fmt: skip
    assert got is not None
    # The day they join counts for nothing; then means of 2 %, 1 %, 1 %, -10 %.
    # 1000, 1020, 1030.2, 1040.502, 936.4518
    assert got.level.tolist() == near([1000.0, 1020.0, 1030.2, 1040.502, 936.4518])
    assert got.total_return == near(-0.0635482)
    # 1.01 x 1.02 x 0.99 x 1.00 = 1.019898
    assert got.benchmark_return == near(0.019898)
    assert got.drawdown == near(-0.10)
    assert (got.live.tolist(), got.members.tolist()) == ([0, 1, 1, 1, 1], [0, 3, 3, 3, 3])
    assert got.dates.tolist() == WEEK.tolist()


def test_a_member_counts_from_the_session_after_it_joins_to_the_one_it_leaves_in() -> None:
    got = chain_index([
        member("A", [0, 0.04, 0.04, 0.04, 0.04]),
        member("B", [0, 0.04, 0.04, 0.04, 0.04]),
        member("C", [0, 0.04, 0.04, 0.04, 0.04]),
        member("D", [0, 0.08, 0.08, 0.08, 0.08], joined="2024-06-04", left="2024-06-06"),
    ])  # fmt: skip
    assert got is not None
    # 06-04: 4 %; 06-05 and 06-06: (3 x 4 + 8) / 4 = 5 %; 06-07: 4 % again.
    assert got.members.tolist() == [0, 3, 4, 4, 3]
    assert got.level[-1] == near(1000 * 1.04 * 1.05 * 1.05 * 1.04)


def test_below_three_members_it_stands_still_and_says_so() -> None:
    got = chain_index([
        member("A", [0, 0.1, 0.1, 0.1, 0.1]),
        member("B", [0, 0.1, 0.1, 0.1, 0.1]),
        member("C", [0, 0.1, 0.1, 0.1, 0.1], joined="2024-06-04", left="2024-06-06"),
    ])  # fmt: skip
    assert got is not None
    assert got.live.tolist() == [0, 0, 1, 1, 0]
    assert got.level.tolist() == near([1000.0, 1000.0, 1100.0, 1210.0, 1210.0])
    # The benchmark stands still on the same days.
    assert got.benchmark.tolist() == near([1000.0] * 5)


def test_an_index_that_never_had_three_members_has_no_return() -> None:
    got = chain_index([member("A", [0, 0.1, 0.1, 0.1, 0.1], index=[0.1] * 5), member("B", [0.1] * 5)])
    assert got is not None
    assert (got.total_return, got.benchmark_return, got.drawdown) == (None, None, None)
    assert set(got.level) == {BASE}
    assert chain_index([]) is None


def test_a_share_that_two_reports_put_in_counts_once_and_while_either_holds() -> None:
    lines = {name: [0, 0.03, 0.03, 0.03, 0.03] for name in "AB"}
    twice = [0.0, 0.06, 0.06, 0.06, 0.06]
    got = chain_index([
        *(member(name, line) for name, line in lines.items()),
        member("C", twice, left="2024-06-05"),
        member("C", twice, joined="2024-06-04", left="2024-06-06"),
    ])  # fmt: skip
    assert got is not None
    assert got.members.tolist() == [0, 3, 3, 3, 2]
    # (3 + 3 + 6) / 3 = 4 % on three days.
    assert got.level[-1] == near(1000 * 1.04**3)


def test_markets_with_different_holidays_stand_still_on_their_own() -> None:
    # Hong Kong trades on the 3rd, 4th, 6th and 7th; Shanghai on the 3rd, 4th, 5th and 7th.
    hk = days(["2024-06-03", "2024-06-04", "2024-06-06", "2024-06-07"])
    sh = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-07"])
    got = chain_index([
        member("A", [0, 0.03, 0.03, 0.03], sessions=sh, index=[0, 0.01, 0.01, 0.01]),
        member("B", [0, 0.03, 0.03, 0.03], sessions=sh, index=[0, 0.01, 0.01, 0.01]),
        member("H", [0, 0.06, 0.06, 0.06], sessions=hk, index=[0, 0.04, 0.04, 0.04]),
    ])  # fmt: skip
    assert got is not None
    # 06-04: 4 %; 06-05: (3 + 3 + 0) / 3 = 2 %; 06-06: 6 / 3 = 2 %; 06-07: 4 %.
    assert got.level.tolist() == near([1000.0, 1040.0, 1060.8, 1082.016, 1125.29664])
    # Benchmarks: 2 %, 2 / 3 %, 4 / 3 %, 2 %.
    assert got.benchmark[-1] == near(1000 * 1.02 * (1 + 0.02 / 3) * (1 + 0.04 / 3) * 1.02)


def test_the_base_is_the_day_the_first_member_joins() -> None:
    members = [member(n, [0.5, 0.5, 0.5, 0.03, 0.0], joined="2024-06-05") for n in "ABC"]
    got = chain_index(members)
    assert got is not None
    assert got.dates.tolist() == WEEK[2:].tolist()
    assert got.level.tolist() == near([1000.0, 1030.0, 1030.0])


def test_weights_of_case_14_go_back_to_equal_each_day(shared: Path) -> None:
    case = json.loads((shared / "cases/14_drift_vs_rebalance.json").read_text("utf-8"))
    moves, gaps, want = case["inputs"]["R"], case["inputs"]["R_with_nan"], case["expected"]
    dates = days(["2024-05-31", *WEEK.tolist()])

    def chained(each: dict[str, list[float | None]]) -> list[float]:
        # Two of each, so that three members are reached with the weights of the case: a half for A, a half for B.
        lines = {f"{n}{k}": [0.0, *(np.nan if r is None else r for r in each[n])] for n in "AB" for k in (1, 2)}
        members = [member(n, line, joined="2024-05-31", sessions=dates) for n, line in lines.items()]
        got = chain_index(members)
        assert got is not None
        return [float(move) for move in got.level[1:] / got.level[:-1] - 1]

    tolerance = case["abs_tol"]
    first, second, *_ = chained(moves)
    assert first == pytest.approx(want["r1"], abs=tolerance)
    # The second day: a half each again, 0.5 x 0 + 0.5 x 0.05.
    assert second == pytest.approx((1 - want["bop_A_day2_rebal"]) * 0.05, abs=tolerance)
    # A suspended share moves by nothing and keeps its weight.
    assert chained(gaps)[0] == pytest.approx(want["nan_r1"], abs=tolerance)


def test_growth_is_the_change_from_the_level_before() -> None:
    assert growth(np.array([100.0, 110.0, 99.0])).tolist() == near([0.0, 0.1, -0.1])
    assert growth(np.array([np.nan, 100.0, 105.0])).tolist() == near([0.0, 0.0, 0.05])
    assert growth(np.array([np.nan])).tolist() == [0.0]


def test_growth_over_a_gap_is_made_where_the_level_is_known_again() -> None:
    assert growth(np.array([100.0, np.nan, np.nan, 110.0])).tolist() == near([0.0, 0.0, 0.0, 0.1])
