"""What the program makes is its owner's alone: databases, logs and backups say what a person holds and thinks.

The umask is the one means that reaches every file, also those that SQLite, numpy and the logging library make. On
Windows a new file takes over who may read it from its folder, and this changes nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OWNER_ONLY: Final = 0o077
_GIVEN: Final[list[int]] = []


@contextmanager
def private() -> Iterator[None]:
    """Make files 0600 and folders 0700 from here on, whatever the umask of the shell is."""
    _GIVEN.append(os.umask(_OWNER_ONLY))
    try:
        yield
    finally:
        os.umask(_GIVEN.pop())


def mode_to_give_away() -> int:
    """Give the mode of a file that a person asked for at a place of his own choice: as the umask of his shell says."""
    if _GIVEN:
        return 0o666 & ~_GIVEN[0]
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
