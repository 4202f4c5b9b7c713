"""Settling: whose word is taken, by hand-made answers."""

import datetime as dt
from typing import Final

import numpy as np
import pytest

from watchlist.core.arrival import Answer, Bar, Ground, examine
from watchlist.core.limits import LimitRule, LimitTable
from watchlist.core.payouts import Told, settle_actions
from watchlist.core.settling import Waiting, settle, trusted, unconfirmed
from watchlist.domain.model import Action

SHARE: Final = "600000.SH"
LIMITS: Final = LimitTable((LimitRule("main", st=False, since=dt.date(1996, 12, 16), percent=10),))
DAYS: Final = [str(day) for day in np.arange("2024-06-03", "2024-06-22", dtype="datetime64[D]") if np.is_busday(day)]
Rows = dict[str, Bar]


def bars(close: float = 10.0, days: list[str] = DAYS, volume: float = 1000.0) -> Rows:
    return dict.fromkeys(days, (close, close + 0.1, close - 0.1, close, volume))


def ground(stored: Rows | None = None, actions: tuple[Action, ...] = ()) -> Ground:
    sessions = np.array(DAYS, dtype="datetime64[D]")
    return Ground(SHARE, stored or {}, sessions, dt.date(2024, 6, 21), actions=actions, limits=LIMITS)


def answer(source: str, rows: Rows, on: Ground, turnover: list[float] | None = None) -> Answer:
    return examine(source, rows.items(), on, turnover or ())


def test_a_new_bar_that_nothing_speaks_against_is_taken() -> None:
    on = ground(bars(days=DAYS[:-1]))
    settled = settle([answer("a", bars(days=DAYS[3:]), on)], on)
    assert list(settled.bars) == DAYS[-1:]
    assert (settled.held, settled.changed, settled.ask) == ((), (), False)


def test_a_first_answer_asks_for_a_second() -> None:
    on = ground()
    settled = settle([answer("a", bars(), on)], on, first=True)
    assert settled.ask
    assert list(settled.bars) == DAYS
    confirmed = settle([answer("a", bars(), on), answer("b", bars(days=DAYS[-6:]), on)], on, first=True)
    assert (confirmed.ask, confirmed.held) == (False, ())


def test_a_first_answer_that_nobody_can_second_is_held_as_a_whole() -> None:
    on = ground()
    settled = unconfirmed(answer("a", bars(), on), on)
    assert (dict(settled.bars), settled.changed) == ({}, ())
    ((source, doubt, resolution),) = [(h.source, h.doubt, h.resolution) for h in settled.held]
    assert (source, doubt.session, doubt.rule, doubt.row["rows"], resolution) == ("a", None, "unconfirmed", 15, None)


def test_a_trusted_answer_replaces_what_is_stored_and_still_obeys_the_other_rules() -> None:
    on = ground(bars(5.0, DAYS[:3]) | bars(days=DAYS[3:5]))
    # The last close lies beyond the limit of a tenth, and the bar before it cannot be.
    rows = bars() | {DAYS[-2]: (10.0, 9.0, 9.9, 10.0, 1000.0)} | bars(20.0, DAYS[-1:])
    waiting = [Waiting(7, "a", DAYS[2], "restated", bars()[DAYS[2]])]
    settled = trusted(answer("a", rows, ground()), on, waiting)
    assert list(settled.bars) == [*DAYS[:3], *DAYS[5:-2]]
    assert settled.changed == tuple(DAYS[:3])
    assert settled.resolved == {7: "a person trusted a"}
    assert {(h.doubt.session, h.doubt.rule) for h in settled.held} == {
        (DAYS[-2], "impossible"),
        (DAYS[-1], "limit"),
    }


def test_two_first_answers_that_disagree_are_both_left_out_until_a_third() -> None:
    on = ground()
    wrong, right = answer("a", bars(5.0), on), answer("b", bars(), on)
    open_ = settle([wrong, right], on, first=True)
    assert (dict(open_.bars), open_.ask) == ({}, True)
    settled = settle([wrong, right, answer("c", bars(), on)], on, first=True)
    assert {bar[3] for _, bar in settled.bars.values()} == {10.0}
    assert [(h.source, h.doubt.rule, h.resolution) for h in settled.held] == [
        ("a", "disputed", "b, c was believed instead")
    ]


def test_an_answer_unlike_the_stored_past_is_not_believed_as_a_whole() -> None:
    on = ground(bars(days=DAYS[:-1]))
    settled = settle([answer("a", bars(9.5), on)], on)
    assert dict(settled.bars) == {}
    assert [(h.doubt.session, h.doubt.rule, h.resolution) for h in settled.held] == [(None, "overlap", None)]
    assert settled.ask


def test_four_of_five_is_not_five_but_all_of_four_is() -> None:
    days = DAYS[-7:]
    on = ground(bars(days=days[:-1]))
    one_off = bars(days=days) | bars(12.0, days[:2])
    assert answer("a", one_off, on).unlike == "overlap"
    on = ground(bars(days=days[2:-1]))
    assert answer("a", bars(days=days), on).unlike is None


def test_prices_a_cent_and_a_tenth_apart_agree_and_two_cents_do_not() -> None:
    on = ground(bars(days=DAYS[:-1]))
    near = bars() | {DAYS[0]: (10.011, 10.111, 9.911, 10.011, 1000.0)}
    assert answer("a", near, on).doubts == {}
    far = bars() | {DAYS[0]: (10.02, 10.12, 9.92, 10.02, 1000.0)}
    assert answer("a", far, on).doubts == {DAYS[0]: "restated"}


def test_a_restated_bar_waits_for_a_second_source() -> None:
    on = ground(bars(days=DAYS[:-1]))
    changed = bars() | bars(10.5, DAYS[2:3])
    alone = settle([answer("a", changed, on)], on)
    assert (list(alone.bars), alone.ask) == (DAYS[-1:], True)
    assert [(h.doubt.session, h.doubt.rule, h.resolution) for h in alone.held] == [(DAYS[2], "restated", None)]
    confirmed = settle([answer("a", changed, on), answer("b", changed, on)], on)
    assert confirmed.changed == (DAYS[2],)
    assert confirmed.held == ()
    refused = settle([answer("a", changed, on), answer("b", bars(), on)], on)
    assert refused.changed == ()
    assert [h.resolution for h in refused.held] == ["b says otherwise"]


def test_what_waits_speaks_for_its_source_and_for_no_other() -> None:
    on = ground(bars(days=DAYS[:-1]))
    changed = bars() | bars(10.5, DAYS[2:3])
    waiting = [Waiting(7, "a", DAYS[2], "restated", changed[DAYS[2]])]
    again = settle([answer("a", changed, on)], on, waiting)
    assert (again.changed, dict(again.resolved)) == ((), {})
    other = settle([answer("b", changed, on)], on, waiting)
    assert other.changed == (DAYS[2],)
    assert other.resolved == {7: "confirmed by b"}
    taken_back = settle([answer("a", bars(), on)], on, waiting)
    assert taken_back.resolved == {7: "a says otherwise"}
    # Nobody has that session any more, and nothing is stored: the doubt stays open.
    gone = [Waiting(7, "a", DAYS[-1], "restated", changed[DAYS[-1]])]
    assert settle([answer("b", bars(days=DAYS[:-1]), on)], on, gone).resolved == {}


def test_an_answer_without_rows_is_no_doubt() -> None:
    empty = answer("a", {}, ground(bars()))
    assert (empty.doubts, empty.unlike) == ({}, None)


def test_what_cannot_be_is_never_stored_and_comes_from_elsewhere() -> None:
    on = ground(bars(days=DAYS[:-1]))
    broken = bars() | {DAYS[-1]: (10.0, 9.0, 9.9, 10.0, 1000.0)}
    alone = settle([answer("a", broken, on)], on)
    assert (dict(alone.bars), alone.ask) == ({}, True)
    assert [(h.doubt.rule, h.resolution) for h in alone.held] == [("impossible", None)]
    both = settle([answer("a", broken, on), answer("b", broken, on)], on)
    assert dict(both.bars) == {}
    settled = settle([answer("a", broken, on), answer("b", bars(), on)], on)
    assert {day: source for day, (source, _) in settled.bars.items()} == {DAYS[-1]: "b"}
    assert [h.resolution for h in settled.held] == ["b was taken instead"]


def test_a_bar_after_the_last_close_is_not_final() -> None:
    on = ground(bars(days=DAYS[:-1]))
    settled = settle([answer("a", bars() | bars(days=["2024-06-24"]), on)], on)
    assert list(settled.bars) == DAYS[-1:]
    assert [h.doubt.rule for h in settled.held] == ["unfinished"]


def test_a_move_beyond_the_limit_needs_an_action_or_a_second_source() -> None:
    on = ground(bars(days=DAYS[:-1]))
    fallen = bars() | bars(5.0, DAYS[-1:])
    assert answer("a", fallen, on).doubts == {DAYS[-1]: "limit"}
    assert dict(settle([answer("a", fallen, on)], on).bars) == {}
    assert list(settle([answer("a", fallen, on), answer("b", fallen, on)], on).bars) == DAYS[-1:]
    split = ground(bars(days=DAYS[:-1]), (Action(dt.date(2024, 6, 21), split=2.0),))
    assert answer("a", fallen, split).doubts == {}
    # 10.00 may rise to 11.00, to the cent.
    assert answer("a", bars() | bars(11.0, DAYS[-1:]), on).doubts == {}
    assert answer("a", bars() | bars(11.02, DAYS[-1:]), on).doubts == {DAYS[-1]: "limit"}


def test_volume_in_lots_shows_in_turnover_and_beside_what_is_stored() -> None:
    on = ground(bars(days=DAYS[:-1]))
    lots = bars(volume=10.0)
    assert answer("a", lots, ground(), [10_000.0] * len(DAYS)).unlike == "units"
    assert answer("a", bars(), ground(), [10_000.0] * len(DAYS)).unlike is None
    assert answer("a", lots, on).unlike == "units"
    for untold in (0.0, float("nan")):
        assert answer("a", lots, ground(), [untold] * len(DAYS)).unlike is None


def test_a_saturday_is_no_session() -> None:
    on = ground(bars(days=DAYS[:-1]))
    found = answer("a", bars() | bars(days=["2024-06-15"]), on)
    assert found.doubts == {"2024-06-15": "calendar"}
    beyond = Ground(SHARE, {}, np.array(DAYS[:3], dtype="datetime64[D]"), dt.date(2024, 6, 21), dt.date(2024, 6, 5))
    assert examine("a", bars(days=DAYS).items(), beyond).doubts == {}
    assert examine("a", bars(days=[*DAYS, "2024-06-15"]).items(), beyond).doubts == {"2024-06-15": "calendar"}


def test_holes_and_an_early_end_ask_for_another_source_which_fills_them() -> None:
    on = ground()
    holed = answer("a", bars(days=[*DAYS[:5], *DAYS[7:-1]]), on)
    assert (holed.missing, holed.late) == (tuple(DAYS[5:7]), True)
    settled = settle([holed, answer("b", bars(), on)], on, first=True)
    assert list(settled.bars) == DAYS
    assert {settled.bars[day][0] for day in (*DAYS[5:7], DAYS[-1])} == {"b"}
    halted = answer("b", bars(days=[*DAYS[:5], *DAYS[7:-1]]), on)
    assert not settle([holed, halted], on, first=True).ask


# Actions.

EX: Final = dt.date(2024, 6, 12)
PAID: Final = Action(EX, cash=0.5)
STEP: Final = 10.0 / 9.5
RANGE: Final = (dt.date(2024, 6, 3), dt.date(2024, 6, 21))


def paid(told: dict[str, tuple[Action, ...]], steps: dict[dt.date, float] | None, stored: Action | None = None):  # type: ignore[no-untyped-def]  # noqa: ANN201
    known = {} if stored is None else {stored.ex_date: stored}
    return settle_actions([Told(source, actions) for source, actions in told.items()], steps, known, bars(), *RANGE)


def test_an_action_is_taken_on_one_word_and_on_its_step() -> None:
    assert paid({"a": (PAID,)}, None).actions == (("a", PAID),)
    assert paid({"a": (PAID,)}, {EX: STEP}).actions == (("a", PAID),)
    assert paid({"a": (PAID,)}, {EX: STEP}, stored=PAID).actions == ()


def test_a_step_tells_nothing_before_the_first_close_or_of_next_to_nothing() -> None:
    said = settle_actions([Told("a", (PAID,))], {EX: 10.0 / 9.0}, {}, {}, *RANGE)
    assert (said.actions, said.held) == ((("a", PAID),), ())
    next_to_nothing = Action(EX, cash=0.001)
    assert paid({"a": (next_to_nothing,)}, {EX: 1.0}).actions == (("a", next_to_nothing),)


def test_a_step_that_differs_holds_an_action_until_a_third_speaks() -> None:
    open_ = paid({"a": (PAID,)}, {EX: 10.0 / 9.0})
    assert (open_.actions, open_.ask) == ((), True)
    assert [h.doubt.rule for h in open_.held] == ["disputed_action"]
    other = Action(EX, cash=1.0)
    settled = paid({"a": (PAID,), "b": (other,)}, {EX: 10.0 / 9.0})
    assert settled.actions == (("b", other),)
    assert [(h.source, h.resolution) for h in settled.held] == [("a", "b says otherwise")]


def test_a_step_that_nobody_told_is_no_silence() -> None:
    found = paid({"a": ()}, {EX: STEP})
    assert [(h.source, h.doubt.rule) for h in found.held] == [("sina", "missing_action")]
    assert paid({"a": ()}, {EX: 1.0004}).held == ()


def test_a_changed_action_waits_for_a_second_source() -> None:
    new = Action(EX, cash=0.8)
    alone = paid({"a": (new,)}, None, stored=PAID)
    assert (alone.actions, [h.doubt.rule for h in alone.held]) == ((), ["restated_action"])
    confirmed = paid({"a": (new,)}, {EX: 10.0 / 9.2}, stored=PAID)
    assert (confirmed.actions, confirmed.changed) == ((("a", new),), (EX,))
    refused = paid({"a": (new,), "b": (PAID,)}, None, stored=PAID)
    assert [h.resolution for h in refused.held] == ["b says otherwise"]


@pytest.mark.parametrize(
    "told", [Action(EX, cash=10.0), Action(EX, cash=25.0), Action(EX, cash=-0.5), Action(EX, split=0.0)]
)
def test_an_action_that_leaves_nothing_of_the_share_is_never_taken(told: Action) -> None:
    alone = paid({"a": (told,)}, None)  # the close before is 10
    assert (alone.actions, alone.ask) == ((), True)
    assert [(h.source, h.doubt.rule, h.resolution) for h in alone.held] == [("a", "impossible_action", None)]
    assert paid({"a": (told,), "b": (told,)}, {EX: STEP}).actions == ()
    assert paid({"a": (told,), "b": (PAID,)}, {EX: STEP}).actions == (("b", PAID),)
