"""The universe of a market: its shares with bars, out of panel files that are made on the way."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from tests.core.markets import INDEX, weekdays
from watchlist.core.book import market_panel
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.queries.situation import When, load_situation
from watchlist.queries.universe import load_universe
from watchlist.queries.upkeep import panel_injuries, refresh_panels
from watchlist.steps.record import record
from watchlist.storage.database import reading, transaction, writing
from watchlist.storage.prices import Fetched, load_bars, save_fetches
from watchlist.storage.runs import begin_run

NOW = dt.datetime(2024, 12, 31, 12, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a database of the founding reports, an index and 210 shares, and one that was asked for in vain."""
    home = find_home(tmp_path, {})
    path = tmp_path / "db" / "watchlist.db"
    sessions = weekdays("2024-04-01", 90)
    with writing(path) as database:
        record(database, home, NOW)
        run = begin_run(database.conn, "update", NOW)
        for number, symbol in enumerate([INDEX, *(f"6{at:05d}.SH" for at in range(210))]):
            level = (10.0 + 0.01 * number + 0.02 * np.arange(sessions.size)).tolist()
            bars = {
                day: (*4 * (price,), 1000.0) for day, price in zip(sessions.astype(str).tolist(), level, strict=True)
            }
            first, last = sessions[0].item(), sessions[-1].item()
            fetched = Fetched(symbol, "files", simulated=False, since=first, until=last, bars=bars, actions=(),
                              doubted=())  # fmt: skip
            with transaction(database) as connection:
                save_fetches(connection, [fetched], run, NOW)
        database.conn.execute("insert into coverage (symbol, asked_since) values ('688999.SH', '2024-04-01')")
    return path


def test_files_are_made_and_agree_with_the_bars(path: Path) -> None:
    with reading(path) as connection:
        settings = load_settings(find_home(path.parents[1], {}))
        for day in (dt.date(2024, 6, 28), dt.date(2024, 12, 31), dt.date(2024, 6, 28)):
            situation = load_situation(connection, settings, When(day))
            got = load_universe(connection, situation)["CN"]
            assert len(got.symbols) == 210
            bars = {**situation.known.bars, **load_bars(connection, got.symbols, None)}
            known = type(situation.known)([], bars, situation.known.securities, situation.known.foreseen)
            expected = market_panel(known, situation.rules, "CN", day, got.symbols)
            assert expected is not None
            assert got.sessions.tolist() == expected.sessions.tolist()
            assert got.following == expected.following
            for name in ("close", "open", "total_factor", "split_factor", "last_bar", "first_bar", "resumes"):
                np.testing.assert_array_equal(getattr(got, name), getattr(expected, name), err_msg=name)
        assert list((path.parent / "panel" / "watchlist" / "CN").glob("cells-*.npy"))


def test_an_update_brings_the_files_along_and_tells_what_was_wrong(path: Path) -> None:
    settings = load_settings(find_home(path.parents[1], {}))
    folder = path.parent / "panel" / "watchlist" / "CN"
    told: list[tuple[int, int, str]] = []
    with reading(path) as connection:
        first = refresh_panels(connection, settings, lambda done, of, market: told.append((done, of, market)))
        assert [words.en for words in first] == [
            "210 shares of CN were laid out as panel files: questions read them there."
        ]
        assert told[-1] == (210, 210, "CN")
        assert refresh_panels(connection, settings) == []
        assert list(panel_injuries(connection, settings)) == []
        (folder / "index.npz").write_bytes(b"torn")
        [(market, words)] = panel_injuries(connection, settings)
        assert (market, words.en) == ("CN", "the panel files of CN cannot be read")
        [words] = refresh_panels(connection, settings)
        assert words.en == "The panel files of CN were damaged: 210 shares were laid out anew from the database."
        [cells] = folder.glob("cells-*.npy")
        raw = bytearray(cells.read_bytes())
        raw[-40] ^= 1
        cells.write_bytes(raw)
        spare = [words.en for _, words in panel_injuries(connection, settings)]
        raw[1000] ^= 1
        cells.write_bytes(raw)
        [(_, words)] = panel_injuries(connection, settings)
    assert spare == []  # a bit where nothing is laid yet
    assert words.en == "the panel files of CN differ from the database, of 1 share: 600000.SH"
