"""Coded columns: each distinct value once, and which of them every line holds; what is read of one is read of all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from watchlist.core.bars import Bools, Ints

Cells = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of ``n`` lines.

    Attributes:
        distinct: ``(k,)`` what lines hold; a value that came of two others may stand there twice.
        codes: ``(n,)`` positions in ``distinct``.
    """

    distinct: Cells
    codes: Ints

    @classmethod
    def of(cls, cells: Iterable[Any]) -> "Coded":
        """Take a column of one kind, texts or numbers; NaN is ``None`` as that is."""
        import pandas as pd  # noqa: PLC0415  (only a list in hand needs it)

        codes, distinct = pd.factorize(objects(cells))
        missing = codes < 0
        if not missing.any():
            return cls(objects(distinct), codes)
        return cls(objects([*distinct, None]), np.where(missing, len(distinct), codes))

    @classmethod
    def each(cls, cells: Iterable[Any]) -> "Coded":
        """Take a column whose values hardly ever repeat, or cannot be compared."""
        values = objects(cells)
        return cls(values, np.arange(values.size))

    @classmethod
    def same(cls, value: object, count: int) -> "Coded":
        """Give a column of one value."""
        return cls(objects([value]), np.zeros(count, dtype=np.int64))

    @classmethod
    def joined(cls, columns: Sequence["Coded"]) -> "Coded":
        """Put columns below each other; there is at least one."""
        starts = np.cumsum([0, *(one.distinct.size for one in columns[:-1])])
        codes = [one.codes + start for one, start in zip(columns, starts, strict=True)]
        return cls(np.concatenate([one.distinct for one in columns]), np.concatenate(codes))

    def __len__(self) -> int:
        return int(self.codes.size)

    def __getitem__(self, at: int) -> Any:  # noqa: ANN401 - what the column holds
        return self.distinct[self.codes[at]]

    @property
    def cells(self) -> Cells:
        """The column written out, ``(n,)``."""
        return self.distinct[self.codes]

    def read(self, understood: Callable[[Any], object]) -> "Coded":
        """Read every value once."""
        return Coded(objects(map(understood, self.distinct.tolist())), self.codes)

    def where(self, holds: Callable[[Any], object]) -> Bools:
        """Say of which lines something holds, ``(n,)``."""
        return np.fromiter(map(bool, map(holds, self.distinct.tolist())), dtype=bool, count=self.distinct.size)[
            self.codes
        ]

    def take(self, which: Bools | Ints | slice) -> "Coded":
        """Give the lines at these positions, or where a mask says so, and the values that they hold."""
        codes = self.codes[which]
        held = np.zeros(self.distinct.size, dtype=bool)
        held[codes] = True
        if held.all():
            return Coded(self.distinct, codes)
        place = np.cumsum(held) - 1
        return Coded(self.distinct[held], place[codes])

    def merged(self) -> "Coded":
        """Let every value stand only once among the distinct ones."""
        once = Coded.of(self.distinct)
        return Coded(once.distinct, once.codes[self.codes])

    def paired(self, other: "Coded", understood: Callable[[Any, Any], object]) -> "Coded":
        """Read each distinct pair of values of two columns once."""
        import pandas as pd  # noqa: PLC0415

        width = max(other.distinct.size, 1)
        codes, pairs = pd.factorize(self.codes * width + other.codes)
        one, two = self.distinct[pairs // width].tolist(), other.distinct[pairs % width].tolist()
        return Coded(objects(map(understood, one, two)), codes)


def objects(values: Iterable[Any]) -> Cells:
    """Make an array of objects, whatever they are."""
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return np.fromiter(plain, dtype=object)
