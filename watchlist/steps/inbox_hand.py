"""Add by hand: one recommendation goes into the user's own ledger; its quote is the note, its offsets are computed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from watchlist.domain.errors import UsageMistake
from watchlist.domain.model import Strength
from watchlist.domain.symbols import trading_currency
from watchlist.ledger.draft import checked, refused, report_id, toml_of
from watchlist.ledger.home import REPORTS, Home
from watchlist.ledger.lookup import load_lookup
from watchlist.ledger.ratings import load_ratings
from watchlist.ledger.reports import load_report
from watchlist.ledger.toml_file import read_text
from watchlist.ledger.whole_file import write_whole

TITLE: Final = "手工记录"


class NotAdded(UsageMistake):
    """What was typed makes no recommendation that the ledger takes."""

    en = "{symbol} was not added: {what}"
    zh = "{symbol} 未加入：{what}"


class UnknownRating(UsageMistake):
    """A rating is none that anybody is known to print: what it says of the share is not known."""

    en = "The rating {text} is not known: write one of {known}, or a verb such as 推荐."
    zh = "不认识评级“{text}”：可写 {known}，或“推荐”等用语。"


class AddedBefore(UsageMistake):
    """The same recommendation stands in the file of that broker and day."""

    en = "{symbol} was added for {broker}, {day} and this theme before: correct it with python main.py edit {report}"
    zh = "{broker} {day} 在该主题下对 {symbol} 的推荐此前已加入：请用 python main.py edit {report} 更正。"


@dataclass(frozen=True, slots=True)
class ByHand:
    """One recommendation as a person types it."""

    security: str
    broker: str
    published: dt.date
    theme: str
    rating: str
    target: float | None = None
    note: str | None = None


def add(home: Home, one: ByHand) -> tuple[str, Path]:
    """Append a recommendation to the file of its broker and day, made on first use, and give symbol and file.

    Raises:
        UnknownSymbol, AmbiguousSymbol: the security is not known, or is several.
        NotAdded, AddedBefore: the ledger does not take it, or has it.
        ConfigProblem: the file that is there is wrong; it stays as it is.
        UnsafePath: the disk refuses.
    """
    known = load_lookup(home)
    symbol = known.written(one.security)
    name = known.name_of(symbol) or symbol
    ratings = load_ratings(home)
    said = {word for verbs in ratings.verbs.values() for word in verbs}
    if one.rating not in said and ratings.direction_of(one.rating, one.broker, one.published) is None:
        raise UnknownRating(text=one.rating, known=" ".join(_examples(ratings.usual)))
    row = _row(home, one, symbol, name)
    stem = report_id(one.broker, TITLE, one.published)
    path = home.local / REPORTS / f"{stem}.toml"
    table: dict[str, Any] = {
        "broker": one.broker,
        "title": TITLE,
        "published": one.published,
        "evidence": "said by the person who added it",
        "recommendations": [row],
    }
    heading = f"{one.broker}, {one.published}: added by hand."
    before = read_text(home, path) if path.exists() else ""
    if before:
        load_report(home, path)  # what is wrong in it is said before anything is put behind it
        table = tomlkit.parse(before).unwrap()
        there = {(row.get("symbol"), row.get("theme")) for row in table.get("recommendations", [])}
        if (symbol, one.theme) in there:
            raise AddedBefore(symbol=symbol, broker=one.broker, day=one.published, report=stem)
        table["recommendations"] = [*table.get("recommendations", []), row]
    try:
        checked({"id": stem} | table)
    except ValidationError as error:
        raise NotAdded(symbol=symbol, what=refused(error)) from None
    write_whole(home, path, _longer(before, table, row) or toml_of(table, heading))
    load_report(home, path)
    return symbol, path


def _longer(before: str, table: dict[str, Any], row: dict[str, Any]) -> str | None:
    """Put a recommendation behind what stands in a file, so that a person's own comments stay in it.

    ``None`` where there is no file, or one that is written so that nothing can be put behind it.
    """
    lines = toml_of({"recommendations": [row]}, "").partition("\n")[2].lstrip("\n")
    after = f"{before.rstrip()}\n\n{lines}"
    try:
        return after if before and tomlkit.parse(after).unwrap() == table else None
    except TOMLKitError:
        return None


def _examples(usual: Mapping[str, int]) -> list[str]:
    """Give one word for each meaning, best first: there are some thirty words in all."""
    by_meaning = {meant: word for word, meant in reversed(list(usual.items()))}
    return [by_meaning[meant] for meant in sorted(by_meaning, reverse=True)]


def _row(home: Home, one: ByHand, symbol: str, name: str) -> dict[str, Any]:
    words = one.note or f"{one.broker} {name} {one.rating}"
    at = words.find(name)
    named = {"name_start": at, "name_end": at + len(name)} if at >= 0 else {}
    verbs = load_ratings(home).verbs
    strength = next((word for word, said in verbs.items() if one.rating in said), str(Strength.RATING_ONLY))
    said = {"rating": one.rating} if strength == Strength.RATING_ONLY else {"verb": one.rating}
    row: dict[str, Any] = {"theme": one.theme, "name": name, "symbol": symbol, **said, "strength": strength}
    if one.target is not None:
        row |= {"target_price": one.target, "currency": trading_currency(symbol)}
    return row | {"quotes": [{"start": 0, "end": len(words), **named, "text": words}]}
