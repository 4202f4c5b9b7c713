"""A market of the size of China's, drawn from a seed and laid as a panel on disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from watchlist.core.bars import SymbolBars
from watchlist.core.laying import CELL, lay_cells
from watchlist.core.limits import LimitRule, LimitTable
from watchlist.core.panel import Panel, first_bars, stack_splits
from watchlist.core.scoring import Asked, Benchmarks
from watchlist.domain.calendars import Dates, days
from watchlist.domain.model import Action

HORIZONS: Final = ("5", "20", "60", "120", "1m", "3m", "6m", "12m")
BEGIN: Final = "2005-01-04"
_SPARE: Final = 14  # sessions of room: the lines of one session must not all fall into one corner of the cache
_BLOCK: Final = 64
_SILENT: Final = 0.002  # share of sessions without volume
_SPLITS: Final = 0.1  # share of actions that split
LIMITS: Final = LimitTable(
    (LimitRule("main", st=False, since=days(["1996-12-16"])[0].item(), percent=10, free_sessions=5),)
)


@dataclass(frozen=True)
class Size:
    """How large a world is."""

    symbols: int
    sessions: int
    recommendations: int

    def times(self, share: float) -> "Size":
        """Give a world of so many times the securities and recommendations, as long as this one."""
        return Size(round(self.symbols * share), self.sessions, round(self.recommendations * share))


FULL: Final = Size(5_500, 5_000, 3_000_000)
SMALL: Final = Size(200, 600, 20_000)


def sessions_of(size: Size) -> Dates:
    """Give the sessions: weekdays."""
    span = np.arange(np.datetime64(BEGIN), np.datetime64(BEGIN) + 2 * size.sessions, dtype="datetime64[D]")
    return span[np.is_busday(span)][: size.sessions]


def build(folder: Path, size: Size, seed: int = 20_240_614) -> None:
    """Draw the world into a folder: ``cells.npy``, ``rest.npz``; what lies there already is taken."""
    if (folder / "rest.npz").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    chance, sessions = np.random.default_rng(seed), sessions_of(size)
    shape = (size.symbols, size.sessions + _SPARE)
    cells = np.lib.format.open_memmap(folder / "cells.npy", mode="w+", dtype=CELL, shape=shape)
    parts, started = [], []
    for start in range(0, size.symbols, _BLOCK):
        bars = [draw_share(chance, sessions, at) for at in range(start, min(start + _BLOCK, size.symbols))]
        laid, splits = lay_cells(sessions, bars, {}, LIMITS, needs_open=True)
        cells[start : start + _BLOCK, : size.sessions] = laid
        parts.append(splits)
        started.append(first_bars(laid))
    cells.flush()
    level = 3000 * np.exp(np.cumsum(chance.normal(0.0002, 0.01, (1, size.sessions)), axis=1))
    count = size.recommendations
    np.savez(
        folder / "rest.npz",
        sessions=sessions,
        splits=stack_splits(parts),
        started=np.concatenate(started),
        index_open=level * (1 + chance.normal(0, 0.002, level.shape)),
        index_close=level,
        row=chance.integers(0, size.symbols, count),
        published=sessions[0] + chance.integers(0, int((sessions[-1] - sessions[0]).astype(int)), count),
    )


def draw_share(chance: np.random.Generator, sessions: Dates, number: int) -> SymbolBars:
    """Draw one share: listed at some time, suspended now and then, locked at its limit at times, with dividends."""
    begin = int(chance.integers(0, sessions.size // 2)) if number % 3 == 0 else 0
    size = sessions.size - begin
    close = np.round(20 * np.exp(np.cumsum(chance.normal(0.0002, 0.02, size))) + 1, 2)
    opened = np.round(close * (1 + chance.normal(0, 0.01, size)), 2)
    volume = np.where(chance.random(size) < _SILENT, 0.0, 1000.0)
    keep = np.ones(size, dtype=bool)
    for gap in chance.integers(1, size - 1, max(size // 500, 1)):
        keep[gap : gap + int(chance.integers(1, 15))] = False
    keep[[0, -1]] = True
    held = sessions[begin:][keep]
    paid = chance.choice(held[1:], min(size // 250, held.size - 1), replace=False)
    actions = tuple(
        Action(day.item(), cash=0.1, split=1.5 if chance.random() < _SPLITS else 1.0) for day in np.sort(paid)
    )
    return SymbolBars(f"6{number:05d}.SH", held, opened[keep], close[keep], volume[keep], actions)


@dataclass(frozen=True)
class World:
    """A world as it lies in its folder; ``cells`` stay on disk until they are touched."""

    panel: Panel
    benchmarks: Benchmarks
    asked: Asked


def load(folder: Path) -> World:
    """Open a world."""
    rest = np.load(folder / "rest.npz")
    cells = np.asarray(np.load(folder / "cells.npy", mmap_mode="r")).view(CELL)
    sessions, count = rest["sessions"], len(cells)
    never = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    symbols = tuple(f"6{number:05d}.SH" for number in range(count))
    panel = Panel(
        market="CN",
        sessions=sessions,
        following=sessions[-1] + 1,
        symbols=symbols,
        row={symbol: row for row, symbol in enumerate(symbols)},
        cells=cells,
        splits=rest["splits"],
        started=rest["started"],
        last_day=np.full(count, sessions[-1]),
        listed=never,
        ended=never,
        rates=np.ones(sessions.size),
    )
    row = rest["row"]
    asked = Asked(
        row, rest["published"], np.zeros(row.size, dtype=bool), np.ones(row.size, dtype=np.int8),
        np.zeros(row.size, dtype=np.int8),
    )  # fmt: skip
    return World(panel, Benchmarks(("000300.SH",), rest["index_open"], rest["index_close"]), asked)
