"""Returns between two dates: of securities, and of a theme's members (RULES 20)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, get_args

import numpy as np

from watchlist.core.book import MarketBook, ask_symbols, lay_benchmarks, market_panel
from watchlist.core.panel import Panel
from watchlist.core.scoring import between, life_end
from watchlist.core.statistics import mean_or_none
from watchlist.domain.errors import NoMembers, UnknownWord, UsageMistake, Words
from watchlist.domain.model import Status
from watchlist.domain.symbols import market as market_of
from watchlist.ledger.themes import Theme
from watchlist.queries.groups import is_member, theme_index
from watchlist.queries.plain import iso, number_or_none
from watchlist.queries.recommendations import Filters, Row, select
from watchlist.queries.situation import Situation

EVERYTHING: Final = Filters()
Members = Literal["at-from", "point-in-time", "today"]
MEMBERS: Final[tuple[str, ...]] = get_args(Members)
_NOTHING: Final = (
    "from_session", "to_session", "from_close", "to_close", "price_return", "total_return", "benchmark_return",
    "excess_return", "price_excess",
)  # fmt: skip


# What returns of a theme, and of single securities, have nothing to do with; to drop it in silence would mislead.
_NOT_OF_THEMES: Final = (Words("a theme", "主题"), ("status", "horizon", "period"))
_NOT_OF_SHARES: Final = (
    Words("single securities", "单只证券"),
    ("theme", "broker", "symbol", "since", "until", "analyst", "market", "rating", "direction", *_NOT_OF_THEMES[1]),
)


class DoesNotGo(UsageMistake):
    """An option that chooses what the question is not about."""

    en = "{option} does not go with returns of {what}: leave it out."
    zh = "查询{what}的收益时不能使用 {option}：请去掉。"


def refuse_idle(asked: Mapping[str, object], *, of_theme: bool) -> None:
    """Refuse options that the question has nothing to do with.

    Args:
        asked: what was given by name of the option; ``None`` and nothing is not.

    Raises:
        DoesNotGo: one was given.
    """
    what, names = _NOT_OF_THEMES if of_theme else _NOT_OF_SHARES
    for name in names:
        if asked.get(name):
            raise DoesNotGo(option=f"--{name}", what=what)


def return_rows(situation: Situation, symbols: Sequence[str], start: dt.date, end: dt.date) -> list[Row]:
    """Give one row a security, in the order asked: from the last close on or before ``start`` to that of ``end``."""
    at_end = situation.up_to(min(end, situation.when.as_of))
    rows: dict[str, Row] = {}
    for market in dict.fromkeys(market_of(symbol) for symbol in symbols):
        mine = [symbol for symbol in symbols if market_of(symbol) == market]
        panel = market_panel(at_end.known, at_end.rules, market, at_end.when.as_of, mine)
        if panel is not None:
            rows |= {row["symbol"]: row for row in _market_rows(at_end, at_end.counted(panel), mine, start)}
    return [rows.get(symbol) or _unknown(situation, symbol) for symbol in symbols]


def theme_return_row(
    situation: Situation, theme: Theme, start: dt.date, end: dt.date, members: str, filters: Filters = EVERYTHING
) -> Row:
    """Give the return of a theme between two dates: equal weight over its members, each against its own benchmark.

    Args:
        filters: which recommendations make members, besides their theme; one by status is not looked at.

    Raises:
        NoMembers: nobody was in it; the sentence names the other choices.
        UnknownWord: ``members`` is none of :data:`MEMBERS`.
    """
    if members not in MEMBERS:
        known = ", ".join(MEMBERS)
        raise UnknownWord(option="--members", text=members, hint=Words(f" Known: {known}.", f"可用：{known}。"))
    mine = replace(filters, theme=theme.id)
    if members == "point-in-time":
        return _point_in_time(situation, theme, start, end, mine)
    symbols = _open_at(situation, start, mine) if members == "at-from" else _ever(situation, mine)
    if not symbols:
        raise NoMembers(theme=theme.words, date=start)
    rows = return_rows(situation, symbols, start, end)
    return {
        "theme": theme.id,
        "name": theme.name,
        "name_en": theme.name_en,
        "from_session": min((r["from_session"] for r in rows if r["from_session"]), default=None),
        "to_session": max((r["to_session"] for r in rows if r["to_session"]), default=None),
        "weighting": "equal",
        "members_by": members,
        **_means(rows),
        "members": rows,
    }


def _market_rows(situation: Situation, panel: Panel, symbols: Sequence[str], start: dt.date) -> list[Row]:
    benchmark = situation.known.benchmark or situation.rules.markets[panel.market].benchmark
    benchmarks = lay_benchmarks(panel, situation.known, [benchmark])
    asked = ask_symbols(panel, symbols)
    base = panel.position(start)
    end, status = life_end(panel, asked.row)
    price, total, index = between(panel, asked, benchmarks, base, end)
    row = np.maximum(asked.row, 0)
    # A share whose life ended before the window has no return in it.
    priced = (asked.row >= 0) & (base >= 0) & (end >= base) & ~np.isnan(panel.close[row, max(base, 0)])
    rows = []
    for n, symbol in enumerate(symbols):
        if not priced[n]:
            ended = status[n] if 0 <= end[n] < base else Status.NO_PRICE
            rows.append(_unknown(situation, symbol) | {"status": str(ended)})
            continue
        rows.append(
            {
                "symbol": symbol,
                "name": situation.name_of(symbol),
                "from_session": _iso(panel, base),
                "to_session": _iso(panel, int(end[n])),
                "from_close": float(panel.close[row[n], base] / panel.rates[base]),
                "to_close": float(panel.close[row[n], end[n]] / panel.rates[end[n]]),
                "price_return": number_or_none(price[n]),
                "total_return": number_or_none(total[n]),
                "benchmark": benchmark,
                "benchmark_kind": "price",
                "benchmark_return": number_or_none(index[n]),
                "excess_return": number_or_none(total[n] - index[n]),
                "price_excess": number_or_none(price[n] - index[n]),
                "status": str(Status.MATURED if status[n] == Status.RUNNING else status[n]),
            }
        )
    return rows


def _open_at(situation: Situation, day: dt.date, filters: Filters) -> list[str]:
    """List the shares whose calls in a theme were open at the close of the last session on or before ``day``."""
    then = situation.up_to(min(day, situation.when.as_of))
    found = []
    for position in select(then, filters):
        place = then.book.place.get(position)
        if place is not None and _is_open(
            then.book.markets[place[0]], place[1], then.book.call_of[position], then.when.as_of
        ):
            found.append(then.known.mentions[position].symbol)
    return sorted(set(found))


def _is_open(part: MarketBook, at: int, call: int, day: dt.date) -> bool:
    """Say whether a call was open on a day; one whose bars simply end still ends with its horizon."""
    return is_member(part, at) and part.lives.status[call] != "closed" and part.calls[call].expires >= day


def _ever(situation: Situation, filters: Filters) -> list[str]:
    mentions = [situation.known.mentions[p] for p in select(situation, filters)]
    return sorted({mention.symbol for mention in mentions if mention.direction > 0})


def _point_in_time(situation: Situation, theme: Theme, start: dt.date, end: dt.date, filters: Filters) -> Row:
    """Read the theme index between two dates: members join and leave inside the window."""
    at_end = situation.up_to(min(end, situation.when.as_of))
    positions = [p for p in select(at_end, filters) if p in at_end.book.place]
    index = theme_index(at_end, positions)
    if index is None:
        raise NoMembers(theme=theme.words, date=end)
    base = max(int(np.searchsorted(index.dates, np.datetime64(start), side="right")) - 1, 0)
    if not index.live[base + 1 :].any():
        raise NoMembers(theme=theme.words, date=start)
    total = float(index.level[-1] / index.level[base] - 1)
    benchmark = float(index.benchmark[-1] / index.benchmark[base] - 1)
    symbols = sorted({at_end.known.mentions[p].symbol for p in positions})
    return {
        "theme": theme.id,
        "name": theme.name,
        "name_en": theme.name_en,
        "from_session": iso(index.dates[base].item()),
        "to_session": iso(index.dates[-1].item()),
        "weighting": "equal, rebalanced daily",
        "members_by": "point-in-time",
        "price_return": None,
        "total_return": total,
        "benchmark_return": benchmark,
        "excess_return": total - benchmark,
        "members": return_rows(at_end, symbols, start, end),
    }


def _means(rows: Sequence[Row]) -> Row:
    names = ("price_return", "total_return", "benchmark_return", "excess_return")
    known = [row for row in rows if row["excess_return"] is not None]
    return {name: mean_or_none(np.array([row[name] for row in known], dtype=float)) for name in names}


def _unknown(situation: Situation, symbol: str) -> Row:
    benchmark = situation.known.benchmark or situation.rules.markets[market_of(symbol)].benchmark
    return {
        "symbol": symbol,
        "name": situation.name_of(symbol),
        **dict.fromkeys(_NOTHING),
        "benchmark": benchmark,
        "benchmark_kind": "price",
        "status": str(Status.NO_PRICE),
    }


def _iso(panel: Panel, position: int) -> str:
    return str(panel.sessions[position])
