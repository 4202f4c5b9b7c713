"""A few weeks of `run` in which everything goes wrong much more often than it does: the short form of the soak."""

import datetime as dt
from pathlib import Path

import pytest

from tests.soak.simulated_years import ZONES, Mishaps, Years

OFTEN = Mishaps(sleeps=0.4, crashes=0.2, failing=0.05, late=0.2, jumps=0.3, by_hand=0.2)


@pytest.mark.parametrize(
    ("start", "zones", "seed"),
    [
        # New York's clocks change on 2024-03-10, London's on 03-31; Lord Howe's by half an hour on 04-07.
        ("2024-03-06", ZONES[:2], 1),
        ("2024-10-28", ZONES[2:], 2),
    ],
)
def test_every_session_is_done_exactly_once(start: str, zones: tuple[str, ...], seed: int, tmp_path: Path) -> None:
    begun = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    years = Years(tmp_path, begun, begun + dt.timedelta(days=12), seed, OFTEN, zones, tick=1800).run()
    assert years.strange == []
    assert years.counted["done"] == years.counted["sessions"] > 35
    for happened in ("sleeps", "crashes", "clock jumps", "by hand", "said waiting"):
        assert years.counted[happened] > 0, years.counted


def test_a_session_done_twice_or_left_out_would_be_seen(tmp_path: Path) -> None:
    begun = dt.datetime(2024, 3, 6, tzinfo=dt.UTC)
    years = Years(
        tmp_path, begun, begun + dt.timedelta(days=2), 1, Mishaps(0, 0, 0, 0, 0, 0), ZONES[:1], tick=3600
    ).run()
    assert years.strange == []
    years.forget("CN", "2024-03-11")
    years.judge()
    assert years.strange == ["not done: ('CN', '2024-03-11')"]
    years.strange.clear()
    years.repeat("US", "2024-03-08")
    years.judge()
    assert years.strange == ["not done: ('CN', '2024-03-11')", "done 2 times: ('US', '2024-03-08')"]
