"""Closes of recommended securities, as traded: for price files of other programs."""

from collections.abc import Sequence

import numpy as np

from watchlist.queries.situation import Situation

Closes = dict[str, list[tuple[str, float]]]


def closes(situation: Situation, symbols: Sequence[str]) -> Closes:
    """Give the closes of securities by symbol: ``(session, close)`` from the first publication on to the as-of day."""
    first: dict[str, np.datetime64] = {}
    for mention in situation.known.mentions:
        day = np.datetime64(mention.published)
        first[mention.symbol] = min(day, first.get(mention.symbol, day))
    last = np.datetime64(situation.when.as_of)
    found: Closes = {}
    for symbol in symbols:
        bars = situation.known.bars.get(symbol)
        if bars is None or symbol not in first:
            continue
        inside = (bars.sessions >= first[symbol]) & (bars.sessions <= last)
        found[symbol] = [(str(d), float(c)) for d, c in zip(bars.sessions[inside], bars.close[inside], strict=True)]
    return found
