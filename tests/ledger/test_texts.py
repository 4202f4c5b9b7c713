"""A kept text comes back to the letter, and another one is never taken for it."""

import hashlib
from pathlib import Path

import pytest

from watchlist.ledger.home import find_home
from watchlist.ledger.texts import find_text, keep_text


@pytest.mark.parametrize("text", ["推荐昆仑万维。", "a\r\nb\rc\nd", "\ufeff开头", "\x00\x1b[31m", "𠮷 🙂", ""])
def test_a_text_comes_back_to_the_letter(tmp_path: Path, text: str) -> None:
    home = find_home(tmp_path, {})
    kept = keep_text(home, "2024-06-14-guosen", text)
    assert kept == tmp_path / "config" / "local" / "texts" / "2024-06-14-guosen.txt"
    assert find_text(home, "2024-06-14-guosen", hashlib.sha256(text.encode()).hexdigest()) == text


def test_another_text_is_not_taken_for_it(tmp_path: Path) -> None:
    home = find_home(tmp_path, {})
    keep_text(home, "one", "first")
    assert find_text(home, "one", hashlib.sha256(b"second").hexdigest()) is None
    assert find_text(home, "other", hashlib.sha256(b"first").hexdigest()) is None


def test_half_a_character_is_not_kept(tmp_path: Path) -> None:
    assert keep_text(find_home(tmp_path, {}), "one", "a\ud800b") is None
    assert not (tmp_path / "config").exists()
