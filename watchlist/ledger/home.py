"""The home folder: where ``config/`` and ``db/`` lie, and which files of one name are laid over each other.

Four folders may hold a configuration file, lowest first:

1. the checkout's ``config/``, which comes with the program;
2. ``config/`` of another home (``--home`` or ``WATCHLIST_HOME``): a file it holds takes the place of the checkout's
   file of that name (``reports/`` counts as one), and what it lacks is still read from the checkout;
3. ``config/local/fetched/``: what lists of the exchanges said, of securities and names alone;
4. ``config/local/`` of the home: the user's own, laid over the others. The program writes to these two only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT = Path(__file__).resolve().parents[2]
REPORTS: Final = "reports"  # the folder of the ledger


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder; ``checkout`` is the one that the program itself lives in."""

    root: Path
    checkout: Path = CHECKOUT

    @property
    def config(self) -> Path:
        """Give the folder of what a person decides."""
        return self.root / "config"

    @property
    def local(self) -> Path:
        """Give the folder of the user's own files, the only one under ``config/`` that the program writes to."""
        return self.config / "local"

    @property
    def fetched(self) -> Path:
        """Give the folder of what lists of names said; it need not exist yet."""
        return self.local / "fetched"

    @property
    def db(self) -> Path:
        """Give the folder of what the program knows."""
        return self.root / "db"

    @property
    def database(self) -> Path:
        """Give the path of the database file; it need not exist yet."""
        return self.db / "watchlist.db"

    @property
    def reports(self) -> tuple[Path, ...]:
        """List the files of the ledger; one of the user's own takes the place of a tracked one of the same name."""
        by_name = {path.name: path for folder in self.layers(REPORTS) for path in sorted(folder.glob("*.toml"))}
        return tuple(by_name.values())

    @property
    def backups(self) -> Path:
        """Give the folder of backups; it need not exist yet."""
        return self.db / "backups"

    def tracked(self, name: str) -> Path:
        """Give the file that ``config/local/NAME`` is laid over: the home's own, else the checkout's."""
        own = self.config / name
        return own if own.exists() else self.checkout / "config" / name

    def layers(self, name: str) -> tuple[Path, ...]:
        """List what exists under one name (``settings.toml``, ``reports``), the one laid over the others last."""
        return tuple(path for path in (*self.given(name), self.local / name) if path.exists())

    def given(self, name: str) -> tuple[Path, ...]:
        """List what exists under one name but for the user's own."""
        return tuple(path for path in (self.tracked(name), self.fetched / name) if path.exists())

    def shown(self, path: Path) -> str:
        """Spell a path the way a message should: relative to the home or the checkout, with forward slashes."""
        for base in (self.root, self.checkout):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return path.as_posix()


def find_home(given: Path | None, environ: Mapping[str, str]) -> Home:
    """Find the home folder.

    Args:
        given: what ``--home`` names; ``None`` when it was not used.
        environ: the environment; an empty ``WATCHLIST_HOME`` is unset.
    """
    named = environ.get("WATCHLIST_HOME", "").strip()
    root = given if given is not None else Path(named) if named else CHECKOUT
    return Home(root.expanduser().resolve())
