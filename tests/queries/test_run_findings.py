"""What is said of `run` by its heartbeat and its markets: its clock, its silence, its end, and what is left to do."""

import datetime as dt
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from watchlist.ledger.home import find_home
from watchlist.ledger.settings import Settings, load_settings
from watchlist.queries.run_status import run_findings
from watchlist.storage.heartbeat import Heartbeat, State
from watchlist.storage.holder import myself
from watchlist.storage.moments import stamp

NOW: Final = dt.datetime(2024, 6, 28, 12, 0, tzinfo=dt.UTC)
ROW: Final = {"market": "CN", "overdue": [], "partial": 0, "missing": None, "missing_zh": None}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(find_home(tmp_path, {}))


def beat(ago: dt.timedelta, state: State = "idle", pid: int | None = None, failure: tuple[str, ...] = ()) -> Heartbeat:
    """Give the heartbeat of this process, or of another one of this machine, some time before now."""
    own = myself()
    at = stamp(NOW - ago)
    return Heartbeat(own.pid if pid is None else pid, own.host, own.command, own.since, at, state, failure=failure)


def said(one: Heartbeat | None, settings: Settings, rows: Sequence[dict[str, Any]] = ()) -> list[str]:
    found = list(run_findings(one, rows, settings, NOW))
    assert {each["level"] for each in found} <= {"warning"}
    return [each["what"] for each in found]


def test_who_never_used_it_and_whose_run_is_well_hear_nothing(settings: Settings) -> None:
    assert said(None, settings, [{**ROW, "overdue": ["2024-06-27"]}]) == []
    assert said(beat(dt.timedelta(minutes=10)), settings, [ROW]) == []
    assert said(beat(dt.timedelta(days=9), "ended"), settings) == []


def test_it_may_be_silent_for_an_update_and_a_quarter_of_an_hour(settings: Settings) -> None:
    longest = dt.timedelta(seconds=settings.update.budget_seconds, minutes=15)
    assert said(beat(longest), settings) == []
    [what] = said(beat(longest + dt.timedelta(seconds=1)), settings)
    assert "has been silent since" in what


def test_a_clock_that_ran_ahead_by_more_than_an_hour_is_named(settings: Settings) -> None:
    assert said(beat(dt.timedelta(hours=-1)), settings) == []
    [what] = said(beat(dt.timedelta(hours=-2)), settings)
    assert what.startswith("the clock said ")


def test_a_process_that_is_gone_is_named_whenever_it_was_last_seen(settings: Settings) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    [what] = said(beat(dt.timedelta(minutes=1), pid=gone.pid), settings)
    assert f"process {gone.pid}" in what
    assert "is gone without an end" in what


def test_the_newest_failure_and_what_each_market_lacks_are_told(settings: Settings) -> None:
    rows = [
        {**ROW, "overdue": ["2024-06-26", "2024-06-27"], "partial": 1},
        {**ROW, "market": "HK", "partial": 1},
        {**ROW, "market": "US", "partial": 2, "missing": "AAPL", "missing_zh": "AAPL"},
    ]
    one = beat(dt.timedelta(), failure=("It broke.", "坏了。"))
    assert said(one, settings, rows) == [
        "the newest work failed: It broke",
        "the work for 2024-06-26, 2024-06-27 is overdue",
        "1 session is not complete: see the earlier ones",
        "2 sessions are not complete: AAPL",
    ]
