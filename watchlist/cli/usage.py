"""What click itself says, in Chinese: usage errors and the words of its help pages. English stays as click has it."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import click

# click's sentence, and what it is in Chinese; the groups are the facts in it.
_SENTENCES: Final = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"No such option '(.+?)'\.", "没有选项 {0}。"),
        (r"No such command '(.*?)'\.", "没有命令“{0}”。"),
        (r"Did you mean (.+)\?", "您是否想输入 {0}？"),
        (r"\(Did you mean one of: (.+)\?\)", "您是否想输入：{0}？"),
        (r"Missing command\.", "缺少命令：--help 列出全部。"),
        (r"Missing argument '(.+?)'\.", "缺少参数 {0}。"),
        (r"Missing option '(.+?)'\.", "缺少选项 {0}。"),
        (r"Missing (?:argument|option|parameter)\.", "缺少参数。"),
        (r"Got unexpected extra arguments? \((.+)\)", "多出无法识别的内容：{0}。"),
        (r"Option '(.+?)' requires an argument\.", "选项 {0} 后面需要一个值。"),
        (r"Option '(.+?)' requires (\d+) arguments\.", "选项 {0} 后面需要 {1} 个值。"),
        (r"Option '(.+?)' does not take a value\.", "选项 {0} 后面不带值。"),
        (r"Argument '(.+?)' takes (\d+) values\.", "参数 {0} 需要 {1} 个值。"),
        (r"Invalid value for '(.+?)': (.+)", "{0} 的值不对：{1}"),
        (r"Invalid value: (.+)", "值不对：{0}"),
        (r"'(.*)' is not one of (.+?)\.", "“{0}”不在可选之列：{1}。"),
        (r"'(.*)' is not '(.+?)'\.", "“{0}”只能是 {1}。"),
        (r"'(.*)' is not a valid integer(?: range)?\.", "“{0}”不是整数。"),
        (r"'(.*)' is not a valid float(?: range)?\.", "“{0}”不是数字。"),
        (r"'(.*)' is not a valid boolean.*", "“{0}”不是“是”或“否”。"),
        (r"(\S+) is not in the range (.+?)\.", "{0} 不在范围 {1} 之内。"),
        (r"(?:File|Directory|Path) '(.*)' does not exist\.", "没有文件或目录 {0}。"),
        (r"(?:File|Directory|Path) '(.*)' is a (?:file|directory)\.", "{0} 不是所需的文件或目录。"),
        (r"(?:File|Directory|Path) '(.*)' is not (?:readable|writable)\.", "{0} 无法读写。"),
        (r"Choose from:\s+(.+)", "可选：{0}。"),
    )
)
_PAGE: Final = {
    "Usage: ": "用法：",
    "[OPTIONS]": "[选项]",
    "[COMMAND] [ARGS]...": "[命令] [参数]…",
    "COMMAND [ARGS]...": "命令 [参数]…",
    "[required]": "[必填]",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Show this message and exit.": "显示本帮助。",
    "Show the version and exit.": "显示版本。",
}
# A heading of ours, behind which click sets its colon.
_HEAD: Final = re.compile(r"(?m)^([\u4e00-\u9fff]+):$")


def asked_language(arguments: Sequence[str]) -> str | None:
    """Find the language a command line asks for, wherever it stands in it: an error may come before its option is read.

    Returns:
        ``zh`` or ``en``; ``None`` where neither is asked for.
    """
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    asked = [two for one, two in pairwise(before) if one == "--lang"]
    asked += [one.removeprefix("--lang=") for one in before if one.startswith("--lang=")]
    return next((one for one in asked if one in {"zh", "en"}), None)


def page_in_chinese(text: str) -> str:
    """Put the words of click's own in a piece of a help page into Chinese."""
    for english, chinese in _PAGE.items():
        text = text.replace(english, chinese)
    return _HEAD.sub(r"\1：", text)


def in_chinese(message: str) -> str:
    """Put click's message into Chinese, sentence by sentence; what is not known stays as it is."""
    found = next(((m, chinese) for one, chinese in _SENTENCES if (m := one.match(message))), None)
    if found is None:
        return message
    match, chinese = found
    said = (in_chinese(fact) if fact.endswith(".") else fact for fact in match.groups())
    facts = [re.sub(r"(?<![\w.])'([^']*)'", r"\1", fact) for fact in said]
    rest = message[match.end() :].strip()
    return chinese.format(*facts) + (in_chinese(rest) if rest else "")


def usage_error(error: click.ClickException, language: str) -> str:
    """Write a usage error out whole: how the command is used, where its help is, and what is wrong."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    lines = []
    if context is not None:
        lines = [context.get_usage(), f"Help: python {context.command_path} --help", ""]
    if language == "zh":
        if context is not None:
            lines = [page_in_chinese(lines[0]), f"帮助：python {context.command_path} --help", ""]
        return "\n".join([*lines, f"错误：{in_chinese(error.format_message())}"])
    return "\n".join([*lines, f"Error: {error.format_message()}"])
