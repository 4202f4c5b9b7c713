"""Where the database lies: who else can read or change it there, and whether the disk below keeps SQLite's promises."""

import os
import re
import sqlite3
import stat
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Final

# File systems of other machines, as Linux names them: their locks do not hold, and SQLite stands on locks.
_NETWORK: Final = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "gpfs", "beegfs",
    "ocfs2", "gfs2", "davfs", "coda", "fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.davfs2", "fuse.s3fs",
    "fuse.cephfs", "fuse.gvfsd-fuse", "fuse.smbnetfs",
})  # fmt: skip
_MOUNTS: Final = Path("/proc/self/mountinfo")
# A folder of one of these names is carried to other machines file by file, also in the middle of a write.
_SYNCED: Final = {
    "OneDrive": re.compile(r"(?i)onedrive( ?-.*)?"),
    "Dropbox": re.compile(r"(?i)dropbox( \(.*\)|-.*)?"),
    "iCloud": re.compile(r"(?i)icloud ?drive|mobile documents|com~apple~clouddocs"),
    "坚果云": re.compile(r"(?i)(我的)?坚果云.*|nutstore.*"),
    "Google Drive": re.compile(r"(?i)google ?drive(-.*)?"),
    "百度网盘": re.compile(r"(?i)baidusync(disk)?|百度网盘.*"),
}
# SQLite versions that mended the fault of the write-ahead log, by series; sqlite.org, "WAL-reset bug".
_FIRST_BAD: Final = (3, 7, 0)
_FIRST_GOOD: Final = (3, 51, 3)
_BACK_PORTS: Final = {(3, 50): 7, (3, 44): 6}


def file_of(connection: sqlite3.Connection) -> Path | None:
    """Give the file that a connection has opened; ``None`` of a database that lies in memory."""
    file = connection.execute("pragma database_list").fetchone()[2]
    return Path(file) if file else None


def says_holdings(connection: sqlite3.Connection) -> bool:
    """Say whether the database says what anybody holds."""
    return bool(connection.execute("select exists (select 1 from holdings)").fetchone()[0])


def open_to_others(paths: Iterable[Path]) -> dict[Path, str]:
    """Say which of these others can ``write`` or ``read``; nothing on Windows, which keeps that in lists of its own.

    A file is as closed as the folder it lies in.
    """
    if os.name != "posix":
        return {}
    found = {}
    for path in paths:
        try:
            mode, around = path.stat().st_mode, path.parent.stat().st_mode
        except OSError:
            continue
        reach = _searchable(around) if stat.S_ISREG(mode) else 0o077
        if mode & 0o022 & reach:
            found[path] = "write"
        elif mode & 0o044 & reach:
            found[path] = "read"
    return found


def _searchable(folder: int) -> int:
    """Give the permission bits of those who can get at what is in a folder of this mode."""
    return (0o070 if folder & 0o010 else 0) | (0o007 if folder & 0o001 else 0)


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """Name the network file system a path lies on (``nfs4``, ``cifs``, a share of Windows); ``None`` on a local disk.

    Args:
        mounts: Linux' table of mounts (proc_pid_mountinfo(5)); that of this process unless given. Systems without one,
            but Windows, answer ``None``.
    """
    if share := shared_folder(PurePath(path.resolve())):
        return share
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text("utf-8", errors="replace")
        except OSError:
            return None
    whole, best, kind = path.resolve(), -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:  # noqa: PLR2004  (the mount point is the fifth)
            continue
        point = Path(re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), fields[4]))
        # Of two mounts on one point the later one is seen.
        if whole.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split()[0]
    return kind if kind in _NETWORK else None


def shared_folder(path: PurePath) -> str | None:
    r"""Give the share of a Windows path on another machine, ``\\server\share``; mapped letters resolve to it."""
    drive = path.drive
    return drive if drive.startswith("\\\\") and not drive.startswith(("\\\\?\\", "\\\\.\\")) else None


def synced_folder(path: PurePath) -> str | None:
    """Name the service that carries a folder to other machines, by the folders' names; ``None`` where none does."""
    return next((name for part in path.parts for name, usual in _SYNCED.items() if usual.fullmatch(part)), None)


def has_wal_fault(version: tuple[int, ...]) -> bool:
    """Say whether this SQLite may break a write-ahead log that two connections write or fold in at the same instant."""
    if not _FIRST_BAD <= version < _FIRST_GOOD:
        return False
    return version[2] < _BACK_PORTS.get((version[0], version[1]), version[2] + 1)
