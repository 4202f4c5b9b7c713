"""The leaderboard of many brokers: what calls did day by day, alphas, shrinkage, and how far luck moved the places.

The market is the one that ``python -m bench score`` scores; each broker recommends shares of it at random moments.
"""

import argparse
import datetime as dt
import json
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._score_world import FULL, SMALL, Size, World, build, load
from watchlist.core.bars import SymbolBars
from watchlist.core.book import Known
from watchlist.core.inference import DRAWS
from watchlist.domain.model import Mention, Strength
from watchlist.ledger.home import Home
from watchlist.ledger.rules import rules_from
from watchlist.ledger.settings import load_settings
from watchlist.ledger.themes import load_themes
from watchlist.queries.leaderboard import leaderboard
from watchlist.queries.recommendations import EVERYTHING
from watchlist.queries.situation import Situation, When

ROOT: Final = Path(__file__).resolve().parents[1]
MINUTE: Final = 60.0
YEARS: Final = 8  # over which a broker's recommendations are strewn
INDEX: Final = "000300.SH"


@dataclass(frozen=True)
class Crowd:
    """How many brokers there are, and how much each has said."""

    brokers: int
    each: int

    def times(self, share: float) -> "Crowd":
        """Give a crowd of so many times the brokers."""
        return Crowd(round(self.brokers * share), self.each)


MANY: Final = Crowd(3_000, 100)
FEW: Final = Crowd(30, 100)


def situation_of(world: World, crowd: Crowd) -> Situation:
    """Let a crowd of brokers recommend shares of a world, each recorded on the next day."""
    settings, themes = load_settings(Home(ROOT)), load_themes(Home(ROOT))
    panel, index = world.panel, world.benchmarks
    none = np.full(panel.width, np.nan)
    bars = SymbolBars(INDEX, panel.sessions, index.open[0], index.close[0], none)
    as_of: dt.date = panel.sessions[-1].item()
    known = Known(_mentions(world, crowd), {INDEX: bars}, {}, {}, panels={panel.market: panel})
    return Situation(When(as_of), settings, rules_from(settings), themes, known, simulated=True, fetch=1,
                     horizon=rules_from(settings).horizon)  # fmt: skip


def _mentions(world: World, crowd: Crowd) -> list[Mention]:
    chance, count = np.random.default_rng(20_240_615), crowd.brokers * crowd.each
    panel = world.panel
    rows = chance.integers(0, len(panel.symbols), count)
    days = panel.sessions[-1] - chance.integers(1, min(365 * YEARS, panel.width), count)
    mentions = []
    for at, (row, day) in enumerate(zip(rows.tolist(), days.tolist(), strict=True)):
        symbol, broker = panel.symbols[row], f"broker {at // crowd.each:04d}"
        recorded = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(4), tzinfo=dt.UTC)
        mentions.append(
            Mention(
                str(at), f"report {at}", broker, None, day, None, recorded, "any", symbol, symbol,
                direction=1, strength=Strength.RECOMMEND, verb=None, rating=None, target_price=None, scale_months=6,
                benchmark=None, quote="",
            )
        )  # fmt: skip
    return mentions


def measure(folder: Path, size: Size, crowd: Crowd) -> dict[str, Any]:
    """Work out one leaderboard, from recommendations to places."""
    build(folder, size)
    situation = situation_of(load(folder), crowd)
    begun, used = time.perf_counter(), time.process_time()
    situation.book  # noqa: B018 - worked out on first use
    booked = time.perf_counter()
    rows = leaderboard(situation, EVERYTHING)
    done = time.perf_counter()
    return {
        "brokers": len(rows),
        "ranked": sum(row["rank"] is not None for row in rows),
        "recommendations": crowd.brokers * crowd.each,
        "shares": size.symbols,
        "sessions": size.sessions,
        "draws": DRAWS,
        "book_seconds": booked - begun,
        "leaderboard_seconds": done - booked,
        "seconds": done - begun,
        "cpu_seconds": time.process_time() - used,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main(arguments: list[str]) -> int:
    """Print what was measured; 1 where the whole list took longer than a minute."""
    parser = argparse.ArgumentParser(prog="python -m bench leaderboard", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--small", action="store_true", help="a small market and thirty brokers")
    parser.add_argument("--share", type=float, default=1.0, help="how many times the shares and brokers")
    parser.add_argument("--folder", type=Path, help="keep the market here, to measure again without drawing it")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        place = (options.folder or Path(temporary)) / "whole"
        size, crowd = (SMALL, FEW) if options.small else (FULL.times(options.share), MANY.times(options.share))
        found = measure(place, size, crowd)
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        print(
            f"{found['recommendations']:,} recommendations of {found['brokers']:,} brokers, {found['ranked']:,} ranked"
        )
        print(f"{found['draws']:,} draws: {found['seconds']:.1f} s, {found['book_seconds']:.1f} of them for the book, "
              f"{found['cpu_seconds']:.1f} s of processors; "
              f"{found['peak_mb']:.0f} MB")  # fmt: skip
    if found["seconds"] > MINUTE and crowd == MANY:
        print(f"missed: {found['seconds']:.0f} s, over {MINUTE:g}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
