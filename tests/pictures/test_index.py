"""The kept pictures and their index agree, and they are small enough to be carried along."""

import re
from typing import Final

from PIL import Image

from tests.pictures.index import FOLDER, INDEX, index
from tests.pictures.shots import KEPT, LOOKED_AT, WIDE

MOST_BYTES: Final = 8_000_000


def test_the_index_is_that_of_the_shots() -> None:
    assert INDEX.read_text("utf-8") == index(), "run python -m tests.pictures"
    assert len({shot.name for shot in KEPT}) == len(KEPT) >= 40


def test_every_picture_of_the_index_is_there_and_every_picture_is_in_it() -> None:
    named = set(re.findall(r"\]\(([^)]+)\)", INDEX.read_text("utf-8")))
    there = {path.name for path in FOLDER.glob("*.webp")}
    assert named == there
    assert not list(FOLDER.glob("*.png"))


def test_they_are_pictures_and_small() -> None:
    for shot in KEPT:
        with Image.open(FOLDER / f"{shot.name}.webp") as picture:
            picture.load()
            assert picture.format == "WEBP"
            assert picture.width == shot.width or shot.path.startswith(("chart:", "sheet:"))
            assert picture.width <= WIDE
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


def test_every_language_scheme_and_size_is_kept() -> None:
    kinds = {(shot.language, shot.scheme, shot.width) for shot in KEPT}
    assert len(kinds) == 8
    assert {"small", "own", "large"} == {shot.home for shot in KEPT}
    assert any("2023-06-30" in shot.path for shot in KEPT)
    assert len(set(LOOKED_AT)) == len(LOOKED_AT)
