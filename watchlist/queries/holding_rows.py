"""Rows of holdings: one security each, with what it cost, is worth and added, and what brokers say of it."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.book import exchange_rates
from watchlist.core.holdings import Chained
from watchlist.core.scoring import life_end
from watchlist.domain.calendars import days
from watchlist.domain.symbols import market as market_of
from watchlist.domain.symbols import trading_currency
from watchlist.queries.held_calls import CallsOf
from watchlist.queries.held_prices import HeldPrices
from watchlist.queries.plain import iso, number_or_none
from watchlist.queries.recommendations import Row
from watchlist.queries.situation import Situation
from watchlist.storage.holdings import Position, Snapshot

_LONG_NUMBER: Final = re.compile(r"[A-Za-z]?\d{6,}")
_SHOWN_DIGITS: Final = 4
_SHARE_DIGITS: Final = 6

Positions = Sequence[tuple[Snapshot, Position]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What every account held from the close of ``start`` on: the snapshots that stood then."""

    start: dt.date
    snapshots: tuple[Snapshot, ...]


def shown_account(name: str) -> str:
    """Write an account as answers do: of a long number its last four digits only, for reviews are passed around."""
    if not name:
        return "–"
    return f"*{name[-_SHOWN_DIGITS:]}" if _LONG_NUMBER.fullmatch(name) else name


def snapshot_row(snapshot: Snapshot) -> Row:
    """Give the row of a snapshot."""
    return {
        "account": shown_account(snapshot.account),
        "day": snapshot.day.isoformat(),
        "holdings": len(snapshot.positions),
        "problems": snapshot.problems,
        "source": snapshot.source,
        "rev": snapshot.rev,
        "recorded_at": None if snapshot.recorded_at is None else snapshot.recorded_at.isoformat(),
    }


def shares_on(stretch: Stretch, prices: HeldPrices, day: dt.date) -> Floats:
    """Give ``(N,)`` the shares held on a day of a stretch, splits since their snapshot worked in."""
    place = {symbol: n for n, symbol in enumerate(prices.symbols)}
    total = np.zeros(len(prices.symbols))
    for snapshot in stretch.snapshots:
        step = _steps(prices.split, prices, snapshot.day, day)
        for position in snapshot.positions:
            total[place[position.symbol]] += position.shares * step[place[position.symbol]]
    return total


def holding_rows(
    situation: Situation, stretches: Sequence[Stretch], prices: HeldPrices, chained: Chained, calls: CallsOf
) -> list[Row]:
    """Give one row a security: what is held by value, what was, then what is recommended and not held, newest first."""
    last = stretches[-1]
    shares = shares_on(last, prices, prices.days[-1])
    value = np.where(shares > 0, shares * prices.value[-1], 0.0)
    whole = float(np.nansum(value))
    base = prices.worth[prices.days.index(stretches[0].start)]
    returns = prices.worth[-1] / base - 1
    rows = []
    for n, symbol in enumerate(prices.symbols):
        positions = [(one, p) for one in last.snapshots for p in one.positions if p.symbol == symbol]
        worth = number_or_none(value[n]) if positions else None
        printed = next((p.name_printed for _, p in positions if p.name_printed), None)
        row = _head(situation, symbol, "held" if positions else "sold", printed, calls)
        row |= {
            "accounts": list(dict.fromkeys(shown_account(one.account) for one, _ in positions)),
            "snapshot": iso(max((one.day for one, _ in positions), default=None)),
            "shares": _whole(float(shares[n])),
            "shares_in_snapshot": _whole(sum(p.shares for _, p in positions)),
            "snapshot_close": _close_then(positions, prices, n),
            **_cost(situation, positions, prices, n),
            "session": prices.session[n],
            "close": number_or_none(prices.close[-1, n]),
            "rate": number_or_none(prices.rate[-1, n]),
            "status": _status(prices, n),
            "value": worth,
            "weight": None if worth is None or whole <= 0 else worth / whole,
            "total_return": number_or_none(returns[n]),
            "contribution": number_or_none(chained.contribution[n]),
            "benchmark": prices.benchmarks[n],
        }
        rows.append(_ordered(row))
    rows.sort(key=lambda row: (row["position"] != "held", -(row["value"] or 0.0), row["symbol"]))
    known, names = set(prices.symbols), {m.symbol: m.name_printed for m in situation.known.mentions}
    absent = [symbol for symbol in calls.recommended() if symbol not in known]
    return rows + [_not_held(situation, symbol, names[symbol], calls) for symbol in absent]


_KEYS: Final = (
    "symbol", "name", "position", "standing", "accounts", "snapshot", "shares", "shares_in_snapshot", "snapshot_close",
    "cost", "cost_currency", "currency", "session", "close", "rate", "status", "value", "weight", "unrealised_return",
    "total_return", "contribution", "benchmark", "recommended_by", "recommended_since", "calls", "ended_calls",
)  # fmt: skip


def _ordered(row: Row) -> Row:
    return {key: row[key] for key in _KEYS}


def _head(situation: Situation, symbol: str, position: str, printed: str | None, calls: CallsOf) -> Row:
    opened = calls.open.get(symbol, ())
    buys = [call for call in opened if call["direction"] == 1]
    return {
        "symbol": symbol,
        "name": situation.name_of(symbol) or printed,
        "position": position,
        "standing": calls.standing(symbol),
        "currency": trading_currency(symbol),
        "recommended_by": sorted({call["broker"] for call in buys}),
        "recommended_since": min((call["first_published"] for call in buys), default=None),
        "calls": list(opened),
        "ended_calls": list(calls.ended.get(symbol, ())),
    }


def _close_then(positions: Positions, prices: HeldPrices, n: int) -> float | None:
    """Give the close of the newest snapshot's day, as traded."""
    days_held = [one.day for one, _ in positions]
    return number_or_none(prices.close[prices.days.index(max(days_held)), n]) if days_held else None


def _cost(situation: Situation, positions: Positions, prices: HeldPrices, n: int) -> Row:
    """Give what a share cost, splits since worked in, and what came of it: price now and dividends since the snapshot.

    ``unrealised_return = sum(shares x close x total step since the snapshot) / sum(shares x cost) - 1``, both in the
    currency of the cost; nothing where a part of the cost is unknown, or the whole is not above zero.
    """
    own = trading_currency(prices.symbols[n])
    currencies = {p.cost_currency or own for _, p in positions}
    nothing: Row = {"cost": None, "cost_currency": None, "unrealised_return": None}
    if len(currencies) != 1 or any(p.cost is None for _, p in positions):
        return nothing
    currency, end = currencies.pop(), prices.days[-1]
    paid = sum(p.shares * (p.cost or 0.0) for _, p in positions)
    now = sum(p.shares * float(_steps(prices.split, prices, one.day, end)[n]) for one, p in positions)
    grown = sum(p.shares * float(_steps(prices.total, prices, one.day, end)[n]) for one, p in positions)
    rate = float(exchange_rates(situation.known, own, currency, days([end]))[0])
    came = grown * float(prices.close[-1, n]) * rate
    result = number_or_none(came / paid - 1) if paid > 0 else None
    return {"cost": paid / now, "cost_currency": currency, "unrealised_return": result}


def _steps(factors: Floats, prices: HeldPrices, start: dt.date, end: dt.date) -> Floats:
    """Give ``(N,)`` the step of some factors between two days; 1 where there was no bar yet."""
    step = factors[prices.days.index(end)] / factors[prices.days.index(start)]
    return np.where(np.isnan(step), 1.0, step)


def _status(prices: HeldPrices, n: int) -> str:
    """Say how the price stands; ``no_rate`` where it cannot be counted in the portfolio's currency."""
    lost = prices.session[n] is not None and bool(np.isnan(prices.rate[-1, n]))
    return "no_rate" if lost else prices.status[n]


def _not_held(situation: Situation, symbol: str, printed: str, calls: CallsOf) -> Row:
    """Give the row of a security that is recommended and not held; its close comes from the book of recommendations."""
    part = situation.book.markets[market_of(symbol)]
    panel, row = part.panel, part.panel.row[symbol]
    last = int(panel.last_bar[row])
    _, status = life_end(panel, np.array([row]))
    return _ordered(
        dict.fromkeys(_KEYS)
        | _head(situation, symbol, "none", printed, calls)
        | {
            "accounts": [],
            "session": str(panel.sessions[last]) if last >= 0 else None,
            "close": number_or_none(panel.close[row, last] / panel.rates[last]) if last >= 0 else None,
            "status": str(status[0]),
            "benchmark": calls.open[symbol][0]["benchmark"],
        }
    )


def _whole(number: float) -> float | int:
    """Write a number of shares, a whole one as one; a split's last digit is no part of a share."""
    rounded = round(float(number), _SHARE_DIGITS)
    return int(rounded) if rounded.is_integer() else rounded
