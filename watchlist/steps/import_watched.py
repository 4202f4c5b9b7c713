"""Import of tickers: put a list from elsewhere on the user's own watchlist; the same list twice adds nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from watchlist.domain.errors import Words
from watchlist.ledger.home import Home
from watchlist.ledger.listed import Listed, security_of
from watchlist.ledger.securities import load_securities
from watchlist.ledger.table_file import LineProblem
from watchlist.ledger.watch import Watched, add_all, load_watchlist
from watchlist.ledger.watch_list import Ticker, read_tickers


@dataclass(frozen=True, slots=True)
class GivenOfList:
    """What a person said on the command line, and the day it is.

    Attributes:
        theme: for every ticker that the list gives none.
        note: likewise.
    """

    today: dt.date
    theme: str | None = None
    note: str | None = None
    sheet: str | None = None
    block: str | None = None


@dataclass(frozen=True, slots=True)
class WatchedResult:
    """What an import found: every ticker is new, watched already (also twice in the list), or a problem."""

    path: Path
    tickers: int
    added: Sequence[str]
    passed_over: Sequence[LineProblem]
    problems: Sequence[LineProblem]

    @property
    def watched_already(self) -> int:
        """How many were there before."""
        return self.tickers - len(self.added)


def import_watched(home: Home, path: Path, given: GivenOfList, *, dry_run: bool = False) -> WatchedResult:
    """Put the tickers of a list on the watchlist.

    Raises:
        NoTableFile, UnreadableTable, NoTickers, UnknownBlock: the file cannot be read; nothing was added.
        UnsafePath: the disk refuses; nothing was added.
    """
    found = read_tickers(path, given.sheet, given.block)
    securities = load_securities(home)
    listed = Listed.of(securities, ())
    watched: list[Watched] = []
    problems = list(found.problems)
    for one in found.tickers:
        symbol = security_of(listed, one.code, name=one.name, place=one.place)
        if isinstance(symbol, Words):
            problems.append(LineProblem(one.number, symbol))
        else:
            watched.append(_entry(one, symbol, given, known=symbol in securities))
    if dry_run:
        there = {entry.symbol for entry in load_watchlist(home)}
        file, added = home.local, [one for one in {w.symbol: w for w in watched}.values() if one.symbol not in there]
    else:
        file, added = add_all(home, watched)
    problems.sort(key=lambda problem: problem.number)
    return WatchedResult(file, len(watched), [one.symbol for one in added], found.passed_over, problems)


def _entry(one: Ticker, symbol: str, given: GivenOfList, *, known: bool) -> Watched:
    """Make the entry; its name is kept only where no list here has one."""
    return Watched(
        symbol=symbol,
        name=None if known or not one.name.strip() or one.name == one.code else one.name,
        theme=one.theme.strip() or given.theme,
        note=one.note.strip() or given.note,
        added=given.today,
    )
