"""The command ``completion``: a script that lets a shell complete what is typed after ``watchlist``."""

import shlex
import sys
from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from watchlist.cli.app import command, shared

NAME: Final = "watchlist"
# click asks through a variable that it names after the program, which is `main.py`.
_VARIABLE: Final = "_MAIN_PY_COMPLETE"
# What click's scripts start has to be a program; `watchlist` is a function, so what that starts stands in its place.
_STARTED: Final = {
    "bash": (f"{_VARIABLE}=bash_complete $1)", f"{_VARIABLE}=bash_complete {{started}})"),
    "zsh": (f"{_VARIABLE}=zsh_complete {NAME})", f"{_VARIABLE}=zsh_complete {{started}})"),
    "fish": (f"COMP_CWORD=(commandline -t) {NAME});", "COMP_CWORD=(commandline -t) {started});"),
}
_MAKERS: Final[dict[str, type[ShellComplete]]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
_FUNCTION: Final = {
    "bash": '{name}() {{ {started} "$@"; }}\n',
    "zsh": '{name}() {{ {started} "$@"; }}\n',
    "fish": "function {name}; {started} $argv; end\n",
}


@command(
    "completion",
    en="Print a script for a shell: the command watchlist, and Tab completes what follows it.",
    zh="输出 shell 脚本：定义 watchlist 命令，并可用 Tab 补全其后的内容。",
    example="completion bash >> ~/.bashrc",
)
@click.argument("shell", type=click.Choice(tuple(_FUNCTION)))
@shared
def completion(shell: str) -> None:
    """Print the script that a shell reads at its start."""
    click.echo(script(shell, (sys.executable, _program())), nl=False)


COMMANDS = (completion,)


def script(shell: str, words: tuple[str, ...]) -> str:
    """Write the script.

    Args:
        shell: ``bash zsh fish``.
        words: what starts the program.
    """
    started = shlex.join(words)
    source = _MAKERS[shell](click.Group(), {}, NAME, _VARIABLE).source()
    old, new = _STARTED[shell]
    if shell == "zsh":
        source = source.replace(f"    (( ! $+commands[{NAME}] )) && return 1\n", "")
    if shell == "fish":  # what a command does may have commas in it
        source = source.replace('string split ","', 'string split --max 1 ","')
    return _FUNCTION[shell].format(name=NAME, started=started) + source.replace(old, new.format(started=started))


def _program() -> str:
    from watchlist.ledger.home import CHECKOUT

    return str(CHECKOUT / "main.py")
