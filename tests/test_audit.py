"""The audit is green only where every pin was answered for."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import audit
from tests.conftest import ROOT

CLEAN = {"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "version": "2", "vulns": []}]}
BAD = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}]}
SKIPPED = {"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}]}


@pytest.mark.parametrize(
    ("code", "out", "expected", "words"),
    [
        (0, json.dumps(CLEAN), 0, "2 pins, nothing known"),
        (1, json.dumps(BAD), 1, "a 1: CVE-1, mended in 1.1"),
        (0, json.dumps(SKIPPED), 3, "NOT AUDITED"),
        (1, "", 3, "NOT AUDITED"),
        (0, "", 3, "NOT AUDITED"),
        (0, '{"dependencies": []}', 3, "NOT AUDITED"),
        (1, json.dumps(CLEAN), 3, "NOT AUDITED"),
    ],
)
def test_it_is_green_only_where_all_was_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int, out: str, expected: int, words: str
) -> None:
    def answer(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401 - as subprocess.run has it
        return subprocess.CompletedProcess((), code, out, "ERROR: no route to the service\n")

    monkeypatch.setattr("subprocess.run", answer)
    assert audit.main(["requirements-build.txt"]) == expected
    said = capsys.readouterr().out
    assert words in said
    assert ("This is no pass" in said) is (expected == 3)


def test_without_a_way_to_the_service_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The true tool behind a closed proxy."""
    lock = tmp_path / "lock.txt"
    lock.write_text(f"filelock==3.0.0 --hash=sha256:{'0' * 64}\n", "utf-8")
    assert audit.main([str(lock)]) == audit.UNANSWERED
    assert "NOT AUDITED" in capsys.readouterr().out


def test_it_is_a_task_and_no_part_of_what_must_hold_offline() -> None:
    assert "python -m tests.audit" in (ROOT / "Makefile").read_text("utf-8")
    assert "audit" not in (ROOT / ".ci" / "run").read_text("utf-8")
