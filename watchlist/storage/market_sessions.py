"""Sessions and their work in the database: what was tried for each, and what is settled."""

import datetime as dt
import sqlite3
from collections.abc import Mapping, Sequence

from watchlist.core.due import SETTLED, SessionState, Tried
from watchlist.domain.errors import Words
from watchlist.storage.moments import parse, stamp

# From the oldest session on that a later day may still complete; where there is none, from the newest one on.
_TRIED = (
    "select session, state, tries, tried_at from market_sessions where market = ?1 and session >= ("
    "select coalesce(min(case when state not in ('done', 'no_session') then session end), max(session)) "
    "from market_sessions where market = ?1)"
)


def load_tried(connection: sqlite3.Connection, market: str) -> dict[dt.date, Tried]:
    """Give what is remembered of a market's sessions, as far back as anything is open or partial."""
    if not _is_there(connection):
        return {}
    rows = connection.execute(_TRIED, (market,))
    return {dt.date.fromisoformat(row[0]): Tried(SessionState(row[1]), row[2], parse(row[3])) for row in rows}


def _is_there(connection: sqlite3.Connection) -> bool:
    """Say whether the database knows of sessions yet: a reader may meet one that a newer program has not migrated."""
    return bool(connection.execute("select count(*) from sqlite_master where name = 'market_sessions'").fetchone()[0])


def begin_try(connection: sqlite3.Connection, market: str, sessions: Sequence[dt.date], now: dt.datetime) -> None:
    """Write that a try begins for some sessions; those that are done stay as they are."""
    connection.executemany(
        "insert into market_sessions (market, session, state, tries, first_tried_at, tried_at) "
        "values (?1, ?2, 'working', 1, ?3, ?3) on conflict (market, session) do update "
        "set state = 'working', tries = tries + 1, tried_at = excluded.tried_at, settled_at = null "
        "where state <> 'done'",
        [(market, session.isoformat(), stamp(now)) for session in sessions],
    )


def end_try(
    connection: sqlite3.Connection,
    market: str,
    found: Mapping[dt.date, SessionState],
    now: dt.datetime,
    *,
    run_id: int | None = None,
    missing: Words | None = None,
) -> int:
    """Write what a try made of each session; those that are done stay as they are.

    Args:
        missing: what was missing, for those that are not done.

    Returns:
        how many sessions became done by this.
    """
    before = connection.execute(_COUNT_DONE, (market,)).fetchone()[0]
    connection.executemany(
        "update market_sessions set state = ?1, tries = tries - (?1 = 'stopped'), settled_at = ?2, run_id = ?3, "
        "missing = ?4, missing_zh = ?5 where market = ?6 and session = ?7 and state <> 'done'",
        [
            (
                state.value,
                stamp(now) if state in SETTLED else None,
                run_id,
                *_spoken(None if state in {SessionState.DONE, SessionState.NO_SESSION} else missing),
                market,
                session.isoformat(),
            )
            for session, state in found.items()
        ],
    )
    return int(connection.execute(_COUNT_DONE, (market,)).fetchone()[0]) - int(before)


def _spoken(words: Words | None) -> tuple[str | None, str | None]:
    return (None, None) if words is None else (words.en, words.zh)


_COUNT_DONE = "select count(*) from market_sessions where market = ? and state = 'done'"


def partial_sessions(connection: sqlite3.Connection, market: str) -> list[dt.date]:
    """List the sessions that a later day's work may still complete, ascending."""
    rows = connection.execute(
        "select session from market_sessions where market = ? and state = 'partial' order by session", (market,)
    )
    return [dt.date.fromisoformat(row[0]) for row in rows]


def newest_sessions(connection: sqlite3.Connection) -> Sequence[sqlite3.Row]:
    """Give each market's newest remembered session, and its newest done one."""
    if not _is_there(connection):
        return []
    return connection.execute(
        "select m.market, m.session, m.state, m.tries, m.tried_at, m.missing, m.missing_zh, "
        "(select max(d.session) from market_sessions as d where d.market = m.market and d.state = 'done') as done, "
        "(select count(*) from market_sessions as p where p.market = m.market and p.state = 'partial') as partial "
        "from market_sessions as m "
        "where m.session = (select max(n.session) from market_sessions as n where n.market = m.market) "
        "order by m.market"
    ).fetchall()
