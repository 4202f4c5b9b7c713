"""An archive of ``config/``: what a person decided, beside a backup of what the program knows."""

import zipfile
from pathlib import Path

from watchlist.domain.errors import UnsafePath, refusal
from watchlist.ledger.home import Home


def archive_config(home: Home, path: Path) -> int:
    """Pack the files of the home's ``config/`` into a zip, whole or not at all, and say how many there are.

    Links are left out: they may lead anywhere.

    Raises:
        UnsafePath: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.part")
    files = [one for one in sorted(home.config.rglob("*")) if one.is_file() and not one.is_symlink()]
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in files:
                archive.write(one, one.relative_to(home.root).as_posix())
        beside.replace(path)
    except OSError as error:
        raise UnsafePath(path=path, reason=refusal(error)) from error
    finally:
        beside.unlink(missing_ok=True)
    return len(files)
