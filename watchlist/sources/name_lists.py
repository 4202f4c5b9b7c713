"""Who is listed, and who was called what: the lists of the exchanges, of Sina and of Eastmoney, through akshare."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from watchlist.domain.errors import counted
from watchlist.sources.akshare_calls import akshare
from watchlist.sources.contract import Blocked, Failed, NoData
from watchlist.sources.wire import Exchange, Reading, asked

_LATIN: Final = re.compile("[\u0080-\u024f\ufffd]")
# What a broken encoding leaves is said of a list when so many of its names have a letter of it.
_GARBLED: Final = 0.01
_ODD: Final = 0.02  # of the lines of a list at most
_NUMBER: Final = re.compile(r"(\d{1,6})(?:\.0)?")
_AMERICAN: Final = re.compile(r"10[567]\.([A-Z][A-Z0-9]*(?:[_.-][A-Z0-9]+)*)")
_LONGEST: Final = 12


@dataclass(frozen=True, slots=True)
class Named:
    """One line of a list: a security, the name it goes by now, and its first session where the list says so."""

    symbol: str
    name: str
    listed: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NameList:
    """The list of one place, by symbol; ``unread`` counts lines that name no one security: they are left out."""

    entries: tuple[Named, ...]
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Renamed:
    """A change of a short name (简称变更): from ``day`` on it is ``after``."""

    symbol: str
    day: dt.date
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Renamings:
    """The changes of names that an exchange tells, by symbol and day."""

    entries: tuple[Renamed, ...]


@dataclass(frozen=True, slots=True)
class FormerNames:
    """What a security was called, in no order that could be relied on and without dates."""

    symbol: str
    names: tuple[str, ...]


Lists = NameList | Renamings | FormerNames
Outcome = Lists | NoData | Blocked | Failed


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a part of a list comes from: akshare's function and argument, its columns, and how it writes a code."""

    function: str
    about: str | None
    code: str
    name: str
    listed: str | None
    symbol: Callable[[str], str | None]


def _digits(place: str, width: int, begin: str) -> Callable[[str], str | None]:
    def symbol(text: str) -> str | None:
        match = _NUMBER.fullmatch(text)
        digits = "" if match is None else match[1].zfill(width)
        return f"{digits}.{place}" if digits[:1] in set(begin) and len(digits) == width else None

    return symbol


def _american(text: str) -> str | None:
    match = _AMERICAN.fullmatch(text)
    code = "" if match is None else match[1].replace("_", "-").replace(".", "-")
    return f"{code}.US" if code and len(code) <= _LONGEST else None


_SOURCES: Final[Mapping[str, tuple[_Source, ...]]] = {
    "SH": tuple(
        _Source("stock_info_sh_name_code", board, "证券代码", "证券简称", "上市日期", _digits("SH", 6, "6"))
        for board in ("主板A股", "科创板")
    ),
    "SZ": (
        _Source("stock_info_sz_name_code", "A股列表", "A股代码", "A股简称", "A股上市日期", _digits("SZ", 6, "03")),
    ),
    "BJ": (_Source("stock_info_bj_name_code", None, "证券代码", "证券简称", "上市日期", _digits("BJ", 6, "489")),),
    "HK": (_Source("stock_hk_spot", None, "代码", "中文名称", None, _digits("HK", 5, "0123456789")),),
    "US": (_Source("stock_us_spot_em", None, "代码", "名称", None, _american),),
}  # fmt: skip
# New York's list holds funds, warrants and units too, whose codes are written in ways of their own.
_MAY_BE_UNREAD: Final = frozenset({"US"})


def fetch_names(place: str) -> NameList | NoData | Blocked | Failed:
    """Ask for the list of one place (``SH SZ BJ HK US``); runs in the worker process."""
    found: dict[str, Named] = {}
    odd: list[str] = []
    twice: set[str] = set()
    for source in _SOURCES[place]:
        frame = _asked(source)
        if not isinstance(frame, pd.DataFrame):
            return frame
        for code, name, listed in _rows(frame, source):
            symbol = source.symbol(code)
            if symbol is None or not name:
                odd.append(f"{code} {name}".strip())
            elif found.setdefault(symbol, Named(symbol, name, listed)).name != name:
                odd.append(f"{code} {found[symbol].name} / {name}")
                twice.add(symbol)
    return _whole(place, {symbol: one for symbol, one in found.items() if symbol not in twice}, odd)


def _whole(place: str, found: Mapping[str, Named], odd: Sequence[str]) -> NameList | Failed:
    """Take a list as a whole, or not at all: a line or two may be odd, a layout that changed makes all of them so."""
    if len(odd) > _ODD * (len(found) + len(odd)) and (place not in _MAY_BE_UNREAD or not found):
        return Failed(f"the list of {place} has {counted(len(odd), 'line')} that cannot be read ({odd[0]})")
    garbled = [one.name for one in found.values() if _LATIN.search(one.name)]
    if len(garbled) > _GARBLED * len(found):
        return Failed(f"the list of {place} is in another encoding ({garbled[0]})")
    return NameList(tuple(found[symbol] for symbol in sorted(found)), len(odd))


def fetch_renamings() -> Renamings | NoData | Blocked | Failed:
    """Ask Shenzhen's exchange for its changes of short names; runs in the worker process."""
    found = asked(lambda: akshare("stock_info_sz_change_name", symbol="简称变更"), Reading(_never_empty))
    if not isinstance(found, pd.DataFrame):
        return found
    symbol_of = _digits("SZ", 6, "0123")
    entries = set()
    for day, code, before, after in found[["变更日期", "证券代码", "变更前简称", "变更后简称"]].itertuples(
        index=False, name=None
    ):
        symbol = symbol_of(str(code))
        if symbol is None or pd.isna(day):
            return Failed(f"the changes of names have a row that cannot be read ({code}, {day})")
        if _LATIN.search(str(after)):
            return Failed(f"the changes of names are in another encoding ({after})")
        entries.add(Renamed(symbol, day, plain(str(before)), plain(str(after))))
    return Renamings(tuple(sorted(entries, key=lambda one: (one.symbol, one.day, one.before))))


def fetch_former_names(symbol: str) -> FormerNames | NoData | Blocked | Failed:
    """Ask Sina what a share of Shanghai, Shenzhen or Beijing was called; runs in the worker process."""
    code = symbol.partition(".")[0]
    found = asked(lambda: akshare("stock_info_change_name", symbol=code), Reading(_no_former_name, page=True))
    if not isinstance(found, pd.DataFrame):
        return found
    names = tuple(dict.fromkeys(name for text in found["name"] if (name := plain(str(text)))))
    if any(_LATIN.search(name) for name in names):
        return Failed(f"the former names of {symbol} are in another encoding ({names[0]})")
    return FormerNames(symbol, names)


def plain(name: str) -> str:
    """Write a name the way it is kept: NFKC, no spaces inside Chinese (``万  科Ａ`` is ``万科A``)."""
    folded = unicodedata.normalize("NFKC", name)
    return " ".join(folded.split()) if folded.isascii() else "".join(folded.split())


def _asked(source: _Source) -> pd.DataFrame | NoData | Blocked | Failed:
    about = {} if source.about is None else {"symbol": source.about}
    return asked(lambda: akshare(source.function, **about), Reading(_never_empty))


def _rows(frame: pd.DataFrame, source: _Source) -> list[tuple[str, str, dt.date | None]]:
    days: list[dt.date | None] = [None] * len(frame)
    if source.listed is not None:
        read: list[Any] = (
            pd.to_datetime(frame[source.listed], format="ISO8601", errors="coerce").dt.strftime("%Y-%m-%d").tolist()
        )
        days = [dt.date.fromisoformat(day) if isinstance(day, str) else None for day in read]
    codes = [str(code).strip() for code in frame[source.code]]
    names = ["" if pd.isna(name) else plain(str(name)) for name in frame[source.name]]
    return list(zip(codes, names, days, strict=True))


def _no_former_name(answer: Exchange) -> str | None:
    """Say that a company's page names no former name; a page in another encoding says nothing."""
    return "no former name" if "公司名称" in answer.body and "更名历史" not in answer.body else None


def _never_empty(answer: Exchange) -> str | None:
    """Say that an empty list is no answer: every exchange lists hundreds."""
    del answer
    return None
