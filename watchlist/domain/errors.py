"""Errors that a person reads: each class is one case, takes the facts, and builds one sentence in two languages."""

import errno
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in English and Chinese: a fact of a sentence that is itself worded."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en

    def ended(self) -> "Words":
        """Give the words as the end of a sentence."""
        return Words(f"{self.en}.", f"{self.zh}。")


def counted(count: int, one: str, more: str | None = None) -> str:
    """Write a number with what it counts in English: ``1 share``, ``2 shares``.

    Args:
        more: the words for none or several, where they are not ``one`` with an s.
    """
    return f"{count} {one}" if count == 1 else f"{count} {f'{one}s' if more is None else more}"


class WatchlistError(Exception):
    """The root of every error this program raises on purpose.

    A subclass holds its sentence twice, as format strings over the facts given to the constructor by keyword.
    """

    en: ClassVar[str] = "{message}"
    zh: ClassVar[str] = "{message}"
    exit_code: ClassVar[int] = 1

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), **self.facts), ()

    def text(self, language: str) -> str:
        """Give the sentence in ``language`` (``"zh"`` or anything else for English), on one line."""
        sentence = self.zh if language == "zh" else self.en
        facts = {name: _spoken(fact, language) for name, fact in self.facts.items()}
        return " ".join(sentence.format_map(facts).split())


def _spoken(fact: object, language: str) -> object:
    if isinstance(fact, Words):
        return fact.zh if language == "zh" else fact.en
    return fact


_ELSEWHERE: Final = Words("choose another place", "请换一个位置")
_ASK: Final = Words("choose another place, or ask for it", "请换一个位置，或申请权限")
_ROOM: Final = Words("free some room", "请先清理")
# What a disk refuses with, and what helps where it is written to.
_DISK: Final = {
    errno.EACCES: (Words("permission is denied", "没有权限"), _ASK),
    errno.EPERM: (Words("permission is denied", "没有权限"), _ASK),
    errno.EROFS: (Words("the disk is read-only", "磁盘为只读"), _ELSEWHERE),
    errno.ENOSPC: (Words("the disk is full", "磁盘已满"), _ROOM),
    errno.EDQUOT: (Words("your share of the disk is full", "磁盘配额已满"), _ROOM),
    errno.EFBIG: (Words("the file would become too large for the disk", "文件超出磁盘允许的大小"), _ELSEWHERE),
    errno.EIO: (Words("the disk fails", "磁盘读写出错"), Words("look at the disk", "请检查磁盘")),
    errno.ENOENT: (Words("its folder is not there", "所在文件夹不存在"), Words("make it first", "请先建立")),
    errno.EISDIR: (Words("it is a folder", "这是一个文件夹"), None),
    errno.ENOTDIR: (Words("a part of its path is no folder", "路径中有一段不是文件夹"), None),
    errno.ENAMETOOLONG: (Words("its name is too long", "名称过长"), None),
    errno.ELOOP: (Words("its links lead in a circle", "链接互相指向"), None),
    errno.EEXIST: (Words("something of that name is there already", "已有同名的文件或文件夹"), None),
    errno.EBUSY: (Words("another program holds it", "正被其他程序占用"), Words("close that first", "请先关闭该程序")),
    errno.EMFILE: (Words("too many files are open", "打开的文件过多"), None),
}  # fmt: skip


def disk_words(error: OSError) -> Words:
    """Say what a disk refuses with, as a part of a sentence; in Chinese the system's own words are marked as such."""
    return _refused(error)[0]


def _refused(error: OSError) -> tuple[Words, Words | None]:
    """Give what a disk refuses with, and what helps where that is known."""
    said = error.strerror or type(error).__name__
    return _DISK.get(error.errno or 0, (Words(said, f"系统提示 {said}"), None))


def refusal(error: OSError) -> Words:
    """Say why a disk refuses to be written and what helps, as the end of a sentence."""
    what, advice = _refused(error)
    return (what if advice is None else Words(f"{what.en}; {advice.en}", f"{what.zh}；{advice.zh}")).ended()


class UsageMistake(WatchlistError):
    """What the user typed cannot be answered as typed."""

    exit_code = 2


class UnknownSymbol(UsageMistake):
    en = '"{text}" is no security this watchlist knows.{hint}'
    zh = "“{text}”不是本清单认识的证券。{hint}"


class AmbiguousSymbol(UsageMistake):
    en = '"{text}" may be {candidates}: write the one you mean.'
    zh = "“{text}”可能是 {candidates}：请写明是哪一个。"


class UnknownWord(UsageMistake):
    en = '{option} does not know "{text}".{hint}'
    zh = "{option} 不认识“{text}”。{hint}"


class FutureDate(UsageMistake):
    en = "{option} {date} lies in the future: today is {today}."
    zh = "{option} {date} 在未来：今天是 {today}。"


class BadDate(UsageMistake):
    en = '{option} "{text}" is not a date: write it as 2024-06-14.'
    zh = "{option} “{text}”不是日期：请写成 2024-06-14。"


class DatesApart(UsageMistake):
    en = "{first} {start} is after {last} {end}: swap them."
    zh = "{first} {start} 晚于 {last} {end}：请对调。"


class MarketFolderMissing(UsageMistake):
    en = "WATCHLIST_MARKET names {path}, which has no folder bars/ with CSV files in it, nor a bars.parquet."
    zh = "WATCHLIST_MARKET 所指的 {path} 中既没有含 CSV 的 bars/ 目录，也没有 bars.parquet。"


class TrustOfOne(UsageMistake):
    en = (
        "A source is trusted for one security at a time: python main.py update --symbol SYMBOL "
        "--trust {source}, and no more."
    )
    zh = "每次只能就一只证券采信来源：python main.py update --symbol 代码 --trust {source}，不带其他选择。"


class UnsafePath(UsageMistake):
    en = "{path} cannot be written: {reason}"
    zh = "{path} 无法写入：{reason}"


class ConfigProblem(WatchlistError):
    """A file in ``config/`` says something it should not."""

    en = "{file}: {where}: {what}.{hint}"
    zh = "{file}：{where}：{what}。{hint}"


class MissingFile(ConfigProblem):
    en = "{file} is missing: restore it from git, or from a fresh checkout."
    zh = "缺少 {file}：请从 git 或全新的检出中恢复。"


class MarketFileProblem(WatchlistError):
    """A local price file cannot be trusted as it is; nothing of it is stored."""

    en = "{file}, line {line}: {what}; nothing of this file was stored."
    zh = "{file} 第 {line} 行：{what}；该文件未写入任何内容。"


class MarketRowProblem(MarketFileProblem):
    """A row of one security in a file of many is wrong."""

    en = "{file}, line {line}: {what}; nothing of {symbol} was stored."
    zh = "{file} 第 {line} 行：{what}；{symbol} 的数据未写入。"


class TruncatedFile(MarketFileProblem):
    en = "{file} ends in the middle of line {line}: it was cut short; nothing of it was stored. Copy it again."
    zh = "{file} 在第 {line} 行中断：文件不完整，未写入任何内容。请重新复制。"


class EmptyDatabase(WatchlistError):
    en = "There is nothing to answer from yet: run python main.py daily first (or python main.py demo to look around)."
    zh = "还没有可供查询的内容：请先运行 python main.py daily（或 python main.py demo 先看看）。"


class NewerDatabase(WatchlistError):
    en = (
        "{path} was written by a newer version of watchlist (it knows migration {migration}): "
        "update the program, or point --home at another folder."
    )
    zh = "{path} 由更新版本的 watchlist 写成（含迁移 {migration}）：请升级程序，或用 --home 指定其他目录。"


class ForeignSettings(WatchlistError):
    en = (
        "This program cannot read the settings that this answer goes by ({reason}): another version of watchlist "
        "recorded them. Update the program, or record today's settings with python main.py daily."
    )
    zh = (
        "本程序无法读取该结果所依据的设置（{reason}）：它由另一版本的 watchlist 记录。"
        "请升级程序，或运行 python main.py daily 重新记录当前设置。"
    )


class OlderDatabase(WatchlistError):
    en = (
        "{path} was written by an older version of watchlist: run python main.py daily once (for the demo: demo), "
        "which keeps a copy and brings it up to date."
    )
    zh = "{path} 由旧版 watchlist 写成：请先运行一次 python main.py daily（演示则为 demo），升级前会自动留存副本。"


class DatabaseBusy(WatchlistError):
    en = "Another watchlist{who} is writing to {path}: wait until it ends, then try again."
    zh = "另一个 watchlist{who}正在写入 {path}：请等它结束后再试。"


class AlreadyRunning(WatchlistError):
    en = "Another run{who} looks after {path} already: leave it at work, or stop it first."
    zh = "另一个 run{who}已在维护 {path}：让它继续即可，或先将其停止。"


class ClockDoubted(WatchlistError):
    en = (
        "The clock says {clock}, and the newest bar that any source has of {benchmark} is of {newest}: nothing is done "
        "until the two agree. Set the clock of this machine; where it is right, the sources are behind."
    )
    zh = (
        "本机时钟为 {clock}，而各来源中 {benchmark} 最新的行情是 {newest}：两者相符之前不做任何工作。"
        "请校准本机时钟；如时钟无误，则是来源滞后。"
    )


class DatabaseUnusable(WatchlistError):
    en = "{path} cannot be used: {reason}. Nothing was changed."
    zh = "{path} 无法使用：{reason}。未作任何更改。"


class BackupDamaged(WatchlistError):
    en = "{path} is not whole ({reason}): nothing was kept or changed. Run python main.py check --deep."
    zh = "{path} 不完整（{reason}）：未保留也未更改任何内容。请运行 python main.py check --deep。"


class NoMembers(WatchlistError):
    en = (
        "Theme {theme} has no recommendation open on {date}: use --members point-in-time (who joined later) "
        "or --members today (who is in it now)."
    )
    zh = (
        "主题 {theme} 在 {date} 没有未到期的推荐："
        "可用 --members point-in-time（期间加入的）或 --members today（事后成分）。"
    )


class NoExchangeRate(WatchlistError):
    en = (
        "There is no exchange rate from {own} to {wanted} yet: run python main.py watch add {own}{wanted}.FX, then "
        "python main.py daily, and do what it says."
    )
    zh = (
        "还没有 {own} 兑 {wanted} 的汇率：请先运行 python main.py watch add {own}{wanted}.FX，"
        "再运行 python main.py daily 并按提示操作。"
    )


class SourceUnreachable(WatchlistError):
    en = "No price source can be reached from here ({sources})."
    zh = "当前网络无法访问任何行情来源（{sources}）。"
