"""Machine code: the kernel's formulas compiled by numba where it is installed, one recommendation after another.

Nothing is worked out here. The loops below call the formulas of ``core/kernel.py`` on numbers instead of arrays; the
operations and their order are the same, so are the bits of every answer.
"""

import inspect
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from watchlist.core import kernel
from watchlist.core.kernel import Given, Paid, Plan, Prices, find_entry, find_stop, measure, paid, pays_close
from watchlist.core.laying import CELL

_TOGETHER: Final = 256  # recommendations whose places are found before any is read
_FORMULAS: Final = ("lists_later", "find_entry", "find_exit", "find_end", "exit_of", "find_stop", "pays_close", "paid",
                    "earned", "measure")  # fmt: skip


def available() -> bool:
    """Say whether numba is installed."""
    return find_spec("numba") is not None


@cache
def score_rows() -> Callable[..., None]:
    """Compile the loops, or load what an earlier run compiled; the first call in a process takes a second or more."""
    import numba  # noqa: PLC0415  (an extra, and heavy)
    from numba.extending import overload, register_jitable  # noqa: PLC0415

    # Division by zero gives what it gives in NumPy; nothing is reordered.
    options: Any = {"error_model": "numpy"}
    # numba looks at this file alone: by its name too, what was compiled of other formulas is never taken for these.
    _score_rows.__qualname__ = f"{_score_rows.__name__}_{_fingerprint()}"
    overload(kernel.choose, strict=False)(_choose)
    overload(kernel.no, strict=False)(_no)
    for name in _FORMULAS:
        register_jitable(**options)(getattr(kernel, name))
    compiled: Callable[..., None] = numba.njit(nogil=True, cache=True, **options)(_score_rows)
    return compiled


def _fingerprint() -> str:
    """Tell formulas, and the cells that they read, from those of another version of this program."""
    return sha256(f"{inspect.getsource(kernel)}{CELL.descr}".encode()).hexdigest()[:16]


def _choose(condition: bool, one: Any, other: Any) -> Any:  # noqa: ANN401, ARG001, FBT001 - numba reads what it returns
    return lambda condition, one, other: one if condition else other


def _no(condition: bool) -> Any:  # noqa: ANN401, ARG001, FBT001
    return lambda condition: not condition


def _score_rows(prices: Prices, plan: Plan, given: Given, out: Any) -> None:  # noqa: ANN401 - arrays, filled here
    horizons = plan.moved_by.size
    factor, split, base = np.empty(_TOGETHER), np.empty(_TOGETHER), np.empty(_TOGETHER)
    cells = np.empty((_TOGETHER, horizons), dtype=CELL)
    for start in range(0, given.row.size, _TOGETHER):
        count = min(_TOGETHER, given.row.size - start)
        for k in range(count):
            i = start + k
            one = Given(given.row[i], given.day[i], given.same_session[i], given.direction[i], given.benchmark[i])
            session, entered = find_entry(prices, plan, one)
            at_close = pays_close(prices, plan, one.benchmark, session)
            bought = paid(prices, one.row, one.benchmark, session, at_close)
            out.entry[i], out.entry_status[i], out.at_close[i], out.price[i] = session, entered, at_close, bought.price
            factor[k], split[k], base[k] = bought.factor, bought.split, bought.benchmark
            for h in range(horizons):
                out.stop[i, h], out.status[i, h] = find_stop(prices, plan, one, session, entered, h)
        for k in range(count):
            begin = max(given.row[start + k], 0) * prices.stride
            for h in range(horizons):
                cells[k, h] = prices.cells[begin + max(out.stop[start + k, h], 0)]
        for k in range(count):
            i = start + k
            one = Given(given.row[i], given.day[i], given.same_session[i], given.direction[i], given.benchmark[i])
            bought = Paid(out.price[i], factor[k], split[k], base[k])
            for h in range(horizons):
                (out.status[i, h], out.price_return[i, h], out.total_return[i, h], out.benchmark_return[i, h]) = (
                    measure(prices, one, bought, out.stop[i, h], out.status[i, h], cells[k, h])
                )
