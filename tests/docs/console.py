"""The console blocks of the documents: run line by line, compared with what they show, and brought up to date.

A block is fenced as ``console``. A line that begins with ``$ `` is a command, what follows it is what it prints, in the
order of a terminal. Three things are agreed:

- a command with nothing below it only has to end as it should;
- ``…`` stands for what changes from day to day: alone on a line for any lines, inside a line for any characters;
- ``# exit code 1`` behind a command says that it ends so; every other one ends with 0.

The commands run in this process, one after another in the folder of their home. ``python -m tests.docs`` runs every
block and writes down what the program prints now.
"""

import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from unittest.mock import patch

from watchlist import cli

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")))
EXAMPLE: Final = "docs/example-report.txt"
_CODE: Final = re.compile(r"#\s*exit code (\d+)")
# Nothing listens here: no price source can be reached from a document.
_NOWHERE: Final = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a document: where it stands, and the lines shown below it (``first`` to ``last``, exclusive)."""

    document: Path
    line: int
    text: str
    shown: tuple[str, ...]

    @property
    def code(self) -> int:
        """Give the exit code it should end with."""
        match = _CODE.search(self.text)
        return int(match[1]) if match else 0

    @property
    def place(self) -> str:
        """Name the place for a person."""
        return f"{self.document.relative_to(ROOT)}, line {self.line + 1}"


def commands(document: Path) -> Iterator[Command]:
    """Find the commands of a document's console blocks, in order."""
    lines = document.read_text("utf-8").splitlines()
    inside = False
    for number, line in enumerate(lines):
        if line.startswith("```"):
            inside = line.strip() == "```console"
        elif inside and line.startswith("$ "):
            ends = (n for n in range(number + 1, len(lines)) if lines[n].startswith(("$ ", "```")))
            yield Command(document, number, line[2:], tuple(lines[number + 1 : next(ends)]))


def run(command: Command, home: Path, market: Path | None = None) -> tuple[int, list[str]]:
    """Run a command in a home of its own; give its exit code and what a terminal would show, without trailing spaces.

    Args:
        market: a folder of price files; without one no price source can be reached.

    Raises:
        ValueError: the document shows something that is not ``python main.py …``.
    """
    words = shlex.split(command.text, comments=True)
    if words[:2] != ["python", "main.py"]:
        message = f"{command.place}: a console block holds lines like: $ python main.py themes"
        raise ValueError(message)
    _lay_out(home)
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)
    market_given = {"WATCHLIST_MARKET": str(market)} if market else {}
    with (
        patch.dict(
            os.environ, _environment(home, chinese=".zh-CN" in command.document.name) | market_given, clear=True
        ),
        chdir(home),
        redirect_stdout(terminal),
        redirect_stderr(terminal),
    ):
        code = cli.main(words[2:])
    terminal.seek(0)
    return code, [line.rstrip() for line in terminal.read().splitlines()]


def _lay_out(home: Path) -> None:
    """Put the report that the documents read where their reader has it."""
    (home / EXAMPLE).parent.mkdir(exist_ok=True)
    shutil.copyfile(ROOT / EXAMPLE, home / EXAMPLE)


def agrees(shown: tuple[str, ...], printed: list[str]) -> bool:
    """Say whether what a document shows is what the program printed; nothing shown agrees with anything."""
    if not shown:
        return True
    pattern = "".join("(?:.*\n)*?" if line.strip() == "…" else _line_pattern(line) for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def _line_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.rstrip().split("…")) + "\n"


def _environment(home: Path, *, chinese: bool) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("VISUAL", "WATCHLIST_", "LC_"))}
    proxies = {
        name: _NOWHERE for word in ("http", "https", "all") for name in (f"{word}_proxy", f"{word}_proxy".upper())
    }
    return kept | proxies | {
        "EDITOR": "true",  # leaves a file as it is
        "HOME": str(home),
        "LANG": "zh_CN.UTF-8" if chinese else "C.UTF-8",
        "NO_PROXY": "",
        "no_proxy": "",
        "WATCHLIST_HOME": str(home),
    }  # fmt: skip


def _refreshed(document: Path, home: Path) -> list[str]:
    """Give the lines of a document with every output as it is now."""
    lines = document.read_text("utf-8").splitlines()
    for command in reversed([(c, *run(c, home)) for c in commands(document)]):
        asked, code, printed = command
        if code != asked.code:
            sys.stderr.write(f"{asked.place}: exit code {code}\n" + "\n".join(printed) + "\n")
        elif not agrees(asked.shown, printed):
            if any("…" in line for line in asked.shown):
                sys.stderr.write(f"{asked.place}: write this one by hand\n" + "\n".join(printed) + "\n")
            else:
                lines[asked.line + 1 : asked.line + 1 + len(asked.shown)] = printed
    return lines


def refresh() -> None:
    """Write into every document what the program prints now."""
    for document in DOCUMENTS:
        if not any(commands(document)):
            continue
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            run(Command(document, 0, "python main.py demo", ()), home)
            document.write_text("\n".join(_refreshed(document, home)) + "\n", "utf-8", newline="\n")
