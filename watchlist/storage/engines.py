"""Engines: the same work done part by part here, in processes beside each other, or by Dask on other machines.

A worker may vanish in the middle: its parts are done again by another one. What a part comes to depends on nothing but
the part, so that every engine gives the same answers to the last bit.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, Literal, TypeVar, get_args

from watchlist.domain.errors import UsageMistake, WatchlistError

Name = Literal["local", "processes", "dask"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
Progress = Callable[[int, int], None]
_TRIES: Final = 4  # of a part whose workers vanish
_PATIENCE: Final = "20s"
T = TypeVar("T")
P = TypeVar("P")


class NoScaleExtra(UsageMistake):
    """Dask is not installed."""

    en = (
        "The engine dask needs the extra scale: .venv/bin/python -m pip install -r requirements-scale.txt, "
        "or take --engine processes."
    )
    zh = (
        "dask 引擎需要附加组件 scale：.venv/bin/python -m pip install -r requirements-scale.txt，"
        "或改用 --engine processes。"
    )


class NoScheduler(WatchlistError):
    """Nobody answers at the address of a scheduler."""

    en = (
        "No Dask scheduler answers at {address}: start one with dask scheduler, and workers with dask worker {address}."
    )
    zh = "{address} 没有 Dask 调度器响应：请用 dask scheduler 启动，并用 dask worker {address} 启动工作进程。"


class WorkersLost(WatchlistError):
    """The workers of a part vanish each time."""

    en = "Workers vanished {tries} times over the same part ({reason}): give them more memory. Nothing was written."
    zh = "同一部分的工作进程 {tries} 次意外终止（{reason}）：请给予更多内存。未写入任何内容。"


@dataclass(frozen=True, slots=True)
class Engine:
    """Who does the work.

    Attributes:
        scheduler: the address of Dask's, ``tcp://HOST:8786``; a cluster of this machine's cores where none is given.
        workers: how many beside each other; as many as there are cores where it is not said.
    """

    name: Name = "local"
    scheduler: str | None = None
    workers: int | None = None

    @property
    def count(self) -> int:
        """How many workers of this machine do the work."""
        return self.workers or cores()


def cores() -> int:
    """Count the cores that this process may use: a container or ``taskset`` may leave it fewer than there are."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux alone says it
    return (os.cpu_count() or 1) if allowed is None else len(allowed(0))


def map_parts(engine: Engine, work: Callable[[P], T], parts: Sequence[P], progress: Progress | None = None) -> list[T]:
    """Do the work of every part and give what each came to, in their order.

    Args:
        work: a function of a module, which depends on nothing but its part; what it does twice is done once.
        progress: told how many of how many are done.

    Raises:
        NoScaleExtra, NoScheduler: Dask is not there.
        WorkersLost: a part brings down every worker that takes it.
    """
    done: dict[int, T] = {}
    for at, result in _ENGINES[engine.name](engine, work, parts):
        done[at] = result
        if progress is not None:
            progress(len(done), len(parts))
    return [done[at] for at in range(len(parts))]


def _here(_: Engine, work: Callable[[P], T], parts: Sequence[P]) -> Iterator[tuple[int, T]]:
    return ((at, work(part)) for at, part in enumerate(parts))


def _processes(engine: Engine, work: Callable[[P], T], parts: Sequence[P]) -> Iterator[tuple[int, T]]:
    """Let a pool of processes do the work; where one vanishes, a new pool takes up what is not done."""
    from multiprocessing import get_context  # noqa: PLC0415  (only who asks for it waits for it)

    left, tries = dict(enumerate(parts)), 0
    while left:
        before = len(left)
        with ProcessPoolExecutor(engine.count, mp_context=get_context("spawn")) as pool:
            futures = {pool.submit(work, part): at for at, part in left.items()}
            try:
                for future in as_completed(futures):
                    result = future.result()
                    yield futures[future], result
                    del left[futures[future]]
            except BrokenProcessPool as error:
                tries = tries + 1 if len(left) == before else 1
                _refuse_more(tries, error)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _dask(engine: Engine, work: Callable[[P], T], parts: Sequence[P]) -> Iterator[tuple[int, T]]:
    """Let a Dask cluster do the work; its scheduler gives the parts of a lost worker to others."""
    if find_spec("distributed") is None:
        raise NoScaleExtra
    import distributed  # noqa: PLC0415  (an extra, and heavy)

    dask: Any = distributed  # half of its functions say nothing of types
    with _client(engine, dask) as client:
        futures = client.map(work, parts, pure=False, retries=_TRIES)
        place = {future.key: at for at, future in enumerate(futures)}
        try:
            for future, result in dask.as_completed(futures, with_results=True):
                yield place[future.key], result
        except dask.KilledWorker as error:
            _refuse_more(_TRIES, error)


@contextmanager
def _client(engine: Engine, dask: Any) -> Iterator[Any]:  # noqa: ANN401 - the package, where it is installed
    """Connect to the scheduler, or start a cluster of this machine."""
    with ExitStack() as stack:
        place: Any = engine.scheduler
        if place is None:
            place = stack.enter_context(
                dask.LocalCluster(n_workers=engine.count, threads_per_worker=1, dashboard_address=None, silence_logs=50)
            )
        try:
            client = stack.enter_context(dask.Client(place, timeout=_PATIENCE))
        except (OSError, ValueError) as error:
            raise NoScheduler(address=place) from error
        yield client


def _refuse_more(tries: int, error: Exception) -> None:
    if tries >= _TRIES:
        raise WorkersLost(tries=tries, reason=type(error).__name__) from error


_ENGINES: Final[dict[Name, Callable[..., Iterator[tuple[int, Any]]]]] = {
    "local": _here,
    "processes": _processes,
    "dask": _dask,
}
