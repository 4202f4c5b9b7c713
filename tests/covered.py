"""What the tests reach of the house, in the programs and workers that they start too: ``python -m tests.covered``.

The suite runs once as it is, with its machine code compiled anew; then the tests of machine code run again without it,
because compiled loops cannot be traced. The whole suite's table goes into docs/architecture.md; with the names of
tests, it is only printed for those.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.architecture import FLOORS, HOUSE
from tests.house import ROOT, aligned, put

BEGIN: Final = "<!-- coverage: make coverage -->\n"
END: Final = "<!-- end of coverage -->\n"
MACHINE_CODE: Final = "tests/core/test_score_part.py"
WHOLE: Final = {"core": 1.0}
USUAL: Final = 0.95
COVERAGE: Final = (sys.executable, "-m", "coverage")


@dataclass(frozen=True)
class Reach:
    """Statements and ways out of branches, in a file or a folder; and how many of both the tests took."""

    name: str
    statements: int
    statements_run: int
    branches: int
    branches_taken: int

    @property
    def share(self) -> float:
        """Give the fraction of statements and branches that were reached."""
        whole = self.statements + self.branches
        return (self.statements_run + self.branches_taken) / whole if whole else 1.0

    @property
    def asked(self) -> float:
        """Give the fraction that the folder must have."""
        return WHOLE.get(self.name, USUAL)


def read(report: dict[str, Any]) -> list[Reach]:
    """Take every file out of coverage's own report in JSON."""
    keys = ("num_statements", "covered_lines", "num_branches", "covered_branches")
    return [Reach(name, *(one["summary"][key] for key in keys)) for name, one in sorted(report["files"].items())]


def folders(files: Iterable[Reach]) -> list[Reach]:
    """Add files up to the folders of the house, lowest floor first."""
    kept = {name: Reach(name, 0, 0, 0, 0) for name in FLOORS}
    for file in files:
        name = Path(file.name).relative_to(HOUSE).parts[0]
        if name in kept:
            kept[name] = together(name, (kept[name], file))
    return list(kept.values())


def together(name: str, parts: Iterable[Reach]) -> Reach:
    """Add parts up."""
    counts = zip(
        *((one.statements, one.statements_run, one.branches, one.branches_taken) for one in parts), strict=True
    )
    return Reach(name, *map(sum, counts))


def table(files: Iterable[Reach]) -> str:
    """Write the folders, and all of them together, as the table that stands in the document."""
    rooms = folders(files)
    head = ("folder", "floor", "statements", "run", "branches", "taken", "reached", "asked")
    rows = [(room.name, str(FLOORS[room.name]), *_counts(room), f"{room.asked:.0%}") for room in rooms]
    return aligned([head, *rows, ("all", "", *_counts(together("all", rooms)), f"{USUAL:.0%}")])


def _counts(one: Reach) -> tuple[str, ...]:
    counts = (one.statements, one.statements_run, one.branches, one.branches_taken)
    return (*(f"{count:,}" for count in counts), percent(one.share))


def percent(share: float) -> str:
    """Write a share with one digit; what is not whole is never shown as 100 %."""
    return f"{int(share * 1000) / 10:.1f}%"


def run(tests: list[str], parts: Path) -> bool:
    """Run the tests, each process leaving what it reached in a file of ``parts``; say whether they passed."""
    measured = {**os.environ, "COVERAGE_FILE": str(parts / ".coverage"), "NUMBA_CACHE_DIR": str(parts / "compiled")}
    pytest = [*COVERAGE, "run", "-m", "pytest", "--numprocesses", "auto"]
    ways: list[tuple[list[str], dict[str, str]]] = [(tests, {})]
    if not tests:
        ways.append(([MACHINE_CODE], {"NUMBA_DISABLE_JIT": "1"}))
    codes = [
        subprocess.run([*pytest, *chosen], cwd=ROOT, env={**measured, **more}, check=False).returncode
        for chosen, more in ways
    ]
    return not any(codes)


def main(tests: list[str]) -> int:
    """Run the suite, or some tests of it, and say what they reach; 1 where a test failed or a folder has too little."""
    with tempfile.TemporaryDirectory() as folder:
        passed = run(tests, Path(folder))
        subprocess.run([*COVERAGE, "combine", "--quiet", folder], cwd=ROOT, check=True)
        report = Path(folder, "report.json")
        subprocess.run([*COVERAGE, "json", "--quiet", "-o", report], cwd=ROOT, check=True)
        files = read(json.loads(report.read_text("utf-8")))
    low = [file for file in files if file.share < USUAL and (file.statements_run or not tests)]
    said = [table(files), *(f"{percent(file.share):>6} {file.name}" for file in low)]
    sys.stdout.write("\n".join(said) + "\nEach line that was not reached: .venv/bin/coverage report --show-missing\n")
    if passed and not tests:
        put(table(files), BEGIN, END)
    enough = all(room.share >= room.asked for room in folders(files))
    return 0 if passed and (enough or tests) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
