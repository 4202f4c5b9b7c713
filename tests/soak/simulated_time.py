"""Time and a machine that are not real: years in minutes, sleeps, a clock that jumps, and a time zone of its own."""

import datetime as dt
import os
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import schedule


@dataclass
class SimulatedTime:
    """The time of a machine.

    Attributes:
        true: what the time really is.
        ahead: how far the machine's clock is ahead of it.
        awake: seconds that the clock which never jumps has counted; it stands still while the machine sleeps.
        zone: the machine's own time zone.
        pauses: called at every pause, with the seconds of it; may change everything here.
    """

    true: dt.datetime
    zone: str = "UTC"
    ahead: dt.timedelta = dt.timedelta(0)
    awake: float = 0.0
    pauses: list[Callable[[float], None]] = field(default_factory=list)

    def now(self) -> dt.datetime:
        """Give what the machine's clock shows."""
        return self.true + self.ahead

    def monotonic(self) -> float:
        return self.awake

    def sleep(self, seconds: float) -> None:
        """Let time pass while the program waits."""
        self.pass_by(seconds)
        for pause in self.pauses:
            pause(seconds)

    def pass_by(self, seconds: float) -> None:
        """Let time pass while the machine is awake."""
        self.true += dt.timedelta(seconds=seconds)
        self.awake += seconds

    def asleep(self, hours: float) -> None:
        """Let the machine sleep: the clock that never jumps does not count it."""
        self.true += dt.timedelta(hours=hours)

    def move(self, zone: str) -> None:
        """Take the machine to another time zone."""
        self.zone = zone
        os.environ["TZ"] = zone
        time.tzset()

    @contextmanager
    def ruling(self) -> Iterator[None]:
        """Let the ``schedule`` library, which asks the system for naive local time, see this machine's clock."""
        machine = self

        class Clock(dt.datetime):
            @classmethod
            def now(cls, tz: Any = None) -> "Clock":  # noqa: ANN401 - as the library calls it
                assert tz is None
                local = machine.now().astimezone(ZoneInfo(machine.zone)).replace(tzinfo=None)
                return cls.fromisoformat(local.isoformat())

        seen = types.SimpleNamespace(**{name: getattr(dt, name) for name in dir(dt) if not name.startswith("_")})
        seen.datetime = Clock
        before = os.environ.get("TZ")
        try:
            with patch.object(schedule, "datetime", seen):
                self.move(self.zone)
                yield
        finally:
            os.environ.pop("TZ", None)
            if before is not None:
                os.environ["TZ"] = before
            time.tzset()
