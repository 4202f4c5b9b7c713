"""Realisation (评级兑现): did a share do what its rating promised, by the broker's own printed scale (S7, S7b).

A band runs from its lower bound, not included, to its upper bound, included: equality goes to the lower band. The
scales say 股价, so price legs are judged (RULES 15).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Floats
from watchlist.core.scoring import TIE
from watchlist.core.statistics import wilson


@dataclass(frozen=True, slots=True)
class Band:
    """One label of a scale with what it promises, as fractions; an open end is infinite."""

    label: str
    low: float
    high: float

    def holds(self, result: float) -> bool:
        """Say whether a result lies in the band."""
        return self.low + TIE < result <= self.high + TIE


@dataclass(frozen=True, slots=True)
class Promise:
    """A rating as given, with the whole scale that it stands in.

    Attributes:
        months: over how many calendar months from publication the scale speaks.
        relative: measured against the benchmark; else as the share's own return.
    """

    label: str
    bands: tuple[Band, ...]
    months: int
    relative: bool = True

    @property
    def band(self) -> Band | None:
        """Give the band of the label, ``None`` where the scale prints none for it."""
        return next((band for band in self.bands if band.label == self.label), None)

    def realised(self, result: float) -> str | None:
        """Give the label whose band the result fell in; ``None`` where it is unknown or no band holds it."""
        return None if np.isnan(result) else next((b.label for b in self.bands if b.holds(result)), None)

    def kept(self, result: float) -> bool | None:
        """Say whether the result lies in the promised band, ``None`` where that cannot be said."""
        band = self.band
        return None if band is None or np.isnan(result) else band.holds(result)

    def shortfall(self, result: float) -> float | None:
        """Give the result less the bound that was promised: the lower one, or the upper one of a negative rating."""
        band = self.band
        if band is None or np.isnan(result):
            return None
        bound = band.low if np.isfinite(band.low) else band.high
        return float(result - bound) if np.isfinite(bound) else None


def bands(levels: Sequence[tuple[str, float | None, float | None]]) -> tuple[Band, ...]:
    """Make bands of a scale's ``(label, lower, upper)``; labels without any bound promise nothing and are left out."""
    return tuple(
        Band(label, -np.inf if low is None else low, np.inf if high is None else high)
        for label, low, high in levels
        if low is not None or high is not None
    )


@dataclass(frozen=True, slots=True)
class Realisation:
    """What became of some promises.

    Attributes:
        table: promised label to counts of the labels that came true; ``None`` counts what no band holds.
        kept_rate, low, high: share of promises kept, with the 95 % Wilson interval; ``None`` for an empty sample.
        at_least_rate: share that did at least as well as the lower bound said.
        mean_shortfall: mean of result less promised bound.
    """

    sample: int
    table: dict[str, dict[str | None, int]]
    kept_rate: float | None
    low: float | None
    high: float | None
    at_least_rate: float | None
    mean_shortfall: float | None


def realise(promises: Sequence[Promise | None], results: Floats) -> Realisation:
    """Hold promises against results.

    Args:
        promises: ``None`` where no rating was given, or no scale is known for it.
        results: ``(n,)`` price excess (or own price return) over the scale's months; NaN while it is open.
    """
    judged = [
        (promise, float(result))
        for promise, result in zip(promises, results, strict=True)
        if promise is not None and promise.band is not None and not np.isnan(result)
    ]
    kept = [bool(promise.kept(result)) for promise, result in judged]
    at_least = [
        result > promise.band.low + TIE for promise, result in judged if promise.band and promise.band.low > -np.inf
    ]
    short = [gap for promise, result in judged if (gap := promise.shortfall(result)) is not None]
    counts: dict[str, Counter[str | None]] = {}
    for promise, result in judged:
        counts.setdefault(promise.label, Counter())[promise.realised(result)] += 1
    low, high = wilson(sum(kept), len(kept)) if kept else (None, None)
    return Realisation(
        sample=len(judged),
        table={label: dict(found) for label, found in counts.items()},
        kept_rate=float(np.mean(kept)) if kept else None,
        low=low,
        high=high,
        at_least_rate=float(np.mean(at_least)) if at_least else None,
        mean_shortfall=float(np.mean(short)) if short else None,
    )


def first_reached(excess: Floats, bound: float, *, above: bool = True) -> int | None:
    """Give after how many sessions, from 1, a running excess first reached a bound; ``None`` where it never did.

    Args:
        excess: ``(k,)`` excess return since entry at each close, the entry session being the first.
    """
    reached = excess >= bound - TIE if above else excess <= bound + TIE
    return int(np.argmax(reached)) + 1 if reached.any() else None
