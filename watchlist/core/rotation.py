"""Rotation: which backups of a growing row are worth keeping."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, weeks and months keep their last backup; the newest backup is always kept."""

    daily: int
    weekly: int
    monthly: int


def kept(moments: Iterable[dt.datetime], keep: Keep) -> set[dt.datetime]:
    """Choose the backups to keep: the last of each of the newest days, ISO weeks and months that have one."""
    newest_first = sorted(moments, reverse=True)
    chosen = set(newest_first[:1])
    rules: tuple[tuple[int, Callable[[dt.datetime], object]], ...] = (
        (keep.daily, dt.datetime.date),
        (keep.weekly, lambda moment: moment.isocalendar()[:2]),
        (keep.monthly, lambda moment: (moment.year, moment.month)),
    )
    for count, of in rules:
        last: dict[object, dt.datetime] = {}
        for moment in newest_first:
            last.setdefault(of(moment), moment)
        chosen.update(list(last.values())[:count])
    return chosen
