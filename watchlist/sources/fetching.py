"""Fetching one security: ask its sources in turn, examine what arrives, and let another source settle what is in doubt.

Nothing is stored here: what is stored of the security comes in, what should become of it goes out.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Final

from watchlist.core.arrival import Answer, Bar, Ground, Rows, examine, laid_over
from watchlist.core.payouts import Paid, Told, settle_actions, steps_of
from watchlist.core.planning import FIRST, TRUSTED, Fetch
from watchlist.core.settling import TRUSTABLE, UNCONFIRMED, Held, Settled, Waiting, settle, trusted, unconfirmed
from watchlist.domain.errors import WatchlistError, Words, counted
from watchlist.domain.model import Action
from watchlist.domain.symbols import board
from watchlist.sources.asking import Asker
from watchlist.sources.contract import Actions, Bars, BarsOutcome, NoData
from watchlist.sources.reasons import in_chinese
from watchlist.sources.vendor import Vendor

# A first fetch is compared with a second source over so many days.
NEWEST: Final = dt.timedelta(days=15)
# Dividends are looked for so long before the bars that are asked: a source may be late with one.
LATE: Final = dt.timedelta(days=30)
MOST_OPINIONS: Final = 3
ALONE: Final = "no second source answered to compare a first fetch with"
# Who tells cash and split; Tencent, Sina and the houses of indices do not.
_TELLING: Final = ("files", "simulated", "eastmoney", "yahoo")
_WITH_FACTORS: Final = frozenset({"main", "chinext", "star", "bse"})
_COLUMNS: Final = ["session", "open", "high", "low", "close", "volume"]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a fetch brought, decided and ready to store.

    Attributes:
        source: whose bars were taken, or who confirmed that there are none; ``None`` where nobody could be believed.
        bars: new or changed bars by session, with the source of each.
        paid: new or changed actions, with the source of each.
        changed_bars, changed_actions: how many of them replace something stored.
        held: what was not believed.
        resolved: earlier doubts that are settled now.
        problem: what a person should know.
        notes: what each source said that did not help.
        answered: whether some source answered, with bars or by having none, or nobody serves it at all; if not, asking
            again may help.
    """

    source: str | None = None
    bars: Mapping[str, tuple[str, Bar]] = field(default_factory=dict)
    paid: tuple[tuple[str, Action], ...] = ()
    changed_bars: int = 0
    changed_actions: int = 0
    held: tuple[Held, ...] = ()
    resolved: Mapping[int, str] = field(default_factory=dict)
    problem: Words | None = None
    notes: tuple[str, ...] = ()
    answered: bool = True


def bring(
    fetch: Fetch, ground: Ground, stored: Mapping[dt.date, Action], waiting: Sequence[Waiting], asker: Asker
) -> Brought:
    """Fetch one security.

    Args:
        ground: what is stored and known of it.
        stored: its actions by ex-date.
        waiting: its bars in quarantine.
    """
    notes: list[str] = []
    try:
        return _bring(fetch, replace(ground, actions=tuple(stored.values())), stored, waiting, _Round(asker, notes))
    except WatchlistError as error:
        return Brought(problem=Words(error.text("en"), error.text("zh")), notes=tuple(notes), answered=False)


@dataclass(frozen=True, slots=True)
class _Round:
    """Who is asked, what they said of bars, and what they said that did not help."""

    asker: Asker
    notes: list[str]
    outcomes: list[BarsOutcome] = field(default_factory=list)

    def bars(self, name: str, fetch: Fetch, since: dt.date) -> BarsOutcome:
        outcome = self.asker.bars(name, fetch.symbol, since, fetch.until)
        self.outcomes.append(outcome)
        if not isinstance(outcome, Bars):
            self.notes.append(f"{name}: {outcome.reason}")
        return outcome

    def told(self, name: str, fetch: Fetch) -> Told | None:
        outcome = self.asker.actions(name, fetch.symbol, _payouts_since(fetch), fetch.until)
        if isinstance(outcome, Actions):
            return Told(name, outcome.actions)
        self.notes.append(f"{name}: {outcome.reason}")
        return None


def _bring(
    fetch: Fetch, ground: Ground, stored: Mapping[dt.date, Action], waiting: Sequence[Waiting], ask: _Round
) -> Brought:
    order = list(fetch.sources[:1] if fetch.reason == TRUSTED else ask.asker.order(fetch.sources))
    first_answer = _first_bars(fetch, order, ask)
    if first_answer is None:
        return _nothing(fetch, ask)
    name, bars = first_answer
    tellers = [one for one in ask.asker.order(_tellers(fetch), "actions") if one in ask.asker.sources]
    told = _first_told(fetch, tellers, ask)
    ground = replace(ground, actions=(*ground.actions, *(told.actions if told else ())))
    if fetch.reason == TRUSTED:
        answers = [_examined(name, bars, replace(ground, stored={}))]
        settled = trusted(answers[0], ground, waiting)
    else:
        answers = [_examined(name, bars, ground)]
        settled = _second_opinions(fetch, order, answers, ground, waiting, ask)
    if fetch.reason == FIRST and len(answers) == 1:
        if _nobody_can_confirm(name, ground, ask):
            return _held_back(fetch, unconfirmed(answers[0], ground), ask)
        ask.notes.append(f"{name}: {ALONE}")
    known = laid_over(ground.stored, {session: bar for session, (_, bar) in settled.bars.items()})
    paid, could_check = _paid(fetch, known, stored, told, tellers, ask)
    believed = [answer.source for answer in answers if not _disbelieved(answer, settled)]
    return Brought(
        source=_main_source(settled, believed),
        bars=settled.bars,
        paid=paid.actions,
        changed_bars=len(settled.changed),
        changed_actions=len(paid.changed),
        held=(*settled.held, *paid.held),
        resolved=settled.resolved,
        problem=_problem(fetch, settled, paid, ask.notes, could_check=could_check),
        notes=tuple(ask.notes),
    )


def _first_bars(fetch: Fetch, order: list[str], ask: _Round) -> tuple[str, Bars] | None:
    """Ask until somebody has bars; who was asked leaves ``order``."""
    while order:
        name = order.pop(0)
        outcome = ask.bars(name, fetch, fetch.since)
        if isinstance(outcome, Bars):
            return name, outcome
    return None


def _first_told(fetch: Fetch, tellers: list[str], ask: _Round) -> Told | None:
    """Ask until somebody tells what was paid; who was asked leaves ``tellers``."""
    if board(fetch.symbol) == "index":
        return Told("", ())
    while tellers:
        told = ask.told(tellers.pop(0), fetch)
        if told is not None:
            return told
    return None


def _second_opinions(
    fetch: Fetch, order: list[str], answers: list[Answer], ground: Ground, waiting: Sequence[Waiting], ask: _Round
) -> Settled:
    """Ask further sources while they could settle something."""
    first = fetch.reason == FIRST
    settled = settle(answers, ground, waiting, first=first)
    while settled.ask and order and len(answers) < MOST_OPINIONS:
        name = order.pop(0)
        whole = not first or _is_open(settled, answers)
        outcome = ask.bars(name, fetch, fetch.since if whole else max(fetch.since, fetch.until - NEWEST))
        if not isinstance(outcome, Bars):
            continue
        answers.append(_examined(name, outcome, ground))
        settled = settle(answers, ground, waiting, first=first)
        if not whole and settled.ask:
            # They disagree over the newest sessions: now all of them are wanted.
            again = ask.bars(name, fetch, fetch.since)
            if isinstance(again, Bars):
                answers[-1] = _examined(name, again, ground)
                settled = settle(answers, ground, waiting, first=first)
    return settled


def _nobody_can_confirm(name: str, ground: Ground, ask: _Round) -> bool:
    """Say whether a first answer of a vendor stands alone: no other source that answered has the security.

    One that failed may still confirm it the next day, and is no reason to be without prices until then; files of one's
    own are one's own word.
    """
    others = [outcome for outcome in ask.outcomes if not isinstance(outcome, Bars)]
    vendor = isinstance(ask.asker.sources[name], Vendor)
    return vendor and not ground.stored and all(isinstance(outcome, NoData) for outcome in others)


def _held_back(fetch: Fetch, settled: Settled, ask: _Round) -> Brought:
    """Store nothing of an answer that nobody confirms, dividends included."""
    nothing_paid = Paid((), (), (), ask=False)
    problem = _problem(fetch, settled, nothing_paid, ask.notes, could_check=True)
    return Brought(held=settled.held, problem=problem, notes=tuple(ask.notes))


def _is_open(settled: Settled, answers: Sequence[Answer]) -> bool:
    """Say whether more than the newest sessions is in question."""
    return bool(settled.held) or len(answers) > 1 or bool(answers[0].missing) or answers[0].late


def _paid(
    fetch: Fetch, bars: Rows, stored: Mapping[dt.date, Action], told: Told | None, tellers: list[str], ask: _Round
) -> tuple[Paid, bool]:
    """Settle what was paid: the factors are asked only where something is new, changed, or untold.

    Returns:
        what to store, and whether anybody could say.
    """
    since = _payouts_since(fetch)
    all_told = [told] if told is not None else []
    paid = settle_actions(all_told, None, stored, bars, since, fetch.until)
    has_factors = board(fetch.symbol) in _WITH_FACTORS
    if not has_factors or not (paid.actions or paid.held or told is None or fetch.reason == FIRST):
        return paid, told is not None
    if "sina" not in fetch.sources:
        return paid, told is not None
    factors = ask.asker.factors(fetch.symbol)
    if not isinstance(factors, tuple):
        ask.notes.append(f"sina: {factors.reason}")
        return paid, told is not None
    steps = steps_of(factors)
    paid = settle_actions(all_told, steps, stored, bars, since, fetch.until)
    while paid.ask and tellers:
        more = ask.told(tellers.pop(0), fetch)
        all_told += [more] if more is not None else []
        paid = settle_actions(all_told, steps, stored, bars, since, fetch.until)
    # Factors without a step in the range say that nothing was paid, even where nobody could tell what.
    return paid, bool(all_told) or not paid.held


def _examined(name: str, bars: Bars, ground: Ground) -> Answer:
    frame = bars.frame
    sessions, *prices = (frame[name].tolist() for name in _COLUMNS)
    arrived = list(zip(sessions, zip(*prices, strict=True), strict=True))
    turnover = frame["turnover"].tolist() if "turnover" in frame.columns else ()
    return examine(name, arrived, ground, turnover)


def _tellers(fetch: Fetch) -> list[str]:
    return [name for name in _TELLING if name in fetch.sources]


def _payouts_since(fetch: Fetch) -> dt.date:
    return fetch.since if fetch.reason == FIRST else fetch.since - LATE


def _disbelieved(answer: Answer, settled: Settled) -> bool:
    return any(one.source == answer.source and one.doubt.session is None for one in settled.held)


def _main_source(settled: Settled, believed: Sequence[str]) -> str | None:
    """Name the source of most of the bars; where none is new, the first that was believed."""
    counts = Counter(map(itemgetter(0), settled.bars.values())).most_common(1)
    return counts[0][0] if counts else next(iter(believed), None)


def _nothing(fetch: Fetch, ask: _Round) -> Brought:
    """Say that nobody had bars: nothing is wrong where all answered, and none has anything newer."""
    said_none = [isinstance(outcome, NoData) for outcome in ask.outcomes]
    if fetch.reason not in {FIRST, TRUSTED} and said_none and all(said_none):
        return Brought(notes=tuple(ask.notes))
    empty = (one.reason for one in ask.outcomes if isinstance(one, NoData))
    reasons = "; ".join(dict.fromkeys(ask.notes or empty))
    words = Words(
        f"{fetch.symbol}: no source had its bars ({reasons or 'none serves it'})",
        f"{fetch.symbol}：没有行情来源提供数据（{in_chinese(reasons) or '无可用来源'}）",
    )
    return Brought(problem=words, notes=tuple(ask.notes), answered=any(said_none) or not said_none)


def _whom_to_trust(symbol: str, held: Held) -> Words:
    """Say that an answer waits as a whole, what it ends with, and the command that takes it."""
    newest = held.doubt.row["newest"]
    ends = [(s, bar["close"]) for s, bar in newest.items()][-1:] if isinstance(newest, Mapping) else []
    en = "".join(f"; its newest close, of {session}, is {close}" for session, close in ends)
    zh = "".join(f"；其最新收盘价（{session}）为 {close}" for session, close in ends)
    command = f"python main.py update --symbol {symbol} --trust {held.source}"
    if held.doubt.rule == UNCONFIRMED:
        return Words(
            f"{symbol}: only {held.source} has its bars and no second source confirms them: nothing was stored{en}. "
            f"Where that is right: {command}",
            f"{symbol}：仅 {held.source} 有其行情，没有第二来源可核对，未写入任何数据{zh}。核实无误后请运行：{command}",
        )
    return Words(
        f"{symbol}: the answer of {held.source} differs from what is stored and waits in quarantine "
        f"({held.doubt.rule}){en}. Where it is right: {command}",
        f"{symbol}：{held.source} 的数据与已存行情不符，已隔离（{held.doubt.rule}）{zh}。核实无误后请运行：{command}",
    )


def _problem(fetch: Fetch, settled: Settled, paid: Paid, notes: Sequence[str], *, could_check: bool) -> Words | None:
    waiting = [one for one in (*settled.held, *paid.held) if one.resolution is None]
    alone = next((one for one in waiting if one.doubt.session is None and one.doubt.rule in TRUSTABLE), None)
    if alone is not None:
        return _whom_to_trust(fetch.symbol, alone)
    if waiting:
        rules = ", ".join(sorted({one.doubt.rule for one in waiting}))
        return Words(
            f"{fetch.symbol}: {counted(len(waiting), 'row was', 'rows were')} not believed and "
            f"{'waits' if len(waiting) == 1 else 'wait'} in quarantine ({rules})",
            f"{fetch.symbol}：{len(waiting)} 行数据未被采信，已隔离（{rules}）",
        )
    if could_check:
        return None
    reasons = "; ".join(notes)
    return Words(
        f"{fetch.symbol}: its dividends could not be checked ({reasons})",
        f"{fetch.symbol}：无法核对其分红送转（{in_chinese(reasons)}）",
    )
