"""The command line: a short function a command, words in both languages, one sentence for every error."""

import sys
from collections.abc import Sequence
from typing import TextIO

import click

from watchlist import __version__
from watchlist.cli import ask, bulk, completing, give, holdings, keeping, news, notifying, read, running, watching, work
from watchlist.cli.app import App, Group, current, fitting, shared
from watchlist.cli.export import export
from watchlist.cli.greeting import greet
from watchlist.cli.usage import asked_language, usage_error
from watchlist.domain.errors import WatchlistError, Words
from watchlist.ledger.private import private

_STOPPED = Words("Interrupted: nothing that was stored is lost.", "已中断：已写入的数据不受影响。")
# The parts of the help page, in the order of the road.
SECTIONS = (
    ("Take in ‖ 录入", (*read.COMMANDS, *bulk.COMMANDS)),
    ("Work ‖ 工作", (*work.COMMANDS, *running.COMMANDS, *notifying.COMMANDS, *keeping.COMMANDS)),
    ("Ask ‖ 查询", (*ask.COMMANDS, *news.COMMANDS, *holdings.COMMANDS)),
    ("Give ‖ 输出", (export, *give.COMMANDS, *completing.COMMANDS)),
)


class _Front(Group):
    """The program itself: its help page lists the commands part by part."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS:
            with formatter.section(str(fitting(title, ctx))):
                formatter.write_dl([(str(one.name), one.get_short_help_str()) for one in commands])


@click.group(cls=_Front, invoke_without_command=True, help=(
    "Keep what brokers recommend, follow it against the index it must beat, and see how good it was.\n\n"
    "Begin with: python main.py daily; python main.py alone says how things stand."
    " ‖ 记录券商的推荐，跟踪它们相对指数的表现，看看推荐得有多好。\n\n"
    "从这里开始：python main.py daily；单独运行 python main.py 可查看现状。"))  # fmt: skip
@click.version_option(__version__, prog_name="watchlist")
@shared
@click.pass_context
def cli(context: click.Context) -> int:
    """Hold the commands; alone, say how things stand."""
    return 0 if context.invoked_subcommand is not None else greet(current())


for _, part in SECTIONS:
    for command in part:
        cli.add_command(command)
ask.watch.add_command(watching.watch_import)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give the exit code: 0 good, 1 our failure or a problem found, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows its number instead of failing (GBK on Windows).
        if isinstance(stream, TextIO) or hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    given, out = sys.argv[1:] if arguments is None else list(arguments), sys.stdout
    app = App(language_given=asked_language(given))
    try:
        with private():
            result = cli.main(given, prog_name="main.py", standalone_mode=False, obj=app)
    except WatchlistError as error:
        _complain(("错误：" if app.spoken == "zh" else "Error: ") + error.text(app.spoken))
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        _complain(usage_error(error, app.preferred))
        return 2
    except (click.Abort, KeyboardInterrupt):
        _complain(_STOPPED.zh if app.spoken == "zh" else _STOPPED.en)
        return 130
    except SystemExit as end:
        # click puts a silent stream in place of one whose reader has left, as head does: nothing failed.
        if sys.stdout is not out:
            return 0
        return end.code if isinstance(end.code, int) else 1
    return result if isinstance(result, int) else 0


def _complain(sentence: str) -> None:
    """Say what is wrong; it repeats words of a file or of the command line, which move no cursor here."""
    from watchlist.output.table import clean_lines

    click.echo(clean_lines(sentence), err=True)
