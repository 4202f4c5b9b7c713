"""What a person typed: dates, moments and periods, read, or refused with one sentence that says how to write them."""

import datetime as dt
from typing import Final

from watchlist.domain.errors import BadDate, DatesApart, FutureDate, UnknownWord, Words

PERIODS: Final = ("1d", "1w", "1m", "3m", "6m", "ytd", "1y", "since", "since_added")
SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8))  # without summer time since 1991


def date_of(text: str | None, option: str) -> dt.date | None:
    """Read a date as typed.

    Raises:
        BadDate: it is none.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadDate(option=option, text=text) from None


def come(day: dt.date | None, option: str, today: dt.date) -> dt.date | None:
    """Refuse a day that has not come.

    Raises:
        FutureDate: it lies after ``today``.
    """
    if day is not None and day > today:
        raise FutureDate(option=option, date=day, today=today)
    return day


def in_order(first: tuple[str, dt.date | None], last: tuple[str, dt.date | None]) -> None:
    """Refuse a stretch of days that ends before it begins; each side is ``(option, day)``.

    Raises:
        DatesApart: the first day lies after the last.
    """
    if first[1] is not None and last[1] is not None and first[1] > last[1]:
        raise DatesApart(first=first[0], start=first[1], last=last[0], end=last[1])


def moment_of(text: str | None, option: str) -> dt.datetime | None:
    """Read a moment as typed; a date alone is its last moment, a naive time is Shanghai's (RULES 26).

    Raises:
        BadDate: it is none.
    """
    if text is None:
        return None
    try:
        moment = dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max)
    except ValueError:  # no date alone
        try:
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            raise BadDate(option=option, text=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def periods_of(text: str | None, option: str) -> tuple[str, ...]:
    """Read ``1w,1m,ytd``.

    Raises:
        UnknownWord: one is no period.
    """
    wished = tuple(p.strip() for p in (text or "").split(",") if p.strip())
    for period in wished:
        if period not in PERIODS:
            known = ", ".join(PERIODS)
            raise UnknownWord(option=option, text=period, hint=Words(f" Known: {known}.", f"可用：{known}。"))
    return wished
