"""Reconciliation: which numbers of a frozen score run are other ones today, by how much, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from watchlist import __version__
from watchlist.core.book import Known
from watchlist.domain.errors import Words
from watchlist.domain.model import Action, Mention
from watchlist.domain.symbols import market as market_of
from watchlist.queries.numbers import Numbers
from watchlist.queries.plain import number_or_none
from watchlist.queries.recommendations import Row
from watchlist.queries.restated import CAUSES, Restated, aligned, differ
from watchlist.queries.restated_facts import (
    Fact,
    action_facts,
    bar_facts,
    calendar_facts,
    field_facts,
    settings_facts,
    told,
)

_RETURNS: Final = ("total_return", "benchmark_return", "excess_return")


def reconciliation(restated: Restated, closing: Numbers | None = None) -> Row:
    """Hold a frozen run against what is known today, both as of the run's day.

    Args:
        closing: the numbers of a later day, to lead the means on to.

    Returns:
        ``run``; ``compared`` numbers (a recommendation at a horizon each), of which ``differing``; ``steps``: the means
        since entry as ``believed``, after each kind of knowledge was replaced, then of the same recommendations on the
        later day (``time``) and with those made since (``new``); ``rows``: one a number that differs, and one a
        recommendation that is gone (``retracted``) or was recorded later (``added``).
    """
    before, after = restated.steps[0], restated.steps[-1]
    there = (before.status[:, :1] != None) & (after.status[:, :1] != None)  # noqa: E711  (an array of objects)
    moved = differ(before, after) & there
    rows = sorted([*_gone_or_added(restated), *_moved(restated, moved)], key=_order)
    steps = list(zip(("believed", *CAUSES), restated.steps, strict=True))
    if closing is not None:
        steps += [("time", aligned(closing, list(restated.steps[-1].ids), list(closing.keys))), ("new", closing)]
    return {
        "run": restated.run,
        "compared": int(there.sum()) * len(before.keys),
        "differing": int(moved.sum()),
        "steps": [_step(name, numbers) for name, numbers in steps],
        "rows": rows,
    }


def _step(name: str, numbers: Numbers) -> Row:
    """Give the means since entry over what is measured; their differences are the effects of the steps."""
    total, index = numbers.legs["total_return"][:, 0], numbers.legs["benchmark_return"][:, 0]
    known = ~np.isnan(total) & ~np.isnan(index)
    means = [float(values[known].mean()) if known.any() else None for values in (total, index, total - index)]
    return {"step": name, "measured": int(known.sum()), **dict(zip(_RETURNS, means, strict=True))}


def _order(row: Row) -> tuple[str, ...]:
    """Put what belongs together together; horizons of a recommendation stay in their order."""
    return row["symbol"], row["published"], row["broker"], row["theme"], row["id"]


def _gone_or_added(restated: Restated) -> Iterator[Row]:
    before, after = restated.steps[0], restated.steps[-1]
    for kind, has, lacks in (("retracted", before, after), ("added", after, before)):
        for at in np.flatnonzero((has.status[:, 0] != None) & (lacks.status[:, 0] == None)):  # noqa: E711
            yield _row(restated, kind, (int(at), 0), [])


def _moved(restated: Restated, moved: np.ndarray) -> Iterator[Row]:
    steps = [differ(one, other) for one, other in zip(restated.steps, restated.steps[1:], strict=False)]
    reasons = _Reasons(restated)
    for at, h in np.argwhere(moved):
        place = (int(at), int(h))
        causes = [_cause(restated, reasons, number, place) for number, changed in enumerate(steps) if changed[place]]
        yield _row(restated, "changed", place, causes)


def _cause(restated: Restated, reasons: "_Reasons", number: int, place: tuple[int, int]) -> Row:
    one, other = restated.steps[number], restated.steps[number + 1]
    why = reasons.why(CAUSES[number], place)
    effects = {name: number_or_none(_value(other, name, place) - _value(one, name, place)) for name in _RETURNS}
    return {"cause": CAUSES[number], **effects, "why": why.en, "why_zh": why.zh}


def _value(numbers: Numbers, name: str, place: tuple[int, int]) -> float:
    if name == "excess_return":
        return float(numbers.legs["total_return"][place] - numbers.legs["benchmark_return"][place])
    return float(numbers.legs[name][place])


def _row(restated: Restated, kind: str, place: tuple[int, int], causes: list[Row]) -> Row:
    before, after = restated.steps[0], restated.steps[-1]
    situation = restated.then if kind == "retracted" else restated.now
    mention = restated.mention(before.ids[place[0]])
    theme = situation.theme_of(mention)
    sides: Row = {}
    for side, numbers in (("before", before), ("after", after)):
        sides |= {
            f"status_{side}": numbers.status[place],
            f"entry_session_{side}": _day(numbers.entry_session[place[0]]),
            f"entry_price_{side}": number_or_none(numbers.entry_price[place[0]]),
            f"exit_session_{side}": _day(numbers.exit_session[place]),
            **{f"{name}_{side}": number_or_none(_value(numbers, name, place)) for name in _RETURNS},
        }
    return {
        "kind": kind,
        "id": mention.rec_id,
        "symbol": mention.symbol,
        "name": situation.name_of(mention.symbol) or mention.name_printed,
        "broker": mention.broker,
        "published": mention.published.isoformat(),
        "theme": theme.id,
        "theme_name": theme.name,
        "theme_name_en": theme.name_en,
        "horizon": before.keys[place[1]],
        **sides,
        "causes": causes,
    }


def _day(day: np.datetime64) -> str | None:
    return None if np.isnat(day) else str(day)


def _actions(known: Known, symbol: str) -> Sequence[Action]:
    return known.bars[symbol].actions if symbol in known.bars else ()


@dataclass(frozen=True)
class _Reasons:
    """Says why a number moved; keeps what it found of a security."""

    restated: Restated
    _bars: dict[str, list[Fact]] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Words:
        """Say which settings and calendars are other ones."""
        then, now = self.restated.then, self.restated.now
        return told([*settings_facts(then.settings, now.settings), *calendar_facts(then.known, now.known)])

    @cached_property
    def program(self) -> Words:
        """Say which versions worked the number out."""
        frozen = self.restated.run["app_version"]
        return Words(f"worked out by watchlist {frozen}, now by {__version__}",
                     f"当时由 watchlist {frozen} 计算，现为 {__version__}")  # fmt: skip

    def why(self, cause: str, place: tuple[int, int]) -> Words:
        """Say why, in one piece; empty where a cause moved a number only together with others."""
        if cause in {"program", "settings"}:
            return self.program if cause == "program" else self.settings
        then, now = self.restated.then.known, self.restated.now.known
        identity = self.restated.steps[0].ids[place[0]]
        mention = self.restated.mention(identity)
        symbols = self._symbols(mention, place[0])
        if cause == "price":
            return self._prices(symbols, place)
        if cause == "action":
            return told(fact for s in symbols for fact in action_facts(s, _actions(then, s), _actions(now, s)))
        if cause == "security":
            return told(fact for s in symbols for fact in field_facts(s, then.securities.get(s), now.securities.get(s)))
        return told(field_facts(mention.symbol, self.restated.mentions_then.get(identity), mention))

    def _symbols(self, mention: Mention, at: int) -> list[str]:
        """Name the securities that a recommendation's numbers are made of, and the index that gives its sessions."""
        steps = self.restated.steps
        market = self.restated.now.rules.markets[market_of(mention.symbol)]
        return list(dict.fromkeys([mention.symbol, steps[0].benchmark[at], steps[-1].benchmark[at], market.benchmark]))

    def _prices(self, symbols: list[str], place: tuple[int, int]) -> Words:
        """Say which bars of a number's own window differ, else of any time; later ones where they changed a status."""
        before, after = self.restated.steps[0], self.restated.steps[-1]
        entries = [s.entry_session[place[0]] for s in (before, after) if not np.isnat(s.entry_session[place[0]])]
        exits = [s.exit_session[place] for s in (before, after) if not np.isnat(s.exit_session[place])]
        known = [fact for symbol in symbols for fact in self._bar_facts(symbol)]
        past = [fact for fact in known if not fact.later]
        inside = [fact for fact in past if entries and exits and min(entries) <= fact.session <= max(exits)]
        later = [fact for fact in self._bar_facts(symbols[0]) if fact.later]
        return told((inside or past) + (later if before.status[place] != after.status[place] else []))

    def _bar_facts(self, symbol: str) -> list[Fact]:
        if symbol not in self._bars:
            then, now = (state.known.bars.get(symbol) for state in (self.restated.then, self.restated.now))
            self._bars[symbol] = bar_facts(symbol, then, now, self.restated.now.when.as_of)
        return self._bars[symbol]
