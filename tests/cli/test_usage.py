"""What click itself says is Chinese where Chinese is spoken: usage errors and help pages, wherever --lang stands."""

import re
from pathlib import Path

import pytest

from tests.cli.program import run

MISTAKES = {
    ("shwo",): "没有命令“shwo”。您是否想输入 show？",
    ("themes", "--lnag"): "没有选项 --lnag。您是否想输入 --lang？",
    ("themes", "--zzz"): "没有选项 --zzz。",
    (
        "update",
        "--confirm",
        "3",
        "--dry-run",
        "--symbol",
        "600519",
    ): "--confirm 须单独使用：请去掉 --dry-run --symbol，或另行执行。",
    ("update", "--dismiss", "3", "--since", "2026-01-05"): "--dismiss 须单独使用：请去掉 --since，或另行执行。",
    ("update", "--names", "--until", "2026-01-05"): "--names 须单独使用：请去掉 --until，或另行执行。",
    ("show",): "缺少参数 SYMBOL。",
    ("show", "a", "b", "c"): "多出无法识别的内容：b c。",
    ("returns", "x"): "缺少选项 --from。",
    ("themes", "--json=3"): "选项 --json 后面不带值。",
    ("themes", "--market", "XX"): "--market 的值不对：“XX”不在可选之列：CN, HK, US。",
    ("update", "--confirm", "abc"): "--confirm 的值不对：“abc”不是整数。",
    ("serve", "--port", "99999"): "--port 的值不对：99999 不在范围 1<=x<=65535 之内。",
    ("restore", "nowhere.db"): "没有文件或目录 nowhere.db。",
    ("add", "600519", "--target", "dear"): "--target 的值不对：“dear”不是数字。",
}


@pytest.mark.parametrize("typed", MISTAKES)
def test_a_usage_error_is_chinese(tmp_path: Path, typed: tuple[str, ...]) -> None:
    said = run(*typed, "--lang=zh", home=tmp_path)
    assert said.code == 2
    last = said.problems[-1]
    assert last.startswith("错误：")
    assert last.endswith(MISTAKES[typed])
    assert said.problems[0].startswith(("用法：main.py", "错误："))
    assert not re.search(r"Usage|Error|Invalid|Try|Missing|No such|OPTIONS", said.err)


@pytest.mark.parametrize("options", [(), ("--lang", "en"), ("--demo",)])
@pytest.mark.parametrize("group", ["alias", "theme"])
def test_a_group_without_a_command_shows_which_there_are(tmp_path: Path, group: str, options: tuple[str, ...]) -> None:
    said = run(group, *options, home=tmp_path, env={"LC_ALL": "C"})
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Usage: main.py {group}")
    assert "Commands:\n  " in said.err
    assert "list" in said.err.split("Commands:")[1]


def test_a_value_that_is_missing_is_said_in_both_languages(tmp_path: Path) -> None:
    assert (
        run("--lang", "zh", "show", "x", "--theme", home=tmp_path).problems[-1] == "错误：选项 --theme 后面需要一个值。"
    )
    english = run("--lang", "en", "show", "x", "--theme", home=tmp_path)
    assert english.problems[-1] == "Error: Option '--theme' requires an argument."


def test_the_language_of_the_settings_and_of_the_system_is_that_of_usage_errors(tmp_path: Path) -> None:
    plain = run("show", home=tmp_path, env={"LC_ALL": "zh_CN.UTF-8"})
    assert plain.problems[-1] == "错误：缺少参数 SYMBOL。"
    local = tmp_path / "config" / "local" / "settings.toml"
    local.parent.mkdir(parents=True)
    local.write_text('language = "zh"\n', "utf-8")
    assert run("show", home=tmp_path, env={"LC_ALL": "C"}).problems[-1] == "错误：缺少参数 SYMBOL。"
    local.write_text("language = [broken\n", "utf-8")
    assert run("show", home=tmp_path, env={"LC_ALL": "C"}).problems[-1] == "Error: Missing argument 'SYMBOL'."


@pytest.mark.parametrize("typed", [("--help", "--lang", "zh"), ("--lang=zh", "--help"), ("--help", "--lang=zh")])
@pytest.mark.parametrize("command", ["", "theme", "update", "import"])
def test_help_is_chinese_wherever_the_language_stands(tmp_path: Path, command: str, typed: tuple[str, ...]) -> None:
    said = run(*([command] if command else []), *typed, home=tmp_path, env={"LC_ALL": "C"})
    assert said.code == 0
    assert said.out.startswith("用法：main.py")
    assert "选项：" in said.out
    assert not re.search(r"Usage|Options:|Commands:|Show |OPTIONS|Example", said.out)


def test_what_stands_behind_two_dashes_is_no_option(tmp_path: Path) -> None:
    said = run("show", "--", "--lang", "zh", home=tmp_path, env={"LC_ALL": "C"})
    assert said.problems[-1].startswith("Error: Got unexpected extra argument")
