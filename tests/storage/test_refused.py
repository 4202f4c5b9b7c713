"""What SQLite and the disk refuse with is said in both languages; SQLite itself is made to refuse."""

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from watchlist.domain.errors import DatabaseUnusable, disk_words, refusal
from watchlist.storage.database import reading
from watchlist.storage.refused import refused


def full(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma max_page_count = 3")
        connection.execute("create table a (b text)")
        connection.execute("insert into a values (?)", ("x" * 100_000,))


def foreign(path: Path) -> None:
    path.write_text("a letter to a friend, not a database" * 50, "utf-8")
    sqlite3.connect(path).execute("select * from sqlite_master")


def damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("create table a (b text); insert into a values ('x')")
    path.write_bytes(path.read_bytes()[:4096] + b"\x07" * 4096)
    sqlite3.connect(path).execute("select * from a").fetchall()


def readonly(path: Path) -> None:
    sqlite3.connect(path).execute("create table a (b)")
    sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True).execute("insert into a values (1)")


def absent(path: Path) -> None:
    sqlite3.connect(path / "no" / "folder").execute("select 1")


def without_table(path: Path) -> None:
    sqlite3.connect(path).execute("select * from nowhere")


def broken_rule(path: Path) -> None:
    sqlite3.connect(path).executescript("create table a (b check (b > 0)); insert into a values (-1)")


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("refuse", "english", "chinese"),
    [
        (full, "the disk is full; free some room", "磁盘已满；请先清理"),
        (foreign, "it is no database file", "不是数据库文件"),
        (damaged, "the database file is damaged", "数据库文件已损坏"),
        (readonly, "it is read-only; look at the permissions of the file and its folder",
         "数据库为只读；请检查文件与文件夹的权限"),
        (absent, "it cannot be opened; look at its folder and the permissions there",
         "无法打开数据库文件；请检查文件夹及其权限"),
        (without_table, "no such table: nowhere", "缺少表 nowhere"),
        (broken_rule, "CHECK constraint failed: b > 0", "违反约束 CHECK b > 0"),
    ],
)  # fmt: skip
def test_sqlites_own_refusals_say_what_helps(
    tmp_path: Path, refuse: Callable[[Path], None], english: str, chinese: str
) -> None:
    with pytest.raises(sqlite3.Error) as caught:
        refuse(tmp_path / "a.db")
    assert (refused(caught.value).en, refused(caught.value).zh) == (english, chinese)


def test_a_refusal_nobody_put_into_chinese_stands_in_quotes() -> None:
    assert refused(sqlite3.OperationalError("no quarrel with you")).zh == "SQLite 提示“no quarrel with you”"
    unheard = OSError(9999, "Unheard of")
    assert (disk_words(unheard).en, refusal(unheard).zh) == ("Unheard of", "系统提示 Unheard of。")


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EIO, errno.EFBIG, errno.ENOTDIR])
def test_what_a_disk_refuses_has_no_english_word_in_chinese(number: int) -> None:
    for words in (refusal(OSError(number, os.strerror(number))), disk_words(OSError(number, os.strerror(number)))):
        assert words.en.isascii()
        assert not any(letter.isascii() and letter.isalpha() for letter in words.zh)


def test_a_file_that_is_no_database_is_refused_in_chinese_all_through(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.db"
    path.write_text("a letter to a friend, not a database" * 50, "utf-8")
    with pytest.raises(DatabaseUnusable) as caught, reading(path):
        pass
    assert caught.value.text("zh") == f"{path} 无法使用：不是数据库文件。未作任何更改。"
