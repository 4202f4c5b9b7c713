"""Completion as a shell does it: the printed script in a true bash, and click's own protocol for the others."""

import os
import pty
import select
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import click
import pytest

from tests.cli.program import ROOT, run
from tests.cli.small_world import PINGAN, PUFA, World
from watchlist.cli import cli
from watchlist.cli.completing import script
from watchlist.cli.suggesting import OF_OPTION

SHELLS: Final = ("bash", "zsh", "fish")


def completed(home: Path, *words: str, shell: str = "zsh", language: str = "C.UTF-8") -> list[str]:
    """Complete the last of the words as a shell asks for it; give the lines of the answer."""
    line = {"COMP_WORDS": " ".join(["watchlist", *words]), "COMP_CWORD": str(len(words))}
    if shell == "fish":
        line["COMP_CWORD"] = words[-1]
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], check=True, capture_output=True, text=True,
        env={**os.environ, **line, "LANG": language, "WATCHLIST_HOME": str(home),
             "_MAIN_PY_COMPLETE": f"{shell}_complete"},
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def values(home: Path, *words: str) -> list[str]:
    """Give the words that may stand in the place of the last one: zsh is told kind, word and help by turns."""
    return completed(home, *words)[1::3]


def test_commands_and_options_are_completed(tmp_path: Path) -> None:
    assert values(tmp_path, "rec") == ["record", "recommendations"]
    assert values(tmp_path, "theme", "m") == ["map", "merge"]
    assert values(tmp_path, "themes", "--as") == ["--as-of"]
    assert values(tmp_path, "themes", "--market", "") == ["CN", "HK", "US"]


@pytest.mark.parametrize(("language", "words"), [("C.UTF-8", "Only this market."), ("zh_CN.UTF-8", "只看该市场。")])
def test_help_beside_an_option_is_in_one_language(tmp_path: Path, language: str, words: str) -> None:
    assert completed(tmp_path, "themes", "--mark", language=language) == ["plain", "--market", words]


def test_securities_are_completed_by_symbol_and_by_name(stored: World) -> None:
    assert completed(stored.home, "show", "600") == ["plain", PUFA, "浦发银行"]
    assert completed(stored.home, "show", "平") == ["plain", "平安银行", PINGAN]
    assert values(stored.home, "themes", "--symbol", "000001") == [PINGAN]
    # What is followed, the index of the market among it, in the order of symbols.
    assert values(stored.home, "returns", PUFA, "000") == [PINGAN, "000300.SH"]


def test_themes_brokers_and_reports_are_completed(stored: World) -> None:
    assert "ai-video" in values(stored.home, "themes", "--theme", "ai")
    assert values(stored.home, "theme", "merge", "ai-v") == ["ai-video"]
    assert values(stored.home, "calls", "--broker", "甲") == ["甲证券"]
    assert values(stored.home, "calls", "--broker", "乙") == []
    assert values(stored.home, "edit", "fi") == ["first"]


def test_a_home_named_on_the_line_is_the_one_that_is_asked(stored: World, tmp_path: Path) -> None:
    assert values(tmp_path, "--home", str(stored.home), "show", "600") == [PUFA]


def test_files_are_left_to_the_shell(tmp_path: Path) -> None:
    assert completed(tmp_path, "read", "rep")[0] == "file"
    assert completed(tmp_path, "import", "rat")[0] == "file"


@pytest.mark.parametrize("words", [("show", "6"), ("calls", "--broker", ""), ("themes", "--theme", "ai")])
def test_nothing_is_said_where_nothing_can_be_known(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "watchlist.db").write_bytes(b"no database" * 500)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "themes.toml").write_text("[[", "utf-8")
    assert "".join(completed(tmp_path, *words)) == ""


@pytest.mark.parametrize("broker", ["$(reboot)", "甲; rm", "-rf", "`id`", "甲\n乙"])
def test_a_name_that_a_shell_would_run_is_never_suggested(broker: str, stored: World, tmp_path: Path) -> None:
    home = shutil.copytree(stored.home, tmp_path / "home")
    with closing(sqlite3.connect(home / "db" / "watchlist.db")) as connection, connection:
        connection.execute(
            "insert into reports (report, rev, op, broker, published, body_json, content_sha256, recorded_at) "
            "select 'x', 1, 'add', ?, published, body_json, content_sha256, recorded_at from reports limit 1",
            (broker,),
        )
    assert values(home, "calls", "--broker", "") == ["甲证券"]


def test_every_option_that_names_something_known_suggests_it() -> None:
    def options(command: click.Command) -> list[click.Parameter]:
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        return [*command.params, *(one for child in inner for one in options(child))]

    named = [one for one in options(cli) if one.opts[0] in OF_OPTION]
    assert len(named) > len(OF_OPTION)
    assert all(one._custom_shell_complete is OF_OPTION[one.opts[0]] for one in named)  # noqa: SLF001


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_starts_this_program_and_no_other(shell: str) -> None:
    said = run("completion", shell, home=ROOT)
    assert said.code == 0
    assert said.out.count(f"{sys.executable} {ROOT / 'main.py'}") == 2
    assert "watchlist" in said.out
    if found := shutil.which(shell):
        done = subprocess.run([found, "-n"], input=said.out, text=True, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_path_with_blanks_is_quoted() -> None:
    assert "'/my stocks/python' '/my stocks/main.py' \"$@\"" in script(
        "bash", ("/my stocks/python", "/my stocks/main.py")
    )


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed here")
def test_the_tab_key_in_a_true_bash(stored: World, tmp_path: Path) -> None:
    """Type half a symbol, press Tab, and let the shell say what stands there."""
    source = tmp_path / "completion.bash"
    source.write_text(script("bash", (sys.executable, str(ROOT / "main.py"))), "utf-8")
    terminal = Terminal(["bash", "--norc", "--noprofile", "-i"], {"WATCHLIST_HOME": str(stored.home), "PS1": "> "})
    try:
        terminal.type(f"source {source}; echo rea''dy\n")
        terminal.wait("ready")
        terminal.type("watchlist show 6000\t")
        terminal.wait(f"show {PUFA}")
        terminal.type("--lang en --as\t")
        terminal.wait("--as-of")
    finally:
        terminal.close()


class Terminal:
    """A program behind a terminal of its own."""

    def __init__(self, words: list[str], variables: dict[str, str]) -> None:
        self.seen = ""
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.execvpe(words[0], words, {**os.environ, "TERM": "dumb", **variables})  # noqa: S606

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.file, keys.encode())

    def wait(self, words: str) -> None:
        """Wait until words appear; forget what stood before them."""
        end = time.monotonic() + 60
        while words not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.file], [], [], 1)[0]:
                self.seen += os.read(self.file, 4096).decode("utf-8", "replace")
        self.seen = self.seen.split(words, 1)[1]

    def close(self) -> None:
        """End the program."""
        os.close(self.file)
        os.waitpid(self.process, 0)


def test_fish_shows_the_whole_of_what_a_command_does(tmp_path: Path) -> None:
    text = script("fish", (sys.executable, str(ROOT / "main.py")))
    assert 'string split --max 1 ","' in text  # click's own script cuts the words at their first comma
    found = shutil.which("fish")
    if found is None:
        pytest.skip("fish is not installed: what it shows was not looked at.")
    (tmp_path / "watchlist.fish").write_text(text, "utf-8")
    done = subprocess.run(
        [found, "--no-config", "-c", f"source {tmp_path / 'watchlist.fish'}; complete -C 'watchlist themes'"],
        check=True, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "LANG": "C.UTF-8", "WATCHLIST_HOME": str(tmp_path), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert "themes\tThemes: how good, how sure, how complete." in done.stdout
