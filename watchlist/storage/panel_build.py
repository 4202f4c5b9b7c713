"""Building panel files: new sessions are added behind the old ones; what changed in the past is laid anew, aside."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from watchlist.core.bars import Floats, Ints, SymbolBars
from watchlist.core.laying import NEVER, UNLAID, Cells, lay_cells, meet
from watchlist.core.panel import first_bars
from watchlist.domain.model import Security
from watchlist.storage.engines import Progress
from watchlist.storage.panel_files import Held, PanelFiles, digests
from watchlist.storage.panel_laying import Part, lay_whole
from watchlist.storage.panels import Terms, described, fresh_rows, security_digests, touched
from watchlist.storage.prices import last_session, load_bars, newest_fetch

_SPARE: Final = 254  # sessions of room: about a year
_CAME: Final = "select symbol, total(rows) filter (where dataset = 'bars') from fetches where id > ? group by symbol"
# Bars that came after a fetch, beside those of them that lie behind the sessions already laid: the rest came late.
_LATE: Final = (
    "select ?4 > (select count(*) from bars where symbol = ?1 and session > ?3 and fetch_id > ?2) or exists "
    "(select 1 from actions where symbol = ?1 and ex_date <= ?3 and fetch_id > ?2)"
)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing panel files up to date came to; true where they stand for what the database knows now.

    Attributes:
        shares: how many they hold; 0 where somebody else is building, or the folder cannot be written.
        laid: how many were laid whole.
        broken: how many of those did not fit their digests; all of them where the index could not be read.
        first: there were no files before.
    """

    shares: int
    laid: int = 0
    broken: int = 0
    first: bool = False

    def __bool__(self) -> bool:
        """Say whether the files stand."""
        return self.shares > 0


def refresh_panel(
    connection: sqlite3.Connection,
    terms: Terms,
    shares: Sequence[str],
    securities: Mapping[str, Security],
    progress: Progress | None = None,
) -> Refreshed:
    """Bring the files of a market's shares up to what the database knows now.

    Args:
        shares: by symbol, each with a bar.
        progress: told how many shares of how many were laid whole.
    """
    files = PanelFiles.of(connection, terms.market)
    if files is None:
        return Refreshed(0)
    found = files.read()
    same = found is not None and found[0].symbols.tolist() == list(shares)
    if found is not None and same and fresh_rows(connection, terms, found[0], securities).all():
        return Refreshed(len(shares))
    with files.alone() as mine, _snapshot(connection):
        if not mine:
            return Refreshed(0)
        try:
            return _Build(connection, files, terms, shares, securities, progress).run()
        except OSError:
            return Refreshed(0)


@contextmanager
def _snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Read everything as it stands at one moment, whoever writes meanwhile."""
    inside = connection.in_transaction
    if not inside:
        connection.execute("begin")
    try:
        yield
    finally:
        if not inside:
            connection.execute("rollback")


@dataclass(slots=True)
class _Build:
    """One building under way."""

    connection: sqlite3.Connection
    files: PanelFiles
    terms: Terms
    shares: Sequence[str]
    securities: Mapping[str, Security]
    progress: Progress | None

    def run(self) -> Refreshed:
        """Extend what is there, lay what is not."""
        first = not self.files.exist()
        found, newest = self.files.read(write=True), newest_fetch(self.connection, None)
        held, cells = found or (self._nothing(), np.empty((0, 0), dtype=UNLAID.dtype))
        kept = self._kept(held)
        whole = digests(cells[at, : held.sessions.size] for at in kept) == held.sums[kept]
        kept, broken = kept[whole], int((~whole).sum())
        known = dict(zip(held.symbols[kept].tolist(), kept.tolist(), strict=True))
        width = self.terms.sessions.size
        name, laid = held.name, 0
        if not list(known) == held.symbols.tolist() == list(self.shares) or cells.shape[1] < width:
            name, cells, held = self._aside(held, cells, known, newest)
            laid = len(self.shares) - len(known)
        held = self._last_days(held)
        if held.sessions.size < width:
            held = self._extended(held, cells)
        self.files.commit(
            replace(
                held,
                key=self.terms.key,
                fetch=newest,
                fetched=described(self.connection, newest),
                name=name,
                securities=security_digests(held.symbols.tolist(), self.securities),
            )
        )
        return Refreshed(len(self.shares), laid, broken if found or first else laid, first)

    def _nothing(self) -> Held:
        none, dates = np.zeros(0, dtype=np.int64), np.array([], dtype="datetime64[D]")
        return Held("", 0, "", "", dates, np.array([], dtype="U24"), none.astype(np.uint64), np.ones((0, 1)), none,
                    dates, none.astype(np.uint64))  # fmt: skip

    def _kept(self, held: Held) -> Ints:
        """Find the shares whose past stands as it was laid."""
        width, sessions = held.sessions.size, self.terms.sessions
        same = held.key == self.terms.key and np.array_equal(held.sessions, sessions[:width])
        if not same or width == 0 or held.fetched != described(self.connection, held.fetch):
            return np.zeros(0, dtype=np.int64)
        stands = held.securities == security_digests(held.symbols.tolist(), self.securities)
        stands &= np.isin(held.symbols, list(self.shares))
        came, last = dict(self.connection.execute(_CAME, (held.fetch,)).fetchall()), str(held.sessions[-1])
        for at, symbol in enumerate(held.symbols.tolist()):
            if symbol in came and stands[at]:
                asked = (symbol, held.fetch, last, came[symbol])
                stands[at] = not self.connection.execute(_LATE, asked).fetchone()[0]
        return np.flatnonzero(stands)

    def _aside(self, held: Held, cells: Cells, known: Mapping[str, int], newest: int) -> tuple[str, Cells, Held]:
        """Write cells aside: shares whose past stands are copied, the others laid whole up to where those end."""
        width = held.sessions.size if known else self.terms.sessions.size
        sessions = self.terms.sessions[:width]
        name, room = self.files.room(len(self.shares), self.terms.sessions.size + _SPARE, newest)
        count = len(self.shares)
        made = replace(
            self._nothing(), fetch=held.fetch, sessions=sessions, symbols=np.array(self.shares, dtype="U24"),
            splits=np.ones((count, held.splits.shape[1])), started=np.zeros(count, dtype=np.int64),
            last_day=np.full(count, np.datetime64("NaT"), dtype="datetime64[D]"),
            sums=np.zeros(count, dtype=np.uint64),
        )  # fmt: skip
        rest = []
        for at, symbol in enumerate(self.shares):
            if (old := known.get(symbol)) is None:
                rest.append(at)
                continue
            room[at, :width] = cells[old, :width]
            for field in ("splits", "started", "last_day", "sums"):
                getattr(made, field)[at] = getattr(held, field)[old]
        return name, room, self._laid(made, name, newest, np.array(rest, dtype=np.int64)) if rest else made

    def _laid(self, made: Held, name: str, newest: int, rows: Ints) -> Held:
        """Lay whole histories into their rows."""
        work = Part(
            self.files.database, self.files.folder / name, newest,
            replace(self.terms, sessions=made.sessions), tuple(self.shares[row] for row in rows), rows, self.securities,
        )  # fmt: skip
        for laid in lay_whole(self.connection, work, self.progress):
            made = replace(made, splits=_wider(made.splits, laid.splits.shape[1]))
            made.splits[laid.rows, : laid.splits.shape[1]] = laid.splits
            for field in ("started", "last_day", "sums"):
                getattr(made, field)[laid.rows] = getattr(laid, field)
        return made

    def _extended(self, held: Held, cells: Cells) -> Held:
        """Add the sessions that are new to every share."""
        width, sessions = held.sessions.size, self.terms.sessions
        before = cells[:, width - 1].copy()
        new, splits = lay_cells(
            sessions, self._following(held, before), self.securities, self.terms.limits,
            needs_open=self.terms.needs_open, start=width, before=before, splits=held.splits,
        )  # fmt: skip
        sums, started = held.sums.copy(), held.started.copy()
        for at in np.flatnonzero((before["next_buy"] == NEVER) | (before["next_sell"] == NEVER)):
            since = _waiting(cells[at, :width])
            waits = cells[at : at + 1, since:width]
            sums[at : at + 1] -= digests(waits, since)
            meet(waits, new[at : at + 1, 0])
            sums[at : at + 1] += digests(waits, since)
        cells[:, width : sessions.size] = new
        sums += digests(new, width)
        unseen = before["last_bar"] < 0
        started[unseen] = width + first_bars(new[unseen])
        return replace(held, sessions=sessions, splits=splits, sums=sums, started=started)

    def _following(self, held: Held, before: Cells) -> list[SymbolBars]:
        """Read of each share the last bar that was laid and all that follow; nothing of those that have none since."""
        due = np.flatnonzero(held.last_day > held.sessions[-1])
        last = before["last_bar"]
        since = {str(held.symbols[at]): "" if last[at] < 0 else str(held.sessions[last[at]]) for at in due}
        found = load_bars(self.connection, since, None, since=since)
        return [found.get(symbol, _silent(symbol)) for symbol in held.symbols.tolist()]

    def _last_days(self, held: Held) -> Held:
        """Learn the newest bar of each share of which something came since."""
        later = touched(self.connection, held.fetch)
        days = held.last_day.copy()
        for at, symbol in enumerate(held.symbols.tolist()):
            if symbol in later:
                days[at] = np.datetime64(last_session(self.connection, symbol) or "NaT")
        return replace(held, last_day=days)


def _waiting(cells: Cells) -> int:
    """Find the first cell of a share that still waits for a chance to buy or to sell."""
    return min(int(np.searchsorted(cells[name], NEVER)) for name in ("next_buy", "next_sell"))


def _wider(splits: Floats, width: int) -> Floats:
    return np.pad(splits, ((0, 0), (0, max(width - splits.shape[1], 0))), constant_values=1.0)


def _silent(symbol: str) -> SymbolBars:
    none = np.array([])
    return SymbolBars(symbol, np.array([], dtype="datetime64[D]"), none, none, none)
