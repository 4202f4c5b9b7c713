"""The figures and the picture of the house: counted on a small house by hand, held to their bounds on the true one."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.architecture import read_house
from tests.house import BEGIN, END, PAGE, PICTURE, ROOT, draw, folder_imports, measure, table

SMALL = {
    "__init__.py": '"""A house."""\n',
    "domain/model.py": '"""Words."""\n\n\nclass Said:\n    """A word."""\n\n\nclass Heard:\n    pass\n',
    "core/returns.py": '"""Returns."""\n\nfrom watchlist.domain.model import Said\n\n\n'
    'def chain(said: Said) -> Said:\n    """Give it."""\n'
    "    return said\n\n\ndef _left(said):\n    return said\n",
}


def write(root: Path) -> None:
    for name, text in SMALL.items():
        path = root / "watchlist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_a_small_house_is_counted_as_by_hand(tmp_path: Path) -> None:
    write(tmp_path)
    found = measure(read_house(tmp_path))
    assert (found.files, found.lines, found.median_file, found.largest_file) == (3, 1 + 9 + 12, 9, 12)
    assert (found.functions, found.median_function, found.longest_function) == (2, 2.5, 3)
    assert (found.annotated, found.documented) == (1 / 2, 2 / 3)  # _left has no types; Heard has no docstring
    assert (found.circles, found.pure_lines) == (0, 1)


def test_a_small_house_is_drawn_with_its_files_and_its_arrow(tmp_path: Path) -> None:
    write(tmp_path)
    picture = draw(read_house(tmp_path))
    ET.fromstring(picture)  # noqa: S314 - our own picture
    assert "<title>domain.model: 9 lines</title>" in picture
    assert re.findall(r'data-from="(\w+)" data-to="(\w+)"', picture) == [("core", "domain")]


def test_the_house_keeps_its_bounds() -> None:
    found = measure(read_house(ROOT))
    assert found.median_file <= 130
    assert found.median_function <= 10
    assert found.over_30 <= 0.04
    assert found.annotated == 1
    assert found.circles == 0
    # Errors' two sentences are their documentation; nothing else goes without.
    assert found.documented >= 0.98


def test_the_picture_in_the_documents_has_every_arrow_of_the_house() -> None:
    drawn = set(re.findall(r'data-from="(\w+)" data-to="(\w+)"', PICTURE.read_text("utf-8")))
    assert drawn == set(folder_imports(read_house(ROOT))), "draw it anew: python -m tests.house"


def test_the_documents_carry_the_table() -> None:
    shown = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    asked = [line.split("|")[1].strip() for line in table(measure(read_house(ROOT))).splitlines()]
    assert [line.split("|")[1].strip() for line in shown.splitlines()] == asked, "write it anew: python -m tests.house"
