"""Find the line of a TOML file that a key stands on: the standard reader keeps no positions."""

import re
from collections import Counter
from typing import Final

Key = tuple[str | int, ...]

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(#.*)?$")
_ASSIGNMENT: Final = re.compile(
    r"""^\s*((?:[A-Za-z0-9_\-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_\-]+|"[^"]*"))*)\s*="""
)
_PART: Final = re.compile(r"""[A-Za-z0-9_\-]+|"[^"]*"|'[^']*'""")


def spell(where: Key) -> str:
    """Spell a key with dots; the position in a list counts from one: ``limits[3].from``."""
    spelled = ""
    for part in where:
        if isinstance(part, int):
            spelled += f"[{part + 1}]"
        else:
            spelled += f".{part}" if spelled else part
    return spelled


def line_of(text: str, where: Key) -> int | None:
    """Give the line (from 1) of a key, or of what it is part of; ``None`` when the file spells out neither."""
    best, line = 0, None
    for number, path in _keys(text):
        shared = min(len(path), len(where))
        if shared > best and path[:shared] == where[:shared]:
            best, line = shared, number
    return line


def _keys(text: str) -> list[tuple[int, Key]]:
    found: list[tuple[int, Key]] = []
    seen: Counter[Key] = Counter()
    current: Key = ()
    # Where the current element of each list of tables is, so that [scales.stock] means the newest [[scales]].
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            current = _placed(_parts(header[2]), seen, newest=header[1] == "[[")
            found.append((number, current))
        elif assignment := _ASSIGNMENT.match(line):
            found.append((number, current + _parts(assignment[1])))
    return found


def _parts(dotted: str) -> Key:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _placed(parts: Key, seen: Counter[Key], *, newest: bool) -> Key:
    placed: Key = ()
    for position, part in enumerate(parts):
        placed = (*placed, part)
        if newest and position == len(parts) - 1:
            seen[placed] += 1
        if seen[placed]:
            placed = (*placed, seen[placed] - 1)
    return placed
