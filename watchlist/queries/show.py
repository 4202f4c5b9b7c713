"""One security as a row: who recommended it and when, who was first, and how it stands."""

from dataclasses import replace

import numpy as np

from watchlist.ledger.watch import Watched
from watchlist.queries.recommendations import Filters, Row, rows_at, select
from watchlist.queries.situation import Situation
from watchlist.queries.watch import watch_rows


def show_row(situation: Situation, symbol: str, filters: Filters) -> Row:
    """Give everything about one security; its recommendations oldest first, ``place`` 1 is who was first."""
    positions = select(situation, replace(filters, symbols=(symbol,)))
    rows = sorted(rows_at(situation, positions), key=lambda r: (r["published"], r["broker"]))
    published = sorted({row["published"] for row in rows})
    placed = [{"place": published.index(row["published"]) + 1, **row} for row in rows]
    looked_at = Watched(symbol=symbol, added=situation.when.as_of)
    prices = watch_rows(situation, (looked_at,), Filters(symbols=(symbol,)))[0]
    periods = {name: values for name, values in prices["periods"].items() if name != "since_added"}
    newest = _newest(situation, symbol)
    security = situation.known.securities.get(symbol)
    return {
        "symbol": symbol,
        "name": situation.name_of(symbol),
        "names": [name for name, _, _ in security.names] if security is not None else [],
        "listed": None if security is None or security.listed is None else security.listed.isoformat(),
        "delisted": None if security is None or security.delisted is None else security.delisted.isoformat(),
        "first_recommended_by": sorted({row["broker"] for row in rows if row["published"] == published[0]})
        if rows
        else [],
        "benchmark": prices["benchmark"],
        "session": prices["session"] or newest[0],
        "close": prices["close"] or newest[1],
        "periods": periods,
        "status": prices["status"],
        "recommendations": placed,
    }


def _newest(situation: Situation, symbol: str) -> tuple[str | None, float | None]:
    """Give the last bar up to the as-of day, also in a market whose index has none; nothing later is known yet."""
    bars = situation.known.bars.get(symbol)
    known = None if bars is None else bars.up_to(np.datetime64(situation.when.as_of))
    if known is None or not known.sessions.size:
        return None, None
    return str(known.sessions[-1]), float(known.close[-1])
