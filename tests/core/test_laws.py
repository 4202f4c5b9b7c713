"""Laws that every market must keep, whatever its prices: hypothesis looks for one that does not."""

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Final

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.markets import INDEX, Market, Outcome, outcome, said, weekdays
from watchlist.core.bars import SymbolBars
from watchlist.core.book import Book
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Action, Mention, Security

SESSIONS: Final = weekdays("2024-06-03", 40)
SHARES: Final = ("600001.SH", "300002.SZ", "688003.SH")
MEASURED: Final = {"matured", "suspended", "delisted"}
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def shares(draw: st.DrawFn, symbol: str) -> SymbolBars:
    """Draw a share: moves of up to 12 % a session, suspensions, sessions without volume, up to two actions."""
    seed = draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    moves = chance.uniform(-0.12, 0.12, SESSIONS.size)
    gaps = chance.uniform(-0.11, 0.11, SESSIONS.size)
    close = np.round(20 * np.cumprod(1 + moves), 2)
    opened = np.round(close / (1 + moves) * (1 + gaps), 2)
    volume = np.where(chance.random(SESSIONS.size) < 0.1, 0.0, 1000.0)
    keep = chance.random(SESSIONS.size) > draw(st.sampled_from([0.0, 0.0, 0.2]))
    keep[0] = True
    keep[draw(st.sampled_from([40, 40, 30, 20])) :] = False
    days = draw(st.lists(st.integers(1, 39), max_size=2, unique=True))
    actions = tuple(
        Action(SESSIONS[at].item(), round(float(close.min()) * draw(st.sampled_from([0.0, 0.05])), 2),
               draw(st.sampled_from([1.0, 1.4, 2.0, 0.5])))
        for at in days
    )  # fmt: skip
    return SymbolBars(symbol, SESSIONS[keep], opened[keep], close[keep], volume[keep], actions)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Draw a market of three shares and an index; one share may be delisted."""
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    level = np.round(1000 * np.cumprod(1 + chance.uniform(-0.03, 0.03, SESSIONS.size)), 2)
    index = SymbolBars(INDEX, SESSIONS, level - 3, level, np.full(SESSIONS.size, 1.0))
    drawn = tuple(draw(shares(symbol)) for symbol in SHARES)
    gone = draw(st.sampled_from([None, SESSIONS[32].item()]))
    securities = () if gone is None else (Security(SHARES[0], "one", delisted=gone),)
    return Market(index, drawn, foreseen=weekdays("2024-06-03", 80), securities=securities)


@st.composite
def mentions(draw: st.DrawFn) -> list[Mention]:
    """Draw up to eight recommendations of two brokers within the first 25 sessions."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(SHARES), st.integers(0, 24), st.sampled_from([1, 1, 0, -1]), st.sampled_from("AB")
            ),
            min_size=1,
            max_size=8,
        )
    )
    return [said(s, str(SESSIONS[at]), direction, broker=b, months=1) for s, at, direction, b in drawn]


def every(place: Market, asked: list[Mention], as_of: str | None = None) -> list[Outcome | None]:
    book = place.book(*asked, as_of=as_of)
    return [outcome(book, at) if at in book.place else None for at in range(len(asked))]


def same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) < 1e-9)


@FEW
@given(markets())
def test_the_benchmarks_own_excess_is_zero(place: Market) -> None:
    # A fund that is the index itself, to the last tick; of a market without a limit.
    mirror = replace(place.index, symbol="00001.HK")
    home = Market(replace(place.index, symbol="HSI.HI"), (mirror,), market="HK")
    for published in ("2024-06-03", "2024-06-14"):
        got = home.ask(said("00001.HK", published))
        legs = [got.now, *(m for m in got.horizons.values() if m.status in MEASURED)]
        assert [leg.excess_return for leg in legs] == [0.0] * len(legs)
        assert [leg.price_excess for leg in legs] == [0.0] * len(legs)
        assert set(got.hits.values()) <= {0.0, None}  # a tie is a miss


def rescaled(share: SymbolBars, unit: int) -> SymbolBars:
    actions = tuple(replace(action, cash=action.cash * unit) for action in share.actions)
    return replace(share, open=share.open * unit, close=share.close * unit, actions=actions)


@FEW
@given(markets(), mentions(), st.sampled_from([2, 5, 10]))
def test_the_unit_of_prices_changes_nothing(place: Market, asked: list[Mention], unit: int) -> None:
    # Limits are whole ticks, so the market here has none.
    free = replace(place, rules=replace(place.rules, limits=replace(place.rules.limits, rules=())))
    larger = replace(free, shares=tuple(rescaled(share, unit) for share in free.shares))
    for one, other in zip(every(free, asked), every(larger, asked), strict=True):
        assert one is not None
        assert other is not None
        assert (one.status, one.entry) == (other.status, other.entry)
        assert same(one.gap, other.gap)
        assert same(one.best, other.best)
        for key, leg in {**one.horizons, "now": one.now}.items():
            twin = {**other.horizons, "now": other.now}[key]
            assert (leg.status, leg.end) == (twin.status, twin.end)
            assert same(leg.total_return, twin.total_return)
            assert same(leg.price_return, twin.price_return)


def split_at(share: SymbolBars, day: np.datetime64, ratio: float) -> SymbolBars:
    """Split a share: from a day on its prices are divided, and so is the cash of later actions."""
    after = share.sessions >= day
    actions = [replace(a, cash=a.cash / ratio) if np.datetime64(a.ex_date) > day else a for a in share.actions]
    mine = [a for a in actions if np.datetime64(a.ex_date) == day] or [Action(dt.date.fromisoformat(str(day)))]
    others = [a for a in actions if np.datetime64(a.ex_date) != day]
    split = [replace(a, split=a.split * ratio) for a in mine]
    return replace(
        share,
        open=np.where(after, share.open / ratio, share.open),
        close=np.where(after, share.close / ratio, share.close),
        actions=tuple(others + split),
    )


@FEW
@given(markets(), mentions(), st.integers(1, 39), st.sampled_from([2.0, 1.4, 0.1]))
def test_a_split_changes_neither_the_price_return_nor_the_total_return(
    place: Market, asked: list[Mention], at: int, ratio: float
) -> None:
    free = replace(place, rules=replace(place.rules, limits=replace(place.rules.limits, rules=())))
    divided = replace(free, shares=tuple(split_at(share, SESSIONS[at], ratio) for share in free.shares))
    for one, other in zip(every(free, asked), every(divided, asked), strict=True):
        assert one is not None
        assert other is not None
        assert (one.status, one.entry) == (other.status, other.entry)
        for key, leg in {**one.horizons, "now": one.now}.items():
            twin = {**other.horizons, "now": other.now}[key]
            assert same(leg.total_return, twin.total_return)
            assert same(leg.price_return, twin.price_return)


@FEW
@given(markets(), mentions())
def test_excess_is_the_total_return_less_the_benchmarks_and_hits_follow_its_sign(
    place: Market, asked: list[Mention]
) -> None:
    for mention, got in zip(asked, every(place, asked), strict=True):
        assert got is not None
        for key, leg in got.horizons.items():
            if leg.status not in MEASURED:
                assert (leg.end, leg.total_return, leg.benchmark_return, got.hits[key]) == (None, None, None, None)
                continue
            assert leg.total_return is not None
            assert leg.benchmark_return is not None
            assert leg.excess_return == leg.total_return - leg.benchmark_return
            right = leg.excess_return * mention.direction > 1e-12
            assert got.hits[key] == (None if mention.direction == 0 else float(right))


def disturbed(share: SymbolBars, days: Dates) -> SymbolBars:
    """Change every price on these days, by a fifth and more."""
    there = np.isin(share.sessions, days)
    return replace(
        share,
        open=np.where(there, share.open * 1.27, share.open),
        close=np.where(there, share.close * 1.21, share.close),
    )


@FEW
@given(markets(), mentions())
def test_bars_before_publication_and_after_the_exit_change_no_matured_horizon(
    place: Market, asked: list[Mention]
) -> None:
    # Without limits (the close before entry is their reference) and without cash (its step is of the close before).
    free = replace(place, rules=replace(place.rules, limits=replace(place.rules.limits, rules=())))
    bare = tuple(replace(share, actions=()) for share in free.shares)
    free = replace(free, shares=bare)
    for mention, got in zip(asked, every(free, asked), strict=True):
        assert got is not None
        for key, leg in got.horizons.items():
            if leg.status not in MEASURED or leg.end is None or got.entry is None:
                continue
            outside = SESSIONS[(np.datetime64(got.entry) > SESSIONS) | (np.datetime64(leg.end) < SESSIONS)]
            other = replace(free, shares=tuple(disturbed(share, outside) for share in bare))
            assert other.ask(mention).horizons[key] == leg


@FEW
@given(markets(), mentions(), st.randoms(use_true_random=False))
def test_the_order_of_recommendations_changes_nothing(place: Market, asked: list[Mention], chance: Random) -> None:
    order = list(range(len(asked)))
    chance.shuffle(order)
    one, other = place.book(*asked), place.book(*(asked[at] for at in order))
    for position, at in enumerate(order):
        assert outcome(one, at) == outcome(other, position)
    assert calls_of(one) == calls_of(other)


def calls_of(book: Book) -> list[tuple[object, ...]]:
    part = book.markets["CN"]
    return sorted(
        (
            call.broker, call.symbol, call.direction, call.expires.isoformat(), len(call.mentions),
            str(part.lives.status[at]), str(part.lives.reason[at]), int(part.lives.closed[at]),
            repr(part.lives.legs.total_return[at]),
        )
        for at, call in enumerate(part.calls)
    )  # fmt: skip


@FEW
@given(markets(), mentions(), st.integers(5, 38))
def test_an_answer_once_known_stays_when_sessions_are_added(place: Market, asked: list[Mention], at: int) -> None:
    # What is known by a day: bars up to it, and what has happened to the securities by then.
    def upto(share: SymbolBars) -> SymbolBars:
        keep = share.sessions <= SESSIONS[at]
        return replace(share, sessions=share.sessions[keep], open=share.open[keep], close=share.close[keep],
                       volume=share.volume[keep])  # fmt: skip

    early = replace(place, index=upto(place.index), shares=tuple(upto(share) for share in place.shares))
    asked = [mention for mention in asked if mention.published <= SESSIONS[at].item()]
    for before, after in zip(every(early, asked), every(place, asked), strict=True):
        assert before is not None
        assert after is not None
        if before.entry is not None or before.status in {"no_price", "untradable"}:
            assert (before.entry, before.price, before.gap) == (after.entry, after.price, after.gap)
        for key, leg in before.horizons.items():
            if leg.status != "open":
                assert after.horizons[key] == leg


@FEW
@given(markets(), mentions(), mentions())
def test_another_recommendation_changes_no_answer_about_the_first_ones(
    place: Market, asked: list[Mention], more: list[Mention]
) -> None:
    together = every(place, [*asked, *more])
    assert together[: len(asked)] == every(place, asked)
