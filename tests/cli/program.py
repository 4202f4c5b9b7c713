"""The program as its user meets it: run in this process or in one of its own; what it said and how it ended."""

import datetime as dt
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from watchlist import cli
from watchlist.cli.app import App

ROOT: Final = Path(__file__).resolve().parents[2]
# A Sunday: every market is closed, and all of the real data lies before it.
NOW: Final = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """How a run ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> Any:  # noqa: ANN401 - whatever the program answered
        """Read standard output as the JSON it must be."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def problems(self) -> list[str]:
        """List the lines of standard error."""
        return self.err.splitlines()


def run(
    *arguments: object,
    home: Path,
    market: Path | str | None = None,
    now: dt.datetime = NOW,
    env: Mapping[str, str] | None = None,
) -> Said:
    """Run one command in this process, at a moment given."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    extra = {} if market is None else {"WATCHLIST_MARKET": str(market)}
    with (
        patch.dict(os.environ, {"WATCHLIST_HOME": str(home), **extra, **(env or {})}),
        patch.object(cli, "App", partial(App, now=now)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = cli.main([str(argument) for argument in arguments])
    return Said(code, _written(out), _written(err))


def run_apart(
    *arguments: object, home: Path, market: Path | str | None = None, env: Mapping[str, str] | None = None,
    before: tuple[str, ...] = (),
) -> Said:  # fmt: skip
    """Run one command in a process of its own, as a person does; ``before`` goes ahead of the command line."""
    extra = {} if market is None else {"WATCHLIST_MARKET": str(market)}
    done = subprocess.run(
        [*before, sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        env={**os.environ, "WATCHLIST_HOME": str(home), **extra, **(env or {})},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Said(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def dump(path: Path, without: Collection[str] = ()) -> bytes:
    """Write out every row of every table but some, with the definition of each; nothing where there is no database."""
    if not path.exists():
        return b""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute("select type, name, sql from sqlite_master order by type, name").fetchall()
        lines = [repr(row) for row in found]
        for _, name, _ in (row for row in found if row[0] == "table" and row[1] not in without):
            rows = sorted(map(repr, connection.execute(f'select * from "{name}"')))  # noqa: S608
            lines += [name, *rows]
    return "\n".join(lines).encode()


def tables(path: Path, *names: str) -> dict[str, list[tuple[Any, ...]]]:
    """Read whole tables."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return {name: sorted(connection.execute(f'select * from "{name}"'), key=repr) for name in names}  # noqa: S608


def change(path: Path, *statements: str) -> None:
    """Change a database behind the program's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def one_sentence(said: Said, code: int, *words: str) -> str:
    """Check that a run failed with one sentence, holding some words, and with nothing that looks like a crash."""
    assert said.code == code, said
    assert said.out == "", said
    assert len(said.problems) == 1, said
    sentence = said.problems[0]
    assert "Traceback" not in sentence
    assert sentence.rstrip().endswith((".", "。", "！", "?", "？", "…")) or "python main.py" in sentence
    for word in words:
        assert word in sentence, (word, sentence)
    return sentence


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8")
