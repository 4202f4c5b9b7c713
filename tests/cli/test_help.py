"""Every help page ends with an example that this program would take, and speaks one language at a time."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.program import ROOT, run
from watchlist.cli import SECTIONS, cli


def every_command(command: click.Command, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if path:
        yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from every_command(child, *path, name)


def parsed(words: list[str]) -> click.Command:
    """Let click take a command line apart without running it, and give the command it found."""
    context = click.Context(cli, info_name="main.py")
    command: click.Command = cli
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    # Refuses options that are not there, values that do not fit, and what is required and missing.
    command.make_context(str(command.name), list(words), parent=context)
    return command


@pytest.mark.parametrize(
    ("path", "command"), [pytest.param(path, one, id=" ".join(path)) for path, one in every_command(cli)]
)
@pytest.mark.parametrize(("language", "head"), [("en", "Example: "), ("zh", "示例：")])
def test_every_command_has_an_example_that_parses(
    path: tuple[str, ...],
    command: click.Command,
    language: str,
    head: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = run(*path, "--help", "--lang", language, home=ROOT)
    assert said.code == 0
    page = re.sub(r"\n +", " ", said.out)
    found = re.search(rf"{head}python main\.py (.+?)\n", page)
    assert found, said.out
    words = re.split(r"\s>>?\s", found[1])[0]
    monkeypatch.chdir(tmp_path)
    for name in re.findall(r"\S+/\S+\.db", words):  # a file that has to be there
        Path(name).parent.mkdir(parents=True)
        Path(name).touch()
    asked = parsed(shlex.split(words))
    # A group of commands may show the use of one of them.
    assert asked is command or asked in getattr(command, "commands", {}).values()


def test_an_example_that_does_not_parse_would_be_seen() -> None:
    with pytest.raises(click.UsageError):
        parsed(["themes", "--no-such-option"])
    with pytest.raises(click.UsageError):
        parsed(["returns", "300418"])


def test_every_command_stands_in_one_part_of_the_page() -> None:
    listed = [command for _, part in SECTIONS for command in part]
    assert len(listed) == len(set(listed))
    assert set(listed) == set(cli.commands.values())
    for language in ("en", "zh"):
        page = run("--help", "--lang", language, home=ROOT).out
        assert all(re.search(rf"(?m)^  {re.escape(name)} ", page) for name in cli.commands)


def test_no_line_of_the_front_page_is_cut_short() -> None:
    for language in ("en", "zh"):
        assert "..." not in run("--help", "--lang", language, home=ROOT).out.split("\n", 1)[1]


@pytest.mark.parametrize("path", [path for path, _ in every_command(cli)], ids=" ".join)
def test_a_page_speaks_one_language(path: tuple[str, ...]) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    english = run(*path, "--help", "--lang", "en", home=ROOT).out
    # Words of an example, of a broker or of a program's name may be Chinese; a sentence is not.
    assert "。" not in english
    assert "‖" not in english
    page = run(*path, "--help", "--lang", "zh", home=ROOT).out
    assert "‖" not in page
    described = [line for line in page.splitlines() if re.match(r"  --(?!lang|home|demo|help)[a-z-]+ .*  \S", line)]
    assert all(chinese.search(line) or "JSON" in line or "CSV" in line for line in described), described
