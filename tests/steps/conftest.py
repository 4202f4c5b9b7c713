"""What the tests of the steps share: the commands' small world and the real one, read only."""

from tests.cli.conftest import copied, founding, stored, world

__all__ = ["copied", "founding", "stored", "world"]
