"""What the tests of the commands share: the founding reports on real prices, a demo, and a small world."""

from pathlib import Path

import pytest

from tests.cli.program import founding_home, run
from tests.cli.small_world import World, make_world


@pytest.fixture(scope="session")
def founding(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with both founding reports scored on real prices; it is only read."""
    return founding_home(shared, lambda: tmp_path_factory.mktemp("founding"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which the demo ran; it is only read."""
    home = tmp_path_factory.mktemp("demo")
    said = run("demo", home=home)
    assert said.code == 0, said.err
    return home


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)
