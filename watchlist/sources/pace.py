"""A polite pace: how long to wait before the next call to a vendor."""

import random
import time
from collections.abc import Callable


class Pace:
    """Keeps calls to one vendor apart by ``seconds`` to twice that; the very first goes at once.

    Clock, sleep and jitter (0 to 1) are given, so that a test waits for nothing.
    """

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._last: float | None = None

    def wait(self) -> None:
        """Sleep until the next call may be made."""
        if self._last is not None and self._seconds > 0:
            due = self._last + self._seconds * (1 + self._jitter())
            self._sleep(max(0.0, due - self._clock()))

    def done(self) -> None:
        """Count the pause from now: the call has been answered."""
        self._last = self._clock()
