"""Sparklines: a curve as small as a word, for the cells of a terminal's table."""

import math
from collections.abc import Sequence
from typing import IO, Final

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_STILL: Final = "▄"
WIDTH: Final = 8  # characters of one curve


def sparkline(values: Sequence[float], width: int = WIDTH) -> str:
    """Draw a curve in one line of characters, the lowest value at the bottom and the highest at the top.

    Args:
        values: oldest first; a longer curve is cut into ``width`` equal stretches, each drawn by its last value.

    Returns:
        at most ``width`` characters; nothing below two known values, for a point says nothing.
    """
    known = [float(value) for value in values if math.isfinite(value)]
    if len(known) < 2:  # noqa: PLR2004  (a curve has a beginning and an end)
        return ""
    if len(known) > width:
        known = [known[(place + 1) * len(known) // width - 1] for place in range(width)]
    low, high = min(known), max(known)
    if low == high:
        return _STILL * len(known)
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[round((value - low) / (high - low) * top)] for value in known)


def draws(stream: IO[str]) -> bool:
    """Say whether a stream takes these characters, each one column wide: UTF-8 does; GBK makes them two."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").replace("_", "") in {"utf8", "utf8sig"}
