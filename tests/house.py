"""The house in figures and as a picture: ``python -m tests.house`` measures it, and draws it from its own imports.

The figures go into docs/architecture.md between two marks, the picture into docs/pictures/house.svg.
"""

import ast
import html
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tests.architecture import FLOORS, HIGHEST_PURE_FLOOR, HOUSE, House, Module, circles, inner_imports, read_house

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "architecture.md"
PICTURE: Final = ROOT / "docs" / "pictures" / "house.svg"
BEGIN: Final = "<!-- figures: python -m tests.house -->\n"
END: Final = "<!-- end of figures -->"
Function = ast.FunctionDef | ast.AsyncFunctionDef

# A picture's measures, in its own units.
WIDTH: Final = 1200
MARGIN: Final = 24
GAP: Final = 20  # between two folders of a floor
AIR: Final = 74  # between two floors, where the arrows run
LABEL: Final = 34  # a folder's name above its bricks
FONT: Final = 'font-family="system-ui, sans-serif"'
BRICK: Final = 11  # a brick's height
LINES_A_UNIT: Final = 3.2  # a brick's width: so many lines of code a unit
ONE_WAY: Final = {0: "#5b8c5a", 1: "#3d7ea6", 2: "#a66d3d", 3: "#8a5a9c", 4: "#b0413e"}


@dataclass(frozen=True)
class Figures:
    """What STYLE asks of the house; lines count everything, blank ones too. Shares are fractions."""

    files: int
    lines: int
    median_file: float
    largest_file: int
    functions: int
    median_function: float
    longest_function: int
    over_30: float
    annotated: float
    documented: float
    circles: int
    pure_lines: float


def measure(house: House) -> Figures:
    """Count the house; ``annotated`` and ``documented`` are shares of its functions, and of its public names."""
    sizes = [len(module.text.splitlines()) for module in house.values()]
    functions = [node for module in house.values() for node in ast.walk(module.tree) if isinstance(node, Function)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    public = [node for module in house.values() for node in _public(module.tree)]
    pure = sum(len(module.text.splitlines()) for module in house.values() if (module.floor or 0) <= HIGHEST_PURE_FLOOR)
    return Figures(
        files=len(sizes),
        lines=sum(sizes),
        median_file=median(sizes),
        largest_file=max(sizes),
        functions=len(functions),
        median_function=median(lengths),
        longest_function=max(lengths),
        over_30=sum(length > 30 for length in lengths) / len(lengths),
        annotated=sum(map(_is_annotated, functions)) / len(functions),
        documented=sum(ast.get_docstring(node) is not None for node in public) / len(public),
        circles=len(list(circles(house))),
        pure_lines=pure / sum(sizes),
    )


def _public(tree: ast.Module) -> Iterator[Function | ast.ClassDef]:
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def _is_annotated(node: Function) -> bool:
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    named = [one for one in every if one.arg not in {"self", "cls"}]
    return node.returns is not None and all(one.annotation is not None for one in named)


def table(found: Figures) -> str:
    """Write the figures as the table that stands in the document."""
    rows = [
        ("files", f"{found.files}, {found.lines:,} lines", ""),
        ("a file's lines, median", f"{found.median_file:.0f}", "about 130"),
        ("a file's lines, largest", f"{found.largest_file}", "400"),
        ("functions", f"{found.functions:,}", ""),
        ("a function's lines, median", f"{found.median_function:.0f}", ""),
        ("a function's lines, longest", f"{found.longest_function}", "50"),
        ("functions over 30 lines", f"{found.over_30:.1%}", "few"),
        ("functions with every type written", f"{found.annotated:.1%}", "100 %"),
        ("public functions and classes with a docstring", f"{found.documented:.1%}", "100 %, but errors' own"),
        ("circles of imports", f"{found.circles}", "0"),
        ("lines on the pure floors 0 and 1", f"{found.pure_lines:.0%}", ""),
    ]
    return aligned([("what", "here", "asked"), *rows])


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Write rows, the first of them the head, as a table of Markdown whose columns also line up in plain text."""
    width = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *lines = ("| " + " | ".join(map(str.ljust, row, width)) + " |" for row in rows)
    return "\n".join([head, "|" + "|".join("-" * (each + 2) for each in width) + "|", *lines]) + "\n"


def put(written: str, begin: str = BEGIN, end: str = END) -> None:
    """Put what was measured between its marks of the document, in place of what stood there."""
    before, _, rest = PAGE.read_text("utf-8").partition(begin)
    PAGE.write_text(before + begin + written + end + rest.partition(end)[2], "utf-8")


@dataclass(frozen=True)
class Folder:
    """A room of the picture: where it stands, and its files as bricks ``(left, top, width, file, lines)``."""

    name: str
    left: float
    top: float
    width: float
    height: float
    bricks: list[tuple[float, float, float, str, int]]


def lay_out(house: House) -> list[Folder]:
    """Give every folder its place: a row a floor, the ground at the bottom, widths by what lies in them."""
    rooms: dict[str, list[Module]] = {}
    for module in house.values():
        if module.room in FLOORS:
            rooms.setdefault(module.room, []).append(module)
    found: list[Folder] = []
    top = MARGIN + LABEL  # the doors of the highest floor arch above it
    for floor in sorted({FLOORS[name] for name in rooms}, reverse=True):
        names = [name for name, own in FLOORS.items() if own == floor and name in rooms]
        room = WIDTH - 2 * MARGIN - GAP * (len(names) - 1)
        lines = {name: sum(len(module.text.splitlines()) for module in rooms[name]) for name in names}
        left = MARGIN if len(names) > 1 else MARGIN + room / 4
        row = []
        for name in names:
            width = room * lines[name] / sum(lines.values()) if len(names) > 1 else room / 2
            row.append(_folder(name, rooms[name], left, top, width))
            left += width + GAP
        found += row
        top += round(max(folder.height for folder in row)) + AIR
    return found


def _folder(name: str, modules: list[Module], left: float, top: float, width: float) -> Folder:
    bricks = []
    x, y = left + 8.0, top + float(LABEL)
    for module in sorted(modules, key=lambda module: -len(module.text.splitlines())):
        lines = len(module.text.splitlines())
        wide = max(lines / LINES_A_UNIT, 3)
        if x + wide > left + width - 8:
            x, y = left + 8.0, y + BRICK + 3
        bricks.append((x, y, wide, module.name, lines))
        x += wide + 3
    return Folder(name, left, top, width, y + BRICK + 10 - top, bricks)


def folder_imports(house: House) -> Counter[tuple[str, str]]:
    """Count the imports from one folder to another."""
    return Counter(
        (module.room, other.room)
        for module in house.values()
        for _, other in inner_imports(house, module)
        if module.room in FLOORS and other.room in FLOORS and module.room != other.room
    )


def draw(house: House) -> str:
    """Draw the house: folders as boxes, files as bricks as wide as they are long, arrows to what is imported."""
    folders = lay_out(house)
    place = {folder.name: folder for folder in folders}
    height = max(folder.top + folder.height for folder in folders) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" {FONT}>',
        "<title>The house of watchlist: folders by floor, files as bricks, imports as arrows down</title>",
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fbfaf7"/>',
    ]
    parts += [
        _arrow(place[above], place[below], count) for (above, below), count in sorted(folder_imports(house).items())
    ]
    parts += [_box(folder) for folder in folders]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _arrow(above: Folder, below: Folder, count: int) -> str:
    colour = ONE_WAY[FLOORS[above.name]]
    thick = min(0.6 + count / 25, 4)
    said = f"<title>{above.name} imports {below.name}: {count} times</title>"
    style = f'fill="none" stroke="{colour}" stroke-width="{thick:.1f}" stroke-opacity="0.5"'
    if above.top == below.top:  # a door between two rooms of one floor
        side = 1 if below.left > above.left else -1
        start, end = above.left + above.width / 2 + side * 30, below.left + below.width / 2 - side * 30
        path = (
            f"M{start:.0f} {above.top} C{start:.0f} {above.top - 26} {end:.0f} {above.top - 26} {end:.0f} {below.top}"
        )
        return f'<path data-from="{above.name}" data-to="{below.name}" d="{path}" {style}>{said}</path>'
    start, foot = above.left + above.width / 2, above.top + above.height
    end = below.left + below.width / 2 + (start - below.left - below.width / 2) * 0.2
    middle = (foot + below.top) / 2
    path = f"M{start:.0f} {foot:.0f} C{start:.0f} {middle:.0f} {end:.0f} {middle:.0f} {end:.0f} {below.top}"
    return f'<path data-from="{above.name}" data-to="{below.name}" d="{path}" {style}>{said}</path>'


def _box(folder: Folder) -> str:
    colour = ONE_WAY[FLOORS[folder.name]]
    lines = sum(brick[4] for brick in folder.bricks)
    bricks = "".join(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{BRICK}" rx="2" fill="{colour}" fill-opacity="0.75">'
        f"<title>{html.escape(name.removeprefix(HOUSE + '.'))}: {count} lines</title></rect>"
        for x, y, wide, name, count in folder.bricks
    )
    return (
        f'<rect x="{folder.left:.1f}" y="{folder.top}" width="{folder.width:.1f}" height="{folder.height:.1f}" rx="8" '
        f'fill="#ffffff" fill-opacity="0.94" stroke="{colour}"/>'
        f'<text x="{folder.left + 10:.1f}" y="{folder.top + 21}" font-size="15" font-weight="600" fill="#222">'
        f'{folder.name}<tspan font-weight="400" font-size="12" fill="#666">  floor {FLOORS[folder.name]}, '
        f"{len(folder.bricks)} files, {lines:,} lines</tspan></text>{bricks}"
    )


def main() -> None:
    """Write the table and the picture anew."""
    house = read_house(ROOT)
    put(table(measure(house)))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(draw(house), "utf-8")


if __name__ == "__main__":
    main()
