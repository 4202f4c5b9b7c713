"""The same excess returns come out of DuckDB, polars, pandas and a plain look-up, each of which joins by itself."""

import math
from pathlib import Path

import numpy as np
import pytest

from bench._score_engines import ENGINES
from bench._score_world import Size, build, load
from bench.score import difference, over


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    build(folder, Size(symbols=70, sessions=500, recommendations=3_000))
    ENGINES["machine"](load(folder), folder / "machine.npy")
    return folder


@pytest.mark.parametrize("engine", ["arrays", "duckdb", "polars", "merge_asof", "naive"])
def test_another_engine_gives_the_same_answers(world: Path, engine: str) -> None:
    ENGINES[engine](load(world), world / f"{engine}.npy")
    assert difference(world, engine) <= 1e-12
    assert np.isfinite(np.load(world / f"{engine}.npy")).sum() > 1_000


def test_a_gap_or_a_difference_would_be_seen(world: Path) -> None:
    ours = np.load(world / "machine.npy")
    at = tuple(np.argwhere(np.isfinite(ours))[0])
    for value, apart in ((np.nan, math.inf), (ours[at] + 1e-6, pytest.approx(1e-6, rel=1e-3))):
        other = ours.copy()
        other[at] = value
        np.save(world / "other.npy", other)
        assert difference(world, "other") == apart
    assert over({"max_abs_difference": math.inf, "recommendations": 10}) == ["answers differ by inf"]
