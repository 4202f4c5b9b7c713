"""Weightings of theme indices: equal, held, or by what all shares, or those in free float, are worth (S14)."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.book import MarketBook
from watchlist.core.share_counts import shares_on
from watchlist.core.theme_index import ThemeIndex, Weigh, chain_index, equal, lay
from watchlist.core.theme_variants import by_worth, held, without_worth
from watchlist.domain.symbols import market as market_of
from watchlist.queries.groups import theme_members
from watchlist.queries.situation import Situation

WEIGHTINGS: Final = ("equal", "held", "cap", "float")
_COUNTS: Final = {"cap": "total", "float": "free_float"}


def weighted_index(situation: Situation, positions: Iterable[int], weighting: str) -> ThemeIndex | None:
    """Chain the index of some recommendations with one of :data:`WEIGHTINGS`.

    Returns:
        ``None`` where nobody was ever a member, where the shares of a member are not known, or where members trade in
        several currencies and none was asked for.
    """
    positions = list(positions)
    members = theme_members(situation, positions, _worth(situation, weighting))
    currencies = {situation.rules.markets[market_of(m.symbol)].currency for m in members}
    if weighting in _COUNTS and len(currencies) > 1 and situation.known.currency is None:
        return None
    weigh: Weigh = {"equal": equal, "held": held}.get(weighting, by_worth)
    return chain_index(members, weigh)


def unknown_shares(situation: Situation, positions: Iterable[int], weighting: str) -> list[str]:
    """List the members whose number of shares is not known on a day on which they count; none where it is not asked."""
    if weighting not in _COUNTS:
        return []
    members = theme_members(situation, positions, _worth(situation, weighting))
    return without_worth(lay(members)) if members else []


class _Worth:
    """Looks up what the shares of a security were worth at each close."""

    def __init__(self, situation: Situation, kind: str) -> None:
        self._counts: dict[str, list[tuple[np.datetime64, float]]] = {}
        for one in sorted(situation.settings.shares, key=lambda count: count.since):
            if (count := getattr(one, kind)) is not None:
                self._counts.setdefault(one.symbol, []).append((np.datetime64(one.since), float(count)))

    def __call__(self, part: MarketBook, row: int) -> Floats | None:
        counts = self._counts.get(part.panel.symbols[row])
        if not counts:
            return None
        since, number = (np.array(column) for column in zip(*counts, strict=True))
        shares = shares_on(part.panel.sessions, part.panel.split_factor[row], since.astype("datetime64[D]"), number)
        return np.asarray(shares * part.panel.close[row])


def _worth(situation: Situation, weighting: str) -> _Worth | None:
    return _Worth(situation, _COUNTS[weighting]) if weighting in _COUNTS else None
