"""Ranking: which test of skill keeps its word where there is none, and which leaderboard finds the one who has some.

Worlds are drawn from a seed: shares that move with the market, with their theme and by themselves, and lists of five
shares of a theme, published on random days and held for 120 sessions. Where nobody has skill, a test at 5 % should find
it in 5 %. The shrunken leaderboard is the program's: gate, calendar-time alpha, shrinkage.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from watchlist.core.calendar_time import Holdings, alpha, calendar_portfolio, weights
from watchlist.core.inference import clustered_mean, skew_adjusted_t
from watchlist.core.ranking import FEWEST_MATURED, places, shrink

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
SEED: Final = 20240614
SESSIONS, SHARES, THEMES, HELD, YEAR = 972, 200, 20, 120, 243
LISTS, NAMES, BROKERS = 160, 5, 40
FEW, MANY = 2, 200  # lists of a broker: most have few
SKILL: Final = 0.12  # a year, of the skilled broker's shares while a call is open
NOMINAL: Final = 1.96
LOWEST, HIGHEST = 0.03, 0.07


def draw_world(random: np.random.Generator) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Draw returns of shares ``(S, D)`` and of the market ``(D,)``, and each share's theme; no share has an alpha."""
    market = random.normal(0.0003, 0.012, SESSIONS)
    theme = np.arange(SHARES) % THEMES
    factor, own = random.normal(0, 0.008, (THEMES, SESSIONS)), random.normal(0, 0.02, (SHARES, SESSIONS))
    beta = random.normal(1.0, 0.2, SHARES)
    return beta[:, None] * market + factor[theme] + own, market, theme


def draw_calls(random: np.random.Generator, theme: NDArray[np.int64], lists: int) -> Holdings:
    """Draw lists of five shares of one theme, bought at the close of a random session and held for 120."""
    rows, entered = [], []
    for _ in range(lists):
        chosen = random.choice(np.flatnonzero(theme == random.integers(THEMES)), NAMES, replace=False)
        rows.append(chosen)
        entered.append(np.full(NAMES, random.integers(SESSIONS - HELD - 1)))
    start = np.concatenate(entered)
    return Holdings(np.concatenate(rows), start, start + HELD, np.ones(start.size, dtype=np.int64))


def excesses(held: Holdings, growth: Floats, market: Floats) -> Floats:
    """Give the buy-and-hold excess return of each call."""
    shares, index = np.cumprod(1 + growth, axis=1), np.cumprod(1 + market)
    own = shares[held.row, held.closed] / shares[held.row, held.entered]
    result: Floats = own - index[held.closed] / index[held.entered]
    return result


def tests(held: Holdings, growth: Floats, market: Floats) -> dict[str, bool]:
    """Say which tests call the mean excess, or the alpha, different from zero at 5 %."""
    excess = excesses(held, growth, market)
    by_month, by_half = (clustered_mean(excess, held.entered // days).t for days in (20, HELD))
    plain = float(excess.mean() / excess.std(ddof=1) * np.sqrt(excess.size))
    found = alpha(calendar_portfolio(held, growth, market), YEAR)
    return {
        "naive t": abs(plain) > NOMINAL,
        "skewness-adjusted t": abs(skew_adjusted_t(excess) or 0.0) > NOMINAL,
        "clustered by month": abs(by_month) > NOMINAL,
        "clustered by half-year": abs(by_half) > NOMINAL,
        "calendar-time alpha": found.p is not None and found.p < 0.05,  # noqa: PLR2004  (the nominal level)
    }


def rejections(worlds: int) -> dict[str, float]:
    """Give for each test the share of worlds without skill in which it finds some."""
    random = np.random.default_rng(SEED)
    counts: dict[str, int] = {}
    for _ in range(worlds):
        growth, market, theme = draw_world(random)
        for name, found in tests(draw_calls(random, theme, LISTS), growth, market).items():
            counts[name] = counts.get(name, 0) + int(found)
    return {name: count / worlds for name, count in counts.items()}


def first_places(worlds: int) -> dict[str, float]:
    """Give for each leaderboard the share of worlds in which it puts the one skilled broker of forty first."""
    random = np.random.default_rng(SEED + 1)
    counts = dict.fromkeys(("raw mean excess", "raw alpha", "shrunken alpha"), 0)
    for _ in range(worlds):
        growth, market, theme = draw_world(random)
        sizes = np.exp(random.uniform(np.log(FEW), np.log(MANY), BROKERS)).astype(int)
        skilled = int(random.integers(BROKERS))
        means, alphas = np.empty(BROKERS), []
        for broker in range(BROKERS):
            held = draw_calls(random, theme, int(sizes[broker]))
            moves = with_skill(growth, held) if broker == skilled else growth
            means[broker] = excesses(held, moves, market).mean()
            alphas.append(alpha(calendar_portfolio(held, moves, market), YEAR))
        ready = (one.alpha is not None and sizes[n] * NAMES >= FEWEST_MATURED for n, one in enumerate(alphas))
        able = np.flatnonzero(np.fromiter(ready, dtype=bool))
        value, error, t = (np.array([getattr(alphas[n], name) for n in able]) for name in ("alpha", "error", "t"))
        winners = {
            "raw mean excess": int(means.argmax()),
            "raw alpha": int(able[value.argmax()]),
            "shrunken alpha": int(able[places(shrink(value, error).estimates, t).argmin()]),
        }
        for name, winner in winners.items():
            counts[name] += int(winner == skilled)
    return {name: count / worlds for name, count in counts.items()}


def with_skill(growth: Floats, held: Holdings) -> Floats:
    """Let a broker's shares do better while a call of it is open."""
    return growth + SKILL / YEAR * (weights(held, *growth.shape) > 0)


def main(arguments: list[str]) -> int:
    """Print both tables; 1 where the ranking test does not keep its word or shrinking does not help."""
    parser = argparse.ArgumentParser(prog="python -m bench ranking", description=__doc__)
    parser.add_argument("--worlds", type=int, default=400, help="how many worlds to draw")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a few worlds: that it runs, not what it finds")
    options = parser.parse_args(arguments)
    options.worlds = min(options.worlds, 4) if options.small else options.worlds
    measured: dict[str, Callable[[int], dict[str, float]]] = {"rejections": rejections, "first_places": first_places}
    found = {name: measure(options.worlds) for name, measure in measured.items()}
    if options.json:
        print(json.dumps(found))
    else:
        titles = {
            "rejections": "finds skill where there is none (5 % is right)",
            "first_places": "names the skilled one",
        }
        for name, rows in found.items():
            print(f"{titles[name]}, {options.worlds} worlds:")
            for row, share in rows.items():
                print(f"  {row:<24}{share:7.1%}")
    honest = LOWEST <= found["rejections"]["calendar-time alpha"] <= HIGHEST
    better = found["first_places"]["shrunken alpha"] > found["first_places"]["raw mean excess"]
    return int(not (options.small or (honest and better)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
