"""Homes that take seconds to build, built once for all the processes of a run of tests; whoever asks gets a copy."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.cli.program import run
from tests.cli.small_world import EVENING, World, make_world


def founding_home(shared: Path, factory: pytest.TempPathFactory) -> Path:
    """Give a home with both founding reports scored on real prices."""

    def build(home: Path) -> None:
        said = run("daily", home=home, market=shared / "market")
        assert said.code == 0, said.err

    return _built("founding", build, factory)


def american_home(shared: Path, factory: pytest.TempPathFactory) -> Path:
    """Give a home with the American ratings and their prices, recorded; nothing is scored."""

    def build(home: Path) -> None:
        assert run("import", shared / "market_us" / "ratings.csv", home=home).code == 0
        # Some of the founding reports' shares have no prices in this folder: what can be had is stored all the same.
        run("update", home=home, market=shared / "market_us")
        assert run("record", home=home).code == 0

    return _built("american", build, factory)


def demo_home(factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran."""

    def build(home: Path) -> None:
        said = run("demo", home=home)
        assert said.code == 0, said.err

    return _built("demo", build, factory)


def world_after_a_day(factory: pytest.TempPathFactory) -> World:
    """Give a small world that has been through a day."""
    world = make_world(factory.mktemp("stored"))
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world


def _built(name: str, build: Callable[[Path], None], factory: pytest.TempPathFactory) -> Path:
    """Build a home unless some process of this run has, and copy it; nobody ever opens what is copied."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / f"{name}.lock"):
        if not (folder / name).exists():
            fresh = factory.mktemp(f"building-{name}")
            build(fresh)
            shutil.move(fresh, folder / name)
        return shutil.copytree(folder / name, factory.mktemp(name), dirs_exist_ok=True)
