"""Years of `run` on a made-up machine: sleeps, crashes, failing sources, clocks that jump, four time zones."""

import datetime as dt
from pathlib import Path
from typing import Any, Final

# Eight years within what the calendars of all three markets know; the short form crosses New York's change of clocks.
LONG: Final = (dt.datetime(2018, 6, 1, tzinfo=dt.UTC), dt.timedelta(days=8 * 365 + 2))
SHORT: Final = (dt.datetime(2024, 3, 6, tzinfo=dt.UTC), dt.timedelta(days=10))
COUNTED: Final = (
    "sessions", "done", "days worked", "by hand", "sleeps", "crashes", "clock jumps", "zones changed",
    "said waiting", "said partial", "said failed", "bars held against the truth",
)  # fmt: skip


def soak(folder: Path, seed: int, *, long: bool) -> tuple[dict[str, Any], list[str]]:
    """Live through it, and give what happened and what was wrong at the end."""
    from tests.soak.simulated_years import Mishaps, Years  # noqa: PLC0415 - the made-up machine is the tests'

    start, span = LONG if long else SHORT
    mishaps = Mishaps() if long else Mishaps(0.4, 0.2, 0.05, 0.2, 0.3, 0.2)
    years = Years(folder, start, start + span, seed, mishaps, tick=1800).run()
    calls, failed = (sum(getattr(one, name) for one in years.markets) for name in ("calls", "failed"))
    counted = {what.removeprefix("said "): years.counted[what] for what in COUNTED}
    return counted | {"calls to sources": calls, "of them failed": failed}, years.strange
