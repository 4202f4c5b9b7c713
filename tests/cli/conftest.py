"""What the tests of the commands share: the founding reports on real prices, a demo, and a small world."""

from pathlib import Path

import pytest

from tests.cli.built_homes import demo_home, founding_home, world_after_a_day
from tests.cli.small_world import World, make_world


@pytest.fixture(scope="session")
def founding(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with both founding reports scored on real prices; it is only read."""
    return founding_home(shared, tmp_path_factory)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran; it is only read."""
    return demo_home(tmp_path_factory)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Give a small world that has been through a day; it is only read."""
    return world_after_a_day(tmp_path_factory)


@pytest.fixture
def copied(stored: World, tmp_path: Path) -> World:
    """Give a copy of that world, to be changed."""
    return stored.copied_to(tmp_path)
