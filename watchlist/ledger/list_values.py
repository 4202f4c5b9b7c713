"""What cells of a list say: days, prices and codes in every usual spelling, each distinct text read once."""

import datetime as dt
import re
import unicodedata
from typing import Final, NamedTuple

import numpy as np

from watchlist.core.bars import Bools, Floats
from watchlist.core.coded import Coded, objects
from watchlist.domain.calendars import Dates
from watchlist.domain.typed import SHANGHAI

_DAY: Final = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T ]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?([+-]\d{2}:\d{2}|Z)?)?"
)
# Excel counts days from the last of 1899, so that its February of 1900 has a 29th. Here: 1990 to 2100.
_SERIAL: Final = re.compile(r"(3[2-9]\d{3}|[4-6]\d{4}|7[0-2]\d{3})(\.\d+)?")
_ZERO: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001  (a day of a calendar, without a zone)
_NUMBER: Final = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_PRICE: Final = re.compile(rf"([^\d.\-~]*){_NUMBER}\s*([^\d.\-~]*?)(?:\s*[-~–—至到]\s*([^\d.]*){_NUMBER}\s*([^\d.]*))?")
_NOTHING: Final = frozenset({"", "-", "--", "—", "——", "–", "/", "n/a", "na", "nan", "null", "none", "无", "不适用"})
_CURRENCIES: Final = {
    "CNY": ("", "cny", "rmb", "cnh", "人民币", "人民币元", "元", "元人民币", "rmb¥", "¥"),
    "HKD": ("hkd", "hk$", "港元", "港币", "港币元"),
    "USD": ("usd", "us$", "美元", "美金", "$"),
}
_MARKED: Final = {word: code for code, words in _CURRENCIES.items() for word in words if word}
_DECIMAL: Final = re.compile(r"(\d{1,6})\.0+")
# What Excel shows where a formula failed.
ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"})


class Price(NamedTuple):
    """A price, or a range of two; NaN where there is none. ``currency`` is ``""`` where none is written."""

    low: float
    high: float
    currency: str


def days_of(cells: Coded) -> tuple[Dates, Coded]:
    """Read days, ``2024-06-14 2024/6/14 2024.6.14 20240614 2024年6月14日`` or Excel's number, with or without a time.

    Returns:
        ``(n,)`` days, NaT where a cell is none; ``(n,)`` their moments, ``None`` where no time is written. A time
        without a zone is Shanghai's (RULES 26).
    """
    read = [_day(text) for text in cells.distinct]
    days = np.array([day for day, _ in read], dtype="datetime64[D]")
    return days[cells.codes], Coded(objects(moment for _, moment in read), cells.codes)


def prices_of(cells: Coded) -> tuple[Floats, Floats, Coded, Bools]:
    """Read target prices: ``12.5 1,234.5 HK$12 12.5元 12-14``; a dash or nothing is none.

    Returns:
        ``(n,)`` lower and upper end (one price is both), currency, and whether a cell says something else.
    """
    read, codes = [_price(text) for text in cells.distinct], cells.codes
    wrong = np.array([one is None for one in read], dtype=bool)
    prices = [one or Price(np.nan, np.nan, "") for one in read]
    low, high = (np.array([getattr(one, end) for one in prices], dtype=float) for end in ("low", "high"))
    return low[codes], high[codes], Coded(objects(one.currency for one in prices), codes).merged(), wrong[codes]


def currency_word(text: str) -> str | None:
    """Give the currency a cell names: ``CNY``, ``HKD``, ``USD``, ``""`` where it says nothing, ``None`` for others."""
    plain = _plain(text)
    return "" if plain in _NOTHING else _MARKED.get(plain)


def code_text(text: str) -> str:
    """Take off what a spreadsheet made of a code: ``300418.0`` is ``300418``."""
    match = _DECIMAL.fullmatch(text)
    return match[1] if match else text


def visible(text: str) -> str:
    """Take control and direction characters and blanks at the ends out of a name: it is compared, and shown."""
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text if unicodedata.category(c) != "Cf"
    )
    return " ".join("".join(kept).split())


def _day(text: str) -> tuple[dt.date | None, dt.datetime | None]:
    serial = _SERIAL.fullmatch(text)
    if serial:
        return _of_serial(int(serial[1]), float(serial[2] or 0))
    match = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        return None, None
    numbers = [int(group) for group in match.groups()[:7] if group]
    try:
        day = dt.date(numbers[0], numbers[1], numbers[2])
        if match[8] is None:
            return day, None
        clock = dt.time(int(match[8]), int(match[9]), int(match[10] or 0))
        zone = dt.datetime.fromisoformat(f"2000-01-01T00:00:00{match[11]}").tzinfo if match[11] else SHANGHAI
    except ValueError:
        return None, None
    return day, dt.datetime.combine(day, clock, tzinfo=zone)


def _of_serial(days: int, fraction: float) -> tuple[dt.date, dt.datetime | None]:
    moment = _ZERO + dt.timedelta(days=days, seconds=round(fraction * 86_400))
    return moment.date(), moment.replace(tzinfo=SHANGHAI) if fraction else None


def _price(text: str) -> Price | None:
    plain = _plain(text)
    if plain in _NOTHING:
        return Price(np.nan, np.nan, "")
    match = _PRICE.fullmatch(plain)
    if match is None:
        return None
    named = {currency_word(mark) for mark in (match[1], match[3], match[4] or "", match[6] or "")} - {""}
    if None in named or len(named) > 1:
        return None
    low = float(match[2].replace(",", ""))
    high = float((match[5] or match[2]).replace(",", ""))
    return Price(low, high, next(iter(named), "") or "") if 0 < low <= high < np.inf else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
