"""Rows and columns of tables: cells by bars, wide gaps or blanks, under the header that names the columns."""

import itertools
import re
from dataclasses import dataclass
from typing import Final

_GAP: Final = re.compile(r" {2,}|\t")
_WORD: Final = re.compile(r"[^ ]+")
_RULE: Final = re.compile(r"[-:：| +=—]+")
THEME_HEAD: Final = re.compile(
    r"(?:所属|所处|投资|细分|推荐|产业链|相关|一级|二级|申万|覆盖|应用|业务|产品|受益|核心|主要)?(?:细分)?(?:行业|板块|领域|方向|主线|环节|主题|赛道|产业链|"
    r"子行业)(?:分类|名称)?|"
    r"(?:类别|分类|品种)|sectors?|themes?|segments?",
    re.IGNORECASE,
)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: where each of its cells stands, without the blanks around it."""

    start: int
    end: int
    cells: tuple[Span, ...]

    def column(self, at: int) -> int | None:
        """Give the cell that a place stands in."""
        return next((number for number, (start, end) in enumerate(self.cells) if start <= at < end), None)


def row_at(text: str, at: int, most: int | None = None) -> Row:
    """Part the line of a place into cells: at its bars, else at wide gaps, else at every blank.

    Args:
        text: the page.
        at: a place in the line.
        most: how many cells its header has: further blanks belong to the last one.
    """
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    line = text[start:end]
    if line.count("|") > 1:
        return Row(start, end, tuple(_barred(text, start, end)))
    if len(_GAP.findall(line.strip(" "))) > 1:
        bounds = [start, *(edge for gap in _GAP.finditer(text, start, end) for edge in gap.span()), end]
        spans = [_stripped(text, *span) for span in zip(bounds[::2], bounds[1::2], strict=True)]
        return Row(start, end, tuple(span for span in spans if span[0] < span[1]))
    words = [word.span() for word in _WORD.finditer(text, start, end)]
    if most is not None and len(words) > most:
        words = [*words[: most - 1], (words[most - 1][0], words[-1][1])]
    elif most is not None and text[start : start + 1] == " ":
        # A row set in from the left leaves out what the row above it says.
        words = [(start, start)] * (most - len(words)) + words
    return Row(start, end, tuple(words))


def is_rule(text: str, row: Row) -> bool:
    """Say whether a line only rules off a header: ``|---|---|``."""
    return row.end > row.start and _RULE.fullmatch(text, row.start, row.end) is not None


def _barred(text: str, start: int, end: int) -> list[Span]:
    """Part a line at its bars; an empty cell stays one, but for those outside the outer bars."""
    edges = [start - 1, *(at for at in range(start, end) if text[at] == "|"), end]
    spans = [_stripped(text, left + 1, right) for left, right in itertools.pairwise(edges)]
    first = 1 if text[start:end].lstrip(" ").startswith("|") else 0
    last = -1 if text[start:end].rstrip(" ").endswith("|") else len(spans)
    return spans[first:last]


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return start, end
