"""Looking a security up as a person types it: a code in any usual spelling, a name of any time, or a further name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from watchlist.domain.model import Security
from watchlist.domain.symbols import is_symbol, named_so, normalise_name, resolve
from watchlist.ledger.aliases import load_aliases
from watchlist.ledger.home import Home
from watchlist.ledger.securities import load_securities, name_index
from watchlist.reading.names import Alias


@dataclass(frozen=True, slots=True)
class Lookup:
    """Every name that is known, and the securities behind it.

    Attributes:
        securities: by symbol.
        aliases: further names: former, short, English ones, and those of other markets.
        names: folded name to the symbols that bear or bore it.
        existing: every symbol that a bare code may stand for.
    """

    securities: Mapping[str, Security]
    aliases: Sequence[Alias]
    names: Mapping[str, Sequence[str]]
    existing: frozenset[str] = field(default_factory=frozenset)

    def find(self, text: str) -> str:
        """Give the one symbol that a person means.

        Raises:
            AmbiguousSymbol: it may be several.
            UnknownSymbol: nothing is called so; the nearest names are in the sentence.
        """
        return resolve(text, self.names, self.existing)

    def written(self, text: str) -> str:
        """Give a symbol that is written out as it stands, though no list has it; anything else as :meth:`find` does.

        Raises:
            AmbiguousSymbol, UnknownSymbol: as in :meth:`find`.
        """
        exact = text.strip().upper()
        return exact if is_symbol(exact) else self.find(text)

    def among(self, tracked: Collection[str]) -> "Lookup":
        """Give the same names, for codes of these securities too."""
        return replace(self, existing=self.existing | set(tracked))

    def further(self) -> dict[str, list[str]]:
        """Give every name but the one a security goes by, in lower case, by symbol."""
        found: dict[str, list[str]] = {}
        for security in self.securities.values():
            for name, _, _ in security.names:
                found.setdefault(security.symbol, []).append(name.lower())
        for alias in self.aliases:
            found.setdefault(alias.symbol, []).append(alias.name.lower())
        return found

    def name_of(self, symbol: str) -> str | None:
        """Give the name a security goes by, ``None`` where no list has one."""
        if symbol in self.securities:
            return self.securities[symbol].name
        listed = (one.name for one in self.aliases if one.symbol == symbol and one.kind in {"listed", "typed"})
        return next(listed, None)


def load_lookup(home: Home, tracked: Collection[str] = ()) -> Lookup:
    """Read every name that ``config/`` holds; ``tracked`` symbols are found by their codes though no list has them.

    Raises:
        ConfigProblem: a line of ``securities.csv`` or ``names.csv`` is wrong.
    """
    return lookup(load_securities(home), load_aliases(home), tracked)


def lookup(securities: Mapping[str, Security], aliases: Iterable[Alias], tracked: Collection[str] = ()) -> Lookup:
    """Gather names; a further name never takes a name from the security that bears it."""
    further = tuple(aliases)
    names = dict[str, Sequence[str]](name_index(securities))
    own = set(names)
    for alias in further:
        folded = normalise_name(alias.name)
        if folded not in own:
            names[folded] = named_so((*names.get(folded, ()), alias.symbol))
    existing = frozenset((*tracked, *securities, *(alias.symbol for alias in further)))
    return Lookup(securities, further, names, existing)
