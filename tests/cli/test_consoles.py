"""Whatever the console, the locale and the name of the folder: output comes, and never dies of what it cannot show."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import ROOT

CONSOLES: Final = {
    "a GBK console of Windows": ({"PYTHONIOENCODING": "gbk", "LANG": "zh_CN.GBK"}, "gbk"),
    # What claims to know ASCII only is given UTF-8 in sentences, as click does, and numbers of characters in tables.
    "ASCII alone": ({"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}, "utf-8"),
    "the locale C": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "utf-8"),
    "a narrow window": ({"COLUMNS": "24", "LINES": "5", "LANG": "zh_CN.UTF-8"}, "utf-8"),
}
# As Windows writes them, with what GBK lacks: an emoji, a rare character (U+20BB7), spaces, a bracket of markup.
FOLDER: Final = "C：用户 张三 📈 𠮷 [red] it's"
COMMANDS: Final = (
    (("themes", "--demo"), 0),
    (("recommendations", "--demo"), 0),
    (("show", "300418", "--demo"), 0),
    (("watch", "--demo", "--csv"), 0),
    (("notify", "--log"), 1),
    (("run", "--status"), 1),
    (("check",), 1),
    (("recommendations", "--theme", "没有📈"), 1),
)


@pytest.fixture(scope="module")
def home(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a demo in a folder with a difficult name."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("consoles") / FOLDER)


@pytest.mark.parametrize("console", CONSOLES)
def test_output_never_dies(home: Path, console: str) -> None:
    variables, encoding = CONSOLES[console]
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    for arguments, code in COMMANDS:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env={**kept, **variables, "WATCHLIST_HOME": str(home)},
            capture_output=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert b"Traceback" not in said, (arguments, said[-2000:])
        assert b"Error" not in done.stderr or done.returncode, arguments
        assert done.returncode == code, (arguments, said[-2000:])
        assert said.strip(), arguments
        said.decode(encoding)
