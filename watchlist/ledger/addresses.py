"""Whom to notify: addresses with their tokens, from the environment or from a file that only its owner can read.

They are in no other file, no log and no database, and an error never shows one.
"""

import hashlib
import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from watchlist.domain.errors import UsageMistake, WatchlistError, Words
from watchlist.ledger.home import Home
from watchlist.ledger.toml_file import cannot_be_read

VARIABLE: Final = "WATCHLIST_NOTIFY"
FILE_VARIABLE: Final = "WATCHLIST_NOTIFY_FILE"
NAME: Final = "notify.txt"
_LARGEST: Final = 100_000  # bytes
_DIGITS: Final = 4  # enough to tell a handful of addresses apart, too few to try passwords against


class UnsafeNotifyFile(WatchlistError):
    """The file of addresses is not its owner's alone."""

    en = "{path} holds tokens and {reason}: make it yours alone with chmod 600 {path}, then try again."
    zh = "{path} 含有令牌，但{reason}：请执行 chmod 600 {path}，使其仅您本人可读，再试。"


class UnknownScheme(UsageMistake):
    """An address is of a kind that settings do not allow."""

    en = (
        'An address to notify begins with "{scheme}", which [notify] schemes in settings.toml does not list: {allowed}.'
    )
    zh = "有一个通知地址以“{scheme}”开头，而 settings.toml 的 [notify] schemes 未列出它：{allowed}。"


@dataclass(frozen=True, slots=True)
class Address:
    """One address of apprise's: ``wecombot://KEY``. Its token shows in no ``repr``."""

    url: str = field(repr=False)

    @property
    def scheme(self) -> str:
        """Give what stands before the colon."""
        return self.url.partition("://")[0].lower()

    @property
    def target(self) -> str:
        """Give four digits that tell it from other addresses."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:_DIGITS]


def load_addresses(home: Home, schemes: Collection[str], environ: Mapping[str, str]) -> tuple[Address, ...]:
    """Read every address, those of the environment first; none where there are none.

    Raises:
        UnsafeNotifyFile: others can read the file, or it is somebody else's.
        UnknownScheme: an address is of a kind that is not allowed.
    """
    named = environ.get(FILE_VARIABLE, "").strip()
    path = Path(named).expanduser() if named else home.local / NAME
    words = environ.get(VARIABLE, "").split() + _from_file(path, shown=home.shown(path), must_be=bool(named))
    addresses = tuple(Address(word) for word in dict.fromkeys(words))
    for one in addresses:
        if "://" not in one.url or one.scheme not in schemes:
            shown = one.scheme if "://" in one.url and one.scheme.isalnum() else "?"
            raise UnknownScheme(scheme=shown[:20], allowed=", ".join(schemes) or "–")
    return addresses


def _from_file(path: Path, *, shown: str, must_be: bool) -> list[str]:
    """Read addresses, one a line; what is opened is what is looked at, so that nobody can swap it in between."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        if must_be:
            raise UnsafeNotifyFile(path=shown, reason=Words("is not there", "并不存在")) from None
        return []
    except OSError as error:
        raise UnsafeNotifyFile(path=shown, reason=cannot_be_read(error)) from error
    with os.fdopen(handle, "rb") as file:
        _refuse_others(os.fstat(file.fileno()), shown)
        text = file.read(_LARGEST).decode("utf-8-sig", errors="replace")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _refuse_others(found: os.stat_result, shown: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UnsafeNotifyFile(path=shown, reason=Words("is no file", "它不是文件"))
    if os.name != "posix":
        return  # Windows keeps who may read in lists of its own: see docs/operations.md
    if found.st_uid != os.geteuid():
        raise UnsafeNotifyFile(path=shown, reason=Words("belongs to somebody else", "属于其他用户"))
    if found.st_mode & 0o077:
        mode = stat.filemode(found.st_mode)
        raise UnsafeNotifyFile(path=shown, reason=Words(f"others can read it ({mode})", f"他人可读（{mode}）"))
