"""Machine code: what an earlier version of the formulas was compiled to is never run in place of these."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import watchlist
from watchlist.core import compiled

# One share from 10 to 11 over two sessions: 10 %.
SCORE = """
import numpy as np
from watchlist.core.bars import SymbolBars
from watchlist.core.limits import LimitTable
from watchlist.core.panel import build_panel
from watchlist.core.rules import EntryRule
from watchlist.core.score_part import NOW, plan_of, score_part
from watchlist.core.scoring import Asked, Benchmarks, prices_of
from watchlist.domain.calendars import days

sessions = days(["2024-01-02", "2024-01-03", "2024-01-04"])
bars = SymbolBars("AAPL.US", sessions, *np.array([[10.0, 10.0, 11.0], [10.0, 10.0, 11.0], [1.0, 1.0, 1.0]]))
panel = build_panel("US", sessions, sessions[-1] + 1, [bars], {}, LimitTable(()))
one = np.array([0])
asked = Asked(one, sessions[:1], np.array([False]), one + 1, one)
plan = plan_of(panel, EntryRule(), (NOW,), sessions[0], sessions[0])
index = np.full((1, 3), 100.0)
scores = score_part(prices_of(panel, Benchmarks(("SPX.GI",), index, index)), plan, asked, machine_code=True)
print(round(float(scores.total_return[0, 0]), 6))
"""
FORMULA = "change * sold.factor / bought.factor - 1,"


@pytest.mark.skipif(not compiled.available(), reason="numba is an extra")
def test_formulas_that_changed_are_compiled_anew(tmp_path: Path) -> None:
    package = Path(watchlist.__file__).parent
    for part in ("core", "domain"):
        shutil.copytree(package / part, tmp_path / "watchlist" / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "watchlist" / "__init__.py").write_text("", "utf-8")
    (tmp_path / "score.py").write_text(SCORE, "utf-8")
    kernel = tmp_path / "watchlist" / "core" / "kernel.py"

    def scored() -> str:
        done = subprocess.run(
            [sys.executable, "score.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    assert scored() == "0.1"
    text = kernel.read_text("utf-8")
    assert FORMULA in text
    kernel.write_text(text.replace(FORMULA, FORMULA.replace("- 1", "- 3")), "utf-8")
    assert scored() == "-1.9"
