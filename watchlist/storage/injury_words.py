"""What is wrong with a database file, a sentence each, in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchlist.domain.errors import Words, counted
from watchlist.storage.health import Injuries

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


def in_words(wrong: Injuries) -> Iterator[Injury]:
    """Say what is wrong, a sentence each."""
    for one in wrong.structure:
        yield Injury("db", Words(f"the database is damaged: {one.en}", f"数据库已损坏：{one.zh}"))
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
        rows = Words("", "")
        if lost.rows != lost.found:
            rows = Words(
                f" ({counted(lost.found, 'row')}, {lost.rows} written)",
                f"（现有 {lost.found} 行，写入 {lost.rows} 行）",
            )
        yield Injury("db", Words(
            f"{part.en.format(part=lost.part)} are not what was written{rows.en}",
            f"{part.zh.format(part=lost.part)}与写入时不符{rows.zh}"))  # fmt: skip
