"""What is shipped holds together: pins with hashes, no requirement that is not used, every task that is promised."""

import ast
import re
import sys
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import watchlist
from tests import licences
from tests.architecture import Module

ROOT: Final = Path(__file__).resolve().parent.parent
COMPILED: Final = (
    "requirements.txt", "requirements-dev.txt", "requirements-build.txt", "requirements-fast.txt",
    "requirements-notify.txt", "requirements-scale.txt",
)  # fmt: skip
EXTRAS: Final = ("requirements-fast.in", "requirements-notify.in", "requirements-scale.in")
ASKED_FOR: Final = {"pandas", "akshare", "yfinance", "sqlite-utils", "schedule"}
# Needed without an import that says so.
NOT_IMPORTED: Final = {
    "python-multipart": "starlette reads forms with it",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
# What a required package is made of and hands out under names of their own.
PARTS: Final = {"pydantic-core", "starlette", "markupsafe"}
# What is imported under another name than it is installed under.
IMPORTED_AS: Final = {
    "dateutil": "python-dateutil",
    "PIL": "pillow",
    "empyrical": "empyrical-reloaded",
    "vl_convert": "vl-convert-python",
    "yaml": "pyyaml",
}
OURS: Final = {"watchlist", "tests", "bench"}
PIN: Final = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;]+)(?P<marker> ; [^\\]+?)?")
HASH: Final = re.compile(r"--hash=sha256:[0-9a-f]{64}")


class Pin(NamedTuple):
    """One line of a compiled file, continued lines joined."""

    name: str
    version: str
    marker: str
    hashes: int


def pins(text: str) -> list[Pin]:
    """Read a compiled file; a line that is neither a comment nor a pin with hashes is refused."""
    found = []
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in filter(None, (line.strip() for line in kept.replace("\\\n", " ").splitlines())):
        head, *hashes = re.split(r"\s+(?=--hash)", line)
        match = PIN.fullmatch(head)
        if match is None or not hashes or not all(HASH.fullmatch(part) for part in hashes):
            message = f"not a pin with hashes: {line[:80]}"
            raise ValueError(message)
        found.append(Pin(match["name"], match["version"], match["marker"] or "", len(hashes)))
    return found


def asked(file: str) -> set[str]:
    """Give the names of an ``.in`` file, as package indexes spell them."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines())
    return {canonical(re.split(r"[<>=!~; \[]", line)[0]) for line in lines if line and not line.startswith("-")}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folder: str) -> set[str]:
    """Give what the folder's modules import from other packages, as package indexes spell it."""
    modules = (Module(path.stem, path) for path in (ROOT / folder).rglob("*.py"))
    found = {full.partition(".")[0] for module in modules for _, full in module.imports()}
    return {canonical(IMPORTED_AS.get(name, name)) for name in found - set(sys.stdlib_module_names) - OURS}


@pytest.mark.parametrize("file", COMPILED)
def test_everything_is_pinned_with_hashes_and_nothing_names_a_machine(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert all(pin.hashes for pin in pins(text))
    assert not re.search(r"://|index-url|find-links|trusted-host|(?m:^-)|(?<![\w.])/\w", text)


def test_a_line_without_a_hash_would_be_seen() -> None:
    good = "a==1 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via b\n"
    assert pins(good) == [Pin("a", "1", "", 1)]
    for bad in ("a==1\n", "a>=1 \\\n    --hash=sha256:" + "0" * 64, "--index-url x\n", "a==1 --hash=sha256:12\n"):
        with pytest.raises(ValueError, match="not a pin"):
            pins(bad)


@pytest.mark.parametrize("file", COMPILED)
def test_what_is_asked_for_is_pinned(file: str) -> None:
    pinned = {pin.name for pin in pins((ROOT / file).read_text("utf-8"))}
    assert asked(file.replace(".txt", ".in")) <= pinned


def test_tests_run_on_the_same_versions_as_the_program() -> None:
    run, dev = ({pin[:3] for pin in pins((ROOT / file).read_text("utf-8"))} for file in COMPILED[:2])
    assert run <= dev


def test_the_five_that_were_asked_for_are_there() -> None:
    assert asked("requirements.in") >= ASKED_FOR


def test_every_requirement_has_its_reason() -> None:
    for file in COMPILED:
        for line in (ROOT / file.replace(".txt", ".in")).read_text("utf-8").splitlines():
            assert not line or line.startswith(("#", "-r")) or re.search(r"\S\s+# \w", line), line


def test_nothing_is_required_that_is_not_used() -> None:
    assert asked("requirements.in") - imported("watchlist") - set(NOT_IMPORTED) == set()


def extras() -> set[str]:
    return {name for file in EXTRAS for name in asked(file)}


def test_an_extra_is_imported_where_it_is_used_and_nowhere_else() -> None:
    assert extras() <= imported("watchlist")
    at_the_top = {
        canonical(IMPORTED_AS.get(name.partition(".")[0], name.partition(".")[0]))
        for path in (ROOT / "watchlist").rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
    }
    assert "numpy" in at_the_top
    assert extras() & at_the_top == set()


def test_every_exception_is_still_one() -> None:
    assert set(NOT_IMPORTED) <= asked("requirements.in") - imported("watchlist")


def test_nothing_is_used_that_is_not_required() -> None:
    running = asked("requirements.in") | PARTS | extras()
    assert imported("watchlist") - running == set()
    assert (imported("tests") | imported("bench")) - running - asked("requirements-dev.in") == set()


def test_the_licence_is_mit_and_the_version_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == watchlist.__version__
    assert project["license"] == "MIT"
    assert project["requires-python"] == ">=3.11"
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License\n")
    assert "WITHOUT WARRANTY OF ANY KIND" in text


def test_the_licences_are_listed_as_the_packages_state_them() -> None:
    assert licences.TARGET.read_text("utf-8") == licences.made(), "run python -m tests.licences"


def test_every_licence_lets_the_program_be_used_and_passed_on() -> None:
    stated = {name: licences.licence_of(name) for name, _ in licences.locked()}
    assert len(stated) > 80
    unknown = {name: said for name, said in stated.items() if licences.PERMISSIVE.sub("", said).strip(" ,ANDOR")}
    assert unknown == {}
    assert licences.PERMISSIVE.sub("", "GPL-3.0-or-later").strip(" ,ANDOR")


def test_make_has_every_task() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"(?m)^([a-z]+):", text))
    assert targets == {
        "run", "demo", "test", "coverage", "check", "mutants", "fuzz", "bench", "pictures", "soak", "audit", "lock",
        "clean",
    }  # fmt: skip
    assert targets == set(re.findall(r"(?m)^\.PHONY: (.+)$", text)[0].split())


def test_windows_has_the_same_tasks_in_its_own_line_ends() -> None:
    raw = (ROOT / "start.bat").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") > 0
    text, make = raw.decode("ascii"), (ROOT / "Makefile").read_text("utf-8")
    for arguments in ("main.py daily --or-demo", "main.py demo", "-m pytest --numprocesses auto"):
        assert arguments in text
        assert arguments in make
    assert set(re.findall(r"(?m)^:(\w+)\r$", text)) == set(re.findall(r"\bgoto (\w+)", text))
