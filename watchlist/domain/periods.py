"""Periods (期间): the quarter, half-year, year or months that a review covers, as they are typed."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from watchlist.domain.errors import UsageMistake

_YEAR: Final = re.compile(r"(?P<year>\d{4})(?:(?P<kind>[QH])(?P<number>\d))?", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)  # ISO has further forms: 2026-W27 would be a Monday
_MONTH: Final = re.compile(r"\d{4}-\d{2}", re.ASCII)
_PARTS: Final = {"Q": 4, "H": 2, None: 1}
_MONTHS: Final = 12
_OLDEST: Final = 1900


class BadPeriod(UsageMistake):
    """A period cannot be read."""

    en = '{option} "{text}" is no period: write 2026Q3, 2026H1, 2026, 2026-07 or 2026-07..2026-09.'
    zh = "{option} “{text}”不是期间：请写成 2026Q3、2026H1、2026、2026-07 或 2026-07..2026-09。"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both included, under the words it was asked for with."""

    label: str
    first: dt.date
    last: dt.date

    @property
    def before(self) -> dt.date:
        """Give the day before it, at whose end it opens."""
        return self.first - dt.timedelta(days=1)


def parse_period(text: str) -> Period:
    """Read a period: ``2026Q3``, ``2026H1``, ``2026``, ``2026-07``, a day, or two of these joined by ``..``.

    Raises:
        BadPeriod: it is none, or its end lies before its beginning.
    """
    label = text.strip().upper()
    begin, joined, end = label.partition("..")
    spans = [_span(part) for part in ((begin, end) if joined else (begin,))]
    if any(span is None for span in spans):
        raise BadPeriod(option="--period", text=text)
    first, last = spans[0], spans[-1]
    if first is None or last is None or first[0] > last[1] or first[0].year < _OLDEST:
        raise BadPeriod(option="--period", text=text)
    return Period(label, first[0], last[1])


def _span(text: str) -> tuple[dt.date, dt.date] | None:
    """Give the first and the last day of one part; ``None`` where it says nothing."""
    found = _YEAR.fullmatch(text)
    try:
        if found is not None:
            return _part_of_year(int(found["year"]), found["kind"], int(found["number"] or 1))
        if _MONTH.fullmatch(text):
            first = dt.date.fromisoformat(f"{text}-01")
            return first, _end_of_month(first.year, first.month)
        if not _DAY.fullmatch(text):
            return None
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day, day


def _part_of_year(year: int, kind: str | None, number: int) -> tuple[dt.date, dt.date] | None:
    parts = _PARTS[kind.upper() if kind else None]
    if not 1 <= number <= parts:
        return None
    months = _MONTHS // parts
    last = number * months
    return dt.date(year, last - months + 1, 1), _end_of_month(year, last)


def _end_of_month(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
