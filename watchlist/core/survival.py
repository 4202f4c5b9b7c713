"""Time to target (达标时间): how long until a promise was reached; those that still wait are counted too (S9)."""

from dataclasses import dataclass

import numpy as np

from watchlist.core.bars import Bools, Ints


@dataclass(frozen=True, slots=True)
class TimeToTarget:
    """Kaplan-Meier over recommendations with a target.

    Attributes:
        reached: how many reached it; the others are censored at their exit or the as-of session.
        median_sessions: sessions by which half have reached it; ``None`` where fewer than half ever do.
        reached_share: estimated share reached by the last session anybody was watched.
    """

    sample: int
    reached: int
    median_sessions: float | None
    reached_share: float | None


def time_to_target(sessions: Ints, reached: Bools) -> TimeToTarget:
    """Estimate the time to target (Kaplan and Meier 1958).

    Args:
        sessions: ``(n,)`` sessions until the target was reached, or until it was last watched (1 or more).
        reached: ``(n,)`` whether it was.
    """
    if sessions.size == 0:
        return TimeToTarget(0, 0, None, None)
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415  (seconds of import)

    if not reached.any():
        return TimeToTarget(int(sessions.size), 0, None, 0.0)
    curve = SurvfuncRight(sessions.astype(float), reached.astype(float))
    median = float(curve.quantile(0.5))
    return TimeToTarget(
        sample=int(sessions.size),
        reached=int(reached.sum()),
        median_sessions=None if np.isnan(median) or np.isinf(median) else median,
        reached_share=float(1 - curve.surv_prob[-1]),
    )
