"""Sina's packed streams, written: the inverse of the JavaScript function that akshare ships to read them.

Bits go lowest first into symbols of six bits. A stream opens with its type (12 bits) and version (6 bits).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tests.fake_exchange.world import Row

_SYMBOLS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_DAY_ZERO: Final = dt.date(1990, 12, 19)
_BARS: Final = 3466
_DAYS: Final = 139
_VERSION: Final = 63
# Field widths in units of three bits: what a stream begins with, and what is wide enough for any price.
_FIRST_WIDTHS: Final[Mapping[str, int]] = {"o": 3, "h": 3, "l": 3, "c": 3, "v": 5, "a": 5}
_WIDTHS: Final[Mapping[str, int]] = {"o": 10, "h": 8, "l": 8, "c": 9, "v": 15, "a": 17}


class Bits:
    """A growing row of bits."""

    def __init__(self) -> None:
        self._bits: list[int] = []

    def flags(self, *values: int) -> None:
        """Append single bits."""
        self._bits += values

    def number(self, value: int, width: int) -> None:
        """Append a number, in two's complement where it is negative."""
        value &= (1 << width) - 1
        self._bits += [(value >> place) & 1 for place in range(width)]

    def change(self, delta: int) -> None:
        """Append a signed change in unary; it must not be zero."""
        assert delta
        self.flags(int(delta > 0), *[1] * (abs(delta) - 1), 0)

    def text(self) -> str:
        """Give the bits as symbols, filled up with zeros."""
        bits = self._bits + [0] * (-len(self._bits) % 6)
        values = (sum(bits[start + place] << place for place in range(6)) for start in range(0, len(bits), 6))
        return "".join(_SYMBOLS[value] for value in values)


def encode_bars(rows: Sequence[Row], decimals: int = 2) -> str:
    """Pack daily bars, ascending."""
    scale = 10**decimals
    out = Bits()
    out.number(_BARS, 12)
    out.number(_VERSION, 6)
    close = volume = turnover = 0
    before: dt.date | None = None
    for row in rows:
        if before is None:
            _opening(out, row.day, decimals)
        else:
            _next_day(out, before, row.day)
        first, high, low, last = (round(price * scale) for price in row[1:5])
        amount = round(row.turnover)
        values = {"o": first - close, "h": high - first, "l": first - low, "c": last - first,
                  "v": row.volume - volume, "a": amount - turnover}  # fmt: skip
        for name, value in values.items():
            assert -(1 << (3 * _WIDTHS[name] - 1)) <= value < 1 << (3 * _WIDTHS[name] - 1), (row, name)
            out.number(value, 3 * _WIDTHS[name])
        close, volume, turnover, before = last, row.volume, amount, row.day
    out.flags(1, 1, 0, 0, 0)
    return out.text()


def _opening(out: Bits, day: dt.date, decimals: int) -> None:
    """Write the modes, the field widths and the first day."""
    out.flags(1, 1, 1, 1, 1, 0, 0, 0, 0)  # turnover is written, not estimated from the average price
    if decimals == 2:
        out.flags(0)
    else:
        out.flags(1)
        out.change((decimals - 2) * 3)
    out.flags(0, 0, 1)
    for name, width in _WIDTHS.items():
        out.flags(1)
        out.change(width - _FIRST_WIDTHS[name])
    out.flags(1)
    _absolute_day(out, day)
    out.flags(0)


def _absolute_day(out: Bits, day: dt.date) -> None:
    out.number(1, 3)
    out.number((day - _DAY_ZERO).days, 18)


def _next_day(out: Bits, before: dt.date, day: dt.date) -> None:
    """Write the step from one session to the next, in weekdays."""
    gap = sum(dt.date.fromordinal(n).weekday() < 5 for n in range(before.toordinal() + 1, day.toordinal() + 1))
    if gap == 1 and day.weekday() < 5:
        out.flags(0)
        return
    out.flags(1, 0, 1, 1, 1)
    if day.weekday() >= 5 or not 0 < gap < 64:
        _absolute_day(out, day)
    elif 2 <= gap <= 7:
        out.number(gap, 3)
    else:
        out.number(0, 3)
        out.number(gap, 6)


def encode_days(days: Iterable[dt.date]) -> str:
    """Pack a list of trading days as runs between the weekdays that are none."""
    open_days = sorted(days)
    known, runs, run = set(open_days), [], 0
    for ordinal in range(open_days[0].toordinal(), open_days[-1].toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        if day.weekday() < 5:
            if day in known:
                run += 1
            else:
                runs.append(run)
                run = 0
    out = Bits()
    out.number(_DAYS, 12)
    out.number(_VERSION, 6)
    out.number((open_days[0] - _DAY_ZERO).days, 18)
    out.number((open_days[-1] - _DAY_ZERO).days, 18)
    out.flags(1)
    out.change(5)
    for index, length in enumerate([*runs, run]):
        if index:
            out.flags(0)
        out.number(length, 15)
    return out.text()
