"""Prices out of panel files give the same answers, to the last byte, as those out of the bars."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from tests.cli.built_homes import american_home, founding_home
from tests.cli.program import NOW, run
from watchlist.core.bars import Overlaid
from watchlist.ledger.home import find_home
from watchlist.ledger.settings import load_settings
from watchlist.queries.priced import shares_with_bars, terms_of
from watchlist.queries.situation import When, load_situation
from watchlist.storage.database import reading
from watchlist.storage.ledger import load_securities
from watchlist.storage.panel_build import refresh_panel
from watchlist.storage.prices import load_bars, newest_fetch
from watchlist.storage.stored_bars import StoredBars

QUESTIONS: Final = (
    ("recommendations", "--json"),
    ("themes", "--json"),
    ("brokers", "--json"),
    ("brokers", "--rank", "--json"),
    ("calls", "--json"),
    ("watch", "--json"),
    ("returns", "300418.SZ", "300280.SZ", "--from", "2024-06-14", "--to", "2025-12-31", "--json"),
    ("show", "300418.SZ"),
    ("returns", "--theme", "ai", "--from", "2024-06-28", "--to", "2025-12-31", "--json"),
)


def laid(home: Path, *, fewest: int = 1) -> list[str]:
    """Lay panel files of every market that has so many shares; give which."""
    path, settings = home / "db" / "watchlist.db", load_settings(find_home(home, {}))
    with reading(path) as connection:
        situation = load_situation(connection, settings, When(NOW.date()))
        made = []
        for market, shares in shares_with_bars(connection).items():
            index = situation.known.bars.get(situation.rules.markets[market].benchmark)
            if index is not None and len(shares) >= fewest:
                securities = load_securities(connection, shares, None)
                assert refresh_panel(connection, terms_of(situation.rules, market, index), shares, securities)
                made.append(market)
    return made


def answers(home: Path, questions: tuple[tuple[str, ...], ...]) -> dict[str, Any]:
    said = {" ".join(question): run(*question, home=home) for question in questions}
    assert {name: one.code for name, one in said.items()} == dict.fromkeys(said, 0)
    return {name: one.out for name, one in said.items()}


@pytest.fixture(scope="module")
def founding(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with the two founding reports on their real prices, into which panel files are laid."""
    return founding_home(shared, tmp_path_factory)


def test_the_founding_reports_answer_the_same(founding: Path) -> None:
    days = [(*question, "--as-of", day) for question in QUESTIONS[:3] for day in ("2024-06-20", "2025-11-28")]
    questions = (*QUESTIONS, *days)
    before = answers(founding, questions)
    assert len(json.loads(before["recommendations --json"])) == 35
    assert "CN" in laid(founding)
    after = answers(founding, questions)
    for name, text in before.items():
        assert after[name] == text, name


def test_the_american_list_answers_the_same(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = american_home(shared, tmp_path_factory)
    # Prices are there from 2023 on: of the brokers who were silent since, every number is one of the ratings alone.
    asked = (*((*question, "--since", "2023-01-03") for question in QUESTIONS[2:4]), QUESTIONS[4])
    before = answers(home, asked)
    assert len(json.loads(before["brokers --json --since 2023-01-03"])) > 100
    assert "US" in laid(home)
    assert answers(home, asked) == before


def test_the_book_reads_the_files_and_no_bars(founding: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid(founding)
    settings = load_settings(find_home(founding, {}))
    with reading(founding / "db" / "watchlist.db") as connection:
        situation = load_situation(connection, settings, When(NOW.date()))
        asked: list[str] = []
        monkeypatch.setattr("watchlist.storage.stored_bars.load_bars_of", lambda _, symbols, *__: asked.extend(symbols))
        part = situation.book.markets["CN"]
    assert (part.entries.session >= 0).sum() > 30
    assert asked == []


def test_bars_that_wait_are_read_once_and_as_they_stood(founding: Path) -> None:
    path = founding / "db" / "watchlist.db"
    with reading(path) as connection:
        whole = load_bars(connection, ["300418.SZ", "300280.SZ", "000300.SH"], None)
        newest = newest_fetch(connection, None)
    bars = StoredBars(path, newest, {"000300.SH": whole["000300.SH"]}, ["300418.SZ", "300280.SZ"])
    assert (sorted(bars), len(bars)) == (sorted(whole), 3)
    assert "300418.SZ" in bars
    assert "600000.SH" not in bars
    assert bars.get("600000.SH") is None
    assert bars["300418.SZ"].close.tolist() == whole["300418.SZ"].close.tolist()
    assert bars["300418.SZ"] is bars["300418.SZ"]
    assert "300280.SZ" not in StoredBars(path, 1, {}, ["300418.SZ"])


def test_bars_laid_over_others_replace_them_or_leave_them_out(founding: Path) -> None:
    with reading(founding / "db" / "watchlist.db") as connection:
        whole = load_bars(connection, ["300418.SZ", "300280.SZ", "000300.SH"], None)
    short = whole["000300.SH"].up_to(np.datetime64("2024-06-28"))
    bars = Overlaid(whole, {"000300.SH": short, "300280.SZ": None, "SPX.GI": short})
    assert list(bars) == ["300418.SZ", "000300.SH", "SPX.GI"]
    assert len(bars) == 3
    assert bars["000300.SH"] is short
    assert bars.get("300280.SZ") is None
    assert bars["300418.SZ"] is whole["300418.SZ"]
