"""Laws of the scores: what must hold whatever the prices are (hypothesis draws them)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.markets import INDEX, RULES, Market, said, weekdays
from watchlist.core.attribution import attribute
from watchlist.core.bars import SymbolBars
from watchlist.core.calendar_time import Holdings, alpha, calendar_portfolio
from watchlist.core.statistics import summarise
from watchlist.domain.model import Action

SESSIONS = weekdays("2024-06-03", 30)
SHARES = ("600001.SH", "600002.SH", "600003.SH")
STEPS = st.lists(st.floats(-0.04, 0.04), min_size=60, max_size=60)


def walk(symbol: str, steps: list[float], unit: float = 1.0, *actions: Action) -> SymbolBars:
    """Make a share that goes from open to close to open by these steps, in a unit of price."""
    level = 50 * unit * np.cumprod(1 + np.array(steps))
    return SymbolBars(symbol, SESSIONS, level[0::2], level[1::2], np.full(SESSIONS.size, 1000.0), actions)


def market(index: list[float], *shares: SymbolBars) -> Market:
    free = replace(RULES, limits=replace(RULES.limits, rules=()))  # limits are of ticks; laws are of ratios
    return Market(walk(INDEX, index), shares, rules=free)


@settings(max_examples=25)
@given(STEPS)
def test_the_benchmarks_own_excess_is_zero(steps: list[float]) -> None:
    got = market(steps, walk(SHARES[0], steps)).ask(said(SHARES[0], "2024-06-05"))
    assert got.now.excess_return == pytest.approx(0, abs=1e-12)
    for key in ("1", "2", "5"):
        assert got.horizons[key].excess_return == pytest.approx(0, abs=1e-12)
        assert got.hits[key] == 0  # a tie is a miss


@settings(max_examples=25)
@given(STEPS, STEPS, st.sampled_from([0.01, 7.0, 100.0]))
def test_the_unit_of_price_changes_nothing(index: list[float], steps: list[float], unit: float) -> None:
    mention = said(SHARES[0], "2024-06-05")
    one = market(index, walk(SHARES[0], steps)).ask(mention)
    other = market(index, walk(SHARES[0], steps, unit)).ask(mention)
    assert other.now.total_return == pytest.approx(one.now.total_return, abs=1e-12)
    assert other.best == pytest.approx(one.best, abs=1e-12)


@settings(max_examples=25)
@given(STEPS, STEPS, st.integers(4, 28), st.sampled_from([2.0, 1.4, 0.1]))
def test_a_split_changes_nothing(index: list[float], steps: list[float], at: int, split: float) -> None:
    mention = said(SHARES[0], "2024-06-05")
    plain = walk(SHARES[0], steps)
    after = np.arange(SESSIONS.size) >= at
    halved = replace(
        plain,
        open=np.where(after, plain.open / split, plain.open),
        close=np.where(after, plain.close / split, plain.close),
        actions=(Action(SESSIONS[at].item(), 0.0, split),),
    )
    one, other = market(index, plain).ask(mention), market(index, halved).ask(mention)
    for key in ("5", "1m"):
        for leg in ("price_return", "total_return", "excess_return"):
            wanted = getattr(one.horizons[key], leg)
            assert getattr(other.horizons[key], leg) == (None if wanted is None else pytest.approx(wanted, abs=1e-10))
    assert other.worst == pytest.approx(one.worst, abs=1e-10)


@settings(max_examples=25)
@given(STEPS, STEPS, STEPS)
def test_what_lies_before_entry_or_after_exit_changes_nothing(
    index: list[float], steps: list[float], other: list[float]
) -> None:
    # Bought on 2024-06-06, the fourth session; horizon 5 ends with the eighth.
    mixed = [*other[:4], *steps[4:16], *other[16:]]
    scaled = np.cumprod(1 + np.array(steps))[5] / np.cumprod(1 + np.array(mixed))[5]
    mention = said(SHARES[0], "2024-06-05")
    one = market(index, walk(SHARES[0], steps)).ask(mention).horizons["5"]
    two = market(index, walk(SHARES[0], mixed, float(scaled))).ask(mention).horizons["5"]
    assert two.total_return == pytest.approx(one.total_return, abs=1e-12)
    assert two.benchmark_return == one.benchmark_return


@given(
    st.lists(st.tuples(st.floats(-0.9, 3), st.sampled_from([0.0, 1.0])), min_size=1, max_size=40),
    st.integers(0, 5),
    st.randoms(use_true_random=False),
)
@settings(max_examples=30)
def test_an_open_recommendation_changes_no_matured_statistic_and_order_none(
    outcomes: list[tuple[float, float]], waiting: int, random: object
) -> None:
    excess, hit = np.array([e for e, _ in outcomes]), np.array([h for _, h in outcomes])
    alone = summarise(excess, hit)
    order = np.arange(excess.size + waiting)
    random.shuffle(order)  # type: ignore[attr-defined]
    none = np.full(waiting, np.nan)
    joined = summarise(np.concatenate([excess, none])[order], np.concatenate([hit, none])[order])
    assert (joined.sample, joined.hit_rate, joined.median_excess) == (alone.sample, alone.hit_rate, alone.median_excess)
    assert joined.mean_excess == pytest.approx(alone.mean_excess, abs=1e-12)


@settings(max_examples=25)
@given(STEPS, st.tuples(STEPS, STEPS, STEPS))
def test_attribution_adds_up(index: list[float], steps: tuple[list[float], ...]) -> None:
    shares = [walk(symbol, each) for symbol, each in zip(SHARES, steps, strict=True)]
    mentions = [said(symbol, f"2024-06-0{3 + n}") for n, symbol in enumerate(SHARES)]
    part = market(index, *shares).book(*mentions).markets["CN"]
    peers = np.ones((3, 3), dtype=bool)
    got = attribute(part.panel, part.asked, part.entries, part.now, peers)
    assert got.market + got.theme + got.selection == pytest.approx(part.now.total_return, abs=1e-12)
    assert got.peers.tolist() == [3, 3, 3]
    alone = attribute(part.panel, part.asked, part.entries, part.now, np.eye(3, dtype=bool))
    assert alone.selection == pytest.approx(np.zeros(3), abs=1e-12)


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.randoms(use_true_random=False))
def test_the_order_of_calls_changes_no_alpha(seed: int, random: object) -> None:
    wave = np.sin(np.arange(8 * 150.0) * (1 + seed % 17)).reshape(8, 150) / 50
    index = np.cos(np.arange(150.0) * 3) / 100
    entered = (np.arange(12) * seed) % 20
    held = Holdings(np.arange(12) % 8, entered, entered + 125, np.where(np.arange(12) % 5 == 0, -1, 1))
    order = np.arange(12)
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = Holdings(held.row[order], held.entered[order], held.closed[order], held.direction[order])
    one, other = (alpha(calendar_portfolio(each, wave, index, 1), 243, 60) for each in (held, mixed))
    assert other.alpha == pytest.approx(one.alpha, rel=1e-9)
    assert other.t == pytest.approx(one.t, rel=1e-9)
