"""Quarantine in the database: what arrived and was not believed, and how each doubt ended."""

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from watchlist.core.arrival import Bar, Rows
from watchlist.core.settling import Held, Waiting
from watchlist.domain.model import Action
from watchlist.storage.moments import stamp
from watchlist.storage.prices import BAR_FIELDS, Fetched, row_text, save_fetches, standing_quarantine

PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class Kept:
    """One row of quarantine."""

    number: int
    symbol: str
    session: str | None
    rule: str
    source: str
    row: Mapping[str, Any]
    resolution: str | None

    @property
    def can_be_confirmed(self) -> bool:
        """Whether the row is a bar or an action that could be stored."""
        return self.session is not None and ("close" in self.row or "cash" in self.row)


def kept(connection: sqlite3.Connection, number: int) -> Kept | None:
    """Give one row of quarantine by its number, ``None`` where there is none."""
    row = connection.execute(
        "select q.id, q.symbol, q.session, q.rule, f.source, q.row_json, q.resolution from quarantine as q "
        "join fetches as f on f.id = q.fetch_id where q.id = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    return Kept(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6])


def waiting_bars(connection: sqlite3.Connection, symbol: str) -> list[Waiting]:
    """Give the bars of a security that wait for a second opinion, oldest first."""
    found = []
    for row in standing_quarantine(connection):
        bar = json.loads(row["row_json"])
        if row["symbol"] == symbol and row["session"] is not None and "close" in bar:
            found.append(Waiting(row["id"], row["source"], row["session"], row["rule"], _bar(bar)))
    return found


def news(connection: sqlite3.Connection, symbol: str, held: Iterable[Held]) -> tuple[Held, ...]:
    """Leave out the doubts that quarantine knows already, waiting or ended the same way."""
    rows = connection.execute(
        "select session, rule, row_json, resolved_at is not null from quarantine where symbol = ?", (symbol,)
    )
    known = {tuple(row) for row in rows}
    return tuple(
        one
        for one in held
        if (one.doubt.session, one.doubt.rule, row_text(one.doubt.row), int(one.resolution is not None)) not in known
        and (one.doubt.session, one.doubt.rule, row_text(one.doubt.row), 0) not in known
    )


def end_doubts(connection: sqlite3.Connection, symbol: str, held: Iterable[Held], now: dt.datetime) -> None:
    """Mark the doubts that were settled in the very fetch they arose in."""
    connection.executemany(
        "update quarantine set resolved_at = ?, resolution = ? where symbol = ? and session is ? and rule = ? "
        "and row_json = ? and resolved_at is null",
        [
            (stamp(now), one.resolution, symbol, one.doubt.session, one.doubt.rule, row_text(one.doubt.row))
            for one in held
            if one.resolution is not None
        ],
    )


def resolve(connection: sqlite3.Connection, resolved: Mapping[int, str], now: dt.datetime) -> None:
    """End doubts by number, with the words of how."""
    connection.executemany(
        "update quarantine set resolved_at = ?, resolution = ? where id = ? and resolved_at is null",
        [(stamp(now), words, number) for number, words in resolved.items()],
    )


def resolve_whole_answers(connection: sqlite3.Connection, symbol: str, words: str, now: dt.datetime) -> None:
    """End the doubts about whole answers, with the words of how: a source is believed again, or trusted."""
    connection.execute(
        "update quarantine set resolved_at = ?, resolution = ? where symbol = ? and session is null "
        "and resolved_at is null",
        (stamp(now), words, symbol),
    )


def replace_whole_answers(connection: sqlite3.Connection, symbol: str, held: Iterable[Held], now: dt.datetime) -> None:
    """End the doubts about older whole answers of a source that gave another one: one a source waits, the newest."""
    connection.executemany(
        "update quarantine set resolved_at = ?, resolution = 'a later answer took its place' where symbol = ? "
        "and session is null and resolved_at is null and fetch_id in (select id from fetches where source = ?)",
        [(stamp(now), symbol, one.source) for one in held if one.doubt.session is None],
    )


def resolve_actions(
    connection: sqlite3.Connection, symbol: str, actions: Mapping[dt.date, Action], now: dt.datetime
) -> None:
    """End the doubts about actions that are stored by now."""
    rows = connection.execute(
        "select id, session, rule, row_json from quarantine where symbol = ? and resolved_at is null "
        "and rule like '%_action'",
        (symbol,),
    ).fetchall()
    stored = []
    for number, session, rule, text in rows:
        now_stored, row = actions.get(dt.date.fromisoformat(session)), json.loads(text)
        # A changed action waits until it is the stored one; a disputed or missing one until there is one.
        same = now_stored is not None and (now_stored.cash, now_stored.split) == (row.get("cash"), row.get("split"))
        if now_stored is not None and (same or rule != "restated_action"):
            stored.append(number)
    resolve(connection, dict.fromkeys(stored, "an action of that day was stored"), now)


def settle_by_person(
    connection: sqlite3.Connection, one: Kept, run_id: int, now: dt.datetime, *, confirm: bool
) -> None:
    """Let a person's word settle a doubt: store the row, the old one becoming a revision, or leave it out."""
    if confirm and one.session is not None:
        day = dt.date.fromisoformat(one.session)
        bars: Rows = {}
        actions: tuple[Action, ...] = ()
        if "close" in one.row:
            bars = {one.session: _bar(one.row)}
        else:
            actions = (Action(day, float(one.row["cash"]), float(one.row["split"])),)
        fetched = Fetched(
            one.symbol, PERSON, simulated=False, since=day, until=day, bars=bars, actions=actions, doubted=()
        )
        save_fetches(connection, [fetched], run_id, now)
    resolve(connection, {one.number: f"{'confirmed' if confirm else 'dismissed'} by a person"}, now)


def _bar(row: Mapping[str, Any]) -> Bar:
    return tuple(row[name] for name in BAR_FIELDS)
