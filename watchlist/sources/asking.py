"""Asking sources: who is asked, how often, and who is left alone — within the time that an update has.

A refusal opens a breaker on the host. A host that keeps us waiting goes last. Any other failure is tried again after a
moment. What is learned about a host outlives the run: see :class:`Standing`.
"""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt

from watchlist.sources.contract import ActionsOutcome, BarsOutcome, Blocked, Failed, NoData, Source, Standing
from watchlist.sources.eastmoney import Eastmoney
from watchlist.sources.name_desk import ListOutcome
from watchlist.sources.report_list import HOST as REPORT_HOST
from watchlist.sources.report_list import Reports
from watchlist.sources.sina import Factors, Sina
from watchlist.sources.vendor import Vendor

Dataset = Literal["bars", "actions"]
Outcome = TypeVar("Outcome", BarsOutcome, ActionsOutcome, Factors | NoData | Blocked | Failed,
                  Reports | NoData | Blocked | Failed, ListOutcome)  # fmt: skip
# So often in a row a host may use up the time of a call before it is left alone.
PATIENCE: Final = 2
OUT_OF_TIME: Final = "the time of this update is used up"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an update may take.

    Attributes:
        budget_seconds: the whole update; no call is begun that could end after it.
        call_seconds: one call at most.
        tries: how often a call that fails is made altogether.
        cool_down: for how long a host is left alone, or goes last.
    """

    budget_seconds: float = 600.0
    call_seconds: float = 30.0
    tries: int = 3
    cool_down: dt.timedelta = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Watch:
    """The passing of time, given so that a test waits for nothing: seconds, sleep, and jitter from 0 to 1."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


@dataclass(slots=True)
class Asker:
    """Asks the sources of one run.

    Attributes:
        standings: what is known of hosts at the start, by host.
        learned: what was learned in this run, to be remembered.
        calls: how many calls were made, by source.
    """

    sources: Mapping[str, Source]
    now: dt.datetime
    standings: Mapping[str, Standing] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    watch: Watch = field(default_factory=Watch)
    learned: dict[str, Standing] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    _waits: dict[str, int] = field(default_factory=dict)
    _left: dict[str, str] = field(default_factory=dict)
    _deadline: float = 0.0

    def __post_init__(self) -> None:
        spare = min(self.terms.call_seconds, self.terms.budget_seconds / 2)
        self._deadline = self.watch.clock() + self.terms.budget_seconds - spare
        for host, standing in self.standings.items():
            if standing.state == "blocked" and standing.until > self.now:
                self._left[host] = standing.reason

    @property
    def out_of_time(self) -> bool:
        """Whether no further call may be begun."""
        return self.watch.clock() >= self._deadline

    def unreachable(self, names: Iterable[str]) -> None:
        """Let sources that a probe could not reach go last, and remember it."""
        for name in names:
            source = self.sources.get(name)
            if source is not None:
                self._stand(host_of(source, "bars"), "last", "cannot be reached")

    def order(self, names: Sequence[str], dataset: Dataset = "bars") -> tuple[str, ...]:
        """Put sources into the order in which they are asked: as given, those that go last behind the others."""
        return tuple(sorted(names, key=lambda name: self._is_last(host_of(self.sources[name], dataset))))

    def bars(self, name: str, symbol: str, since: dt.date, until: dt.date) -> BarsOutcome:
        """Ask one source for bars."""
        source = self.sources[name]
        return self._ask(name, host_of(source, "bars"), lambda: source.bars(symbol, since, until))

    def actions(self, name: str, symbol: str, since: dt.date, until: dt.date) -> ActionsOutcome:
        """Ask one source for actions."""
        source = self.sources[name]
        return self._ask(name, host_of(source, "actions"), lambda: source.actions(symbol, since, until))

    def factors(self, symbol: str) -> Factors | NoData | Blocked | Failed:
        """Ask Sina for its cumulative factors: the second opinion on what a mainland share paid."""
        source = self.sources.get(Sina.name)
        if not isinstance(source, Sina):
            return NoData("there is no source of factors")
        return self._ask(source.name, source.host, lambda: source.factors(symbol))

    def reports(self, symbol: str, since: dt.date, until: dt.date) -> Reports | NoData | Blocked | Failed:
        """Ask Eastmoney for its list of research reports on a share."""
        source = self.sources.get(Eastmoney.name)
        if not isinstance(source, Eastmoney):
            return NoData("there is no source of reports")
        return self._ask(source.name, REPORT_HOST, lambda: source.reports(symbol, since, until))

    def ask(self, name: str, host: str, call: Callable[[], ListOutcome]) -> ListOutcome | Failed:
        """Ask for a list of names."""
        return self._ask(name, host, call)

    def _is_last(self, host: str) -> bool:
        standing = self.learned.get(host) or self.standings.get(host)
        return standing is not None and standing.state == "last" and standing.until > self.now

    def _ask(self, name: str, host: str, call: Callable[[], Outcome]) -> Outcome | Failed:
        if host in self._left:
            return Failed(f"{host} is left alone: {self._left[host]}")
        if self.out_of_time:
            return Failed(OUT_OF_TIME)

        def once() -> Outcome:
            self.calls[name] = self.calls.get(name, 0) + 1
            return call()

        retrying = Retrying(
            retry=retry_if_result(self._is_worth_another_try),
            stop=stop_after_attempt(self.terms.tries),
            wait=self._pause,
            sleep=self.watch.sleep,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        outcome = retrying(once)
        self._learn(host, outcome)
        return outcome

    def _is_worth_another_try(self, outcome: object) -> bool:
        return isinstance(outcome, Failed) and not outcome.waited and not self.out_of_time

    def _pause(self, state: RetryCallState) -> float:
        """Wait one to two seconds, then two to four."""
        return float(2 ** (state.attempt_number - 1) * (1 + self.watch.jitter()))

    def _learn(self, host: str, outcome: object) -> None:
        if isinstance(outcome, Blocked):
            self._stand(host, "blocked", outcome.reason)
            self._left[host] = outcome.reason
        elif isinstance(outcome, Failed) and outcome.waited:
            self._waits[host] = self._waits.get(host, 0) + 1
            if self._waits[host] >= PATIENCE or self._is_last(host):
                self._stand(host, "last", outcome.reason)
                self._left[host] = outcome.reason
        else:
            self._waits.pop(host, None)

    def _stand(self, host: str, state: Literal["blocked", "last"], reason: str) -> None:
        before = self.standings.get(host)
        if before is not None and before.state == state and before.until > self.now:
            return  # it is remembered already; asking it once more does not make the wait longer
        self.learned[host] = Standing(host, state, self.now + self.terms.cool_down, reason)


def host_of(source: Source, dataset: Dataset) -> str:
    """Give the host that a source's bars or actions come from; a source without one is its own."""
    if not isinstance(source, Vendor):
        return source.name
    return (source.actions_host or source.host) if dataset == "actions" else source.host
