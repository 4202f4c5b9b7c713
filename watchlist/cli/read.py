"""The command that reads reports: a file, a folder or pasted text becomes a draft, and on --accept a ledger file."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from watchlist.cli import hand, suggesting
from watchlist.cli.app import App, command, current, option, past, shared
from watchlist.cli.drafts import show_draft, take, wants_it, write_page
from watchlist.domain.errors import UsageMistake, WatchlistError
from watchlist.domain.typed import date_of

if TYPE_CHECKING:
    from watchlist.ledger.draft import Reading

_PATIENCE: Final = 20.0  # seconds for a clipboard's own program
_CLIPBOARDS: Final = (
    ("powershell", "-NoProfile", "-Command", "[Console]::OutputEncoding=[Text.Encoding]::UTF8; Get-Clipboard -Raw"),
    ("pbpaste",),
    ("wl-paste", "--no-newline"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xsel", "--clipboard", "--output"),
)


class NothingToRead(UsageMistake):
    """Neither a file, nor standard input, nor the clipboard is named."""

    en = "Name a file, a folder, - for standard input, or --clipboard."
    zh = "请指明文件、文件夹、-（标准输入）或 --clipboard。"


class EmptyInbox(UsageMistake):
    """A folder holds no report."""

    en = "{folder} holds no report: files that end with {kinds} are read."
    zh = "{folder} 中没有研报：只读取以 {kinds} 结尾的文件。"


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
    zh="把券商研报读成草稿；--accept 写入台账。",
    example="read report.pdf --accept",
)
@click.argument("files", nargs=-1, metavar="FILE|FOLDER|-", shell_complete=suggesting.files)
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
    zh="输出网页：全文，并高亮读出的每一处。",
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
    from watchlist.steps.read import draft_object
    from watchlist.web.apart import ApartReader

    app = current()
    told = Told(
        wished.broker or None, past(date_of(wished.published, "--published"), "--published", app), wished.title or None
    )
    sources = _sources(files, clipboard=wished.clipboard)
    _refuse_for_several(sources, wished)
    readings: list[Reading] = []
    errors: list[WatchlistError] = []
    with ApartReader(app.home, app.settings.reading.seconds) as reader, _bar(app, len(sources)) as done:
        for source in sources:
            done(source.name if isinstance(source, Path) else "-")
            try:
                readings.append(reader.read(source, told, app.today))
            except WatchlistError as error:
                if len(sources) == 1:
                    raise
                errors.append(error)
    # Told when the bar is gone: what is written beside it would be lost.
    for failure in errors:
        app.tell(failure.text("en"), failure.text("zh"))
    failed = len(errors)
    if wished.as_json:
        drafts = [draft_object(reading) for reading in readings]
        whole = drafts[0] if len(sources) == 1 else drafts
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
        return 1 if failed else 0
    for reading in readings:
        show_draft(app, draft_object(reading), reading.file)
        if wished.page:
            write_page(app, wished.page, reading)
        if wished.accept or wants_it(app, reading):
            failed += take(app, reading, wished.evidence, alone=len(sources) == 1)
    return 1 if failed else 0


def _refuse_for_several(sources: Sequence[Path | bytes], wished: "Wished") -> None:
    for name, value in (
        ("--published", wished.published),
        ("--title", wished.title),
        ("--evidence", wished.evidence),
        ("--page", wished.page),
    ):
        if value and len(sources) > 1:
            raise OneAtATime(option=name)


@contextmanager
def _bar(app: App, total: int) -> Iterator[Callable[[str], None]]:
    """Show which of several files is read, on stderr where somebody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.text import Text

    words = app.say("Reading", "读取")
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    unseen = total == 1 or not sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=unseen) as bar:
        task = bar.add_task(words, total=total)
        begun = 0

        def show(file: str) -> None:
            nonlocal begun
            bar.update(task, completed=begun, description=Text(f"{words} {file}").plain)
            begun += 1

        yield show


def _sources(files: Sequence[str], *, clipboard: bool) -> list[Path | bytes]:
    from watchlist.steps.inbox import SUFFIXES, inbox_files

    sources: list[Path | bytes] = [_clipboard()] if clipboard else []
    for name in files:
        if name == "-":
            sources.append(sys.stdin.buffer.read())
        elif Path(name).is_dir():
            found = inbox_files(Path(name))
            if not found:
                raise EmptyInbox(folder=name, kinds=" ".join(sorted(SUFFIXES)))
            sources += found
        else:
            sources.append(Path(name))
    if not sources:
        raise NothingToRead
    return sources


def _clipboard() -> bytes:
    for tool in _CLIPBOARDS:
        if not shutil.which(tool[0]):
            continue
        with suppress(subprocess.TimeoutExpired):  # it waits for a desktop that is not there
            done = subprocess.run(tool, capture_output=True, check=False, timeout=_PATIENCE)  # noqa: S603 - fixed words
            if done.returncode == 0:
                return done.stdout
    raise NoClipboard


COMMANDS: tuple[click.Command, ...] = (read, *hand.COMMANDS)
