"""The index of the kept pictures: ``docs/pictures/README.md``, what each shows, written from the list of shots."""

from pathlib import Path
from typing import Final

from tests.pictures.shots import KEPT, PHONE, Shot

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures"
INDEX: Final = FOLDER / "README.md"
_HEAD: Final = """# Pictures

Taken by `python -m tests.pictures` from the founding reports, a report of our own and holdings that nobody has, on real
prices up to 2026-05-28, and from a list of 27,214 ratings of American shares. No words of other people's reports are in
them. `python -m tests.pictures --all FOLDER` takes every page, wide and on a phone, light and dark, to be looked at.

| picture | what it shows | |
|---|---|---|
"""


def line(shot: Shot) -> str:
    """Give a picture's line of the index."""
    how = ["中文" if shot.language == "zh" else "English"]
    how += ["dark"] if shot.scheme == "dark" else []
    how += ["phone"] if shot.width == PHONE else []
    return f"| [{shot.name}]({shot.name}.webp) | {shot.about} | {', '.join(how)} |"


def index() -> str:
    """Give the text of the index."""
    return _HEAD + "\n".join(line(shot) for shot in KEPT) + "\n"


def write_index() -> None:
    """Write the index."""
    INDEX.write_text(index(), "utf-8")
