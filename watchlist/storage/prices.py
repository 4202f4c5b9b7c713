"""Prices in the database: bars and actions with their revisions, fetches, quarantine and coverage."""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

from watchlist.core.arrival import Rows
from watchlist.core.bars import HighLow, SymbolBars
from watchlist.core.coded import Coded
from watchlist.core.planning import Held
from watchlist.domain.model import Action
from watchlist.storage.bulk import Columns
from watchlist.storage.moments import stamp
from watchlist.storage.seals import Sealing, sealing

_AT_ONCE = 256  # rows: their values still lie in the processor's cache when they become arrays
BAR_FIELDS = ("open", "high", "low", "close", "volume")
_VERSIONS = (
    "select session, {fields} from bars where symbol = ?1 and fetch_id <= ?2 and session >= ?3 "
    "union all select session, {fields} from bar_revisions "
    "where symbol = ?1 and fetch_id <= ?2 and superseded_by > ?2 and session >= ?3 order by 1"
)
_BARS, _RANGES = _VERSIONS.format(fields="open, close, volume"), _VERSIONS.format(fields="high, low")
_INSERT_BAR = (
    "insert into bars (symbol, session, open, high, low, close, volume, fetch_id) values (?, ?, ?, ?, ?, ?, ?, ?)"
)
# The same bar again keeps its first fetch, or it would be missing from what was known before.
_OR_REVISE = (
    " on conflict (symbol, session) do update set open = excluded.open, high = excluded.high, low = excluded.low, "
    "close = excluded.close, volume = excluded.volume, fetch_id = excluded.fetch_id "
    "where (bars.open, bars.high, bars.low, bars.close, bars.volume) "
    "is not (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)"
)
# A step from each symbol to the next: as many steps as securities, however many bars they have.
_WITH_BARS = (
    "with recursive each (symbol) as (select min(symbol) from bars union all "
    "select (select min(symbol) from bars where symbol > each.symbol) from each where each.symbol is not null) "
    "select symbol from each where symbol is not null"
)
_FIFTH_LAST = "select min(session) from (select session from bars where symbol = ? order by session desc limit 5)"
# What a fetch asked for begins after all that was asked for up to then: the newest such place of each security.
_GAPS = (
    "select symbol, reached, max(since) from (select symbol, since, max(until) over (partition by symbol "
    "order by since, until rows between unbounded preceding and 1 preceding) as reached from fetches "
    "where dataset = 'bars') as asked where since > date(reached, '+1 day') "
    "and exists (select 1 from bars as b where b.symbol = asked.symbol and b.session <= asked.reached) "
    "and exists (select 1 from bars as b where b.symbol = asked.symbol and b.session >= asked.since) group by symbol"
)
_ACTIONS = (
    "select ex_date, cash, split from actions where symbol = ?1 and fetch_id <= ?2 and ex_date > ?3 "
    "union all select ex_date, cash, split from action_revisions "
    "where symbol = ?1 and fetch_id <= ?2 and superseded_by > ?2 and ex_date > ?3 order by 1"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one fetch brought for one security, checked and ready to store.

    Attributes:
        bars: by session, new or changed ones only; a value that is not known is NaN or ``None``.
        actions: new or changed ones only.
        doubted: ``(session, rule, row)`` of what was not believed.
    """

    symbol: str
    source: str
    simulated: bool
    since: dt.date
    until: dt.date
    bars: Rows
    actions: tuple[Action, ...]
    doubted: tuple[tuple[str | None, str, Mapping[str, object]], ...]


def held(connection: sqlite3.Connection, ended: Mapping[str, dt.date] | None = None) -> dict[str, Held]:
    """Say for each security what is stored of it; ``ended``: from which day on some no longer trade."""
    last = dict(connection.execute("select symbol, max(session) from bars group by symbol").fetchall())
    asked = dict(connection.execute("select symbol, asked_since from coverage").fetchall())
    silent = dict(connection.execute("select symbol, silent_until from coverage where silent_until is not null"))
    overlap = {symbol: connection.execute(_FIFTH_LAST, (symbol,)).fetchone()[0] for symbol in last}
    doubted = dict(
        connection.execute(
            "select symbol, min(session) from quarantine where resolved_at is null and session is not null "
            "group by symbol"
        ).fetchall()
    )
    gaps = {
        symbol: (dt.date.fromisoformat(before), dt.date.fromisoformat(after))
        for symbol, before, after in connection.execute(_GAPS)
    }
    return {
        symbol: Held(
            _day(last.get(symbol)), _day(asked.get(symbol)), _day(overlap.get(symbol)), _day(doubted.get(symbol)),
            (ended or {}).get(symbol), _day(silent.get(symbol)), gaps.get(symbol),
        )
        for symbol in last.keys() | asked.keys()
    }  # fmt: skip


def stored_bars(connection: sqlite3.Connection, symbol: str, since: dt.date) -> dict[str, tuple[float | None, ...]]:
    """Give the current bars of a security from ``since`` on: session to ``open high low close volume``."""
    rows = connection.execute(
        "select session, open, high, low, close, volume from bars where symbol = ? and session >= ?",
        (symbol, since.isoformat()),
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def newest_sessions_of(connection: sqlite3.Connection, symbols: Iterable[str]) -> dict[str, dt.date]:
    """Give the newest session that each security has a bar of; those without bars are left out."""
    found = {}
    for symbol in symbols:
        newest = connection.execute("select max(session) from bars where symbol = ?", (symbol,)).fetchone()[0]
        if newest is not None:
            found[symbol] = dt.date.fromisoformat(newest)
    return found


def stored_actions(connection: sqlite3.Connection, symbol: str) -> dict[dt.date, Action]:
    """Give the current actions of a security by ex-date."""
    rows = connection.execute("select ex_date, cash, split from actions where symbol = ?", (symbol,))
    return {dt.date.fromisoformat(row[0]): Action(dt.date.fromisoformat(row[0]), row[1], row[2]) for row in rows}


def save_silence(connection: sqlite3.Connection, until: Mapping[str, dt.date]) -> None:
    """Remember up to which day securities that ended were asked about in vain, inside the caller's transaction."""
    connection.executemany(
        "update coverage set silent_until = ? where symbol = ?",
        [(day.isoformat(), symbol) for symbol, day in until.items()],
    )


def save_fetches(connection: sqlite3.Connection, fetched: Iterable[Fetched], run_id: int, now: dt.datetime) -> None:
    """Store fetches, inside the caller's transaction. What brings nothing new leaves no row."""
    with sealing(connection) as seals:
        new = [bars for one in fetched if (bars := _save(seals, one, run_id, now))]
        if new:
            columns = {name: Coded.joined([bars[name] for bars in new]) for name in new[0]}
            seals.columns("bars", {**columns, "session": columns["session"].merged()})


def _save(seals: Sealing, fetched: Fetched, run_id: int, now: dt.datetime) -> Columns:
    """Store one fetch; give its bars where they are yet to be sealed."""
    connection = seals.connection
    new: Columns = {}
    # An older stretch that ends before what was asked for leaves days between that were not.
    connection.execute(
        "insert into coverage (symbol, asked_since) values (?1, ?2) "
        "on conflict (symbol) do update set asked_since = excluded.asked_since "
        "where excluded.asked_since < asked_since and asked_since <= ?3",
        (fetched.symbol, fetched.since.isoformat(), fetched.until.isoformat()),
    )
    if len(fetched.bars) or fetched.doubted:
        fetch_id = _new_fetch(seals, fetched, "bars", len(fetched.bars), run_id, now)
        new = _store_bars(seals, fetched, fetch_id)
        connection.executemany(
            "insert into quarantine (fetch_id, symbol, session, rule, row_json) values (?, ?, ?, ?, ?) "
            "on conflict do nothing",
            [(fetch_id, fetched.symbol, session, rule, row_text(row)) for session, rule, row in fetched.doubted],
        )
    if fetched.actions:
        fetch_id = _new_fetch(seals, fetched, "actions", len(fetched.actions), run_id, now)
        connection.executemany(
            "insert into actions (symbol, ex_date, cash, split, fetch_id) values (?, ?, ?, ?, ?) "
            "on conflict (symbol, ex_date) do update set cash = excluded.cash, split = excluded.split, "
            "fetch_id = excluded.fetch_id where (actions.cash, actions.split) is not (excluded.cash, excluded.split)",
            [(fetched.symbol, a.ex_date.isoformat(), a.cash, a.split, fetch_id) for a in fetched.actions],
        )
        ex_dates = [action.ex_date.isoformat() for action in fetched.actions]
        _seal_stored(seals, "actions", fetched.symbol, ex_dates, fetch_id)
    return new


def _store_bars(seals: Sealing, fetched: Fetched, fetch_id: int) -> Columns:
    """Store bars; give those that all were new, to be sealed together with others, and seal the rest."""
    if not len(fetched.bars):
        return {}
    sessions = list(fetched.bars)
    span = (fetched.symbol, min(sessions), max(sessions))
    known = "select exists (select 1 from bars where symbol = ? and session between ? and ?)"
    among_others = seals.connection.execute(known, span).fetchone()[0]
    values = np.array(list(fetched.bars.values()), dtype=float).T
    values[np.isnan(values)] = np.nan  # of whatever kind: a seal looks at every bit
    seals.connection.executemany(
        _INSERT_BAR + (_OR_REVISE if among_others else ""),
        # SQLite takes NaN for null.
        zip(repeat(fetched.symbol), sessions, *values.tolist(), repeat(fetch_id), strict=False),
    )
    if among_others:
        _seal_stored(seals, "bars", fetched.symbol, sessions, fetch_id)
        return {}
    return {
        "symbol": Coded.same(fetched.symbol, len(sessions)),
        "session": Coded.each(sessions),
        **{name: Coded.each(column) for name, column in zip(BAR_FIELDS, values, strict=True)},
        "fetch_id": Coded.same(fetch_id, len(sessions)),
    }


def _seal_stored(seals: Sealing, table: str, symbol: str, sessions: Sequence[str], fetch_id: int) -> None:
    """Seal what a fetch left in the table: a row that was there already belongs to its first fetch."""
    if sessions:
        day = "session" if table == "bars" else "ex_date"
        query = f"select * from {table} where symbol = ? and {day} between ? and ? and fetch_id = ?"  # noqa: S608
        seals.rows(table, seals.connection.execute(query, (symbol, min(sessions), max(sessions), fetch_id)))


def row_text(row: Mapping[str, object]) -> str:
    """Write a doubted row the way quarantine keeps it."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def load_bars(
    connection: sqlite3.Connection,
    symbols: Iterable[str],
    known_at: dt.datetime | None,
    *,
    since: Mapping[str, str] | None = None,
) -> dict[str, SymbolBars]:
    """Load bars and actions of securities, as they are known now or were known at a moment.

    Securities without a bar are left out. Arrays are ascending by session.

    Args:
        since: the session from which on the bars of a security are wanted, and after which its actions; all where it
            is not named.
    """
    return load_bars_of(connection, symbols, newest_fetch(connection, known_at), since or {})


def load_bars_of(
    connection: sqlite3.Connection, symbols: Iterable[str], newest: int, since: Mapping[str, str]
) -> dict[str, SymbolBars]:
    """Load bars and actions as :func:`load_bars`, as they stood when a fetch was the newest."""
    loaded = {}
    for symbol in symbols:
        asked = (symbol, newest, since.get(symbol, ""))
        if blocks := list(_blocks(connection, _BARS, asked)):
            sessions, opened, close, volume = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
            actions = (Action(dt.date.fromisoformat(row[0]), *row[1:]) for row in _plain(connection, _ACTIONS, asked))
            days = sessions.astype("datetime64[D]")
            loaded[symbol] = SymbolBars(symbol, days, opened, close, volume, tuple(actions))
    return loaded


def _blocks(connection: sqlite3.Connection, query: str, values: tuple[object, ...]) -> Iterator[list[np.ndarray]]:
    """Read a session and numbers by column, some rows at a time: the processor still has them at hand then."""
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(query, values)
    while rows := cursor.fetchmany(_AT_ONCE):
        sessions, *numbers = zip(*rows, strict=True)
        yield [np.array(sessions, dtype="S10"), *(np.array(column, dtype=float) for column in numbers)]


def with_bars(connection: sqlite3.Connection) -> list[str]:
    """List every security that a bar is stored of, by symbol."""
    return [row[0] for row in connection.execute(_WITH_BARS)]


def last_session(connection: sqlite3.Connection, symbol: str) -> str | None:
    """Give the last session of which a bar of a security is stored."""
    last: str | None = connection.execute("select max(session) from bars where symbol = ?", (symbol,)).fetchone()[0]
    return last


def _plain(connection: sqlite3.Connection, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
    """Read rows as they stood at a fetch: current ones that old, and superseded ones that were still current then.

    They are plain tuples: what is read by the million needs no names.
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(query, values).fetchall()


def load_ranges(
    connection: sqlite3.Connection, symbols: Iterable[str], known_at: dt.datetime | None
) -> dict[str, HighLow]:
    """Load the highs and lows of securities, as :func:`load_bars` loads the rest."""
    newest = newest_fetch(connection, known_at)
    rows = {symbol: _plain(connection, _RANGES, (symbol, newest, "")) for symbol in symbols}
    return {
        symbol: HighLow(
            sessions=np.array([row[0] for row in mine], dtype="datetime64[D]"),
            high=np.array([row[1] for row in mine], dtype=float),
            low=np.array([row[2] for row in mine], dtype=float),
        )
        for symbol, mine in rows.items()
        if mine
    }


def newest_fetch(connection: sqlite3.Connection, known_at: dt.datetime | None) -> int:
    """Give the id of the newest fetch, or of the newest one done by a moment; 0 where there is none."""
    row = connection.execute(
        "select coalesce(max(id), 0) from fetches where ?1 is null or fetched_at <= ?1",
        (None if known_at is None else stamp(known_at),),
    ).fetchone()
    return int(row[0])


def is_simulated(connection: sqlite3.Connection) -> bool:
    """Say whether any stored price is simulated."""
    return bool(connection.execute("select exists (select 1 from fetches where simulated = 1)").fetchone()[0])


def sources_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Give for each security the source of its newest bars."""
    rows = connection.execute(
        "select b.symbol, f.source from (select symbol, max(fetch_id) as fetch_id from bars group by symbol) as b "
        "join fetches as f on f.id = b.fetch_id"
    )
    return dict(rows.fetchall())


def standing_quarantine(connection: sqlite3.Connection) -> Sequence[sqlite3.Row]:
    """List what waits in quarantine: ``id symbol session rule row_json source fetched_at``, oldest first."""
    return connection.execute(
        "select q.id, q.symbol, q.session, q.rule, q.row_json, f.source, f.fetched_at from quarantine as q "
        "join fetches as f on f.id = q.fetch_id where q.resolved_at is null order by q.id"
    ).fetchall()


def _new_fetch(seals: Sealing, fetched: Fetched, dataset: str, rows: int, run_id: int, now: dt.datetime) -> int:
    cursor = seals.connection.execute(
        "insert into fetches (run_id, source, dataset, symbol, since, until, fetched_at, rows, simulated) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (run_id, fetched.source, dataset, fetched.symbol, fetched.since.isoformat(), fetched.until.isoformat(),
         stamp(now), rows, int(fetched.simulated)),
    )  # fmt: skip
    number = int(cursor.lastrowid or 0)
    seals.rows("fetches", seals.connection.execute("select * from fetches where id = ?", (number,)))
    return number


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
