"""The review of a period, held against the quarter of ``tests.queries.quarter``, worked out by hand and with pandas."""

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pytest

from tests.cli.program import one_sentence, run
from tests.cli.small_world import EVENING, PINGAN, PUFA, WANKE, World
from tests.queries.quarter import quarter_world

FLOWS: Final = ("opening", "new", "closed", "closing")
ADDED: Final = ("contribution", "benchmark_contribution", "excess_contribution")
# Broker, share, direction, session and price at entry, session and price at exit (None: its close): as the table says.
CALLS: Final = (
    ("甲证券", PUFA, 1, "2024-03-18", 10.53, "2024-04-15", None),
    ("甲证券", PINGAN, 1, "2024-04-04", 19.34, "2024-05-03", None),
    ("乙证券", PUFA, 1, "2024-04-11", 10.71, "2024-04-25", 10.81),
    ("乙证券", PUFA, -1, "2024-04-25", 10.81, "2024-05-24", None),
    ("乙证券", WANKE, 1, "2024-06-06", 10.22, "2024-06-28", None),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give the quarter; it is only read."""
    return quarter_world(tmp_path_factory.mktemp("quarter"))


def review(world: World, folder: Path, *more: str) -> Any:  # noqa: ANN401 - whatever the program answered
    path = folder / "review.json"
    said = run("export", path, "--period", "2024Q2", *more, home=world.home, now=EVENING)
    assert said.code == 0, said.err
    return json.loads(path.read_text("utf-8"))["period"]


def close(value: float) -> Any:  # noqa: ANN401 - pytest's own type has no name
    return pytest.approx(value, abs=1e-12)


def flows(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[flow] for flow in FLOWS)


def test_opening_and_new_less_closed_is_closing(world: World, tmp_path: Path) -> None:
    found = review(world, tmp_path)
    assert (found["first"], found["last"], found["as_of"], found["whole"]) == (
        "2024-04-01", "2024-06-30", "2024-06-30", True,
    )  # fmt: skip
    assert flows(found["total"]) == (1, 4, 4, 1)
    assert {row["group"]: flows(row) for row in found["brokers"]} == {"甲证券": (1, 1, 2, 0), "乙证券": (0, 3, 2, 1)}
    assert {row["group"]: flows(row) for row in found["symbols"]} == {
        PUFA: (1, 2, 3, 0), PINGAN: (0, 1, 1, 0), WANKE: (0, 1, 0, 1),
    }  # fmt: skip
    # The first call is in two themes, and counts in both.
    assert {row["group"]: flows(row) for row in found["themes"]} == {"ai": (1, 4, 4, 1), "mr": (1, 0, 1, 0)}
    assert found["unpriced"] == 0


def test_the_counts_are_those_of_the_calls_on_both_days(world: World, tmp_path: Path) -> None:
    found = review(world, tmp_path)
    for flow, day in (("opening", "2024-03-31"), ("closing", "2024-06-30")):
        calls = run("calls", "--as-of", day, "--status", "open", "--json", home=world.home, now=EVENING).rows
        named = {(row["broker"], row["symbol"]) for row in calls}
        assert {(row["broker"], row["symbol"]) for row in found["calls"] if row[flow]} == named
        assert len(named) == found["total"][flow]


def test_what_each_call_made_in_the_quarter(world: World, tmp_path: Path) -> None:
    rows = {(row["broker"], row["symbol"], row["direction"]): row for row in review(world, tmp_path)["calls"]}
    # From the close of 2024-03-29, session 63, to the close of session 74; the index 3063 to 3074.
    stood = rows["甲证券", PUFA, 1]
    assert (stood["from_session"], stood["from_price"], stood["to_session"], stood["to_price"]) == (
        "2024-03-29", 10.63, "2024-04-15", 10.74,
    )  # fmt: skip
    assert stood["total_return"] == close(10.74 / 10.63 - 1)
    assert stood["benchmark_return"] == close(3074 / 3063 - 1)
    assert (stood["reason"], stood["themes"]) == ("expired", ["ai", "mr"])
    turned = rows["乙证券", PUFA, 1]
    # Left at the open of session 82, when the index opened at 3081; bought at the open of session 72.
    assert (turned["to_session"], turned["to_price"], turned["benchmark_to"]) == ("2024-04-25", 10.81, 3081)
    assert turned["total_return"] == close(10.81 / 10.71 - 1)
    assert turned["benchmark_return"] == close(3081 / 3071 - 1)
    assert turned["reason"] == "reversed"
    sold = rows["乙证券", PUFA, -1]
    assert sold["total_return"] == close(11.03 / 10.81 - 1)
    standing = rows["乙证券", WANKE, 1]
    assert (standing["closing"], standing["closed"], standing["reason"]) == (True, False, None)
    assert standing["total_return"] == close(10.56 / 10.22 - 1)


def test_contributions_are_those_that_pandas_finds_and_add_up(world: World, tmp_path: Path) -> None:
    found, (shares, indices) = review(world, tmp_path), _daily_returns(world)
    weight = shares.notna().astype(float)
    weight = weight.div(weight.sum(axis=1), axis=0).fillna(0.0)
    expected = {}
    for name, returns in (("contribution", shares), ("benchmark_contribution", indices)):
        earned = (weight * returns.fillna(0.0)).mul([call[2] for call in CALLS], axis=1)
        value = (1 + earned.sum(axis=1)).cumprod()
        expected[name] = earned.mul(value.shift(fill_value=1.0), axis=0).sum()
        assert found["total"][name] == close(value.iloc[-1] - 1)
    rows = {(row["broker"], row["symbol"], row["direction"]): row for row in found["calls"]}
    for number, call in enumerate(CALLS):
        for name in expected:
            assert rows[call[:3]][name] == close(expected[name][number])
    for table in ("themes", "brokers", "symbols", "calls"):
        for name in (*ADDED, "weight"):
            assert sum(row[name] for row in found[table]) == close(found["total"][name])
    # Half of what the call in two themes added is in each.
    (mixed,) = [row for row in found["themes"] if row["group"] == "mr"]
    assert mixed["contribution"] == close(expected["contribution"][0] / 2)


def _daily_returns(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give daily returns of each call and of its index, NaN on days on which it was not held: from the price files."""
    sides = []
    for of_index in (False, True):
        columns = {}
        for number, (_, symbol, _, entered, bought, left, sold) in enumerate(CALLS):
            name = "000300.SH" if of_index else symbol
            bars = pd.read_csv(world.market / "bars" / f"{name}.csv", index_col="session")
            base = bars["open"][entered] if of_index else bought
            daily = bars["close"].pct_change()
            daily[entered] = bars["close"][entered] / base - 1
            if sold is not None:
                end = bars["open"][left] if of_index else sold
                daily[left] = end / bars["close"].shift()[left] - 1
            columns[number] = daily[(daily.index >= max(entered, "2024-04-01")) & (daily.index <= left)]
        sides.append(pd.DataFrame(columns).reindex(bars.index[bars.index >= "2024-04-01"]))
    return sides[0], sides[1]


def test_filters_cut_the_review(world: World, tmp_path: Path) -> None:
    found = review(world, tmp_path, "--broker", "乙")
    assert flows(found["total"]) == (0, 3, 2, 1)
    assert {row["group"] for row in found["brokers"]} == {"乙证券"}
    found = review(world, tmp_path, "--theme", "mr")
    assert flows(found["total"]) == (1, 0, 1, 0)
    assert found["total"]["contribution"] == close(10.74 / 10.63 - 1)
    assert found["themes"][0]["contribution"] == close(10.74 / 10.63 - 1)


def test_a_period_may_be_looked_at_while_it_runs(world: World, tmp_path: Path) -> None:
    found = review(world, tmp_path, "--as-of", "2024-04-24")
    # The sell of that day waits for the next session, and both calls of 乙证券 stand.
    assert (found["as_of"], found["whole"], flows(found["total"])) == ("2024-04-24", False, (1, 3, 1, 3))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--period", "2024Q5"), ("2024Q5", "2026Q3")),
        (("--period", "2024-09..2024-07"), ("2024-09..2024-07",)),
        (("--period", "2024Q3"), ("2024-07-01", "future")),
        (("--period", "2024Q2", "--as-of", "2024-03-28"), ("2024-03-28", "2024-04-01")),
        (("--period", "2024Q2", "--against", "99"), ("99", "2024-06-30")),
        (("--against", "1"), ("--period",)),
        (("--what", "restatements"), ("--period",)),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    world: World, tmp_path: Path, asked: tuple[str, ...], words: tuple[str, ...]
) -> None:
    one_sentence(run("export", tmp_path / "x.csv", *asked, home=world.home, now=EVENING), 2, *words)
    assert not (tmp_path / "x.csv").exists()
