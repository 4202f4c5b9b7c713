"""Restated: what a frozen score run believed, worked out again with what was learned since, one kind at a time.

The kinds follow each other in the order of :data:`CAUSES`; what a step moved is its effect, so that the effects of a
number add up to its whole difference.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from watchlist.core.bars import SymbolBars
from watchlist.core.scoring import TIE
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import Mention
from watchlist.ledger.settings import Settings
from watchlist.queries.numbers import LEGS, Numbers, empty_numbers, numbers_from, numbers_of
from watchlist.queries.recommendations import EVERYTHING, Filters, select
from watchlist.queries.runs import Run
from watchlist.queries.situation import Situation, When, load_situation
from watchlist.storage.ledger import load_last_words
from watchlist.storage.moments import parse
from watchlist.storage.scores import load_scores

CAUSE_WORDS: Final = {
    "program": Words("worked out by another version", "程序版本不同"),
    "price": Words("restated or late prices", "行情更正或补到"),
    "action": Words("new or other corporate actions", "新增或更正的除权除息"),
    "security": Words("listings and delistings learned since", "后来得知的上市与退市"),
    "settings": Words("changed settings and calendars", "设置与日历变化"),
    "recommendation": Words("corrected, retracted or late recommendations", "推荐的更正、撤回与补录"),
}
CAUSES: Final = tuple(CAUSE_WORDS)


@dataclass(frozen=True)
class Restated:
    """A frozen run and the states between what it knew and what is known today.

    Attributes:
        then, now: both as of the run's day, by what was known when it was made and by what is known today.
        frozen: the numbers as they were kept.
        wanted: ids of the recommendations that the question is about; ``None``: all.
        lost: what the run scored and neither state knows: retracted at the very moment of the run.
    """

    run: Run
    then: Situation
    now: Situation
    frozen: Numbers
    wanted: frozenset[str] | None = None
    lost: Mapping[str, Mention] = field(default_factory=dict)

    def mention(self, identity: str) -> Mention:
        """Give a recommendation as it is known now, else as it was."""
        known = self.mentions_now.get(identity) or self.mentions_then.get(identity)
        return known or self.lost[identity]

    @cached_property
    def states(self) -> tuple[Situation, ...]:
        """Give the situation after each kind of knowledge was replaced."""
        then, now = self.then, self.now
        known = then.known
        bars = {s: _with_actions(one, known.bars.get(s)) for s, one in now.known.bars.items()}
        priced = replace(then, known=replace(known, bars=bars))
        acted = replace(then, known=replace(known, bars=now.known.bars))
        listed = replace(acted, known=replace(acted.known, securities=now.known.securities))
        ruled = replace(now, known=replace(now.known, mentions=known.mentions))
        return then, priced, acted, listed, ruled, now

    @cached_property
    def mentions_then(self) -> Mapping[str, Mention]:
        """Give the recommendations as they were known, by id."""
        return {mention.rec_id: mention for mention in self.then.known.mentions}

    @cached_property
    def mentions_now(self) -> Mapping[str, Mention]:
        """Give the recommendations as they are known now, by id."""
        return {mention.rec_id: mention for mention in self.now.known.mentions}

    @cached_property
    def steps(self) -> tuple[Numbers, ...]:
        """Give the numbers as frozen, then after each of the states, in one order of recommendations and horizons."""
        worked: list[Numbers] = []
        for at, state in enumerate(self.states):
            same = at > 0 and _know_the_same(self.states[at - 1], state)
            worked.append(worked[-1] if same else numbers_of(state))
        every = dict.fromkeys([*self.frozen.ids, *worked[-1].ids])
        ids = [identity for identity in every if self.wanted is None or identity in self.wanted]
        keys = [key for key in self.frozen.keys if key in worked[-1].keys]
        return tuple(aligned(numbers, ids, keys) for numbers in (self.frozen, *worked))


def load_restated(
    connection: sqlite3.Connection, settings: Settings, run: Run, filters: Filters = EVERYTHING
) -> Restated:
    """Load a run with what was known then and what is known now, both up to the sessions that were known then."""
    as_of, made = np.datetime64(run["as_of"]).item(), parse(run["created_at"])
    then = load_situation(connection, settings, When(as_of, made))
    symbols = [*then.known.bars, *(mention.symbol for mention in then.known.mentions)]
    now = load_situation(connection, settings, When(as_of), symbols=symbols).cut(then.as_of_sessions)
    wanted = None if filters == EVERYTHING else _wanted((then, now), filters)
    frozen = numbers_from(load_scores(connection, run["id"]))
    known = {mention.rec_id for state in (then, now) for mention in state.known.mentions}
    lost = {one.rec_id: one for one in load_last_words(connection, set(frozen.ids) - known)}
    return Restated(run, then, now, frozen, wanted, lost)


def _wanted(situations: Iterable[Situation], filters: Filters) -> frozenset[str]:
    """Give the ids that filters leave in either state; a name that one of them does not know leaves nothing there."""
    found: set[str] = set()
    for situation in situations:
        with suppress(UnknownWord):
            found |= {situation.known.mentions[position].rec_id for position in select(situation, filters)}
    return frozenset(found)


def _know_the_same(one: Situation, other: Situation) -> bool:
    """Say whether two situations of one day give the same numbers, without working any out."""
    first, second = one.known, other.known
    return (
        one.settings == other.settings
        and first.mentions == second.mentions
        and first.securities == second.securities
        and first.foreseen.keys() == second.foreseen.keys()
        and all(np.array_equal(first.foreseen[market], second.foreseen[market]) for market in first.foreseen)
        and first.bars.keys() == second.bars.keys()
        and all(_same_bars(first.bars[symbol], second.bars[symbol]) for symbol in first.bars)
    )


def _same_bars(one: SymbolBars, other: SymbolBars) -> bool:
    if one is other:
        return True
    columns = ((one.open, other.open), (one.close, other.close), (one.volume, other.volume))
    return (
        one.actions == other.actions
        and np.array_equal(one.sessions, other.sessions)
        and all(np.array_equal(a, b, equal_nan=True) for a, b in columns)
    )


def _with_actions(bars: SymbolBars, then: SymbolBars | None) -> SymbolBars:
    return replace(bars, actions=() if then is None else then.actions)


def aligned(numbers: Numbers, ids: list[str], keys: list[str]) -> Numbers:
    """Lay numbers out over other ids and horizons; what is not there has no status."""
    found = empty_numbers(ids, keys)
    rows = np.array([found.place[identity] for identity in numbers.ids if identity in found.place], dtype=np.int64)
    mine = np.array([at for at, identity in enumerate(numbers.ids) if identity in found.place], dtype=np.int64)
    columns = [(keys.index(key), h) for h, key in enumerate(numbers.keys) if key in keys]
    for name in ("benchmark", "entry_session", "entry_price"):
        getattr(found, name)[rows] = getattr(numbers, name)[mine]
    for to, h in columns:
        for name in ("status", "exit_session", "hit"):
            getattr(found, name)[rows, to] = getattr(numbers, name)[mine, h]
        for name, values in found.legs.items():
            values[rows, to] = numbers.legs[name][mine, h]
    return found


def differ(one: Numbers, other: Numbers) -> np.ndarray:
    """Say ``(n, H)`` where anything about a number differs."""
    found = (one.status != other.status) | _apart(one.hit, other.hit)
    found |= (one.exit_session != other.exit_session) & ~(np.isnat(one.exit_session) & np.isnat(other.exit_session))
    for name in LEGS:
        found |= _apart(one.legs[name], other.legs[name])
    entry = (one.benchmark != other.benchmark) | _apart(one.entry_price, other.entry_price)
    entry |= (one.entry_session != other.entry_session) & ~(np.isnat(one.entry_session) & np.isnat(other.entry_session))
    # An entry counts where there is a number at all.
    return np.asarray(found | (entry[:, None] & (one.status != None) & (other.status != None)))  # noqa: E711


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray((np.isnan(one) != np.isnan(other)) | (np.abs(np.nan_to_num(one - other)) > TIE))
