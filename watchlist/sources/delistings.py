"""The exchanges' own lists of what they delisted, through akshare: Shanghai's and Shenzhen's."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from watchlist.sources.akshare_calls import akshare
from watchlist.sources.contract import Blocked, Failed, NoData
from watchlist.sources.wire import Exchange, Reading, asked

# Place: akshare's function, and its columns of code, name, listing and delisting.
_LISTS: Final = {
    "SH": ("stock_info_sh_delist", ("公司代码", "公司简称", "上市日期", "暂停上市日期")),
    "SZ": ("stock_info_sz_delist", ("证券代码", "证券简称", "上市日期", "终止上市日期")),
}
_CODE: Final = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Delisting:
    """One security that an exchange no longer lists; ``delisted`` is the first day without trade."""

    symbol: str
    name: str
    listed: dt.date | None
    delisted: dt.date


@dataclass(frozen=True, slots=True)
class Delistings:
    """The list of one exchange, by symbol."""

    entries: tuple[Delisting, ...]


Outcome = Delistings | NoData | Blocked | Failed


def fetch_delistings(place: str) -> Outcome:
    """Ask one exchange for its list; runs in the worker process."""
    name, columns = _LISTS[place]
    found = asked(lambda: akshare(name), Reading(_never_empty))
    if not isinstance(found, pd.DataFrame):
        return found
    entries = []
    for digits, called, listed, delisted in found[list(columns)].itertuples(index=False, name=None):
        if not _CODE.fullmatch(str(digits)) or pd.isna(delisted):
            return Failed(f"the list of {place} has a row that cannot be read ({digits}, {delisted})")
        begun = None if pd.isna(listed) else listed
        entries.append(Delisting(f"{digits}.{place}", str(called).strip(), begun, delisted))
    return Delistings(tuple(sorted(entries, key=lambda one: one.symbol)))


def _never_empty(answer: Exchange) -> str | None:
    """Say that an empty list is no answer: both exchanges have delisted hundreds."""
    del answer
    return None
