"""The language is what was asked for, else what the settings say, else the system's; an empty variable is unset."""

import pytest

from watchlist.output.language import pick_language


@pytest.mark.parametrize(
    ("asked", "setting", "environ", "expected"),
    [
        ("zh", "en", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", "zh", {"LANG": "zh_CN.UTF-8"}, "en"),
        (None, "zh", {"LANG": "en_US.UTF-8"}, "zh"),
        (None, "auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, "auto", {"LANG": "zh_TW"}, "zh"),
        (None, "auto", {"LANG": "Chinese (Simplified)_China.936"}, "zh"),
        (None, "auto", {"LANG": "C.UTF-8"}, "en"),
        (None, "auto", {"LANG": "de_DE.UTF-8"}, "en"),
        (None, "auto", {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, "auto", {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        (None, "auto", {"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
    ],
)
def test_the_language(asked: str | None, setting: str, environ: dict[str, str], expected: str) -> None:
    assert pick_language(asked, setting, environ) == expected
