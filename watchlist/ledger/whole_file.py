"""Write a file of the user's own in one step: a reader, or a power cut, meets the old text or the new, never half."""

import os
import tempfile
from pathlib import Path

from watchlist.domain.errors import UnsafePath, refusal
from watchlist.ledger.home import Home


def write_whole(home: Home, path: Path, text: str) -> None:
    """Write ``text`` to a path under ``config/local/``, making its folder.

    Raises:
        UnsafePath: the disk refuses; what was there stays whole.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".watchlist-", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnsafePath(path=home.shown(path), reason=refusal(error)) from error
