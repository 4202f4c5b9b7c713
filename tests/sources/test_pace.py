"""The polite pace, on a clock that is given."""

from watchlist.sources.pace import Pace


def test_calls_are_kept_apart_by_the_pause_and_some_jitter() -> None:
    now = 100.0
    slept: list[float] = []
    pace = Pace(2.0, clock=lambda: now, sleep=slept.append, jitter=lambda: 0.5)
    pace.wait()
    assert slept == []
    pace.done()
    now = 101.0
    pace.wait()  # due at 100 + 2 x 1.5
    assert slept == [2.0]
    now = 110.0
    pace.wait()
    assert slept == [2.0, 0.0]


def test_no_pause_is_no_sleep() -> None:
    slept: list[float] = []
    pace = Pace(0.0, clock=lambda: 1.0, sleep=slept.append)
    pace.done()
    pace.wait()
    assert slept == []
