"""A report is read apart: one that takes too long, or brings its process down, takes nothing with it."""

import datetime as dt
import pickle
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import one_sentence, run
from tests.cli.test_read import REPORT
from watchlist.cli.apart import ApartReader, BroughtDown
from watchlist.domain.errors import Words
from watchlist.ledger.home import Home
from watchlist.reading.about import Told
from watchlist.steps.read import Unreadable

TODAY: Final = dt.date(2026, 1, 1)
# Every line is a list of its own: as slow as text of the size that is taken can be.
SLOW: Final = "推荐贵州茅台\n" * 60_000


def hurried(home: Path) -> None:
    path = home / "config" / "local" / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("[reading]\nseconds = 0.1\n", "utf-8")


def test_what_takes_too_long_is_given_up(tmp_path: Path) -> None:
    hurried(tmp_path)
    text = tmp_path / "slow.txt"
    text.write_text(SLOW, "utf-8")
    one_sentence(run("read", text, home=tmp_path), 1, "slow.txt", "0.1 s", "reading.seconds")


def test_the_others_of_a_folder_are_read_all_the_same(tmp_path: Path) -> None:
    hurried(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_text(SLOW, "utf-8")
    (inbox / "b.txt").write_bytes(REPORT.read_bytes())
    said = run("read", inbox, "--json", home=tmp_path)
    assert said.code == 1
    assert "a.txt" in said.err
    assert "002371.SZ" in said.out


def test_a_process_that_ends_is_told_and_replaced(tmp_path: Path) -> None:
    with ApartReader(Home(tmp_path), 30) as reader:
        assert reader.read("建议关注贵州茅台。".encode(), Told(), TODAY).draft.recommendations
        process = reader._process  # noqa: SLF001 - nothing of ours brings it down
        assert process is not None
        process.kill()
        process.join()
        with pytest.raises(BroughtDown):
            reader.read(b"x", Told(), TODAY)
        again = reader.read("建议关注五粮液。".encode(), Told(), TODAY)
        assert [one.symbol for one in again.draft.recommendations] == ["000858.SZ"]


def test_a_wrong_list_of_names_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "config" / "local" / "names.csv"
    path.parent.mkdir(parents=True)
    path.write_text("symbol,name,kind,from,to\nnobody,x,short,,\n", "utf-8")
    one_sentence(run("read", REPORT, home=tmp_path), 1, "names.csv", "line 2")


def test_an_error_keeps_its_words_between_processes() -> None:
    again = pickle.loads(pickle.dumps(Unreadable(file="a.txt", why=Words("gone.", "没了。"))))  # noqa: S301 - our own bytes
    assert isinstance(again, Unreadable)
    assert ("gone" in again.text("en"), "没了" in again.text("zh")) == (True, True)
