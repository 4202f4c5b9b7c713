"""Plain values: what rows are made of, so that any program can read them."""

import datetime as dt
import math


def number_or_none(value: float) -> float | None:
    """Turn NaN into ``None`` and numpy's numbers into Python's."""
    return None if math.isnan(value) else float(value)


def iso(day: dt.date | None) -> str | None:
    """Write a date, or nothing."""
    return None if day is None else day.isoformat()
