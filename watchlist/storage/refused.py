"""What SQLite or the disk refuses with, as a part of a sentence in both languages."""

import re
import sqlite3
from typing import Final

from watchlist.domain.errors import Words, disk_words

# SQLite's sentence, and what it is in both languages; English stays as it came where it says all that Chinese does.
# The groups are the facts in it.
_SAID: Final = tuple(
    (re.compile(pattern), english, chinese)
    for pattern, english, chinese in (
        (r"database disk image is malformed", "the database file is damaged", "数据库文件已损坏"),
        (r"file is not a database", "it is no database file", "不是数据库文件"),
        (r"database or disk is full", "the disk is full; free some room", "磁盘已满；请先清理"),
        (r"disk I/O error", "the disk fails; look at it and at the room on it", "磁盘读写出错；请检查磁盘与剩余空间"),
        (
            r"attempt to write a readonly database",
            "it is read-only; look at the permissions of the file and its folder",
            "数据库为只读；请检查文件与文件夹的权限",
        ),
        (
            r"unable to open database file",
            "it cannot be opened; look at its folder and the permissions there",
            "无法打开数据库文件；请检查文件夹及其权限",
        ),
        (r"database (?:table )?is locked", "another program holds it", "正被其他程序占用"),
        (r"no such table: (.+)", "", "缺少表 {0}"),
        (r"no such column: (.+)", "", "缺少列 {0}"),
        (r"(?:UNIQUE|PRIMARY KEY) constraint failed: (.+)", "", "{0} 重复"),
        (r"(\w+) constraint failed(?:: (.+))?", "", "违反约束 {0} {1}"),
    )
)


def refused(error: sqlite3.Error | OSError) -> Words:
    """Put what was refused into words; what has no Chinese here stands in quotes as it came."""
    if isinstance(error, OSError):
        return disk_words(error)
    return sqlite_words(str(error))


def sqlite_words(said: str) -> Words:
    """Put a sentence of SQLite's into both languages."""
    for pattern, english, chinese in _SAID:
        if match := pattern.search(said):
            return Words(english or said, chinese.format(*(fact or "" for fact in match.groups())).strip())
    return Words(said, f"SQLite 提示“{said}”")
