"""Four readers and two writers at once: nobody waits for a lock in vain, and no answer mixes two moments."""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.soak import _worlds
from watchlist.domain.errors import DatabaseBusy, WatchlistError
from watchlist.storage.database import reading, transaction, writing

SHORT, LONG = 60, 300
READERS, WRITERS = 4, 2
# Every transaction adds a run and two problems that carry its number: a reader must never see one without the others.
_QUESTION: Final = (
    "select (select count(*) from runs where job = 'soak'), (select count(*) from problems where step = 'soak')"
)

_PROBLEM: Final = "insert into problems (step, subject, message, message_zh, first_seen) values ('soak', ?, '', '', '')"


def soak(folder: Path, seed: int, *, long: bool) -> tuple[dict[str, int], list[str]]:
    """Write and read at once."""
    del seed
    path, total = folder / "db" / "watchlist.db", LONG if long else SHORT
    with writing(path) as database, transaction(database) as connection:
        connection.execute("insert into documents values ('settings', 1, '{}', ?, '2024-01-01T00:00:00Z')", ("0" * 64,))
    with _worlds.pipe() as (listening, telling):
        writers = [_forked(lambda: _write(path, total // WRITERS, telling)) for _ in range(WRITERS)]
        readers = [_forked(lambda: _read(path, total, telling)) for _ in range(READERS)]
        codes = [_worlds.ended(child) for child in (*writers, *readers)]
        os.write(telling, b"end\n")
        told = b""
        while not told.endswith(b"end\n"):
            told += os.read(listening, 65_536)
    lines = told.decode().splitlines()[:-1]
    figures = {
        "transactions": total,
        "reads": sum(int(line.split()[1]) for line in lines if line.startswith("reads")),
        "waits_of_writers": sum(int(line.split()[1]) for line in lines if line.startswith("waits")),
    }
    wrong = [line for line in lines if line.startswith("wrong")] + [f"exit {code}" for code in codes if code]
    with reading(path) as connection:
        if tuple(connection.execute(_QUESTION).fetchone()) != (total, 2 * total):
            wrong.append("not every transaction is there")
    return figures, wrong


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def _write(path: Path, count: int, telling: int) -> None:
    """Do transactions, each as a program of its own would: open, lock, write, close."""
    left, waits = count, 0
    while left:
        try:
            with writing(path) as database, transaction(database) as connection:
                run = connection.execute(
                    "insert into runs (job, app_version, started_at, status) values "
                    "('soak', '0', '2024-01-01T00:00:00Z', 'ok')"
                ).lastrowid
                connection.executemany(_PROBLEM, [(f"{run} a",), (f"{run} b",)])
            left -= 1
        except DatabaseBusy:
            waits += 1
            time.sleep(0.002)
        except (WatchlistError, sqlite3.Error) as error:
            os.write(telling, f"wrong writer: {error}\n".encode())
            return
    os.write(telling, f"waits {waits}\n".encode())


def _read(path: Path, total: int, telling: int) -> None:
    """Ask until every transaction is there."""
    reads, deadline = 0, time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            with reading(path) as connection, closing(connection.execute("select 1")):
                runs, problems = connection.execute(_QUESTION).fetchone()
        except (WatchlistError, sqlite3.Error) as error:
            os.write(telling, f"wrong reader: {error}\n".encode())
            return
        reads += 1
        if problems != 2 * runs:
            os.write(telling, f"wrong reader: {runs} runs, {problems} problems\n".encode())
            return
        if runs == total:
            break
    os.write(telling, f"reads {reads}\n".encode())
