"""Simulated prices: seeded, plausible, and marked SIMULATED wherever they are seen. For the demo and for tests of size.

A market factor drives every share; beside it come dividends, splits, suspensions, limit-locked opens and a delisting.
A path does not depend on how far it is asked for: tomorrow's bars leave yesterday's alone.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from watchlist.domain.calendars import Dates, Hours, scheduled
from watchlist.domain.model import Action, Security
from watchlist.domain.symbols import board, market
from watchlist.sources.contract import BAR_COLUMNS, Actions, ActionsOutcome, Bars, BarsOutcome, NoData

ORIGIN: Final = dt.date(2022, 1, 4)
LIMIT: Final = {"main": 0.10, "chinext": 0.20, "star": 0.20, "bse": 0.30, "fund": 0.10}
_DAYS_A_YEAR: Final = 243
PAYS: Final = 0.7  # share of years with a dividend
SPLITS: Final = 0.04  # share of years with a split

Floats = NDArray[np.float64]


class SimulatedSource:
    """Bars and actions that never were."""

    name: ClassVar[str] = "simulated"
    simulated: ClassVar[bool] = True

    def __init__(self, hours: Mapping[str, Hours], securities: Mapping[str, Security], seed: int = 20240614) -> None:
        """Take each market's hours (for its sessions), listing and delisting dates, and the seed of everything."""
        self.hours = hours
        self.securities = securities
        self.seed = seed
        self._paths: dict[tuple[str, dt.date], tuple[pd.DataFrame, tuple[Action, ...]]] = {}

    def serves(self, symbol: str) -> bool:
        """Say whether the security lives in a market that is simulated."""
        return not symbol.endswith(".FX") and market(symbol) in self.hours

    def reachable(self) -> bool:
        """Say yes: it is here."""
        return True

    def bars(self, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        """Make daily bars."""
        frame, _ = self._path(symbol, until)
        inside = (frame["session"] >= since.isoformat()) & (frame["session"] <= until.isoformat())
        kept = frame[inside].reset_index(drop=True)
        return Bars(kept) if len(kept) else NoData("outside the simulated years")

    def actions(self, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        """Make corporate actions."""
        _, actions = self._path(symbol, until)
        return Actions(tuple(a for a in actions if since <= a.ex_date <= until))

    def _path(self, symbol: str, until: dt.date) -> tuple[pd.DataFrame, tuple[Action, ...]]:
        if (symbol, until) not in self._paths:
            self._paths[symbol, until] = self._make(symbol, until)
        return self._paths[symbol, until]

    def _make(self, symbol: str, until: dt.date) -> tuple[pd.DataFrame, tuple[Action, ...]]:
        sessions, _ = scheduled(self.hours[market(symbol)], ORIGIN, until)
        factor = self._factor(market(symbol), sessions.size)
        security = self.securities.get(symbol)
        alive = np.ones(sessions.size, dtype=bool)
        if security is not None and security.delisted is not None:
            alive &= sessions < np.datetime64(security.delisted)
        if security is not None and security.listed is not None:
            alive &= sessions >= np.datetime64(security.listed)
        rng = _rng(self.seed, symbol)
        if board(symbol) == "index":
            return _index_frame(sessions, factor, rng), ()
        return _share_path(symbol, sessions[alive], factor[alive], rng)

    def _factor(self, market_name: str, count: int) -> Floats:
        """Give the market's daily return, ``(count,)`` from the origin on: quiet and stormy years, a slow drift."""
        rng = _rng(self.seed, market_name)
        size = 40 * _DAYS_A_YEAR  # drawn whole, so that a longer path begins with the shorter one
        storm = 1 + 0.6 * np.sin(np.arange(size) / 90 + rng.uniform(0, 6))
        return (0.00025 + 0.010 * storm * rng.standard_t(5, size) / 1.3)[:count]


def _rng(seed: int, name: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def _index_frame(sessions: Dates, factor: Floats, rng: np.random.Generator) -> pd.DataFrame:
    close = 3000 * np.multiply.accumulate(1 + factor)
    before = np.concatenate([[3000.0], close[:-1]])
    opened = before * (1 + factor * rng.uniform(0.1, 0.5, sessions.size))
    return _frame(sessions, opened, close, np.full(sessions.size, np.nan), decimals=2)


def _share_path(
    symbol: str, sessions: Dates, factor: Floats, rng: np.random.Generator
) -> tuple[pd.DataFrame, tuple[Action, ...]]:
    """Walk a share through its sessions, one after another: each open and close is bound by the limit of its day."""
    size, limit = sessions.size, LIMIT.get(board(symbol), 0.35)
    price = float(np.round(np.exp(rng.normal(2.6, 0.6)), 2))
    beta, own, drift = rng.uniform(0.7, 1.4), rng.uniform(0.012, 0.026), rng.normal(0, 0.0004)
    noise = rng.standard_t(4, (20_000, 2))[:size] / 1.4
    actions = _actions(sessions, rng)
    locked = {day: number % 2 for number, day in enumerate(rng.choice(20_000, 60, replace=False).tolist())}
    halted = _suspensions(size, rng)
    opened, closed = np.full(size, np.nan), np.full(size, np.nan)
    made: list[Action] = []
    for day in range(size):
        if halted[day]:
            continue
        for action in actions.get(day, ()):
            cash = round(price * action.cash, 3)
            made.append(Action(sessions[day].item(), cash, action.split))
            price = (price - cash) / action.split
        low, high = _band(price, limit)
        move = drift + beta * factor[day] + own * noise[day, 0]
        gap = 0.25 * move + 0.3 * own * noise[day, 1]
        stuck = (low, high)[locked[day]] if day in locked else None  # locked at a limit all day, down as often as up
        opened[day] = stuck or float(np.clip(round(price * (1 + gap), 2), low, high))
        price = closed[day] = stuck or float(np.clip(round(price * (1 + move), 2), low, high))
    volume = np.round(rng.lognormal(16, 0.4, 20_000)[:size] * (1 + 8 * np.abs(np.nan_to_num(closed / opened - 1))))
    traded = ~np.isnan(closed)
    frame = _frame(sessions[traded], opened[traded], closed[traded], volume[traded], decimals=2)
    return frame, tuple(made)


def _band(price: float, limit: float) -> tuple[float, float]:
    cents = round(price * 100)
    return max(1, int(cents * (1 - limit) + 0.5)) / 100, int(cents * (1 + limit) + 0.5) / 100


def _actions(sessions: Dates, rng: np.random.Generator) -> dict[int, list[Action]]:
    """Plan actions by session: a dividend most summers (cash as a share of the price), now and then a split."""
    planned: dict[int, list[Action]] = {}
    for year in range(ORIGIN.year, ORIGIN.year + 40):
        pays, day, rate, splits = (
            rng.random() < PAYS,
            rng.integers(0, 60),
            rng.uniform(0.003, 0.03),
            rng.random() < SPLITS,
        )
        at = int(np.searchsorted(sessions, np.datetime64(f"{year}-06-01") + day))
        if 0 < at < sessions.size and sessions[at].item().year == year and (pays or splits):
            planned[at] = [Action(sessions[at].item(), rate if pays else 0.0, 1.4 if splits else 1.0)]
    return planned


def _suspensions(size: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    halted = np.zeros(20_000, dtype=bool)
    for start, length in zip(rng.integers(20, 20_000, 16), rng.integers(1, 15, 16), strict=True):
        halted[start : start + length] = True
    return halted[:size]


def _frame(sessions: Dates, opened: Floats, close: Floats, volume: Floats, decimals: int) -> pd.DataFrame:
    opened, close = np.round(opened, decimals), np.round(close, decimals)
    columns = (
        np.datetime_as_string(sessions),
        opened,
        np.maximum(opened, close),
        np.minimum(opened, close),
        close,
        volume,
    )
    return pd.DataFrame(dict(zip(BAR_COLUMNS, columns, strict=True)))
