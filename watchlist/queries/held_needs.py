"""What holdings need to be answered: the securities they hold, and the exchange rates between their currencies."""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

from watchlist.domain.symbols import trading_currency
from watchlist.storage.holdings import Snapshot, held_symbols

HOME_CURRENCY: Final = "CNY"  # of a portfolio of several currencies, unless another is asked for


def loaded_for(snapshots: Sequence[Snapshot]) -> list[str]:
    """List what has to be loaded: every security ever held, and the rates between all their currencies, either way."""
    money = sorted({HOME_CURRENCY, *_currencies(snapshots)})
    rates = [f"{own}{wanted}.FX" for own, wanted in permutations(money, 2)] if snapshots else []
    return [*held_symbols(snapshots), *rates]


def fetched_for(snapshots: Sequence[Snapshot]) -> list[str]:
    """List what has to be fetched: every security ever held, and rates where several currencies meet."""
    money = _currencies(snapshots)
    foreign = sorted(money - {HOME_CURRENCY}) if len(money) > 1 else []
    return [*held_symbols(snapshots), *(f"{own}{HOME_CURRENCY}.FX" for own in foreign)]


def _currencies(snapshots: Iterable[Snapshot]) -> set[str]:
    positions = [position for one in snapshots for position in one.positions]
    return {p.cost_currency for p in positions if p.cost_currency} | {trading_currency(p.symbol) for p in positions}
