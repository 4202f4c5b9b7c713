"""Every test that SECURITY.md names exists, and every threat has one."""

import ast
import re

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)))
ROWS = [line for line in TEXT.partition("## Threats")[2].partition("\n## ")[0].splitlines() if line.startswith("| ")][
    1:
]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda part: part)
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    path = ROOT / file
    assert path.is_file()
    functions = {
        node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    }
    assert not name or name in functions
    assert any(one.startswith("test_") for one in functions)


def test_every_threat_is_held_by_a_test() -> None:
    assert len(ROWS) > 15
    for row in ROWS:
        assert "`tests/" in row, row


def test_the_corpus_is_as_large_as_is_said() -> None:
    from tests.hostile.corpus import PAYLOADS  # noqa: PLC0415 - it wakes a witness

    assert f"{len(PAYLOADS)} texts" in TEXT
    assert f"{len(PAYLOADS)} 条" in TEXT
    assert len({one.text for one in PAYLOADS}) == len(PAYLOADS) >= 200
