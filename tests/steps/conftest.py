"""What the tests of the steps share: a small world of their own, and the real one, read only."""

import shutil
from pathlib import Path

import pytest

from tests.cli.built_homes import founding_home
from tests.cli.program import run
from tests.cli.small_world import EVENING, World, make_world


@pytest.fixture(scope="session")
def founding(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return founding_home(shared, tmp_path_factory)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a small world that has been through a day; it is only read."""
    world = make_world(tmp_path_factory.mktemp("stored"))
    said = run("daily", home=world.home, market=world.market, now=EVENING)
    assert said.code == 0, said.err
    return world


@pytest.fixture
def copied(stored: World, tmp_path: Path) -> World:
    """Give a copy of that world, to be changed."""
    shutil.copytree(stored.home, tmp_path / "home")
    shutil.copytree(stored.market, tmp_path / "market")
    return World(tmp_path / "home", tmp_path / "market")
