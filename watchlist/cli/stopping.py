"""How a person or the system stops `run`: the first signal is a request, the second an order."""

import os
import signal
import time
from types import FrameType
from typing import Final

# Ctrl-C, the system's, the closed terminal's, and Windows' Ctrl-Break.
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_SLICE: Final = 0.5  # seconds of sleep after which a request is noticed at the latest


class Stop:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self.asked = False
        self.by = ""

    def listen(self) -> None:
        """Take the signals over; one that was ignored before (nohup) stays ignored."""
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def __call__(self) -> bool:
        """Say whether to stop."""
        return self.asked

    def sleep(self, seconds: float) -> None:
        """Sleep by a clock that never jumps, until somebody asks to stop."""
        end = time.monotonic() + seconds
        while not self.asked and (rest := end - time.monotonic()) > 0:
            time.sleep(min(_SLICE, rest))

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.asked:
            # Nothing is lost: a transaction that was not committed never was, and the locks go with the process.
            os._exit(128 + number)
        self.asked, self.by = True, signal.Signals(number).name
