"""The user's own tickers: seventeen from the start, added and removed without touching what is tracked."""

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist.domain.errors import UsageMistake
from watchlist.ledger.home import CHECKOUT, Home
from watchlist.ledger.watch import Watched, add, load_watchlist, remove

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]

TENCENT = Watched(symbol="00700.HK", name="腾讯控股", theme="AI", note='say "hi"', added=dt.date(2026, 1, 5))


def test_the_seventeen_other_shares_of_the_printed_table_are_there(home: Home, shared: Path) -> None:
    answers = json.loads((shared / "reports" / "000_90c94ccc870e727d.gold.json").read_text("utf-8"))
    recommended = {one["code"] for one in answers["recommendations"]}
    table = [(row["code"], row["name"]) for row in answers["tables"][0]["rows"] if row["code"] not in recommended]
    watched = load_watchlist(home)
    assert [(one.symbol, one.name) for one in watched] == table
    assert len(watched) == 17
    assert {(one.theme, one.added) for one in watched} == {("传媒涨幅榜", dt.date(2024, 6, 14))}


def test_adding_writes_only_to_the_users_own_file(home: Home) -> None:
    tracked = (CHECKOUT / "config" / "watchlist.toml").read_bytes()
    path = add(home, TENCENT)
    assert path == home.local / "watchlist.toml"
    assert load_watchlist(home)[-1] == TENCENT
    assert (CHECKOUT / "config" / "watchlist.toml").read_bytes() == tracked
    assert [file.name for file in home.local.iterdir()] == ["watchlist.toml"]
    assert path.read_text("utf-8").startswith("# Your own tickers")


def test_adding_twice_and_removing_what_is_not_there_are_refused(home: Home, sentence: Sentence) -> None:
    path = add(home, TENCENT)
    before = path.read_bytes()
    assert sentence(lambda: add(home, TENCENT)) == "00700.HK is in the watchlist already: remove it first to change it."
    assert sentence(lambda: remove(home, "AAPL.US")) == "AAPL.US is not in the watchlist: nothing was removed."
    assert path.read_bytes() == before
    with pytest.raises(UsageMistake) as caught:
        add(home, TENCENT)
    assert caught.value.exit_code == 2


def test_comments_and_order_are_kept(home: Home, write: Write) -> None:
    mine = (
        '# mine\n\n[[watch]]\nsymbol = "AAPL.US"   # a fruit\nadded = 2026-01-01\n\n'
        '# the second\n[[watch]]\nsymbol = "MSFT.US"\nadded = 2026-01-02\n'
    )
    path = write("local/watchlist.toml", mine)
    add(home, TENCENT)
    assert path.read_text("utf-8").startswith(mine)
    remove(home, "00700.HK")
    assert path.read_text("utf-8").strip() == mine.strip()
    remove(home, "MSFT.US")
    kept = path.read_text("utf-8")
    assert "# a fruit" in kept
    assert "MSFT" not in kept


def test_rows_written_in_one_line_stay_when_another_is_added(home: Home, write: Write) -> None:
    given = 'watch = [{symbol = "AAPL.US", added = 2026-01-01}, {symbol = "MSFT.US", added = 2026-01-02}]\n'
    write("local/watchlist.toml", given + 'hidden = [{symbol = "601019.SH"}]\n')
    before = load_watchlist(home)
    add(home, TENCENT)
    assert load_watchlist(home) == (*before, TENCENT)
    remove(home, "MSFT.US")
    remove(home, "600088.SH")
    gone = {"MSFT.US", "600088.SH"}
    assert load_watchlist(home) == (*(one for one in before if one.symbol not in gone), TENCENT)


def test_removing_a_tracked_one_hides_it_and_adding_brings_it_back(home: Home) -> None:
    path = remove(home, "601019.SH")
    assert '[[hidden]]\nsymbol = "601019.SH"' in path.read_text("utf-8")
    assert "601019.SH" not in {one.symbol for one in load_watchlist(home)}
    assert len(load_watchlist(home)) == 16
    back = Watched(symbol="601019.SH", added=dt.date(2026, 1, 5))
    add(home, back)
    assert next(one for one in load_watchlist(home) if one.symbol == "601019.SH") == back
    assert "[[hidden]]\n" not in path.read_text("utf-8")
    remove(home, "601019.SH")
    assert len(load_watchlist(home)) == 16


def test_a_write_that_fails_leaves_the_old_file_whole(
    home: Home, sentence: Sentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add(home, TENCENT)
    before = path.read_bytes()

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    apple = Watched(symbol="AAPL.US", added=dt.date(2026, 1, 5))
    said = "config/local/watchlist.toml cannot be written: the disk is full; free some room."
    assert sentence(lambda: add(home, apple)) == said
    assert path.read_bytes() == before
    assert [file.name for file in home.local.iterdir()] == ["watchlist.toml"]


WRONG = [
    (
        '[[watch]]\nsymbol = "700"\nadded = 2026-01-01',
        'watch[1].symbol (line 2): "700" is no symbol such as 300418.SZ. Did you mean 00700.HK?',
    ),
    ('[[watch]]\nsymbol = "AAPL.US"', "watch[1].added (line 1): this key is missing."),
    (
        '[[watch]]\nsymbol = "AAPL.US"\nadded = "today"',
        "watch[1].added (line 3): must be a date such as 2024-06-14, without quotes.",
    ),
    ('[[wacth]]\nsymbol = "AAPL.US"', "wacth (line 1): unknown key. Did you mean watch?"),
    ('[[hidden]]\nsymbl = "AAPL.US"', "hidden[1].symbl (line 2): unknown key. Did you mean symbol?"),
    (
        '[[watch]]\nsymbol = "A.US"\nadded = 2026-01-01\n' * 2,
        "watch[2].symbol (line 5): A.US is there twice. Remove one of them.",
    ),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_a_wrong_file_is_refused_before_anything_is_written(
    home: Home, write: Write, sentence: Sentence, text: str, said: str
) -> None:
    path = write("local/watchlist.toml", text)
    for action in (lambda: load_watchlist(home), lambda: add(home, TENCENT), lambda: remove(home, "601019.SH")):
        assert sentence(action) == f"config/local/watchlist.toml: {said}"
    assert path.read_bytes() == text.encode()


SYMBOLS = st.sampled_from(["AAPL.US", "MSFT.US", "00700.HK", "601019.SH", "600088.SH"])
NOTES = st.none() | st.text(min_size=1, max_size=12).filter(str.strip)


@given(st.lists(st.tuples(SYMBOLS, NOTES), max_size=8))
def test_any_run_of_adding_and_removing_keeps_the_list_right(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str | None]]
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    expected = {one.symbol: one for one in load_watchlist(home)}
    for symbol, note in steps:
        if symbol in expected:
            remove(home, symbol)
            del expected[symbol]
        else:
            expected[symbol] = Watched(symbol=symbol, note=note, added=dt.date(2026, 1, 5))
            add(home, expected[symbol])
        assert {one.symbol: one for one in load_watchlist(home)} == expected
