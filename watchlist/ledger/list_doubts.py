"""Doubts about the lines of a list: which of them cannot be understood, and the sentence that says why."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from watchlist.core.bars import Bools, Ints
from watchlist.domain.errors import Words
from watchlist.ledger.list_values import visible
from watchlist.ledger.table_file import LineProblem, is_formula

_MOST_SHOWN = 40  # letters of a cell in a sentence


class Doubt(NamedTuple):
    """One reason to leave lines out: which, ``(n,)``, and what to say of the one at a position."""

    where: Bools
    words: Callable[[int], Words]


def divided(numbers: Ints, doubts: Sequence[Doubt]) -> tuple[Bools, list[LineProblem]]:
    """Divide lines into those to keep, ``(n,)``, and problems: of several the first doubt is said."""
    first = np.full(numbers.size, -1, dtype=np.int64)
    for at, doubt in enumerate(doubts):
        first[(first < 0) & doubt.where] = at
    problems = [LineProblem(int(numbers[at]), doubts[first[at]].words(int(at))) for at in np.flatnonzero(first >= 0)]
    return first < 0, problems


def too_wide(extra: int, width: int) -> Words:
    """Say that a line has cells under no heading."""
    count = width + extra
    en = f"{count} cells under {width} headings: a comma inside a cell needs quotes"
    return Words(en, f"有 {count} 格而表头只有 {width} 列：格内的逗号需加引号")


def no_value(column: str, cell: str) -> Words:
    """Say that a cell holds a formula, or what is left where one failed."""
    if not is_formula(cell):
        return Words(f'"{cell}" in the column {column} is an error of a formula', f"{column} 列“{cell}”是公式错误")
    en = f"a formula in the column {column}: paste it as a value"
    return Words(en, f"{column} 列是公式：请粘贴为数值")


def no_date(cell: str) -> Words:
    """Say that a cell is no day of a report."""
    if not cell:
        return blank_cell("the date", "日期")
    shown = _short(cell)
    return Words(f'"{shown}" is no date such as 2024-06-14', f"“{shown}”不是 2024-06-14 这样的日期")


def ahead(cell: str) -> Words:
    """Say that a day has not come."""
    return Words(f'"{_short(cell)}" lies in the future', f"“{_short(cell)}”在未来")


def blank_cell(en: str, zh: str) -> Words:
    """Say that a cell is empty that must not be."""
    return Words(f"{en} is missing (of merged cells only the first holds it)", f"缺少{zh}（合并单元格只有首格有值）")


def no_target(cell: str) -> Words:
    """Say that a cell is no target price."""
    return Words(f'"{_short(cell)}" is no target price', f"“{_short(cell)}”不是目标价")


def no_currency(cell: str) -> Words:
    """Say that a cell names no currency that is known, or another than the price does."""
    shown = _short(cell)
    return Words(f'"{shown}" names no one currency of CNY, HKD, USD', f"“{shown}”不是 CNY、HKD、USD 中的一种币种")


def _short(cell: str) -> str:
    plain = visible(cell)
    return plain if len(plain) <= _MOST_SHOWN else f"{plain[:_MOST_SHOWN]}…"
