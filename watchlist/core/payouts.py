"""Payouts: what sources say a security paid (除权除息), held against each other and against what is stored.

A source of cumulative factors knows steps and no cash; a step speaks for an action that makes the same step.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from watchlist.core.arrival import Doubt, Rows
from watchlist.core.returns import step
from watchlist.core.settling import Held
from watchlist.domain.model import Action

# Two sources agree on a step within a thousandth; a smaller step is no step.
AGREE: Final = 0.001
_OF_FACTORS: Final = "sina"  # the one source that tells steps


@dataclass(frozen=True, slots=True)
class Paid:
    """What the answers come to.

    Attributes:
        actions: new or changed ones to store, with the source each is taken from.
        changed: the ex-dates among them that replace a stored action.
        held: what was not believed.
        ask: whether another source could settle something.
    """

    actions: tuple[tuple[str, Action], ...]
    changed: tuple[dt.date, ...]
    held: tuple[Held, ...]
    ask: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One source's answer: its actions over the range, at most one an ex-date."""

    source: str
    actions: tuple[Action, ...]


def steps_of(factors: Sequence[tuple[dt.date, float]]) -> dict[dt.date, float]:
    """Turn cumulative factors, ascending, into the step of each ex-date."""
    return {day: factor / before for (_, before), (day, factor) in pairwise(factors)}


def settle_actions(
    told: Sequence[Told],
    steps: Mapping[dt.date, float] | None,
    stored: Mapping[dt.date, Action],
    bars: Rows,
    since: dt.date,
    until: dt.date,
) -> Paid:
    """Decide ex-date by ex-date, from ``since`` to ``until``, both included.

    Args:
        told: the answers, in the order they were asked.
        steps: a source of factors' step by ex-date; ``None`` where it was not asked or did not answer.
        stored: the current actions.
        bars: bars around the ex-dates, to turn cash into steps.
    """
    taken: list[tuple[str, Action]] = []
    held: list[Held] = []
    dates = sorted({action.ex_date for one in told for action in one.actions if since <= action.ex_date <= until})
    for day in dates:
        answers = {one.source: action for one in told for action in one.actions if action.ex_date == day}
        before = _close_before(day, bars)
        said = {source: action for source, action in answers.items() if _can_be(action, before)}
        held += [Held(name, _doubt(one, "impossible_action")) for name, one in answers.items() if name not in said]
        if said:
            chosen, doubts = _decide(said, len(told), steps, stored.get(day), before)
            held += doubts
            taken += [chosen] if chosen is not None else []
    lone = _steps_nobody_told(steps, {*dates, *stored}, bars, since, until)
    held += [Held(_OF_FACTORS, Doubt(day.isoformat(), "missing_action", {"step": round(one, 6)})) for day, one in lone]
    changed = tuple(action.ex_date for _, action in taken if action.ex_date in stored)
    return Paid(tuple(taken), changed, tuple(held), ask=any(one.resolution is None for one in held))


def same_action(one: Action, other: Action) -> bool:
    """Say whether two actions are the same but for rounding."""
    cash = math.isclose(one.cash, other.cash, rel_tol=0.005, abs_tol=0.00051)
    return cash and math.isclose(one.split, other.split, rel_tol=AGREE)


def _decide(
    said: Mapping[str, Action],
    asked: int,
    steps: Mapping[dt.date, float] | None,
    stored: Action | None,
    before: float | None,
) -> tuple[tuple[str, Action] | None, list[Held]]:
    """Choose the action of one ex-date, and list what was not taken; no choice where it is stored as it is."""
    day = next(iter(said.values())).ex_date
    support = {source: sum(same_action(action, other) for other in said.values()) for source, action in said.items()}
    known = None if steps is None else _opinion(said, steps.get(day, 1.0), before)
    for source in known or ():
        support[source] += 1
    best = max(support, key=lambda source: support[source])
    if stored is not None and same_action(said[best], stored):
        return None, _not_taken(said, stored, [best])
    silent = asked - len(said) + (known is not None and best not in known)
    if support[best] > 1 or (stored is None and not silent and len(said) == 1):
        return (best, said[best]), _not_taken(said, said[best], [best])
    if stored is not None:
        keeping = [source for source, action in said.items() if same_action(action, stored)]
        return None, _not_taken(said, stored, keeping)
    return None, [Held(source, _doubt(action, "disputed_action")) for source, action in said.items()]


def _close_before(day: dt.date, bars: Rows) -> float | None:
    """Give the last close before an ex-date, ``None`` where it is not known."""
    before = [bar[3] for session, bar in bars.items() if session < day.isoformat()]
    return before[-1] if before else None


def _can_be(action: Action, before: float | None) -> bool:
    """Say whether something is left of a share after an action: nobody pays out more than it was worth."""
    return action.split > 0 and 0 <= action.cash < (math.inf if before is None else before)


def _opinion(said: Mapping[str, Action], told_step: float, before: float | None) -> set[str] | None:
    """Name the sources whose action makes the step that the factors tell; ``None`` where that cannot be told."""
    if before is None:
        return None
    agreeing = set()
    for source, action in said.items():
        made = step(before, action)
        if abs(made - 1) < AGREE and abs(told_step - 1) < AGREE:
            return None
        if abs(made / told_step - 1) <= AGREE:
            agreeing.add(source)
    return agreeing


def _not_taken(said: Mapping[str, Action], right: Action, agreeing: Sequence[str]) -> list[Held]:
    resolution = f"{', '.join(agreeing)} says otherwise" if agreeing else None
    return [
        Held(source, _doubt(action, "restated_action"), resolution)
        for source, action in said.items()
        if not same_action(action, right)
    ]


def _doubt(action: Action, rule: str) -> Doubt:
    return Doubt(action.ex_date.isoformat(), rule, {"cash": action.cash, "split": action.split})


def _steps_nobody_told(
    steps: Mapping[dt.date, float] | None, told: set[dt.date], bars: Rows, since: dt.date, until: dt.date
) -> list[tuple[dt.date, float]]:
    """List the steps that no source of actions knows of; only inside the stored bars do they count."""
    if not steps or not bars:
        return []
    first = dt.date.fromisoformat(min(bars))
    inside = [day for day, one in steps.items() if max(since, first) < day <= until and abs(one - 1) > AGREE]
    return [(day, steps[day]) for day in inside if day not in told]
