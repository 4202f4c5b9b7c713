"""What every command shares: the home, the language, the clock, the options, and how it speaks."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from watchlist.cli.suggesting import OF_OPTION
from watchlist.cli.usage import page_in_chinese
from watchlist.domain.errors import UsageMistake, WatchlistError
from watchlist.domain.typed import SHANGHAI, come
from watchlist.output.language import pick_language, system_language

if TYPE_CHECKING:
    import sqlite3

    from watchlist.ledger.home import Home
    from watchlist.ledger.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
# Tells English and Chinese apart in a help text; the one that fits is shown.
_OR = " ‖ "
# Options that every command has stand last on its help page, in this order.
_EVERYWHERE = {"demo": 1, "lang": 2, "home": 3, "help": 4}


class DemoIsReadOnly(UsageMistake):
    """A command that writes was given ``--demo``."""

    en = "The demo's database is made by the command demo alone: leave --demo out."
    zh = "演示数据库只由 demo 命令生成：请去掉 --demo。"


@dataclass
class App:
    """One run of the program: what was asked for on the command line, and what follows from it."""

    home_given: Path | None = None
    language_given: str | None = None
    demo: bool = False
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    @cached_property
    def home(self) -> "Home":
        """The home folder."""
        from watchlist.ledger.home import find_home

        return find_home(self.home_given, os.environ)

    @cached_property
    def settings(self) -> "Settings":
        """The settings as the files say now."""
        from watchlist.ledger.settings import load_settings

        return load_settings(self.home)

    @cached_property
    def language(self) -> str:
        """The language to speak."""
        return pick_language(self.language_given, self.settings.language)

    @property
    def spoken(self) -> str:
        """The language to report errors in, also where the settings themselves are wrong."""
        return self.__dict__.get("language") or pick_language(self.language_given)

    @property
    def preferred(self) -> str:
        """The language of the person, also where the settings cannot be read."""
        try:
            return self.language
        except WatchlistError:
            return self.spoken

    @property
    def database(self) -> Path:
        """The database asked: the user's own, or the demo's."""
        return self.home.db / "demo.db" if self.demo else self.home.database

    @property
    def own_database(self) -> Path:
        """The user's own database, for commands that write.

        Raises:
            DemoIsReadOnly: the demo's was asked for; its prices are simulated and come from ``demo`` alone.
        """
        if self.demo:
            raise DemoIsReadOnly
        return self.home.database

    @property
    def today(self) -> dt.date:
        """Today where the markets of most users are."""
        return self.now.astimezone(SHANGHAI).date()

    @property
    def daily(self) -> str:
        """The command that takes in what was added: the demo's database is made anew by ``demo``."""
        return f"python main.py {'demo' if self.demo else 'daily'}"

    @contextmanager
    def reading(self) -> Iterator["sqlite3.Connection"]:
        """Open the database read-only."""
        from watchlist.storage.database import reading

        with reading(self.database) as connection:
            yield connection

    def say(self, en: str, zh: str) -> str:
        """Pick the words of the language."""
        return zh if self.language == "zh" else en

    def tell(self, en: str, zh: str) -> None:
        """Say something that is no result: on stderr."""
        from watchlist.output.table import clean_lines

        click.echo(clean_lines(self.say(en, zh)), err=True)


def current() -> App:
    """Give the run that the current command belongs to."""
    app: App = click.get_current_context().find_root().ensure_object(App)
    return app


def fitting(text: str | None, context: click.Context | None) -> str | None:
    """Keep the part of a help text that fits the language; English stands before Chinese."""
    if text is None or _OR not in text:
        return text
    return text.split(_OR)[1 if _helped_in(context) == "zh" else 0]


def _helped_in(context: click.Context | None) -> str:
    """Give the language of a help page: what was asked for, else the system's (settings would have to be read)."""
    app = context.find_root().obj if context is not None else None
    asked = app.language_given if isinstance(app, App) else None
    return asked or system_language(os.environ)


class _Speaking(click.Command):
    """A command whose help speaks the language of the person, its own options before those that all have."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Give the parameters in the order of the help page."""
        return sorted(super().get_params(ctx), key=lambda one: _EVERYWHERE.get(one.name or "", 0))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help(ctx, formatter)
        if _helped_in(ctx) == "zh":
            formatter.buffer = list(map(page_in_chinese, formatter.buffer))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        whole, self.help = self.help, fitting(self.help, ctx)
        super().format_help_text(ctx, formatter)
        self.help = whole

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        items = super().shell_complete(ctx, incomplete)
        for item in items:
            item.help = fitting(item.help, ctx)
        return items

    def get_short_help_str(self, limit: int = 45) -> str:
        whole, self.help = self.help, fitting(self.help, click.get_current_context(silent=True))
        short = super().get_short_help_str(max(limit, 100))
        self.help = whole
        return short


class Command(_Speaking):
    """A command."""


class Group(_Speaking, click.Group):
    """A group of commands."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order they were written, which is the order of the road."""
        del ctx
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (click's own)
        """Run the command that was named; where none was, show which there are, options or not."""
        named = ctx._protected_args or ctx.args  # noqa: SLF001  (click has no other name for it until its version 9)
        if not (self.invoke_without_command or named):
            raise click.exceptions.NoArgsIsHelpError(ctx)
        return super().invoke(ctx)


class Option(click.Option):
    """An option whose help speaks the language of the person."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the line of the help page."""
        whole, self.help = self.help, fitting(self.help, ctx)
        record = super().get_help_record(ctx)
        self.help = whole
        return record


def option(*names: str, en: str, zh: str, **attributes: Any) -> Callable[[F], F]:  # noqa: ANN401  (click's own)
    """Declare an option with its help in both languages."""
    suggested = {"shell_complete": OF_OPTION[names[0]]} if names[0] in OF_OPTION else {}
    return click.option(*names, cls=Option, help=f"{en}{_OR}{zh}", **suggested | attributes)


def command(name: str, *, en: str, zh: str, example: str) -> Callable[[Callable[..., Any]], click.Command]:
    """Declare a command with its help in both languages and an example of its use."""
    return click.command(name, cls=Command, help=both(en, zh, example))


def both(en: str, zh: str, example: str) -> str:
    """Join the two languages of a command's help, each ending with the example."""
    return f"{en}\n\nExample: python main.py {example}{_OR}{zh}\n\n示例：python main.py {example}"


def shared(function: F) -> F:
    """Give a command the options that all have; they may also stand before the command."""
    for decorate in (
        option(
            "--home",
            type=click.Path(path_type=Path),
            is_eager=True,
            expose_value=False,
            callback=_take("home_given"),
            en="Another folder with its own config and db.",
            zh="另一个含 config 与 db 的目录。",
        ),
        option(
            "--lang",
            type=click.Choice(["zh", "en"]),
            is_eager=True,
            expose_value=False,
            callback=_take("language_given"),
            en="Language of texts and tables.",
            zh="文字与表格的语言。",
        ),
        option(
            "--demo",
            is_flag=True,
            default=None,
            expose_value=False,
            callback=_take("demo"),
            en="Ask the demo's database (simulated prices).",
            zh="查询演示数据库（模拟行情）。",
        ),
    ):
        function = decorate(function)
    return function


def _take(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def take(context: click.Context, _: click.Parameter, value: Any) -> None:  # noqa: ANN401  (click's own)
        if value is not None:
            app = context.find_root().ensure_object(App)
            setattr(app, name, value)
            app.__dict__.pop("home", None)

    return take


def past(day: dt.date | None, option_name: str, app: App) -> dt.date | None:
    """Refuse a day that has not come.

    Raises:
        FutureDate: it lies after today.
    """
    return come(day, option_name, app.today)
