"""How a table fits a terminal: columns folded where that breaks no word and no number, sentences as Chinese is set."""

import re
from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.text import Text

Cells = Sequence[Sequence[Text]]
# What holds together on a line: a run without blanks that is not Chinese, which breaks anywhere.
_WORD: Final = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
# What a line may break between: a blank, a Chinese character, a run of others; with the signs that no line may begin
# with behind it, and those that no line may end with before it.
_PIECE: Final = re.compile(
    r"[（“《【‘]*(?:[\u2e80-\u9fff\uf900-\ufaff]|[^\s\u2e80-\u9fff\uf900-\ufaff，。；：、？！）”》】’（“《【‘]+)?[，。；：、？！）”》】’]*|\s+"
)
_CHINESE: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_SHORT: Final = 8  # cells: what is not wider is never folded, nor is a heading
_LONGEST: Final = 20  # cells: a word wider than this (an address, a path) may be broken


def wanted(heads: Sequence[Text], cells: Cells) -> list[int]:
    """Give the width of each column at which nothing is folded, in cells of the terminal."""
    return [max(cell_len(one.plain) for one in (head, *(line[at] for line in cells))) for at, head in enumerate(heads)]


def fitted(heads: Sequence[Text], cells: Cells, whole: Sequence[bool], room: int) -> list[int] | None:
    """Fold the widest columns until all of them fit.

    Args:
        whole: for each column, whether its values stay on one line: numbers do.
        room: cells for all columns together, without what stands between them.

    Returns:
        A width a column; ``None`` where they do not fit unless a number or a word is broken.
    """
    widths = wanted(heads, cells)
    least = [
        max(
            _least(head.plain),
            *(cell_len(line[at].plain) if kept else _least(line[at].plain) for line in cells),
        )
        for at, (head, kept) in enumerate(zip(heads, whole, strict=True))
    ]
    if sum(least) > room:
        return None
    levels = range(max(widths), 0, -1)
    every = ([min(width, max(low, level)) for width, low in zip(widths, least, strict=True)] for level in levels)
    return next(one for one in every if sum(one) <= room)


def _least(text: str) -> int:
    """Give the width at which a text is folded between its words alone."""
    width = cell_len(text)
    longest = max(map(cell_len, _WORD.findall(text)), default=0)
    return min(width, max(_SHORT, min(longest, _LONGEST)))


def wrapped(text: str, width: int) -> str:
    """Break a sentence into lines as Chinese is set: anywhere, but no line begins with a stop or ends with a bracket.

    Text without Chinese stays as it is: the library breaks it at its blanks.
    """
    if not _CHINESE.search(text):
        return text
    lines = [""]
    for piece in _PIECE.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) > width and lines[-1].strip():
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)
