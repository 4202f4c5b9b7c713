"""What the soaks share: a small world, the program run in a fork of this process, and what a database knows."""

import os
import shutil
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.cli.small_world import EVENING, World, make_world
from tests.steps.test_killed import CONTENT
from watchlist import cli
from watchlist.cli.app import App
from watchlist.domain.errors import EmptyDatabase
from watchlist.storage.backup import examined, said

RATINGS: Final = "date,broker,symbol,rating\n" + "".join(
    f"2024-0{1 + n % 5}-{1 + n % 28:02},券商{n % 7},{symbol},买入\n"
    for n in range(140) for symbol in ("600000.SH", "000001.SZ"))  # fmt: skip
_ROWS: Final = ("bars", "bar_revisions", "actions", "recommendations", "reports", "securities", "documents", "scores")


def new_world(folder: Path) -> World:
    """Make a world with a list of ratings to import, and no database yet."""
    world = make_world(folder)
    (world.market / "ratings.csv").write_text(RATINGS, "utf-8")
    return world


def copy_world(world: World, folder: Path) -> World:
    """Copy a world."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(world.home, folder / "home")
    shutil.copytree(world.market, folder / "market")
    return World(folder / "home", folder / "market")


def begin(
    world: World, *arguments: object, acknowledge: int | None = None, first: Callable[[], None] | None = None
) -> int:
    """Run the program in a fork of this process, everything loaded, and give its process id.

    Args:
        acknowledge: a file descriptor that is told the number of rows after every commit.
        first: done in the fork before the program.
    """
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        os.environ.update(WATCHLIST_HOME=str(world.home), WATCHLIST_MARKET=str(world.market))
        for descriptor in (1, 2):
            os.dup2(os.open(world.home / f"said{descriptor}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        setattr(cli, "App", partial(App, now=EVENING))  # noqa: B010 - a name the module does not offer
        if acknowledge is not None:
            _acknowledging(acknowledge)
        if first is not None:
            first()
        code = cli.main([str(one) for one in arguments])
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a fork and give its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def done(world: World, *arguments: object, first: Callable[[], None] | None = None) -> int:
    """Run the program to its end."""
    return ended(begin(world, *arguments, first=first))


def spoken(world: World) -> str:
    """Give what the last run said on stderr."""
    path = world.home / "said2"
    return path.read_text("utf-8", errors="replace") if path.exists() else ""


def content(world: World) -> list[list[tuple[Any, ...]]]:
    """Read what a database knows, without the numbers and moments of the runs that brought it."""
    with closing(sqlite3.connect(world.database)) as connection:
        return [connection.execute(question).fetchall() for question in CONTENT]


def rows(connection: sqlite3.Connection) -> int:
    """Count the rows that are only ever added."""
    have = {row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")}
    return sum(connection.execute(f"select count(*) from {name}").fetchone()[0] for name in _ROWS if name in have)  # noqa: S608


def unsound(path: Path) -> str | None:
    """Say what is wrong with a database; ``None`` where it is whole or there is none."""
    if not path.exists():
        return None
    try:
        wrong = examined(path)
    except EmptyDatabase:  # killed before its migrations were done: nothing was ever in it
        return None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is wrong
        return f"{type(error).__name__}: {error}"
    return said(wrong).en if wrong else None


def _acknowledging(descriptor: int) -> None:
    """Let every commit of the store be told to whoever listens."""
    usual = sqlite3.connect

    class Telling(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:  # noqa: ANN401 - as sqlite3 has it
            cursor = super().execute(sql, parameters)
            if sql.strip().lower() == "commit":
                os.write(descriptor, b"%d\n" % rows(self))
            return cursor

    sqlite3.connect = partial(usual, factory=Telling)  # type: ignore[assignment]


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Give both ends of a pipe."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)
