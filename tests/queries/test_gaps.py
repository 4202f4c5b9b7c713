"""Prices that are missing are said to be missing: never zero, never an error."""

import datetime as dt
import json

import pytest

from tests.cli.program import one_sentence, run
from tests.cli.small_world import EVENING, INDICES, PINGAN, PUFA, World, bars, make_world, report, weekdays

QUESTIONS = (
    ("recommendations",), ("calls",), ("themes",), ("brokers",), ("watch",), ("show", PUFA),
    ("returns", PUFA, "--from", "2024-03-04"),
)  # fmt: skip


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("gaps"))


def without(world: World, *symbols: str) -> None:
    for symbol in symbols:
        (world.market / "bars" / f"{symbol}.csv").unlink()
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 1
    assert all(symbol in said.err for symbol in symbols)


@pytest.mark.parametrize(
    "missing", [(PUFA, PINGAN), ("000300.SH",), (PUFA, PINGAN, *INDICES), ("HSI.HI", "SPX.GI")], ids=" ".join
)
def test_every_question_answers_without_some_prices(world: World, missing: tuple[str, ...]) -> None:
    without(world, *missing)
    for question in QUESTIONS:
        for form in ("--json", "--csv", "--table"):
            said = run(*question, form, home=world.home, now=EVENING)
            assert said.code == 0, said.err
            assert "NaN" not in said.out
            assert "nan" not in said.out
    assert run("check", home=world.home, now=EVENING).code == 1


def test_what_has_no_prices_is_refused_as_a_benchmark(world: World) -> None:
    without(world, PUFA)
    for question in (("recommendations",), ("themes",), ("brokers", "--json"), ("watch",)):
        one_sentence(run(*question, "--benchmark", PUFA, home=world.home, now=EVENING), 2, f'"{PUFA}"')


def test_an_index_that_counts_dividends_in_is_no_benchmark_for_price_legs(world: World) -> None:
    without(world, PUFA)
    assert run("watch", "add", "H00300.CSI", home=world.home, now=EVENING).code == 0
    said = one_sentence(run("brokers", "--rank", "--benchmark", "H00300.CSI", home=world.home, now=EVENING), 2)
    assert "counts dividends in: name a price index" in said


def test_a_share_with_prices_is_not_called_unpriced_for_an_early_recommendation(world: World) -> None:
    world.write("reports/early.toml", report("2019-01-02", "丙证券", {PUFA: "浦发银行"}))
    run("daily", home=world.home, market=world.market, now=EVENING)
    said = run("check", home=world.home, now=EVENING).out
    assert "1 recommended share is priced from a later day on than some recommendation" in said
    assert "without a price" not in said


def test_a_lag_is_counted_by_the_days_of_the_market(world: World) -> None:
    # Published on Friday 2024-06-28, recorded on Monday at seven in Shanghai, which is Sunday by Greenwich.
    world.write("reports/late.toml", report("2024-06-28", "丙证券", {PUFA: "浦发银行"}))
    monday = dt.datetime(2024, 6, 30, 23, 0, tzinfo=dt.UTC)
    run("daily", home=world.home, market=world.market, now=monday)
    (row,) = run("recommendations", "--broker", "丙证券", "--json", home=world.home, now=monday).rows
    assert row["recorded_lag_days"] == 1


def test_a_share_without_prices_is_no_zero(world: World) -> None:
    without(world, PUFA)
    rows = {row["symbol"]: row for row in run("recommendations", "--json", home=world.home, now=EVENING).rows}
    assert rows[PUFA]["status"] == "no_price"
    assert {rows[PUFA][k] for k in ("total_return", "excess_return", "entry_price", "entry_session", "max_gain")} == {
        None
    }
    (theme,) = run("themes", "--json", home=world.home, now=EVENING).rows
    assert theme["missing"] == [PUFA]
    # The mean is that of the other one: 平安 from 19.57 to 18.72.
    assert theme["since_entry"]["total_return"] == pytest.approx(18.72 / 19.57 - 1, abs=1e-12)


def test_bars_that_simply_end_are_stale(world: World) -> None:
    world.prices(PUFA, bars(10, 0.01, weekdays()[:110]))
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    rows = {row["symbol"]: row for row in run("recommendations", "--json", home=world.home, now=EVENING).rows}
    assert (rows[PUFA]["status"], rows[PUFA]["last_session"]) == ("stale", "2024-06-03")
    # Both legs end at the last bar, session 109.
    assert rows[PUFA]["total_return"] == pytest.approx(11.09 / 10.43 - 1, abs=1e-12)
    assert rows[PUFA]["benchmark_return"] == pytest.approx(3109 / 3043 - 1, abs=1e-12)
    (theme,) = run("themes", "--json", home=world.home, now=EVENING).rows
    assert theme["stale"] == [PUFA]
    answer = json.loads(run("check", "--json", home=world.home, now=EVENING).out)
    assert any(PUFA in finding["where"] for finding in answer["findings"])


def test_a_gap_with_later_bars_is_a_suspension(world: World) -> None:
    lines = bars(10, 0.01).splitlines(keepends=True)
    # Sessions 100 to 119 have no bar (2024-05-21 to 2024-06-17); line 0 is the header.
    world.prices(PUFA, "".join(lines[:101] + lines[121:]))
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    arguments = ("recommendations", "--symbol", PUFA, "--json", "--as-of")
    (during,) = run(*arguments, "2024-06-07", home=world.home, now=EVENING).rows
    assert during["status"] == "suspended"
    assert during["total_return"] == pytest.approx(10.99 / 10.43 - 1, abs=1e-12)
    # The benchmark runs on: 2024-06-07 is session 113.
    assert during["benchmark_return"] == pytest.approx(3113 / 3043 - 1, abs=1e-12)
    (after,) = run(*arguments, "2024-06-28", home=world.home, now=EVENING).rows
    assert after["status"] == "running"


def test_a_group_in_a_market_without_prices_has_no_day(world: World) -> None:
    """Beside a market that has some: the groups of one answer differ."""
    world.write("reports/far.toml", report(broker="远方证券", recommended={"AAPL.US": "苹果"}, theme="MR"))
    without(world, "HSI.HI", "SPX.GI")
    for question in (("brokers",), ("themes",), ("brokers", "--rank")):
        rows = run(*question, "--json", home=world.home, now=EVENING).rows
        assert len(rows) == 2
    days = {row["group"]: row["as_of"] for row in run("brokers", "--json", home=world.home, now=EVENING).rows}
    assert days["远方证券"] is None
    assert days["甲证券"] is not None


def test_before_the_first_report_there_is_no_path(world: World) -> None:
    without(world, "HSI.HI", "SPX.GI")
    said = run("themes", "--history", "--as-of", "2000-01-03", "--json", home=world.home, now=EVENING)
    assert (said.code, said.rows) == (0, [])
