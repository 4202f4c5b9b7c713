"""The place of the database: what is made is its owner's alone, and check warns of what others and other disks do."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

import pytest

from tests.cli.program import run
from tests.cli.small_world import EVENING, PUFA, World, make_world
from watchlist.queries.surroundings import sqlite_version, surroundings
from watchlist.storage.database import reading, writing
from watchlist.storage.place import has_wal_fault, network_file_system, open_to_others, shared_folder, synced_folder

posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps who may read in lists of its own")
HOLDINGS: Final = f"证券代码,证券名称,证券数量,成本价\n{PUFA[:6]},浦发银行,100,10.00\n"


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    kept = os.umask(request.param)
    yield request.param
    os.umask(kept)


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


@posix
def test_whatever_is_made_is_the_owners_alone(umask: int, tmp_path: Path) -> None:
    world = make_world(tmp_path)
    (world.market / "held.csv").write_text(HOLDINGS, "utf-8")
    before = modes(world.home)
    review = world.home.parent / "review.html"
    for arguments in (
        ("daily",), ("backup",), ("watch", "add", PUFA),
        ("holdings", "import", world.market / "held.csv", "--account", "甲", "--date", "2024-06-28"),
        ("export", review),
    ):  # fmt: skip
        said = run(*arguments, home=world.home, market=world.market, now=EVENING)
        assert said.code == 0, (arguments, said.err)
    # Its clock shows another year than the prices: it does nothing, and writes that down.
    run("run", "--once", home=world.home, market=world.market, now=EVENING)
    assert os.umask(umask) == umask, "the program gives the umask back"
    made = {name: mode for name, mode in modes(world.home).items() if name not in before}
    for wanted in ("db", "db/watchlist.db", "db/watchlist.db.lock", "db/backups", "db/logs", "db/logs/run.log",
                   "config/local/watchlist.toml"):  # fmt: skip
        assert wanted in made, sorted(made)
    assert any(name.endswith("-config.zip") for name in made)
    wrong = {name: oct(mode) for name, mode in made.items() if mode & 0o077}
    assert wrong == {}
    # What a person asked for at a place of his own choice is as his shell makes files.
    assert stat.S_IMODE(review.stat().st_mode) == 0o666 & ~umask


@posix
@pytest.mark.usefixtures("umask")
def test_the_log_beside_the_database_is_closed_too(tmp_path: Path) -> None:
    from watchlist.ledger.private import private  # noqa: PLC0415 - beside what it is tried with

    with private(), writing(tmp_path / "db" / "watchlist.db") as database:
        database.conn.execute("begin immediate")
        database.conn.execute("insert into coverage (symbol, asked_since) values ('600000.SH', '2024-01-01')")
        database.conn.execute("commit")
        found = modes(tmp_path / "db")
    assert {"watchlist.db", "watchlist.db-wal", "watchlist.db-shm"} <= found.keys()
    assert {mode & 0o077 for mode in found.values()} == {0}


# What check says.


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path)
    assert run("daily", home=world.home, market=world.market, now=EVENING).code == 0
    return world


def findings(world: World) -> list[dict[str, Any]]:
    said = run("check", "--json", home=world.home, now=EVENING)
    assert said.code in {0, 1}
    import json  # noqa: PLC0415 - only here

    return [one for one in json.loads(said.out)["findings"] if "others" in one["what"]]


@posix
def test_check_says_when_others_can_change_the_database(world: World) -> None:
    assert findings(world) == []
    world.database.chmod(0o666)
    assert findings(world) == [], "the folder keeps them out"
    world.database.parent.chmod(0o755)
    (found,) = findings(world)
    assert found["level"] == "warning"
    assert found["what"] == "others on this machine can change watchlist.db"
    assert found["advice"] == f"do: chmod -R go= {world.database.parent}"
    assert found["what_zh"] == "本机其他用户可以更改 watchlist.db"
    world.database.chmod(0o644)
    assert findings(world) == [], "a reader learns what brokers printed, no more"


@posix
def test_check_says_when_others_can_read_what_is_held(world: World) -> None:
    (world.market / "held.csv").write_text(HOLDINGS, "utf-8")
    arguments = ("holdings", "import", world.market / "held.csv", "--account", "甲", "--date", "2024-06-28")
    assert run(*arguments, home=world.home, now=EVENING).code == 0
    assert findings(world) == []
    world.database.parent.chmod(0o755)
    world.database.chmod(0o644)
    (found,) = findings(world)
    assert found["what"] == "others on this machine can read what you hold, in watchlist.db"


@posix
def test_check_says_when_others_can_change_the_ledger(world: World) -> None:
    local = world.home / "config" / "local"
    local.chmod(0o777)
    (found,) = findings(world)
    assert found["where"] == str(local)
    assert "local" in found["what"]


@posix
def test_a_file_is_as_closed_as_its_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o700)
    file = inner / "file"
    file.touch()
    file.chmod(0o666)
    assert open_to_others([file, tmp_path / "nowhere"]) == {}
    inner.chmod(0o701)
    assert open_to_others([file]) == {file: "write"}
    file.chmod(0o604)
    assert open_to_others([file]) == {file: "read"}
    file.chmod(0o640)
    assert open_to_others([file]) == {}, "the group cannot enter the folder"


# Mounts as Linux lists them (proc_pid_mountinfo(5)); the shared fields are of no account here.
MOUNTS: Final = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /mnt/nas rw,relatime shared:20 - nfs4 nas:/export rw,vers=4.2
41 22 0:36 / /mnt/with\\040blank rw,relatime - cifs //server/share rw
42 40 8:2 / /mnt/nas/local rw,relatime - xfs /dev/sdb1 rw
43 22 0:40 / /home/me/far rw - fuse.sshfs me@far: rw
44 22 0:41 / /home/me/near rw - fuse.fuseblk /dev/sdc1 rw
45 22 0:42 / /twice rw - nfs a:/b rw
46 22 0:43 / /twice rw - tmpfs tmpfs rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/watchlist/db", None), ("/mnt/nas/watchlist/db", "nfs4"), ("/mnt/nas", "nfs4"),
        ("/mnt/nas/local/db", None), ("/mnt/nasty/db", None), ("/mnt/with blank/db", "cifs"),
        ("/home/me/far/db", "fuse.sshfs"), ("/home/me/near/db", None), ("/twice/db", None),
    ],
)  # fmt: skip
@posix
def test_a_network_file_system_is_known_by_its_mount(path: str, kind: str | None) -> None:
    assert network_file_system(Path(path), MOUNTS) == kind


def test_this_machines_own_table_can_be_read(tmp_path: Path) -> None:
    network_file_system(tmp_path)
    assert network_file_system(tmp_path, "") is None


def test_a_share_of_windows_is_known_by_its_path() -> None:
    assert shared_folder(PureWindowsPath(r"\\nas\stocks\watchlist\db")) == r"\\nas\stocks"
    assert shared_folder(PureWindowsPath(r"C:\Users\王\watchlist\db")) is None
    assert shared_folder(PureWindowsPath(r"\\?\C:\watchlist")) is None
    assert shared_folder(PurePosixPath("/home/me")) is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PureWindowsPath(r"C:\Users\王\OneDrive\watchlist\db"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\w\OneDrive - Fund Ltd\db"), "OneDrive"),
        (PurePosixPath("/Users/w/Library/CloudStorage/OneDrive-Fund/db"), "OneDrive"),
        (PurePosixPath("/home/w/Dropbox/db"), "Dropbox"),
        (PurePosixPath("/home/w/Dropbox (Fund)/db"), "Dropbox"),
        (PurePosixPath("/Users/w/Library/Mobile Documents/com~apple~CloudDocs/db"), "iCloud"),
        (PureWindowsPath(r"C:\Users\w\iCloudDrive\db"), "iCloud"),
        (PureWindowsPath(r"D:\我的坚果云\db"), "坚果云"),
        (PurePosixPath("/home/w/Nutstore Files/db"), "坚果云"),
        (PurePosixPath("/Users/w/Library/CloudStorage/GoogleDrive-me@x.com/db"), "Google Drive"),
        (PureWindowsPath(r"D:\BaiduSyncdisk\db"), "百度网盘"),
        (PurePosixPath("/home/w/dropbox-notes.txt/db"), "Dropbox"),
        (PurePosixPath("/home/w/my-dropbox/db"), None),
        (PurePosixPath("/home/w/watchlist/db"), None),
    ],
)
def test_a_synced_folder_is_known_by_its_name(path: PurePosixPath, name: str | None) -> None:
    assert synced_folder(path) == name


@pytest.mark.parametrize("name", ["OneDrive", "我的坚果云", "Dropbox"])
def test_check_says_when_the_database_lies_in_a_synced_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "db" / "watchlist.db"
    with writing(path):
        pass
    path.parent.chmod(0o700)
    with reading(path) as connection:
        (found,) = surroundings(connection, tmp_path / "nowhere")
    assert "can be damaged" in found["what"]
    assert "backup FOLDER" in found["advice"]


# sqlite.org: from 3.7.0 to 3.51.2, mended in 3.51.3, 3.50.7 and 3.44.6.
@pytest.mark.parametrize(
    ("version", "bad"),
    [
        ((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False),
        ((3, 45, 0), True), ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)  # fmt: skip
def test_the_versions_with_the_fault_of_the_log_are_told(version: tuple[int, ...], bad: bool) -> None:  # noqa: FBT001
    assert has_wal_fault(version) is bad
    said = list(sqlite_version(version))
    assert len(said) == bad
    for one in said:
        assert one["level"] == "ok"
        assert ".".join(map(str, version)) in one["what"]


def test_one_writer_makes_it_harmless(world: World) -> None:
    """What check says of it must be so: a reader can neither write nor fold the log in."""
    with reading(world.database) as connection:
        with closing(connection.execute("pragma query_only")):
            pass
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("insert into coverage (symbol, asked_since) values ('600000.SH', '2024-01-01')")
        before = world.database.stat().st_mtime_ns
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    assert world.database.stat().st_mtime_ns == before


def test_deep_says_the_version_of_sqlite(world: World) -> None:
    said = run("check", "--deep", "--json", home=world.home, now=EVENING)
    shown = [one for one in said.rows["findings"] if one["where"] == "SQLite"] if said.code == 0 else []
    assert len(shown) == has_wal_fault(sqlite3.sqlite_version_info)
