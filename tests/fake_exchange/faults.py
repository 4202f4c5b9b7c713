"""The ways in which a vendor fails a caller: on the wire, and in what it says."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.fake_exchange.world import Row

# Acted out by the proxy, below HTTP.
ON_THE_WIRE: Final = frozenset({"timeout", "dribble", "drop", "reset", "short"})
# In place of an answer.
INSTEAD: Final = frozenset({"status", "html"})
# A true answer cut in the middle, none at all, about another security, or (Yahoo) with a last bar without prices yet;
# of a list of names: its second half missing, in GBK, with every line twice, with a column less,
# with a line whose code is none and a share under two names.
IN_THE_ANSWER: Final = frozenset({"cut", "empty", "wrong", "unpriced", "half", "gbk", "twice", "columns", "odd"})


def _stale(rows: Sequence[Row]) -> Sequence[Row]:
    return rows[:-3]


def _scale(rows: Sequence[Row]) -> Sequence[Row]:
    return [row.scaled(0.5) for row in rows]


def _shift(rows: Sequence[Row]) -> Sequence[Row]:
    return [row._replace(day=row.day - dt.timedelta(days=1)) for row in rows]


def _restate(rows: Sequence[Row]) -> Sequence[Row]:
    return [row.scaled(1, 0.05) for row in rows[:-1]] + list(rows[-1:])


def _gap(rows: Sequence[Row]) -> Sequence[Row]:
    return [row for index, row in enumerate(rows) if (len(rows) - index) not in {3, 4}]


# A well-formed answer with other rows.
IN_THE_ROWS: Final[Mapping[str, Callable[[Sequence[Row]], Sequence[Row]]]] = {
    "stale": _stale, "scale": _scale, "shift": _shift, "restate": _restate, "gap": _gap,
}  # fmt: skip
KINDS: Final = ON_THE_WIRE | INSTEAD | IN_THE_ANSWER | IN_THE_ROWS.keys()


@dataclass(slots=True)
class Fault:
    """A fault in answers whose ``host/path?query`` matches.

    Attributes:
        times: how often; -1 for ever.
        status: the status of kind ``status``.
        other: the security that kind ``wrong`` answers about.
        seconds: how long ``timeout`` and ``dribble`` go on.
    """

    kind: str
    pattern: str = ".*"
    times: int = 1
    status: int = 429
    other: str = "688981.SH"
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(self.kind)

    def takes(self, url: str) -> bool:
        """Say whether this fault befalls the request, and count it."""
        if self.times == 0 or not re.search(self.pattern, url):
            return False
        self.times -= 1
        return True
