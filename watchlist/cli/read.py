"""The command that reads reports: a file, a folder or pasted text becomes a draft, and on --accept a ledger file."""

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from watchlist.cli import hand
from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.domain.errors import UsageMistake, WatchlistError
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.ledger.draft import Reading
    from watchlist.reading.about import Told
    from watchlist.reading.names import Names

_CLIPBOARDS: Final = (
    ("powershell", "-NoProfile", "-Command", "[Console]::OutputEncoding=[Text.Encoding]::UTF8; Get-Clipboard -Raw"),
    ("pbpaste",),
    ("wl-paste", "--no-newline"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xsel", "--clipboard", "--output"),
)
_LONGEST_QUOTE: Final = 60


class NothingToRead(UsageMistake):
    """Neither a file, nor standard input, nor the clipboard is named."""

    en = "Name a file, a folder, - for standard input, or --clipboard."
    zh = "请指明文件、文件夹、-（标准输入）或 --clipboard。"


class NoClipboard(UsageMistake):
    """The machine has no clipboard that can be read."""

    en = "The clipboard cannot be read here: paste the text into python main.py read - instead."
    zh = "此处无法读取剪贴板：请改用 python main.py read - 并粘贴文字。"


class OneAtATime(UsageMistake):
    """What is said of one report is asked for several."""

    en = "{option} speaks of one report: read the files one by one."
    zh = "{option} 只适用于一份研报：请逐个读取。"


@dataclass(frozen=True, slots=True)
class Wished:
    """The options of one reading as typed."""

    clipboard: bool
    published: str | None
    broker: str | None
    title: str | None
    evidence: str | None
    accept: bool
    page: Path | None
    as_json: bool


@command(
    "read",
    en="Read a broker's report into a draft; --accept takes it into your ledger.",
    zh="读取券商研报生成草稿；--accept 写入台账。",
    example="read report.pdf --accept",
)
@click.argument("files", nargs=-1, metavar="FILE|FOLDER|-")
@option("--clipboard", is_flag=True, en="Read what is on the clipboard.", zh="读取剪贴板。")
@option("--published", metavar="DATE", en="Its day, where the text is silent.", zh="研报日期（文中未写时）。")
@option("--broker", metavar="NAME", en="Its broker, where the text is silent.", zh="券商（文中未写时）。")
@option("--title", metavar="TEXT", en="Its title, where the text is silent.", zh="标题（文中未写时）。")
@option("--evidence", metavar="TEXT", en="How you know its day.", zh="日期的依据。")
@option("--accept", is_flag=True, en="Write it to config/local/reports/.", zh="写入 config/local/reports/。")
@option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    en="Write a page with everything found highlighted.",
    zh="输出高亮显示的网页。",
)
@option(
    "--json", "as_json", is_flag=True, en="Give the draft as JSON; writes nothing.", zh="以 JSON 输出；不写任何文件。"
)
@shared
def read(files: tuple[str, ...], **options: Any) -> int:  # noqa: ANN401  (click's own)
    """Read reports."""
    return _answer(files, Wished(**options))


def _answer(files: tuple[str, ...], wished: "Wished") -> int:
    from watchlist.reading.about import Told
    from watchlist.steps.read import draft_object, load_names

    app = current()
    told = Told(
        wished.broker or None, past(date_of(wished.published, "--published"), "--published", app), wished.title or None
    )
    sources = _sources(files, clipboard=wished.clipboard)
    for name, value in (
        ("--published", wished.published),
        ("--title", wished.title),
        ("--evidence", wished.evidence),
        ("--page", wished.page),
    ):
        if value and len(sources) > 1:
            raise OneAtATime(option=name)
    names = load_names(app.home)
    readings, failed = [], 0
    for source in sources:
        try:
            readings.append(_read(source, names, told, app.today))
        except WatchlistError as error:
            if len(sources) == 1:
                raise
            failed += 1
            app.tell(error.text("en"), error.text("zh"))
    if wished.as_json:
        drafts = [draft_object(reading) for reading in readings]
        whole = drafts[0] if len(sources) == 1 else drafts
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return 1 if failed else 0
    for reading in readings:
        _show(app, draft_object(reading), reading.file)
        if wished.page:
            _write_page(app, wished.page, reading)
        if wished.accept:
            failed += _accept(app, reading, wished.evidence, alone=len(sources) == 1)
    return 1 if failed else 0


def _sources(files: Sequence[str], *, clipboard: bool) -> list[Path | bytes]:
    from watchlist.steps.inbox import inbox_files

    sources: list[Path | bytes] = [_clipboard()] if clipboard else []
    for name in files:
        if name == "-":
            sources.append(sys.stdin.buffer.read())
        elif Path(name).is_dir():
            sources += inbox_files(Path(name))
        else:
            sources.append(Path(name))
    if not sources:
        raise NothingToRead
    return sources


def _clipboard() -> bytes:
    for tool in _CLIPBOARDS:
        if shutil.which(tool[0]):
            done = subprocess.run(tool, capture_output=True, check=False, timeout=20)  # noqa: S603 - fixed words
            if done.returncode == 0:
                return done.stdout
    raise NoClipboard


def _read(source: Path | bytes, names: "Names", told: "Told", today: dt.date) -> "Reading":
    from watchlist.steps.read import read_bytes, read_file

    if isinstance(source, bytes):
        return read_bytes(source, "-", names, told, today)
    return read_file(source, names, told, today)


def _show(app: App, draft: dict[str, Any], file: str) -> None:
    from watchlist.output.columns import Column
    from watchlist.output.table import plain, print_table

    columns = [
        Column("theme", "Theme", "主题"),
        Column("name", "Name", "名称"),
        Column("symbol", "Symbol", "代码"),
        Column("strength", "Strength", "力度", "word"),
        Column("verb", "Verb", "用语"),
        Column("rating", "Rating", "评级"),
        Column("target_price", "Target", "目标价", "price"),
        Column("quote", "Quote", "原文"),
    ]
    report = draft["report"]
    rows = [{**one, "quote": _around(one["quotes"][0])} for one in draft["recommendations"]]
    unknown = app.say("not said", "未写明")
    title = " · ".join(str(report[key] or unknown) for key in ("broker", "published", "title"))
    print_table(rows, columns, app.language, sys.stdout, title=f"{file}: {title}")
    for one in draft["sector_calls"]:
        what = "、".join(one["what"])
        click.echo(
            str(
                plain(
                    app.say(
                        f"Sector: {one['verb'] or one['rating']} {what}", f"行业：{one['verb'] or one['rating']} {what}"
                    )
                )
            )
        )
    for one in draft["problems"]:
        text = app.say(f"Problem at {one['start']}: {one['what']}", f"第 {one['start']} 字：{one['what_zh']}")
        click.echo(str(plain(text)), err=True)


def _around(quote: dict[str, Any]) -> str:
    words = " ".join(quote["text"].split())
    if len(words) <= _LONGEST_QUOTE:
        return words
    at = max(0, (quote["name_start"] or quote["start"]) - quote["start"] - _LONGEST_QUOTE // 2)
    return ("…" if at else "") + words[at : at + _LONGEST_QUOTE] + "…"


def _write_page(app: App, path: Path, reading: "Reading") -> None:
    from watchlist.domain.errors import UnsafePath
    from watchlist.output.draft_page import draft_page
    from watchlist.steps.read import draft_object

    try:
        path.write_text(draft_page(draft_object(reading), reading.raw, app.language), "utf-8")
    except OSError as error:
        raise UnsafePath(path=path, reason=f"{error.strerror or type(error).__name__}.") from error
    app.tell(f"The text with everything found is in {path}.", f"高亮全文已写入 {path}。")


def _accept(app: App, reading: "Reading", evidence: str | None, *, alone: bool) -> int:
    from watchlist.output.table import plain
    from watchlist.steps.inbox import accept

    try:
        result = accept(app.home, reading, evidence)
    except WatchlistError as error:
        if alone:
            raise
        app.tell(error.text("en"), error.text("zh"))
        return 1
    path = app.home.shown(result.path)
    if result.outcome == "written":
        app.tell(
            f"Written to {path}; python main.py daily scores it.", f"已写入 {path}；运行 python main.py daily 评分。"
        )
    elif result.outcome == "unchanged":
        app.tell(f"{path} says the same already: nothing was changed.", f"{path} 内容相同：未作任何更改。")
    else:
        app.tell(
            f"{path} is there and says otherwise; it stays as it is. What a new reading would change:",
            f"{path} 已存在且内容不同，保持不变。重新读取的差异：",
        )
        for line in result.differences:
            click.echo(str(plain(line)), err=True)
    return 0


COMMANDS: tuple[click.Command, ...] = (read, *hand.COMMANDS)
