"""Panel files hold what the database holds: extended, laid anew, damaged, locked, deleted or another database's."""

import datetime as dt
import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from filelock import FileLock

from tests.core.markets import LIMITS, weekdays
from watchlist.core.laying import CELL
from watchlist.core.panel import Panel, build_panel
from watchlist.domain.model import Action, Security
from watchlist.storage import panel_build, panel_laying
from watchlist.storage.database import transaction
from watchlist.storage.panel_build import Refreshed, refresh_panel
from watchlist.storage.panel_check import Checked, check_panel
from watchlist.storage.panel_files import PanelFiles, digests
from watchlist.storage.panels import Terms, load_panel
from watchlist.storage.prices import Fetched, load_bars, save_fetches
from watchlist.storage.runs import begin_run

if TYPE_CHECKING:
    from sqlite_utils import Database

NOON: Final = dt.datetime(2024, 6, 30, 4, 0, tzinfo=dt.UTC)
SESSIONS: Final = weekdays("2024-06-03", 30)
SHARES: Final = ("300002.SZ", "600001.SH", "600004.SH", "688003.SH")
KNOWN: Final = {SHARES[0]: Security(SHARES[0], "ST one", listed=SESSIONS[0].item())}


def terms(sessions: int) -> Terms:
    return Terms("CN", SESSIONS[:sessions], SESSIONS[sessions - 1] + 1, LIMITS, needs_open=True)


def store(database: "Database", symbol: str, places: Sequence[int], actions: Sequence[Action] = (), hour: int = 0,
          shift: float = 0.0) -> None:  # fmt: skip
    """Store bars of some sessions: prices that say which share and session they are of, some locked at a limit."""
    rows = {}
    for at in places:
        level = round(10 + SHARES.index(symbol) + 0.1 * at + (1.0 if at % 7 == 3 else 0.0) + shift, 2)
        rows[str(SESSIONS[at])] = (level, level + 1, level - 1, level, 0.0 if at % 11 == 5 else 1000.0)
    now = NOON + dt.timedelta(hours=hour)
    with transaction(database) as connection:
        first, last = SESSIONS[0].item(), SESSIONS[-1].item()
        fetched = Fetched(symbol, "files", simulated=False, since=first, until=last, bars=rows,
                          actions=tuple(actions), doubted=())  # fmt: skip
        save_fetches(connection, [fetched], begin_run(connection, "update", now), now)


def history(database: "Database", until: int) -> None:
    """Store four shares: one whole, one that begins later, one that is suspended at the end, one with actions."""
    store(database, SHARES[0], range(until))
    store(database, SHARES[1], range(6, until))
    store(database, SHARES[2], range(until - 5))
    paid = [Action(SESSIONS[4].item(), cash=0.5), Action(SESSIONS[9].item(), split=2.0)]
    store(database, SHARES[3], range(until), paid)


def laid(connection: sqlite3.Connection, sessions: int, known: dict[str, Security] | None = None) -> Panel:
    """Lay everything out from the bars, which is what files must agree with."""
    bars = load_bars(connection, SHARES, None)
    own = terms(sessions)
    securities = KNOWN if known is None else known
    return build_panel("CN", own.sessions, own.following, list(bars.values()), securities, LIMITS)


def agree(got: Panel, expected: Panel) -> None:
    assert sorted(got.symbols) == sorted(expected.symbols)
    for symbol in expected.symbols:
        one, other = got.row[symbol], expected.row[symbol]
        assert got.cells[one, : got.width].tobytes() == expected.cells[other].tobytes(), symbol
        assert got.split_factor[one].tolist() == expected.split_factor[other].tolist()
        for name in ("first_bar", "last_bar", "resumes", "delisted"):
            assert getattr(got, name)[one] == getattr(expected, name)[other], (symbol, name)


def check(database: "Database", sessions: int, known: dict[str, Security] | None = None) -> None:
    """Bring the files up to date, and hold what they give against the bars."""
    securities = KNOWN if known is None else known
    connection = database.conn
    assert refresh_panel(connection, terms(sessions), SHARES, securities)
    found = files_of(connection).read()
    assert found is not None
    held, cells = found
    assert held.sums.tolist() == digests(cells[:, :sessions]).tolist()
    agree(load_panel(connection, terms(sessions), SHARES, securities), laid(connection, sessions, known))


def files_of(connection: sqlite3.Connection) -> PanelFiles:
    files = PanelFiles.of(connection, "CN")
    assert files is not None
    return files


def cells_name(connection: sqlite3.Connection) -> str:
    found = files_of(connection).read()
    assert found is not None
    return found[0].name


def test_new_sessions_are_added_to_the_same_file(database: "Database") -> None:
    history(database, 15)
    check(database, 15)
    name = cells_name(database.conn)
    for day in (15, 16, 17):
        for symbol in SHARES[:2]:
            store(database, symbol, [day], hour=day)
        store(database, SHARES[3], [day], [Action(SESSIONS[day].item(), cash=0.2)] if day == 16 else [], hour=day)
        check(database, day + 1)
    store(database, SHARES[2], [18], hour=30)  # trades again after its suspension
    check(database, 19)
    assert cells_name(database.conn) == name


def test_files_that_are_fresh_are_left_alone(database: "Database", monkeypatch: pytest.MonkeyPatch) -> None:
    history(database, 12)
    check(database, 12)
    monkeypatch.setattr(panel_build, "lay_cells", None)
    assert refresh_panel(database.conn, terms(12), SHARES, KNOWN)


@pytest.mark.parametrize("change", ["restated", "late action", "late bar", "name", "new share", "sessions", "rules"])
def test_what_changed_in_the_past_is_laid_anew(database: "Database", change: str) -> None:
    history(database, 15)
    known, own = dict(KNOWN), terms(15)
    shares = SHARES[:3] if change == "new share" else SHARES
    assert refresh_panel(database.conn, own, shares, KNOWN)
    before = cells_name(database.conn)
    if change == "restated":
        store(database, SHARES[0], [4], hour=1, shift=0.03)
    elif change == "late action":
        store(database, SHARES[0], [], [Action(SESSIONS[7].item(), cash=1.0)], hour=1)
    elif change == "late bar":
        store(database, SHARES[2], [11], hour=1)
    elif change == "name":
        known[SHARES[1]] = Security(SHARES[1], "*ST two")
    elif change == "sessions":
        own = replace(own, sessions=np.delete(own.sessions, 6))
    elif change == "rules":
        own = replace(own, needs_open=False)
    assert refresh_panel(database.conn, own, SHARES, known)
    assert cells_name(database.conn) != before
    bars = list(load_bars(database.conn, SHARES, None).values())
    expected = build_panel("CN", own.sessions, own.following, bars, known, LIMITS, needs_open=own.needs_open)
    agree(load_panel(database.conn, own, SHARES, known), expected)
    assert [one.name for one in files_of(database.conn).folder.glob("cells-*.npy")] == [cells_name(database.conn)]


def test_a_share_that_was_touched_since_is_read_from_its_bars(database: "Database") -> None:
    history(database, 15)
    check(database, 15)
    store(database, SHARES[0], [4], hour=1, shift=0.03)
    agree(load_panel(database.conn, terms(15), SHARES, KNOWN), laid(database.conn, 15))


@pytest.mark.parametrize("place", [0, 37, 200])
def test_a_flipped_bit_is_seen_and_the_share_read_from_its_bars(database: "Database", place: int) -> None:
    history(database, 15)
    check(database, 15)
    files, expected = files_of(database.conn), laid(database.conn, 15)
    path = files.folder / cells_name(database.conn)
    raw = bytearray(path.read_bytes())
    raw[128 + place] ^= 1  # after the head of the file
    path.write_bytes(raw)
    agree(load_panel(database.conn, terms(15), SHARES, KNOWN), expected)
    # The next day's building trusts none of it.
    store(database, SHARES[0], [15], hour=1)
    check(database, 16)


def test_a_torn_or_foreign_index_counts_for_nothing(database: "Database") -> None:
    history(database, 12)
    check(database, 12)
    index = files_of(database.conn).folder / "index.npz"
    for content in (index.read_bytes()[:500], b"", b"PK no archive"):
        index.write_bytes(content)
        assert files_of(database.conn).read() is None
        agree(load_panel(database.conn, terms(12), SHARES, KNOWN), laid(database.conn, 12))
        check(database, 12)


def test_while_somebody_else_builds_answers_come_from_the_bars(database: "Database") -> None:
    history(database, 12)
    files = files_of(database.conn)
    files.folder.mkdir(parents=True)
    with FileLock(files.folder / ".lock"):
        assert not refresh_panel(database.conn, terms(12), SHARES, KNOWN)
        agree(load_panel(database.conn, terms(12), SHARES, KNOWN), laid(database.conn, 12))
    check(database, 12)


def test_deleted_files_are_made_again_and_a_reader_keeps_what_it_had(database: "Database") -> None:
    history(database, 12)
    check(database, 12)
    had = load_panel(database.conn, terms(12), SHARES, KNOWN)
    shutil.rmtree(files_of(database.conn).folder)
    check(database, 12)
    agree(had, laid(database.conn, 12))


def test_a_reader_keeps_its_sessions_while_new_ones_are_added(database: "Database") -> None:
    history(database, 15)
    check(database, 15)
    had, expected = load_panel(database.conn, terms(15), SHARES, KNOWN), laid(database.conn, 15)
    for symbol in SHARES:
        store(database, symbol, [15], hour=1)
    check(database, 16)
    for name in ("next_buy", "next_sell"):
        order = [had.row[symbol] for symbol in expected.symbols]
        np.testing.assert_array_equal(
            np.minimum(getattr(had, name)[order], 15), np.minimum(getattr(expected, name), 15)
        )


def test_files_of_another_database_with_as_many_fetches_are_not_taken(database: "Database", tmp_path: Path) -> None:
    history(database, 12)
    check(database, 12)
    files = files_of(database.conn)
    found = files.read()
    assert found is not None
    files.commit(replace(found[0], fetched="(4, 'files', 'another')"))
    store(database, SHARES[0], [12], hour=1)
    check(database, 13)
    assert tmp_path.exists()


def test_every_change_of_a_cell_changes_its_digest() -> None:
    chance = np.random.default_rng(3)
    cells = np.zeros((1, 40), dtype=CELL)
    cells.view(np.uint8)[:] = chance.integers(0, 256, cells.view(np.uint8).shape)
    whole = digests(cells)
    assert (digests(cells[:, :25]) + digests(cells[:, 25:], 25)).tolist() == whole.tolist()
    raw = cells.view(np.uint8).reshape(-1)
    for bit in range(raw.size * 8):
        raw[bit // 8] ^= 1 << (bit % 8)
        assert digests(cells)[0] != whole[0]
        raw[bit // 8] ^= 1 << (bit % 8)
    moved = cells.copy()
    moved[0, [3, 9]] = moved[0, [9, 3]]
    emptied = cells.copy()
    emptied.view(np.uint8).reshape(-1)[512:1024] = 0
    assert digests(moved)[0] != whole[0] != digests(emptied)[0]


def test_parts_laid_in_other_processes_are_the_same(database: "Database", monkeypatch: pytest.MonkeyPatch) -> None:
    history(database, 15)
    monkeypatch.setattr(panel_laying, "_WORTH", 0)
    monkeypatch.setattr(panel_laying, "TOGETHER", 1)
    # Nothing is laid here: what the files hold came from elsewhere.
    monkeypatch.setattr(panel_laying, "lay_cells", None)
    check(database, 15)


def test_a_process_that_is_killed_while_laying_is_survived(
    database: "Database", monkeypatch: pytest.MonkeyPatch
) -> None:
    history(database, 15)
    monkeypatch.setattr(panel_laying, "_WORTH", 0)
    monkeypatch.setattr(panel_laying, "TOGETHER", 1)
    told: list[tuple[int, int]] = []

    def kill(done: int, of: int) -> None:
        told.append((done, of))
        for child in multiprocessing.active_children():
            child.kill()

    assert refresh_panel(database.conn, terms(15), SHARES, KNOWN, kill)
    assert told[-1] == (4, 4)
    agree(load_panel(database.conn, terms(15), SHARES, KNOWN), laid(database.conn, 15))


def test_what_is_not_committed_yet_is_laid_by_who_wrote_it(
    database: "Database", monkeypatch: pytest.MonkeyPatch
) -> None:
    history(database, 15)
    monkeypatch.setattr(panel_laying, "_WORTH", 0)
    with transaction(database) as connection:
        bars = {str(SESSIONS[15]): (9.0, 9.0, 9.0, 9.0, 1.0)}
        fetched = Fetched(SHARES[0], "files", simulated=False, since=SESSIONS[0].item(), until=SESSIONS[15].item(),
                          bars=bars, actions=(), doubted=())  # fmt: skip
        save_fetches(connection, [fetched], begin_run(connection, "update", NOON), NOON)
        assert refresh_panel(connection, terms(16), SHARES, KNOWN)
    agree(load_panel(database.conn, terms(16), SHARES, KNOWN), laid(database.conn, 16))


_BUILD: Final = """
import sqlite3, sys
from tests.storage.test_panels import KNOWN, SHARES, terms
from watchlist.storage.panel_build import refresh_panel
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.row_factory = sqlite3.Row
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    refresh_panel(connection, terms(15), SHARES, KNOWN)
"""


def test_processes_that_build_at_once_leave_one_whole_panel(database: "Database") -> None:
    history(database, 15)
    path = database.conn.execute("pragma database_list").fetchone()[2]
    command = [sys.executable, "-c", _BUILD, path]
    builders = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for one in builders:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in builders:
        one.communicate("go\n", timeout=60)
    assert [one.returncode for one in builders] == [0, 0, 0]
    check(database, 15)
    assert [one.name for one in files_of(database.conn).folder.glob("cells-*.npy")] == [cells_name(database.conn)]


def test_files_that_fit_the_database_are_found_whole(database: "Database") -> None:
    assert check_panel(database.conn, terms(15), KNOWN) is None
    history(database, 15)
    check(database, 15)
    store(database, SHARES[0], [15], hour=1)
    check(database, 16)  # extended, and held against a laying of it all at once
    assert check_panel(database.conn, terms(16), KNOWN) == Checked(readable=True, shares=4, wrong=())
    # What came since is not in them yet; what they hold is still what the database held then.
    store(database, SHARES[1], [4], hour=2, shift=0.02)
    assert check_panel(database.conn, terms(16), KNOWN) == Checked(readable=True, shares=4, wrong=())


def test_cells_that_the_database_never_held_are_found(database: "Database") -> None:
    history(database, 15)
    check(database, 15)
    files = files_of(database.conn)
    found = files.read(write=True)
    assert found is not None
    held, cells = found
    cells["close"][2, 7] += 0.01
    assert check_panel(database.conn, terms(15), KNOWN) == Checked(readable=True, shares=4, wrong=(SHARES[2],))
    # Even where their digest was taken anew.
    sums = held.sums.copy()
    sums[2] = digests(cells[2:3, :15])[0]
    files.commit(replace(held, sums=sums))
    assert check_panel(database.conn, terms(15), KNOWN) == Checked(readable=True, shares=4, wrong=(SHARES[2],))
    (files.folder / "index.npz").write_bytes(b"torn")
    assert check_panel(database.conn, terms(15), KNOWN) == Checked(readable=False, shares=0, wrong=())


def test_what_was_done_to_the_files_is_told(database: "Database") -> None:
    history(database, 15)
    own = terms(15)
    assert refresh_panel(database.conn, own, SHARES, KNOWN) == Refreshed(4, laid=4, first=True)
    assert refresh_panel(database.conn, own, SHARES, KNOWN) == Refreshed(4)
    store(database, SHARES[0], [15], hour=1)
    assert refresh_panel(database.conn, terms(16), SHARES, KNOWN) == Refreshed(4)
    store(database, SHARES[0], [4], hour=2, shift=0.03)
    assert refresh_panel(database.conn, terms(16), SHARES, KNOWN) == Refreshed(4, laid=1)
    found = files_of(database.conn).read(write=True)
    assert found is not None
    found[1]["close"][2, 7] += 0.01
    store(database, SHARES[0], [16], hour=3)
    assert refresh_panel(database.conn, terms(17), SHARES, KNOWN) == Refreshed(4, laid=1, broken=1)
    check(database, 17)
    (files_of(database.conn).folder / "index.npz").write_bytes(b"torn")
    assert refresh_panel(database.conn, terms(17), SHARES, KNOWN) == Refreshed(4, laid=4, broken=4)
    with FileLock(files_of(database.conn).folder / ".lock"):
        store(database, SHARES[0], [17], hour=4)
        assert refresh_panel(database.conn, terms(18), SHARES, KNOWN) == Refreshed(0)
