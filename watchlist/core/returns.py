"""Returns (收益): steps from actions, and the return of a window. As traded prices in, fractions out.

A return between two closes is ``c1 / c0 x product of the steps between`` (DESIGN: as traded, adjusted on reading).
"""

from collections.abc import Iterable

import numpy as np

from watchlist.core.bars import Floats
from watchlist.domain.calendars import Dates
from watchlist.domain.model import Action


def step(previous_close: float, action: Action) -> float:
    """Give the total-return step (复权步长) of an ex-date: previous close over its ex-reference price.

    ``prev / ((prev - cash) / split)``, with cash per old share and new shares per old share.

    Raises:
        ValueError: the cash is as much as the share was worth.
    """
    reference = (previous_close - action.cash) / action.split
    if not reference > 0:
        message = f"{action.ex_date}: cash {action.cash} is not below the previous close {previous_close}"
        raise ValueError(message)
    return previous_close / reference


def step_factors(
    sessions: Dates, close: Floats, actions: Iterable[Action], first: tuple[float, float] = (1.0, 1.0)
) -> tuple[Floats, Floats]:
    """Accumulate steps over a security's own bars.

    An action takes effect at the first bar on or after its ex-date: while a share is suspended its carried close is
    still the price before the action. Actions before the second bar change no return and are left out.

    Args:
        sessions: ``(n,)`` the security's bars, ascending.
        close: ``(n,)`` as traded, in trading currency.
        first: both factors at the first of these bars, where earlier ones were accumulated already.

    Returns:
        two ``(n,)`` arrays: factors of all actions, NaN from one on that cannot be, and of splits alone.
    """
    total, split = np.ones(sessions.size), np.ones(sessions.size)
    total[:1], split[:1] = first
    for action in sorted(actions, key=lambda a: a.ex_date):
        place = int(np.searchsorted(sessions, np.datetime64(action.ex_date)))
        if 0 < place < sessions.size:
            # Of two actions in one suspension the second finds the price that the first left.
            total[place] *= _step_if_possible(float(close[place - 1] / total[place]), action)
            split[place] *= action.split
    return np.multiply.accumulate(total), np.multiply.accumulate(split)


def _step_if_possible(previous_close: float, action: Action) -> float:
    # One wrong dividend leaves the total return of its share unknown, and nothing else.
    try:
        return step(previous_close, action)
    except ValueError:
        return np.nan


def chain(returns: Floats) -> float:
    """Link period returns into one, as a fraction: the time-weighted return of the whole."""
    return float(np.prod(1 + np.asarray(returns, dtype=float)) - 1)


def money_weighted(flows: Floats, years: Floats) -> float | None:
    """Give the money-weighted return a year (资金加权收益): the rate at which all flows are worth nothing together.

    ``sum(flow / (1 + r) ^ years) = 0``, the internal rate of return.

    Args:
        flows: ``(n,)`` what was paid in (negative) and taken out (positive); what is still held counts as taken out.
        years: ``(n,)`` when, from any beginning.

    Returns:
        a fraction; ``None`` where no rate, or more than one, between -99.9 % and 10,000 % a year does it.
    """
    from scipy.optimize import brentq  # noqa: PLC0415  (a second of import)

    since = years - years.min()

    def worth(log_rate: float) -> float:
        return float((flows * np.exp(-log_rate * since)).sum())

    grid = np.linspace(np.log(0.001), np.log(101.0), 400)
    signs = np.sign([worth(float(one)) for one in grid])
    turns = np.flatnonzero(signs[1:] != signs[:-1])
    if turns.size != 1:
        return None
    at = int(turns[0])
    return float(np.expm1(brentq(worth, grid[at], grid[at + 1], xtol=1e-13)))
