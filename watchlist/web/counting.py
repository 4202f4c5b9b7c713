"""Counting: a review that takes long is worked out beside the request, and begun before anybody asks."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from contextlib import suppress
from typing import Final

from watchlist.domain.errors import WatchlistError
from watchlist.web.choice import MEASURES, Choice
from watchlist.web.questions import Questions
from watchlist.web.shelf import Shelf

_WORKERS: Final = 2
_LOOK_SECONDS: Final = 3.0


class StillCounting(Exception):
    """A review is being worked out, for so many seconds already."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Counting:
    """Works reviews out in the background, each once.

    Args:
        patience: seconds that a page waits for its review; without end where it is ``None``.
    """

    def __init__(self, shelf: Shelf, patience: float | None) -> None:
        self._shelf = shelf
        self._patience = patience
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="counting")
        self._begun: dict[Choice, tuple[float, Future[None]]] = {}
        self._lock = threading.Lock()

    def wait(self, choice: Choice) -> None:
        """Wait until a choice can be answered at once.

        Raises:
            StillCounting: that takes longer than pages are made to wait.
            WatchlistError: it cannot be answered.
        """
        measured = Choice(**{name: getattr(choice, name) for name in MEASURES})
        if self._patience is None or self._shelf.ready(measured):
            return
        began, future = self._begin(measured)
        try:
            future.result(self._patience)
        except TooLong:
            raise StillCounting(time.monotonic() - began) from None

    def keep_warm(self, stop: threading.Event, seconds: float = _LOOK_SECONDS) -> None:
        """Begin with what most pages show whenever something new was recorded, until told to stop."""
        while True:
            with suppress(WatchlistError):  # it is said to whoever asks
                if not self._shelf.ready(Choice()):
                    self._begin(Choice())[1].result()
                    self._shelf.health()
                    Questions.about(self._shelf, Choice()).leaderboard()
            if stop.wait(seconds):
                return

    def _begin(self, choice: Choice) -> tuple[float, Future[None]]:
        with self._lock:
            if choice not in self._begun:
                self._begun[choice] = (time.monotonic(), self._pool.submit(self._work, choice))
            return self._begun[choice]

    def _work(self, choice: Choice) -> None:
        try:
            self._shelf.held(choice).look_up()
        finally:
            with self._lock:
                self._begun.pop(choice, None)
