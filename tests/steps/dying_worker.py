"""A worker that is killed in the middle: what tests let engines do."""

import os
import signal
from pathlib import Path

from watchlist.storage.score_parts import Part, Tally, score_one

KILLED = 1  # the number of the part


def die_once(part: Part) -> Tally:
    """Score a part, but the first time one is tried kill the process instead, as the system does for want of memory."""
    if part.number == KILLED:
        mark = Path(part.folder) / "killed"
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return score_one(part)


def die_always(part: Part) -> Tally:
    """Kill the process."""
    os.kill(os.getpid(), signal.SIGKILL)
    return score_one(part)
