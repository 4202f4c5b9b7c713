"""Themes by hand: names mapped, themes merged and renamed in the user's own file, and the last change undone."""

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

import tomlkit
from tomlkit import TOMLDocument

from watchlist.domain.errors import ConfigProblem, UnknownWord, UsageMistake
from watchlist.ledger.home import Home
from watchlist.ledger.reports import load_reports
from watchlist.ledger.themes import NAME, Theme, Themes, folded, load_themes
from watchlist.ledger.toml_file import read_text
from watchlist.ledger.whole_file import write_whole

_BEFORE: Final = "themes.before.toml"
_CLOSE: Final = 0.3
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


class NothingToUndo(UsageMistake):
    """No change of the themes is kept that could be undone."""

    en = "There is no change of the themes to undo."
    zh = "没有可以撤销的主题更改。"


class NoSuchTheme(UsageMistake):
    """A name is mapped to a theme that is not there."""

    en = (
        "There is no theme {theme} yet: make it with python main.py theme add ID NAME, or name one that is there.{hint}"
    )
    zh = "还没有主题 {theme}：请先新建（python main.py theme add 编号 名称），或改用已有的主题。{hint}"


class SameTheme(UsageMistake):
    """A theme is merged into itself."""

    en = "{theme} cannot be merged into itself."
    zh = "{theme} 不能并入自身。"


class ThemeTaken(UsageMistake):
    """A name or an id is a theme's already."""

    en = "{name} is theme {theme} already: choose another, or put them together with theme merge."
    zh = "{name} 已属于主题 {theme}：请另取一个，或用 theme merge 合并。"


class BadThemeId(UsageMistake):
    """What is to be the id of a theme is none."""

    en = '"{text}" is no id of a theme: small letters, digits and dashes, such as liquor.'
    zh = "“{text}”不能作为主题编号：请用小写字母、数字和短横线，例如 liquor。"


def theme_list(home: Home, imported: Iterable[str] = ()) -> list[dict[str, Any]]:
    """List the themes with what reports print for them; what none claims comes last, each with a suggestion.

    Args:
        imported: names that lists print which were imported: no file of the ledger holds them.
    """
    themes, printed = load_themes(home), dict.fromkeys([*_printed(home), *imported])
    owned: dict[str, list[str]] = {theme.id: [] for theme in themes.themes}
    free: list[str] = []
    for name in printed:
        owner = themes.of_printed(name)
        (owned[owner.id] if owner else free).append(name)
    rows = [
        {
            "theme": theme.id,
            "name": theme.name,
            "name_en": theme.name_en,
            "printed": owned[theme.id],
            "suggestion": None,
        }
        for theme in themes.themes
    ]
    return rows + [
        {
            "theme": None,
            "name": name,
            "name_en": name,
            "printed": [name],
            "suggestion": _suggestion(name, themes.themes),
        }
        for name in free
    ]


def map_name(home: Home, printed: str, theme: str) -> Theme:
    """Map a printed name to a theme.

    Raises:
        NoSuchTheme: there is none; the nearest name is in the sentence.
    """
    owner = _named(load_themes(home), theme)
    _change(home, lambda document: _mapped(document).update({printed: owner.id}))
    return owner


def merge(home: Home, theme: str, into: str) -> tuple[Theme, Theme]:
    """Map every name of one theme to another.

    Raises:
        NoSuchTheme: there is none; the nearest name is in the sentence.
        SameTheme: both are one.
    """
    themes = load_themes(home)
    given, taking = _named(themes, theme), _named(themes, into)
    if given.id == taking.id:
        raise SameTheme(theme=given.name)
    names = dict.fromkeys((given.name, given.name_en, *given.printed))
    _change(home, lambda document: _mapped(document).update(dict.fromkeys(names, taking.id)))
    return given, taking


def rename(home: Home, theme: str, name: str, name_en: str | None = None) -> Theme:
    """Give a theme another name; its old one is still understood.

    Raises:
        NoSuchTheme: there is none; the nearest name is in the sentence.
        ThemeTaken: another theme is called so.
    """
    themes = load_themes(home)
    old = _named(themes, theme)
    for word in (name, name_en):
        other = None if word is None else themes.of_printed(word)
        if other is not None and other.id != old.id:
            raise ThemeTaken(name=word, theme=other.id)
    printed = [*old.printed, *(word for word in (old.name, old.name_en) if word not in {*old.printed, name, name_en})]
    row = {"id": old.id, "name": name, "name_en": name_en or old.name_en, "printed": printed}
    if old.benchmark:
        row["benchmark"] = old.benchmark

    _change(home, lambda document: _replaced(document, row))
    return old


def create(home: Home, identity: str, name: str, name_en: str | None = None) -> Theme:
    """Make a theme; what reports print under its name belongs to it.

    Raises:
        ThemeTaken: the id or a name is a theme's already.
        BadThemeId: the id is no id.
    """
    if not _ID.fullmatch(identity):
        raise BadThemeId(text=identity)
    themes = load_themes(home)
    for word in (identity, name, name_en):
        other = None if word is None else next((t for t in themes.themes if t.id == word), themes.of_printed(word))
        if other is not None:
            raise ThemeTaken(name=word, theme=other.id)
    _change(home, lambda document: _replaced(document, {"id": identity, "name": name, "name_en": name_en or name}))
    return load_themes(home).find(identity)


def is_printed(home: Home, name: str, imported: Iterable[str] = ()) -> bool:
    """Say whether a report of the ledger, or a list that was imported, prints a theme under this name."""
    return folded(name) in map(folded, (*_printed(home), *imported))


def _named(themes: Themes, text: str) -> Theme:
    try:
        return themes.find(text)
    except UnknownWord as wrong:
        raise NoSuchTheme(theme=text, hint=wrong.facts["hint"]) from None


def _replaced(document: TOMLDocument, row: dict[str, Any]) -> None:
    """Put a theme's row in place of the one of its id, or behind the others."""
    rows = [one for one in document.get("themes", []) if one["id"] != row["id"]]
    fresh = tomlkit.aot()
    for one in [*rows, row]:
        fresh.append(tomlkit.item(dict(one)))
    document["themes"] = fresh


def undo(home: Home) -> None:
    """Bring back the themes as they were before the last change; a second time brings the change back.

    Raises:
        NothingToUndo: nothing was changed.
    """
    path, before = home.local / NAME, home.local / _BEFORE
    if not before.exists():
        raise NothingToUndo
    old, now = read_text(home, before), read_text(home, path) if path.exists() else ""
    write_whole(home, path, old)
    write_whole(home, before, now)
    load_themes(home)


def _change(home: Home, change: Callable[[TOMLDocument], object]) -> None:
    path = home.local / NAME
    now = read_text(home, path) if path.exists() else ""
    document = tomlkit.parse(now)
    change(document)
    write_whole(home, path, tomlkit.dumps(document))
    try:
        load_themes(home)
    except ConfigProblem:
        # What cannot be read back never stays: the program would not start again.
        write_whole(home, path, now)
        raise
    write_whole(home, home.local / _BEFORE, now)


def _mapped(document: TOMLDocument) -> Any:  # noqa: ANN401 - a table of tomlkit
    if "mapped" not in document:
        document["mapped"] = tomlkit.table()
    return document["mapped"]


def _printed(home: Home) -> list[str]:
    names = [one.theme for report in load_reports(home) for one in report.recommendations if one.theme]
    return list(dict.fromkeys(names))


def _suggestion(name: str, themes: tuple[Theme, ...]) -> str | None:
    known = {word: theme.id for theme in themes for word in (theme.name, theme.name_en, *theme.printed)}
    inside = [owner for word, owner in known.items() if len(word) > 1 and (word in name or name in word)]
    near = difflib.get_close_matches(name, known, n=1, cutoff=_CLOSE)
    return inside[0] if inside else known[near[0]] if near else None
