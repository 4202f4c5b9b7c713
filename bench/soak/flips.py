"""One-bit flips, zeroed pages and cut files: how many ``check --deep`` finds, and whether it names the row."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.soak import _worlds
from watchlist.storage.backup import examined
from watchlist.storage.database import reading

SHORT, LONG = 60, 400
PAGES_SHORT, PAGES_LONG = 15, 150
_PRICES: Final = ("bars", "actions")
_ENOUGH: Final = 0.97

Content = dict[tuple[str, ...], tuple[object, ...]]


def soak(folder: Path, seed: int, *, long: bool) -> tuple[dict[str, int], list[str]]:
    """Damage a copy at random, again and again."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    world = _worlds.new_world(folder)
    if _worlds.done(world, "daily"):
        raise RuntimeError(_worlds.spoken(world))
    with closing(sqlite3.connect(world.database)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        page = int(connection.execute("pragma page_size").fetchone()[0])
        leaves = [row[0] for row in connection.execute(
            "select pageno from dbstat where name in ('bars', 'actions')")]  # fmt: skip
    original, content = _content(world.database), world.database.read_bytes()
    copy, wrong = folder / "damaged.db", []
    figures = {"flips": 0, "changed_a_price": 0, "found": 0, "unreadable": 0, "row_named": 0, "pages_and_cuts": 0}
    for _ in range(LONG if long else SHORT):
        flipped = bytearray(content)
        flipped[(chance.choice(leaves) - 1) * page + chance.randrange(page)] ^= 1 << chance.randrange(8)
        copy.write_bytes(flipped)
        figures["flips"] += 1
        changed = _changed(copy, original)
        if changed is None or changed:
            report = examined(copy)
            figures["changed_a_price"] += 1
            figures["found"] += bool(report)
            figures["unreadable"] += changed is None
            figures["row_named"] += changed is not None and bool(changed & set(report.rows))
    for number in range(PAGES_LONG if long else PAGES_SHORT):
        damaged = bytearray(content)
        at = chance.randrange(len(content) // page) * page
        if number % 3:
            damaged[at : at + page] = bytes(page)
        else:
            del damaged[chance.randrange(page, len(content)) :]
        if bytes(damaged) == content:
            continue
        copy.write_bytes(damaged)
        figures["pages_and_cuts"] += 1
        if not _is_found(copy):
            wrong.append(f"{'a zeroed page' if number % 3 else 'a cut'} at {at} was not found")
    if figures["found"] < _ENOUGH * figures["changed_a_price"]:
        wrong.append(f"{figures['changed_a_price'] - figures['found']} changed prices were not found")
    # Where a flip tore a page so that SQLite cannot read its rows, there is none left to name.
    readable = figures["changed_a_price"] - figures["unreadable"]
    if figures["row_named"] < _ENOUGH * readable:
        wrong.append(f"{readable - figures['row_named']} changed rows were not named")
    return figures, wrong


def _is_found(path: Path) -> bool:
    return _worlds.unsound(path) is not None


def _content(path: Path) -> Content:
    with reading(path) as connection:
        return {
            (table, str(row[0]), str(row[1])): tuple(row)
            for table in _PRICES for row in connection.execute(f"select * from {table}")  # noqa: S608
        }  # fmt: skip


def _changed(path: Path, original: Content) -> set[tuple[str, str]] | None:
    """Give the rows that are not what they were, ``(symbol, session)``; ``None`` where SQLite cannot read them."""
    try:
        now = _content(path)
    except Exception:  # noqa: BLE001 - any way of failing is a loud one
        return None
    return {key[1:] for key in original.keys() | now.keys() if original.get(key) != now.get(key)}  # type: ignore[misc]
