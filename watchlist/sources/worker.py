"""A process that one vendor's library runs in, so that a call can be killed when its time is up.

A read time-out does not end a call to a server that sends a byte now and then; ending the process does.
"""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from watchlist.sources.contract import Failed

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

P = ParamSpec("P")
T = TypeVar("T")

# Spawned, never forked: a fork would take open databases and held locks along, and Windows has none.
_SPAWN: Final = multiprocessing.get_context("spawn")
# Importing a vendor's library may read some thousand files from a cold disk.
_START_SECONDS: Final = 60.0
# A process that waits for a call ends at once when its pipe closes; one in the middle of a call is not waited for.
_END_SECONDS: Final = 2.0


class Worker:
    """One worker process: started at the first call, used again, killed and started anew when a call takes too long.

    Calls from several threads wait for each other: a vendor is asked one thing at a time.
    """

    def __init__(self, seconds: float, prepare: Callable[..., None], *arguments: object) -> None:
        """Remember how to start; nothing is started yet.

        Args:
            seconds: the hard limit of one call, counted without the start of the process.
            prepare: a module-level function the process runs first, with ``arguments``: imports and settings.
        """
        self._seconds = seconds
        self._start = (prepare, arguments)
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Failed:
        """Run ``function`` in the process and give what it returns; it and all it takes and gives must pickle.

        An exception inside, a process that ends and a call that takes too long are :class:`Failed`.
        """
        with self._lock:
            try:
                pipe = self._started()
                if isinstance(pipe, Failed):
                    return pipe
                pipe.send((function, args, kwargs))
                if not pipe.poll(self._seconds):
                    self._kill()
                    return Failed(f"time limit of {self._seconds:g} s", waited=True)
                answer: T | Failed = pipe.recv()
            except (EOFError, OSError):
                self._kill()
                return Failed("the worker process ended in the middle of the call")
            except BaseException:
                self._kill()  # the pipe may hold half a conversation
                raise
            return answer

    def close(self) -> None:
        """Let the process end by itself, so that its library leaves no file half written; the next call starts anew."""
        with self._lock:
            self._end(_END_SECONDS)

    def _started(self) -> Connection | Failed:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self._kill()
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs, *self._start), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if not ours.poll(max(_START_SECONDS, self._seconds)):
            self._kill()
            return Failed("the worker process did not start in time")
        trouble: str = ours.recv()
        if trouble:
            self._end(_END_SECONDS)
            return Failed(trouble)
        return ours

    def _kill(self) -> None:
        self._end(0.0)

    def _end(self, seconds: float) -> None:
        """End the process; it may take so many seconds to do so by itself."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.join(seconds)
            process.kill()
            process.join()


def _serve(pipe: Connection, prepare: Callable[..., None], arguments: tuple[object, ...]) -> None:
    """Answer calls until the parent closes the pipe or is gone; runs in the worker process."""
    _quiet()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    trouble = ""
    try:
        prepare(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever a library's import may raise is told to the parent
        trouble = f"the worker process could not start: {type(error).__name__}: {error}"
    pipe.send(trouble)
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, args, kwargs = pipe.recv()
            pipe.send(_answer(function, args, kwargs))


def _answer(function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    try:
        return function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - a worker outlives every call; the caller gets the cause as a value
        return Failed(f"{type(error).__name__}: {error}")


def _quiet() -> None:
    """Send both outputs nowhere (progress bars, warnings) and leave Ctrl-C to the parent."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):
        os.dup2(nowhere, output)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end_with_parent() -> None:
    """End this process, whatever it is doing, as soon as its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(0)
