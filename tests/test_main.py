"""A Python that cannot start the program says what to do, in both languages, and shows no traceback."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.program import ROOT

_BASE = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")


def started(*before: str, env: dict[str, str] | None = None) -> str:
    """Start the program with the system's own Python, outside every environment, and give what it says."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(_BASE), "-s", *before, str(ROOT / "main.py"), "--help"], check=False, capture_output=True, text=True,
        encoding="utf-8", env={**kept, "PYTHONIOENCODING": "utf-8", **(env or {})},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "make run" in done.stderr
    assert "请先运行一次 make run" in done.stderr
    return done.stderr


def test_without_what_it_needs_it_names_what_is_missing() -> None:
    assert started("-S").startswith("click is not installed in this Python: ")


def test_other_versions_of_what_it_needs_are_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise TypeError('type is not subscriptable')", "utf-8")
    said = started(env={"PYTHONPATH": str(tmp_path)})
    assert said.startswith("This Python has other versions of what watchlist needs (type is not subscriptable): ")


def test_an_older_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.version_info = (3, 10, 13)", "utf-8")
    assert started(env={"PYTHONPATH": str(tmp_path)}).startswith("watchlist needs Python 3.11 or newer, and this is ")
