"""A home of its own for each test of the ledger, over the checkout's tracked files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from watchlist.domain.errors import WatchlistError
from watchlist.ledger.home import Home

Sentence = Callable[[Callable[[], object]], str]
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def write(home: Home) -> Write:
    """Give a function that writes a file of the home by its path below ``config/``."""

    def written(name: str, text: str | bytes) -> Path:
        path = home.config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def sentence() -> Sentence:
    """Give a function that runs what must fail and returns its one English sentence."""

    def said(action: Callable[[], object]) -> str:
        with pytest.raises(WatchlistError) as caught:
            action()
        for language in ("en", "zh"):
            text = caught.value.text(language)
            assert "\n" not in text
            assert "{" not in text
        return str(caught.value)

    return said
