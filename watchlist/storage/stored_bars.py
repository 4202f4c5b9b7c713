"""Bars that wait in the database until somebody looks at them: of shares whose prices are read from panel files."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from watchlist.core.bars import SymbolBars
from watchlist.storage.database import reading
from watchlist.storage.prices import load_bars_of


class StoredBars(Mapping[str, SymbolBars]):
    """Bars by symbol as they stood at one fetch: some are loaded, the others are when they are asked for.

    Whenever that is, the answer is the same: a bar that is restated later is still there as it stood.
    """

    def __init__(self, path: Path, newest: int, loaded: Mapping[str, SymbolBars], waiting: Iterable[str]) -> None:
        self._path, self._newest = path, newest
        self._loaded, self._waiting = dict(loaded), frozenset(waiting) - loaded.keys()

    def __getitem__(self, symbol: str) -> SymbolBars:
        """Give the bars of a security; read them where they are not loaded yet."""
        if symbol not in self._loaded:
            if symbol not in self._waiting:
                raise KeyError(symbol)
            with reading(self._path) as connection:
                self._loaded |= load_bars_of(connection, [symbol], self._newest, {})
        return self._loaded[symbol]

    def __contains__(self, symbol: object) -> bool:
        """Say whether there are bars of a security; nothing is read."""
        return symbol in self._loaded or symbol in self._waiting

    def __iter__(self) -> Iterator[str]:
        """Go through the symbols; nothing is read."""
        return iter([*self._loaded, *sorted(self._waiting - self._loaded.keys())])

    def __len__(self) -> int:
        """Give how many securities there are; nothing is read."""
        return len(self._loaded.keys() | self._waiting)
