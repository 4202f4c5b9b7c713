"""Which folder is home, and which files of one name are laid over each other."""

from collections.abc import Callable
from pathlib import Path

from watchlist.ledger.home import CHECKOUT, Home, find_home

Write = Callable[[str, str | bytes], Path]


def test_home_is_the_checkout_unless_another_is_named(tmp_path: Path) -> None:
    assert find_home(None, {}).root == CHECKOUT
    assert find_home(None, {"WATCHLIST_HOME": ""}).root == CHECKOUT
    assert find_home(None, {"WATCHLIST_HOME": "  "}).root == CHECKOUT
    assert find_home(None, {"WATCHLIST_HOME": str(tmp_path)}).root == tmp_path.resolve()
    assert find_home(tmp_path, {"WATCHLIST_HOME": "/elsewhere"}).root == tmp_path.resolve()


def test_home_knows_its_folders(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.config == tmp_path / "config"
    assert home.local == tmp_path / "config" / "local"
    assert home.database == tmp_path / "db" / "watchlist.db"


def test_an_empty_home_reads_the_checkout(home: Home) -> None:
    assert home.layers("settings.toml") == (CHECKOUT / "config" / "settings.toml",)
    assert home.layers("no-such-file.toml") == ()


def test_a_file_of_the_home_takes_the_place_of_the_checkouts_and_local_lies_over_it(home: Home, write: Write) -> None:
    local = write("local/settings.toml", "")
    assert home.layers("settings.toml") == (CHECKOUT / "config" / "settings.toml", local)
    own = write("settings.toml", "")
    assert home.layers("settings.toml") == (own, local)
    assert home.layers("themes.toml") == (CHECKOUT / "config" / "themes.toml",)


def test_paths_are_shown_relative_to_the_home_or_the_checkout(home: Home) -> None:
    assert home.shown(home.local / "themes.toml") == "config/local/themes.toml"
    assert home.shown(CHECKOUT / "config" / "themes.toml") == "config/themes.toml"
    assert home.shown(Path("/somewhere/else.toml")) == "/somewhere/else.toml"
