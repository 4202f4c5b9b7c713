"""The loop itself: it outlives what goes wrong, does not spin, and is not silenced by a clock that jumps."""

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.soak.simulated_time import SimulatedTime
from watchlist.core.due import Marked, SessionState
from watchlist.domain.errors import ConfigProblem, DatabaseBusy, SourceUnreachable, Words
from watchlist.ledger.home import Home
from watchlist.ledger.settings import Settings, load_settings
from watchlist.steps.run import Clock, Event, Runner, Task, Ticker, Work, Worked
from watchlist.storage.database import writing
from watchlist.storage.heartbeat import Pulse, read_heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable

# Friday 2024-06-21, 19:00 in Shanghai: the day's work of mainland China and Hong Kong is due.
EVENING: Final = dt.datetime(2024, 6, 21, 11, 0, tzinfo=dt.UTC)


class Trial:
    """A runner on a simulated machine, with the work given by the test."""

    def __init__(self, folder: Path, work: Work) -> None:
        self.machine = SimulatedTime(EVENING)
        self.events: list[Event] = []
        self.moments: list[dt.datetime] = []
        self.end = EVENING + dt.timedelta(days=1)
        settings = load_settings(Home(folder))
        self.settings: Callable[[], Settings] = lambda: settings
        self.folder, self.work = folder, work
        (folder / "db").mkdir()
        with writing(folder / "db" / "watchlist.db"):
            pass

    def run(self, seconds: int = 60) -> "Trial":
        def work(task: Task) -> Worked:
            self.moments.append(self.machine.true)
            return self.work(task)

        runner = Runner(
            database=self.folder / "db" / "watchlist.db",
            settings=self.settings,
            work=work,
            tell=self.events.append,
            stopped=lambda: self.machine.true >= self.end,
            clock=Clock(self.machine.now, self.machine.monotonic, self.machine.sleep),
            pulse=Pulse(self.folder / "db", EVENING),
        )
        with self.machine.ruling():
            runner.for_ever(seconds)
        return self

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]


def raising(*errors: Exception) -> Work:
    """Make work that raises one error after another, then the last one for ever."""
    left = list(errors)

    def work(task: Task) -> Worked:
        assert task.markets
        raise left.pop(0) if len(left) > 1 else left[0]

    return work


def test_what_goes_wrong_neither_ends_nor_spins_the_loop(tmp_path: Path) -> None:
    trial = Trial(tmp_path, raising(MemoryError("no memory"), OSError("disk"), ZeroDivisionError("a fault of ours")))
    trial.end = EVENING + dt.timedelta(hours=6)
    trial.run()
    # After 1, 2, 4, 8, 16 and 32 minutes, then every hour: the first try, six in 63 minutes, and four hours after that.
    pauses = [round((b - a).total_seconds() / 60) for a, b in pairwise(trial.moments)]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, 60]
    assert set(pauses[6:]) == {60}
    assert len(trial.moments) == 11
    failed = trial.named("failed")
    assert [event.facts["error"] for event in failed[:3]] == ["MemoryError", "OSError", "ZeroDivisionError"]
    assert failed[0].words == Words("MemoryError: no memory", "MemoryError：no memory")
    assert "test_run.py" in str(failed[0].facts["trace"])
    assert trial.events[-1].name == "ended"


def test_a_failure_is_over_with_the_next_good_day(tmp_path: Path) -> None:
    error = SourceUnreachable(sources="sina, yahoo")
    left = [error, error]

    def work(task: Task) -> Worked:
        assert task.markets == ("US", "CN", "HK")  # in the order they became due
        if left:
            raise left.pop()
        marked = Marked("CN", {dt.date(2024, 6, 21): SessionState.DONE}, None)
        return Worked((marked,), {"bars": 7})

    trial = Trial(tmp_path, work)
    trial.end = EVENING + dt.timedelta(minutes=4)
    trial.run()
    names = [event.name for event in trial.events if event.name not in {"due", "next"}]
    assert names == ["started", "failed", "failed", "recovered", "done", "ended"]
    assert trial.named("failed")[0].words == Words(error.text("en"), error.text("zh"))
    assert trial.named("done")[0].session == dt.date(2024, 6, 21)
    beat = read_heartbeat(tmp_path / "db")
    assert beat is not None
    assert (beat.state, beat.failure, beat.doing) == ("ended", (), ())


def test_the_newest_failure_stands_in_the_heartbeat(tmp_path: Path) -> None:
    trial = Trial(tmp_path, raising(SourceUnreachable(sources="sina")))
    trial.end = EVENING + dt.timedelta(minutes=2)
    trial.run()
    beat = read_heartbeat(tmp_path / "db")
    assert beat is not None
    assert beat.failure == (
        "No price source can be reached from here (sina).", "当前网络无法访问任何行情来源（sina）。",
    )  # fmt: skip


def test_a_busy_database_is_waited_for_a_minute_at_a_time_and_only_after_half_an_hour_a_failure(tmp_path: Path) -> None:
    trial = Trial(tmp_path, raising(DatabaseBusy(path="x", who=Words("", ""))))
    trial.end = EVENING + dt.timedelta(minutes=31)
    trial.run()
    assert len(trial.named("busy")) == 29
    assert trial.named("failed")[0].facts["error"] == "DatabaseBusy"
    assert len(trial.named("failed")) == 2


def test_settings_that_became_wrong_are_said_and_looked_at_again(tmp_path: Path) -> None:
    trial = Trial(tmp_path, raising(SourceUnreachable(sources="sina")))
    good, wrong = trial.settings, ConfigProblem(file="x", where="y", what="z", hint="")

    def settings() -> Settings:
        if trial.machine.true < EVENING + dt.timedelta(minutes=2):
            raise wrong
        return good()

    trial.settings, trial.end = settings, EVENING + dt.timedelta(minutes=6)
    trial.run()
    assert [event.facts["error"] for event in trial.named("failed")][:2] == ["ConfigProblem", "ConfigProblem"]
    assert trial.moments, "nothing was tried once the settings were right"


def test_without_prices_the_clock_is_not_sure(tmp_path: Path) -> None:
    sure: list[bool] = []

    def work(task: Task) -> Worked:
        sure.append(task.is_sure)
        return Worked(())

    trial = Trial(tmp_path, work)
    trial.end = EVENING + dt.timedelta(seconds=30)
    trial.run()
    assert sure == [False]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Australia/Lord_Howe"])
def test_the_ticker_ticks_through_every_jump(zone: str) -> None:
    machine, ticks = SimulatedTime(dt.datetime(2024, 4, 6, 9, 0, tzinfo=dt.UTC), zone), []
    with machine.ruling():
        ticker = Ticker(60, lambda: ticks.append(machine.awake))
        for ahead in (0, 5.4 * 365 * 86_400, 0, -3600, 0, -400 * 86_400, 0):
            machine.ahead = dt.timedelta(seconds=ahead)
            end = machine.awake + 6 * 3600  # Lord Howe's clocks change in the night of these hours
            while machine.awake < end:
                machine.sleep(ticker.tick())
    pauses = [b - a for a, b in pairwise(ticks)]
    # Never two ticks without a pause but where the clock jumped ahead; never more than two minutes of silence.
    assert max(pauses) <= 120
    assert sum(pause < 50 for pause in pauses) <= 5
    assert len(ticks) > 7 * 6 * 58
