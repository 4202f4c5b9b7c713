"""Findings about the place of the database: who else gets at it, what disk it is on, which SQLite looks after it."""

import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from watchlist.queries.findings import Finding, finding
from watchlist.storage.place import (
    file_of,
    has_wal_fault,
    network_file_system,
    open_to_others,
    says_holdings,
    synced_folder,
)


def surroundings(connection: sqlite3.Connection, local: Path) -> Iterator[Finding]:
    """Look around the database.

    Args:
        local: the folder of the user's own files.
    """
    database = file_of(connection)
    if database is None:
        return
    yield from _access(connection, database, local)
    folder = database.parent.resolve()
    if kind := network_file_system(folder):
        what = (
            f"the database lies on a network drive ({kind}), where locks do not hold: it can be damaged",
            f"数据库位于网络驱动器（{kind}）上，文件锁不可靠，可能损坏",
        )
        yield finding("warning", what, str(folder), _MOVE)
    if name := synced_folder(folder):
        what = (
            f"the database lies in a folder that {name} copies elsewhere, also half written: it can be damaged",
            f"数据库位于 {name} 的同步文件夹中，可能在写入中途被同步而损坏",
        )
        yield finding("warning", what, str(folder), _MOVE)


_MOVE = (
    "keep it on a disk of this machine (--home, WATCHLIST_HOME), and sync its backups: python main.py backup FOLDER",
    "请放在本机磁盘上（--home 或 WATCHLIST_HOME），只同步备份：python main.py backup 文件夹",
)


def sqlite_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Iterator[Finding]:
    """Say which SQLite this is where it is one with the fault of the write-ahead log, and why that is harmless here."""
    if has_wal_fault(version):
        shown = ".".join(map(str, version))
        en = (
            f"SQLite {shown} can damage what two connections write at one instant (mended in 3.51.3); here one writes "
            "at a time, under a file lock, and readers cannot write"
        )
        zh = (
            f"SQLite {shown} 在两个连接同时写入时可能损坏数据库（3.51.3 已修复）；"
            "本程序凭文件锁一次只有一个写入者，读取者无法写入"
        )
        advice = ("nothing; let no other program write to it", "无需处理；请勿让其他程序写入此数据库")
        yield finding("ok", (en, zh), "SQLite", advice)


def _access(connection: sqlite3.Connection, database: Path, local: Path) -> Iterator[Finding]:
    """Say once a folder that others get at what lies in it, and what closes it."""
    folder = database.parent
    ours = (folder, database, folder / "backups", *_inside(folder / "backups"))  # a log is as open as its database
    for top, paths in ((folder, ours), (local, (local, *_inside(local)))):
        found = open_to_others(paths)
        writable = [path.name for path, how in found.items() if how == "write"]
        readable = [path.name for path in found if path.is_file()]
        if writable:
            en, zh, names = "can change", "可以更改", writable
        elif readable and says_holdings(connection) and top == folder:
            en, zh, names = "can read what you hold, in", "可以读取您的持仓，见", readable
        else:
            continue
        listed = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")  # noqa: PLR2004  (enough to know which)
        close = f"chmod -R go= {shlex.quote(str(top))}"
        yield finding("warning", (f"others on this machine {en} {listed}", f"本机其他用户{zh} {listed}"), str(top),
                      (f"do: {close}", f"请执行：{close}"))  # fmt: skip


def _inside(folder: Path) -> list[Path]:
    return sorted(one for one in folder.glob("*") if one.is_file()) if folder.is_dir() else []
