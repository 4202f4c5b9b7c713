"""Published cases: each number that a user reads goes through a function that repeats what others have printed.

Expected values, tolerances and sources stand in the files of the shared folder ``cases``.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from tests.core.markets import AT_CLOSE, Market, outcome, said, steady, weekdays
from watchlist.core.bars import SymbolBars
from watchlist.core.calendar_time import newey_west, newey_west_lags
from watchlist.core.concentration import drifted
from watchlist.core.event_study import Events, market_models
from watchlist.core.event_tests import cross_section, mean_correlation
from watchlist.core.inference import clustered_mean
from watchlist.core.ranking import q_values, rejected
from watchlist.core.returns import chain, money_weighted
from watchlist.core.risk import Risk, risk
from watchlist.core.statistics import max_drawdown, wilson
from watchlist.core.theme_index import BASE, Member, chain_index, equal, lay
from watchlist.core.theme_variants import held
from watchlist.domain.calendars import days

Case = dict[str, Any]
TESTED: Final = {
    "01_max_drawdown", "02_return_vol_sharpe", "03_alpha_beta_excess_sharpe", "04_information_ratio_te",
    "05_event_study_market_model_BW85", "06_wilson_interval", "07_benjamini_hochberg_1995", "08_newey_west_stata",
    "10_time_weighted_return", "12_clustered_mean_abnormal", "13_forward_returns", "14_drift_vs_rebalance",
    "16_newey_west_alpha_R",
}  # fmt: skip


@pytest.fixture
def case(shared: Path) -> Callable[[str], Case]:
    """Give a reader of cases."""
    return lambda name: json.loads((shared / "cases" / f"{name}.json").read_text("utf-8"))


def floats(values: Any) -> np.ndarray:  # noqa: ANN401 - whatever a case holds; null is unknown
    return np.array(values, dtype=float)


def figures(returns: Any, benchmark: Any = None, year: float = 252) -> Risk:  # noqa: ANN401 - numbers of a case
    own = floats(returns)
    found = risk(own, np.zeros(own.size) if benchmark is None else floats(benchmark), year, fewest=2)
    assert found is not None
    return found


def columns(path: Path) -> dict[str, list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_every_case_is_tested(shared: Path) -> None:
    assert {path.stem for path in (shared / "cases").glob("*.json")} == TESTED


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a series without a fall has no ratio to it
def test_01_drawdown_counts_from_the_starting_capital(case: Callable[[str], Case]) -> None:
    one = case("01_max_drawdown")
    for name, returns in one["inputs"].items():
        wanted = pytest.approx(one["expected"][name], abs=one["abs_tol"])
        assert figures(returns).max_drawdown == wanted, name
        level = np.concatenate([[1000.0], 1000.0 * np.cumprod(1 + np.nan_to_num(floats(returns)))])
        assert max_drawdown(level) == wanted, name


def test_02_annual_return_volatility_and_ratios(case: Callable[[str], Case]) -> None:
    one = case("02_return_vol_sharpe")
    expected, tolerance = one["expected"], one["abs_tol"]
    got = figures(one["inputs"]["returns"], year=one["inputs"]["annualization"])
    assert got.annual_return == pytest.approx(expected["annual_return"], abs=tolerance)
    assert got.volatility == pytest.approx(expected["annual_volatility"], abs=tolerance)
    assert got.sharpe == pytest.approx(expected["sharpe"], abs=tolerance)
    assert got.sortino == pytest.approx(expected["sortino"], abs=tolerance)
    assert got.calmar == pytest.approx(expected["calmar"], abs=tolerance)
    assert chain(floats(one["inputs"]["returns"][1:])) == pytest.approx(expected["cum_final"], abs=tolerance)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # against a benchmark that never moves there is no slope
def test_03_alpha_beta_and_ratio_of_the_difference(case: Callable[[str], Case]) -> None:
    one = case("03_alpha_beta_excess_sharpe")
    inputs, expected, tolerance = one["inputs"], one["expected"], one["abs_tol"]
    falling = inputs["benchmark_negative_from_2nd"]
    returns = inputs["returns"]
    got = figures(returns, [None, *falling] if len(falling) < len(returns) else falling)
    assert got.beta == pytest.approx(expected["beta"], abs=tolerance)
    assert got.alpha == pytest.approx(expected["alpha"], abs=tolerance)
    # One period a year: the ratio is not scaled.
    assert figures(returns, year=1).information_ratio == pytest.approx(expected["excess_sharpe_vs_0"], abs=tolerance)
    flat = figures(returns, inputs["benchmark_flat"], year=1)
    assert flat.information_ratio == pytest.approx(expected["excess_sharpe_vs_flat"], abs=tolerance)


def test_04_tracking_error_and_geometric_information_ratio(case: Callable[[str], Case]) -> None:
    one = case("04_information_ratio_te")
    inputs, expected, tolerance = one["inputs"], one["expected"], one["abs_tol"]
    year = inputs["periods_per_year"]
    got, index = figures(inputs["portfolio"], inputs["benchmark"], year), figures(inputs["benchmark"], year=year)
    assert got.annual_return == pytest.approx(expected["ann_port"], abs=tolerance)
    assert index.annual_return == pytest.approx(expected["ann_bench"], abs=tolerance)
    assert got.active_premium == pytest.approx(expected["active_premium"], abs=tolerance)
    assert got.tracking_error == pytest.approx(expected["tracking_error"], abs=tolerance)
    assert got.geometric_ratio == pytest.approx(expected["information_ratio"], abs=tolerance)
    assert -got.max_drawdown == pytest.approx(expected["max_drawdown_port"], abs=tolerance)
    assert -index.max_drawdown == pytest.approx(expected["max_drawdown_bench"], abs=tolerance)
    assert chain(floats(inputs["portfolio"])) == pytest.approx(expected["cumulative_port"], abs=tolerance)
    assert chain(floats(inputs["benchmark"])) == pytest.approx(expected["cumulative_bench"], abs=tolerance)


def test_05_market_model_and_brown_warner(case: Callable[[str], Case], shared: Path) -> None:
    one = case("05_event_study_market_model_BW85")
    inputs, expected, tolerance = one["inputs"], one["expected"], one["abs_tol"]
    table = columns(shared / "cases" / "05_event_study_returns.csv")
    dates = np.array(table["date"])
    value = {name: floats([float(v) if v else np.nan for v in table[name]]) for name in [*inputs["stocks"], "GSPC"]}
    before = (dates >= inputs["estimation"][0]) & (dates <= inputs["estimation"][1])
    event = (dates >= inputs["event"][0]) & (dates <= inputs["event"][1])
    share, index = np.array([value[name] for name in inputs["stocks"]]), np.tile(value["GSPC"], (7, 1))
    models = market_models(share[:, before], index[:, before], fewest=30)
    for n, name in enumerate(inputs["stocks"]):
        if f"alpha_beta_{name}" in expected:
            assert [models.alpha[n], models.beta[n]] == pytest.approx(expected[f"alpha_beta_{name}"], abs=tolerance)
    abnormal = models.abnormal(share, index)
    same = Events(np.arange(7), np.zeros(7, dtype=np.int64), np.zeros(7, dtype=np.int64), np.ones(7, dtype=np.int64))
    together = mean_correlation(abnormal[:, before], same, int(event.sum()))
    got = cross_section(abnormal[:, before], abnormal[:, event], models.deviation(index[:, event]), together)
    assert got.mean == pytest.approx(expected["aar"], abs=tolerance)
    assert got.brown_warner == pytest.approx(expected["bw_1985"], abs=tolerance)
    assert got.cross_sectional == pytest.approx(expected["t_test"], abs=tolerance)
    assert got.cumulated_brown_warner == pytest.approx(expected["car_bw_1985"], abs=tolerance)
    assert got.cumulated == pytest.approx(sum(expected["aar"]), abs=tolerance)
    # Seven shares of one week: the mean of the 21 correlations as pandas has it.
    pairs = pd.DataFrame(abnormal[:, before].T).corr().to_numpy()[np.triu_indices(7, 1)]
    assert got.correlation == pytest.approx(pairs.mean(), abs=1e-12)
    assert abs(got.adjusted) < abs(got.standardised)


def test_06_wilson_interval(case: Callable[[str], Case]) -> None:
    one = case("06_wilson_interval")
    got = [wilson(count, trials, one["inputs"]["alpha"]) for count, trials in one["inputs"]["count_nobs"]]
    assert [low for low, _ in got] == pytest.approx(one["expected"]["low"], abs=one["abs_tol"])
    assert [high for _, high in got] == pytest.approx(one["expected"]["high"], abs=one["abs_tol"])


def test_07_false_discovery(case: Callable[[str], Case]) -> None:
    one = case("07_benjamini_hochberg_1995")
    p, q, expected = floats(one["inputs"]["p"]), one["inputs"]["q"], one["expected"]
    assert rejected(p, q).sum() == expected["n_reject_bh"]
    assert rejected(p, q, "bonferroni").sum() == expected["n_reject_bonferroni"]
    assert q_values(p) == pytest.approx(expected["adjusted"], abs=one["abs_tol"])


def test_08_newey_west_as_stata(case: Callable[[str], Case]) -> None:
    one = case("08_newey_west_stata")
    inputs, expected, tolerance = one["inputs"], one["expected"], one["abs_tol"]
    y, design, lags = floats(inputs["y"]), floats(inputs["X"]), inputs["maxlags"]
    small, large = newey_west(y, design, lags), newey_west(y, design, lags, small_sample=False)
    assert small.params == pytest.approx(expected["params"], abs=tolerance)
    assert small.errors == pytest.approx(expected["se_small"], abs=tolerance)
    assert small.t == pytest.approx(expected["t_small"], abs=tolerance)
    assert large.errors == pytest.approx(expected["se_large"], abs=tolerance)


def test_10_time_and_money_weighted_return(case: Callable[[str], Case]) -> None:
    one = case("10_time_weighted_return")
    expected, tolerance = one["expected"], one["abs_tol"]
    for name, wanted in (("a", expected["a_twr"]), ("b", 1.6**0.5 - 1)):
        periods, flows = one["inputs"][name]["hpr"], floats(one["inputs"][name]["cashflows"])
        # A return a year: the linked return of both years, to one of them.
        assert (1 + chain(floats(periods))) ** (1 / len(periods)) - 1 == pytest.approx(wanted, abs=tolerance)
        earned = money_weighted(flows, np.arange(3.0))
        assert earned == pytest.approx(expected[f"{name}_mwr"], abs=tolerance)


def test_12_clustered_mean_of_abnormal_returns(case: Callable[[str], Case], shared: Path) -> None:
    one = case("12_clustered_mean_abnormal")
    table = columns(shared / "cases" / "12_crse_demo.csv")
    known = np.array([value not in {"", "NA"} for value in table["ars"]])
    values = floats(np.array(table["ars"])[known])
    dates, firms = np.array(table["date"])[known], np.array(table["code"])[known]
    expected, tolerance = one["expected"], one["abs_tol"]
    by_date, by_firm = clustered_mean(values, dates), clustered_mean(values, firms)
    assert (values.size, by_date.clusters) == (expected["n"], expected["n_dates"])
    assert by_date.mean == pytest.approx(expected["mean"], abs=tolerance)
    assert by_date.variance == pytest.approx(expected["var_by_date"], abs=tolerance)
    assert by_firm.t == pytest.approx(expected["t_by_firm"], abs=tolerance)
    assert by_date.error == pytest.approx(expected["var_by_date"] ** 0.5, abs=tolerance)


def test_13_forward_returns_end_unknown(case: Callable[[str], Case]) -> None:
    one = case("13_forward_returns")
    prices = floats(one["inputs"]["prices"])
    sessions = weekdays("2024-05-31", 1 + len(prices))  # the shares were there the day before
    shares = tuple(
        SymbolBars(symbol, sessions, own, own, np.full(own.size, 1000.0))
        for symbol, own in zip(("00001.HK", "00002.HK"), np.vstack([prices[:1], prices]).T, strict=True)
    )
    # Bought at each close in turn: what is known the day before is entered at the close of the session after.
    told = [said(share.symbol, str(day - 1), broker=f"{day}") for day in sessions[1:] for share in shares]
    rules = replace(AT_CLOSE, horizons=tuple(str(periods) for periods in one["inputs"]["periods"]), horizon="1")
    book = Market(steady("HSI.HI", sessions), shares, rules=rules, market="HK").book(*told)
    for periods in one["inputs"]["periods"]:
        found = [outcome(book, at).horizons[str(periods)] for at in range(len(told))]
        known = (len(prices) - periods) * len(shares)
        assert [each.total_return for each in found[:known]] == one["expected"][f"{periods}D"]
        assert [(each.total_return, each.status) for each in found[known:]] == [(None, "open")] * (len(told) - known)


def test_14_drift_and_rebalance(case: Callable[[str], Case]) -> None:
    one = case("14_drift_vs_rebalance")
    inputs, expected, tolerance = one["inputs"], one["expected"], one["abs_tol"]
    dates = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07", "2024-06-10"])

    def members(moves: dict[str, list[float | None]]) -> list[Member]:
        """Lay both shares down as a theme that both join the day before; a suspended day is unknown."""
        return [Member(name, dates, floats([0, *moves[name]]), np.zeros(6), dates[0], dates[-1]) for name in ("A", "B")]

    drift, anew = (weigh(lay(members(inputs["R"]))) for weigh in (held, equal))
    assert drift[:, 1].tolist() == pytest.approx(inputs["w0"])
    assert drift[0, 2] == pytest.approx(expected["bop_A_day2_drift"], abs=tolerance)
    assert anew[0, 2] == expected["bop_A_day2_rebal"]
    whole, suspended = (chain_index(members(inputs[name]), held, 2) for name in ("R", "R_with_nan"))
    assert whole is not None
    assert suspended is not None
    assert whole.level[1] / BASE - 1 == pytest.approx(expected["r1"], abs=tolerance)
    moves = suspended.level[1:] / suspended.level[:-1] - 1
    assert moves[0] == pytest.approx(expected["nan_r1"], abs=tolerance)
    assert moves[1] == pytest.approx(expected["nan_r2"], abs=tolerance)
    start = floats(inputs["w0"])[:, None]
    own = drifted(start, floats([inputs["R"]["A"], inputs["R"]["B"]])[:, :1])
    assert own[0, 0] == pytest.approx(expected["bop_A_day2_drift"], abs=tolerance)


def test_16_alpha_with_newey_west_errors_as_r(case: Callable[[str], Case], shared: Path) -> None:
    one = case("16_newey_west_alpha_R")
    inputs, expected, tolerance = one["inputs"], one["expected"], one["abs_tol"]
    y, x = floats(inputs["y"]), floats(inputs["x"])
    design = np.column_stack([np.ones(x.size), x])
    plain, adjusted = (newey_west(y, design, 3, small_sample=small) for small in (False, True))
    assert plain.params == pytest.approx([expected["alpha"], expected["beta"]], abs=tolerance)
    assert plain.errors[0] == pytest.approx(expected["se_alpha_lag3"], abs=tolerance)
    assert adjusted.errors[0] == pytest.approx(expected["se_alpha_lag3_adj"], abs=tolerance)
    assert adjusted.t[0] == pytest.approx(expected["t_alpha_lag3_adj"], abs=tolerance)
    assert newey_west(y, design, 6, small_sample=False).errors[0] == pytest.approx(
        expected["se_alpha_lag6"], abs=tolerance
    )
    assert newey_west_lags(132) == 4  # 4 (1.32) ^ (2 / 9) = 4.25
    table = columns(shared / "cases" / inputs["investment_csv"])
    rows = [n for n, value in enumerate(table["RealInt"]) if value != "NA"]
    gnp, interest, invested = (floats([float(table[c][n]) for n in rows]) for c in ("RealGNP", "RealInt", "RealInv"))
    greene = newey_west(invested, np.column_stack([np.ones(len(rows)), gnp, interest]), 4, small_sample=False)
    assert greene.errors == pytest.approx(expected["greene_se"], abs=tolerance)
