"""The score set by hand: small numbers whose results stand in the tests, worked out beside them."""

import itertools
from math import sqrt

import numpy as np
import pytest
from scipy.stats import skew
from statsmodels.regression.linear_model import OLS
from statsmodels.tools import add_constant

from watchlist.core.calendar_time import Holdings, alpha, calendar_portfolio, pool, weights
from watchlist.core.concentration import concentration
from watchlist.core.event_study import Events, Reactions, market_models, reactions
from watchlist.core.event_tests import correlations, kolari_pynnonen, mean_correlation
from watchlist.core.inference import (
    block_length,
    cluster_months,
    mean_test,
    month_interval,
    series_interval,
    skew_adjusted_critical,
    skew_adjusted_t,
)
from watchlist.core.ordinal import ordinal_skill
from watchlist.core.ranking import may_be_ranked, places, q_values, rank_range, ranks, rejected, shrink, shrink_rates
from watchlist.core.realisation import Promise, bands, first_reached, realise
from watchlist.core.returns import money_weighted
from watchlist.core.risk import risk, sessions_of
from watchlist.core.share_counts import shares_on
from watchlist.core.survival import time_to_target
from watchlist.core.theme_index import Member, Weigh, chain_index, equal, lay
from watchlist.core.theme_variants import by_worth, held, jaccard, without_worth
from watchlist.core.unit_book import Pick, monthly_book, pool_units, unit_book
from watchlist.domain.calendars import days

SHANGHAI = bands([("买入", 0.20, None), ("增持", 0.05, 0.20), ("中性", -0.05, 0.05), ("减持", None, -0.05)])


def promise(label: str) -> Promise:
    return Promise(label, SHANGHAI, 6)


@pytest.mark.parametrize(
    ("result", "label"),
    [
        (0.21, "买入"),
        (0.20, "增持"),
        (0.0501, "增持"),
        (0.05, "中性"),
        (-0.05, "减持"),
        (-0.04, "中性"),
        (-0.6, "减持"),
        (12 / 10 - 1, "增持"),
        (10.5 / 10 - 1, "中性"),  # 0.050000000000000044 as the machine has it
        (9.5 / 10 - 1, "减持"),
    ],
)
def test_a_result_on_the_bound_belongs_to_the_lower_band(result: float, label: str) -> None:
    assert promise("买入").realised(result) == label


def test_kept_promises_and_shortfalls() -> None:
    promises = [promise("买入"), promise("买入"), promise("增持"), promise("减持"), None, promise("中性")]
    got = realise(promises, np.array([0.30, 0.10, 0.10, 0.02, 0.5, np.nan]))
    assert got.sample == 4  # the open one and the one without a rating are left out
    assert got.table == {"买入": {"买入": 1, "增持": 1}, "增持": {"增持": 1}, "减持": {"中性": 1}}
    assert got.kept_rate == 0.5
    # at least: 0.30 > 0.20, not 0.10 > 0.20, 0.10 > 0.05; the sell has no lower bound
    assert got.at_least_rate == pytest.approx(2 / 3)
    # 0.10, -0.10, 0.05, and 0.02 - (-0.05) = 0.07: mean 0.03
    assert got.mean_shortfall == pytest.approx(0.03)


def test_a_label_without_a_band_promises_nothing() -> None:
    assert realise([promise("无评级")], np.array([0.3])).sample == 0
    assert promise("无评级").kept(0.3) is None
    assert promise("无评级").shortfall(0.3) is None
    assert promise("买入").shortfall(np.nan) is None
    assert realise([], np.array([])).kept_rate is None


def test_first_reached_counts_the_entry_session_as_the_first() -> None:
    path = np.array([0.01, 0.19, 0.2, 0.1, 0.3])
    assert first_reached(path, 0.2) == 3
    assert first_reached(path, 0.01) == 1
    assert first_reached(path, 0.5) is None
    assert first_reached(np.array([0.0, 11.5 / 10 - 1]), 0.15) == 2  # 0.1499999999999999 as the machine has it
    assert first_reached(-path, -0.19, above=False) == 2


def test_time_to_target_counts_those_that_still_wait() -> None:
    # Five watched: 2 and 3 reached, 4 still waiting, 5 reached, 6 still waiting.
    # S(2) = 4/5, S(3) = 4/5 x 3/4 = 3/5, S(5) = 3/5 x 1/2 = 3/10: half are there after 5 sessions.
    got = time_to_target(np.array([2, 3, 4, 5, 6]), np.array([True, True, False, True, False]))
    assert (got.sample, got.reached, got.median_sessions) == (5, 3, 5.0)
    assert got.reached_share == pytest.approx(0.7)
    none = time_to_target(np.array([2, 3]), np.array([False, False]))
    assert (none.median_sessions, none.reached_share) == (None, 0.0)
    assert time_to_target(np.array([], dtype=np.int64), np.array([], dtype=bool)).sample == 0


def test_ordinal_skill_needs_two_levels_of_ten() -> None:
    levels = np.array([1] * 10 + [2] * 10)
    results = np.concatenate([np.linspace(-0.2, -0.1, 10), np.linspace(0.1, 0.2, 10)])
    got = ordinal_skill(levels, results)
    assert got.status == "ok"
    assert got.somers_d == pytest.approx(1.0)  # every higher level before every lower one
    assert got.spread == pytest.approx(0.30)
    few = ordinal_skill(levels[:19], results[:19])
    assert (few.status, few.tau) == ("insufficient", None)
    assert few.means[2] == pytest.approx((np.linspace(0.1, 0.2, 10)[:9].mean(), 9))


def test_the_skewness_adjusted_t() -> None:
    # 1, 2, 3, 6: mean 3, sd sqrt(14/3); g = (-8 - 1 + 0 + 27) / (4 sd^3) = 18 / (4 x 10.0802) = 0.44642
    values = np.array([1.0, 2.0, 3.0, 6.0])
    s, g = 3 / sqrt(14 / 3), 18 / (4 * (14 / 3) ** 1.5)
    assert skew_adjusted_t(values) == pytest.approx(2 * (s + g * s * s / 3 + g / 24))
    assert skew_adjusted_t(np.ones(5)) is None
    low, high = skew_adjusted_critical(np.tile(values, 10)) or (0.0, 0.0)
    assert low < 0 < high
    assert skew_adjusted_critical(values) is None
    # The one resample draws the same value three times: nothing spreads, and nothing is critical.
    assert skew_adjusted_critical(np.r_[np.zeros(15), 1.0], draws=1) is None


def test_a_year_has_the_sessions_of_the_members_markets() -> None:
    assert [sessions_of([market]) for market in ("CN", "HK", "US")] == [243, 246, 252]
    assert sessions_of(["US", "US"]) == 252
    # (2 x 243 + 246 + 252) / 4 = 246
    assert sessions_of(["CN", "CN", "HK", "US"]) == 246
    # +1 % and -1 % in turn: a deviation of 0.01 x sqrt(60 / 59) a day, times sqrt(246) in Hong Kong.
    found = risk(np.tile([0.01, -0.01], 30), np.zeros(60), sessions_of(["HK"]))
    assert found is not None
    assert found.volatility == pytest.approx(0.01 * sqrt(60 / 59) * sqrt(246))


def test_a_mean_is_tested_against_resamples_that_have_none() -> None:
    # Skewed results with a mean of their own, as half-years of shares are: 200 lognormal ones less 0.95.
    values = np.random.default_rng(11).lognormal(0, 0.4, 200) - 0.95
    got = mean_test(values)
    assert got is not None
    # Worked out apart: scipy's skewness and its own resamples, 20,000 of 50, all at once.
    s, g = values.mean() / values.std(ddof=1), skew(values) * (199 / 200) ** 1.5
    assert got.sample == 200
    assert got.mean == pytest.approx(values.mean())
    assert got.t == pytest.approx(sqrt(200) * (s + g * s * s / 3 + g / 1200))
    drawn = np.random.default_rng(12).choice(values, (20_000, 50)) - values.mean()
    s, g = drawn.mean(axis=1) / drawn.std(axis=1, ddof=1), skew(drawn, axis=1) * (49 / 50) ** 1.5
    low, high = np.quantile(sqrt(50) * (s + g * s * s / 3 + g / 300), [0.025, 0.975])
    # A thousand draws know a 2.5 % end to about sqrt(0.025 x 0.975 / 1000) / 0.06 = 0.08.
    assert got.critical_low == pytest.approx(low, abs=0.25)
    assert got.critical_high == pytest.approx(high, abs=0.25)
    assert mean_test(values) == got  # drawn from a seed


def test_a_mean_of_few_results_is_not_tested() -> None:
    values = np.linspace(-0.1, 0.2, 40)
    assert mean_test(values) is not None
    assert mean_test(values[:39]) is None
    assert mean_test(np.full(40, 0.1)) is None
    assert mean_test(np.array([])) is None


def test_money_that_came_and_went_has_one_return_or_none() -> None:
    # 100 in, 50 more after a year, 180 out after two: 100 r^2 + 50 r = 180, r = (-50 + sqrt(2500 + 72000)) / 200
    wanted = (-50 + sqrt(74_500)) / 200 - 1
    assert money_weighted(np.array([-100.0, -50, 180]), np.array([0.0, 1, 2])) == pytest.approx(wanted)
    # From any beginning, and in any order.
    assert money_weighted(np.array([180.0, -100, -50]), np.array([9.0, 7, 8])) == pytest.approx(wanted)
    # 10 % and 40 % both do it: (1 - 1.1 / r) (1 - 1.4 / r) = 0.
    assert money_weighted(np.array([-1.0, 2.5, -1.54]), np.array([0.0, 1, 2])) is None
    assert money_weighted(np.array([-1.0, -1]), np.array([0.0, 1])) is None
    # Rates are looked for between -99.9 % and 10,000 % a year, and found to the last digits.
    for back, rate in ((0.0011, -0.9989), (1.0, 0.0), (3.0, 2.0), (100.9, 99.9)):
        found = money_weighted(np.array([-1.0, back]), np.array([0.0, 1]))
        assert found == pytest.approx(rate, rel=1e-12, abs=1e-12)
    for back in (0.0009, 101.5):
        assert money_weighted(np.array([-1.0, back]), np.array([0.0, 1])) is None
    # All of it lost but a hundredth in a month: no rate of a year worth the name.
    assert money_weighted(np.array([-1.0, 0.01]), np.array([0.0, 1 / 12])) is None


@pytest.mark.parametrize(
    ("horizon", "months"), [("5", 1), ("20", 1), ("60", 3), ("120", 6), ("250", 12), ("1m", 1), ("6m", 6)]
)
def test_a_cluster_is_as_long_as_its_horizon(horizon: str, months: int) -> None:
    assert cluster_months(horizon) == months


def test_months_are_drawn_whole_and_twelve_are_needed() -> None:
    months = np.repeat(np.arange(12), 5)
    values = np.repeat(np.linspace(0, 0.11, 12), 5)
    low, high = month_interval(months, values) or (0.0, 0.0)
    # The mean of 12 drawn months: 0.055, deviation sd(0 .. 0.11) / sqrt(12) = 0.0345 / 3.46 = 0.01.
    assert low == pytest.approx(0.055 - 1.96 * 0.00996, abs=0.003)
    assert high == pytest.approx(0.055 + 1.96 * 0.00996, abs=0.003)
    assert month_interval(months, values) == (low, high)  # drawn from a seed
    assert month_interval(months[:55], values[:55]) is None


def test_a_series_gets_its_interval_from_blocks() -> None:
    wave = np.sin(np.arange(300) / 10) * 0.01 + 0.001
    low, high = series_interval(wave, draws=200) or (0.0, 0.0)
    assert low < wave.mean() < high
    assert block_length(wave) > 5  # neighbours are alike
    assert series_interval(wave[:59]) is None


# Two shares over five sessions: the first is bought in session 0 and leaves after 2, the second is a sell from 1 on.
GROWTH = np.array([[0.0, 0.02, -0.01, 0.05, 0.0], [0.0, 0.01, 0.03, -0.02, 0.04]])
INDEX = np.array([0.0, 0.01, 0.0, 0.01, -0.01])
HELD = Holdings(np.array([0, 1]), np.array([0, 1]), np.array([2, 9]), np.array([1, -1]))


def test_a_call_counts_from_the_session_after_its_entry_to_its_close() -> None:
    assert weights(HELD, 2, 5).tolist() == [[0, 1, 1, 0, 0], [0, 0, -1, -1, -1]]
    got = calendar_portfolio(HELD, GROWTH, INDEX, fewest=1)
    assert got.names.tolist() == [0, 1, 2, 1, 1]
    # session 2: (-0.01 - 0.03) / 2 = -0.02
    assert got.returns[1:] == pytest.approx([0.02, -0.02, 0.02, -0.04])
    assert np.isnan(got.returns[0])
    strict = calendar_portfolio(HELD, GROWTH, INDEX, fewest=2)
    assert np.isnan(strict.returns).tolist() == [True, True, False, True, True]


def test_one_dollar_in_each_call_weighs_what_has_grown() -> None:
    got = calendar_portfolio(HELD, GROWTH, INDEX, fewest=1, one_dollar=True)
    # session 2: the first call is worth 1.02 since its entry, the second one 1: (1.02 x -0.01 - 0.03) / 2.02
    assert got.returns[2] == pytest.approx((-0.0102 - 0.03) / 2.02)


def test_portfolios_of_two_markets_are_pooled_by_their_calls() -> None:
    one = calendar_portfolio(HELD, GROWTH, INDEX, fewest=1)
    two = calendar_portfolio(Holdings(*(np.array([v]) for v in (0, 0, 9, 1))), GROWTH, INDEX + 0.01, fewest=1)
    first, second = (
        days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"]),
        days(["2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07", "2024-06-11"]),
    )
    dates, got = pool([(first, one), (second, two)], fewest=2)
    assert dates.size == 6
    assert got.names.tolist() == [0, 1, 3, 2, 2, 1]
    # 06-05: two calls at -0.02, one at 0.02: -0.02 / 3; their indices 2 x 0 + 1 x 0.02
    assert got.returns[2] == pytest.approx(-0.02 / 3)
    assert got.benchmark[2] == pytest.approx(0.02 / 3)
    assert np.isnan(got.returns[[0, 1, 5]]).all()


def test_an_alpha_needs_its_days() -> None:
    index = np.sin(np.arange(200.0)) / 100
    growth = np.tile(0.001 + 1.5 * index, (5, 1))
    held = Holdings(np.arange(5), np.zeros(5, dtype=int), np.full(5, 300), np.ones(5, dtype=int))
    got = alpha(calendar_portfolio(held, growth, index), 243)
    assert got.status == "ok"
    assert got.alpha == pytest.approx(0.243)
    assert got.beta == pytest.approx(1.5)
    assert got.days == 199
    short = alpha(calendar_portfolio(held, growth[:, :120], index[:120]), 243)
    assert (short.status, short.alpha, short.days) == ("insufficient", None, 119)


def test_units_are_held_against_the_index() -> None:
    held = Holdings(np.array([0, 1]), np.array([0, 0]), np.array([4, 4]), np.array([1, -1]))
    dates = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"])
    got = unit_book(held, np.array([2, 1]), GROWTH, INDEX, dates)
    # session 1: (2 x (0.02 - 0.01) - 1 x (0.01 - 0.01)) / 3
    assert got.returns[1] == pytest.approx(0.02 / 3)
    # session 2: units drifted to 2 x 1.02 and 1.01: (2.04 x -0.01 - 1.01 x 0.03) / 3.05
    assert got.returns[2] == pytest.approx((2.04 * -0.01 - 1.01 * 0.03) / 3.05)
    assert got.sessions == 4
    assert got.excess_return == pytest.approx(np.prod(1 + got.returns[1:]) - 1)
    none = unit_book(Holdings(*(np.array([], dtype=int) for _ in range(4))), np.array([], dtype=int), GROWTH, INDEX,
                     dates)  # fmt: skip
    assert (none.excess_return, none.sessions) == (None, 0)


def test_unit_books_of_two_indices_are_pooled_by_their_units() -> None:
    held = Holdings(np.array([0]), np.array([0]), np.array([4]), np.array([1]))
    dates = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"])
    one = unit_book(held, np.array([2]), GROWTH, INDEX, dates)
    other = unit_book(held, np.array([1]), GROWTH[:, :4], INDEX[:4] + 0.03, dates[1:])
    got = pool_units([one, other])
    assert got.dates.tolist() == dates.tolist()
    # 06-04: only the first, 0.02 - 0.01; 06-05: two units at -0.01 - INDEX[2], one at GROWTH[0, 1] - INDEX[1] - 0.03
    assert got.returns[1] == pytest.approx(0.01)
    first, second = GROWTH[0, 2] - INDEX[2], GROWTH[0, 1] - INDEX[1] - 0.03
    assert got.returns[2] == pytest.approx((2 * first + second) / 3)


def test_monthly_lists_change_at_the_first_close_of_a_month() -> None:
    dates = days(["2024-06-28", "2024-07-01", "2024-07-15", "2024-08-01", "2024-09-02"])
    close = np.array([[9.0, 10.0, 15.0, 12.0, 12.0], [5.0, 10.0, 10.0, 9.0, 18.0]])
    index = np.array([100.0, 100.0, 90.0, 105.0, 105.0])
    july, august = np.datetime64("2024-07"), np.datetime64("2024-08")
    picks = [Pick(july, "甲", 0), Pick(july, "乙", 0), Pick(july, "甲", 1), Pick(august, "甲", 1),
             Pick(np.datetime64("2024-09"), "甲", 0)]  # fmt: skip
    first, second = monthly_book(picks, close, index, dates)  # September is not over
    # July: 12/10 - 1 = +20 %, 9/10 - 1 = -10 %; two brokers for the first: (2 x 0.2 - 0.1) / 3
    assert (first.equal, first.by_brokers, first.benchmark) == pytest.approx((0.05, 0.1, 0.05))
    assert [first.exclusive, first.shared] == pytest.approx([-0.1, 0.2])
    assert [second.equal, second.repeated] == pytest.approx([1.0, 1.0])
    assert (first.repeated, second.new) == (None, None)


def test_turnover_and_concentration() -> None:
    weight = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 1.0]])
    growth = np.array([[0.1, 0.0, 0.0], [-0.1, 0.0, 0.0]])
    got = concentration(weight, growth)
    assert got is not None
    # after day 1: 0.55 and 0.45, set back to halves: 0.05; after day 2 all into one: 0.5
    assert got.turnover == pytest.approx((0.05 + 0.5) / 2)
    assert got.herfindahl == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert got.effective == pytest.approx(1.5)
    assert concentration(np.zeros((2, 3)), growth) is None


def test_shrinking_pulls_by_the_error() -> None:
    # Two estimates, errors 0.1: DerSimonian-Laird Q = (0.2^2 + 0.2^2) / 0.01 = 8, tau^2 = (8 - 1) / (200 - 100) = 0.07
    got = shrink(np.array([0.6, 0.2]), np.array([0.1, 0.1]))
    assert got.variance == pytest.approx(0.07)
    assert got.weight == pytest.approx([0.875, 0.875])
    assert got.estimates == pytest.approx([0.4 + 0.875 * 0.2, 0.4 - 0.875 * 0.2])
    alike = shrink(np.array([0.11, 0.10]), np.array([0.1, 0.1]))
    assert alike.estimates == pytest.approx([0.105, 0.105])
    assert shrink(np.array([0.3]), np.array([0.1])).estimates.tolist() == [0.3]


def test_hit_rates_shrink_towards_the_rate_of_all() -> None:
    got = shrink_rates(np.array([2, 60, 45]), np.array([2, 100, 100]))
    assert got is not None
    assert 0.5 < got.rates[0] < 0.75  # two of two says little
    assert 0.45 < got.rates[2] < got.rates[1] < 0.60
    assert shrink_rates(np.array([2, 0]), np.array([4, 0])) is None


def test_places_and_their_range() -> None:
    assert ranks(np.array([0.1, 0.3, 0.3])).tolist() == [3, 1, 1]
    assert places(np.array([0.1, 0.1, 0.2]), np.array([-1.0, 2.0, 0.0])).tolist() == [3, 2, 1]
    draws = np.array([[0.3, 0.1]] * 97 + [[0.1, 0.3]] * 3)
    low, high = rank_range(draws, np.array([1, 2]))
    assert (low.tolist(), high.tolist()) == ([1, 2], [1, 2])
    low, high = rank_range(np.full((5, 2), np.nan), np.array([1, 2]))
    assert (low.tolist(), high.tolist()) == ([1, 1], [2, 2])


@pytest.mark.parametrize(
    ("counts", "able"), [((30, 10, 6), True), ((29, 10, 6), False), ((30, 9, 6), False), ((30, 10, 5), False)]
)
def test_the_gate(counts: tuple[int, int, int], able: bool) -> None:  # noqa: FBT001 - a case
    assert may_be_ranked(*counts) is able


def test_nothing_tried_is_nothing_found() -> None:
    assert q_values(np.array([])).size == 0
    assert rejected(np.array([])).size == 0


def test_the_market_model_needs_its_days() -> None:
    index = np.tile(np.sin(np.arange(200.0)) / 100, (3, 1))
    share = 0.001 + 2 * index
    share[1, 119:] = np.nan  # 119 days
    index[2] = 0.0  # an index that never moved
    found = market_models(share, index)
    assert [found.alpha[0], found.beta[0]] == pytest.approx([0.001, 2.0])
    assert found.observations.tolist() == [200, 119, 200]
    assert np.isnan([found.alpha[1:], found.beta[1:], found.sigma[1:]]).all()


def test_market_models_are_those_of_statsmodels() -> None:
    generator = np.random.default_rng(1)
    index = generator.normal(0, 0.01, (4, 250))
    share = 0.5 * index + generator.normal(0, 0.02, (4, 250))
    share[1, 3:9] = index[2, 100] = np.nan
    found = market_models(share, index)
    later = generator.normal(0, 0.01, (4, 2))
    for n in range(4):
        known = ~np.isnan(share[n] + index[n])
        fit = OLS(share[n, known], add_constant(index[n, known])).fit()
        assert [found.alpha[n], found.beta[n]] == pytest.approx(fit.params.tolist(), abs=1e-12)
        assert found.sigma[n] == pytest.approx(sqrt(fit.mse_resid), abs=1e-12)
        assert found.observations[n] == fit.nobs
        # The variance of a forecast: of one day as statsmodels says it, of two days' sum by the covariance of both.
        ahead = add_constant(later[n], has_constant="add")
        cover = fit.mse_resid * np.eye(2) + ahead @ fit.cov_params() @ ahead.T
        assert found.deviation(later)[n] == pytest.approx(sqrt(cover.sum()), rel=1e-9)


def answered(share: np.ndarray, index: np.ndarray, session: int, direction: int, *windows: int) -> Reactions:
    one = (np.array([value]) for value in (0, 0, session, direction))
    return reactions(share[None], index[None], Events(*one), windows)


def test_a_reaction_beyond_what_is_usual_is_influential() -> None:
    index = np.sin(np.arange(400.0)) / 1000
    noise = np.where(np.arange(400) % 2 == 0, 0.01, -0.01)
    share = noise + index
    share[300:302] = 0.04 + index[300:302]
    got = answered(share, index, 300, 1, 2, 5, 200)
    assert got.market_adjusted[0, 0] == pytest.approx(0.08)
    assert np.isnan(got.market_adjusted[0, 2])  # not over
    assert got.influential.tolist() == [1]  # 1.96 x 1.414 x about 0.01 = 0.028
    assert answered(share, index, 300, -1, 2).influential.tolist() == [0]
    assert np.isnan(answered(share, index, 300, 0, 2).influential).all()
    early = answered(share, index, 100, 1, 2)
    assert np.isnan([early.models.alpha, early.market_model[:, 0]]).all()
    share[301] = np.nan
    unknown = answered(share, index, 300, 1, 2, 5)
    assert np.isnan([unknown.market_adjusted, unknown.market_model]).all()
    assert np.isnan(unknown.influential).all()


def test_kolari_and_pynnonen_allow_for_shares_that_move_together() -> None:
    assert kolari_pynnonen(3.0, 0.0, 10) == 3.0
    assert kolari_pynnonen(3.0, 0.1, 10) == pytest.approx(3 * sqrt(0.9 / 1.9))
    assert np.isnan(kolari_pynnonen(3.0, -0.2, 10))  # ten cannot all move against each other so much


def test_reports_count_together_as_far_as_their_windows_overlap() -> None:
    generator = np.random.default_rng(3)
    market = generator.normal(0, 1, 300)
    residuals = np.array([market + generator.normal(0, 1, 300) for _ in range(4)])
    residuals[2, :50] = np.nan
    events = Events(np.array([0, 1, 2, 3, 0]), np.zeros(5, dtype=np.int64), np.array([200, 200, 201, 240, 201]),
                    np.array([1, 1, -1, 1, 1]))  # fmt: skip
    total = 0.0
    for one, other in itertools.permutations(range(5), 2):
        a, b = events.row[one], events.row[other]
        both = ~np.isnan(residuals[a] + residuals[b])
        apart = abs(int(events.session[one] - events.session[other]))
        share = max(2 - apart, 0) / 2
        together = np.corrcoef(residuals[a, both], residuals[b, both])[0, 1]
        total += share * together * events.direction[one] * events.direction[other]
    assert mean_correlation(residuals, events, 2) == pytest.approx(total / 20, abs=1e-12)
    assert correlations(np.array([[1.0, 2.0, np.nan], [1.0, 3.0, 2.0]])).tolist() == [[1, 0], [0, 1]]


def member(
    symbol: str, growth: list[float], joined: str, left: str = "2024-06-30", worth: list[float] | None = None
) -> Member:
    dates = days([f"2024-06-{day:02d}" for day in range(3, 3 + len(growth))])
    moves = np.array(growth)
    index = np.full(moves.size, 0.01)
    own = None if worth is None else np.array(worth)
    return Member(symbol, dates, moves, index, np.datetime64(joined), np.datetime64(left), own)


def level(members: list[Member], weigh: Weigh, fewest: int = 2) -> list[float]:
    found = chain_index(members, weigh, fewest)
    assert found is not None
    return [float(value) for value in found.level]


def test_buy_and_hold_drifts_where_equal_weight_is_set_anew() -> None:
    two = [member("A", [0, 0.5, 0.1], "2024-06-03"), member("B", [0, 0.0, 0.0], "2024-06-03")]
    assert level(two, equal) == pytest.approx([1000, 1250, 1250 * 1.05])
    # day 1: (1.5 + 1) / 2; day 2: 1.5 x 1.1 + 1 = 2.65
    assert level(two, held) == pytest.approx([1000, 1250, 1325])
    late = [*two, member("C", [0, 0.3, 0.2], "2024-06-04")]
    # C joins with the mean value of those inside, 1.25: (1.65 + 1 + 1.5) / (1.5 + 1 + 1.25)
    assert level(late, held) == pytest.approx([1000, 1250, 1250 * 4.15 / 3.75])
    # B leaves before day 2: A alone, 10 %.
    gone = [two[0], member("B", [0, 0.0, 0.9], "2024-06-03", "2024-06-04")]
    assert level(gone, held, fewest=1) == pytest.approx([1000, 1250, 1375])
    assert level(two, held, fewest=3) == [1000, 1000, 1000]  # below three it stands still
    found = chain_index(two, held, 2)
    assert found is not None
    assert found.benchmark.tolist() == pytest.approx([1000, 1010, 1020.1])  # the same index whatever the weights


def test_weights_by_what_the_shares_are_worth() -> None:
    # 300 at 10.00, 15.00, 13.50 and 100 at 10.00; on the third day 300 more of B are issued.
    a = member("A", [0, 0.5, -0.1], "2024-06-03", worth=[3000, 4500, 4050])
    b = member("B", [0, 0.0, 0.2], "2024-06-03", worth=[1000, 1000, 4800])
    # three quarters in A: 37.5 %; then 4500 to 1000: (-450 + 200) / 5500. The new shares move nothing.
    assert level([a, b], by_worth) == pytest.approx([1000, 1375, 1375 * (1 - 250 / 5500)])
    # C joins at the second close, worth 5500: half of the index on the third day.
    c = member("C", [0, 0.7, 0.02], "2024-06-04", worth=[1, 5500, 5610])
    assert level([a, b, c], by_worth) == pytest.approx([1000, 1375, 1375 * (1 - 140 / 11000)])
    unknown = member("D", [0, 0.0, 0.0], "2024-06-03", worth=[np.nan, 7, 7])
    assert chain_index([a, b, unknown], by_worth) is None
    assert without_worth(lay([a, b, unknown, member("E", [0, 0, 0], "2024-06-03")])) == ["D", "E"]
    # Nothing is asked of a share on days on which it does not count.
    later = member("D", [0, 0.0, 0.0], "2024-06-04", worth=[np.nan, 7, 7])
    assert chain_index([a, b, later], by_worth) is not None


def test_a_count_of_shares_stands_until_the_next_and_splits_multiply_it() -> None:
    sessions = days(["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-06", "2024-06-07"])
    split = np.array([1.0, 1.0, 1.4, 1.4, 1.4])  # ten become fourteen on 06-05
    got = shares_on(sessions, split, days(["2024-06-04", "2024-06-07"]), np.array([100.0, 150.0]))
    assert got.tolist() == pytest.approx([np.nan, 100, 140, 140, 150], nan_ok=True)
    # A count of the ex-date has the new shares in it; one of a Saturday is Friday's.
    assert shares_on(sessions, split, days(["2024-06-05"]), np.array([140.0]))[2:].tolist() == [140, 140, 140]
    assert shares_on(sessions, split, days(["2024-06-01"]), np.array([100.0])).tolist() == [100, 100, 140, 140, 140]


def test_overlap() -> None:
    assert jaccard({"A", "B"}, {"B", "C"}) == pytest.approx(1 / 3)
    assert jaccard(set(), set()) is None


def test_risk_needs_sixty_days() -> None:
    moves = np.tile([0.01, -0.005], 30)
    assert risk(moves[:59], moves[:59] / 2, 243) is None
    got = risk(moves, moves / 2, 243)
    assert got is not None
    assert got.beta == pytest.approx(2.0)
    assert got.days == 60
