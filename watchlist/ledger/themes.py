"""Themes (主题): the user's canonical names, and the printed names that are mapped to them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from watchlist.domain.errors import UnknownWord, Words
from watchlist.domain.symbols import normalise_name
from watchlist.ledger.fields import Benchmark, Entry, Listed, Text
from watchlist.ledger.home import Home
from watchlist.ledger.problems import did_you_mean
from watchlist.ledger.toml_file import load, problem

NAME: Final = "themes.toml"


class Theme(Entry):
    """A theme.

    Attributes:
        id: short name for commands and files.
        printed: further names that reports print for it.
        benchmark: a second index it is compared with (RULES 17).
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Text
    name_en: Text
    printed: Listed[Text] = ()
    benchmark: Benchmark | None = None

    @property
    def words(self) -> Words:
        """What it is called."""
        return Words(self.name_en, self.name)

    def names(self) -> tuple[str, ...]:
        """List everything it is called, folded for comparison."""
        return tuple(dict.fromkeys(folded(name) for name in (self.id, self.name, self.name_en, *self.printed)))


UNASSIGNED: Final = Theme(id="unassigned", name="未归类", name_en="Unassigned")


class _File(Entry):
    """One file: themes, and printed names mapped to them one by one (what ``theme map`` writes)."""

    themes: Listed[Theme] = ()
    mapped: dict[str, str] = Field(default_factory=dict)


class Themes:
    """All themes, found by id, name or printed name.

    Attributes:
        themes: in the order of the files, the user's own last.
        owners: the id that each folded name belongs to.
    """

    def __init__(self, themes: Iterable[Theme], owners: Mapping[str, str]) -> None:
        self.themes = tuple(themes)
        self._by_id = {theme.id: theme for theme in self.themes}
        self.owners = dict(owners)

    def of_printed(self, text: str) -> Theme | None:
        """Give the theme that a printed name is mapped to; ``None`` when it is mapped to nothing (未归类)."""
        owner = self.owners.get(folded(text))
        return None if owner is None else self._by_id[owner]

    def find(self, text: str, option: str = "--theme") -> Theme:
        """Give the theme that a person means by an id, a name or a printed name.

        Raises:
            UnknownWord: no theme is called so; the nearest name is in the sentence.
        """
        # An id is one theme's alone; a name may have been merged into another since.
        if found := self._by_id.get(text) or self.of_printed(text):
            return found
        if folded(text) in UNASSIGNED.names():
            return UNASSIGNED
        known = [word for theme in self.themes for word in (theme.id, theme.name, theme.name_en, *theme.printed)]
        near = did_you_mean(text, known)
        raise UnknownWord(option=option, text=text, hint=near if near.en else did_you_mean(text, self._by_id))


def folded(text: str) -> str:
    r"""Fold a theme's name for comparison: NFKC, no spaces, upper case, ``\`` and ``/`` alike."""
    return normalise_name(text).replace("\\", "/")


def load_themes(home: Home) -> Themes:
    """Read the themes: one of the user's own takes the place of a tracked one of the same id, ``mapped`` adds up.

    Raises:
        ConfigProblem: a file is wrong, or claims one name for two themes.
    """
    themes: dict[str, Theme] = {}
    owners: dict[str, str] = {}
    files = [(path, load(home, path, _File)) for path in home.layers(NAME) or (home.tracked(NAME),)]
    for path, file in files:
        _refuse_repeated_ids(home, path, file)
        themes |= {theme.id: theme for theme in file.themes}
        owners = _owners(home, path, file, themes.values())
    for path, file in files:
        for printed, owner in file.mapped.items():
            if owner not in themes:
                what = Words(f'no theme has the id "{owner}"', f"没有 id 为“{owner}”的主题")
                raise problem(home, path, ("mapped", printed), what, did_you_mean(owner, themes))
            owners[folded(printed)] = owner
    return Themes(themes.values(), owners)


def _owners(home: Home, path: Path, file: _File, themes: Iterable[Theme]) -> dict[str, str]:
    positions = {theme.id: position for position, theme in enumerate(file.themes)}
    owners: dict[str, str] = {}
    for theme in themes:
        for name in theme.names():
            other = owners.setdefault(name, theme.id)
            if other != theme.id:
                at = positions.get(theme.id, positions.get(other, 0))
                en, zh = f'{other} and {theme.id} both claim "{name}"', f"{other} 与 {theme.id} 都含“{name}”"
                raise problem(home, path, ("themes", at), Words(en, zh), Words(" Leave it to one.", "请只留给其一。"))
    return owners


def _refuse_repeated_ids(home: Home, path: Path, file: _File) -> None:
    seen: set[str] = set()
    for position, theme in enumerate(file.themes):
        if theme.id in seen or theme.id == UNASSIGNED.id:
            raise problem(home, path, ("themes", position, "id"), Words(f"{theme.id} is taken", f"{theme.id} 已被占用"))
        seen.add(theme.id)
