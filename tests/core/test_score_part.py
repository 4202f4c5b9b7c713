"""Scoring a part: machine code and arrays give the same bits, and both what rules read one bar at a time give."""

import pickle
from typing import Final

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.markets import INDEX, LIMITS, RULES, Market, steady, weekdays
from tests.core.test_laws import SESSIONS, SHARES, markets
from watchlist.core import kernel
from watchlist.core.panel import Panel, build_panel
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import NOW, Scores, plan_of, score_part, share_by_share
from watchlist.core.scoring import Asked, Benchmarks, prices_of
from watchlist.domain.calendars import days
from watchlist.domain.model import Security, Status

HORIZONS: Final = (NOW, "1", "5", "20", "1m", "2m")
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def ask(rows: int, count: int, seed: int) -> Asked:
    """Draw recommendations of a panel's rows, and of none; some before its first session, some of its last one."""
    chance = np.random.default_rng(seed)
    return Asked(
        row=chance.integers(-1, rows, count),
        published=SESSIONS[0] + chance.integers(-5, 60, count),
        same_session=chance.random(count) < 0.3,
        direction=chance.integers(-1, 2, count),
        benchmark=chance.integers(0, 2, count),
    )


def benchmarks_of(width: int, seed: int) -> Benchmarks:
    """Draw two indices: one that always trades, one that begins later and has sessions without an open."""
    chance = np.random.default_rng(seed)
    close = np.round(1000 * np.cumprod(1 + chance.uniform(-0.02, 0.02, (2, width)), axis=1), 2)
    opened = np.round(close * (1 + chance.uniform(-0.01, 0.01, close.shape)), 2)
    close[1, :3] = opened[1, :3] = np.nan
    opened[1, chance.random(width) < 0.3] = np.nan
    return Benchmarks((INDEX, "930713.CSI"), opened, close)


def scored(panel: Panel, asked: Asked, rule: EntryRule, *, machine_code: bool) -> Scores:
    plan = plan_of(panel, rule, HORIZONS, asked.published.min(), asked.published.max())
    prices = prices_of(panel, benchmarks_of(panel.width, 5))
    return score_part(prices, plan, asked, machine_code=machine_code)


def test_the_statuses_are_counted_in_the_order_of_the_words() -> None:
    codes = {name: getattr(kernel, name.upper()) for name in Status}
    assert {name: str(kernel.WORDS[code]) for name, code in codes.items()} == {name: str(name) for name in Status}


@FEW
@given(markets(), st.integers(0, 2**32 - 1), st.sampled_from([EntryRule(), EntryRule("close", 3)]))
def test_machine_code_gives_the_same_bits(place: Market, seed: int, rule: EntryRule) -> None:
    securities = {one.symbol: one for one in place.securities}
    shares = place.shares
    needs_open = rule.at == "open"
    whole = build_panel("CN", SESSIONS, SESSIONS[-1] + 1, shares, securities, LIMITS, needs_open=needs_open)
    for panel in (whole, whole.up_to(25, SESSIONS[25])):
        asked = ask(len(SHARES), 700, seed)
        arrays, machine = (scored(panel, asked, rule, machine_code=code) for code in (False, True))
        for name in Scores._fields:
            one, other = getattr(arrays, name), getattr(machine, name)
            assert one.dtype == other.dtype
            assert one.tobytes() == other.tobytes(), name


def test_a_part_is_the_same_by_itself_and_on_another_machine() -> None:
    shares = [steady("600001.SH", SESSIONS), steady("300002.SZ", SESSIONS[4:], 20.0)]
    panel = build_panel("CN", SESSIONS, SESSIONS[-1] + 1, shares, {}, LIMITS)
    asked = ask(2, 20_000, 1)
    plan = plan_of(panel, RULES.entry, HORIZONS, asked.published.min(), asked.published.max())
    prices = prices_of(panel, benchmarks_of(panel.width, 5))
    whole = score_part(prices, plan, asked)
    sent = pickle.loads(pickle.dumps((prices, plan, asked.take(slice(9_000, 9_500)))))  # noqa: S301 - our own
    there = score_part(*sent)
    for name in Scores._fields:
        assert getattr(there, name).tobytes() == getattr(whole, name)[9_000:9_500].tobytes(), name


@pytest.mark.parametrize("rows", [7, 100_000])
def test_parts_share_by_share_put_together_are_the_whole(rows: int) -> None:
    asked = ask(rows, 1000, 3)
    parts = list(share_by_share(asked, 64))
    order = np.concatenate(parts)
    assert [part.size for part in parts] == [64] * 15 + [40]
    assert sorted(order.tolist()) == list(range(1000))
    assert asked.row[order].tolist() == sorted(asked.row.tolist())
    assert list(share_by_share(asked.take(slice(0, 0)), 64)) == []


def test_a_plan_that_does_not_reach_a_publication_is_refused() -> None:
    panel = build_panel("CN", SESSIONS, SESSIONS[-1] + 1, [steady("600001.SH", SESSIONS)], {}, LIMITS)
    asked = ask(1, 5, 1)
    plan = plan_of(panel, RULES.entry, HORIZONS, SESSIONS[0], SESSIONS[0])
    with pytest.raises(ValueError, match="every day of publication"):
        score_part(prices_of(panel, benchmarks_of(panel.width, 5)), plan, asked)


@FEW
@given(markets(), st.integers(1, 39))
def test_the_panel_of_a_day_is_the_whole_one_up_to_it(place: Market, width: int) -> None:
    securities = {one.symbol: one for one in place.securities}
    shares = place.shares
    early, following = SESSIONS[:width], SESSIONS[width]
    cut = build_panel("CN", SESSIONS, SESSIONS[-1] + 1, shares, securities, LIMITS).up_to(width, following)
    laid = build_panel("CN", early, following, shares, securities, LIMITS)
    for name in ("close", "open", "total_factor", "split_factor", "last_seen", "last_bar", "first_bar", "resumes",
                 "delisted"):  # fmt: skip
        np.testing.assert_array_equal(getattr(cut, name), getattr(laid, name), err_msg=name)
    for name in ("next_buy", "next_sell"):
        np.testing.assert_array_equal(np.minimum(getattr(cut, name), width), np.minimum(getattr(laid, name), width))


def test_a_listing_counts_from_its_own_day_whatever_the_plan_begins_with() -> None:
    # Listed on 06-10, published on 06-07 and on the morning of 06-10: bought on its first session, 06-10.
    sessions = weekdays("2024-06-03", 10)
    share = steady("600001.SH", sessions[5:])
    known = {"600001.SH": Security("600001.SH", "one", listed=sessions[5].item())}
    panel = build_panel("CN", sessions, sessions[-1] + 1, [share], known, LIMITS)
    level = np.full((1, 10), 1000.0)
    asked = Asked(
        np.zeros(3, dtype=np.int64), days(["2024-06-07", "2024-06-10", "2024-06-10"]), np.array([False, True, False]),
        np.ones(3, dtype=np.int64), np.zeros(3, dtype=np.int64),
    )  # fmt: skip
    for since in ("2024-06-07", "2024-01-01"):
        plan = plan_of(panel, EntryRule(), ("1",), np.datetime64(since), np.datetime64("2024-06-10"))
        got = score_part(prices_of(panel, Benchmarks((INDEX,), level, level)), plan, asked)
        assert got.entry.tolist() == [5, 5, 6]


@FEW
@given(markets(), st.integers(0, 2**32 - 1), st.integers(5, 38))
def test_what_is_settled_stays_when_sessions_are_added(place: Market, seed: int, width: int) -> None:
    # What is known of the securities themselves is the same on both days: nothing is delisted here.
    whole = build_panel("CN", SESSIONS, SESSIONS[-1] + 1, place.shares, {}, LIMITS)
    asked = ask(len(SHARES), 700, seed)
    asked = asked.take(asked.published <= SESSIONS[width - 1])
    early, later = (
        score_part(
            prices_of(panel, benchmarks_of(SESSIONS.size, 5)),
            plan_of(panel, RULES.entry, HORIZONS[1:], SESSIONS[0] - 5, SESSIONS[-1]),
            asked,
        )
        for panel in (whole.up_to(width, SESSIONS[width]), whole)
    )
    for name in Scores._fields:
        np.testing.assert_array_equal(getattr(early, name)[early.settled], getattr(later, name)[early.settled], name)
    assert not early.settled.all()
    assert (later.settled | ~early.settled).all()
