"""A disk that cannot be written: writers say so in one sentence, readers answer as ever."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import Said, dump, one_sentence, run, run_apart
from tests.cli.small_world import World, make_world

# A read-only disk of our own: a temporary file system that only one process and its children see.
SCRIPT: Final = (
    'mount -t tmpfs tmpfs "$1" && cp -r "$2/." "$1" && mount -o remount,ro "$1" && shift 2 && exec "$@"'
)  # fmt: skip


def namespace() -> tuple[str, ...] | None:
    """Find out how this machine lets a test mount a disk of its own."""
    for command in (("unshare", "-m"), ("unshare", "-Urm")):
        if shutil.which("unshare") is None:
            return None
        tried = subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
        if tried.returncode == 0:
            return command
    return None


class ReadOnlyDisk:
    """A copy of a home on a disk that cannot be written."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.original, self.home = home, folder / "disk"
        self.home.mkdir()
        self.namespace = namespace()
        if self.namespace is None:
            # No disk of our own: folders that cannot be written, which stop everybody but the superuser.
            if os.geteuid() == 0:
                pytest.skip("This machine lets the superuser mount nothing, and no permission stops the superuser.")
            shutil.copytree(home, self.home, dirs_exist_ok=True)
            for path in (self.home, *self.home.rglob("*")):
                path.chmod(path.stat().st_mode & ~0o222)

    def run(self, *arguments: object, market: Path | None = None) -> Said:
        """Run the program on that disk."""
        before: tuple[str, ...] = ()
        if self.namespace is not None:
            before = (*self.namespace, "sh", "-c", SCRIPT, "sh", str(self.home), str(self.original))
        return run_apart(*arguments, home=self.home, market=market, before=before)


def test_writers_say_so_and_leave_everything(stored: World, tmp_path: Path) -> None:
    disk = ReadOnlyDisk(stored.home, tmp_path)
    before = dump(stored.database)
    for command in ("daily", "record"):
        said = disk.run(command, "--lang", "en", market=stored.market)
        one_sentence(said, 1, "db/watchlist.db", "the disk is read-only" if disk.namespace else "denied")
    assert dump(stored.database) == before


def test_the_watchlist_says_so(stored: World, tmp_path: Path) -> None:
    said = ReadOnlyDisk(stored.home, tmp_path).run("watch", "add", "000002.SZ", "--lang", "zh")
    one_sentence(said, 2, "config/local/watchlist.toml")


def test_an_answer_cannot_be_written_there(stored: World, tmp_path: Path) -> None:
    disk = ReadOnlyDisk(stored.home, tmp_path)
    for command in (("recommendations", "--output"), ("export",)):
        said = disk.run(*command, disk.home / "out.csv", "--lang", "en")
        one_sentence(said, 2, "out.csv", "the disk is read-only" if disk.namespace else "denied")


def test_a_first_run_leaves_nothing_half_made(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    disk = ReadOnlyDisk(world.home, tmp_path)
    one_sentence(disk.run("daily", "--lang", "en", market=world.market), 1)
    assert not world.database.exists()


def test_readers_answer_as_ever(stored: World, tmp_path: Path) -> None:
    disk = ReadOnlyDisk(stored.home, tmp_path)
    arguments = ("recommendations", "--json", "--as-of", "2024-06-28")
    assert disk.run(*arguments).rows == run(*arguments, home=stored.home).rows


def test_a_reader_passes_over_no_log(stored: World, tmp_path: Path) -> None:
    """What a stopped writer left in its log is read, or the disk is refused: never a silent answer without it."""
    home = tmp_path / "home"
    shutil.copytree(stored.home, home)
    for name in ("watchlist.db-wal", "watchlist.db-shm"):
        (home / "db" / name).unlink(missing_ok=True)
    # A writer that ends without closing leaves its last commit in the log alone.
    script = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('pragma journal_mode = wal')\n"
        'c.execute("insert into problems (step, subject, message, message_zh, first_seen) values '
        "('update', 'x', 'only in the log', '只在日志中', '2024-06-30')\")\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(home / "db" / "watchlist.db")], check=True)
    (home / "db" / "watchlist.db-shm").unlink(missing_ok=True)
    assert (home / "db" / "watchlist.db-wal").stat().st_size > 0
    said = ReadOnlyDisk(home, tmp_path).run("check", "--json")
    assert said.code == 1
    assert "only in the log" in said.out or "watchlist.db" in said.err
