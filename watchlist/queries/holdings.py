"""Holdings as rows: what is held, what it is worth and added, and what brokers say of it, from dated snapshots.

There is no ledger of trades: between two snapshots a portfolio is taken to hold what the earlier one says, splits and
dividends worked in. Prices are the situation's, so that a review's holdings belong to the same frozen score run.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from watchlist.core.holdings import Chained, chain_contributions
from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.model import STANDINGS, Status
from watchlist.domain.symbols import market as market_of
from watchlist.domain.symbols import trading_currency
from watchlist.domain.typed import in_order
from watchlist.ledger.watch import Watched
from watchlist.queries.held_calls import held_calls
from watchlist.queries.held_needs import HOME_CURRENCY
from watchlist.queries.held_prices import HeldPrices, held_prices
from watchlist.queries.holding_rows import Stretch, holding_rows, shares_on, shown_account, snapshot_row
from watchlist.queries.plain import number_or_none
from watchlist.queries.recommendations import Filters, Row
from watchlist.queries.situation import Situation
from watchlist.queries.watch import PERIODS, watch_rows
from watchlist.storage.holdings import Snapshot, held_symbols, load_snapshots
from watchlist.storage.ledger import digest

# How the price of a holding may stand; without a rate it is in no sum of the portfolio's currency.
STATUSES: Final = ("running", "suspended", "delisted", "stale", "no_price", "no_rate")
_RETURNS: Final = ("total_return", "benchmark_return", "excess_return")


def holdings(
    situation: Situation,
    filters: Filters | None = None,
    *,
    since: dt.date | None = None,
    account: str | None = None,
    calls: Sequence[Row] | None = None,
) -> Row | None:
    """Give the portfolio as of a day, ``None`` where no snapshot is of that day or before.

    Args:
        filters: which calls count, and of which security or market rows are shown; weights stay those of everything.
        since: contributions from the close of this day on; from the first snapshot on unless given.
        account: this account alone.
        calls: the rows of the calls that fit the filters, where they are known already.

    Returns:
        ``as_of currency from to value total_return benchmark_return excess_return snapshots stretches unpriced
        standings rows not_shown fingerprint``; see ``docs/commands.md``.

    Raises:
        UnknownWord: no snapshot is of that account.
        DatesApart: ``since`` lies after the as-of day.
        NoExchangeRate: a currency was asked for, and there is no rate into it.
    """
    snapshots = [one for one in situation.snapshots if one.day <= situation.when.as_of]
    if account is not None:
        snapshots = _of_account(snapshots, account)
    if not snapshots:
        return None
    in_order(("--from", since), ("--as-of", situation.when.as_of))
    stretches = _stretches(snapshots, since, situation.when.as_of)
    symbols = held_symbols(one for stretch in stretches for one in stretch.snapshots)
    currency = situation.known.currency or _currency(symbols)
    prices = held_prices(situation, _days(stretches, situation.when.as_of), symbols, currency)
    chained, places = _chained(stretches, prices)
    chosen = filters or Filters()
    rows = holding_rows(situation, stretches, prices, chained, held_calls(situation, chosen, calls))
    return (
        _portfolio(situation, stretches, prices, rows)
        | _course(stretches, prices, chained, places)
        | {
            "rows": [row for row in rows if _wanted(row, chosen)],
            "not_shown": _summed(row for row in rows if not _wanted(row, chosen)),
            "fingerprint": digest(rows)[:16],
        }
    )


def with_trailing(situation: Situation, rows: Sequence[Row]) -> list[Row]:
    """Add what the watchlist says of each security held, ``change`` and ``periods``; ``None`` for what is not held."""
    held = [row for row in rows if row["position"] != "none"]
    day = situation.when.as_of
    watched = [
        Watched(symbol=row["symbol"], added=dt.date.fromisoformat(row["snapshot"] or day.isoformat())) for row in held
    ]
    symbols = tuple(row["symbol"] for row in held)
    known = {row["symbol"]: row for row in watch_rows(situation, watched, Filters(symbols=symbols))} if held else {}
    nothing = {"change": None, "periods": dict.fromkeys(PERIODS, dict.fromkeys(_RETURNS))}
    return [row | {key: known.get(row["symbol"], nothing)[key] for key in nothing} for row in rows]


def standing_at(rows: Sequence[Row], standing: str | None) -> list[Row]:
    """Keep what is held and what brokers say of by one word of :data:`STANDINGS`; ``None`` keeps everything."""
    return [row for row in rows if standing is None or (row["position"] == "held" and row["standing"] == standing)]


def snapshot_rows(connection: sqlite3.Connection, known_at: dt.datetime | None = None) -> list[Row]:
    """Give one row a snapshot that stands, the newest first."""
    return [snapshot_row(one) for one in reversed(load_snapshots(connection, known_at))]


def account_of(snapshots: Sequence[Snapshot], text: str) -> str:
    """Find the account that a person means, by its name or the way answers write it.

    Raises:
        UnknownWord: there is none, or several.
    """
    names = list(dict.fromkeys(one.account for one in snapshots))
    found = [name for name in names if text in {name, shown_account(name)}]
    if len(found) != 1:
        listed = ", ".join(shown_account(name) for name in names)
        hint = Words(f" Known: {listed}.", f"可用：{listed}。")
        if not names:
            hint = Words(" No snapshot is kept: holdings import FILE brings one in.",
                         "还没有快照：请先用 holdings import 文件 导入。")  # fmt: skip
        raise UnknownWord(option="--account", text=text, hint=hint)
    return found[0]


def _of_account(snapshots: Sequence[Snapshot], account: str) -> list[Snapshot]:
    wanted = account_of(snapshots, account)
    return [one for one in snapshots if one.account == wanted]


def _stretches(snapshots: Sequence[Snapshot], since: dt.date | None, as_of: dt.date) -> list[Stretch]:
    """Cut the time from ``since`` on at every snapshot; the last stretch reaches to the as-of day."""
    start = max(since or snapshots[0].day, snapshots[0].day)
    starts = sorted({start} | {one.day for one in snapshots if start < one.day <= as_of})
    return [Stretch(day, _standing(snapshots, day)) for day in starts]


def _standing(snapshots: Sequence[Snapshot], day: dt.date) -> tuple[Snapshot, ...]:
    """Give each account's newest snapshot on or before a day."""
    return tuple({one.account: one for one in snapshots if one.day <= day}.values())


def _currency(symbols: Sequence[str]) -> str:
    """Give the one currency of everything held, else the home currency."""
    own = {trading_currency(symbol) for symbol in symbols}
    return own.pop() if len(own) == 1 else HOME_CURRENCY


def _days(stretches: Sequence[Stretch], as_of: dt.date) -> list[dt.date]:
    """List every day whose prices are needed, ascending, the as-of day last."""
    days = {as_of} | {one.start for one in stretches} | {s.day for one in stretches for s in one.snapshots}
    return sorted(days)


def _chained(stretches: Sequence[Stretch], prices: HeldPrices) -> tuple[Chained, list[tuple[int, int]]]:
    """Work out what every holding added, stretch by stretch.

    Returns:
        the result, and for each of its stretches the first and last day as positions in ``prices.days``; one that
        begins on the as-of day is none.
    """
    starts = [prices.days.index(one.start) for one in stretches]
    places = [(a, b) for a, b in zip(starts, [*starts[1:], len(prices.days) - 1], strict=True) if b > a]
    first, last = [a for a, _ in places], [b for _, b in places]
    shares = np.array([shares_on(one, prices, one.start) for one in stretches[: len(places)]])
    shares = shares.reshape(len(places), len(prices.symbols))
    begin = np.where(shares > 0, shares * prices.value[first], 0.0)
    returns = prices.worth[last] / prices.worth[first] - 1
    return chain_contributions(begin, returns, prices.benchmark[last] / prices.benchmark[first] - 1), places


def _portfolio(situation: Situation, stretches: Sequence[Stretch], prices: HeldPrices, rows: Sequence[Row]) -> Row:
    """Say what is held in all, how complete that is, and how it stands to what brokers say."""
    held = [row for row in rows if row["position"] == "held"]
    value = sum(row["value"] or 0.0 for row in held)
    standings = {}
    for word in STANDINGS:
        mine = [row for row in held if row["standing"] == word]
        standings[word] = {"holdings": len(mine), "weight": sum(row["weight"] or 0.0 for row in mine)}
    return {
        "as_of": situation.when.as_of.isoformat(),
        "currency": prices.currency,
        "value": value if any(row["value"] is not None for row in held) else None,
        "holdings": len(held),
        "not_held": sum(row["position"] == "none" for row in rows),
        "standings": standings,
        "unpriced": [row["symbol"] for row in held if row["value"] is None],
        "stale": [row["symbol"] for row in held if row["status"] == Status.STALE],
        "snapshots": [snapshot_row(one) for one in stretches[-1].snapshots],
    }


def _course(stretches: Sequence[Stretch], prices: HeldPrices, chained: Chained, places: list[tuple[int, int]]) -> Row:
    """Say how the portfolio went, in all and from snapshot to snapshot."""
    steps = []
    for k, (first, last) in enumerate(places):
        shares = shares_on(stretches[k], prices, stretches[k].start)
        counted = chained.counted[k]
        held = shares > 0
        steps.append(
            {
                "from": prices.days[first].isoformat(),
                "to": prices.days[last].isoformat(),
                "value": float((shares * prices.value[first])[counted].sum()),
                "holdings": int(held.sum()),
                "unpriced": [prices.symbols[n] for n in np.flatnonzero(held & ~counted)],
                "total_return": number_or_none(float(chained.stretch[k])),
                "benchmark_return": number_or_none(float(chained.stretch_benchmark[k])),
            }
        )
    return {
        "from": stretches[0].start.isoformat(),
        "to": prices.days[-1].isoformat(),
        "total_return": number_or_none(chained.total),
        "benchmark_return": number_or_none(chained.benchmark),
        "excess_return": number_or_none(chained.total - chained.benchmark),
        "stretches": steps,
    }


def _summed(rows: Iterable[Row]) -> Row:
    """Add up what is or was held, so that shown rows and those left out come to the whole portfolio."""
    owned = [row for row in rows if row["position"] != "none"]
    return {
        "holdings": sum(row["position"] == "held" for row in owned),
        **{key: sum(row[key] or 0.0 for row in owned) for key in ("value", "contribution")},
    }


def _wanted(row: Row, filters: Filters) -> bool:
    return (
        (not filters.symbols or row["symbol"] in filters.symbols)
        and (filters.market is None or market_of(row["symbol"]) == filters.market)
        and (filters.status is None or row["status"] == filters.status)
    )
