"""Integrity: what is wrong with the database file, in words, and which backup still holds it whole."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchlist.domain.errors import WatchlistError, Words
from watchlist.storage.backup import backups, examined
from watchlist.storage.database import new_schema
from watchlist.storage.health import Injuries, injuries

_PARTS = {
    "fetch": Words("the rows of fetch {part}", "第 {part} 次抓取的数据"),
    "session": Words("the bars and actions of {part}", "{part} 的行情与除权数据"),
    "score_run": Words("score run {part}", "第 {part} 次评分"),
    "score_file": Words("the record and groups of score file {part}", "第 {part} 个评分文件的记录与分组"),
    "reports": Words("the reports recorded at {part}", "{part} 记录的研报"),
    "recommendations": Words("the recommendations recorded at {part}", "{part} 记录的推荐"),
    "closings": Words("the closings recorded at {part}", "{part} 记录的结束"),
    "holdings": Words("the holdings of {part}", "{part} 的持仓"),
    "securities": Words("the securities recorded at {part}", "{part} 记录的证券"),
    "documents": Words("the settings recorded at {part}", "{part} 记录的设置"),
}


@dataclass(frozen=True, slots=True)
class Injury:
    """One thing that is wrong: where, and the sentence a person reads."""

    where: str
    words: Words


def found_injuries(connection: sqlite3.Connection) -> list[Injury]:
    """Look at every page and every row and say what is wrong; empty where all is well."""
    return list(in_words(injuries(connection, new_schema(connection))))


def newest_whole(folder: Path) -> tuple[Path | None, Sequence[Path]]:
    """Look through the backups of a folder, newest first.

    Returns:
        the newest whole one, ``None`` where there is none, and the newer ones that are not whole.
    """
    bad: list[Path] = []
    for path in reversed(backups(folder)):
        try:
            if not examined(path):
                return path, bad
        except WatchlistError:
            pass
        bad.append(path)
    return None, bad


def in_words(wrong: Injuries) -> Iterator[Injury]:
    """Say what is wrong, a sentence each."""
    for one in wrong.structure:
        yield Injury("db", Words(f"the database is damaged: {one}", f"数据库已损坏：{one}"))
    for name in wrong.rules:
        yield Injury(name, Words(f"{name} is missing or not as this program made it", f"{name} 缺失，或已非本程序所建"))
    for symbol, session in wrong.rows:
        en = f"{symbol} {session} is not what was written: a bit changed by itself, or another program wrote here"
        yield Injury(symbol, Words(en, f"{symbol} {session} 与写入时不符：数据位自行改变，或被其他程序改动"))
    named = {session for _, session in wrong.rows}
    for lost in wrong.broken:
        if (lost.kind == "session" and lost.part in named) or (lost.kind == "fetch" and named):
            continue
        part = _PARTS[lost.kind]
        counted = Words("", "")
        if lost.rows != lost.found:
            counted = Words(
                f" ({lost.found} rows, {lost.rows} written)", f"（现有 {lost.found} 行，写入 {lost.rows} 行）"
            )
        yield Injury("db", Words(
            f"{part.en.format(part=lost.part)} are not what was written{counted.en}",
            f"{part.zh.format(part=lost.part)}与写入时不符{counted.zh}"))  # fmt: skip
