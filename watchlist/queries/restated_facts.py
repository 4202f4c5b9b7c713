"""What was learned since: in which bars, actions, securities, settings and recommendations two states differ.

Each fact is said in one short piece, in both languages; longer lists are cut, and counted.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from watchlist.core.bars import SymbolBars
from watchlist.core.book import Known
from watchlist.domain.errors import Words
from watchlist.domain.model import Action, Mention, Security
from watchlist.ledger.documents import settings_document
from watchlist.ledger.settings import Settings

_NAMED: Final = 3  # facts that are named before the rest is only counted
_NEVER: Final = np.datetime64("NaT", "D")
_TOUCHING: Final = ("symbol", "published", "published_at", "direction", "benchmark")  # fields of a mention


@dataclass(frozen=True, slots=True)
class Fact:
    """A difference: of a bar on its session, ``later`` than the day it is asked about, or of anything else."""

    words: Words
    session: np.datetime64 = _NEVER
    later: bool = False


def bar_facts(symbol: str, then: SymbolBars | None, now: SymbolBars | None, as_of: dt.date) -> list[Fact]:
    """List the bars up to a day that are other ones now, and the first later one: it shows that the share trades."""
    before, after = _by_session(then), _by_session(now)
    facts = []
    for session in sorted(before.keys() | after.keys()):
        if session > as_of:
            continue
        old, new = before.get(session), after.get(session)
        if old != new:
            facts.append(Fact(_bar_words(symbol, session, old, new), np.datetime64(session)))
    later = [session for session in after if session > as_of and session not in before]
    if later:
        first = min(later)
        words = Words(f"{symbol} trades again: a bar of {first}", f"{symbol} 恢复交易：{first} 有行情")
        facts.append(Fact(words, np.datetime64(first), later=True))
    return facts


def _by_session(bars: SymbolBars | None) -> dict[dt.date, tuple[float, float, float]]:
    if bars is None:
        return {}
    values = (np.nan_to_num(column, nan=-1.0).tolist() for column in (bars.open, bars.close, bars.volume))
    return dict(zip(bars.sessions.tolist(), zip(*values, strict=True), strict=True))


def _bar_words(
    symbol: str, session: dt.date, old: tuple[float, float, float] | None, new: tuple[float, float, float] | None
) -> Words:
    if old is None or new is None:
        came = new is not None
        return Words(f"{symbol}: the bar of {session} {'came later' if came else 'is gone'}",
                     f"{symbol}：{session} 的日线{'后来才有' if came else '已撤去'}")  # fmt: skip
    names = (("open", "开盘"), ("close", "收盘"), ("volume", "成交量"))
    moved = [(en, zh, a, b) for (en, zh), a, b in zip(names, old, new, strict=True) if a != b]
    return Words(
        f"{symbol} {session}: " + ", ".join(f"{en} {_price(a)} → {_price(b)}" for en, _, a, b in moved),
        f"{symbol} {session}：" + "，".join(f"{zh} {_price(a)} → {_price(b)}" for _, zh, a, b in moved),
    )


def _price(value: float) -> str:
    return "–" if value < 0 else f"{value:.10g}"


def action_facts(symbol: str, then: Iterable[Action], now: Iterable[Action]) -> list[Fact]:
    """List the corporate actions that are new, gone or other ones."""
    before, after = ({action.ex_date: action for action in actions} for actions in (then, now))
    return [
        Fact(
            Words(f"{symbol}, ex {day}: {_action(before.get(day), 'en')} → {_action(after.get(day), 'en')}",
                  f"{symbol} 除权除息 {day}：{_action(before.get(day), 'zh')} → {_action(after.get(day), 'zh')}"),
        )
        for day in sorted(before.keys() | after.keys())
        if before.get(day) != after.get(day)
    ]  # fmt: skip


def _action(action: Action | None, language: str) -> str:
    if action is None:
        return "无" if language == "zh" else "none"
    words = (f"每股 {action.cash:g}", f"1 股变 {action.split:g} 股") if language == "zh" else (
        f"{action.cash:g} a share", f"{action.split:g} for 1")  # fmt: skip
    return " + ".join(word for word, there in zip(words, (action.cash > 0, action.split != 1), strict=True) if there)


def field_facts(head: str, then: Security | Mention | None, now: Security | Mention | None) -> list[Fact]:
    """List the fields of a security or a recommendation that say something else now."""
    some = then or now
    if some is None or then == now:
        return []
    names = [field.name for field in fields(some)]
    if isinstance(some, Mention):
        names = [name for name in names if name in _TOUCHING]
    pairs = [(name, getattr(then, name, None), getattr(now, name, None)) for name in names]
    return [
        Fact(Words(*(f"{head}: {name} {_plain(old)} → {_plain(new)}",) * 2)) for name, old, new in pairs if old != new
    ]


def settings_facts(then: Settings, now: Settings) -> list[Fact]:
    """List the settings that touch numbers and are other ones now."""
    before, after = (dict(_leaves(settings_document(settings))) for settings in (then, now))
    return [
        Fact(Words(*(f"{name} {_plain(before.get(name))} → {_plain(after.get(name))}",) * 2))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def calendar_facts(then: Known, now: Known) -> list[Fact]:
    """Name the markets whose foreseen sessions are other ones now."""
    markets = then.foreseen.keys() | now.foreseen.keys()
    empty = np.array([], dtype="datetime64[D]")
    differ = (m for m in sorted(markets)
              if not np.array_equal(then.foreseen.get(m, empty), now.foreseen.get(m, empty)))  # fmt: skip
    return [Fact(Words(f"sessions foreseen for {m}", f"{m} 的预计交易日")) for m in differ]


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, value


def _plain(value: Any) -> str:  # noqa: ANN401  (any value of a setting or a field)
    if value is None:
        return "–"
    return f"({len(value)})" if isinstance(value, (list, tuple)) else str(value)


def told(facts: Iterable[Fact]) -> Words:
    """Say facts one after the other; beyond three the rest is counted."""
    kept = [fact.words for fact in facts]
    rest = len(kept) - _NAMED
    en = "; ".join(words.en for words in kept[:_NAMED]) + (f"; and {rest} more" if rest > 0 else "")
    zh = "；".join(words.zh for words in kept[:_NAMED]) + (f"；另有 {rest} 处" if rest > 0 else "")
    return Words(en, zh)
